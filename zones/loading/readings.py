"""How people have read single values of zones.csv and facts.csv, where the plain way would be wrong: readings.csv."""

import datetime
from dataclasses import dataclass

from zones.loading.reading import Day, read
from zones.models import Document, Standing

COLUMNS = "file zone_code field value standing kind document as_of period why"


@dataclass(frozen=True)
class Reading:
    """What is decided about a value, empty where the plain way is right; a fact begins with its document."""

    standing: str = Standing.ADOPTED
    kind: str = ""
    document: Document | None = None
    given_day: Day | None = None
    period: tuple = (None, None)
    why: str = ""

    @property
    def day(self):
        if self.given_day or not self.document:
            return self.given_day
        return Day(self.document.issued_on, self.document.issued_precision)


class Readings:
    def __init__(self, folder, documents):
        rows = read(folder, "readings.csv", COLUMNS)
        self.unused = {(row["file"], row["zone_code"], row["field"], row["value"]): row for row in rows}
        self.readings = {key: reading_of(row, documents) for key, row in self.unused.items()}

    def of(self, row, code, column, value):
        """The reading of the `value` that `row` gives for `column` of the zone (or city) `code`."""
        key = (row.file, code, column, value)
        self.unused.pop(key, None)
        return self.readings.get(key, Reading())

    def check_all_used(self):
        for row in self.unused.values():
            raise row.bad("value", f"{row['file']} has no {row['field']} «{row['value']}» for {row['zone_code']}.")


def reading_of(row, documents):
    start, _, end = row["period"].partition("/")
    try:
        period = (datetime.date.fromisoformat(start), datetime.date.fromisoformat(end)) if start else (None, None)
    except ValueError:
        raise row.bad("period", f"«{row['period']}» is not two days: 2025-01-01/2025-12-31.") from None
    return Reading(
        standing=row.one_of("standing", ["", *Standing.values]) or Standing.ADOPTED,
        kind=row["kind"],
        document=row.found("document", documents),
        given_day=row.day("as_of"),
        period=period,
        why=row["why"],
    )
