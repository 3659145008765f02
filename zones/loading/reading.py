"""The shipped files: rows that know their number, cells read as what they must be. Pure."""

import calendar
import csv
import datetime
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError

from accounts.text import clean_text
from zones.models.fact import Precision

DAY = re.compile(r"(\d{4})(?:-H[12]|-Q([1-4])|-(\d{2})(?:-(\d{2}))?)?")


class BadFile(Exception):
    """A file cannot be loaded; says in which row and column."""

    def __init__(self, file, number, column, problem):
        super().__init__(f"{file}, row {number}, column {column}: {problem}")


@dataclass(frozen=True)
class Day:
    """A day as precisely as it is known; a month, quarter or year stands as its last day, a half year as its year."""

    on: datetime.date
    precision: str

    @property
    def exactly(self):
        """The day itself when it is known to the day."""
        return self.on if self.precision == Precision.DAY else None


@dataclass(frozen=True)
class Row:
    file: str
    number: int
    cells: dict

    def bad(self, column, problem):
        return BadFile(self.file, self.number, column, problem)

    def __getitem__(self, column):
        return self.cells[column]

    def required(self, column):
        if not self[column]:
            raise self.bad(column, "must not be empty.")
        return self[column]

    def parts(self, column):
        """The texts between semicolons."""
        return [part for part in map(str.strip, self[column].split(";")) if part]

    def one_of(self, column, choices):
        if self[column] not in choices:
            raise self.bad(column, f"«{self[column]}» is not one of {', '.join(choices)}.")
        return self[column]

    def found(self, column, known):
        """What `known` holds under the cell's text; None for an empty cell."""
        if self[column] and self[column] not in known:
            raise self.bad(column, f"«{self[column]}» is not known.")
        return known[self[column]] if self[column] else None

    def number_in(self, column):
        try:
            value = Decimal(self[column]) if self[column] else None
        except InvalidOperation:
            raise self.bad(column, f"«{self[column]}» is not a number.") from None
        if value is not None and not value.is_finite():
            raise self.bad(column, f"«{self[column]}» is not a number.")
        return value

    def degrees(self, column):
        value = self.number_in(column)
        return None if value is None else float(value)

    def day(self, column):
        """The cell as a Day; None when it is empty."""
        if not self[column]:
            return None
        try:
            return day_of(self[column])
        except ValueError:
            shapes = "2024-03-11, 2024-03, 2024-Q1, 2024-H1, 2024"
            raise self.bad(column, f"«{self[column]}» is not a day, month, quarter, half or year ({shapes}).") from None


def day_of(text):
    match = DAY.fullmatch(text)
    if not match:
        raise ValueError(text)
    year, quarter, month, day = (int(part) if part else None for part in match.groups())
    if day:
        return Day(datetime.date(year, month, day), Precision.DAY)
    if quarter:
        return Day(last_day(year, quarter * 3), Precision.QUARTER)
    if month:
        return Day(last_day(year, month), Precision.MONTH)
    return Day(last_day(year, 12), Precision.YEAR)


def last_day(year, month):
    if month > 12 or month < 1:
        raise ValueError(month)
    return datetime.date(year, month, calendar.monthrange(year, month)[1])


def read(folder, file, columns):
    """The rows of a CSV file whose header holds exactly `columns` (a text of names)."""
    wanted = columns.split()
    try:
        with (folder / file).open(encoding="utf-8", newline="") as opened:
            lines = csv.reader(opened, strict=True)
            header = next(lines, [])
            if header != wanted:
                raise BadFile(file, 1, "(header)", f"expected {','.join(wanted)}.")
            return [cleaned(file, lines.line_num, wanted, cells) for cells in lines]
    except FileNotFoundError:
        raise BadFile(file, 0, "–", f"there is no such file in {folder}.") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadFile(file, 0, "–", f"is not CSV in UTF-8: {error}") from None


def cleaned(file, number, columns, cells):
    if len(cells) != len(columns):
        raise BadFile(file, number, "–", f"has {len(cells)} cells instead of {len(columns)}.")
    texts = {}
    for column, cell in zip(columns, cells, strict=True):
        try:
            texts[column] = clean_text(cell)
        except ValidationError as error:
            raise BadFile(file, number, column, " ".join(error.messages)) from None
    return Row(file, number, texts)
