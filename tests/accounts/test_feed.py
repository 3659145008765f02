"""The feed of changes: whoever reads on from `next` has seen every change that they may see, once, in order.

The tests commit what they write: on PostgreSQL a change stands in the feed only when its transaction has ended."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg2
import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from accounts import audit, feed
from accounts.audit import acting
from accounts.models import Agency, RowChange
from tests import factories as make
from zones.models import DocumentLink, Facility, ZoneUnit
from zones.recording import take_out

pytestmark = pytest.mark.django_db(transaction=True)
CHANGES = "/api/v1/changes"


def now(client):
    return client.get(CHANGES, {"since": "now"}).json()["next"]


def since(client, cursor, **asked):
    answer = client.get(CHANGES, {"since": cursor, **asked})
    assert answer.status_code == 200, answer.json()
    return answer.json()


def told(client, cursor, **asked):
    """(what, key, action) of everything behind `cursor`."""
    return [(one["what"], one["key"], one["action"]) for one in since(client, cursor, **asked)["results"]]


# What an entry says ---------------------------------------------------------------------------------------------------


def test_an_entry_names_the_record_the_fields_and_the_way_to_it_but_no_value():
    client, zone = make.caller(), make.zone(name="Cụm công nghiệp Cũ")
    start = now(client)
    with acting(None, request_id="r-7"):
        zone.name, zone.term_years = "Cụm công nghiệp Bí Mật", 50
        zone.save()
    answer = client.get(CHANGES, {"since": start})
    [entry] = answer.json()["results"]
    assert entry["cursor"] == answer.json()["next"] and entry["at"]
    assert {name: entry[name] for name in entry if name not in ("cursor", "at")} == {
        "what": "zones",
        "key": zone.code,
        "zone": None,
        "action": "update",
        "changed": ["name", "term_years"],
        "request_id": "r-7",
        "link": f"/api/v1/zones/{zone.code}",
    }
    assert client.get(entry["link"]).json()["name"] == "Cụm công nghiệp Bí Mật"
    assert "Bí Mật" not in answer.content.decode() and "Cũ" not in answer.content.decode()


def test_a_fact_says_to_which_zone_it_belongs_and_what_a_zone_has_is_told_as_its_own_change():
    client, zone, unit = make.caller(), make.zone(), make.unit()
    letters = make.document(), make.document()
    start = now(client)
    fact = make.area(zone)
    place = ZoneUnit.objects.create(zone=zone, unit=unit)
    place.delete()
    DocumentLink.objects.create(document=letters[0], kind="amends", other=letters[1])
    entries = since(client, start)["results"]
    found = [(one["what"], one["key"], one["zone"], one["action"], one["changed"]) for one in entries]
    assert ("facts/areas", str(fact.pk), zone.code, "insert", []) in found
    assert found.count(("zones", zone.code, None, "update", ["places"])) == 2
    assert ("documents", str(letters[0].pk), None, "update", ["acts_on"]) in found
    assert {client.get(one["link"]).status_code for one in entries} == {200}


def test_pages_join_without_a_gap_and_the_last_one_says_so():
    client = make.caller()
    start = now(client)
    codes = [make.facility().code for _ in range(7)]
    found, cursor, more = [], start, True
    while more:
        page = since(client, cursor, limit=3, what="facilities")
        found += [one["key"] for one in page["results"]]
        cursor, more = page["next"], page["more"]
    assert found == codes
    assert since(client, cursor) == {"results": [], "next": cursor, "more": False}
    assert make.facility().code == since(client, cursor, what="facilities")["results"][0]["key"]


def test_without_since_it_begins_at_the_beginning_and_with_now_it_only_tells_the_place():
    first = make.zone()
    client = make.caller()
    assert ("zones", first.code, "insert") in told(client, "0")
    assert client.get(CHANGES).json()["results"][0] == since(client, "0")["results"][0]
    assert client.get(CHANGES, {"since": "now"}).json()["results"] == []


@pytest.mark.parametrize(
    "asked",
    [{"since": "hôm qua"}, {"since": "1.2"}, {"limit": "0"}, {"limit": "1001"}, {"what": "users"}, {"khong": "1"}],
)
def test_what_cannot_be_read_is_refused(asked):
    answer = make.caller().get(CHANGES, asked)
    assert answer.status_code == 400 and list(answer.json()["errors"]) == list(asked)


# Who may see it -------------------------------------------------------------------------------------------------------


def test_each_reader_follows_exactly_what_they_may_see():
    own, other, south = make.agency(), make.agency(), make.agency(city="HCM")
    readers = {
        role: make.caller(make.user(role, agency=own), scope="read")
        for role in ("viewer", "editor", "city", "auditor", "machine")
    }
    start = now(readers["auditor"])
    made = {}
    for agency in (own, other, south):
        for publicity in ("public", "internal", "restricted"):
            given = {"managing_agency": agency, "city": agency.city, "publicity": publicity}
            zone = make.zone(**given)
            made[zone] = [zone.code, make.facility(**given).code]
            make.area(zone)
            make.project(zone)
    make.project(next(iter(made)), publicity="restricted", code="DA-MAT")
    for role, client in readers.items():
        found = since(client, start, limit=1000)["results"]
        for kind, place in (("zones", 0), ("facilities", 1)):
            listed = {row["code"] for row in client.get(f"/api/v1/{kind}", {"page_size": 200}).json()["results"]}
            listed &= {codes[place] for codes in made.values()}
            assert {one["key"] for one in found if one["what"] == kind} == listed, (role, kind)
            assert listed
        facts = {one["zone"] for one in found if one["what"] in ("facts/areas", "tenant-projects")}
        assert facts == {one["key"] for one in found if one["what"] == "zones"}, role
        assert ("DA-MAT" in {one["key"] for one in found}) == (
            role in ("viewer", "editor", "city", "auditor", "machine")
        )


def test_people_keys_and_webhooks_are_in_nobodys_feed():
    client = make.caller()
    make.webhook()
    make.caller()
    make.zone()
    kinds = {one["what"] for one in since(client, "0", limit=1000)["results"]}
    assert kinds == {"agencies", "zones"}


def test_a_deleted_record_is_told_to_those_who_saw_it_and_to_nobody_else():
    agency = make.agency()
    given = {"managing_agency": agency, "publicity": "restricted"}
    insider, outsider = make.caller(make.user("editor", agency=agency)), make.caller(make.user("editor"))
    start = now(insider)
    facility = make.facility(**given)
    facility.delete()
    code = facility.code
    assert told(insider, start) == [("facilities", code, "insert"), ("facilities", code, "delete")]
    assert {one["link"] for one in since(insider, start)["results"]} == {None}
    assert told(outsider, start) == []


def test_a_zone_that_was_taken_out_ends_under_the_code_that_it_had():
    zone = make.zone(code="HN-CCN-THOI")
    make.area(zone)
    insider = make.caller(make.user("editor", agency=zone.managing_agency))
    far = make.caller(make.user("viewer", city="HCM"))
    hidden = make.zone(publicity="internal", code="HN-CCN-KIN")
    start = now(insider)
    for one in (zone, hidden):
        one.refresh_from_db()
        take_out(one, by=make.administrator(), note="Nhập trùng")
    assert [row for row in told(insider, start) if row[0] == "zones"] == [
        ("zones", "HN-CCN-THOI", "delete"),
        ("zones", "HN-CCN-KIN", "delete"),
    ]
    assert told(far, start, what="zones") == [("zones", "HN-CCN-THOI", "delete")]
    assert "HN-CCN-THOI" not in {key for _what, key, action in told(far, "0") if action != "delete"}


def test_whoever_loses_sight_of_a_record_is_told_its_end_and_whoever_never_saw_it_is_not():
    agency = make.agency()
    zone = make.zone(managing_agency=agency, publicity="internal")
    inside, beside = make.caller(make.user("viewer", agency=agency)), make.caller(make.user("viewer"))
    south = make.caller(make.user("viewer", city="HCM"))
    start = now(inside)
    zone.publicity = "restricted"
    zone.save()
    own = ("zones", zone.code, "update")
    assert told(inside, start) == [own]
    assert told(beside, start) == [("zones", zone.code, "delete")]
    assert told(south, start) == []
    later = now(inside)
    zone.city = "HCM"  # it never was internal there
    zone.save()
    assert told(south, start) == []
    assert told(beside, later) == []


def test_nobody_reads_it_without_signing_in_and_a_reading_key_is_enough(client):
    assert client.get(CHANGES).status_code == 401
    assert make.caller(make.user("machine"), scope="read").get(CHANGES).status_code == 200


# Pages of what one may not see, and their price -----------------------------------------------------------------------


def test_a_reader_gets_on_through_a_long_stretch_that_is_hidden(monkeypatch):
    monkeypatch.setattr(feed, "LOOKED_AT", 10)
    agency = make.agency(city="HCM")
    client = make.caller(make.user("viewer"))
    start = now(client)
    for _ in range(25):
        make.facility(managing_agency=agency, city="HCM", publicity="internal")
    seen = make.facility(managing_agency=agency, city="HCM")
    cursor, pages, found = start, 0, []
    while True:
        page = since(client, cursor)
        found, cursor, pages = found + page["results"], page["next"], pages + 1
        if not page["more"]:
            break
    assert [one["key"] for one in found] == [seen.code] and pages == 3


def test_a_page_costs_the_same_with_few_and_with_many_changes():
    agency, hidden = make.agency(), make.agency(city="HCM")
    person = make.user("editor", agency=agency)

    def cost(times):
        start = feed.read(person, feed.NOW).next
        for _ in range(times):
            zone = make.zone(managing_agency=agency)
            make.area(zone)
            make.facility(managing_agency=agency).delete()
            secret = make.zone(managing_agency=hidden, city="HCM", publicity="public")
            secret.publicity = "restricted"
            secret.save()
            make.project(secret)
        with CaptureQueriesContext(connection) as asked:
            page = feed.read(person, start)
        assert len({(one["what"], one["action"]) for one in page.results}) >= 4
        return len(asked)

    assert cost(2) == cost(6)


# A restored history ---------------------------------------------------------------------------------------------------


def test_a_place_that_the_history_does_not_have_is_gone():
    client = make.caller()
    make.zone()
    tx, pk, at = now(client).split(".")
    for cursor in (f"{tx}.{int(pk) + 1}.{at}", f"{tx}.{pk}.{int(at) + 1}", f"{int(tx) + 1}.{pk}.{at}"):
        answer = client.get(CHANGES, {"since": cursor})
        assert (answer.status_code, answer["Content-Type"]) == (410, "application/problem+json")


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite numbers no transactions")
def test_a_history_from_another_cluster_stands_before_what_comes_next_in_its_own_order():
    client = make.caller()
    start = now(client)
    codes = [make.facility().code for _ in range(3)]
    audit.remove()
    RowChange.objects.update(tx=10**12)
    RowChange.objects.filter(table="zones_facility", after__code=codes[2]).update(tx=10**12 - 5)
    audit.install()
    assert RowChange.objects.filter(tx__gte=0).count() == 0
    codes.append(make.facility().code)
    assert [key for what, key, _ in told(client, "0") if what == "facilities"] == [codes[2], *codes[:2], codes[3]]
    assert client.get(CHANGES, {"since": start}).status_code == 410
    with pytest.raises(Exception, match="written once"):
        RowChange.objects.update(tx=0)


# Many writers at once -------------------------------------------------------------------------------------------------

WRITERS, ROUNDS = 6, 12


def write_badly(number, begun):
    """Slow, fast, large, raw, nested and given-up transactions in turn; the codes that were committed."""
    agency, kept, chance = Agency.objects.order_by("pk").first(), [], random.Random(number)
    given = {"name": "Cơ sở", "city": "HN", "managing_agency": agency, "as_of": make.DAY, "source": "x"}
    try:
        begun.wait(10)
        for turn in range(ROUNDS):
            codes, way = [f"W{number}-{turn}-{part}" for part in range(3)], (number + turn) % 4
            try:
                with transaction.atomic():
                    rows = [Facility(code=code, **given) for code in codes]
                    rows[0].save()
                    if connection.vendor == "postgresql":
                        time.sleep(chance.choice([0, 0, 0.01, 0.1]))
                    with transaction.atomic():
                        Facility.objects.bulk_create(rows[1:])
                    if way == 1:
                        with connection.cursor() as cursor:
                            cursor.execute("UPDATE zones_facility SET note = 'x' WHERE code = %s", [codes[2]])
                    if way == 2:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                continue
            kept += [(code, "insert") for code in codes] + ([(codes[2], "update")] if way == 1 else [])
    finally:
        connections.close_all()
    return kept


def test_with_many_writers_every_committed_change_is_read_once_and_nothing_comes_late(database_for_many):
    make.agency()
    person = make.administrator()
    cursor = feed.read(person, feed.NOW).next
    begun, found, places = threading.Barrier(WRITERS), [], []

    def read_on(cursor):
        page = feed.read(person, cursor, limit=50)
        found.extend((one["key"], one["action"]) for one in page.results)
        places.extend(tuple(map(int, one["cursor"].split(".")))[:2] for one in page.results)
        return page.next, page.more

    with ThreadPoolExecutor(WRITERS) as pool:
        writing = [pool.submit(write_badly, number, begun) for number in range(WRITERS)]
        while not all(one.done() for one in writing):
            cursor, _more = read_on(cursor)
        more = True
        while more:
            cursor, more = read_on(cursor)
    committed = [row for one in writing for row in one.result()]
    assert sorted(found) == sorted(committed) and len(committed) > WRITERS * ROUNDS * 2
    assert places == sorted(places)
    whole = feed.read(person, feed.BEGINNING, limit=feed.MOST, names=["facilities"])
    assert [(one["key"], one["action"]) for one in whole.results] == found


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one database")
def test_work_in_another_database_of_the_cluster_holds_nothing_back():
    client = make.caller()
    given = connection.get_connection_params() | {"dbname": "postgres"}
    with closing(psycopg2.connect(**given)) as elsewhere, elsewhere.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()")
        code = make.facility().code
        assert ("facilities", code, "insert") in told(client, "0")


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer")
def test_a_transaction_that_stays_open_holds_the_feed_back_and_is_then_told_first(database_for_many):
    person = make.administrator()
    start = feed.read(person, feed.NOW).next
    begun, end = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            make.agency(code="CHAM")
            begun.set()
            end.wait(10)
        connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    begun.wait(10)
    make.agency(code="NHANH")
    held = feed.read(person, start)
    end.set()
    thread.join()
    assert (held.results, held.next) == ([], start)
    assert [one["key"] for one in feed.read(person, start).results] == ["CHAM", "NHANH"]
