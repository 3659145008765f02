"""The facts read from the files on their way into the ledger."""

import datetime
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from zones.loading.reading import Day, Row
from zones.loading.readings import Reading
from zones.models import FACTS, Precision
from zones.recording import record_many

# When undated values were gathered: the register knows them from then on only.
GATHERED = Day(datetime.date(2026, 11, 1), Precision.UNKNOWN)
UNDATED = "Nguồn không ghi ngày; thu thập tháng 11/2026."


@dataclass(frozen=True)
class Said:
    """What a row says beside its values: of which zone or city, on which day, with which remarks."""

    row: Row
    code: str
    subject: dict
    day: Day | None
    source: str
    source_on: datetime.date | None = None
    notes: tuple = ()


class Entries:
    def __init__(self, account):
        self.account, self.lines, self.pending = account, {}, []

    def line(self, file, what):
        if (file, what) not in self.lines:
            self.lines[file, what] = self.account.line(file, what, 0)
        return self.lines[file, what]

    def add(self, what, said, column, name, model, *, reading=None, day=None, notes=(), **given):
        """Take in a fact that `said.row` states in `column`; `name` tells it apart from others of the same zone."""
        reading = reading or Reading()
        day = reading.day or day or said.day
        fact = model(
            as_of=(day or GATHERED).on,
            as_of_precision=(day or GATHERED).precision,
            document=reading.document,
            standing=reading.standing,
            source=said.source,
            source_on=said.source_on,
            note=" ".join(dict.fromkeys(filter(None, [*notes, *said.notes, reading.why, None if day else UNDATED]))),
            origin=f"{said.row.file}:{said.code}:{name}",
            **said.subject,
            **given,
        )
        try:
            fact.clean_fields(exclude={field.name for field in fact._meta.fields if field.is_relation})
        except ValidationError as error:
            raise said.row.bad(
                column, "; ".join(f"{name}: {' '.join(of)}" for name, of in error.message_dict.items())
            ) from None
        line = self.line(said.row.file, what)
        line.read += 1
        self.pending.append((line, fact))

    def enter(self):
        """Record what the ledger does not have yet; superseded and withdrawn facts stay as they are."""
        entered = {
            model: set(model.objects.filter(origin__isnull=False).values_list("origin", flat=True)) for model in FACTS
        }
        fresh = [fact for _, fact in self.pending if fact.origin not in entered[type(fact)]]
        for line, fact in self.pending:
            line.count("unchanged" if fact.origin in entered[type(fact)] else "created")
        if fresh:
            record_many(fresh)
