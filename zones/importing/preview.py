"""What becomes of each row of a sheet, and the stored preview that says so: one line of JSON a row, compressed.

A data row ends in exactly one of OUTCOMES; rows that are none (blank, totals, numbering) are counted as skipped."""

import datetime
import gzip
import hashlib
import io
import json
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice

from zones.importing.cells import Broken
from zones.importing.reading import Percent

CREATED, UPDATED, UNCHANGED, REJECTED = OUTCOMES = ("created", "updated", "unchanged", "rejected")


@dataclass(frozen=True)
class Change:
    """One cell that says something new; `old` and `new` spelled for people."""

    column: str
    title: str
    old: str
    new: str


@dataclass(frozen=True)
class Refusal:
    """Why a row cannot be taken: the cell, its column's title ("" for the row as a whole), and what to do."""

    cell: str
    column: str
    message: str


@dataclass
class Outcome:
    """What becomes of one row. `print` tells outcomes apart in every language: what would be written, from what."""

    number: int
    outcome: str
    label: str = ""
    url: str = ""
    changes: list[Change] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    print: str = ""


@dataclass(frozen=True)
class Skipped:
    """A row that is no data: its number and why it was left out."""

    number: int
    reason: str


def digest(outcomes):
    """The same for the same outcomes in the same order, whatever language they were told in."""
    found = hashlib.sha256()
    for one in outcomes:
        found.update(f"{one.number}\t{one.outcome}\t{one.print}\n".encode())
    return found.hexdigest()


class Rows:
    """The outcomes of a stored preview, all or of one kind, read only as far as they are asked for."""

    def __init__(self, preview, wanted):
        self.preview, self.wanted = preview, wanted

    def __len__(self):
        return self.preview.totals[self.wanted or "rows"]

    def __iter__(self):
        for kind, told, _cells in self.preview.lines():
            if not self.wanted or kind == self.wanted:
                yield read_outcome(told)

    def __getitem__(self, place):
        if isinstance(place, slice):
            start, stop, step = place.indices(len(self))
            return list(islice(self, start, stop, step))
        return next(islice(self, place, None))


class Preview:
    """The stored account of a sheet. `totals`: rows, each of OUTCOMES, skipped. `skipped`: the rows that are none.
    `warnings`: what was hidden in the file and not read."""

    def __init__(self, file):
        self.file = file
        with self.opened() as lines:
            head = json.loads(lines.readline())
        self.totals, self.heads = head["totals"], head["heads"]
        self.skipped = [Skipped(*pair) for pair in head["skipped"]]
        self.warnings = head.get("warnings", [])

    @contextmanager
    def opened(self):
        with self.file.storage.open(self.file.name) as packed, gzip.open(packed, "rt", encoding="utf-8") as lines:
            yield lines

    def lines(self):
        """(outcome, its JSON, the JSON of its cells) of each data row."""
        with self.opened() as lines:
            lines.readline()
            for line in lines:
                yield line.rstrip("\n").split("\t")

    def rows(self, outcome=""):
        """The outcomes in the order of the sheet; of one kind when `outcome` names one of OUTCOMES."""
        if outcome not in ("", *OUTCOMES):
            raise ValueError(outcome)
        return Rows(self, outcome)

    def cells(self):
        """[row number, cells in the order of `heads`] of each data row, as they were read."""
        for _kind, _told, cells in self.lines():
            yield json.loads(cells, object_hook=untag)


def read_outcome(text):
    said = json.loads(text)
    said["changes"] = [Change(**change) for change in said["changes"]]
    said["refusals"] = [Refusal(**refusal) for refusal in said["refusals"]]
    return Outcome(**said)


def totals(outcomes, skipped):
    counts = Counter(one.outcome for one in outcomes)
    return {"rows": len(outcomes), **{name: counts[name] for name in OUTCOMES}, "skipped": len(skipped)}


def written(table, outcomes):
    """The bytes of a preview of `table` (layout.Table) with the outcome of each of its rows."""
    kept = io.BytesIO()
    with gzip.GzipFile(fileobj=kept, mode="wb", compresslevel=1, mtime=0) as packed:
        head = {"totals": totals(outcomes, table.skipped), "heads": table.heads}
        head["skipped"] = [[one.number, one.reason] for one in table.skipped]
        head["warnings"] = table.warnings
        packed.write(to_line(head))
        for row, one in zip(table.rows, outcomes, strict=True):
            told = vars(one) | {"changes": list(map(vars, one.changes)), "refusals": list(map(vars, one.refusals))}
            packed.write(b"\t".join([one.outcome.encode(), to_line(told)[:-1], to_line([row.number, row.cells])]))
    return kept.getvalue()


def to_line(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=tag).encode() + b"\n"


def tag(value):
    """What JSON has no word for: exact numbers, days and moments."""
    if isinstance(value, Decimal):
        return {"percent" if isinstance(value, Percent) else "number": str(value)}
    if isinstance(value, datetime.datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, datetime.date):
        return {"day": value.isoformat()}
    if isinstance(value, Broken):
        return {"broken": value.message}
    raise TypeError(type(value))


def untag(value):
    [(kind, text)] = value.items()
    return UNTAGGED[kind](text)


UNTAGGED = {
    "number": Decimal,
    "percent": Percent,
    "moment": datetime.datetime.fromisoformat,
    "day": datetime.date.fromisoformat,
    "broken": Broken,
}
