"""Django admin: every table, read by what the user may see, changed by who may change it, the ledger only added to."""

from dataclasses import replace

import pytest
from axes.models import AccessAttempt
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import ROLES
from accounts.admin import ReadOnly
from accounts.audit import OUR_APPS
from accounts.models import Agency, ApiToken, IdempotentRequest, Letter, RowChange, User
from planning.models import CouncilSession, Dossier, Holiday, Plan, Step, TaskExtension, TaskReport
from tests import factories as make
from zones.models import FACTS, DeveloperShare, Document, DocumentLink, Import, UnitSuccession, Zone, ZoneArea, ZoneUnit
from zones.models.sums import SUMS

pytestmark = pytest.mark.django_db
BY_PROGRAM = {IdempotentRequest, *SUMS}  # kept by the portal for itself: nobody reads or mends their rows
TABLES = [model for label in OUR_APPS for model in apps.get_app_config(label).get_models() if model not in BY_PROGRAM]
KEPT = {User, Zone, Document, Import, RowChange, Dossier, Step, Plan, CouncilSession, *FACTS} | {
    TaskReport,
    TaskExtension,
}


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def signed_in(client, role="administrator", **given):
    person = make.user(role, **given)
    client.force_login(person)
    return person


def register():
    """At least one row in every table, each related to others."""
    zone, other = make.zone(name="Khu công nghiệp Đông Anh"), make.zone()
    part = make.phase(zone)
    DeveloperShare.objects.create(zone=zone, phase=part, developer=make.developer())
    old, new = make.unit(parent=make.unit(level="province")), make.unit()
    UnitSuccession.objects.create(old=old, new=new, whole=True, on=make.DAY)
    ZoneUnit.objects.create(zone=zone, unit=new)
    letter = make.document()
    DocumentLink.objects.create(document=letter, kind="amends", other=make.document())
    make.facility(destination=zone, unit=new)
    make.project(other)
    make.status(zone, document=letter)
    make.area(zone, phase=part, document=letter)
    make.land_use(zone)
    make.occupancy(zone)
    make.boundary(zone)
    make.measurement(zone)
    make.imported(zone.managing_agency)
    ApiToken.objects.create(user=make.user("machine"))
    make.webhook().deliveries.create(events=0, duration_ms=1)
    make.calendar_key(make.user())
    Letter.objects.create(user=make.notice(about=zone).user, on=make.DAY)
    planning(other, letter)
    return zone


def planning(zone, letter):
    """A row in every table of the planning app."""
    dossier = make.dossier(zone, "dossier_submitted", document=letter)
    make.pause(dossier, document=letter)
    make.extension(dossier, document=letter)
    make.milestone(dossier, document=letter)
    make.session_item(dossier)
    make.plan_entry(zone=zone)
    task = make.task(make.directive(document=letter), zones=[zone], dossiers=[dossier])
    make.task_report(task, document=letter)
    make.task_extension(task, document=letter)
    make.point(make.answered(make.opinion(make.consultation(dossier=dossier, document=letter)), document=letter))
    make.obstacle_update(make.obstacle(zone=zone, dossier=dossier, document=letter), document=letter)
    if not Holiday.objects.exists():
        make.rule(document=letter)
        make.silence_rule(document=letter)
        make.holiday(make.DAY)


def posted(client, model, row=None):
    """What the browser would post from the form as it stands now."""
    page = client.get(address(model, "change", row.pk) if row else address(model, "add"))
    found = {}
    for form in [
        page.context["adminform"].form,
        *(set.formset.management_form for set in page.context["inline_admin_formsets"]),
    ]:
        for bound in form:
            value = bound.value()
            found[bound.html_name] = "" if value is None else value
    for inlines in page.context["inline_admin_formsets"]:
        for form in inlines.formset.initial_forms:
            found |= {bound.html_name: "" if bound.value() is None else bound.value() for bound in form}
    return {name: value for name, value in found.items() if value is not False}


def test_every_table_has_its_admin_and_nothing_that_nobody_needs():
    ours = {model for model in admin.site._registry if model._meta.app_label in OUR_APPS}
    assert ours == set(TABLES)
    others = {model._meta.label for model in admin.site._registry} - {model._meta.label for model in TABLES}
    assert others == {"mfa.Authenticator", "axes.AccessAttempt"}


@pytest.mark.parametrize("role", ["administrator", "auditor"])
def test_each_list_searches_sorts_and_opens(client, role):
    register()
    signed_in(client, role)
    for model in TABLES:
        row = model.objects.order_by("pk").first()
        wanted = [address(model, "changelist") + query for query in ("", "?q=Đông", "?q=%00", "?o=1")]
        wanted += [address(model, "change", row.pk), address(model, "history", row.pk)]
        assert {path: client.get(path).status_code for path in wanted} == dict.fromkeys(wanted, 200)


def test_search_reads_names_without_tone_marks(client):
    make.zone(name="Cụm công nghiệp Lại Yên", code="LAI-YEN")
    make.zone(name="Khu công nghiệp Thăng Long")
    signed_in(client)
    found = client.get(address(Zone, "changelist"), {"q": "LAI yên"}).context["cl"].queryset
    assert [zone.code for zone in found] == ["LAI-YEN"]


def test_a_list_costs_the_same_with_few_and_with_many_rows(client):
    signed_in(client)
    client.get("/admin/")  # the first page of a session writes down that it began
    counts = []
    for _ in range(2):
        for _ in range(3):
            register()
        counts.append({model.__name__: statements(client, address(model, "changelist")) for model in TABLES})
    assert counts[0] == counts[1]


def statements(client, path):
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    return len(asked)


# Who may what -------------------------------------------------------------------------------------------------------


def tried(client, model):
    """The answers to every way of changing the first row of `model`."""
    row = model.objects.order_by("pk").first()
    ways = [("add", ()), ("change", (row.pk,)), ("delete", (row.pk,))]
    found = {page: client.post(address(model, page, *args), {"post": "yes"}).status_code for page, args in ways}
    many = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    client.post(address(model, "changelist"), many)
    return found


def test_an_auditor_reads_and_changes_nothing(client):
    register()
    signed_in(client, "auditor")
    for model in TABLES:
        before = list(model.objects.order_by("pk").values())
        assert client.get(address(model, "add")).status_code == 403
        assert tried(client, model) == {"add": 403, "change": 403, "delete": 403}, model
        assert list(model.objects.order_by("pk").values()) == before, model


def test_what_must_stay_cannot_be_deleted_even_by_an_administrator(client):
    register()
    signed_in(client)
    for model in KEPT:
        total = model.objects.count()
        assert tried(client, model)["delete"] == 403, model
        assert model.objects.count() >= total, model


def test_an_agency_goes_only_when_nothing_hangs_on_it(client):
    used, free = make.agency(), make.agency()
    make.zone(managing_agency=used)
    signed_in(client)
    for agency in (used, free):
        client.post(address(Agency, "delete", agency.pk), {"post": "yes"})
    assert Agency.objects.filter(pk=used.pk).exists() and not Agency.objects.filter(pk=free.pk).exists()


@pytest.fixture
def open_to_editors(monkeypatch):
    monkeypatch.setitem(ROLES, "editor", replace(ROLES["editor"], admin=True))


def test_were_the_admin_opened_to_editors_they_would_see_and_change_no_more_than_on_the_pages(client, open_to_editors):
    editor = signed_in(client, "editor")
    own = make.zone(managing_agency=editor.agency, publicity="restricted")
    seen = make.zone()
    hidden = make.zone(city="HCM", publicity="internal")
    make.area(seen, document=make.document(number="77/QĐ-MẬT", publicity="restricted"))
    listed = client.get(address(Zone, "changelist")).context["cl"].queryset
    assert set(listed) == {own, seen}
    assert client.get(address(Zone, "change", hidden.pk)).status_code == 302
    assert client.post(address(Zone, "change", seen.pk), {}).status_code == 403
    offered = client.get(
        reverse("admin:autocomplete"), {"app_label": "zones", "model_name": "zone", "field_name": "parent"}
    ).json()
    assert {row["text"] for row in offered["results"]} == {own.name, seen.name}
    data = posted(client, Zone, own) | {"parent": hidden.pk, "relation": "expansion"}
    refused = client.post(address(Zone, "change", own.pk), data)
    assert "parent" in refused.context["adminform"].form.errors
    assert client.get(address(Agency, "add")).status_code == 403
    assert "77/QĐ-MẬT" not in client.get(address(ZoneArea, "changelist")).content.decode()


# Changing -----------------------------------------------------------------------------------------------------------


def test_a_correction_keeps_its_reason_and_its_author(client):
    person, zone = signed_in(client), make.zone(name="Cụm công nghiệp Cũ")
    data = posted(client, Zone, zone) | {"name": "Cụm công nghiệp Mới", "reason": "Theo công văn 12"}
    assert client.post(address(Zone, "change", zone.pk), data).status_code == 302
    zone.refresh_from_db()
    assert (zone.name, zone.version) == ("Cụm công nghiệp Mới", 2)
    change = RowChange.objects.of(zone).first()
    assert (change.actor, change.reason) == (person, "Theo công văn 12")
    page = client.get(address(RowChange, "change", change.pk)).content.decode()
    assert "Cụm công nghiệp Cũ" in page and "Cụm công nghiệp Mới" in page and "Theo công văn 12" in page


def test_the_slower_of_two_sees_both_values_loses_nothing_and_may_then_decide(client):
    signed_in(client)
    zone = make.zone(name="Cụm công nghiệp A", note="cũ")
    mine = posted(client, Zone, zone) | {"name": "Cụm công nghiệp của tôi"}
    Zone.objects.get(pk=zone.pk).save()
    faster = Zone.objects.get(pk=zone.pk)
    faster.name = "Cụm công nghiệp của họ"
    faster.save()
    answer = client.post(address(Zone, "change", zone.pk), mine)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Cụm công nghiệp của tôi" in page and "Đang lưu: Cụm công nghiệp của họ" in page
    zone.refresh_from_db()
    assert zone.name == "Cụm công nghiệp của họ"
    shown = answer.context["adminform"].form
    again = mine | {"version_read": shown["version_read"].value()}
    assert client.post(address(Zone, "change", zone.pk), again).status_code == 302
    zone.refresh_from_db()
    assert zone.name == "Cụm công nghiệp của tôi"


def test_a_form_that_does_not_say_which_version_it_read_saves_nothing(client):
    signed_in(client)
    zone = make.zone(name="Cụm công nghiệp A")
    data = posted(client, Zone, zone) | {"name": "Khác", "version_read": ""}
    assert client.post(address(Zone, "change", zone.pk), data).status_code == 200
    assert Zone.objects.get(pk=zone.pk).name == "Cụm công nghiệp A"


def test_a_phase_of_another_zone_is_no_choice_for_a_share(client):
    signed_in(client)
    zone, foreign = make.zone(), make.phase(make.zone())
    data = posted(client, Zone, zone) | {
        "developers-TOTAL_FORMS": 1,
        "developers-0-zone": zone.pk,
        "developers-0-developer": make.developer().pk,
        "developers-0-phase": foreign.pk,
    }
    assert client.post(address(Zone, "change", zone.pk), data).status_code == 200
    assert not DeveloperShare.objects.exists()


# The ledger ---------------------------------------------------------------------------------------------------------


def test_a_fact_is_added_through_the_ledger(client):
    person, zone = signed_in(client), make.zone()
    data = {
        "zone": zone.pk,
        "kind": "decision",
        "value_ha": "12,5",
        "as_of": "20/07/2017",
        "as_of_precision": "day",
        "standing": "adopted",
        "source": "Báo cáo",
    }
    assert client.post(address(ZoneArea, "add"), data).status_code == 302
    fact = ZoneArea.objects.get()
    assert fact.recorded_by == person
    assert Zone.objects.visible_to(person).on().get().area_ha == fact.value_ha
    assert client.post(address(ZoneArea, "change", fact.pk), data).status_code == 403


def test_a_fact_without_a_source_or_of_the_future_is_refused_in_words(client):
    signed_in(client)
    zone = make.zone()
    for model in FACTS:
        answer = client.post(address(model, "add"), {"zone": zone.pk, "as_of": "31/12/2999", "submitted": "[" * 5000})
        assert answer.status_code == 200 and "as_of" in answer.context["adminform"].form.errors, model
        assert not model.objects.exists()


def test_a_phase_must_be_of_the_facts_own_zone(client):
    signed_in(client)
    data = {
        "zone": make.zone().pk,
        "phase": make.phase(make.zone()).pk,
        "kind": "decision",
        "value_ha": "1",
        "as_of": "01/01/2020",
        "as_of_precision": "day",
        "standing": "adopted",
        "source": "x",
    }
    answer = client.post(address(ZoneArea, "add"), data)
    assert answer.status_code == 200 and "phase" in answer.context["adminform"].form.errors


# People and keys ----------------------------------------------------------------------------------------------------


def test_an_administrator_makes_a_person_who_can_then_sign_in(client):
    signed_in(client)
    agency = make.agency()
    data = {
        "username": "lan.anh",
        "usable_password": "true",
        "password1": "mot-cau-that-dai-2026",
        "password2": "mot-cau-that-dai-2026",
        "last_name": "Nguyễn Thị",
        "first_name": "Lan Anh",
        "role": "editor",
        "agency": agency.pk,
    }
    assert client.post(address(User, "add"), data).status_code == 302
    person = User.objects.get(username="lan.anh")
    assert person.check_password("mot-cau-that-dai-2026") and not person.is_staff and person.agency == agency


def test_a_person_made_administrator_may_open_the_admin_and_no_longer_when_made_viewer(client):
    signed_in(client)
    person = make.user("viewer")
    for role, staff in (("administrator", True), ("viewer", False)):
        data = posted(client, User, person) | {"role": role}
        assert client.post(address(User, "change", person.pk), data).status_code == 302
        person.refresh_from_db()
        assert (person.is_staff, person.is_superuser) == (staff, staff)


def test_secrets_are_never_shown(client):
    person = make.user("editor")
    token, key = ApiToken.objects.create(user=person)
    for role in ("administrator", "auditor"):
        signed_in(client, role)
        pages = client.get(address(User, "change", person.pk)), client.get(address(ApiToken, "change", token.pk))
        text = "".join(page.content.decode() for page in pages)
        assert person.password not in text and person.password.split("$")[2] not in text
        assert key not in text


def test_a_key_is_revoked_but_not_made_by_hand(client):
    signed_in(client)
    token, _ = ApiToken.objects.create(user=make.user("machine"))
    assert client.get(address(ApiToken, "add")).status_code == 403
    client.post(address(ApiToken, "delete", token.pk), {"post": "yes"})
    assert not ApiToken.objects.exists()


def test_sign_in_attempts_are_for_administrators_to_read(client):
    attempt = AccessAttempt.objects.create(
        username="ai",
        ip_address="10.0.0.9",
        user_agent="x",
        post_data="bí mật",
        failures_since_start=1,
        get_data="",
        http_accept="",
        path_info="/",
    )
    signed_in(client)
    page = client.get(address(AccessAttempt, "change", attempt.pk))
    assert page.status_code == 200 and "bí mật" not in page.content.decode()
    assert client.post(address(AccessAttempt, "delete", attempt.pk), {"post": "yes"}).status_code == 403
    signed_in(client, "auditor")
    assert client.get(address(AccessAttempt, "changelist")).status_code == 403


def test_the_trace_has_no_form(client):
    make.zone()
    signed_in(client)
    change = RowChange.objects.visible_to(make.administrator()).first()
    assert issubclass(type(admin.site._registry[RowChange]), ReadOnly)
    assert client.post(address(RowChange, "change", change.pk), {"reason": "khác"}).status_code == 403


def test_other_roles_do_not_get_in(client):
    for role in ROLES:
        if not ROLES[role].admin:
            signed_in(client, role)
            for path in (reverse("admin:index"), address(Zone, "changelist"), reverse("admin:autocomplete")):
                assert client.get(path, follow=True).status_code == 403, (role, path)
