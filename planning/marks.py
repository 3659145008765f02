"""A dossier in marks and words: the picture of its track, its clocks (còn 5 ngày làm việc, quá hạn 12 ngày)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from planning.reckoning import SOON
from zones.models.fact import spelled


@dataclass(frozen=True)
class Mark:
    """`state`: a class of the style sheet, "" where no clock runs; `words`: what it means."""

    state: str
    words: str


def nearest(reckoning):
    """The running clock that ends first; None when none runs."""
    return reckoning.running[0] if reckoning.running else None


def due_mark(reckoning):
    """The nearest running clock of a dossier as a mark."""
    run = nearest(reckoning)
    return run_mark(run) if run else Mark("", "")


def run_mark(run):
    """One clock as a mark: running, or as it ended."""
    if run.lateness is None:
        return Mark("unknown", _("không tính được hạn") if run.ended else _("chưa biết ngày đến hạn"))
    if not run.ended:
        return left_mark(run.lateness)
    if late := run.lateness.days:
        return Mark("late", ngettext("xong, trễ %(n)s ngày", "xong, trễ %(n)s ngày", late) % {"n": late})
    return Mark("on-track", _("xong đúng hạn"))


def left_mark(lateness):
    """What is left until a due day, from a planning.clock.Lateness of today."""
    state = "late" if lateness.days else "soon" if lateness.working_left <= SOON else "on-track"
    return Mark(state, time_left(lateness))


def time_left(lateness):
    """What is left until a due day, or how far it is behind: from a planning.clock.Lateness of today."""
    if lateness.days:
        return ngettext("quá hạn %(n)s ngày", "quá hạn %(n)s ngày", lateness.days) % {"n": lateness.days}
    if not lateness.left:
        return _("đến hạn hôm nay")
    left = lateness.working_left
    return ngettext("còn %(n)s ngày làm việc", "còn %(n)s ngày làm việc", left) % {"n": left}


@dataclass(frozen=True)
class Stop:
    """A state of the track's picture. `mark`: done, now, ahead, or skipped (passed, but nobody recorded it)."""

    name: str
    mark: str
    since: str

    @property
    def words(self):
        """What the mark means, for whoever does not see it."""
        return {
            "done": _("đã qua, từ %(day)s") % {"day": self.since or _("ngày không rõ")},
            "now": _("đang ở đây, từ %(day)s") % {"day": self.since or _("ngày không rõ")},
            "skipped": _("đã qua, không ghi ngày"),
            "ahead": _("chưa tới"),
        }[self.mark]


def stops(reckoning):
    """The states from the idea to the end; one aside of that way stands behind the last that was passed."""
    path, visits = list(reckoning.table.path), {visit.state.code: visit for visit in reckoning.visits}
    here = reckoning.visits[-1].state.code if visits else ""
    if here and here not in path:
        path.insert(max((path.index(code) for code in visits if code in path), default=-1) + 1, here)
    reached = path.index(here) if here else -1
    names = {code: str(state.name) for code, state in reckoning.table.states.items()}
    return [stop(names[code], place - reached, visits.get(code)) for place, code in enumerate(path)]


def stop(name, ahead, visit):
    """`ahead`: how many states it lies before (or, negative, behind) the present one."""
    mark = "ahead" if ahead > 0 else "now" if ahead == 0 else "done" if visit else "skipped"
    return Stop(name, mark, day_of(visit.step) if visit and ahead <= 0 else "")


def day_of(step):
    """The day of a step as exactly as it is known."""
    return spelled(step.on, step.on_precision)
