"""Where a dossier stands in time: its visits to states, its clocks, the days that each party used, and why it is late.

Everything follows from the steps, pauses and extensions that the dossier carries; nothing is asked of the database."""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Agency
from planning import clock, tracks
from planning.models import Dossier, Holiday, Pause, Rule, Step
from planning.tracks import COOPERATING, LEAD, OPINION
from zones.models import Precision

ONE_DAY = datetime.timedelta(days=1)
SUPPLEMENT, SUSPENSION = Pause.Kind.SUPPLEMENT, Pause.Kind.SUSPENSION
CAUSES = {
    OPINION: gettext_lazy("chờ ý kiến"),
    SUPPLEMENT.value: gettext_lazy("chờ bổ sung hồ sơ"),
    SUSPENSION.value: gettext_lazy("tạm dừng"),
    LEAD: gettext_lazy("cơ quan chủ trì"),
    COOPERATING: gettext_lazy("cơ quan phối hợp"),
}


@dataclass(frozen=True)
class Visit:
    """A stay in one state: from the step that led into it to the one that led out of it, or until today."""

    state: tracks.State
    step: Step
    left: Step | None
    agency: Agency | None
    until: datetime.date
    spent: clock.Spent

    @property
    def since(self):
        return self.step.on


@dataclass(frozen=True)
class Run:
    """One clock of the law, as it ran for this dossier. `ended` is the step that ended it, None while it runs."""

    span: tracks.Span
    rule: Rule | None
    start: Step
    ended: Step | None
    due: clock.Due
    lateness: clock.Lateness | None
    visits: tuple

    @property
    def state(self):
        """In a word for pages: done, paused, unknown, late, soon, on."""
        if self.ended:
            return "done_late" if self.lateness and self.lateness.days else "done"
        if self.lateness is None:
            return "unknown"
        if self.lateness.days:
            return "late"
        return "soon" if self.lateness.working_left <= SOON else "on"


@dataclass(frozen=True)
class Share:
    """So many days of a delay are owed to one cause and, where it is known, one agency."""

    cause: str
    agency: Agency | None
    days: int

    @property
    def label(self):
        return CAUSES[self.cause]


@dataclass(frozen=True)
class Used:
    """The days that a party held the dossier, those of pauses left out."""

    holder: str
    agency: Agency | None
    days: int
    working_days: int

    @property
    def label(self):
        return CAUSES[self.holder]


SOON = 5  # working days


class Office:
    """What reckoning needs beside the dossiers: rules, calendar, committees; asked once for many of them."""

    def __init__(self, today):
        self.today = today
        self.book = Rule.objects.book()
        self.calendar = Holiday.objects.calendar()
        committees = Agency.objects.filter(kind=Agency.Kind.COMMITTEE, successor__isnull=True).exclude(city="")
        self.committees = {agency.city: agency for agency in committees}


class Reckoning:
    """One dossier on `office.today`. The dossier must come from `Dossier.objects.reckonable()`."""

    def __init__(self, dossier: Dossier, office: Office):
        self.dossier, self.office = dossier, office
        self.table = dossier.table
        self.steps = sorted(
            (step for step in dossier.steps.all() if step.retracted_at is None), key=lambda step: step.number
        )
        self.pauses = list(dossier.pauses.all())

    @property
    def stages(self):
        """The steps that led into a state."""
        return [step for step in self.steps if step.to_state and step.to_state in self.table.states]

    @cached_property
    def visits(self):
        stages = self.stages
        return [
            self.visit(step, left)
            for step, left in zip_longest(stages, stages[1:])
            if not (left and left.to_state == step.to_state and left.kind == Step.Kind.EVENT)
        ]

    def visit(self, step, left):
        state = self.table.states[step.to_state]
        until = left.on if left else max(self.office.today, step.on)
        intervals = [pause.interval for pause in self.pauses]
        spent = clock.spent(step.on, until, self.office.calendar, intervals)
        return Visit(state, step, left, step.agency or self.holder(state), until, spent)

    def holder(self, state):
        """Who holds a dossier in `state`, when the step did not say: as far as the table tells."""
        if state.with_ == "lead":
            return self.dossier.lead_agency
        kinds = tracks.AUTHORITIES[state.with_].kinds
        if "ubnd" in kinds:
            return self.office.committees.get(self.dossier.city)
        fitting = [agency for agency in self.dossier.cooperating.all() if agency.kind in kinds]
        return fitting[0] if len(fitting) == 1 else None

    @cached_property
    def runs(self):
        """Every clock that ran or runs, in the order in which they began."""
        found = [run for span in self.table.spans for run in self.runs_of(span)]
        return sorted(found, key=lambda run: (run.start.number, bool(run.span.within)))

    def runs_of(self, span):
        """A run begins on entering one of the span's states and ends on entering one that is neither these nor held."""
        begun, inside = None, []
        for visit in self.visits:
            if visit.state.code in span.states:
                begun = begun or visit.step
                inside.append(visit)
            elif begun and visit.state.code in span.held:
                inside.append(visit)
            elif begun:
                yield self.run(span, begun, visit.step, inside)
                begun, inside = None, []
        if begun:
            yield self.run(span, begun, None, inside)

    def run(self, span, start, ended, inside):
        day = self.dossier.rule_day or start.on
        rule = self.office.book.find(span.rule, day)
        due = self.due(rule, start)
        at = ended.on if ended else self.office.today
        limited = due.day and not rule.minimum
        lateness = clock.lateness(due.day, at, self.office.calendar) if limited else None
        return Run(span, rule, start, ended, due, lateness, tuple(inside))

    def due(self, rule, start):
        if rule is None:
            return clock.Due(None, (), unknown=_("Sổ quy tắc chưa có thời hạn này cho ngày áp dụng của hồ sơ."))
        if start.on_precision != Precision.DAY:
            return clock.Due(None, (), unknown=_("Ngày bắt đầu chưa biết đến từng ngày."))
        pauses = [pause.interval for pause in self.pauses]
        extensions = [one.term for one in self.dossier.extensions.all() if one.rule == rule.code]
        return clock.due(rule.term, start.on, self.office.calendar, pauses, extensions)

    @cached_property
    def running(self):
        """The clocks that run now, the nearest due day first."""
        far = datetime.date.max
        return sorted((run for run in self.runs if not run.ended), key=lambda run: run.due.day or far)

    @cached_property
    def used(self):
        """Days by party, over all visits that have a known length."""
        sums = defaultdict(lambda: [0, 0])
        for visit in self.visits:
            exact = visit.step.on_precision == Precision.DAY and (
                visit.left is None or visit.left.on_precision == Precision.DAY
            )
            if exact and not visit.state.final:
                days = sums[visit.state.holder, visit.agency]
                days[0] += visit.spent.days
                days[1] += visit.spent.working_days
        return [Used(holder, agency, *days) for (holder, agency), days in sums.items()]

    @cached_property
    def delay(self):
        """Days late, over the clocks that do not run inside another."""
        return sum(run.lateness.days for run in self.outer)

    @property
    def outer(self):
        return [run for run in self.runs if not run.span.within and run.lateness]

    @cached_property
    def shares(self):
        """The delay by cause and agency; adds up to `delay`."""
        sums = defaultdict(int)
        for run in self.outer:
            for (cause, agency), days in self.split(run).items():
                sums[cause, agency] += days
        return [Share(cause, agency, days) for (cause, agency), days in sums.items() if days]

    def split(self, run):
        """The days by which `run` is late, by (cause, agency).

        A day counts against whoever held the dossier beyond a limit of their own, or after the common one, and against
        a pause that began after it; day by day in order, until the delay is used up. What remains is the lead's."""
        late, sums = run.lateness.days, defaultdict(int)
        for owner in list(self.lost_days(run).values())[:late]:
            sums[owner] += 1
        sums[LEAD, self.dossier.lead_agency] += late - sum(sums.values())
        return sums

    def lost_days(self, run):
        """{day: (cause, agency)} of the days that others than the lead agency lost, in order."""
        end = run.ended.on if run.ended else self.office.today
        lost = {}
        for inner in self.runs:
            if inner.span.within == run.span.rule and inner.lateness and run.start.on <= inner.start.on <= end:
                for visit in inner.visits:
                    if visit.state.holder != LEAD:
                        self.charge(lost, inner.due.day, min(visit.until, end), visit.state.holder, visit.agency)
        for visit in run.visits:
            if visit.state.holder != LEAD:
                self.charge(
                    lost, max(visit.since, run.due.day), min(visit.until, end), visit.state.holder, visit.agency
                )
        for pause in self.pauses:
            start = max(pause.start_on - ONE_DAY, run.due.day)
            self.charge(lost, start, min(pause.end_on or end, end), pause.kind, None)
        return dict(sorted(lost.items()))

    def charge(self, lost, after, until, cause, agency):
        """Charge the days after `after` up to and with `until`."""
        for ahead in range((until - after).days):
            lost[after + ONE_DAY * (ahead + 1)] = (cause, agency)


def rolled_up(reckonings):
    """The delays of many dossiers by cause and agency: {(cause, agency): days}."""
    sums = defaultdict(int)
    for reckoning in reckonings:
        for share in reckoning.shares:
            sums[share.cause, share.agency] += share.days
    return dict(sums)
