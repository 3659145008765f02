"""Rules and days off over REST, and the clock that anybody may ask."""

import datetime
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planning.models import Holiday, Rule
from tests import factories as make

pytestmark = pytest.mark.django_db
EXPLAIN = "/api/v1/clock/explain"
DAY = datetime.date(2026, 9, 18)


def send(client, method, path, body=None, **headers):
    return client.generic(method, path, json.dumps(body or {}), "application/json", headers=headers)


def explained(client, **asked):
    answer = client.get(EXPLAIN, asked)
    assert answer.status_code == 200, answer.content
    return answer.json()


def errors(answer):
    assert answer.status_code == 400, answer.content
    return answer.json()["errors"]


@pytest.fixture
def running():
    """A cluster's dossier under appraisal since 18/9/2026."""
    make.rule("ccn.appraisal", 20, "wd")
    filed = make.dossier(state="dossier_submitted", on=datetime.date(2026, 9, 16), code="HS-1")
    make.move(filed, "accept", DAY)
    return filed


def due_on(dossier):
    dossier.refresh_from_db()
    return dossier.due_on


# Rules and days off ---------------------------------------------------------------------------------------------------


def test_everybody_reads_the_law_and_administrators_write_it(running):
    reader, rule = make.caller(make.user("viewer"), scope="read"), Rule.objects.get()
    assert [row["code"] for row in reader.get("/api/v1/rules").json()["results"]] == ["ccn.appraisal"]
    path, head = f"/api/v1/rules/{rule.pk}", make.caller(make.user("head"))
    body = {"valid_to": "2030-12-31"}
    assert send(head, "PATCH", path, body, **{"If-Match": rule.etag}).status_code == 403
    assert send(make.caller(), "PATCH", path, body).status_code == 428
    assert send(make.caller(), "PATCH", path, body, **{"If-Match": rule.etag}).status_code == 200


def test_a_rule_that_changes_moves_the_due_days_that_hang_on_it(running):
    admin, rule = make.caller(), Rule.objects.get()
    assert due_on(running) == datetime.date(2026, 10, 16)
    answer = send(admin, "PATCH", f"/api/v1/rules/{rule.pk}", {"value": 25}, **{"If-Match": rule.etag})
    assert (answer.status_code, due_on(running)) == (200, datetime.date(2026, 10, 23))
    gone = send(admin, "DELETE", f"/api/v1/rules/{rule.pk}", **{"If-Match": answer["ETag"]})
    assert (gone.status_code, due_on(running)) == (204, None)


def test_a_day_off_moves_the_due_days_that_it_lies_before(running):
    admin = make.caller()
    holiday = {"on": "2026-09-21", "kind": "holiday", "name": "Nghỉ bão", "certainty": "seen", "source": "Công điện"}
    made = send(admin, "POST", "/api/v1/holidays", holiday)
    assert (made.status_code, due_on(running)) == (201, datetime.date(2026, 10, 19))
    assert send(admin, "POST", "/api/v1/holidays", holiday).status_code == 400
    gone = send(admin, "DELETE", made["Location"], **{"If-Match": made["ETag"]})
    assert (gone.status_code, due_on(running)) == (204, datetime.date(2026, 10, 16))


def test_a_length_that_no_clock_can_count_is_refused(running):
    rule = {"code": "a.b", "title": "x", "kind": "clock", "value": 101, "unit": "y", "article": "x", "certainty": "V"}
    assert "value" in errors(send(make.caller(), "POST", "/api/v1/rules", rule))


def test_rules_are_asked_by_the_day_and_days_off_by_the_year():
    make.rule("a.b", valid_to=datetime.date(2026, 9, 14))
    make.rule("a.b", valid_from=datetime.date(2026, 9, 15))
    make.holiday(datetime.date(2026, 9, 2))
    make.holiday(datetime.date(2027, 9, 2))
    client = make.caller()
    found = client.get("/api/v1/rules?in_force_on=2026-09-15").json()["results"]
    assert [row["valid_from"] for row in found] == ["2026-09-15"]
    assert [row["on"] for row in client.get("/api/v1/holidays?year=2027").json()["results"]] == ["2027-09-02"]


# The clock ------------------------------------------------------------------------------------------------------------


def test_a_length_is_counted_line_by_line_over_a_day_off():
    make.holiday(datetime.date(2026, 9, 21), "Nghỉ bão")
    told = explained(make.caller(make.user("viewer"), scope="read"), start="2026-09-18", length="20", unit="wd")
    assert (told["due"], told["rule"]) == ("2026-10-19", None)
    assert sum(line["days"] for line in told["lines"]) == 31
    assert any("Nghỉ bão" in line["text"] for line in told["lines"])


def test_a_rule_is_asked_by_its_code_as_of_the_day():
    make.rule("ccn.appraisal", 25, "d", valid_to=datetime.date(2026, 9, 14))
    make.rule("ccn.appraisal", 20, "wd", valid_from=datetime.date(2026, 9, 15), article="Điều 10")
    client = make.caller()
    new = explained(client, start="2026-09-18", rule="ccn.appraisal")
    assert (new["due"], new["unit"], new["rule"]["article"]) == ("2026-10-16", "wd", "Điều 10")
    old = explained(client, start="2026-09-18", rule="ccn.appraisal", day="2026-09-01")
    assert (old["due"], old["unit"]) == ("2026-10-13", "d")
    assert "rule" in errors(client.get(EXPLAIN, {"start": "2026-09-18", "rule": "khac.khac"}))
    assert "length" in errors(client.get(EXPLAIN, {"start": "2026-09-18", "rule": "ccn.appraisal", "length": 3}))


def test_pauses_and_extensions_are_sent_in_a_body_by_whoever_may_read():
    reader = make.caller(make.user("viewer"), scope="read")
    asked = {"start": "2026-09-18", "length": 20, "unit": "wd"}
    asked["pauses"] = [{"start": "2026-09-28", "end": "2026-10-02", "reason": "Bổ sung"}]
    assert send(reader, "POST", EXPLAIN, asked).json()["due"] == "2026-10-23"
    asked["extensions"] = [{"length": 2, "unit": "wd", "document": "15/QĐ-SCT"}]
    more = send(reader, "POST", EXPLAIN, asked).json()
    assert (more["due"], "15/QĐ-SCT" in str(more["lines"])) == ("2026-10-27", True)
    asked["pauses"][0]["end"] = None
    waiting = send(reader, "POST", EXPLAIN, asked).json()
    assert (waiting["due"], waiting["unknown"] != "") == (None, True)
    assert explained(reader, length="36", unit="m")["unknown"] != ""


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"start": "2026-09-18", "length": 20}, "unit"),
        ({"start": "2026-09-18", "length": -1, "unit": "d"}, "length"),
        ({"start": "2026-09-18", "length": 101, "unit": "y"}, "length"),
        ({"start": "0001-01-01", "length": 1, "unit": "d"}, "start"),
        ({"start": "9999-12-31", "length": 1, "unit": "d"}, "start"),
        ({"start": "hôm nay", "length": 1, "unit": "d"}, "start"),
        ({"start": "2026-09-18", "length": 1, "unit": "fortnight"}, "unit"),
        ({"start": "2026-09-18", "length": 1, "unit": "d", "khac": 1}, "khac"),
        ({"rule": "ccn.appraisal"}, "day"),
        ({"start": "2026-09-18", "length": 1, "unit": "d", "pauses": [{}]}, "pauses"),
        ({"start": "2026-09-18", "length": 1, "unit": "d", "pauses": [{"start": "2026-09-18"}] * 51}, "pauses"),
        ({"start": "2026-09-18", "length": 1, "unit": "d", "extensions": [{"length": 1}]}, "extensions"),
        ({"start": "2026-09-18", "length": 1, "unit": "d", "extensions": "x"}, "extensions"),
    ],
)
def test_what_cannot_be_counted_is_refused_at_its_field(asked, field):
    assert list(errors(send(make.caller(), "POST", EXPLAIN, asked))) == [field]


def test_nobody_asks_who_has_not_signed_in(client):
    assert client.get(EXPLAIN).status_code == 401


DAYS = st.dates(datetime.date(1890, 1, 1), datetime.date(2210, 1, 1)).map(str)
SIZES = st.integers(-2, 40_000)
UNITS = st.sampled_from(["wd", "d", "w", "m", "y"])
PAUSE = st.fixed_dictionaries({"start": DAYS}, optional={"end": DAYS | st.none(), "reason": st.text(max_size=5)})
MORE = st.fixed_dictionaries({"length": SIZES, "unit": UNITS}, optional={"from_expiry": st.booleans()})
ASKED = st.fixed_dictionaries(
    {"start": DAYS | st.none(), "length": SIZES, "unit": UNITS},
    optional={
        "moves": st.booleans(),
        "minimum": st.booleans(),
        "pauses": st.lists(PAUSE, max_size=6),
        "extensions": st.lists(MORE, max_size=6),
    },
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["start", "length", "pauses"]), inner),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=ASKED | st.dictionaries(st.sampled_from(["start", "length", "unit", "rule", "pauses"]), ANYTHING))
def test_whatever_is_asked_is_answered_or_refused(db, asked):
    if not Holiday.objects.exists():
        make.holiday(datetime.date(2026, 9, 2))
    answer = send(make.caller(make.user("viewer")), "POST", EXPLAIN, asked)
    assert answer.status_code in (200, 400), asked
    if answer.status_code == 200 and answer.json()["due"]:
        start, told = datetime.date.fromisoformat(asked["start"]), answer.json()
        assert start + datetime.timedelta(sum(line["days"] for line in told["lines"])) == datetime.date.fromisoformat(
            told["due"]
        )
