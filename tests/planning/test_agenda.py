"""What has a day to it: as entries, on the board of tasks and in the month of the calendar."""

import datetime
import json
from calendar import monthrange
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.asserts import assertContains

from accounts.models import User
from planning import duties
from planning.agenda import entries
from planning.models import Dossier, Obstacle, Task, TaskReport
from planning.month import Month, read_month
from tests import factories as make
from tests.planning.test_plan_pages import text

pytestmark = pytest.mark.django_db
COUNTS = json.loads((Path(__file__).parent.parent / "query_counts.json").read_text())
D = datetime.date
TODAY = D(2026, 6, 15)
YEAR = (D(2026, 1, 1), D(2026, 12, 31))


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args: TODAY)


@pytest.fixture
def office():
    return make.agency(code="CT", name="Sở Công Thương", city="HN")


@pytest.fixture
def directive():
    vp = make.agency(code="VP", name="Văn phòng UBND Thành phố", city="HN")
    return make.directive(agency=vp, number="K53/TB-VP", issuer="UBND Thành phố", issued_on=D(2026, 2, 10))


@pytest.fixture
def officer(office):
    return make.user("editor", agency=office)


def told(found):
    return [(entry.day, entry.kind) for entry in found]


def dossier_due(on, **given):
    made = make.dossier(**given)
    Dossier.objects.filter(pk=made.pk).update(due_on=on)
    return made


# Entries --------------------------------------------------------------------------------------------------------------


def test_every_kind_of_day_is_found_in_the_order_of_the_days(office, directive, officer):
    zone = make.zone(name="Cụm công nghiệp Lại Yên", managing_agency=office)
    make.task(directive, lead_agency=office, first_due_on=D(2026, 6, 30), due_precision="month", zones=[zone])
    dossier = dossier_due(D(2026, 7, 3), subject=zone)
    make.milestone(dossier, on=D(2026, 8, 1))
    make.session(on=D(2026, 7, 20), agency=office)
    make.obstacle(zone=zone, agency=office, first_expected_on=D(2026, 6, 20))
    asked = make.opinion(agency=office, sent_on=D(2026, 6, 10))
    found = entries(officer, *YEAR)
    assert told(found) == [
        (D(2026, 6, 20), "obstacle"),
        (asked.due_on, "opinion"),
        (D(2026, 6, 30), "task"),
        (D(2026, 7, 3), "dossier"),
        (D(2026, 7, 20), "session"),
        (D(2026, 8, 1), "milestone"),
    ]
    assert told(entries(officer, *YEAR, mine=True)) == told(found)
    [task] = [one for one in found if one.kind == "task"]
    assert (task.when, task.zones, task.agency) == ("06/2026", (zone.name,), office.name)
    assert task.asked == "K53/TB-VP, UBND Thành phố"
    assert (task.state, task.mark.words, task.done) == ("chưa hoàn thành, trong hạn", "còn 11 ngày làm việc", False)


def test_a_task_stands_on_the_deadline_that_holds_and_keeps_its_key(office, directive, officer):
    task = make.task(directive, lead_agency=office, first_due_on=D(2026, 5, 30))
    [before] = entries(officer, *YEAR)
    make.task_extension(task, due_on=D(2026, 7, 15), granted_on=D(2026, 6, 1))
    [after] = entries(officer, *YEAR)
    assert (before.day, after.day) == (D(2026, 5, 30), D(2026, 7, 15))
    assert before.key == after.key
    assert before.mark.state == "late"


def test_a_duty_that_comes_back_is_due_at_the_end_of_each_period_until_it_is_done(office, directive, officer):
    task = make.task(directive, lead_agency=office, every="quarter")
    make.task_report(task, on=D(2026, 3, 25))
    found = entries(officer, *YEAR)
    assert [(one.day, one.done) for one in found] == [
        (D(2026, 3, 31), True),
        (D(2026, 6, 30), False),
        (D(2026, 9, 30), False),
        (D(2026, 12, 31), False),
    ]
    assert len({one.key for one in found}) == 4
    make.task_report(task, "done", on=D(2026, 6, 14))
    duties.confirm(task, by=make.administrator())
    assert [one.day for one in entries(officer, *YEAR)] == [D(2026, 3, 31)]


@pytest.mark.parametrize(
    ("every", "first", "number"),
    [
        ("week", D(2026, 2, 15), 46),
        ("month", D(2026, 2, 28), 11),
        ("half", D(2026, 6, 30), 2),
        ("year", D(2026, 12, 31), 1),
        ("always", None, 0),
    ],
)
def test_periods_begin_with_the_one_in_which_the_directive_was_issued(every, first, number, office, directive, officer):
    make.task(directive, lead_agency=office, every=every)
    found = entries(officer, *YEAR)
    assert len(found) == number
    assert (found[0].day if found else None) == first


def test_a_report_after_the_end_of_a_period_that_had_none_is_that_periods(office, directive, officer):
    task = make.task(directive, lead_agency=office, every="quarter")
    make.task_report(task, on=D(2026, 4, 3))
    assert [one.done for one in entries(officer, *YEAR)] == [True, False, False, False]
    make.task_report(task, on=D(2026, 6, 12))
    assert [one.done for one in entries(officer, *YEAR)] == [True, True, False, False]
    assert [one.done for one in entries(officer, D(2026, 6, 30), D(2026, 6, 30))] == [True]


def reported(person, first, last):
    return {one.day: one.done for one in entries(person, first, last) if one.kind == "period"}


def test_a_missed_period_shifts_no_more_than_one_report(office, directive, officer):
    """Nothing in March: April's only report is March's, and those of May and June are their own."""
    task = make.task(directive, lead_agency=office, every="month")
    for day in (D(2026, 2, 20), D(2026, 4, 20), D(2026, 5, 20), D(2026, 6, 10)):
        make.task_report(task, on=day)
    assert list(reported(officer, D(2026, 1, 1), D(2026, 6, 30)).values()) == [True, True, False, True, True]
    make.task_report(task, on=D(2026, 5, 20))  # two in May, even of one day: one of them is what April lacks
    assert all(reported(officer, D(2026, 1, 1), D(2026, 6, 30)).values())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.dates(D(2026, 1, 1), TODAY), max_size=8),
    st.sampled_from(["week", "month", "quarter"]),
    st.sampled_from([None, D(2026, 2, 10)]),
)
def test_a_period_is_reported_or_not_whatever_part_of_the_calendar_is_looked_at(officer, days, every, issued):
    with transaction.atomic():
        task = make.task(make.directive(issued_on=issued, publicity="public"), every=every)
        for day in days:
            make.task_report(task, on=max(day, issued or day))
        whole = reported(officer, *YEAR)
        for month in range(1, 13):
            first, last = D(2026, month, 1), D(2026, month, monthrange(2026, month)[1])
            part = reported(officer, first, last)
            assert part == {day: done for day, done in whole.items() if first <= day <= last}
        transaction.set_rollback(True)


def test_what_is_sent_back_does_not_count_as_a_report_of_the_period(office, directive, officer):
    task = make.task(directive, lead_agency=office, every="quarter")
    TaskReport.objects.create(task=task, kind="returned", on=D(2026, 5, 5), text="Thiếu phụ lục")
    assert [one.done for one in entries(officer, D(2026, 6, 1), D(2026, 6, 30))] == [False]


def test_an_explanation_that_was_asked_for_stands_until_it_is_given(office, directive, officer):
    task = make.task(directive, lead_agency=office)
    asked = {"kind": "asked", "on": D(2026, 6, 12), "text": "Vì sao chậm?", "answer_by": D(2026, 6, 19)}
    TaskReport.objects.create(task=task, **asked)
    assert told(entries(officer, *YEAR)) == [(D(2026, 6, 19), "answer")]
    make.task_report(task, "explanation", on=D(2026, 6, 14))
    assert entries(officer, *YEAR) == []


def test_an_answer_given_and_an_obstacle_removed_are_no_longer_there(office, officer):
    asked = make.opinion(agency=office, sent_on=D(2026, 6, 10))
    held = make.obstacle(agency=office, first_expected_on=D(2026, 6, 20))
    assert len(entries(officer, *YEAR)) == 2
    make.answered(asked, on=D(2026, 6, 12))
    make.obstacle_update(held, on=D(2026, 6, 13), kind="resolved")
    assert entries(officer, *YEAR) == []


def test_a_milestone_says_whether_its_state_was_reached(office, officer):
    zone = make.zone(managing_agency=office)
    dossier = make.dossier(zone, "in_plan")
    make.milestone(dossier, state="in_plan", on=D(2026, 3, 1))
    make.milestone(dossier, state="established", on=D(2026, 4, 1))
    make.milestone(dossier, state="operating", on=D(2026, 8, 1))
    assert [one.mark.words for one in entries(officer, *YEAR)] == [
        "đã tới",
        "đã qua ngày dự kiến, chưa thấy ghi",
        "dự kiến",
    ]


def test_mine_is_what_i_or_my_agency_lead_take_part_in_follow_or_own(office, directive, officer):
    other = make.agency(city="HN")
    common = {"first_due_on": D(2026, 6, 30), "lead_agency": other}
    make.task(directive, **common)
    helped = make.task(directive, **common, cooperating=[office])
    looked_after = make.task(directive, **common, officer=officer)
    followed = make.task(make.directive(agency=office, issued_on=D(2026, 1, 1)), **common)
    make.obstacle(agency=other, first_expected_on=D(2026, 6, 20))
    own = make.obstacle(agency=other, officer=officer, first_expected_on=D(2026, 6, 21))
    found = {(one.kind, one.about_id) for one in entries(officer, *YEAR, mine=True)}
    tasks = {("task", one.pk) for one in (helped, looked_after, followed)}
    assert found == {("obstacle", own.pk), *tasks}
    assert len(entries(officer, *YEAR)) == 6


def test_work_of_an_agency_that_was_merged_is_its_successors(office, directive, officer):
    before = make.agency(city="HN", successor=make.agency(city="HN", successor=office))
    make.task(directive, lead_agency=before, first_due_on=D(2026, 6, 30))
    assert len(entries(officer, *YEAR, mine=True)) == len(entries(officer, *YEAR, agency=office)) == 1


def test_an_agency_a_zone_a_city_narrow_what_is_found(office, directive, officer):
    zone = make.zone(managing_agency=office)
    make.task(directive, lead_agency=office, first_due_on=D(2026, 6, 30), zones=[zone])
    make.task(directive, first_due_on=D(2026, 6, 30))
    make.session(on=D(2026, 7, 20))
    at_session = make.session(on=D(2026, 7, 21))
    make.session_item(make.dossier(zone), at_session)
    assert told(entries(officer, *YEAR, agency=office)) == [(D(2026, 6, 30), "task")]
    assert told(entries(officer, *YEAR, zone=zone)) == [(D(2026, 6, 30), "task"), (D(2026, 7, 21), "session")]
    assert told(entries(officer, *YEAR, mine=True)) == [(D(2026, 6, 30), "task"), (D(2026, 7, 21), "session")]
    assert len(entries(officer, *YEAR, city="HN")) == 4
    assert entries(officer, *YEAR, city="HCM") == []


def test_nobody_finds_what_they_may_not_see(office, officer):
    far = make.user("editor", city="HCM")
    hidden = make.directive(publicity="restricted", issued_on=D(2026, 1, 1))
    zone = make.zone(publicity="restricted")
    make.task(hidden, first_due_on=D(2026, 6, 30))
    make.task(hidden, every="month")
    dossier = dossier_due(D(2026, 7, 3), subject=zone)
    make.milestone(dossier, on=D(2026, 8, 1))
    make.session(on=D(2026, 7, 20), publicity="restricted")
    make.obstacle(zone=zone, first_expected_on=D(2026, 6, 20), publicity="restricted")
    make.opinion(make.consultation(publicity="restricted"), sent_on=D(2026, 6, 10))
    assert entries(officer, *YEAR) == entries(far, *YEAR) == []
    assert len(entries(make.administrator(), *YEAR)) == 18  # of which twelve are the months of one duty
    User.objects.update(is_active=False)
    assert entries(User.objects.get(pk=officer.pk), *YEAR) == []


def test_who_is_asked_about_a_hidden_dossier_learns_the_question_and_not_the_zone(office, officer):
    zone = make.zone(publicity="restricted")
    consultation = make.consultation(publicity="restricted", dossier=make.dossier(zone))
    make.opinion(consultation, agency=office, sent_on=D(2026, 6, 10))
    [asked] = entries(officer, *YEAR)
    assert (asked.title, asked.zones) == (consultation.title, ())
    shown = make.obstacle(zone=zone, agency=office, first_expected_on=D(2026, 6, 20))
    assert [one.zones for one in entries(officer, *YEAR) if one.about_id == shown.pk and one.kind == "obstacle"] == [()]


def test_as_many_statements_for_many_entries_as_for_few(office, directive, officer):
    zone = make.zone(managing_agency=office)
    counts = []
    for more in (1, 5):
        for _ in range(more):
            task = make.task(directive, lead_agency=office, first_due_on=D(2026, 6, 30), every="month", zones=[zone])
            asked = {"kind": "asked", "on": D(2026, 6, 12), "text": "Vì sao?", "answer_by": D(2026, 6, 19)}
            TaskReport.objects.create(task=task, **asked)
            dossier = dossier_due(D(2026, 7, 3), subject=make.zone(managing_agency=office))
            make.milestone(dossier, on=D(2026, 8, 1))
            make.session_item(dossier, make.session(on=D(2026, 7, 20)))
            make.obstacle(zone=zone, agency=office, first_expected_on=D(2026, 6, 20))
            make.opinion(make.consultation(dossier=dossier), agency=office, sent_on=D(2026, 6, 10))
        with CaptureQueriesContext(connection) as asked:
            entries(officer, *YEAR, mine=True, city="HN")
        counts.append(len(asked))
    assert counts[0] == counts[1] == COUNTS["agenda of every kind"]


# The board ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def tasks(office, directive):
    """A task for each column of the board, by its code."""
    given = {
        "late": {"first_due_on": D(2026, 6, 14)},
        "soon": {"first_due_on": D(2026, 6, 29)},
        "open": {"first_due_on": D(2026, 6, 30)},
        "undated": {},
        "claimed": {"first_due_on": D(2026, 6, 1)},
        "done": {"first_due_on": D(2026, 6, 20)},
        "long ago": {"first_due_on": D(2026, 4, 20)},
    }
    made = {code: make.task(directive, lead_agency=office, content=code, **due) for code, due in given.items()}
    for code, on in (("claimed", D(2026, 5, 20)), ("done", D(2026, 5, 16)), ("long ago", D(2026, 5, 15))):
        make.task_report(made[code], "done", on=on)
        if code != "claimed":
            duties.confirm(made[code], by=make.administrator())
    return made


def board(client, query=""):
    return client.get(f"/tasks/board/{query}").context["board"]


def shown(columns):
    return {column.code: [task.content for task, *_told in column.tasks] for column in columns}


def test_each_task_stands_in_one_column_of_the_board(client, officer, tasks):
    client.force_login(officer)
    page = client.get("/tasks/board/")
    wanted = {code: [code] for code in ("late", "soon", "open", "undated", "claimed", "done")}
    assert shown(page.context["board"]) == wanted
    assert "1 nhiệm vụ đã xong hơn 30 ngày trước không hiện ở đây" in text(page)


@pytest.mark.parametrize(
    "query",
    ["", "?lead=CT", "?due_max=29/06/2026", "?due_min=20/06/2026", "?task_class=open_in_time", "?search=khong-co"],
)
def test_the_list_behind_a_column_holds_as_many_as_the_column_says(query, client, officer, tasks, directive):
    make.task(directive, first_due_on=D(2026, 6, 1))
    client.force_login(officer)
    for column in board(client, query):
        if column.count:
            assert client.get(f"/tasks/?{column.query}").context["count"] == column.count, column.code


def test_the_board_tells_the_first_of_a_column_and_leads_to_the_rest(client, officer, directive, office):
    for day in range(1, 13):
        make.task(directive, lead_agency=office, first_due_on=D(2026, 6, day), content=f"Việc {day}")
    client.force_login(officer)
    [late] = [column for column in board(client) if column.code == "late"]
    assert (late.count, len(late.tasks)) == (12, 8)
    assert [task.content for task, *_told in late.tasks][:2] == ["Việc 1", "Việc 2"]
    assert parse_qs(late.query) == {"task_class": ["open_overdue"], "claimed": ["false"]}


def test_the_board_is_of_the_cut_off_day_and_of_its_filters(client, officer, tasks):
    client.force_login(officer)
    then = shown(board(client, "?as_of=2026-05-16"))
    assert then["claimed"] == []
    assert "claimed" in then["open"]
    assert then["done"] == ["done", "long ago"]
    assert shown(board(client, "?task_class=open_overdue"))["open"] == []
    assert client.get("/tasks/board/?due_min=hom-nay").status_code == 400


def test_the_board_shows_visible_tasks_only_and_asks_as_much_for_many(client, officer, tasks, directive, office):
    make.task(make.directive(publicity="restricted", issued_on=D(2026, 1, 1)), content="kín")
    client.force_login(officer)
    assert "kín" not in text(client.get("/tasks/board/"))
    for day in range(1, 20):
        make.task(directive, lead_agency=office, first_due_on=D(2026, 6, day))
    client.get("/tasks/board/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/tasks/board/")
    assert len(asked) == COUNTS["planning:task_board"]


# The month ------------------------------------------------------------------------------------------------------------


def test_a_month_begins_on_monday_and_marks_today_and_days_off(client, officer):
    make.holiday(D(2026, 6, 17), "Nghỉ thử")
    make.holiday(D(2026, 6, 20), "Làm bù thử", kind="swapped_workday")
    client.force_login(officer)
    weeks = client.get("/calendar/").context["weeks"]
    assert [len(week) for week in weeks] == [7] * 5
    days = {day.on: day for week in weeks for day in week if day}
    assert min(days), max(days) == (D(2026, 6, 1), D(2026, 6, 30))
    assert [week[0].on.weekday() for week in weeks if week[0]] == [0] * 5
    assert [day.on for day in days.values() if day.is_today] == [TODAY]
    rests = [on.day for on, day in days.items() if day.rests]
    assert rests == [6, 7, 13, 14, 17, 21, 27, 28]  # the 20th, a Saturday, is worked


def test_the_calendar_is_ones_own_until_something_else_is_asked_for(client, officer, office, directive):
    zone = make.zone(managing_agency=office)
    make.task(directive, lead_agency=office, first_due_on=D(2026, 6, 30), content="Việc của sở")
    make.task(
        directive,
        lead_agency=make.agency(code="KHAC"),
        first_due_on=D(2026, 6, 30),
        content="Việc sở khác",
        zones=[zone],
    )
    client.force_login(officer)
    asked = {
        "/calendar/": (True, False),
        "/calendar/?of=all": (True, True),
        "/calendar/?of=KHAC": (False, True),
        f"/calendar/?zone={zone.code}": (False, True),
        "/calendar/?month=2026-07": (False, False),
    }
    for address, (own, other) in asked.items():
        page = text(client.get(address))
        assert ("Việc của sở" in page, "Việc sở khác" in page) == (own, other), address
    client.force_login(make.user("city", agency=None))
    assert not client.get("/calendar/").context["mine"]


@pytest.mark.parametrize("query", ["?of=KHONG-CO", "?zone=KHONG-CO"])
def test_a_calendar_of_nobody_is_not_there(query, client, officer):
    client.force_login(officer)
    assert client.get(f"/calendar/{query}").status_code == 404


def test_many_on_one_day_are_folded_and_told_in_full_below(client, officer, office, directive):
    for number in range(8):
        make.task(directive, lead_agency=office, first_due_on=D(2026, 6, 30), content=f"Việc {number}")
    client.force_login(officer)
    page = client.get("/calendar/")
    assert "và 5 việc nữa" in text(page)
    assert text(page).count("Việc 7") == 1
    assertContains(page, 'href="#day-2026-06-30"')
    assertContains(page, 'id="day-2026-06-30"')


def test_an_empty_month_says_what_would_be_there(client, officer):
    client.force_login(officer)
    assert "Tháng này không có việc nào đến hạn" in text(client.get("/calendar/?month=2030-02"))


@pytest.mark.parametrize(
    ("asked", "month"), [("2026-11", "2026-11"), ("2026-13", "2026-06"), ("0000-01", "2026-06"), ("mai", "2026-06")]
)
def test_a_month_that_cannot_be_read_is_this_one(asked, month):
    assert read_month(asked, TODAY).code == month


def test_the_months_end_with_the_years_that_the_portal_knows():
    assert Month(D(1900, 1, 1)).previous is None
    assert Month(D(2199, 12, 1)).following is None
    assert Month(D(2026, 12, 1)).following.code == "2027-01"


def test_the_calendar_asks_as_much_for_many_as_for_few(client, officer, office, directive):
    client.force_login(officer)
    zone, counts = make.zone(managing_agency=office), []
    for more in (1, 6):
        for day in range(1, more + 1):
            make.task(directive, lead_agency=office, first_due_on=D(2026, 6, day), every="month", zones=[zone])
            make.obstacle(zone=zone, agency=office, first_expected_on=D(2026, 6, day))
        client.get("/calendar/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/calendar/")
        counts.append(len(asked))
    assert counts[0] == counts[1] == COUNTS["planning:calendar"]
    assert (Task.objects.count(), Obstacle.objects.count()) == (7, 7)
