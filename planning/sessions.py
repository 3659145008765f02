"""Sessions: the chain of each dossier that is meant to reach one, and what becomes of it when the session is moved."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import check_may_edit
from accounts.audit import because
from planning.backward import Chain, Course, Moved, goal_of, moved, plan_back
from planning.holding import held
from planning.models import CouncilSession, Dossier, SessionDossier
from planning.reckoning import Office, Reckoning
from zones.models import Precision
from zones.models.fact import spelled


@dataclass(frozen=True)
class Item:
    """A dossier on a session's list with its chain of steps."""

    link: SessionDossier
    dossier: Dossier
    chain: Chain


@dataclass(frozen=True)
class Change:
    """What another day makes of a dossier's chain."""

    dossier: Dossier
    old: Chain
    new: Chain
    moved: Moved


def items_of(session, user, today, on=None):
    """The dossiers of `session` that `user` may see, planned back from its day (or from `on`); fixed statements."""
    links = SessionDossier.objects.visible_to(user).filter(session=session).order_by("pk")
    dossiers = Dossier.objects.visible_to(user).reckonable(user).filter(sessions__session=session)
    by_key = {dossier.pk: dossier for dossier in dossiers}
    office, found = Office(today), []
    for link in links:
        if dossier := by_key.get(link.dossier_id):
            link.dossier = dossier
            found.append(Item(link, dossier, chain_of(dossier, session.body, on or session.on, office)))
    return found


def chain_of(dossier, body, on, office):
    """The chain of one dossier (from `Dossier.objects.reckonable()`) to what a session of `body` brings about."""
    course = course_of(Reckoning(dossier, office))
    return plan_back(course, goal_of(course.table, body), on, office.today, office.calendar)


def course_of(found):
    """What planning back needs of a dossier's reckoning: its states, and the terms of its own day's rules."""
    office, day = found.office, found.dossier.rule_day or found.office.today
    rules = {span.rule: office.book.find(span.rule, day) for span in found.table.spans}
    return Course(
        found.table,
        found.visits[-1].state.code if found.visits else "",
        {step.to_state: step.on for step in found.stages},
        {code: rule.term for code, rule in rules.items() if rule},
        {run.span.rule: run.due for run in found.running},
    )


def changes(session, user, on, today):
    """What would become of each dossier's chain if the session were on the day `on`."""
    before, after = items_of(session, user, today), items_of(session, user, today, on)
    return [
        Change(was.dossier, was.chain, now.chain, moved(was.chain, now.chain))
        for was, now in zip(before, after, strict=True)
    ]


def day_doubt(session):
    """A session whose day is not set yet stands on the last day that it may be; it may also come earlier."""
    if session.on_precision == Precision.DAY:
        return ""
    first = first_day(session.on, session.on_precision)
    words = {"when": spelled(session.on, session.on_precision), "first": f"{first:%d/%m/%Y}"}
    words["last"] = f"{session.on:%d/%m/%Y}"
    return _("Chưa có ngày họp, mới biết %(when)s: tính theo %(last)s; có thể họp sớm từ %(first)s.") % words


def first_day(day, precision):
    """The first day of the month, quarter or year that a stored last day stands for."""
    months = {Precision.MONTH: day.month, Precision.QUARTER: day.month - 2}
    return datetime.date(day.year, months.get(precision, 1), 1)


@transaction.atomic
def move_session(session, on, *, by, precision=Precision.DAY, note, seen=None):
    """Put the session on another day and say why; gives what becomes of the dossiers that `by` may see.

    StaleRecord when the session is not the version that was seen."""
    session = held(CouncilSession.objects, session.pk, seen)
    check_may_edit(by, session)
    found = changes(session, by, on, timezone.localdate())
    because(note)
    session.on, session.on_precision = on, precision
    session.full_clean()
    session.save()
    return found
