"""Who is reminded of what on which day: tasks, questions, periods, opinions, obstacles, dossiers. Once only."""

import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import notices
from accounts.models import Letter, Notice, RowChange
from planning import duties, ladder, reminders
from planning.models import Dossier, Holiday, ObstacleUpdate, OpinionRequest, TaskReport
from tests import factories as make

pytestmark = pytest.mark.django_db
MONDAY = datetime.date(2026, 11, 30)


def on(text):
    """ "1/12" of 2026."""
    day, month = map(int, text.split("/"))
    return datetime.date(2026, month, day)


@pytest.fixture
def lead():
    return make.agency(name="Sở Công Thương", city="HN")


@pytest.fixture
def office():
    return make.agency(name="Văn phòng UBND Thành phố", city="HN")


@pytest.fixture(autouse=True)
def people(lead, office):
    """In each of the two agencies somebody of every role; names tell where and what."""
    roles = ("viewer", "editor", "approver", "head", "machine")
    staff = {"lead": lead, "office": office}
    return {
        f"{name}.{role}": make.user(role, agency=agency, username=f"{name}.{role}")
        for name, agency in staff.items()
        for role in roles
    }


@pytest.fixture
def task(lead, office):
    return make.task(make.directive(agency=office), lead_agency=lead, first_due_on=MONDAY)


def told(day):
    """What the run of a day has newly told: {person: kind}."""
    made = notices.tell_all(reminders.occasions(day))
    assert all(notices.sentence(one) for one in made)
    return {one.user.username: one.kind for one in made}


def story(days):
    """Run on each day of (day, {kind: people}) and compare."""
    for day, expected in days:
        assert told(on(day)) == {name: kind for kind, names in expected.items() for name in names.split()}, day


LEAD, LEAD_ALL = "lead.editor", "lead.editor lead.approver lead.head"
OFFICE = "office.approver office.head"


# Tasks --------------------------------------------------------------------------------------------------------------


def test_a_task_climbs_from_its_officers_to_their_heads_to_the_office_that_follows(task):
    story([
        ("18/11", {}),
        ("19/11", {"task_due_soon": LEAD}),  # the seventh working day before Monday 30/11
        ("20/11", {}),
        ("26/11", {}),
        ("27/11", {"task_due_soon": LEAD}),
        ("28/11", {}),
        ("30/11", {"task_due_today": LEAD}),
        ("1/12", {"task_overdue": LEAD_ALL}),
        ("2/12", {}),
        ("6/12", {}),
        ("7/12", {"task_overdue": LEAD_ALL, "task_escalated": OFFICE}),
        ("7/12", {}),
        ("13/12", {}),
        ("14/12", {"task_overdue": LEAD_ALL, "task_escalated": OFFICE}),
        ("21/12", {"task_overdue": LEAD_ALL, "task_escalated": OFFICE}),
    ])  # fmt: skip


def test_a_holiday_moves_the_rungs(task):
    make.holiday(on("27/11"))
    assert ladder.reached(MONDAY, on("26/11"), Holiday.objects.calendar()).name == "before1"
    assert ladder.reached(MONDAY, on("18/11"), Holiday.objects.calendar()).name == "before7"
    assert ladder.reached(MONDAY, on("17/11"), Holiday.objects.calendar()) is None


def test_the_officer_alone_is_reminded_until_it_is_late(task, people):
    task.officer = people["lead.viewer"]
    task.save()
    story([
        ("19/11", {"task_due_soon": "lead.viewer"}),
        ("1/12", {"task_overdue": "lead.viewer lead.approver lead.head"}),
    ])  # fmt: skip


@pytest.mark.parametrize("change", [{"is_active": False}, {"agency": None}])
def test_an_officer_who_has_left_is_replaced_by_the_officers_of_the_lead(task, people, change):
    task.officer = people["lead.viewer"]
    task.save()
    for name, value in change.items():
        setattr(task.officer, name, value)
    task.officer.save()
    assert told(on("19/11")) == {"lead.editor": "task_due_soon"}


def test_days_without_a_run_lose_nothing_and_bring_no_heap(task):
    story([
        ("5/12", {"task_overdue": LEAD_ALL}),
        ("6/12", {}),
        ("20/12", {"task_overdue": LEAD_ALL}),
        ("21/12", {"task_overdue": LEAD_ALL}),
    ])  # fmt: skip
    story([("28/12", {"task_overdue": LEAD_ALL, "task_escalated": OFFICE})])  # after three reminders


@pytest.mark.parametrize("led_by", ["an agency without accounts", "words only"])
def test_where_nobody_leads_on_the_portal_the_office_is_told_from_the_first_day_late(task, led_by):
    task.lead_agency = make.agency(name="UBND xã") if led_by == "an agency without accounts" else None
    task.lead_text = "các xã"
    task.save()
    story([
        ("19/11", {}),
        ("30/11", {}),
        ("1/12", {"task_untold": OFFICE}),
        ("2/12", {}),
        ("7/12", {"task_untold": OFFICE}),
        ("14/12", {"task_untold": OFFICE}),
    ])  # fmt: skip


def test_what_only_the_office_was_told_is_no_reminder_of_the_lead(task, lead, people):
    """Its people come to the portal late: they get their three reminders before the office hears of it again."""
    task.lead_agency = make.agency(name="UBND xã")
    task.save()
    story([(day, {"task_untold": OFFICE}) for day in ("1/12", "7/12", "14/12", "21/12")])
    task.lead_agency = lead
    task.save()
    story([
        ("28/12", {"task_overdue": LEAD_ALL}),
    ])  # fmt: skip
    assert "chưa có ai trên cổng" in notices.sentence(Notice.objects.filter(kind="task_untold").first())


@pytest.mark.parametrize(("due", "days_off"), [("4/12", "5/12 6/12"), ("5/12", "6/12")])
def test_the_last_day_is_said_on_that_day_only_and_days_off_after_it_are_left_alone(lead, office, rules, due, days_off):
    """A Friday or a Saturday: the next working day is Monday 7/12."""
    directive = make.directive(agency=office, issued_on=on("1/9"))
    make.task(directive, lead_agency=lead, first_due_on=on(due))
    assert set(told(on("3/12")).values()) | set(told(on("4/12")).values()) <= {"task_due_soon", "task_due_today"}
    Notice.objects.filter(key__endswith=":day").delete()  # as if there had been no run on that day
    story([(day, {}) for day in days_off.split()])
    story([("7/12", {"task_overdue": LEAD_ALL})])


def test_an_extension_begins_a_new_ladder(task):
    story([("30/11", {"task_due_today": LEAD})])
    make.task_extension(task, due_on=on("7/12"))
    story([
        ("30/11", {"task_due_soon": LEAD}),
        ("1/12", {}),
        ("4/12", {"task_due_soon": LEAD}),
        ("7/12", {"task_due_today": LEAD}),
        ("14/12", {"task_overdue": LEAD_ALL, "task_escalated": OFFICE}),
    ])  # fmt: skip


def test_the_notice_says_how_long_there_is_or_how_late_it_is(task):
    for day, words in (
        ("19/11", "Còn 7 ngày làm việc đến hạn 30/11/2026."),
        ("30/11", "Hôm nay là ngày cuối của thời hạn (30/11/2026)."),
        ("7/12", "Quá hạn 7 ngày (hạn 30/11/2026), chưa báo cáo hoàn thành."),
    ):
        made = notices.tell_all(reminders.occasions(on(day)))
        assert notices.sentence(next(one for one in made if one.user.username == LEAD)) == words


def test_what_is_done_is_not_reminded_of(task):
    make.task_report(task, "done")
    duties.confirm(task, by=make.administrator())
    story([("19/11", {}), ("7/12", {})])


def test_a_claim_stops_the_reminders_and_waits_for_those_who_confirm(task):
    said(task, "2/12", "done", recorded_at="2026-12-02T03:00Z")
    story([
        ("7/12", {}),  # the third working day
        ("8/12", {"task_claim_waits": OFFICE}),
        ("9/12", {}),
        ("14/12", {}),
        ("15/12", {"task_claim_waits": OFFICE}),
    ])  # fmt: skip


def test_what_was_sent_back_is_reminded_of_again(task):
    make.task_report(task, "done")
    duties.send_back(task, by=make.administrator(), on=make.DAY, text="Chưa có số liệu")
    story([("1/12", {"task_overdue": LEAD_ALL})])


def test_a_question_has_a_ladder_of_its_own_until_it_is_answered(lead, office):
    task = make.task(make.directive(agency=office), lead_agency=lead)
    report = {"task": task, "kind": "asked", "text": "Vì sao chậm?", "agency": office}
    TaskReport.objects.create(on=on("16/11"), answer_by=MONDAY, **report)
    story([
        ("19/11", {"answer_due_soon": LEAD, "task_silent": ""}),
        ("30/11", {"answer_due_today": LEAD}),
        ("1/12", {"answer_overdue": LEAD_ALL}),
        ("7/12", {"answer_overdue": LEAD_ALL, "answer_escalated": OFFICE}),
    ])  # fmt: skip
    make.task_report(task, "explanation")
    story([("14/12", {})])


@pytest.fixture
def rules():
    make.rule("task.stale", 30, "d", title="Nhiệm vụ im lặng")
    make.rule("obstacle.stale", 30, "d", title="Vướng mắc im lặng")


def test_a_task_without_a_word_for_thirty_days_is_reminded_of_every_thirty_days(lead, office, rules):
    make.task(make.directive(agency=office, issued_on=on("1/9")), lead_agency=lead)
    story([
        ("1/10", {}),
        ("2/10", {"task_silent": LEAD}),
        ("15/10", {}),
        ("1/11", {"task_silent": LEAD}),
    ])  # fmt: skip


def test_without_a_rule_in_force_nothing_is_silent(lead, office):
    make.task(make.directive(agency=office, issued_on=on("1/9")), lead_agency=lead)
    story([("1/12", {})])


def test_a_task_of_a_directive_that_is_not_issued_yet_is_nobody_s(lead, office):
    make.task(make.directive(agency=office, issued_on=on("1/12")), lead_agency=lead, first_due_on=on("2/12"))
    story([("30/11", {}), ("1/12", {"task_due_soon": LEAD})])


# Periods ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def quarterly(lead, office):
    return make.task(make.directive(agency=office, issued_on=on("1/7")), lead_agency=lead, every="quarter")


def said(task, day, kind="progress", **given):
    TaskReport.objects.create(task=task, kind=kind, on=on(day), text="Báo cáo quý", **given)


def test_a_period_is_reminded_of_before_its_end_and_after_it(quarterly):
    story([
        ("18/9", {}),
        ("21/9", {"period_due_soon": LEAD}),
        ("29/9", {"period_due_soon": LEAD}),
        ("30/9", {"period_due_today": LEAD}),
        ("1/10", {"period_overdue": LEAD_ALL}),
        ("7/10", {"period_overdue": LEAD_ALL, "period_escalated": OFFICE}),
    ])  # fmt: skip


def test_a_report_in_the_period_ends_its_reminders(quarterly):
    said(quarterly, "10/9")
    story([("21/9", {}), ("1/10", {}), ("22/12", {"period_due_soon": LEAD})])


def test_a_late_report_is_that_of_the_period_that_lacked_it(quarterly):
    said(quarterly, "5/10")
    story([("6/10", {}), ("22/12", {"period_due_soon": LEAD})])
    said(quarterly, "22/12")
    story([("31/12", {})])


def test_a_report_of_a_day_in_its_period_ends_its_reminders_whatever_was_missed_before(lead, office):
    """Nothing of July: the report of August is July's, that of September is September's and is carried no further."""
    monthly = make.task(make.directive(agency=office, issued_on=on("1/6")), lead_agency=lead, every="month")
    for day in ("20/6", "20/8", "21/9", "20/10"):
        said(monthly, day)
    story([("30/10", {}), ("2/11", {})])


def test_a_duty_that_comes_back_and_ends_on_a_day_is_reminded_of_both(lead, office):
    directive = make.directive(agency=office, issued_on=on("1/7"))
    task = make.task(directive, lead_agency=lead, every="quarter", first_due_on=MONDAY)
    story([("30/9", {"period_due_today": LEAD}), ("1/10", {"period_overdue": LEAD_ALL})])
    said(task, "2/10"), said(task, "3/10")
    story([("19/11", {"task_due_soon": LEAD}), ("30/11", {"task_due_today": LEAD})])


def test_a_question_of_the_office_is_no_report(quarterly):
    said(quarterly, "10/9", "asked")
    story([("21/9", {"period_due_soon": LEAD})])


@pytest.mark.parametrize(
    ("every", "day", "kind"),
    [
        ("week", "2/12", None),
        ("week", "4/12", "period_due_soon"),
        ("month", "30/11", "period_due_today"),
        ("half", "31/12", "period_due_today"),
        ("year", "31/12", "period_due_today"),
        ("always", "31/12", None),
    ],
)
def test_every_period_has_its_end(lead, office, every, day, kind):
    issued = {"week": "30/11", "month": "1/11"}.get(every, "1/7")
    make.task(make.directive(agency=office, issued_on=on(issued)), lead_agency=lead, every=every)
    assert told(on(day)).get("lead.editor") == kind


# Opinions -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def request_(lead, office):
    made = make.opinion(make.consultation(agency=office), agency=lead)
    OpinionRequest.objects.update(sent_on=on("2/11"), due_on=MONDAY)
    return made


def test_those_who_were_asked_are_reminded_and_those_who_asked_are_told_of_silence(request_):
    story([
        ("19/11", {"opinion_due_soon": LEAD}),
        ("27/11", {"opinion_due_soon": LEAD}),
        ("30/11", {"opinion_due_today": LEAD}),
        ("1/12", {"opinion_overdue": LEAD_ALL, "opinion_silent": "office.editor"}),
        ("7/12", {"opinion_overdue": LEAD_ALL}),
    ])  # fmt: skip


def test_where_silence_is_consent_only_those_who_asked_are_told(request_):
    request_.consultation.silence_rule = make.silence_rule()
    request_.consultation.save()
    story([("30/11", {"opinion_due_today": LEAD}), ("1/12", {"opinion_deemed": "office.editor"}), ("7/12", {})])


@pytest.mark.parametrize("change", [{"answered_on": on("10/11")}, {"sent_on": None}])
def test_who_has_answered_or_was_not_asked_yet_is_left_alone(request_, change):
    OpinionRequest.objects.update(**change)
    story([("30/11", {}), ("1/12", {})])


# Obstacles ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def obstacle(lead, office):
    return make.obstacle(agency=lead, raised_by=office, raised_on=on("2/11"), first_expected_on=MONDAY)


def test_the_day_on_which_an_obstacle_was_to_be_gone(obstacle):
    story([
        ("19/11", {"obstacle_due_soon": LEAD}),
        ("30/11", {"obstacle_due_today": LEAD}),
        ("1/12", {"obstacle_overdue": LEAD_ALL}),
        ("7/12", {"obstacle_overdue": LEAD_ALL}),
    ])  # fmt: skip


def test_an_obstacle_without_an_approved_update_goes_stale(lead, rules):
    make.obstacle(agency=lead, raised_on=on("1/10"))
    story([
        ("31/10", {}),
        ("1/11", {"obstacle_stale": LEAD}),
        ("2/11", {}),
        ("1/12", {"obstacle_stale": LEAD}),
    ])  # fmt: skip


def test_an_update_waits_for_those_who_approve(obstacle):
    ObstacleUpdate.objects.create(
        obstacle=obstacle, on=on("3/11"), text="Đã xong 5 hộ", recorded_at="2026-11-03T03:00Z"
    )
    story([("6/11", {}), ("9/11", {"obstacle_update_waits": "lead.approver lead.head"}), ("10/11", {})])


def test_what_is_out_of_the_way_is_not_reminded_of(obstacle, rules):
    obstacle.resolved_on = on("20/11")
    obstacle.save()
    story([("30/11", {}), ("31/12", {})])


# Dossiers -----------------------------------------------------------------------------------------------------------


def test_the_clock_of_a_dossier_climbs_to_the_heads_and_no_further(lead):
    dossier = make.dossier(lead_agency=lead)
    Dossier.objects.filter(pk=dossier.pk).update(due_on=MONDAY, publicity="internal")
    story([
        ("19/11", {"dossier_due_soon": LEAD}),
        ("27/11", {"dossier_due_soon": LEAD}),
        ("30/11", {"dossier_due_today": LEAD}),
        ("1/12", {"dossier_overdue": LEAD_ALL}),
        ("7/12", {"dossier_overdue": LEAD_ALL}),
        ("14/12", {"dossier_overdue": LEAD_ALL}),
    ])  # fmt: skip
    Dossier.objects.filter(pk=dossier.pk).update(ended=True)
    story([("21/12", {})])


# For whom -----------------------------------------------------------------------------------------------------------


def test_the_people_of_a_successor_are_told(task, lead):
    heir = make.agency(name="Sở Công Thương và Đầu tư", city="HN")
    make.user("editor", agency=heir, username="heir.editor")
    lead.successor = heir
    lead.save()
    assert told(on("19/11")) == {"heir.editor": "task_due_soon"}


def test_a_ring_of_successors_ends(task, lead, office):
    lead.successor, office.successor = office, lead
    lead.save(), office.save()
    assert set(told(on("19/11"))) <= {"lead.editor", "office.editor"}


def test_where_nobody_puts_down_those_who_decide_are_told(task, people):
    people["lead.editor"].is_active = False
    people["lead.editor"].save()
    assert told(on("19/11")) == {"lead.approver": "task_due_soon", "lead.head": "task_due_soon"}


def test_an_agency_without_people_and_a_task_without_a_lead_harm_nobody(office):
    make.task(make.directive(agency=office), lead_agency=make.agency(), first_due_on=MONDAY)
    bare = make.task(make.directive(agency=office), first_due_on=MONDAY)
    bare.lead_agency = None
    bare.save()
    story([("30/11", {})])


def test_nobody_is_told_of_a_record_that_they_may_not_see(lead, office):
    """The dossier's zone is restricted to another agency: its lead cannot open it either."""
    closed = make.zone(publicity="restricted")
    dossier = make.dossier(closed, lead_agency=lead)
    Dossier.objects.filter(pk=dossier.pk).update(due_on=MONDAY)
    story([("30/11", {}), ("7/12", {})])


def test_a_restricted_task_is_told_to_its_lead_and_to_no_other_agency(lead, office):
    stranger = make.user("editor", city="HN")
    make.task(make.directive(agency=office, publicity="restricted"), lead_agency=lead, first_due_on=MONDAY)
    for day in ("19/11", "30/11", "1/12", "7/12"):
        told(on(day))
    assert Notice.objects.filter(user__agency=lead).exists()
    assert Notice.objects.filter(user__agency=office).exists()
    assert not Notice.objects.filter(user=stranger).exists()


# The command --------------------------------------------------------------------------------------------------------


@pytest.fixture
def morning(monkeypatch):
    """Of 19/11, seven working days before the deadline."""
    monkeypatch.setattr(timezone, "localdate", lambda *args: on("19/11"))


def remind(*given):
    out = StringIO()
    call_command("remind", *given, stdout=out)
    return out.getvalue()


def test_the_command_twice_a_day_tells_once(task, mailoutbox, people, morning):
    people["lead.editor"].email = "lan@sct.example.vn"
    people["lead.editor"].save()
    assert "1 new notices to 1 people" in remind()
    assert "0 new notices to 0 people" in remind("--day=2026-11-19")
    assert Notice.objects.count() == len(mailoutbox) == 1


def test_the_command_can_leave_the_mail_alone(task, mailoutbox, people, morning):
    people["lead.editor"].email = "lan@sct.example.vn"
    people["lead.editor"].save()
    remind("--no-mail")
    assert Notice.objects.get().mailed_at is None
    assert not mailoutbox


def test_a_day_gone_by_is_told_without_letters(task, mailoutbox, people, monkeypatch):
    people["lead.editor"].email = "lan@sct.example.vn"
    people["lead.editor"].save()
    monkeypatch.setattr(timezone, "localdate", lambda *args: on("20/11"))
    assert "19/11/2026 is not today: no letters are sent" in remind("--day=2026-11-19")
    assert Notice.objects.get().mailed_at is None
    assert not mailoutbox and not Letter.objects.exists()


def test_a_day_to_come_can_only_be_foretold(task, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args: on("18/11"))
    with pytest.raises(CommandError, match="19/11/2026 is still to come: only --dry-run"):
        remind("--day=2026-11-19")
    assert not Notice.objects.exists()
    assert "1 notices would be written" in remind("--day=2026-11-19", "--dry-run")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1899-12-31", "2200-01-01", "2026-02-30", "hôm nay", ""])
def test_a_day_that_is_none_or_out_of_all_years_is_refused_in_words(day):
    with pytest.raises(CommandError, match="is no day from 1900 to 2199"):
        remind(f"--day={day}", "--dry-run")


@pytest.mark.parametrize("day", ["1900-01-01", "2199-12-31"])
def test_the_first_and_the_last_day_can_be_asked_for(quarterly, task, day):
    remind(f"--day={day}", "--dry-run")


def test_the_command_takes_unread_notices_of_hidden_records_out_of_the_count(task, people, morning):
    hidden = make.task(make.directive(publicity="restricted"))
    for person in (people["lead.editor"], make.administrator()):
        make.notice(person, about=hidden, subject="Hạn chế")
    away = make.user("editor", is_active=False)
    make.notice(away, about=hidden)
    assert "1 unread notices of records that their person may not see" in remind()
    assert notices.unread(people["lead.editor"]) == 1  # of the task
    assert Notice.objects.filter(subject="Hạn chế", read_at=None).count() == 1  # the administrator's
    assert Notice.objects.filter(user=away, read_at=None).exists()
    assert "may not see" not in remind()


def test_a_dry_run_tells_who_would_be_told_what_and_writes_nothing(task, mailoutbox, people):
    people["lead.editor"].email = "lan@sct.example.vn"
    people["lead.editor"].save()
    before = RowChange.objects.count()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        text = remind("--dry-run", "--day=2026-11-19")
    assert "lead.editor <lan@sct.example.vn>" in text
    assert "Còn 7 ngày làm việc đến hạn 30/11/2026." in text
    assert "1 notices would be written; nothing was." in text
    assert not [one["sql"] for one in asked if not one["sql"].startswith(("SELECT", "PRAGMA"))]
    assert (Notice.objects.count(), Letter.objects.count(), RowChange.objects.count(), len(mailoutbox)) == (
        0,
        0,
        before,
        0,
    )


def test_as_many_statements_for_any_number_of_records(lead, office):
    def statements():
        with CaptureQueriesContext(connection) as asked:
            found = notices.untold(reminders.occasions(on("7/12")))
        return len(asked), len(found)

    directive = make.directive(agency=office)

    def add(count):
        for _number in range(count):
            make.task(directive, lead_agency=lead, first_due_on=MONDAY)
            make.obstacle(agency=lead, first_expected_on=MONDAY, raised_on=on("2/11"))
            opinion = make.opinion(make.consultation(agency=office), agency=lead)
            OpinionRequest.objects.filter(pk=opinion.pk).update(due_on=MONDAY)

    add(1)
    few, notices_of_few = statements()
    add(7)
    many, notices_of_many = statements()
    assert notices_of_many == 8 * notices_of_few > 8
    assert many == few


def test_an_office_without_anyone_who_approves_is_told_by_its_other_staff():
    clerk = make.user("editor", agency=make.agency(name="Văn phòng"))
    directive = make.directive(agency=clerk.agency, issued_on=on("1/9"))
    make.task(directive, lead_agency=make.agency(name="UBND xã"), first_due_on=on("30/11"))
    assert told(on("1/12")) == {clerk.username: "task_untold"}
