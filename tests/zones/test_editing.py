"""Changing the register: a fact needs a basis, two people at once lose nothing, only the own agency edits."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import RowChange
from tests import factories as make
from zones.forms import FACT_FORMS
from zones.forms.correcting import as_submitted
from zones.models import (
    Boundary,
    Developer,
    DeveloperShare,
    Facility,
    Phase,
    TenantProject,
    Zone,
    ZoneArea,
    ZoneStatus,
    ZoneUnit,
)
from zones.models.fact import Precision

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    person = make.user("editor", first_name="Lan Anh")
    client.force_login(person)
    return person


@pytest.fixture
def zone(editor):
    return make.zone(managing_agency=editor.agency, name="Cụm công nghiệp Lại Yên", place_text="Hoài Đức")


def fields_of(response):
    """What the browser would send back if the reader changed nothing."""
    sent = {}
    for field in response.context["form"]:
        sent[field.html_name] = as_sent(field)
        if field.field.show_hidden_initial:
            sent[field.html_initial_name] = field.form.data.get(field.html_initial_name, as_sent(field))
    return {name: value for name, value in sent.items() if value is not None}


def as_sent(field):
    value = (
        field.field.widget.format_value(field.value())
        if field.widget_type != "checkbox"
        else ("on" if field.value() else None)
    )
    return value[0] if isinstance(value, list) else ("" if value is None and field.widget_type != "checkbox" else value)


def add_fact(client, zone, kind="area", **sent):
    address = reverse("zones:fact_new", args=[zone.code, kind])
    common = {"as_of": "20/07/2017", "standing": "adopted", "source": "Báo cáo của ban quản lý", "seen": "0"}
    return client.post(address, common | sent)


def errors_of(response):
    return {name for name, texts in response.context["form"].errors.items() if texts}


# Facts ----------------------------------------------------------------------------------------------------------------


def test_a_fact_is_added_with_its_day_and_basis_and_shows_on_the_page(client, zone):
    response = add_fact(client, zone, kind="area", value_ha="1.027,25")
    assert errors_of(response) == {"kind"}

    response = client.post(
        reverse("zones:fact_new", args=[zone.code, "area"]),
        {
            "kind": "decision",
            "value_ha": "1.027,25",
            "as_of": "20/07/2017",
            "standing": "adopted",
            "source": "QĐ",
            "seen": "0",
        },
    )

    assert response.status_code == 302
    fact = ZoneArea.objects.get(zone=zone)
    assert (fact.value_ha, fact.as_of) == (1027.25, datetime.date(2017, 7, 20))
    assert Zone.objects.on().get(pk=zone.pk).area_ha == fact.value_ha


@pytest.mark.parametrize(
    ("written", "day", "precision"),
    [
        ("20/07/2017", datetime.date(2017, 7, 20), Precision.DAY),
        ("2017-07-20", datetime.date(2017, 7, 20), Precision.DAY),
        ("2/2024", datetime.date(2024, 2, 29), Precision.MONTH),
        ("Q2/2017", datetime.date(2017, 6, 30), Precision.QUARTER),
        ("quý 4/2016", datetime.date(2016, 12, 31), Precision.QUARTER),
        ("2017", datetime.date(2017, 12, 31), Precision.YEAR),
    ],
)
def test_a_day_is_kept_as_precisely_as_it_was_written(client, zone, written, day, precision):
    add_fact(client, zone, "status", aspect="main", value="operating", as_of=written)

    fact = ZoneStatus.objects.get(zone=zone)
    assert (fact.as_of, fact.as_of_precision) == (day, precision)


@pytest.mark.parametrize("written", ["", "31/02/2020", "năm ngoái", "13/2020", "0000", "31/12/2999"])
def test_a_day_that_is_missing_impossible_or_to_come_is_refused_and_the_input_kept(client, zone, written):
    response = add_fact(client, zone, "status", aspect="main", value="operating", as_of=written, note="giữ lại")

    assert errors_of(response) == {"as_of"}
    assert "giữ lại" in response.content.decode()
    assert 'href="#id_as_of"' in response.content.decode()
    assert not ZoneStatus.objects.exists()


@pytest.mark.parametrize("written", ["1.2.3", "12.34.5", "1.23,4", "27,4,1", "1 234"])
def test_a_number_whose_marks_stand_wrongly_is_refused_rather_than_guessed(client, zone, written):
    """Without its marks 1.2.3 would be 123 hectares."""
    response = add_fact(client, zone, value_ha=written)
    assert response.status_code == 200
    assert "value_ha" in response.context["form"].errors
    assert not ZoneArea.objects.exists()


@pytest.mark.parametrize(("written", "stored"), [("27,4", "27.4"), ("1.234,5", "1234.5"), ("1234", "1234")])
def test_a_number_is_read_as_offices_write_it_and_shown_again_without_idle_zeros(client, zone, written, stored):
    sent = {"kind": "decision", "value_ha": written, "as_of": "2017", "standing": "adopted", "source": "Báo cáo"}
    client.post(reverse("zones:fact_new", args=[zone.code, "area"]), sent)
    fact = ZoneArea.objects.get()
    assert fact.value_ha == Decimal(stored)
    form = client.get(reverse("zones:fact_new", args=[zone.code, "area"]), {"of": fact.pk})
    assert f'value="{written}"' in str(form.context["form"]["value_ha"])


@pytest.mark.parametrize(
    ("language", "written", "ways"), [("vi", "1.234", ("1234", "1,234")), ("en", "1,234", ("1234", "1.234"))]
)
def test_a_number_that_reads_two_ways_is_asked_about(client, zone, language, written, ways):
    client.cookies["django_language"] = language
    response = add_fact(client, zone, value_ha=written)
    (question,) = response.context["form"].errors["value_ha"]
    assert all(f"{way} " in f"{question.rstrip('.')} " for way in ways)
    assert f'value="{written}"' in str(response.context["form"]["value_ha"])
    assert not ZoneArea.objects.exists()


def test_persons_are_whole_and_so_read_one_way_only(client, editor):
    facility = make.facility(managing_agency=editor.agency, land_area_ha=1234)
    address = reverse("zones:facility_edit", args=[facility.code])
    form = client.get(address).context["form"]
    assert 'value="1234"' in str(form["land_area_ha"])
    sent = {name: as_submitted(form[name]) for name in form.fields} | {"workers": "1.234", "reason": ""}
    sent = {name: value for name, value in sent.items() if value is not None}
    assert client.post(address, sent).status_code == 302
    facility.refresh_from_db()
    assert (facility.workers, facility.land_area_ha) == (1234, 1234)


def test_the_day_in_view_stays_but_is_never_taken_for_the_day_of_the_figure(client, zone):
    address = reverse("zones:fact_new", args=[zone.code, "area"]) + "?as_of=2025-12-31"
    assert not client.get(address).context["form"]["as_of"].value()


def test_a_fact_needs_a_document_or_a_source(client, zone):
    assert errors_of(add_fact(client, zone, "status", aspect="main", value="operating", source="")) == {"document"}

    document = make.document()
    add_fact(client, zone, "status", aspect="main", value="operating", source="", document=document.pk)
    assert ZoneStatus.objects.get(zone=zone).document == document


def test_a_hidden_document_cannot_be_chosen_as_basis(client, zone):
    secret = make.document(publicity="restricted")

    response = add_fact(client, zone, "status", aspect="main", value="operating", document=secret.pk)

    assert errors_of(response) == {"document"}
    assert str(secret) not in client.get(reverse("zones:fact_new", args=[zone.code, "status"])).content.decode()


def test_the_form_to_correct_a_fact_starts_from_it_and_supersedes_it(client, zone, editor):
    wrong = make.area(zone, "decision", "72.7", by=editor)
    address = reverse("zones:fact_new", args=[zone.code, "area"])
    opened = client.get(address, {"of": wrong.pk})

    response = client.post(address, fields_of(opened) | {"value_ha": "27,2", "note": "gõ nhầm"})

    assert response.status_code == 302
    wrong.refresh_from_db()
    assert wrong.superseded_by.value_ha == 27.2 or str(wrong.superseded_by.value_ha) == "27.2000"
    assert RowChange.objects.of(wrong.superseded_by).first().reason == "gõ nhầm"


def test_a_fact_can_only_replace_one_on_the_same_subject(client, zone, editor):
    industrial = make.area(zone, "industrial", "20", by=editor)

    response = add_fact(client, zone, "area", value_ha="27", supersedes=industrial.pk, seen=industrial.pk)
    assert "kind" in errors_of(response)
    sent = {
        "kind": "decision",
        "value_ha": "27",
        "as_of": "2017",
        "standing": "adopted",
        "source": "QĐ",
        "supersedes": industrial.pk,
    }
    response = client.post(reverse("zones:fact_new", args=[zone.code, "area"]), sent)

    assert errors_of(response) == {"supersedes"}


def opened_and_overtaken(client, zone, editor):
    """A form opened on a figure that a colleague corrects before it is sent."""
    old = make.area(zone, "decision", "72.7", by=editor)
    address = reverse("zones:fact_new", args=[zone.code, "area"])
    opened = fields_of(client.get(address, {"of": old.pk}))
    colleague = make.user("editor", agency=editor.agency)
    theirs = make.area(zone, "decision", "27.3", by=colleague, supersedes=old, source="Số của đồng nghiệp")
    return address, opened | {"value_ha": "27,2", "note": "số của tôi"}, theirs


def test_the_second_of_two_people_sees_both_values_and_loses_nothing(client, zone, editor):
    address, mine, theirs = opened_and_overtaken(client, zone, editor)

    response = client.post(address, mine)
    shown = response.content.decode()

    assert response.status_code == 409
    assert "27,2" in shown and "27,3" in shown and "Số của đồng nghiệp" in shown and "số của tôi" in shown
    assert ZoneArea.objects.in_force().get(zone=zone) == theirs


@pytest.mark.parametrize("choice", ["beside", "replace"])
def test_the_second_may_record_beside_or_replace_the_first(client, zone, editor, choice):
    address, mine, theirs = opened_and_overtaken(client, zone, editor)
    again = fields_of(client.post(address, mine)) | {"supersedes": theirs.pk if choice == "replace" else ""}

    response = client.post(address, again)

    assert response.status_code == 302
    standing = sorted(str(fact.value_ha) for fact in ZoneArea.objects.in_force().filter(zone=zone))
    assert standing == (["27.2000"] if choice == "replace" else ["27.2000", "27.3000"])


def test_a_boundary_is_taken_as_a_table_in_vn_2000_and_measured(client, zone):
    corners = "1\t2330000\t580000\n2\t2330000\t581000\n3\t2331000\t581000\n4\t2331000\t580000\n"

    response = add_fact(client, zone, "boundary", submitted=corners, srid=5897)

    assert response.status_code == 302
    assert 99 < Boundary.objects.get(zone=zone).measured_ha < 101


@pytest.mark.parametrize(
    "submitted",
    [
        "",
        "không phải toạ độ",
        '{"type": "Point", "coordinates": [105, 21]}',
        "1 2\n3 4",
        '{"type":"Feature","x":NaN}',
        "[" * 5000,
    ],
)
def test_a_boundary_that_cannot_be_read_is_refused_at_its_field(client, zone, submitted):
    assert errors_of(add_fact(client, zone, "boundary", submitted=submitted, srid=4326)) == {"submitted"}


def test_withdrawing_needs_a_reason_and_keeps_the_fact_readable(client, zone, editor):
    fact = make.area(zone, "decision", "72.7", by=editor)
    address = reverse("zones:fact_withdraw", args=[zone.code, "area", fact.pk])

    assert errors_of(client.post(address, {"note": " "})) == {"note"}
    assert client.post(address, {"note": "nhầm khu"}).status_code == 302

    assert Zone.objects.on().get(pk=zone.pk).area_ha is None
    assert RowChange.objects.of(fact).first().reason == "nhầm khu"
    assert errors_of(client.post(address, {"note": "lần nữa"})) == {"__all__"}


@pytest.mark.parametrize("kind", ["status", "area", "land-use", "occupancy", "boundary", "measurement"])
def test_every_kind_of_fact_has_a_form_that_shows_what_stands_now(client, zone, kind):
    (
        make.status(zone),
        make.area(zone),
        make.land_use(zone),
        make.occupancy(zone),
        make.boundary(zone),
        make.measurement(zone),
    )

    response = client.get(reverse("zones:fact_new", args=[zone.code, kind]))

    assert response.status_code == 200
    assert len(response.context["standing"]) == 1


def test_an_unknown_kind_of_fact_is_not_found(client, zone):
    assert client.get(reverse("zones:fact_new", args=[zone.code, "weather"])).status_code == 404


# Records --------------------------------------------------------------------------------------------------------------


def test_correcting_a_zone_keeps_the_reason_in_its_history(client, zone):
    address = reverse("zones:edit", args=[zone.code])

    response = client.post(
        address, fields_of(client.get(address)) | {"name": "Cụm công nghiệp Lại Yên 1", "reason": "theo QĐ mới"}
    )

    assert response.status_code == 302
    change = RowChange.objects.of(zone).first()
    assert (change.after["name"], change.reason) == ("Cụm công nghiệp Lại Yên 1", "theo QĐ mới")


def test_two_people_who_edit_different_fields_are_offered_the_merged_record(client, zone):
    address = reverse("zones:edit", args=[zone.code])
    mine = fields_of(client.get(address)) | {"place_text": "Sơn Đồng", "reason": "địa bàn mới"}
    theirs = Zone.objects.get(pk=zone.pk)
    theirs.term_years = 50
    theirs.save()

    response = client.post(address, mine)
    assert response.status_code == 409
    merged = fields_of(response)
    assert (merged["place_text"], merged["term_years"], merged["reason"]) == ("Sơn Đồng", "50", "địa bàn mới")

    assert client.post(address, merged).status_code == 302
    zone.refresh_from_db()
    assert (zone.place_text, zone.term_years) == ("Sơn Đồng", 50)


def test_two_people_who_edit_the_same_field_see_yours_theirs_and_kept(client, zone):
    address = reverse("zones:edit", args=[zone.code])
    mine = fields_of(client.get(address)) | {"place_text": "Sơn Đồng"}
    theirs = Zone.objects.get(pk=zone.pk)
    theirs.place_text = "An Khánh"
    theirs.save()

    response = client.post(address, mine)

    line = next(line for line in response.context["conflict"]["lines"] if line["field"].name == "place_text")
    assert (line["yours"], line["theirs"], line["field"].value(), line["differs"]) == (
        "Sơn Đồng",
        "An Khánh",
        "Sơn Đồng",
        True,
    )
    assert Zone.objects.get(pk=zone.pk).place_text == "An Khánh"


def test_a_third_edit_while_the_conflict_is_being_resolved_is_noticed_too(client, zone):
    address = reverse("zones:edit", args=[zone.code])
    mine = fields_of(client.get(address)) | {"place_text": "Sơn Đồng"}
    Zone.objects.get(pk=zone.pk).save()
    merged = fields_of(client.post(address, mine))
    later = Zone.objects.get(pk=zone.pk)
    later.note = "ghi xen vào"
    later.save()

    response = client.post(address, merged)
    assert response.status_code == 409
    again = fields_of(response)
    assert (again["place_text"], again["note"]) == ("Sơn Đồng", "ghi xen vào")


def test_a_new_zone_belongs_to_the_editors_own_agency_and_city(client, editor):
    other = make.agency(city="HCM")
    sent = {
        "code": "HN-CCN-MOI",
        "name": "Cụm công nghiệp Mới",
        "kind": "CCN",
        "city": "HCM",
        "publicity": "public",
        "managing_agency": other.pk,
    }
    address = reverse("zones:new")

    assert errors_of(client.post(address, sent)) == {"city", "managing_agency"}
    sent |= {"city": "HN", "managing_agency": editor.agency.pk}
    assert client.post(address, sent).status_code == 302

    assert Zone.objects.get(code="HN-CCN-MOI").managing_agency == editor.agency


def test_an_editor_cannot_give_a_zone_away(client, zone):
    address = reverse("zones:edit", args=[zone.code])

    response = client.post(address, fields_of(client.get(address)) | {"managing_agency": make.agency().pk})

    assert errors_of(response) == {"managing_agency"}


def test_hidden_zones_are_not_offered_as_parents(client, zone):
    hidden = make.zone(name="Khu kín", publicity="restricted")
    address = reverse("zones:edit", args=[zone.code])

    assert "Khu kín" not in client.get(address).content.decode()
    assert errors_of(
        client.post(address, fields_of(client.get(address)) | {"parent": hidden.pk, "relation": "expansion"})
    ) == {"parent"}


def test_phases_places_and_developers_are_added_and_removed(client, zone):
    place = make.unit()
    client.post(reverse("zones:phase_new", args=[zone.code]), {"number": 1, "name": "Giai đoạn đầu"})
    client.post(reverse("zones:place_new", args=[zone.code]), {"unit": place.pk, "certain": "on"})
    client.post(reverse("zones:developer_new", args=[zone.code]), {"name": "Công ty  Hạ tầng A", "area_ha": "12,5"})

    assert Phase.objects.get(zone=zone).name == "Giai đoạn đầu"
    assert ZoneUnit.objects.get(zone=zone).unit == place
    share = DeveloperShare.objects.get(zone=zone)
    assert (share.developer, float(share.area_ha)) == (Developer.objects.get(name="Công ty Hạ tầng A"), 12.5)

    client.post(reverse("zones:place_remove", args=[zone.code, zone.places.get().pk]), {"reason": "ghi nhầm"})
    client.post(reverse("zones:developer_remove", args=[zone.code, share.pk]), {"reason": "ghi nhầm"})

    assert not ZoneUnit.objects.exists() and not DeveloperShare.objects.exists()
    assert client.get(reverse("zone", args=[zone.code])).content.decode().count("ghi nhầm") == 2


def test_a_place_or_developer_is_written_once(client, zone):
    place = make.unit()
    for _time in range(2):
        placed = client.post(reverse("zones:place_new", args=[zone.code]), {"unit": place.pk})
        shared = client.post(reverse("zones:developer_new", args=[zone.code]), {"name": "Công ty A"})

    assert (placed.status_code, errors_of(shared)) == (200, {"name"})
    assert (ZoneUnit.objects.count(), DeveloperShare.objects.count()) == (1, 1)


def test_a_phase_number_is_given_once(client, zone):
    for _time in range(2):
        response = client.post(reverse("zones:phase_new", args=[zone.code]), {"number": 1})

    assert errors_of(response) == {"__all__"}


def test_a_phase_is_corrected_with_the_same_care_as_a_zone(client, zone):
    phase = make.phase(zone)
    address = reverse("zones:phase_edit", args=[zone.code, phase.pk])
    mine = fields_of(client.get(address)) | {"name": "Giai đoạn 1A"}
    Phase.objects.get(pk=phase.pk).save()

    assert client.post(address, mine).status_code == 409


def test_a_facility_is_added_corrected_and_shown(client, editor):
    sent = {
        "code": "CSSX-1",
        "name": "Xưởng dệt",
        "city": "HN",
        "managing_agency": editor.agency.pk,
        "publicity": "internal",
    }
    sent |= {"as_of": "31/12/2025", "source": "Phiếu khảo sát", "floor_area_m2": "1.250,5"}
    assert client.post(reverse("zones:facility_new"), sent).status_code == 302
    address = reverse("zones:facility_edit", args=["CSSX-1"])

    response = client.post(address, fields_of(client.get(address)) | {"trade": "Dệt may", "reason": "bổ sung ngành"})

    assert response.status_code == 302
    shown = client.get(reverse("zones:facility", args=["CSSX-1"])).content.decode()
    assert "Dệt may" in shown and "1.250,5" in shown and "bổ sung ngành" in shown
    assert Facility.objects.get().floor_area_m2 == 1250.5


def test_a_tenant_project_goes_into_a_zone_of_the_own_agency_only(client, zone):
    other = make.zone()
    sent = {
        "code": "DA-1",
        "name": "Nhà máy A",
        "origin": "FDI",
        "status": "operating",
        "publicity": "public",
        "as_of": "31/12/2025",
    }
    sent |= {"source": "GCNĐKĐT", "registered_bn": "12"}

    assert errors_of(client.post(reverse("zones:project_new"), sent | {"zone": other.pk})) == {"zone", "registered_bn"}
    sent |= {"registered_bn": "", "registered_musd": "12,5", "zone": zone.pk}
    assert client.post(reverse("zones:project_new"), sent).status_code == 302
    assert "12,5" in client.get(reverse("zones:project", args=["DA-1"])).content.decode()

    address = reverse("zones:project_edit", args=["DA-1"])
    mine = fields_of(client.get(address)) | {"name": "Nhà máy B"}
    TenantProject.objects.get().save()
    assert client.post(address, mine).status_code == 409


# Rights ---------------------------------------------------------------------------------------------------------------


def pages_of(zone):
    fact, phase = make.area(zone), make.phase(zone, 9)
    place = ZoneUnit.objects.create(zone=zone, unit=make.unit())
    share = DeveloperShare.objects.create(zone=zone, developer=make.developer())
    code = zone.code
    return [
        reverse("zones:edit", args=[code]),
        reverse("zones:fact_new", args=[code, "area"]),
        reverse("zones:fact_withdraw", args=[code, "area", fact.pk]),
        reverse("zones:phase_new", args=[code]),
        reverse("zones:phase_edit", args=[code, phase.pk]),
        reverse("zones:place_new", args=[code]),
        reverse("zones:place_remove", args=[code, place.pk]),
        reverse("zones:developer_new", args=[code]),
        reverse("zones:developer_remove", args=[code, share.pk]),
    ]


@pytest.mark.parametrize(("publicity", "status"), [("public", 403), ("restricted", 404)])
def test_another_agencys_zone_cannot_be_edited_and_a_hidden_one_is_not_found(client, editor, publicity, status):
    for address in pages_of(make.zone(publicity=publicity)):
        assert client.get(address).status_code == status, address
        assert client.post(address, {}).status_code == status, address


def test_a_fact_of_another_zone_cannot_be_reached_through_the_own_one(client, zone):
    foreign = make.area(make.zone(publicity="restricted"))

    assert client.get(reverse("zones:fact_withdraw", args=[zone.code, "area", foreign.pk])).status_code == 404


@pytest.mark.parametrize("role", ["viewer", "city", "auditor"])
def test_whoever_only_reads_cannot_add_anything(client, role):
    client.force_login(make.user(role))

    for name in ("zones:new", "zones:facility_new", "zones:project_new", "zones:document_new"):
        assert client.get(reverse(name)).status_code == 403


# Hostile values -------------------------------------------------------------------------------------------------------

HOSTILE = [
    "\0",
    "a\0b",
    "\u202e",
    "\ud7ff\ufdd0",
    "NaN",
    "Infinity",
    "-1",
    "1e400",
    "9" * 400,
    "9" * 19,
    "٣",
    "<b>",
    "' OR 1=1",
    "%s{}",
]


def every_form(zone, editor):
    make.facility(code="CSSX-9", managing_agency=editor.agency), make.project(zone, code="DA-9")
    document, phase = make.document(agency=editor.agency), make.phase(zone)
    yield from (reverse("zones:fact_new", args=[zone.code, kind]) for kind in FACT_FORMS)
    yield from (reverse(f"zones:{what}_new") for what in ("facility", "project", "document"))
    yield from (reverse(f"zones:{what}_new", args=[zone.code]) for what in ("phase", "place", "developer"))
    yield from (
        reverse("zones:new"),
        reverse("zones:edit", args=[zone.code]),
        reverse("zones:link_new", args=[document.pk]),
    )
    yield reverse("zones:facility_edit", args=["CSSX-9"])
    yield reverse("zones:project_edit", args=["DA-9"])
    yield reverse("zones:document_edit", args=[document.pk])
    yield reverse("zones:phase_edit", args=[zone.code, phase.pk])


@pytest.mark.parametrize("value", HOSTILE, ids=ascii)
def test_no_value_breaks_a_form(client, zone, editor, value):
    for address in every_form(zone, editor):
        opened = client.get(address, {"of": value, "phase": value, "zone": value, "next": value})
        response = client.post(address, dict.fromkeys(fields_of(opened), value))

        assert response.status_code in (200, 302, 409), address


@pytest.mark.parametrize("value", ["\0", "9" * 19], ids=ascii)
def test_one_hostile_value_among_good_ones_breaks_neither_the_form_nor_the_page(client, zone, editor, value):
    for address in every_form(zone, editor):
        usual = fields_of(client.get(address))
        for name in usual:
            if not name.startswith("initial-") and name != "code":
                assert client.post(address, usual | {name: value}).status_code in (200, 302, 409), (address, name)

    assert client.get(reverse("zone", args=[zone.code])).status_code == 200
