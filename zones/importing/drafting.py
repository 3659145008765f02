"""One row laid onto its record: which attributes say something new, and which cells cannot be taken."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import override

from zones.importing.cells import (
    Unclear,
    is_nothing,
    read_choice,
    read_day,
    read_digits,
    read_integer,
    read_number,
    read_sign,
    read_text,
    read_yesno,
    same_number,
    shown,
    spelling,
)
from zones.importing.layout import LANGUAGES, units_of
from zones.importing.preview import Change, Refusal
from zones.importing.shapes import same_shape
from zones.models.fact import Precision

WHICH = ("id", "code")  # tell which record a row is of
FIRST = ("zone", "city")  # by which other cells are looked up
SIGNS = ("number",)  # such as 12/2025, which spreadsheets take for days
DIGITS = ("irc_no", "vsic_code")  # signs that may begin with a zero, which spreadsheets drop
LATER = ("parent",)  # may name what another row brings: filled in when every row is known
FOLLOWS = ("unit",)  # is said by what another cell of the row names: the indicator
KEPT = object()  # the cell says what the register says
NOTHING = object()  # the cell is empty


def defaults_of(model):
    """attribute → what a new record holds where nothing is said; of one moment for all that is written at once."""
    return {field.attname: field.get_default() for field in model._meta.concrete_fields}


@dataclass(frozen=True, slots=True)
class Statement:
    """A fact to be: its attributes, the zone it is about when that is not stored yet, the number of the fact that it
    supersedes. A model instance is made of it when it is written; a preview does without."""

    model: type
    given: dict
    zone: Any
    replaced: int | None

    def fact(self, defaults):
        """The fact; `defaults`: attribute → value, in the order of the model's columns."""
        zone = {"zone_id": self.zone.pk} if self.zone else {}
        return self.model(*(defaults | self.given | zone).values())


@dataclass
class Draft:
    """A row on its way: the record as it would be written, and what was found out."""

    row: Any
    record: Any
    is_new: bool
    may_before: bool = True  # might the person change the record as it stood?
    is_settled: bool = False  # nothing more is asked of the row: it is not clear which record it is of
    before: dict = field(default_factory=dict)  # attribute → the value that the register holds
    changes: list = field(default_factory=list)
    refusals: list = field(default_factory=list)
    traces: list = field(default_factory=list)
    facts: list = field(default_factory=list)  # the Statements that go into the ledger with the record
    asked: dict = field(default_factory=dict)  # what a verb is called with, of kinds whose rows are verbs

    @property
    def written(self):
        return set(self.before)


class Sheetwise:
    """What is the same for every row of a table: its columns in reading order, and readers with their word lists."""

    def __init__(self, target, table, lookups, *, tells=True):
        self.target, self.table, self.lookups, self.tells = target, table, lookups, tells
        present = [(target.by_key[key], place, at) for place, (key, at) in enumerate(table.heads)]
        self.at = {column.key: at for column, _place, at in present}
        self.place = {column.key: place for column, place, _at in present}
        self.fixed = [(column, place) for column, place, _at in present if column.fixed]
        self.by_attribute = {}
        for column, place, _at in sorted(present, key=lambda one: one[0].attribute not in FIRST):
            if not (column.fixed or column.figure or column in target.more or column.key in WHICH):
                self.by_attribute.setdefault(column.attribute, []).append((column, place))
        self.readers = {column.key: reader_of(target.model, column) for column, _place, _at in present}
        self.titles = {column.key: str(column.title) for column in target.columns}
        self.headings = {column.key: column.heading for column in target.columns}  # with the unit
        self.settles = {column.attribute: column for column in reversed(target.columns)}
        self.fields = {one.name: one for one in target.model._meta.fields}
        self.written = {one.name for one in target.model._meta.fields if one.editable}
        self.blank = defaults_of(target.model)
        self.known, self.words, self.accepted = {}, {}, set()

    def cell(self, draft, key):
        place = self.place.get(key)
        return None if place is None else draft.row.cells[place]

    def refuse(self, draft, key, message):
        """Say why a cell, or with "" the row as a whole, cannot be taken."""
        column = self.target.by_key.get(key)
        at = self.at.get(key) or min(self.at.values())
        title = self.titles[key] if column else ""
        draft.refusals.append(Refusal(self.table.address(draft.row.number, at), title, str(message)))

    def spell(self, column, record):
        """What the page would write, when somebody is going to read it; worked out once for each value."""
        if not self.tells:
            return ""
        if column.precision:
            return column.spell(record)
        value = column.value(record)
        if (column.key, value) not in self.words:
            self.words[column.key, value] = column.spell(record)
        return self.words[column.key, value]

    def read(self, column, cell, held=None):
        """The value of a cell; what a text means is worked out once. Of two meanings it is the one that is `held`."""
        if isinstance(cell, str) and (column.key, cell) in self.known:
            return self.known[column.key, cell]
        try:
            value = self.readers[column.key](cell)
        except Unclear as why:
            if held in why.either:
                return held
            raise
        if isinstance(cell, str):
            self.known[column.key, cell] = value
        return value

    def fill(self, draft, *, later=False):
        """Lay every cell that can be written onto the record; those of LATER in a second round."""
        for attribute, columns in self.by_attribute.items():
            if (attribute in LATER) != later:
                continue
            try:
                self.set(draft, attribute, columns)
            except Unclear as why:
                self.refuse(draft, why.key, why)

    def set(self, draft, attribute, columns):
        said = []
        for column, place in columns:
            try:
                said.append((column, self.value(draft, column, draft.row.cells[place])))
            except Unclear as why:
                raise Unclear(why, column.key) from None
        value = agreed(said)
        if value is KEPT:
            return
        column = said[0][0]
        if value is NOTHING and (value := self.emptied(draft, column)) is KEPT:
            return
        self.write(draft, attribute, value)

    def value(self, draft, column, cell):
        """What one cell says about its attribute: a value, NOTHING, or KEPT."""
        field = self.fields[column.attribute]
        if field.is_relation:
            return self.related(draft, column, field, cell)
        if cell is None:
            return NOTHING
        held = getattr(draft.record, field.attname)
        if type(cell) is str and not draft.is_new and cell == held:
            return KEPT
        is_text = isinstance(field, (models.CharField, models.TextField)) and not field.choices
        if not is_text and is_nothing(cell):
            return NOTHING
        if column.precision:
            return self.day_with_precision(draft, column, cell)
        value = self.read(column, cell, None if draft.is_new else held)
        if value == "":
            return NOTHING
        return KEPT if not draft.is_new and same(held, value) else value

    def related(self, draft, column, field, cell):
        held = getattr(draft.record, field.attname)
        if is_nothing(cell):
            hidden = held is not None and getattr(draft.record, field.name) is None
            return KEPT if hidden else NOTHING
        if held is not None and says_the_same(column, draft.record, cell):
            return KEPT
        found = self.lookups.find(column.names, cell, draft.record)
        return KEPT if found.pk and found.pk == held else found

    def day_with_precision(self, draft, column, cell):
        day, precision = self.read(column, cell)
        beside = next((key for key in self.at if self.target.by_key[key].attribute == column.precision), None)
        told = self.cell(draft, beside) if beside else None
        held = getattr(draft.record, column.attribute)
        if not is_nothing(told):
            if precision not in (Precision.DAY, self.read(self.target.by_key[beside], told)):
                raise Unclear(_("Ngày và độ chính xác của ngày không khớp nhau."))
        elif draft.is_new or held != day or precision != Precision.DAY:
            self.write(draft, column.precision, precision)
        return KEPT if held == day else day

    def emptied(self, draft, column):
        """What an empty cell does: a value that may be missing is cleared, one that has a default stays; a new record
        keeps what it begins with, such as the own agency."""
        field = self.fields[column.attribute]
        held = getattr(draft.record, field.attname)
        if draft.is_new or held in (None, ""):
            return KEPT
        if field.null:
            return None
        if field.blank and isinstance(field, (models.CharField, models.TextField)):
            return ""
        if field.has_default():
            return KEPT
        raise Unclear(_("Ô này không được để trống."), column.key)

    def write(self, draft, attribute, value):
        record, column, field = draft.record, self.settles[attribute], self.fields[attribute]
        old, before = getattr(record, field.attname), "" if draft.is_new else self.spell(column, record)
        new = (value.pk or value.code) if isinstance(value, models.Model) else value
        if old == new and not isinstance(value, models.Model):
            return
        draft.before.setdefault(attribute, old)
        setattr(record, attribute, value)
        draft.traces.append(f"{attribute}={old!r}>{new!r}")
        draft.changes.append(Change(column.key, self.headings[column.key], before, self.spell(column, record)))

    def check_fixed(self, draft):
        """Cells that a file cannot change must say what the register says."""
        for column, place in self.fixed:
            cell = draft.row.cells[place]
            try:
                if not self.agrees(draft, column, cell):
                    self.refuse(draft, column.key, f"{held_words(draft, column)} {column.fixed}".strip())
            except Unclear as why:
                self.refuse(draft, column.key, why)

    def agrees(self, draft, column, cell):
        if is_nothing(cell):
            return True
        if column.kind == "shape":
            return same_shape(cell, column.value(draft.record))
        if draft.is_new:
            return column.key in FOLLOWS and draft.record.indicator_id and says_the_same(column, draft.record, cell)
        if says_the_same(column, draft.record, cell):
            return True
        if column.kind == "text" and not column.choices:
            return False
        held = column.value(draft.record)
        return same(held, self.read(column, cell, held))


def held_words(draft, column):
    if draft.is_new or column.kind == "shape":
        return ""
    return _("Sổ ghi “%(held)s”.") % {"held": column.spell(draft.record) or _("(trống)")}


def agreed(said):
    """The one value that the columns of an attribute give; they must not contradict each other."""
    given = [(column, value) for column, value in said if value is not NOTHING]
    if not given:
        return NOTHING
    first = given[0][1]
    for column, value in given[1:]:
        if value is not first and value != first:
            raise Unclear(
                _("“%(one)s” và “%(other)s” không nói cùng một điều; sửa cả hai ô, hoặc để trống một ô.")
                % {"one": given[0][0].title, "other": column.title},
                column.key,
            )
    return first


def says_the_same(column, record, cell):
    """Does the cell spell what the record holds, in one of the portal's languages?"""
    text = cell if isinstance(cell, str) else shown(cell)
    if (label := column.label(record)) is None:
        return False
    if str(label) == text or str(column.value(record)) == text:
        return True
    for language in LANGUAGES:
        with override(language):
            if str(column.label(record)) == text:
                return True
    return False


def same(held, value):
    if isinstance(held, float) and isinstance(value, (float, Decimal)):
        return abs(held - float(value)) < 1e-9  # degrees: a tenth of a millimetre
    if isinstance(held, Decimal) and isinstance(value, Decimal):
        return same_number(held, value)
    return held == value


def reader_of(model, column):
    """The function that reads the cells of a column."""
    field = next((one for one in model._meta.fields if one.name == column.attribute), None)
    choices = [*(column.choices or {}).items(), *(getattr(field, "flatchoices", None) or ())]
    if choices:
        words = words_of(choices)
        return lambda cell: read_choice(cell, words)
    if column.kind == "yesno":
        return read_yesno
    if column.kind == "date":
        return read_day if column.precision else whole_day
    units = tuple(units_of(column)) if column.is_number else ()
    if isinstance(field, models.FloatField):
        return lambda cell: float(read_number(cell, units))
    if column.kind == "integer" or isinstance(field, models.IntegerField):
        return lambda cell: read_integer(cell, units)
    if column.is_number:
        return lambda cell: read_number(cell, units)
    if column.key in SIGNS:
        return read_sign
    if column.key in DIGITS:
        return read_digits
    lines = getattr(field, "lines", False)
    return lambda cell: read_text(cell, lines=lines)


def whole_day(cell):
    day, precision = read_day(cell)
    if precision != Precision.DAY:
        raise Unclear(_("Cột này cần một ngày đầy đủ: dd/mm/yyyy."))
    return day


def words_of(choices):
    """folded label (in each language) or code → value."""
    found = {}
    for value, label in choices:
        spellings = [str(value)]
        for language in LANGUAGES:
            with override(language):
                spellings.append(str(label))
        for text in spellings:
            if text.strip():
                found.setdefault(spelling(text), value)
    return found
