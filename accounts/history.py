"""Row history in words: what was changed from what to what, as the page of the changed record shows it."""

import datetime
from dataclasses import dataclass
from itertools import groupby

from django.core.paginator import Paginator
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from accounts.audit import watched_models
from accounts.models import RowChange
from accounts.templatetags.portal import number

ROWS_A_PAGE = 30
# Columns that no form offers but that tell a reader something; other such columns only repeat what stands elsewhere.
TELLING = {"superseded_at", "superseded_as_of", "retracted_at", "retracted_note", "file_name", "file_sha256"}
# Columns that say which row it is.
NAMING = {
    "name",
    "number",
    "kind",
    "code",
    "aspect",
    "indicator",
    "value",
    "value_ha",
    "value_text",
    "unit",
    "developer",
}
NAMING |= {"numerator_ha", "denominator_ha", "stated_pct", "other", "event", "on", "start_on", "length", "label"}
NAMING |= {"due_on"}
LONG = 300  # characters of one value; the whole text stands on the page of the record
DONE = {"insert": _("Thêm %(what)s"), "update": _("Sửa %(what)s"), "delete": _("Xoá %(what)s")}


@dataclass(frozen=True)
class Event:
    """What one person did in one go: `rows` are (words, [(label, before, after)], shown at once)."""

    at: datetime.datetime
    who: object
    reason: str
    rows: list


def history_page(changes, user, wanted, untold=()):
    """One page of `changes` (RowChange rows, newest first): the Page and its events in words for `user`.

    `untold`: the fields of records that this reader is not told, as (model, name)."""
    page = Paginator(changes, ROWS_A_PAGE).get_page(wanted)
    return {"page": page, "events": events(list(page), user, untold)}


def events(changes, user, untold=()):
    tables = {model._meta.db_table: model for model in watched_models()}
    names = names_of(changes, tables, user)
    found = []
    for _request, group in groupby(
        changes, key=lambda change: (change.request_id or change.pk, change.actor_id, change.reason)
    ):
        group = list(group)
        rows = [row for change in group if (row := told(change, tables[change.table], names, untold))]
        if rows:
            found.append(Event(group[0].at, group[0].actor, group[0].reason, rows))
    return found


def told(change, model, names, untold):
    """("Sửa khu, cụm: …", changes, shown at once); None when only columns changed that repeat others."""
    before, after = change.before or {}, change.after or {}
    changed = []
    for field in told_fields(model):
        old, new = (in_words(field, values.get(field.column), names) for values in (before, after))
        if old != new and (model, field.name) not in untold:
            old, new = (Truncator(words).chars(LONG) for words in (old, new))
            changed.append((field.verbose_name, old, new))
    if not changed:
        return None
    updated = change.action == RowChange.Action.UPDATE
    words = DONE[change.action] % {"what": model._meta.verbose_name}
    return f"{words}: {called(change, model, names)}", changed, updated


def called(change, model, names):
    """Which row it is: by its present name when it was changed, by what it held when it was added or removed."""
    if change.action == RowChange.Action.UPDATE:
        return names.get((model, int(change.row)), change.row)
    held, named = change.after or change.before, NAMING.union(getattr(model, "NAMING", ()))
    words = (in_words(field, held.get(field.column), names) for field in told_fields(model) if field.name in named)
    return " · ".join(word for word in words if word)


def told_fields(model):
    return [
        field
        for field in model._meta.concrete_fields
        if (field.editable and not field.primary_key) or field.name in TELLING.union(getattr(model, "TELLING", ()))
    ]


def names_of(changes, tables, user):
    """What the ids in `changes` stand for: (model, id) → name; a record that `user` may not see has none."""
    wanted = {}
    for change in changes:
        if change.action == RowChange.Action.UPDATE:
            wanted.setdefault(tables[change.table], set()).add(int(change.row))
        for field in told_fields(tables[change.table]):
            if field.is_relation:
                ids = {values.get(field.column) for values in (change.before or {}, change.after or {})} - {None}
                wanted.setdefault(field.related_model, set()).update(ids)
    found = {model: model.objects.visible_to(user).select_related().in_bulk(ids) for model, ids in wanted.items()}
    return {(model, pk): str(record) for model, records in found.items() for pk, record in records.items()}


def in_words(field, value, names):
    """A stored value as the page writes it; "" for nothing."""
    if value is None or value == "":
        return ""
    if field.is_relation:
        return names.get((field.related_model, value), _("bản ghi hạn chế"))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return WORDS.get(type(field), str)(value)


def day_in_words(value):
    return date_format(parse_date(str(value)), "d/m/Y")


def moment_in_words(value):
    moment = parse_datetime(str(value))
    return date_format(
        timezone.localtime(moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)), "d/m/Y H:i"
    )


WORDS = {
    models.DateField: day_in_words,
    models.DateTimeField: moment_in_words,
    models.DecimalField: number,
    models.FloatField: str,
    models.BooleanField: lambda value: str(_("Có") if value else _("Không")),
    models.JSONField: lambda value: str(_("toạ độ đã nộp")),
}


def removed(tables, **held):
    """(table, id) of the rows that were deleted from `tables` while their columns held these values."""
    gone = RowChange.objects.filter(table__in=tables, action=RowChange.Action.DELETE)
    return list(
        gone.filter(**{f"before__{column}": value for column, value in held.items()}).values_list("table", "row")
    )


def last_change(record):
    """The newest change of a record, with who made it."""
    return RowChange.objects.of(record).first()
