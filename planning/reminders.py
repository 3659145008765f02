"""What is due for whom on a day: tasks, questions, periodic duties, opinions, obstacles, dossiers. Only asks; telling
is accounts.notices, and `manage.py remind` brings both together.

A reminder is known by its record, deadline and rung: it is told once to each person, and a new deadline begins a new
ladder. Only the highest rung counts, so that a day without a run loses nothing and brings no heap."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache

from django.urls import reverse
from django.utils import timezone

from accounts.notices import Occasion, Staff, told_of
from planning import ladder
from planning.agenda import ONE_DAY, PERIODIC, TELLING, is_reported, period_around, periods_of
from planning.columns import dossier_address
from planning.duty_lists import task_address
from planning.ladder import DECIDERS, OFFICE, OFFICERS, Rung
from planning.models import (
    STALE_RULE,
    Dossier,
    Holiday,
    Obstacle,
    ObstacleUpdate,
    OpinionRequest,
    Rule,
    Task,
    TaskReport,
)

TASK_STALE_RULE = "task.stale"  # days without a report of those who do it
PATIENCE = 3  # working days that a claim or an update may wait for an answer
KIND = TaskReport.Kind


@dataclass(frozen=True)
class About:
    """The record that a reminder is about. `name`: what begins its keys; `officer`, `agency_id`: whose it is to do;
    `office_id`: the agency that follows."""

    record: object
    name: str
    subject: str
    address: str
    agency_id: int | None
    office_id: int | None = None
    officer: object = None


@dataclass(frozen=True)
class Deadline:
    """`name` begins the kinds of its notices. `first`: how early its ladder begins, in working days."""

    about: About
    name: str
    due: datetime.date
    first: int = ladder.FIRST


@dataclass(frozen=True)
class Single:
    """A reminder off the ladder: one notice of one kind to one group of people. `at`: what makes it an occasion."""

    about: About
    kind: str
    at: str
    whom: str
    given: dict = field(default_factory=dict)


class Day:
    """Everything that is asked once for all records: the day, its calendar, rules and people."""

    def __init__(self, today):
        self.today, self.calendar, self.staff = today, Holiday.objects.calendar(), Staff()
        rules = Rule.objects.on(today).filter(code__in=(STALE_RULE, TASK_STALE_RULE))
        self.days = {rule.code: int(rule.value) for rule in rules}
        self.rung = cache(lambda due: ladder.reached(due, today, self.calendar))

    def waited(self, since):
        """Working days since a moment's day."""
        return self.calendar.working_between(since, self.today)

    def people(self, about, whom):
        """Who is told. The officer as long as they work at the agency (or its heir); otherwise all of its officers."""
        if whom == OFFICE:
            return self.staff.deciders(about.office_id) or self.staff.officers(about.office_id)
        if whom == DECIDERS:
            return self.staff.deciders(about.agency_id)
        officer = about.officer
        works_there = officer and officer.agency_id in (about.agency_id, self.staff.heir(about.agency_id))
        return [officer] if works_there and officer.is_active else self.staff.officers(about.agency_id)


def occasions(today):
    """Every reminder that `today` has reached, for whom it is; as many statements for any number of records."""
    day = Day(today)
    found = [one for source in SOURCES for one in source(day)]
    singles = [single(one, day) for one in found if isinstance(one, Single)]
    return singles + climbed([one for one in found if isinstance(one, Deadline)], day)


# On the ladder ------------------------------------------------------------------------------------------------------


def climbed(deadlines, day):
    """The rungs reached, each told to its people; of a record that an office follows, to the office as well, once
    there were more than three reminders of this deadline, or as soon as it is past where the lead has nobody to tell.
    """
    reached = [(one, rung) for one in deadlines if (rung := day.rung(one.due)) and rung.at >= one.first]
    times = reminders_before([one for one, rung in reached if OFFICE in rung.whom and one.about.office_id])
    return [made for one, rung in reached for made in rung_told(one, rung, times, day)]


def rung_told(deadline, rung, times, day):
    about, key = deadline.about, f"{stem(deadline)}{rung.name}"
    given = {"due": deadline.due, "days": length(deadline.due, rung, day)}
    doers = [one for whom in (OFFICERS, DECIDERS) if whom in rung.whom for one in day.people(about, whom)]
    yield occasion(about, doers, key, f"{deadline.name}_{rung.ending}", given)
    if rung.at > 0 and not doers:  # a stem of its own: what only the office was told is no reminder of the lead
        untold = f"{stem(deadline)}office:{rung.name}"
        yield occasion(about, day.people(about, OFFICE), untold, f"{deadline.name}_untold", given)
    elif len(times[stem(deadline)] - {key}) >= ladder.REMINDERS_BEFORE_OFFICE:
        yield occasion(about, day.people(about, OFFICE), key, f"{deadline.name}_escalated", given)


def length(due: datetime.date, rung: Rung, day):
    """Working days that are left before a deadline, calendar days that have gone by after it."""
    return day.calendar.working_between(day.today, due) if rung.at < 0 else (day.today - due).days


def stem(deadline):
    """What the keys of one deadline begin with."""
    return f"{deadline.about.name}:{deadline.about.record.pk}:{deadline.name}:{deadline.due}:"


def reminders_before(deadlines):
    """stem → the reminders of that deadline that somebody was told."""
    by_label, told = defaultdict(set), defaultdict(set)
    for one in deadlines:
        by_label[one.about.record._meta.label_lower].add(one.about.record.pk)
    for label, ids in by_label.items():
        for _person, key, _pk in told_of(label, ids):
            told[key.rpartition(":")[0] + ":"].add(key)
    return told


def single(one, day):
    about = one.about
    key = f"{about.name}:{about.record.pk}:{one.kind}:{one.at}"
    return occasion(about, day.people(about, one.whom), key, one.kind, one.given)


def occasion(about, people, key, kind, given):
    label, pk = about.record._meta.label_lower, about.record.pk
    return Occasion(tuple(people), key, kind, about.subject, label, pk, about.address, given)


# Tasks --------------------------------------------------------------------------------------------------------------


def of_tasks(day):
    """The open tasks that had been given: their deadline, question, period or silence; a claim waits for its answer."""
    tasks = Task.objects.given_by(day.today).filter(done_on=None).select_related("directive", "officer")
    said = defaultdict(list)
    for report in TaskReport.objects.filter(task__done_on=None).order_by("pk"):
        said[report.task_id].append(report)
    for task in tasks.order_by("pk"):
        yield from of_task(task, said[task.pk], day)


def of_task(task, said, day):
    subject = f"{task.directive} – {task.number}. {task.content}"
    follows, officer = task.directive.agency_id, task.officer
    about = About(task, "task", subject, task_address(task), task.lead_agency_id, follows, officer)
    claim = last_of(said, KIND.DONE, KIND.RETURNED)
    if claim and claim.kind == KIND.DONE:
        yield from waiting(about, claim, "task_claim_waits", OFFICE, day)
        return
    question = last_of(said, KIND.ASKED, KIND.EXPLANATION, KIND.DONE)
    if question and question.kind == KIND.ASKED and question.answer_by:
        yield Deadline(about, "answer", question.answer_by)
    if task.due_on:
        yield Deadline(about, "task", task.due_on)
    if task.every in PERIODIC:
        yield from open_periods(about, task, said, day)
    elif not task.due_on or not day.rung(task.due_on):
        yield from silence(about, task, said, day)


def last_of(said, *kinds):
    return next((report for report in reversed(said) if report.kind in kinds), None)


def waiting(about, report, kind, whom, day):
    """Those who decide are told when nobody has answered for more than three working days, and each week again."""
    since = max(report.on, timezone.localtime(report.recorded_at).date())
    waited = day.waited(since)
    if waited > PATIENCE:
        at = f"{report.pk}:{(waited - PATIENCE - 1) // 5}"
        yield Single(about, kind, at, whom, {"on": report.on, "days": waited})


def silence(about, task, said, day):
    """Nobody who does it has said anything for as long as the rule allows; again after as long."""
    days = day.days.get(TASK_STALE_RULE)
    told = max((report.on for report in said if report.kind in TELLING), default=None)
    since = told or task.directive.issued_on
    if days and since and (times := ladder.again(since, day.today - ONE_DAY, days)) > 0:
        yield Single(about, "task_silent", f"{since}:{times}", OFFICERS, {"since": since})


def open_periods(about, task, said, day):
    """The period that runs and the one before it, as far as each lacks its report."""
    begin, end = period_around(task.every, day.today)
    reports = [report.on for report in said if report.kind in TELLING]
    early = -1 if task.every == Task.Every.WEEK else ladder.FIRST
    for _first, last in periods_of(task, begin - ONE_DAY, end):
        if not is_reported(task, reports, last):
            yield Deadline(about, "period", last, early)


# Opinions -----------------------------------------------------------------------------------------------------------


def of_opinions(day):
    """The requests that nobody has answered: those who were asked; after the deadline, those who asked."""
    waiting_ones = OpinionRequest.objects.filter(sent_on__lte=day.today, answered_on=None, due_on__isnull=False)
    waiting_ones = waiting_ones.filter(consultation__closed_on=None).select_related("consultation", "agency")
    for request in waiting_ones.order_by("pk"):
        consultation, late = request.consultation, request.due_on < day.today
        deemed = late and consultation.silence_rule_id is not None
        told = (request, "opinion", consultation.title, reverse("planning:opinion", args=[request.pk]))
        if not deemed:
            yield Deadline(About(*told, request.agency_id), "opinion", request.due_on)
        if late:
            asker = About(*told, consultation.agency_id)
            given = {"agency": request.agency.name, "due": request.due_on}
            yield Single(asker, "opinion_deemed" if deemed else "opinion_silent", str(request.due_on), OFFICERS, given)


# Obstacles ----------------------------------------------------------------------------------------------------------


def of_obstacles(day):
    """The obstacles that stand: the day on which they were to be gone, silence, updates that nobody has decided on."""
    stale = day.days.get(STALE_RULE)
    standing = Obstacle.objects.raised_until(day.today).stated(day.today, stale).filter(resolved_on=None)
    for obstacle in standing.select_related("officer").order_by("pk"):
        about = about_obstacle(obstacle)
        rung = day.rung(obstacle.expected_on) if obstacle.expected_on else None
        if obstacle.expected_on:
            yield Deadline(about, "obstacle", obstacle.expected_on)
        if obstacle.is_stale and not rung:
            at = f"{obstacle.told_on}:{ladder.again(obstacle.told_on, day.today - ONE_DAY, stale)}"
            yield Single(about, "obstacle_stale", at, OFFICERS, {"since": obstacle.told_on})
    undecided = ObstacleUpdate.objects.filter(decision=ObstacleUpdate.Decision.WAITING)
    for update in undecided.select_related("obstacle__officer").order_by("pk"):
        yield from waiting(about_obstacle(update.obstacle), update, "obstacle_update_waits", DECIDERS, day)


def about_obstacle(obstacle):
    address = reverse("planning:obstacle", args=[obstacle.code])
    return About(obstacle, "obstacle", obstacle.title, address, obstacle.agency_id, officer=obstacle.officer)


# Dossiers -----------------------------------------------------------------------------------------------------------


def of_dossiers(day):
    """The dossiers whose clock runs."""
    for dossier in Dossier.objects.filter(ended=False, due_on__isnull=False).order_by("pk"):
        about = About(dossier, "dossier", dossier.title, dossier_address(dossier), dossier.lead_agency_id)
        yield Deadline(about, "dossier", dossier.due_on)


SOURCES = (of_tasks, of_opinions, of_obstacles, of_dossiers)
