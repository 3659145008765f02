"""Which days are worked: Monday to Friday less days off, and Saturdays worked instead (Labour Code 2019, 111-112)."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.utils.translation import gettext as _

from planning.clock.wording import WEEKDAYS, day_text, days_text

SATURDAY = 5
WORKED = "swapped_workday"


@dataclass(frozen=True)
class DayOff:
    """A row of the table of days off. `certain` is False until the notice or the law that makes it one was read.

    `kind` is holiday, compensatory_off, swapped_off or swapped_workday, the weekend day worked in exchange."""

    on: date
    kind: str
    name: str
    certain: bool

    @property
    def worked(self) -> bool:
        return self.kind == WORKED

    @property
    def short_name(self) -> str:
        """'Tết Bính Ngọ' of 'Tết Bính Ngọ - Mùng 1', 'Quốc khánh' of 'Quốc khánh (ngày liền kề)'."""
        return self.name.split(" - ")[0].split(" (")[0].strip()

    @property
    def matters(self) -> bool:
        """Whether the day would be counted differently without this row: a holiday on a Sunday changes nothing."""
        return self.worked == (self.on.weekday() >= SATURDAY)


class Calendar:
    """The table of days off, made ready for counting; it never changes. One row a day, the last one given wins.

    A year without any row counts by Saturdays and Sundays alone, and says so in `doubts`."""

    __slots__ = ("_changes", "_off", "_table", "_worked", "_years")

    def __init__(self, days: Iterable[DayOff]) -> None:
        self._table = {day.on: day for day in days}
        self._years = {on.year for on in self._table}
        self._changes = sorted((day for day in self._table.values() if day.matters), key=lambda day: day.on)
        self._off = [day.on.toordinal() for day in self._changes if not day.worked]
        self._worked = [day.on.toordinal() for day in self._changes if day.worked]

    def _count(self, ordinal: int) -> int:
        """Working days from the first Monday of the calendar (1/1/0001) to this day, the day included."""
        weeks, rest = divmod(ordinal, 7)
        return weeks * 5 + min(rest, 5) - bisect_right(self._off, ordinal) + bisect_right(self._worked, ordinal)

    def is_working(self, day: date) -> bool:
        row = self._table.get(day)
        return row.worked if row else day.weekday() < SATURDAY

    def next_working(self, day: date) -> date:
        """The day itself if it is worked, otherwise the first working day after it."""
        return day if self.is_working(day) else self.add_working(day, 1)

    def last_working(self, day: date) -> date:
        """The day itself if it is worked, otherwise the last working day before it."""
        return day if self.is_working(day) else self.add_working(day, -1)

    def add_working(self, day: date, n: int) -> date:
        """The n-th working day after `day`, which is not counted itself; before it when n is negative."""
        if n == 0:
            return day
        start = day.toordinal()
        goal = self._count(start) + n if n > 0 else self._count(start - 1) + n + 1
        reach = (abs(n) + len(self._off)) * 7 // 5 + 8
        near = range(start, start + reach) if n > 0 else range(max(start - reach, 1), start)
        return date.fromordinal(near[0] + bisect_left(near, goal, key=self._count))

    def working_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; negative when `end` comes first."""
        return self._count(end.toordinal()) - self._count(start.toordinal())

    def changes(self, start: date, end: date) -> Sequence[DayOff]:
        """Weekdays off and weekend days worked, after `start` up to and with `end`."""
        first, last = (bisect_right(self._changes, day, key=lambda row: row.on) for day in (start, end))
        return self._changes[first:last]

    def doubts(self, start: date, end: date) -> tuple[str, ...]:
        """Sentences on days from `start` to `end`, both included, that are not certain, and on years without table."""
        unsure = [row for row in self.changes(start - timedelta(days=1), end) if not row.certain]
        sentences = []
        for name, rows in by_name(unsure):
            unclear = (
                _("Chưa chắc %(days)s là ngày làm việc (%(name)s).")
                if rows[0].worked
                else _("Chưa chắc %(days)s là ngày nghỉ (%(name)s).")
            )
            sentences.append(unclear % {"days": days_text(row.on for row in rows), "name": name})
        if missing := [year for year in range(start.year, end.year + 1) if year not in self._years]:
            words = {"years": ", ".join(map(str, missing))}
            sentences.append(_("Chưa có bảng ngày nghỉ năm %(years)s: chỉ trừ thứ Bảy, Chủ nhật.") % words)
        return tuple(sentences)

    def why_off(self, day: date) -> str:
        """'thứ Bảy' or 'Tết Bính Ngọ - Mùng 1'; empty for a working day."""
        if self.is_working(day):
            return ""
        row = self._table.get(day)
        return row.name if row else str(WEEKDAYS[day.weekday()])

    def not_moved(self, day: date) -> tuple[str, ...]:
        """The warning for a day that stays where it is although nobody works on it; none when it is worked."""
        if self.is_working(day):
            return ()
        last = self.last_working(day)
        warning = _(
            "%(day)s là ngày nghỉ (%(why)s) và không được chuyển: ngày làm việc cuối cùng trước đó là %(last)s."
        ) % {
            "day": day_text(day),
            "why": self.why_off(day),
            "last": day_text(last),
        }
        return (warning, *self.doubts(last, day))


def by_name(rows: Iterable[DayOff]) -> list[tuple[str, list[DayOff]]]:
    """Rows that follow each other under one name and are alike off or worked: the days of one Tết together."""
    return [(key[0], list(group)) for key, group in groupby(rows, key=lambda row: (row.short_name, row.worked))]
