"""Many rows in one request: all or nothing, each by the rules of a single request; and single records taken back."""

import json

import pytest
from django.db import connection, transaction

from accounts.models import RowChange, StaleRecord
from tests import factories as make
from zones.models import Document, Facility, TenantProject, Zone, ZoneArea

pytestmark = pytest.mark.django_db
FACILITIES = "/api/v1/facilities"
AREAS = "/api/v1/facts/areas"


def send(client, what, body, **headers):
    return client.post(f"/api/v1/{what}/bulk", body, headers=headers)


def problems(response, status=400):
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    return response.json()["errors"]


def new_facility(agency, number=1, **given):
    row = {"code": f"CSSX-MOI-{number}", "name": f"Xưởng dệt {number}", "city": "HN", "managing_agency": agency.code}
    return row | {"as_of": "2026-06-30", "source": "Phiếu khảo sát"} | given


def row_of(record, **given):
    return {"code": record.code, "etag": record.etag, **given}


def area_row(zone, **given):
    row = {"zone": zone.code, "kind": "leased", "value_ha": 21.5, "as_of": "2026-06-30", "source": "Báo cáo quý II"}
    return row | given


# All or nothing -------------------------------------------------------------------------------------------------------


def test_rows_are_created_corrected_and_deleted_and_answered_in_their_order():
    editor = make.user("editor")
    first, second, third = (make.facility(managing_agency=editor.agency) for _ in range(3))
    client = make.caller(editor)
    body = {
        "delete": [row_of(third, reason="Ghi trùng")],
        "update": [row_of(second, workers=40), row_of(first, workers=12)],
        "create": [new_facility(editor.agency, 1), new_facility(editor.agency, 2)],
    }
    answer = send(client, "facilities", body)
    assert answer.status_code == 200
    told = answer.json()
    assert [row["code"] for row in told["create"]] == ["CSSX-MOI-1", "CSSX-MOI-2"]
    assert [(row["code"], row["outcome"]) for row in told["update"]] == [
        (second.code, "updated"),
        (first.code, "updated"),
    ]
    assert told["delete"] == [{"id": third.pk, "code": third.code, "etag": None, "outcome": "deleted"}]
    for row in told["create"] + told["update"]:
        assert client.get(f"{FACILITIES}/{row['code']}")["ETag"] == row["etag"]
    assert dict(Facility.objects.values_list("code", "workers")) == {
        first.code: 12,
        second.code: 40,
        "CSSX-MOI-1": None,
        "CSSX-MOI-2": None,
    }


def test_one_bad_row_leaves_nothing_behind_and_every_bad_row_is_told():
    editor = make.user("editor")
    own, other, gone = (
        make.facility(managing_agency=editor.agency),
        make.facility(),
        make.facility(publicity="internal", city="HCM"),
    )
    before = list(Facility.objects.order_by("pk").values())
    answer = send(
        make.caller(editor),
        "facilities",
        {
            "create": [
                new_facility(editor.agency),
                new_facility(editor.agency),
                new_facility(editor.agency, 2, name="", colour="red"),
                new_facility(other.managing_agency, 3),
            ],
            "update": [
                row_of(own, workers=5),
                row_of(own, workers=6) | {"etag": '"99"'},
                {"code": own.code, "workers": 7},
                row_of(other, workers=8),
                row_of(gone, workers=9),
                {"workers": 10},
                row_of(own, land_area_ha=-1),
            ],
            "delete": [{"code": "KHONG-CO", "etag": '"1"'}, row_of(other) | {"etag": None}, {"code": [1], "etag": "x"}],
        },
    )
    told = problems(answer)
    assert {row: sorted(fields) for row, fields in told.items()} == {
        "create/1": ["code"],
        "create/2": ["colour"],
        "create/3": ["managing_agency"] if "managing_agency" in told["create/3"] else ["non_field_errors"],
        "update/1": ["etag"],
        "update/2": ["etag"],
        "update/3": ["non_field_errors"],
        "update/4": ["code"],
        "update/5": ["code"],
        "update/6": ["land_area_ha"],
        "delete/0": ["code"],
        "delete/1": ["non_field_errors"],
        "delete/2": ["code"],
    }
    assert own.etag in told["update/1"]["etag"][0]
    assert list(Facility.objects.order_by("pk").values()) == before


def test_a_record_named_twice_is_corrected_once():
    facility = make.facility()
    answer = send(make.caller(), "facilities", {"update": [row_of(facility, workers=5), row_of(facility, workers=6)]})
    assert list(problems(answer)) == ["update/1"]
    assert Facility.objects.get().workers is None


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"create": []},
        {"create": {}},
        {"create": [1]},
        {"remove": []},
        {"delete": None},
        {"update": [{"code": None, "etag": 1}]},
        {"update": [{"code": True, "etag": {}}]},
        {"delete": [{"code": "A1", "etag": "x", "reason": ["a"]}]},
    ],
)
@pytest.mark.parametrize("what", ["facilities", "documents"])
def test_what_is_no_list_of_rows_is_refused(what, body):
    assert problems(send(make.caller(), what, body))


def test_more_than_a_thousand_rows_are_refused_and_told_where_to_go():
    answer = send(make.caller(), "facilities", {"delete": [{"code": "A1", "etag": '"1"'}] * 1001})
    assert answer.status_code == 413
    assert "/api/v1/imports" in answer.json()["detail"]


def test_whoever_may_only_look_is_refused():
    facility = make.facility()
    for client in (make.caller(scope="read"), make.caller(make.user("viewer"))):
        assert send(client, "facilities", {"update": [row_of(facility, workers=5)]}).status_code == 403


def test_the_same_bulk_request_again_writes_nothing():
    editor = make.user("editor")
    body = {"create": [new_facility(editor.agency)]}
    first = send(make.caller(editor), "facilities", body, **{"Idempotency-Key": "goi-1"})
    again = send(make.caller(editor), "facilities", body, **{"Idempotency-Key": "goi-1"})
    assert (first.status_code, again.status_code, again["Idempotent-Replayed"]) == (200, 200, "true")
    assert first.content == again.content
    assert Facility.objects.count() == 1


def test_five_hundred_corrections_ask_for_the_records_at_once_and_a_few_things_a_row():
    """The statements a row needs: its unique code, its constraints, the change itself."""
    agency, document = make.agency(), make.document()
    made = [make.facility(managing_agency=agency, document=document) for _ in range(20)]
    client = make.caller()

    def statements(some):
        with connection.execute_wrapper(count):
            asked.clear()
            assert send(client, "facilities", {"update": [row_of(one, workers=5) for one in some]}).status_code == 200
        return len(asked)

    asked = []

    def count(execute, sql, *rest):
        asked.append(sql)
        return execute(sql, *rest)

    few = statements(made[:2])
    many = statements(made[2:])
    assert (many - few) / 16 <= 5, asked[-20:]


# Kinds of records -----------------------------------------------------------------------------------------------------


def test_zones_are_made_with_their_places_and_taken_out_with_a_reason():
    zone, unit = make.zone(), make.unit()
    new = {"code": "HN-CCN-MOI", "name": "Cụm Mới", "kind": "CCN", "city": "HN", "units": [{"id": unit.pk}]}
    new["managing_agency"] = zone.managing_agency.code
    client = make.caller()
    told = problems(send(client, "zones", {"create": [new], "delete": [row_of(zone)]}))
    assert list(told) == ["delete/0"]
    assert list(told["delete/0"]) == ["reason"]
    answer = send(client, "zones", {"create": [new], "delete": [row_of(zone, reason="Ghi trùng")]})
    assert answer.json()["create"][0]["etag"] == client.get("/api/v1/zones/HN-CCN-MOI")["ETag"]
    assert client.get(f"/api/v1/zones/{zone.code}").status_code == 404
    assert list(Zone.objects.visible_to(make.administrator()).values_list("code", flat=True)) == ["HN-CCN-MOI"]
    assert Zone.objects.get(code="HN-CCN-MOI").places.get().unit == unit


def test_documents_go_by_their_id():
    document, doubled = make.document(), make.document()
    body = {
        "create": [{"type": "QĐ", "number": "9/QĐ-UBND", "year": 2026, "issuer": "UBND TP Hà Nội"}],
        "update": [{"id": document.pk, "etag": document.etag, "title": "Về việc thành lập"}],
        "delete": [{"id": doubled.pk, "etag": doubled.etag}],
    }
    told = send(make.caller(), "documents", body).json()
    assert list(told["update"][0]) == ["id", "etag", "outcome"]
    assert {told["create"][0]["id"], document.pk} == set(Document.objects.values_list("pk", flat=True))
    assert Document.objects.get(pk=document.pk).title == "Về việc thành lập"


def test_projects_are_made_and_corrected():
    project = make.project()
    new = {"code": "DA-MOI", "zone": project.zone.code, "name": "Nhà máy", "origin": "FDI", "status": "operating"}
    new |= {"as_of": "2026-06-30", "source": "GCNĐKĐT", "registered_musd": 12.5}
    answer = send(make.caller(), "tenant-projects", {"create": [new], "update": [row_of(project, workers=100)]})
    assert answer.status_code == 200
    assert dict(TenantProject.objects.values_list("code", "workers")) == {project.code: 100, "DA-MOI": None}


# Facts ----------------------------------------------------------------------------------------------------------------


def test_facts_are_recorded_and_withdrawn_and_their_zones_figures_follow():
    first, second = make.zone(), make.zone()
    wrong = make.area(first, kind="decision", value=999)
    rows = {
        "create": [area_row(first), area_row(second, kind="industrial", value_ha=70), area_row(second, value_ha=30)],
        "withdraw": [{"id": wrong.pk, "note": "Ghi nhầm khu"}],
    }
    client = make.caller()
    told = send(client, "facts/areas", rows).json()
    assert [row["outcome"] for row in told["create"]] == ["created"] * 3
    assert told["withdraw"] == [{"id": wrong.pk, "outcome": "withdrawn"}]
    shown = [client.get(f"/api/v1/zones/{zone.code}").json() for zone in (first, second)]
    assert [(zone["area_ha"], zone["industrial_ha"], zone["leased_ha"]) for zone in shown] == [
        (None, None, 21.5),
        (70, 70, 30) if shown[1]["area_ha"] else (None, 70, 30),
    ]
    change = RowChange.objects.filter(table="zones_zonearea", row=str(wrong.pk), action="update").get()
    assert change.reason == "Ghi nhầm khu"


def test_bad_facts_leave_nothing_behind():
    zone, old = make.zone(), None
    old = make.area(zone, kind="leased")
    newer = make.area(zone, kind="leased", supersedes=old)
    body = {
        "create": [
            area_row(zone),
            area_row(zone, supersedes=old.pk),
            area_row(zone, seen=old.pk),
            area_row(zone, document=0),
        ],
        "withdraw": [{"id": newer.pk, "note": " "}, {"id": 0, "note": "x"}, {"id": old.pk, "note": "x", "kind": "y"}],
    }
    told = problems(send(make.caller(), "facts/areas", body))
    assert {row: sorted(fields) for row, fields in told.items()} == {
        "create/3": ["document"],
        "withdraw/1": ["id"],
        "withdraw/2": ["kind"],
    }
    body["create"].pop()
    body["withdraw"] = body["withdraw"][:1]
    told = problems(send(make.caller(), "facts/areas", body))
    assert set(told) == {"create/1", "create/2", "withdraw/0"}
    assert set(ZoneArea.objects.all()) == {old, newer}


@pytest.mark.parametrize("what", ["statuses", "land-uses", "occupancies", "boundaries", "measurements"])
def test_every_kind_of_fact_can_be_sent_in_bulk(what):
    zone, indicator = make.zone(), make.indicator()
    common = {"zone": zone.code, "as_of": "2026-06-30", "source": "Báo cáo"}
    own = {
        "statuses": {"aspect": "main", "value": "operating"},
        "land-uses": {"code": "CN", "value_ha": 70},
        "occupancies": {"basis_code": "ccn_2024", "numerator_ha": 5, "denominator_ha": 10},
        "boundaries": {"submitted": make.SQUARE, "srid": 4326},
        "measurements": {"indicator": indicator.code, "value": 5},
    }
    client = make.caller()
    answer = send(client, f"facts/{what}", {"create": [common | own[what]]})
    assert answer.status_code == 200, answer.content
    (made,) = answer.json()["create"]
    assert client.get(f"/api/v1/facts/{what}/{made['id']}").json()["zone"] == zone.code


# Taking one record back -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["facilities", "tenant-projects", "documents", "zones"])
def test_a_record_is_taken_back_with_the_version_that_was_read_and_the_history_says_why(kind):
    maker = {"facilities": make.facility, "tenant-projects": make.project, "documents": make.document}
    record = maker.get(kind, make.zone)()
    path, client = f"/api/v1/{kind}/{getattr(record, 'code', record.pk)}", make.caller()
    assert client.delete(path).status_code == 428
    assert client.delete(path, headers={"If-Match": '"99"'}).status_code == 412
    gone = client.delete(f"{path}?reason=Ghi%20tr%C3%B9ng", headers={"If-Match": record.etag})
    assert (gone.status_code, gone.content) == (204, b"")
    assert client.get(path).status_code == 404
    assert client.delete(path, headers={"If-Match": record.etag}).status_code == 404
    change = RowChange.objects.filter(table=record._meta.db_table, row=str(record.pk)).last()
    assert (change.reason, change.action) == ("Ghi trùng", "update" if kind == "zones" else "delete")


def test_a_zone_is_not_taken_out_without_a_reason():
    zone, client = make.zone(), make.caller()
    assert list(problems(client.delete(f"/api/v1/zones/{zone.code}", headers={"If-Match": zone.etag}))) == ["reason"]
    assert client.get(f"/api/v1/zones/{zone.code}").status_code == 200


def test_what_others_hang_on_stays_and_they_are_named_as_far_as_the_caller_may_see_them():
    editor = make.user("editor")
    document = make.document(agency=editor.agency)
    seen = make.facility(document=document, name="Xưởng giấy")
    make.facility(document=document, name="Xưởng kín", publicity="restricted")
    path = f"/api/v1/documents/{document.pk}"
    refused = make.caller(editor).delete(path, headers={"If-Match": document.etag})
    assert refused.status_code == 409
    assert [(one["what"], one["code"]) for one in refused.json()["referring"]] == [("facility", seen.code)]
    assert "Xưởng giấy" in refused.json()["detail"]
    assert "Xưởng kín" not in json.dumps(refused.json(), ensure_ascii=False)
    assert Document.objects.filter(pk=document.pk).exists()


def test_a_zone_with_parts_or_arrivals_stays():
    zone = make.zone()
    make.zone(parent=zone, relation="phase", name="Giai đoạn hai")
    make.facility(destination=zone, name="Xưởng phải dời")
    refused = make.caller().delete(f"/api/v1/zones/{zone.code}?reason=Nh%E1%BA%A7m", headers={"If-Match": zone.etag})
    assert refused.status_code == 409
    assert [one["what"] for one in refused.json()["referring"]] == ["facility", "zone"]


def test_only_the_managing_agency_takes_a_record_back():
    facility = make.facility()
    path, etag = f"{FACILITIES}/{facility.code}", {"If-Match": facility.etag}
    assert make.caller(make.user("editor")).delete(path, headers=etag).status_code == 403
    own = make.user("editor", agency=facility.managing_agency)
    assert make.caller(own, scope="read").delete(path, headers=etag).status_code == 403
    assert make.caller(own).delete(path, headers=etag).status_code == 204


def test_phases_and_developers_go_while_nothing_hangs_on_them():
    zone = make.zone()
    phase, developer = make.phase(zone), make.developer()
    used = make.phase(zone, 2)
    make.area(zone, phase=used)
    client = make.caller()
    for path, record, status in (
        (f"/api/v1/phases/{phase.pk}", phase, 204),
        (f"/api/v1/phases/{used.pk}", used, 409),
        (f"/api/v1/developers/{developer.pk}", developer, 204),
    ):
        assert client.delete(path, headers={"If-Match": record.etag}).status_code == status


def test_a_correction_does_not_bring_back_what_was_deleted_meanwhile():
    facility = make.facility()
    read = Facility.objects.get()
    facility.delete()
    read.workers = 5
    with pytest.raises(StaleRecord), transaction.atomic():
        read.save()
    assert not Facility.objects.exists()
