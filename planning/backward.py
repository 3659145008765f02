"""From the day of a session back to today: by when each step of a dossier must begin and end, and what no longer fits.

Pure. A limit of the law is planned in full; periods that run inside another are not added to it. Beside that stands
how early the session could be when all but the shortest times of the law ("ít nhất") were cut."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planning import clock
from planning.clock.terms import amount
from planning.tracks.shapes import AUTHORITIES, Span, State, Table

ONE_DAY = timedelta(days=1)
SOON = 5  # working days
NOT_PLANNED = clock.Due(None, ())
DECIDES = {"hdnd": "council", "ubnd": "committee"}  # CouncilSession.Body → key of tracks.AUTHORITIES
APPRAISED = {"scored", "appraised", "assessed"}  # what a council of appraisal brings about
STANDINGS = {
    "done": gettext_lazy("đã xong"),
    "on": gettext_lazy("còn thời gian"),
    "tight": gettext_lazy("sát hạn"),
    "late": gettext_lazy("chậm theo bước trước"),
    "impossible": gettext_lazy("không còn kịp"),
}
MARKS = {"done": "on-track", "on": "on-track", "tight": "soon", "late": "late", "impossible": "late"}


@dataclass(frozen=True)
class Course:
    """What is known of a dossier: where it stands, when it entered which state, the terms that hold for it by rule, and
    how its running clocks were counted, with their pauses and extensions."""

    table: Table
    state: str
    entered: Mapping[str, date] = field(default_factory=dict)
    terms: Mapping[str, clock.Term] = field(default_factory=dict)
    running: Mapping[str, clock.Due] = field(default_factory=dict)


@dataclass(frozen=True)
class Limit:
    """One clock of the law over the states from `first` to `last` of the way."""

    span: Span
    term: clock.Term
    first: int
    last: int

    @property
    def text(self):
        least = _("ít nhất %(amount)s") if self.term.minimum else "%(amount)s"
        return least % {"amount": amount(self.term.length, self.term.unit)}


@dataclass(frozen=True)
class Stage:
    """A stay in one state on the way to the session. `due`: how the latest day to begin was counted.

    `begin_by`, `end_by`: latest days. `earliest`: when it can end at best, every limit used in full. `begun`, `done`:
    the days on which it was really entered and left. `slack` in calendar days, below nothing when it does not fit."""

    state: State
    limits: tuple[Limit, ...] = ()
    begin_by: date | None = None
    end_by: date | None = None
    earliest: date | None = None
    begun: date | None = None
    done: date | None = None
    slack: int | None = None
    working_slack: int | None = None
    standing: str = "done"
    due: clock.Due = NOT_PLANNED

    @property
    def undated(self):
        """It lies behind, but nobody recorded when."""
        return self.standing == "done" and not (self.begun or self.done)

    @property
    def label(self):
        return _("đã qua, không ghi ngày") if self.undated else STANDINGS[self.standing]

    @property
    def mark(self):
        return "unknown" if self.undated else MARKS[self.standing]


@dataclass(frozen=True)
class Chain:
    """All stays of a dossier up to what the session decides (`goal`).

    `earliest`: the first day on which it could be decided with every limit used in full; `hurried`: with none but the
    shortest times. `unknown` says why nothing can be planned."""

    goal: State | None
    on: date
    stages: tuple[Stage, ...] = ()
    earliest: date | None = None
    hurried: date | None = None
    doubts: tuple[str, ...] = ()
    unknown: str = ""

    @property
    def ahead(self):
        return [stage for stage in self.stages if stage.standing != "done"]

    @property
    def impossible(self):
        return [stage for stage in self.stages if stage.standing == "impossible"]

    @property
    def standing(self):
        """The worst of its stages."""
        worst = max((list(STANDINGS).index(stage.standing) for stage in self.stages), default=0)
        return list(STANDINGS)[worst]

    @property
    def label(self):
        return STANDINGS[self.standing]

    @property
    def mark(self):
        return MARKS[self.standing]


@dataclass(frozen=True)
class Moved:
    """What another day of the session makes of the stages ahead."""

    impossible: tuple[Stage, ...]
    possible: tuple[Stage, ...]
    shifted: tuple[tuple[Stage, Stage], ...]


def goal_of(table, body):
    """The state that a session of `body` brings about: the last decision on the track's path that is that body's.

    A People's Council decides nothing on most tracks: there the dossier must have been submitted by its day. A council
    of appraisal meets before that."""
    decided = decisions(table, {DECIDES.get(body)})
    if decided:
        return decided[-1]
    last = (decisions(table, {"committee"}) or decisions(table, AUTHORITIES) or table.path)[-1]
    before = table.path[: table.path.index(last)]
    if body == "appraisal":
        before = [code for code in before if code in APPRAISED] or before
    return before[-1] if before and body != "ubnd" else last


def decisions(table, authorities):
    """The states of the path that one of `authorities` decides on, in order."""
    moves = [move for move in table.moves.values() if move.decides and move.way == "forward"]
    targets = {move.target for move in moves if move.authority in authorities}
    return [code for code in table.path if code in targets]


def way_to(table, state, goal):
    """The states from the present one to the goal; empty when none leads there or it has been reached."""
    path = table.path
    if goal not in path or (state in path and path.index(state) >= path.index(goal)):
        return ()
    if not state:
        return path[: path.index(goal) + 1]
    if state in path:
        return path[path.index(state) : path.index(goal) + 1]
    entries = [path.index(code) for code in next_on_path(table, state)]
    return (state, *path[min(entries) : path.index(goal) + 1]) if entries and min(entries) <= path.index(goal) else ()


def next_on_path(table, state):
    """The nearest states of the path to which moves forward lead from a state beside it."""
    seen, reached = {state}, {state}
    while reached:
        reached = {
            move.target
            for code in reached
            for move in table.moves_from(code)
            if move.way == "forward" and move.target not in seen
        }
        if found := reached & set(table.path):
            return found
        seen |= reached
    return set()


def limits_on(way, course):
    """Every clock of the law on the way, as far as its length is known."""
    found = []
    for span in course.table.spans:
        inside = [place for place, code in enumerate(way[:-1]) if code in span.states]
        if inside and span.rule in course.terms:
            last = next(place for place in range(inside[0], len(way)) if way[place] not in span.states) - 1
            found.append(Limit(span, course.terms[span.rule], inside[0], last))
    return found


def latest_begin(term, end, calendar):
    """The last working day on which a term can begin and still run out by `end`."""
    day = calendar.last_working(clock.back(end, term, calendar).day)
    while clock.due(term, day, calendar).day > end:
        day = calendar.last_working(day - ONE_DAY)
    return day


def plan_back(course, goal, on, today, calendar):
    """The chain of `course` to the state `goal`, which is to be reached on the day `on`."""
    table = course.table
    way = way_to(table, course.state, goal)
    behind = passed(course, way, goal)
    if not way:
        reached = goal in table.path and course.state in table.path
        why = "" if reached else _("Từ “%(state)s” không có đường tới bước mà kỳ họp quyết định.")
        named = {"state": table.states[course.state].name} if course.state in table.states else {"state": "–"}
        return Chain(table.states.get(goal), on, tuple(behind), unknown=why % named if why else "")
    limits = limits_on(way, course)
    latest = go_back(way, limits, on, calendar)
    full = go_on(way, limits, course, today, calendar)
    shortest = go_on(way, [limit for limit in limits if limit.term.minimum], course, today, calendar)
    ahead = [stage(course, way, place, limits, latest, full, today, calendar) for place in range(len(way))]
    doubts = [doubt for one in ahead for doubt in one.due.doubts] + [
        due.unknown for limit in limits if (due := running(limit, course)) and due.unknown
    ]
    return Chain(
        table.states[goal],
        on,
        (*behind, *ahead),
        full[-1],
        shortest[-1],
        tuple(dict.fromkeys(doubts)),
    )


def passed(course, way, goal):
    """The stays that lie behind, with the days on which they were entered and left."""
    path = course.table.path
    end = path.index(goal) + 1 if not way and goal in path else len(path)
    first = next((path.index(code) for code in way if code in path), end) if way else end
    codes = path[:first]
    following = [*codes[1:], next((code for code in way if code in path), "")]
    for code, after in zip(codes, following, strict=True):
        yield Stage(course.table.states[code], begun=course.entered.get(code), done=course.entered.get(after))


def go_back(way, limits, on, calendar):
    """The latest day on which each state of the way must be entered."""
    latest = [on] * len(way)
    for place in range(len(way) - 2, -1, -1):
        begins = [latest_begin(one.term, latest[one.last + 1], calendar) for one in limits if one.first == place]
        latest[place] = min([latest[place + 1], *begins])
    return latest


def go_on(way, limits, course, today, calendar):
    """The earliest day on which each state of the way can be entered, from today on."""
    earliest = [today] * len(way)
    for place in range(1, len(way)):
        ends = [ended(one, way, course, earliest[one.first], calendar) for one in limits if one.last + 1 == place]
        earliest[place] = max([earliest[place - 1], *filter(None, ends)])
    return earliest


def running(limit, course):
    return course.running.get(limit.span.rule) if limit.first == 0 else None


def ended(limit, way, course, begin, calendar):
    """When a limit runs out: a running one as the dossier's own clock says, None while that waits for something."""
    if limit.first == 0:
        begin = course.entered.get(way[0], begin)
    due = running(limit, course) or clock.due(limit.term, begin, calendar)
    return due.day


def stage(course, way, place, limits, latest, earliest, today, calendar):
    """One stay ahead. Its slack is that of its end and, unless it has begun, of its beginning, whichever is less."""
    after = min(place + 1, len(way) - 1)
    under_way = place == 0 and bool(course.state)
    edges = [after] if under_way else [place, after]
    left = [clock.lateness(latest[edge], earliest[edge], calendar) for edge in edges]
    slack, working = min(one.left - one.days for one in left), min(one.working_left - one.working_days for one in left)
    missed = latest[edges[0]] < today
    own = tuple(one for one in limits if one.first <= place <= one.last)
    return Stage(
        course.table.states[way[place]],
        own,
        begin_by=latest[place],
        end_by=latest[after],
        earliest=earliest[after],
        begun=course.entered.get(way[0]) if under_way else None,
        slack=slack,
        working_slack=working,
        standing="impossible" if missed else "late" if slack < 0 else "tight" if working <= SOON else "on",
        due=explained(place, own, latest, after == place, calendar),
    )


def explained(place, own, latest, last, calendar):
    """The latest day to begin, line by line."""
    begin, day = latest[place], "%d/%m/%Y"
    if last:
        return clock.Due(begin, (clock.Line(_("Ngày họp %(day)s.") % {"day": f"{begin:{day}}"}, begin),))
    for one in own:
        if one.first == place and latest_begin(one.term, latest[one.last + 1], calendar) == begin:
            due = clock.due(one.term, begin, calendar)
            words = {"what": one.span.name, "limit": one.text, "end": f"{latest[one.last + 1]:{day}}"}
            head = _("%(what)s: %(limit)s, phải xong chậm nhất %(end)s.") % words
            return clock.Due(begin, (clock.Line(head, None), *due.lines), due.doubts)
    words = {"day": f"{begin:{day}}", "what": ", ".join(str(one.span.name) for one in own)}
    text = _("Không có thời hạn riêng: vào bước này chậm nhất %(day)s để bước sau còn đủ thời gian.")
    if own:
        text = _("Nằm trong thời hạn “%(what)s”: vào bước này chậm nhất %(day)s.")
    return clock.Due(begin, (clock.Line(text % words, begin),))


def moved(old, new):
    """What changes when the session is moved: `old` and `new` are chains of one dossier for two days."""
    before = {stage.state.code: stage for stage in old.stages}
    pairs = [(before[stage.state.code], stage) for stage in new.stages if stage.state.code in before]
    return Moved(
        tuple(now for was, now in pairs if now.standing == "impossible" != was.standing),
        tuple(now for was, now in pairs if was.standing == "impossible" != now.standing),
        tuple((was, now) for was, now in pairs if was.begin_by != now.begin_by),
    )
