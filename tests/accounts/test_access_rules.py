"""Who sees and changes what: every case of the tables in docs/access.md, written out by hand."""

import pytest

from accounts.access import ROLES, check_may_edit, may_edit
from accounts.models import Agency, RowChange, User
from tests import factories as make
from zones.models import Document, DocumentLink, Facility, Measurement, Phase, TenantProject, Zone, ZoneArea

pytestmark = pytest.mark.django_db

# The nine records: publicity, and whose: "own" agency, another agency of the own city ("city"), the "other" city.
CASES = [
    ("public", "own"), ("public", "city"), ("public", "other"),
    ("internal", "own"), ("internal", "city"), ("internal", "other"),
    ("restricted", "own"), ("restricted", "city"), ("restricted", "other"),
]  # fmt: skip

# role              public           internal         restricted       (own city other)
SEEN = {
    "viewer":        "✓ ✓ ✓            ✓ ✓ –            ✓ – –",
    "editor":        "✓ ✓ ✓            ✓ ✓ –            ✓ – –",
    "approver":      "✓ ✓ ✓            ✓ ✓ –            ✓ – –",
    "head":          "✓ ✓ ✓            ✓ ✓ –            ✓ – –",
    "machine":       "✓ ✓ ✓            ✓ ✓ –            ✓ – –",
    "city":          "✓ ✓ ✓            ✓ ✓ –            ✓ ✓ –",
    "auditor":       "✓ ✓ ✓            ✓ ✓ ✓            ✓ ✓ ✓",
    "administrator": "✓ ✓ ✓            ✓ ✓ ✓            ✓ ✓ ✓",
}  # fmt: skip
CHANGED = {
    "viewer":        "– – –            – – –            – – –",
    "editor":        "✓ – –            ✓ – –            ✓ – –",
    "approver":      "✓ – –            ✓ – –            ✓ – –",
    "head":          "✓ – –            ✓ – –            ✓ – –",
    "machine":       "✓ – –            ✓ – –            ✓ – –",
    "city":          "– – –            – – –            – – –",
    "auditor":       "– – –            – – –            – – –",
    "administrator": "✓ ✓ ✓            ✓ ✓ ✓            ✓ ✓ ✓",
}  # fmt: skip
# Without an agency a person of the staff sees what is public and changes nothing.
SEEN_WITHOUT_AGENCY = "✓ ✓ ✓            – – –            – – –"
STAFF = ["viewer", "editor", "approver", "head", "machine", "city"]


def marked(row):
    return {case for case, mark in zip(CASES, row.split(), strict=True) if mark == "✓"}


@pytest.fixture
def agencies():
    return {
        "own": make.agency(city="HN", code="OWN"),
        "city": make.agency(city="HN", code="NEIGHBOUR"),
        "other": make.agency(city="HCM", code="FAR"),
    }


def zones(agencies):
    return {
        (publicity, whose): make.zone(
            publicity=publicity,
            managing_agency=agencies[whose],
            city=agencies[whose].city,
            code=f"{publicity}-{whose}".upper(),
        )
        for publicity, whose in CASES
    }


def facilities(agencies):
    return {
        (publicity, whose): make.facility(
            publicity=publicity, managing_agency=agencies[whose], city=agencies[whose].city
        )
        for publicity, whose in CASES
    }


def documents(agencies):
    return {
        (publicity, whose): make.document(publicity=publicity, agency=agencies[whose], city=agencies[whose].city)
        for publicity, whose in CASES
    }


def facts(agencies):
    return {case: make.area(zone) for case, zone in zones(agencies).items()}


def phases(agencies):
    return {case: make.phase(zone) for case, zone in zones(agencies).items()}


KINDS = {Zone: zones, Facility: facilities, Document: documents, ZoneArea: facts, Phase: phases}


def test_the_tables_speak_of_every_role():
    assert set(SEEN) == set(CHANGED) == set(ROLES)


@pytest.mark.parametrize("model", KINDS, ids=lambda model: model.__name__)
def test_each_role_sees_and_changes_exactly_what_the_tables_say(agencies, model):
    records = KINDS[model](agencies)
    case_of = {record.pk: case for case, record in records.items()}
    for role in ROLES:
        person = make.user(role, agency=agencies["own"])
        assert {case_of[row.pk] for row in model.objects.visible_to(person)} == marked(SEEN[role]), role
        assert {case_of[row.pk] for row in model.objects.editable_by(person)} == marked(CHANGED[role]), role
        assert {case for case, row in records.items() if may_edit(person, row)} == marked(CHANGED[role]), role


def test_without_an_agency_only_what_is_public_is_there(agencies):
    case_of = {record.pk: case for case, record in zones(agencies).items()}
    for role in STAFF:
        person = make.user(role, agency=None)
        assert {case_of[zone.pk] for zone in Zone.objects.visible_to(person)} == marked(SEEN_WITHOUT_AGENCY), role
        assert not Zone.objects.editable_by(person).exists()
    for role in ("auditor", "administrator"):
        assert Zone.objects.visible_to(make.user(role, agency=None)).count() == 9


def test_whoever_is_not_signed_in_or_no_longer_active_sees_and_changes_nothing(agencies, client):
    from django.contrib.auth.models import AnonymousUser

    record = zones(agencies)["public", "own"]
    make.measurement(city="HN")
    for nobody in (
        AnonymousUser(),
        make.administrator(is_active=False),
        make.user("editor", agency=agencies["own"], is_active=False),
    ):
        for model in (Zone, Agency, Measurement, User, RowChange):
            seen = model.objects.visible_to(nobody)
            assert not seen.exclude(pk=nobody.pk).exists() if model is User else not seen.exists()
        assert not Zone.objects.editable_by(nobody).exists() and not may_edit(nobody, record)


def test_a_project_needs_its_own_publicity_and_its_zone_seen():
    own, far = make.agency(city="HN"), make.agency(city="HCM")
    person = make.user("editor", agency=own)
    hidden = make.zone(publicity="internal", city="HCM", managing_agency=far)
    seen = make.zone(publicity="public", city="HCM", managing_agency=far)
    home = make.zone(publicity="internal", city="HN", managing_agency=own)
    expected = {
        make.project(hidden, publicity="public"): False,
        make.project(seen, publicity="public"): True,
        make.project(seen, publicity="internal"): False,
        make.project(home, publicity="public"): True,
        make.project(home, publicity="restricted"): True,
    }
    assert set(TenantProject.objects.visible_to(person)) == {row for row, shown in expected.items() if shown}
    assert {row.zone for row in TenantProject.objects.editable_by(person)} == {home}


def test_a_relation_of_documents_is_seen_where_both_are():
    person = make.user("viewer")
    open_one, closed = make.document(), make.document(publicity="restricted", agency=make.agency())
    both = DocumentLink.objects.create(document=open_one, kind="amends", other=make.document())
    for one, other in ((open_one, closed), (closed, open_one)):
        DocumentLink.objects.create(document=one, kind="replaces", other=other)
    assert list(DocumentLink.objects.visible_to(person)) == [both]


def test_a_restricted_document_without_an_agency_is_for_those_who_see_the_whole_city_or_everything():
    letter = make.document(publicity="restricted", agency=None)
    found = {role for role in ROLES if Document.objects.visible_to(make.user(role)).filter(pk=letter.pk).exists()}
    assert found == {"city", "auditor", "administrator"}


def test_reference_rows_are_seen_by_all_and_changed_by_administrators():
    rows = [make.agency(), make.unit(), make.indicator(), make.developer()]
    for role in ROLES:
        person = make.user(role)
        for row in rows:
            assert type(row).objects.visible_to(person).filter(pk=row.pk).exists(), role
            assert type(row).objects.editable_by(person).filter(pk=row.pk).exists() is (role == "administrator"), role
            assert may_edit(person, row) is (role == "administrator"), role


def test_a_published_figure_of_a_city_is_seen_by_all_and_changed_by_administrators():
    figure = make.measurement(city="HCM")
    for role in ROLES:
        person = make.user(role)
        assert figure in Measurement.objects.visible_to(person), role
        assert may_edit(person, figure) is (role == "administrator"), role


def test_people_and_the_trace_are_for_auditors_and_administrators():
    neighbour = make.user()
    for role in ROLES:
        person, reads = make.user(role), role in ("auditor", "administrator")
        assert (neighbour in User.objects.visible_to(person)) is reads
        assert person in User.objects.visible_to(person)
        assert RowChange.objects.visible_to(person).exists() is reads


def test_a_record_cannot_be_given_to_another_agency_by_who_may_not_write_there():
    from django.core.exceptions import PermissionDenied

    editor = make.user("editor")
    zone = make.zone(managing_agency=editor.agency)
    check_may_edit(editor, zone)
    zone.managing_agency = make.agency()
    with pytest.raises(PermissionDenied):
        check_may_edit(editor, zone)
