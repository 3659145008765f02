"""What a timeline shows: for each dossier what happened, what is expected, pauses, due days; for each task when it was
given, its deadlines and when it was done; drawn by the server.

A row is a band; every mark has its place on it in per cent and its words. Days known only as a month or a year are
drawn as long as that month or year."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.templatetags.portal import number
from planning.columns import dossier_address
from planning.duties import first_of_issue
from planning.duty_lists import due_in_words, lead_of, task_address
from planning.models import Step, TaskClass
from planning.reckoning import CAUSES, Office, Reckoning
from planning.tracks import TRACKS
from zones.models import Precision
from zones.models.fact import spelled

WIDTH = 100  # per cent of the band
LEAST = 0.3  # so that one day can still be seen
YEAR = 365
MONTHS_A_TICK, MOST_TICKS = (1, 3, 6, 12, 24, 60, 120), 16
AHEAD = datetime.timedelta(days=YEAR // 2)
LANES = {"middle": (9, 10), "above": (2, 5), "below": (21, 5)}  # top and height within a band of 28
LANE_OF = {"done": "above", "event": "above", "expected": "below", "ahead": "below", "late": "below"}
LEGEND = {
    "held-lead": gettext_lazy("cơ quan chủ trì giữ"),
    "held-cooperating": gettext_lazy("cơ quan phối hợp giữ"),
    "held-opinion": gettext_lazy("đang lấy ý kiến"),
    "ended": gettext_lazy("đã kết thúc"),
    "unsure": gettext_lazy("ngày chỉ biết đến tháng, quý, năm"),
    "pause": gettext_lazy("tạm dừng"),
    "event": gettext_lazy("sự việc"),
    "expected": gettext_lazy("mốc dự kiến"),
    "ahead": gettext_lazy("đến hạn"),
    "late": gettext_lazy("quá hạn"),
    "today": gettext_lazy("hôm nay"),
}
TASK_LEGEND = {
    "term": gettext_lazy("từ ngày giao đến hạn được giao"),
    "extended": gettext_lazy("gia hạn"),
    "done": gettext_lazy("hoàn thành"),
    "late": gettext_lazy("quá hạn"),
    "today": gettext_lazy("hôm nay"),
}
SPANS = {Precision.MONTH: 31, Precision.QUARTER: 92, Precision.YEAR: 366, Precision.UNKNOWN: 366}
ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Mark:
    """One thing on the band. `kind`: its class; `start`, `width` in per cent of the band; `words` for the reader."""

    kind: str
    start: float
    width: float
    words: str

    @property
    def top(self):
        return LANES[LANE_OF.get(self.kind, "middle")][0]

    @property
    def height(self):
        return LANES[LANE_OF.get(self.kind, "middle")][1]


@dataclass(frozen=True)
class Row:
    """The band of one dossier or task. `about`: what it is and where it stands; `late`: days."""

    record: Any
    title: str
    address: str
    about: str
    late: int
    marks: tuple

    @property
    def words(self):
        """The band for whoever does not see it."""
        return "; ".join(mark.words for mark in self.marks)


@dataclass
class Scale:
    """From the first to the last day on a band of WIDTH."""

    first: datetime.date
    last: datetime.date
    ticks: list = field(default_factory=list)

    def __post_init__(self):
        months = (self.last - self.first).days * 12 / YEAR
        step = next((step for step in MONTHS_A_TICK if months / step <= MOST_TICKS), MONTHS_A_TICK[-1])
        day = datetime.date(self.first.year, 1, 1)
        while day <= self.last:
            if day >= self.first:
                label = f"{day:%Y}" if step >= 12 else f"{day:%m/%Y}"
                self.ticks.append((self.at(day), label))
            month = day.month - 1 + step
            day = datetime.date(day.year + month // 12, month % 12 + 1, 1)

    def at(self, day):
        days = (min(max(day, self.first), self.last) - self.first).days
        return round(days * WIDTH / max((self.last - self.first).days, 1), 2)

    def mark(self, kind, start, end, words):
        """A mark from `start` to `end`, or None when it lies outside."""
        if end < self.first or start > self.last:
            return None
        left = self.at(start)
        return Mark(kind, min(left, WIDTH - LEAST), max(round(self.at(end) - left, 2), LEAST), words)


@dataclass(frozen=True)
class Timeline:
    scale: Scale
    today: float
    rows: tuple
    legend: tuple

    @property
    def span(self):
        """The scale in words."""
        days = {"first": f"{self.scale.first:%d/%m/%Y}", "last": f"{self.scale.last:%d/%m/%Y}"}
        return _("Từ %(first)s đến %(last)s") % days


def draw(dossiers, today, *, tasks=(), first=None, last=None):
    """The timeline of `dossiers` (from `reckonable()`, with milestones) and of `tasks` (as they stand today, with their
    extensions) between two days, or as long as they need."""
    office = Office(today) if dossiers else None
    found = [Reckoning(dossier, office) for dossier in dossiers]
    days = [day for one in found for day in days_of(one)] + [day for one in tasks for day in days_of_task(one)]
    scale = Scale(first or min([*days, today]) - ONE_DAY, last or max([*days, today]) + AHEAD)
    rows = [row(one, scale, today) for one in found] + [task_row(one, scale, today) for one in tasks]
    legend = (LEGEND if found or not tasks else {}) | (TASK_LEGEND if tasks else {})
    return Timeline(scale, scale.at(today), tuple(rows), tuple(legend.items()))


def days_of(reckoning):
    """Every day that the band of a dossier would like to show."""
    yield from (begin(step.on, step.on_precision) for step in reckoning.steps)
    yield from (milestone.on for milestone in reckoning.dossier.milestones.all())
    yield from (run.due.day for run in reckoning.running if run.due.day)


def begin(day, precision):
    """The first day of the month, quarter or year that ends with `day`."""
    length = SPANS.get(precision)
    if not length:
        return day
    months = {Precision.MONTH: 1, Precision.QUARTER: 3}.get(precision, 12)
    month = day.month - months + 1
    return datetime.date(day.year, max(month, 1), 1)


def row(reckoning, scale, today):
    dossier = reckoning.dossier
    marks = [*visits(reckoning, scale), *events(reckoning, scale), *pauses(reckoning, scale, today)]
    marks += [*clocks(reckoning, scale, today), *milestones(dossier, scale)]
    last = reckoning.visits[-1].state.name if reckoning.visits else ""
    about, marks = " · ".join(str(part) for part in (TRACKS[dossier.track], last) if part), tuple(filter(None, marks))
    return Row(dossier, dossier.subject.name, dossier_address(dossier), about, reckoning.delay, marks)


def visits(reckoning, scale):
    for visit in reckoning.visits:
        step = visit.step
        words = _("%(state)s từ %(day)s") % {
            "state": visit.state.name,
            "day": spelled(step.on, step.on_precision) or _("ngày chưa rõ"),
        }
        if step.on_precision != Precision.DAY:
            yield scale.mark("unsure", begin(step.on, step.on_precision), step.on, words)
        kind = "ended" if visit.state.final else f"held-{visit.state.holder}"
        yield scale.mark(kind, step.on, visit.until, words)


def events(reckoning, scale):
    for step in reckoning.steps:
        if step.kind == Step.Kind.EVENT:
            words = f"{spelled(step.on, step.on_precision)}: {step.event}".lstrip(": ")
            yield scale.mark("event", begin(step.on, step.on_precision), step.on, words)


def pauses(reckoning, scale, today):
    for pause in reckoning.pauses:
        end = pause.end_on or today
        words = _("Tạm dừng từ %(start)s: %(kind)s") % {
            "start": f"{pause.start_on:%d/%m/%Y}",
            "kind": CAUSES[pause.kind],
        }
        yield scale.mark("pause", pause.start_on, end, words)


def clocks(reckoning, scale, today):
    """What is left until a due day, or how far it has passed."""
    for run in reckoning.running:
        if not run.lateness:
            continue
        told = {"name": run.span.name, "day": f"{run.due.day:%d/%m/%Y}", "days": number(run.lateness.days)}
        if run.lateness.days:
            yield scale.mark("late", run.due.day, today, _("%(name)s: hạn %(day)s, quá hạn %(days)s ngày") % told)
        else:
            yield scale.mark("ahead", today, run.due.day, _("%(name)s: hạn %(day)s") % told)


def milestones(dossier, scale):
    for milestone in dossier.milestones.all():
        told = {"label": milestone.label, "day": spelled(milestone.on, milestone.on_precision)}
        start = begin(milestone.on, milestone.on_precision)
        yield scale.mark("expected", start, milestone.on, _("Dự kiến %(label)s: %(day)s") % told)


# Tasks ----------------------------------------------------------------------------------------------------------------


def days_of_task(task):
    """Every day that the band of a task would like to show."""
    issued = first_of_issue(task.directive) if task.directive.issued_on else None
    extended = [more.due_on for more in task.extensions.all()]
    return [day for day in (issued, task.first_due_on, task.due_on, task.done_on, *extended) if day]


def task_row(task, scale, today):
    """`task`: from planning.duty_lists.tasks_on of today."""
    end = task.done_on or today
    late = max((end - task.due_on).days, 0) if task.due_on else 0
    marks = [term(task, scale, end), *extensions(task, scale)]
    if late:
        marks.append(scale.mark("late", task.due_on, end, late_in_words(task, late)))
    if task.done_on:
        words = _("hoàn thành %(day)s") % {"day": f"{task.done_on:%d/%m/%Y}"}
        marks.append(scale.mark("done", task.done_on, task.done_on, words))
    about = (str(task.directive), lead_of(task), str(TaskClass(task.task_class).label))
    told = " · ".join(part for part in about if part)
    return Row(task, task.content, task_address(task), told, late, tuple(filter(None, marks)))


def term(task, scale, end):
    """From the day it was given to the deadline as first given; without one to the day it was done, or today."""
    directive, last = task.directive, task.first_due_on or end
    told = {"given": spelled(directive.issued_on, directive.issued_precision) if directive.issued_on else _("chưa rõ")}
    told["due"] = spelled(last, task.due_precision) if task.first_due_on else "" if task.due_on else due_in_words(task)
    words = _("giao %(given)s, hạn được giao %(due)s") if told["due"] else _("giao %(given)s, không giao thời hạn")
    start = first_of_issue(directive) if directive.issued_on else begin(last, task.due_precision)
    return scale.mark("term", min(start, last), last, words % told)


def extensions(task, scale):
    for more in task.extensions.all():
        told = {"granted": f"{more.granted_on:%d/%m/%Y}", "due": f"{more.due_on:%d/%m/%Y}"}
        words = _("gia hạn ngày %(granted)s: hạn mới %(due)s") % told
        yield scale.mark("extended", more.from_due_on or more.granted_on, more.due_on, words)


def late_in_words(task, days):
    if task.done_on:
        return ngettext("xong, trễ %(n)s ngày", "xong, trễ %(n)s ngày", days) % {"n": days}
    return ngettext("quá hạn %(n)s ngày", "quá hạn %(n)s ngày", days) % {"n": days}
