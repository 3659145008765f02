"""Bring rows of a file into the register without ever undoing what people have corrected since."""

from functools import cached_property

from django.core.exceptions import ValidationError

from accounts.models import RowChange


class Past:
    """What the row history knows about a table: what was put in under which key, and what people have corrected."""

    def __init__(self, model, key, columns):
        self.changes = RowChange.objects.filter(table=model._meta.db_table)
        self.key, self.columns = key, {model._meta.get_field(name).column for name in columns}

    @cached_property
    def entered(self):
        """Key as it was at first → id of the row."""
        inserts = self.changes.filter(action=RowChange.Action.INSERT).values_list("after", "row")
        return {tuple(text(after[column]) for column in self.key): int(row) for after, row in inserts}

    @cached_property
    def corrected(self):
        """The ids of rows in which somebody has changed one of `columns`."""
        updates = self.changes.filter(action=RowChange.Action.UPDATE, actor__isnull=False).values_list("before", "row")
        return {int(row) for before, row in updates if self.columns & before.keys()}


def text(value):
    return None if value is None else str(value)


def store(line, wanted, key, columns):
    """Store (row of the file, unsaved record) pairs; counts each on `line` and returns (record, outcome) pairs.

    `key`: columns that tell records apart. `columns`: fields that the file gives. A record that people have renamed is
    found by the key under which it was first entered; one that they deleted stays away and comes back as None."""
    if not wanted:
        return []
    model = type(wanted[0][1])
    past = Past(model, key, columns)
    stored = {key_of(record, key): record for record in model.objects.all()}
    by_id = {record.pk: record for record in stored.values()}
    results = []
    for row, record in wanted:
        clean(row, record, columns)
        name = key_of(record, key)
        if name not in stored and name in past.entered:
            results.append((by_id.get(past.entered[name]), "kept"))
        else:
            results.append(settle(stored.get(name), record, columns, past))
            stored[name] = results[-1][0]
        line.count(results[-1][1])
    return results


def settle(found, record, columns, past):
    """Save `record`, or bring `found` up to it unless people have corrected it; returns (record, outcome)."""
    if found is None:
        record.save()
        return record, "created"
    fresh = {name: getattr(record, name) for name in (record._meta.get_field(name).attname for name in columns)}
    if all(getattr(found, name) == value for name, value in fresh.items()):
        return found, "unchanged"
    if found.pk in past.corrected:
        return found, "kept"
    for name, value in fresh.items():
        setattr(found, name, value)
    found.save()
    return found, "updated"


def key_of(record, key):
    return tuple(text(getattr(record, column)) for column in key)


def clean(row, record, columns):
    """Put every given value through its field, as a form would."""
    for name in columns:
        field = record._meta.get_field(name)
        if not field.is_relation:
            try:
                setattr(record, name, field.clean(getattr(record, name), record))
            except ValidationError as error:
                raise row.bad(name, " ".join(error.messages)) from None
