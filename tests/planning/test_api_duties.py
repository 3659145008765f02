"""Directives and tasks over REST: put down by the office that follows, told by the lead, classed for any day."""

import datetime
import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from planning.models import Task
from tests import factories as make

pytestmark = pytest.mark.django_db
COUNTS = json.loads((Path(__file__).parent.parent / "query_counts.json").read_text())
TASKS = "/api/v1/tasks"
DIRECTIVE = {
    "code": "CD-53", "number": "53/TB-VP", "title": "Kết luận về cụm công nghiệp", "city": "HN",
    "issued_on": "2016-03-15", "cutoff_on": "2015-12-31", "agency": "VP", "source": "Thông báo",
}  # fmt: skip
TASK = {
    "directive": "CD-53", "number": 1, "content": "Rà soát các cụm", "lead_agency": "SCT", "cooperating": ["STC"],
    "deadline_text": "trong tháng 4/2016", "first_due_on": "2016-04-30", "due_precision": "month",
}  # fmt: skip
REPORT = {"on": "2016-04-20", "text": "Đã rà soát 70 cụm"}


def send(client, method, path, body=None, **headers):
    return client.generic(method, path, json.dumps(body or {}), "application/json", headers=headers)


def change(client, method, path, body=None, of=None):
    """With the version of what was read at `of` (the record itself)."""
    return send(client, method, path, body, **{"If-Match": client.get(of or path)["ETag"]})


def act(client, task, name, body=None):
    path = f"{TASKS}/{task.pk}"
    return change(client, "POST", f"{path}/{name}", body, of=path)


def errors(answer):
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    return answer.json()["errors"]


def of(agency, role="editor"):
    return make.caller(make.user(role, agency=agency))


@pytest.fixture
def offices():
    return {code: make.agency(code=code, city="HN") for code in ("VP", "SCT", "STC", "KHAC")}


@pytest.fixture
def task(offices):
    directive = make.directive(
        code="CD-53", number="53/TB-VP", agency=offices["VP"], issued_on=datetime.date(2016, 3, 15)
    )
    due = {"first_due_on": datetime.date(2016, 4, 30), "due_precision": "month"}
    return make.task(directive, lead_agency=offices["SCT"], cooperating=[offices["STC"]], **due)


# Putting down ---------------------------------------------------------------------------------------------------------


def test_the_office_that_follows_puts_a_directive_and_its_tasks_down(offices):
    client, zone = of(offices["VP"]), make.zone(code="HN-CCN-1")
    made = send(client, "POST", "/api/v1/directives", DIRECTIVE)
    assert (made.status_code, made["Location"], made.json()["tasks"]) == (201, "/api/v1/directives/CD-53", 0)
    task = send(client, "POST", TASKS, TASK | {"zones": [zone.code]})
    assert task.status_code == 201, task.content
    told = task.json()
    assert (told["directive_number"], told["cooperating"], told["zones"]) == ("53/TB-VP", ["STC"], ["HN-CCN-1"])
    assert (told["due_on"], told["task_class"]) == ("2016-04-30", "open_overdue")
    assert "number" in errors(send(client, "POST", TASKS, TASK))
    (counted,) = client.get("/api/v1/directives?as_of=2016-04-01").json()["results"]
    assert (counted["tasks"], counted["open"], counted["overdue"]) == (1, 1, 0)


def test_nobody_gives_a_task_in_a_directive_of_another_office(offices, task):
    for code in ("SCT", "STC", "KHAC"):
        assert send(of(offices[code]), "POST", TASKS, TASK | {"number": 2}).status_code == 403
        assert change(of(offices[code]), "PATCH", f"{TASKS}/{task.pk}", {"content": "Nhẹ hơn"}).status_code == 403
    own = make.directive(code="CD-SCT", agency=offices["SCT"])
    assert own and change(of(offices["SCT"]), "PATCH", f"{TASKS}/{task.pk}", {"directive": "CD-SCT"}).status_code == 403


def test_a_deadline_that_is_corrected_holds_unless_the_task_was_extended(offices, task):
    client, path = of(offices["VP"], "approver"), f"{TASKS}/{task.pk}"
    assert send(client, "PATCH", path, {"first_due_on": "2016-05-31"}).status_code == 428
    assert change(client, "PATCH", path, {"first_due_on": "2016-05-31"}).json()["due_on"] == "2016-05-31"
    more = {"due_on": "2016-06-30", "granted_on": "2016-05-20", "note": "Chờ số liệu", "source": "Công văn"}
    assert act(client, task, "extend", more).status_code == 200
    told = change(client, "PATCH", path, {"first_due_on": "2016-05-15"}).json()
    assert (told["first_due_on"], told["due_on"]) == ("2016-05-15", "2016-06-30")


def test_what_the_verbs_write_cannot_be_sent(offices, task):
    client, path = of(offices["VP"]), f"{TASKS}/{task.pk}"
    for name in ("due_on", "done_on", "anchored_on", "confirmed_at", "task_class"):
        assert name in errors(change(client, "PATCH", path, {name: "2016-04-01"}))
    assert "first_due_on" in errors(change(client, "PATCH", path, {"first_due_on": "9999-12-31"}))
    too_long = {"first_due_on": None, "term_length": 999, "term_unit": "y", "event": "khi có quyết định"}
    assert "term_length" in errors(change(client, "PATCH", path, too_long))
    assert "zones" in errors(change(client, "PATCH", path, {"zones": ["X"] * 51}))


def test_links_to_what_the_writer_does_not_see_stay(offices, task):
    seen, other = make.zone(), make.zone()
    hidden = make.zone(city="HCM", publicity="internal", managing_agency=make.agency(city="HCM"))
    task.zones.set([seen, hidden])
    told = change(of(offices["VP"]), "PATCH", f"{TASKS}/{task.pk}", {"zones": [other.code]}).json()
    assert told["zones"] == [other.code]
    assert set(task.zones.all()) == {other, hidden}


def test_a_task_that_was_told_of_stays_and_one_put_down_wrongly_goes(offices, task):
    client, path = of(offices["VP"]), f"{TASKS}/{task.pk}"
    act(of(offices["SCT"]), task, "report", REPORT)
    assert change(client, "DELETE", path).status_code == 409
    wrong = make.task(task.directive)
    assert change(client, "DELETE", f"{TASKS}/{wrong.pk}").status_code == 204
    assert change(client, "DELETE", "/api/v1/directives/CD-53").status_code == 409


# From report to confirmation ------------------------------------------------------------------------------------------


def test_a_task_goes_from_report_to_confirmation_and_back(offices, task):
    lead, office = of(offices["SCT"]), of(offices["VP"], "approver")
    proof = make.document(agency=offices["SCT"], city="HN")
    assert act(lead, task, "report", REPORT | {"kind": "explanation"}).json()["reports"][0]["kind"] == "explanation"
    assert "non_field_errors" in errors(act(office, task, "confirm"))
    done = act(lead, task, "done", {"on": "2016-04-29", "text": "Báo cáo 12", "document": proof.pk}).json()
    assert (done["done_on"], done["reports"][-1]["document_label"]) == (None, str(proof))
    told = act(office, task, "confirm", {"note": "Đủ"}).json()
    assert (told["done_on"], told["task_class"], told["days_late"]) == ("2016-04-29", "done_on_time", 0)
    back = act(office, task, "send-back", {"on": "2016-05-03", "text": "Thiếu huyện Quốc Oai"}).json()
    assert (back["done_on"], back["task_class"], back["reports"][-1]["kind"]) == (None, "open_overdue", "returned")


def test_a_task_waits_for_its_event_and_then_is_due(offices):
    given = {"term_length": 9, "term_unit": "m", "event": "kể từ ngày duyệt nhiệm vụ"}
    task = make.task(make.directive(agency=offices["VP"]), lead_agency=offices["SCT"], **given)
    client = of(offices["SCT"])
    waiting = client.get(f"{TASKS}/{task.pk}").json()
    assert (waiting["due_on"], waiting["task_class"]) == (None, "no_deadline")
    assert "kể từ ngày duyệt nhiệm vụ" in waiting["due"]["unknown"]
    told = act(client, task, "anchor", {"on": "2025-01-10"}).json()
    assert (told["anchored_on"], told["due_on"], told["due"]["day"]) == ("2025-01-10", "2025-10-10", "2025-10-10")
    assert told["due"]["lines"]
    tomorrow = timezone.localdate() + datetime.timedelta(1)
    assert "on" in errors(act(client, task, "anchor", {"on": tomorrow.isoformat()}))


def test_an_extension_keeps_both_days_and_does_not_count_before_it_was_given(offices, task):
    client = of(offices["VP"], "approver")
    more = {"due_on": "2016-06-30", "granted_on": "2016-05-20", "note": "Chờ số liệu"}
    assert errors(act(client, task, "extend", more))
    told = act(client, task, "extend", more | {"source": "Công văn 77"}).json()
    (one,) = told["extensions"]
    assert (one["from_due_on"], one["due_on"], told["first_due_on"]) == ("2016-04-30", "2016-06-30", "2016-04-30")
    classes = {}
    for day in ("2016-05-19", "2016-05-20", "2016-07-02"):
        told = client.get(f"{TASKS}/{task.pk}?as_of={day}").json()
        classes[day] = (told["task_class"], told["then_due_on"], told["days_late"])
    assert classes == {
        "2016-05-19": ("open_overdue", "2016-04-30", 19),
        "2016-05-20": ("open_in_time", "2016-06-30", 0),
        "2016-07-02": ("open_overdue", "2016-06-30", 2),
    }


MAY = {  # role of the caller, office → what it may do
    ("editor", "SCT"): {"report", "done", "anchor", "links"},
    ("editor", "STC"): {"report"},
    ("editor", "VP"): {"ask", "links"},
    ("approver", "VP"): {"ask", "links", "confirm", "send-back", "extend", "anchor"},
    ("approver", "KHAC"): set(),
    ("viewer", "SCT"): set(),
    ("auditor", "VP"): set(),
}
BODIES = {
    "report": REPORT,
    "done": REPORT,
    "confirm": {},
    "send-back": REPORT,
    "extend": {"due_on": "2016-06-30", "granted_on": "2016-05-20", "note": "x", "source": "y"},
    "anchor": {"on": "2016-04-01"},
    "links": {},
    "ask": {"on": "2016-05-20", "answer_by": "2016-05-30", "text": "Vì sao chậm?"},
}


@pytest.mark.parametrize(("role", "code"), MAY)
def test_each_action_is_for_whom_it_says(offices, task, role, code):
    client = of(offices[code], role)
    allowed = {name for name, body in BODIES.items() if act(client, task, name, body).status_code != 403}
    assert allowed == MAY[role, code] == set(client.get(f"{TASKS}/{task.pk}").json()["may"])


def test_the_lead_names_its_officer_and_the_zones_and_leaves_the_rest(offices, task):
    client, zone = of(offices["SCT"]), make.zone(code="HN-CCN-9")
    person, stranger = make.user("editor", agency=offices["SCT"]), make.user("editor", agency=offices["STC"])
    told = act(client, task, "links", {"officer": person.username, "zones": ["HN-CCN-9"]}).json()
    assert (told["officer"], told["zones"]) == (str(person), [zone.code])
    told = act(client, task, "links", {"dossiers": []}).json()
    assert (told["officer"], told["zones"]) == (str(person), [zone.code])
    for name in (stranger.username, "khong-co"):
        assert "officer" in errors(act(client, task, "links", {"officer": name}))
    assert act(client, task, "links", {"officer": None}).json()["officer"] is None


def test_whoever_was_slower_is_told_and_unknown_fields_are_refused(offices, task):
    client, path = of(offices["SCT"]), f"{TASKS}/{task.pk}"
    old = client.get(path)["ETag"]
    assert act(client, task, "report", REPORT).status_code == 200
    late = send(client, "POST", f"{path}/report", REPORT, **{"If-Match": old})
    assert (late.status_code, late.json()["current_etag"]) == (412, client.get(path)["ETag"])
    assert "done_on" in errors(act(client, task, "report", REPORT | {"done_on": "2016-01-01"}))
    assert "kind" in errors(act(client, task, "report", REPORT | {"kind": "returned"}))
    assert "text" in errors(act(client, task, "done", {"on": "2016-04-20"}))


# Asking ---------------------------------------------------------------------------------------------------------------


def test_tasks_are_asked_by_directive_agency_zone_and_class_of_a_day(offices, task):
    zone = make.zone(code="A-1")
    second = make.task(
        task.directive,
        lead_agency=offices["STC"],
        cooperating=[offices["SCT"], offices["KHAC"]],
        zones=[zone],
        first_due_on=datetime.date(2016, 6, 30),
    )
    later = make.task(make.directive(code="CD-9"), cooperating=[offices["SCT"]])
    client = make.caller(make.user("viewer", city="HN"))

    def found(query):
        answer = client.get(f"{TASKS}?{query}")
        assert answer.status_code == 200, answer.content
        return {row["id"] for row in answer.json()["results"]}

    both = {task.pk, second.pk}
    assert found("directive=53/TB-VP") == found("directive=53/tb-vp") == found("directive=CD-53") == both
    assert (found("lead=SCT"), found("cooperating=SCT"), found("zone=A-1")) == (
        {task.pk}, {second.pk, later.pk}, {second.pk},
    )  # fmt: skip
    assert found("as_of=2016-05-15&task_class=open_overdue") == {task.pk}
    assert found("as_of=2016-05-15&task_class=open_in_time") == {second.pk}
    assert found("as_of=2016-03-14") == set()
    assert found("due_min=2016-05-01&due_max=2016-12-31") == {second.pk}
    assert "as_of" in errors(client.get(f"{TASKS}?as_of=hôm-nay"))
    assert "task_class" in errors(client.get(f"{TASKS}?task_class=late"))
    assert "leader" in errors(client.get(f"{TASKS}?leader=SCT"))


def test_tasks_of_a_hidden_directive_are_not_there():
    far = make.agency(city="HCM")
    task = make.task(make.directive(code="CD-XA", city="HCM", agency=far), lead_agency=far)
    client = make.caller(make.user("editor", city="HN"))
    assert client.get(f"{TASKS}/{task.pk}").status_code == client.get("/api/v1/directives/CD-XA").status_code == 404
    assert client.get(f"{TASKS}?directive=CD-XA").json()["results"] == []
    body = TASK | {"directive": "CD-XA", "lead_agency": None, "cooperating": []}
    assert "directive" in errors(send(client, "POST", TASKS, body))
    assert Task.objects.count() == 1


@pytest.mark.parametrize("name", ["directives", "tasks"])
def test_a_list_costs_the_same_with_few_and_with_many_rows(name):
    client, counts = make.caller(), []
    for _round in range(2):
        for _ in range(3):
            dossier, paper = make.dossier(), make.document()
            directive = make.directive(document=paper)
            make.task(directive, cooperating=[make.agency()], zones=[dossier.zone], dossiers=[dossier])
        client.get(f"/api/v1/{name}")
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(f"/api/v1/{name}")
        assert (answer.status_code, len(answer.json()["results"]) >= 3) == (200, True)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= COUNTS[f"api {name}"]


# The feed -------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_feed_tells_of_tasks_and_what_is_said_of_them_to_those_who_may_see_them():
    far, office = make.agency(city="HCM"), make.agency(city="HN")
    client = make.caller(make.user("editor", agency=office))
    since = client.get("/api/v1/changes", {"since": "now"}).json()["next"]
    issued = {"issued_on": datetime.date(2016, 3, 15)}
    task = make.task(make.directive(code="CD-1", agency=office, **issued), lead_agency=office)
    hidden = make.task(make.directive(code="CD-XA", city="HCM", agency=far, **issued), lead_agency=far)
    act(client, task, "report", REPORT)
    act(of(far), hidden, "report", REPORT)
    page = client.get("/api/v1/changes", {"since": since, "limit": 1000}).json()["results"]
    told = {(one["what"], one["key"], tuple(one["changed"])) for one in page if one["what"] in ("directives", "tasks")}
    assert {(what, key) for what, key, _changed in told} == {("directives", "CD-1"), ("tasks", str(task.pk))}
    assert ("tasks", str(task.pk), ("reports",)) in told


def test_the_list_of_a_past_day_has_the_directives_issued_by_then_and_one_is_found_on_any_day(offices, task):
    client, path = of(offices["SCT"]), "/api/v1/directives"
    code, issued = task.directive.code, task.directive.issued_on
    before = issued - datetime.timedelta(1)
    listed = {
        day: [one["code"] for one in client.get(f"{path}?as_of={day}").json()["results"]] for day in (before, issued)
    }
    assert listed == {before: [], issued: [code]}
    assert client.get(f"{path}/{code}?as_of={before}").status_code == 200


@pytest.mark.parametrize(("on", "why"), [("0202-06-05", "1900"), ("2010-01-01", "ban hành")])
def test_a_day_that_cannot_be_is_refused_beside_its_field(offices, task, on, why):
    answer = act(of(offices["SCT"]), task, "report", REPORT | {"on": on})
    assert why in str(errors(answer)["on"])
