"""The page of one dossier: where it stands, what may follow, its clocks, its evidence, and why it is late."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import prefetch_visible
from accounts.history import removed
from accounts.models import RowChange
from planning import marks, tracks, workflow
from planning.models import Dossier, Extension, Milestone, Pause, Step
from planning.reckoning import Office, Reckoning
from zones.models import Document, Precision
from zones.models.fact import spelled

OUTCOMES = {
    "passed": ("on-track", gettext_lazy("đạt")),
    "failed": ("late", gettext_lazy("không đạt")),
    "legacy": ("soon", gettext_lazy("giữ theo quy định chuyển tiếp")),
    "unknown": ("unknown", gettext_lazy("chưa đủ số liệu")),
}  # what a test of the law says → mark and words


@dataclass(frozen=True)
class Next:
    """A move that may follow, for the reader: who makes it in law, what it needs, which clocks it ends and begins."""

    option: workflow.Option
    possible: bool
    target: str
    authority: str
    ends: list
    begins: list
    findings: list

    @property
    def move(self):
        return self.option.move

    @property
    def refusal(self):
        return self.option.refusal


@dataclass(frozen=True)
class Expected:
    """A milestone beside what happened: the step that entered its state, and the days by which it came too late."""

    milestone: Milestone
    day: str
    step: Step | None
    state: str
    words: str

    @property
    def happened(self):
        return marks.day_of(self.step) if self.step else ""


class Profile:
    """One dossier for one reader, on one day. The dossier must be visible to `user`."""

    def __init__(self, dossier, user, today):
        self.user, self.office = user, Office(today)
        self.dossier = Dossier.objects.reckonable(user).get(pk=dossier.pk)
        self.reckoning = Reckoning(self.dossier, self.office)

    @property
    def papers(self):
        return prefetch_visible("document", Document, self.user)

    @property
    def stops(self):
        return marks.stops(self.reckoning)

    @cached_property
    def options(self):
        """The moves that may follow."""
        return [self.told(option) for option in workflow.moves_for(self.dossier, self.user, office=self.office)]

    def option(self, code):
        """One move of the table, whether it may follow now or not; None when there is no such move."""
        move = self.reckoning.table.moves.get(code)
        possible = (one for one in self.options if one.move.code == code)
        return next(possible, None) or (move and self.told(workflow.Option(move, ""), possible=False))

    def told(self, option, possible=True):
        running = [clock for clock in self.clocks if not clock["run"].ended]
        return Next(
            option,
            possible,
            str(self.reckoning.table.states[option.target].name),
            str(tracks.AUTHORITIES[option.move.authority].name),
            [clock for clock in running if self.leaves(clock["run"], option)],
            self.begun_by(option),
            [(finding, *OUTCOMES[finding.outcome]) for finding in option.findings],
        )

    def leaves(self, run, option):
        return option.target not in run.span.states | run.span.held

    def begun_by(self, option):
        """The limits that begin when the move is made: (name, rule in force)."""
        day = self.dossier.rule_day or self.office.today
        return [
            (span.name, self.office.book.find(span.rule, day))
            for span in self.reckoning.table.spans
            if option.target in span.states and self.dossier.state not in span.states | span.held
        ]

    @cached_property
    def clocks(self):
        """Every clock that runs, the nearest due day first, and then those that have ended."""
        runs = [*self.reckoning.running, *reversed([run for run in self.reckoning.runs if run.ended])]
        return [{"run": run, "mark": marks.run_mark(run)} for run in runs]

    @property
    def since(self):
        """The day on which it entered its state, as exactly as it is known."""
        return spelled(self.dossier.state_since, self.dossier.state_precision)

    @property
    def due(self):
        return marks.due_mark(self.reckoning)

    @property
    def nearest(self):
        return marks.nearest(self.reckoning)

    @cached_property
    def steps(self):
        """All steps, the newest first, those taken back included."""
        found = Step.objects.filter(dossier=self.dossier).select_related("agency", "recorded_by")
        steps = list(found.prefetch_related(self.papers).order_by("-number"))
        for step in steps:
            step.dossier = self.dossier
            step.told = [(finding, *OUTCOMES[finding["outcome"]]) for finding in step.findings]
            step.day = marks.day_of(step)
            step.from_name, step.to_name = (self.name_of(code) for code in (step.from_state, step.to_state))
        return steps

    def name_of(self, code):
        state = self.reckoning.table.states.get(code)
        return str(state.name) if state else code

    @cached_property
    def last(self):
        """The step that may be taken back: the last one standing."""
        return next((step for step in self.steps if step.to_state and not step.retracted_at), None)

    @cached_property
    def pauses(self):
        return list(Pause.objects.filter(dossier=self.dossier).prefetch_related(self.papers))

    @cached_property
    def extensions(self):
        """The extensions with the name of the clock that each lengthens."""
        spans = {span.rule: span.name for span in self.reckoning.table.spans}
        return [(one, spans.get(one.rule, one.rule)) for one in self.dossier.extensions.all()]

    @cached_property
    def expected(self):
        found = Milestone.objects.filter(dossier=self.dossier).prefetch_related(self.papers)
        return [self.beside(milestone) for milestone in found]

    def beside(self, milestone):
        """A milestone with the first step into its state, or how far that day lies back or ahead."""
        step = next((one for one in self.reckoning.steps if milestone.state and one.to_state == milestone.state), None)
        day, late = spelled(milestone.on, milestone.on_precision), (step.on if step else self.office.today)
        days = (late - milestone.on).days
        exact = milestone.on_precision == Precision.DAY and (not step or step.on_precision == Precision.DAY)
        if step:
            told = _("đã có, sau mốc %(n)s ngày") % {"n": days} if days > 0 and exact else _("đã có")
            return Expected(milestone, day, step, "on-track", told)
        if days > 0:
            return Expected(milestone, day, None, "late", _("đã qua mốc %(n)s ngày, chưa ghi nhận") % {"n": days})
        return Expected(milestone, day, None, "unknown", _("chưa tới"))

    @cached_property
    def longest(self):
        return max((used.days for used in self.reckoning.used), default=0)

    @property
    def delay_sentence(self):
        """'Trễ 32 ngày: 20 ngày chờ ý kiến (Sở Xây dựng), 12 ngày cơ quan chủ trì.'"""
        parts = [
            _("%(n)s ngày %(cause)s") % {"n": share.days, "cause": share.label}
            + (f" ({share.agency})" if share.agency else "")
            for share in self.reckoning.shares
        ]
        return _("Trễ %(n)s ngày: %(parts)s.") % {"n": self.reckoning.delay, "parts": ", ".join(parts)}


def changes_of(dossier):
    """The history of a dossier, its steps, pauses, extensions and milestones; those that were removed included."""
    parts = (Step, Pause, Extension, Milestone)
    rows = [(model._meta.db_table, pk) for model in parts for pk in ids_of(model, dossier)]
    gone = removed([model._meta.db_table for model in parts], dossier_id=dossier.pk)
    return RowChange.objects.filter_rows([(dossier._meta.db_table, dossier.pk), *rows, *gone])


def ids_of(model, dossier):
    return model.objects.filter(dossier=dossier).order_by("pk").values_list("pk", flat=True)
