"""A zone is written over REST together with the units that it lies in and its developers' shares."""

import json

import pytest

from accounts.models import RowChange
from tests.factories import agency, caller, developer, indicator, phase, unit, user, zone
from zones.models import Developer, DeveloperShare, Zone, ZoneUnit

pytestmark = pytest.mark.django_db
ZONES = "/api/v1/zones"


def send(client, method, path, body, **headers):
    return client.generic(method, path, json.dumps(body), "application/json", headers=headers)


def change(client, path, body, method="PATCH"):
    return send(client, method, path, body, **{"If-Match": client.get(path)["ETag"]})


def test_a_zone_is_made_with_its_places_and_shares_in_one_call():
    commune, district = unit(code="00001", name="Xã An"), unit(level="district", valid_to="2025-06-30")
    known = developer(name="Công ty A")
    body = {"code": "HN-A", "name": "Cụm công nghiệp A", "kind": "CCN", "city": "HN", "managing_agency": agency().code}
    body["units"] = [{"id": commune.pk}, {"id": district.pk, "certain": False, "source": "Quyết định thành lập"}]
    body["developers"] = [{"id": known.pk, "area_ha": 12.5}, {"name": " Công ty  B ", "valid_from": "2020-01-01"}]

    answer = send(caller(), "POST", ZONES, body)

    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert {(one["id"], one["era"], one["certain"]) for one in told["units"]} == {
        (commune.pk, "today", True),
        (district.pk, "former", False),
    }
    assert [(one["name"], one["area_ha"], one["valid_from"]) for one in told["developers"]] == [
        ("Công ty A", 12.5, None),
        ("Công ty B", None, "2020-01-01"),
    ]
    assert Zone.objects.get().units.count() == 2


def test_a_list_that_is_sent_takes_the_place_of_the_stored_one_and_the_history_tells():
    one = zone(code="A1")
    stays, goes, comes = unit(), unit(), unit()
    for place in (stays, goes):
        ZoneUnit.objects.create(zone=one, unit=place)
    DeveloperShare.objects.create(zone=one, developer=developer(name="Công ty A"), source="Đã ghi")
    person = user("editor", agency=one.managing_agency)
    changes = RowChange.objects.filter(table="zones_zoneunit", actor=person)

    answer = change(caller(person), f"{ZONES}/A1", {"units": [{"id": stays.pk}, {"id": comes.pk}]})

    assert answer.status_code == 200, answer.content
    assert {place["id"] for place in answer.json()["units"]} == {stays.pk, comes.pk}
    assert sorted(changes.values_list("action", flat=True)) == ["delete", "insert"]
    assert answer.json()["developers"][0]["source"] == "Đã ghi", "a list that is not sent stays as it is"


def test_a_zone_that_was_read_can_be_sent_back_whole_and_nothing_changes_but_the_version():
    one = zone(code="A1")
    ZoneUnit.objects.create(zone=one, unit=unit(), certain=False)
    DeveloperShare.objects.create(zone=one, developer=developer(), phase=phase(one), area_ha="5")
    client = caller()
    read = client.get(f"{ZONES}/A1").json()
    before = RowChange.objects.exclude(table="zones_zone").exclude(table__startswith="accounts").count()

    answer = change(client, f"{ZONES}/A1", read, "PUT")

    assert answer.status_code == 200, answer.content
    assert answer.json() == read | {"etag": answer["ETag"]}
    assert RowChange.objects.exclude(table="zones_zone").exclude(table__startswith="accounts").count() == before


def test_what_cannot_be_right_is_refused_and_nothing_is_written():
    one, elsewhere = zone(code="A1"), phase(zone())
    here, there, whole = unit(), unit(city="HCM"), unit(level="province")
    known = developer(name="Công ty A")
    client = caller()
    wrong = [
        ({"units": [{"certain": True}]}, "units"),
        ({"units": [{"id": 999999}]}, "units"),
        ({"units": [{"id": here.pk, "kode": "1"}]}, "units"),
        ({"units": [{"id": here.pk}, {"id": here.pk}]}, "units"),
        ({"units": [{"id": there.pk}]}, "units"),
        ({"units": [{"id": whole.pk}]}, "units"),
        ({"units": [here.pk]}, "units"),
        ({"units": None}, "units"),
        ({"developers": [{}]}, "developers"),
        ({"developers": [{"name": "Mới"}, {"name": "Mới"}]}, "developers"),
        ({"developers": [{"id": known.pk, "name": "Công ty khác"}]}, "developers"),
        ({"developers": [{"id": known.pk, "area_ha": -1}]}, "developers"),
        ({"developers": [{"id": known.pk, "phase": elsewhere.pk}]}, "developers"),
        ({"developers": [{"name": "Mới"}], "units": [{"id": 999999}]}, "units"),
    ]
    for body, field in wrong:
        answer = change(client, f"{ZONES}/A1", body)
        assert answer.status_code == 400, (body, answer.content)
        assert list(answer.json()["errors"]) == [field], body
    assert not one.places.exists() and not one.developers.exists() and not Developer.objects.filter(name="Mới").exists()


def test_places_and_shares_need_the_version_that_was_read_and_the_right_to_change_the_zone():
    one, place = zone(code="A1"), unit()
    body = {"units": [{"id": place.pk}], "developers": [{"name": "Mới"}]}
    client = caller(user("editor", agency=one.managing_agency))
    read = client.get(f"{ZONES}/A1")["ETag"]
    assert send(client, "PATCH", f"{ZONES}/A1", body).status_code == 428
    assert change(caller(user("editor", agency=agency())), f"{ZONES}/A1", body).status_code == 403
    assert change(client, f"{ZONES}/A1", body).status_code == 200
    assert send(client, "PATCH", f"{ZONES}/A1", {"units": []}, **{"If-Match": read}).status_code == 412
    assert one.places.count() == 1
    assert change(client, f"{ZONES}/A1", {"units": [], "developers": []}).status_code == 200
    assert not one.places.exists() and not one.developers.exists()


def test_developers_and_indicators_are_found_by_words_without_tone_marks():
    developer(name="Công ty Phát triển Hạ tầng Đông Anh", kind="public")
    developer(name="Ban quản lý dự án")
    indicator(code="lap-day", name_vi="Tỷ lệ lấp đầy")
    indicator(code="lao-dong", name_vi="Lao động", measure="flow")
    client = caller(scope="read")
    found = client.get("/api/v1/developers?search=dong anh ha tang&kind=public&ordering=-name").json()
    assert [one["name"] for one in found["results"]] == ["Công ty Phát triển Hạ tầng Đông Anh"]
    assert [one["code"] for one in client.get("/api/v1/indicators?search=ty le").json()["results"]] == ["lap-day"]
    assert [one["code"] for one in client.get("/api/v1/indicators?measure=flow").json()["results"]] == ["lao-dong"]
    assert client.get("/api/v1/indicators?measure=often").status_code == 400
