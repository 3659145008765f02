"""Everything with a day to it that a person may see: deadlines, periods to report on, sessions, answers that are due.

The calendar of the pages and the one that calendar programs read (planning/calendars.py) both read it here. It speaks
of today; whatever the number of entries, as many statements."""

import datetime
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.access import prefetch_visible
from accounts.models import Agency, User
from planning import clock
from planning.clock.calendar import Calendar
from planning.clock.limits import last_of_period
from planning.clock.terms import add_months
from planning.columns import dossier_address, state_name
from planning.duties import first_of_issue
from planning.duty_lists import due_in_words, lead_of, task_address, tasks_on, timed
from planning.marks import Mark, left_mark
from planning.models import (
    CouncilSession,
    Dossier,
    Holiday,
    Milestone,
    Obstacle,
    ObstacleState,
    OpinionRequest,
    OpinionState,
    SessionDossier,
    Step,
    Task,
    TaskClass,
    TaskReport,
)
from zones.models import Zone
from zones.models.fact import spelled

ONE_DAY = datetime.timedelta(days=1)
KINDS = {
    "task": gettext_lazy("Hạn nhiệm vụ"),
    "period": gettext_lazy("Báo cáo định kỳ"),
    "answer": gettext_lazy("Hạn giải trình"),
    "opinion": gettext_lazy("Hạn góp ý"),
    "obstacle": gettext_lazy("Tháo gỡ vướng mắc"),
    "dossier": gettext_lazy("Hạn hồ sơ"),
    "milestone": gettext_lazy("Mốc dự kiến"),
    "session": pgettext_lazy("một", "Kỳ họp"),
}  # in the order in which they stand on one day
Every = Task.Every
MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.HALF: 6, Every.YEAR: 12}
PERIODIC = (Every.WEEK, *MONTHS)
TELLING = (TaskReport.Kind.PROGRESS, TaskReport.Kind.DONE, TaskReport.Kind.EXPLANATION)


@dataclass(frozen=True)
class Entry:
    """One thing on one day. `about`, `about_id`: its record (as “app.model”); `agency`: whose it is to do; `asked`: by
    whom or what; `exact`: the day in words where it is a month or a quarter; `state`: how it stands; `mark`: how long
    there still is."""

    day: datetime.date
    kind: str
    about: str
    about_id: int
    title: str
    address: str
    state: str
    mark: Mark
    agency: str = ""
    asked: str = ""
    zones: tuple = ()
    exact: str = ""
    done: bool = False

    @property
    def kind_in_words(self):
        return KINDS[self.kind]

    @property
    def when(self):
        return self.exact or f"{self.day:%d/%m/%Y}"

    @property
    def key(self):
        """Names the entry for good: it stays when the day is moved. Of a duty that comes back, one for each period."""
        name = f"{self.about}-{self.about_id}"
        return f"{name}-{self.day:%Y%m%d}" if self.kind == "period" else name


def entry(kind, record, day, **told):
    return Entry(day, kind, record._meta.label_lower, record.pk, **told)


@dataclass(frozen=True)
class Asked:
    """Whose entries are read, between which days; `calendar`: the working calendar."""

    user: User
    first: datetime.date
    last: datetime.date
    today: datetime.date
    calendar: Calendar
    mine: bool
    agency: Agency | None
    zone: Zone | None
    city: str

    @property
    def window(self):
        return self.first, self.last

    def left(self, day):
        return left_mark(clock.lateness(day, self.today, self.calendar))


@dataclass(frozen=True)
class Concern:
    """Whom and what a record concerns: lookup paths to agencies, to people, to its city; the condition for “of this
    zone”. `own`: paths to agencies by which it is one's own, without being that of the agency for everybody."""

    agencies: tuple
    city: str
    zone: Callable
    people: tuple = ()
    own: tuple = ()


def entries(user, first, last, *, today=None, mine=False, agency=None, zone=None, city=""):
    """The entries from `first` to `last`, both included, in the order of their days.

    `mine`: those of the person and of their agency; `agency`, `zone`, `city`: those that concern it."""
    today = today or timezone.localdate()
    asked = Asked(user, first, last, today, Holiday.objects.calendar(), mine, agency, zone, city)
    found = [entry for read in READERS for entry in read(asked)]
    order = {kind: place for place, kind in enumerate(KINDS)}
    return sorted(found, key=lambda entry: (entry.day, order[entry.kind], entry.title, entry.about_id))


def chosen(rows, concern, asked):
    """Those of `rows` that concern whom and what was asked for."""
    if asked.city:
        rows = rows.filter(**{concern.city: asked.city})
    if asked.zone:
        rows = rows.filter(concern.zone(asked))
    if asked.agency:
        rows = among(rows, [Agency.which_is_now(asked.agency, path) for path in concern.agencies])
    if asked.mine:
        of = [Q(**{path: asked.user}) for path in concern.people]
        if asked.user.agency_id:
            paths = (*concern.agencies, *concern.own)
            of += [Agency.which_is_now(asked.user.agency_id, path) for path in paths]
        rows = among(rows, of)
    return rows


def among(rows, conditions):
    """Those of which one of the conditions holds; each row once, whatever it is joined with."""
    wanted = reduce(or_, conditions, Q(pk__in=[]))
    return rows.filter(pk__in=rows.model.objects.filter(wanted).order_by().values("pk"))


# Tasks ----------------------------------------------------------------------------------------------------------------

OF_TASK = Concern(
    ("lead_agency", "cooperating", "directive__agency"),
    "directive__city",
    lambda asked: Q(zones=asked.zone),
    ("officer",),
)


def read_tasks(asked):
    found = tasks_on(asked.user, asked.today).select_related("directive", "lead_agency")
    return chosen(found, OF_TASK, asked).prefetch_related(prefetch_visible("zones", Zone, asked.user))


def of_task(kind, task, day, **told):
    asked = ", ".join(part for part in (str(task.directive), task.directive.issuer) if part)
    told |= {"title": task.content, "address": task_address(task), "agency": lead_of(task), "asked": asked}
    return entry(kind, task, day, zones=tuple(zone.name for zone in task.zones.all()), **told)


def deadlines(asked):
    for task in read_tasks(asked).filter(due_on__range=asked.window):
        told = {"state": TaskClass(task.task_class).label, "mark": timed(task, asked.calendar)}
        yield of_task("task", task, task.due_on, exact=due_in_words(task), done=task.done_on is not None, **told)


def periods(asked):
    """The duties that come back: the last day of each period, and whether it was reported on."""
    tasks = list(read_tasks(asked).filter(every__in=PERIODIC))
    told = defaultdict(list)
    reports = TaskReport.objects.filter(task__in=tasks, kind__in=TELLING, on__lte=asked.today)
    for task, on in reports.values_list("task", "on") if tasks else ():
        told[task].append(on)
    for task in tasks:
        for _first, last in periods_of(task, *asked.window):
            done = is_reported(task, told[task.pk], last)
            mark = Mark("on-track", _("đã báo cáo")) if done else asked.left(last)
            state = _("đã báo cáo kỳ này") if done else _("chưa báo cáo kỳ này")
            yield of_task("period", task, last, state=state, mark=mark, done=done)


def periods_of(task, first, last):
    """[(first day, last day)] of the weeks, months, quarters … that end between two days: from the one in which the
    directive was issued on, until the task is done."""
    issued = first_of_issue(task.directive) if task.directive.issued_on else first
    end, until = period_around(task.every, max(first, issued))[1], min(last, task.done_on or last)
    while end <= until:
        yield period_around(task.every, end)
        end = period_around(task.every, end + ONE_DAY)[1]


def is_reported(task, days, last):
    """Whether the period that ends on `last` is reported, from the days of all reports: it, its neighbours and the day
    of issue decide, so that it is the same wherever the calendar begins.

    A report is that of the period of its day. Where the period before it has none, the first one is that period's;
    what has given its only one away has to have one of the next period, when that has another of its own."""
    first = period_around(task.every, last)[0]
    earlier, later = (period_around(task.every, day) for day in (first - ONE_DAY, last + ONE_DAY))
    before, own, after = (sum(start <= on <= end for on in days) for start, end in (earlier, (first, last), later))
    owed_before = not before and (not task.directive.issued_on or first_of_issue(task.directive) <= earlier[1])
    keeps_one = own > owed_before
    return keeps_one or after > own


def period_around(every, day):
    """The first and the last day of the week (from Monday), month, quarter, half year or year around a day."""
    if every == Every.WEEK:
        monday = day - datetime.timedelta(days=day.weekday())
        return monday, monday + datetime.timedelta(days=6)
    last = last_of_period(day, MONTHS[every])
    return add_months(last.replace(day=1), 1 - MONTHS[every]), last


def answers(asked):
    """The explanations that the office which follows has asked for and not got."""
    later = TaskReport.objects.filter(task=OuterRef("task"), kind=TaskReport.Kind.EXPLANATION, pk__gt=OuterRef("pk"))
    wanted = TaskReport.objects.filter(kind=TaskReport.Kind.ASKED, answer_by__range=asked.window)
    by_task = dict(wanted.exclude(Exists(later)).order_by("pk").values_list("task", "answer_by"))
    for task in read_tasks(asked).filter(pk__in=list(by_task), done_on=None) if by_task else ():
        day = by_task[task.pk]
        yield of_task("answer", task, day, state=_("chưa giải trình"), mark=asked.left(day))


# Dossiers and sessions ------------------------------------------------------------------------------------------------

OF_DOSSIER = Concern(("lead_agency", "cooperating"), "city", lambda asked: Q(zone=asked.zone))
OF_MILESTONE = Concern(
    ("dossier__lead_agency", "dossier__cooperating"), "dossier__city", lambda asked: Q(dossier__zone=asked.zone)
)
OF_SESSION = Concern(
    ("agency",),
    "city",
    lambda asked: Q(
        pk__in=SessionDossier.objects.visible_to(asked.user).filter(dossier__zone=asked.zone).values("session")
    ),
    own=("items__dossier__lead_agency",),
)


def clocks(asked):
    found = Dossier.objects.visible_to(asked.user).open().filter(due_on__range=asked.window)
    for one in chosen(found, OF_DOSSIER, asked).select_related("zone", "facility", "lead_agency"):
        told = {"asked": _("Thời hạn của hồ sơ theo luật"), "mark": asked.left(one.due_on)}
        yield entry("dossier", one, one.due_on, title=one.title, state=state_name(one), **of_dossier(one), **told)


def milestones(asked):
    reached = Step.objects.standing().filter(dossier=OuterRef("dossier"), to_state=OuterRef("state"))
    found = Milestone.objects.visible_to(asked.user).filter(on__range=asked.window)
    found = found.annotate(reached=Exists(reached.exclude(to_state="")))
    related = ("dossier__zone", "dossier__facility", "dossier__lead_agency")
    for one in chosen(found, OF_MILESTONE, asked).select_related(*related):
        done = one.reached or one.dossier.ended
        mark = milestone_mark(done, one.on < asked.today)
        told = {"title": f"{one.label}: {one.dossier.title}", "exact": spelled(one.on, one.on_precision)}
        told |= {"state": mark.words, "mark": mark, "done": done}
        yield entry("milestone", one, one.on, asked=one.source, **of_dossier(one.dossier), **told)


def milestone_mark(done, past):
    if done:
        return Mark("on-track", _("đã tới"))
    return Mark("soon", _("đã qua ngày dự kiến, chưa thấy ghi")) if past else Mark("in_plan", _("dự kiến"))


def of_dossier(dossier):
    zones = (dossier.subject.name,)
    return {"address": dossier_address(dossier), "agency": str(dossier.lead_agency), "zones": zones}


def sessions(asked):
    found = CouncilSession.objects.visible_to(asked.user).filter(on__range=asked.window).select_related("agency")
    for one in chosen(found, OF_SESSION, asked):
        done, address = one.on < asked.today, reverse("planning:session", args=[one.code])
        state = _("đã qua") if done else _("sắp họp")
        told = {"title": one.name, "address": address, "agency": str(one.agency or ""), "state": state, "done": done}
        told |= {"asked": one.get_body_display(), "exact": spelled(one.on, one.on_precision)}
        yield entry("session", one, one.on, mark=Mark("unknown", state), **told)


# Opinions and obstacles -----------------------------------------------------------------------------------------------

OF_OPINION = Concern(
    ("agency",),
    "consultation__city",
    lambda asked: Q(consultation__dossier__in=Dossier.objects.visible_to(asked.user).filter(zone=asked.zone)),
)
OF_OBSTACLE = Concern(("agency",), "city", lambda asked: Q(zone=asked.zone), ("officer",))


def opinions(asked):
    """What an agency was asked and has not answered."""
    found = OpinionRequest.objects.visible_to(asked.user).stated(asked.today)
    found = found.filter(sent_on__isnull=False, answered_on=None, due_on__range=asked.window)
    found = chosen(found.filter(consultation__closed_on=None), OF_OPINION, asked)
    seen = Dossier.objects.visible_to(asked.user).select_related("zone", "facility")
    found = found.select_related("consultation__agency", "agency")
    for one in found.prefetch_related(Prefetch("consultation__dossier", seen)):
        state, asking = OpinionState(one.state), one.consultation
        agreed = state == OpinionState.DEEMED
        mark = Mark("unknown", state.label) if agreed else asked.left(one.due_on)
        told = {"title": asking.title, "agency": str(one.agency), "asked": str(asking.agency), "state": state.label}
        told |= {"address": reverse("planning:opinion", args=[one.pk]), "mark": mark, "done": agreed}
        zones = (asking.dossier.subject.name,) if asking.dossier else ()
        yield entry("opinion", one, one.due_on, zones=zones, **told)


def obstacles(asked):
    """Those that are not out of the way yet, on the day on which they are expected to be."""
    found = Obstacle.objects.visible_to(asked.user).stated(asked.today).exclude(state=ObstacleState.RESOLVED)
    found = chosen(found.filter(then_expected_on__range=asked.window), OF_OBSTACLE, asked)
    found = found.select_related("agency", "raised_by").prefetch_related(prefetch_visible("zone", Zone, asked.user))
    for one in found:
        day, zones = one.then_expected_on, (one.zone.name,) if one.zone else ()
        told = {"title": one.title, "agency": str(one.agency), "asked": str(one.raised_by or ""), "zones": zones}
        told |= {"address": reverse("planning:obstacle", args=[one.code]), "state": ObstacleState(one.state).label}
        yield entry("obstacle", one, day, mark=asked.left(day), **told)


READERS = (deadlines, periods, answers, opinions, obstacles, clocks, milestones, sessions)


# What may be asked for ------------------------------------------------------------------------------------------------


def agencies_in(user, city):
    """The agencies that lead, take part in, follow or were asked something that `user` may see."""
    tasks, helping = Task.objects.visible_to(user), Task.cooperating.through.objects
    concerned = Q(pk__in=tasks.values("lead_agency")) | Q(pk__in=tasks.values("directive__agency"))
    concerned |= Q(pk__in=helping.filter(task__in=tasks.values("pk")).values("agency"))
    for model, path in ((Dossier, "lead_agency"), (OpinionRequest, "agency"), (Obstacle, "agency")):
        concerned |= Q(pk__in=model.objects.visible_to(user).values(path))
    found = Agency.objects.visible_to(user).filter(concerned)
    return found.filter(city__in=(city, "")) if city else found


def zones_in(user, city):
    """The zones that a task, a dossier or an obstacle in view is about."""
    concerned = Q(pk__in=Task.zones.through.objects.filter(task__in=Task.objects.visible_to(user)).values("zone"))
    for model in (Dossier, Obstacle):
        concerned |= Q(pk__in=model.objects.visible_to(user).filter(zone__isnull=False).values("zone"))
    found = Zone.objects.visible_to(user).filter(concerned).order_by("name_sort")
    return found.filter(city=city) if city else found
