"""What is read from a notice: its head, proposed tasks, and the sentences that were not read. Spans quote the text."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from planning.clock.limits import MONTHS, Limit, last_of_period

Span = tuple[int, int]  # start and end in the text as given: text[start:end] is what was read


@dataclass(frozen=True)
class Agency:
    """An agency of the register. `successor` is the code of the one that took over; `valid_to` its last day."""

    code: str
    name: str
    other_names: tuple[str, ...] = ()
    successor: str = ""
    valid_to: date | None = None


@dataclass(frozen=True)
class Zone:
    code: str
    name: str


@dataclass(frozen=True)
class Named:
    """An agency or a zone named in the text. Without a code it is not in the register, or `candidates` are several."""

    code: str | None
    as_written: str
    span: Span
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Quoted:
    """A value of the head or a cut-off day, with the words it was read from."""

    value: str | date
    as_written: str
    span: Span


class Precision(StrEnum):
    """How exactly a deadline is given; NONE: by a term, periodic, ongoing, or in words that name no day."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    NONE = "none"


@dataclass(frozen=True)
class Relative:
    """A term: 15 working days ("wd", "d", "w", "m", "y" as in the clock) from an event, in the words of the text."""

    length: int
    unit: str
    event: str


@dataclass(frozen=True)
class Periodic:
    """A duty that comes back every week, month, quarter, half or year; by a day of the month when one is named."""

    every: str
    day: int | None = None
    before: bool = False


@dataclass(frozen=True)
class Deadline:
    """A deadline as written. `on` is the day named (exclusive: "trước ngày"), or the last day of the period named;
    `after` an event after which the work is due, without a length."""

    as_written: str
    span: Span
    on: date | None = None
    precision: Precision = Precision.NONE
    exclusive: bool = False
    relative: Relative | None = None
    periodic: Periodic | None = None
    ongoing: bool = False
    after: str = ""

    @property
    def limit(self) -> Limit | None:
        """The kind of limit for planning.clock.limits.limit(kind, on, calendar)."""
        if self.on is None:
            return None
        return {Precision.DAY: Limit.BEFORE if self.exclusive else Limit.ON}.get(self.precision) or Limit(
            self.precision.value
        )

    @property
    def last(self) -> date | None:
        """The last day in time, days off not looked at: 19/6 for "trước ngày 20/6", 30/4 for "tháng 4"."""
        if self.on is None or self.limit is None:
            return None
        if self.limit in MONTHS:
            return last_of_period(self.on, MONTHS[self.limit])
        return self.on - timedelta(days=1) if self.exclusive else self.on


@dataclass(frozen=True)
class Proposed:
    """One task proposed: one lead, many cooperating. The lead may stand in a heading outside of the sentence.

    `number` counts the tasks, `item` is the number in the text ("2", "1.1", "a"); `cutoffs` are days to which figures
    are fixed, no deadlines; `doubts` say, to the person who checks, what could not be read for sure."""

    number: int
    item: str
    span: Span
    sentence: str
    product: str
    lead: Named | None
    cooperating: tuple[Named, ...] = ()
    deadline: Deadline | None = None
    zones: tuple[Named, ...] = ()
    cutoffs: tuple[Quoted, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Passage:
    """A sentence that became no task, and why."""

    span: Span
    sentence: str
    why: str


@dataclass(frozen=True)
class Head:
    """What stands above the text of a notice; what was not found is None. `number` is "53/TB-VP"."""

    number: Quoted | None = None
    kind: Quoted | None = None
    issued_on: Quoted | None = None
    issuer: Quoted | None = None
    concluding: Quoted | None = None
    meeting_on: Quoted | None = None


@dataclass(frozen=True)
class Proposal:
    """All that was read: `unread` looks like an order and could not be read, `background` was read and orders nothing.

    `doubts` are about the notice as a whole."""

    head: Head
    tasks: tuple[Proposed, ...]
    unread: tuple[Passage, ...]
    background: tuple[Passage, ...]
    doubts: tuple[str, ...] = ()
