"""What rows held that are deleted or hidden by now, as far as rights and names hang on it: read from the history."""

from collections import defaultdict

from django.db.models import Q

from accounts.access import NOBODY
from accounts.models import RowChange


def paths_of(access):
    """Every lookup path on which a right hangs."""
    own = [path for path in (access.city, access.agency, access.publicity, access.withdrawn) if path]
    return own + (paths_of(access.within) if access.within else [])


def heads(paths):
    return {path.partition("__")[0] for path in paths}


def through(paths):
    """The lookup paths by model, and with them what is left of each for the records that it leads through."""
    found = {model: set(own) for model, own in paths.items()}
    ahead = [(model, path) for model, own in found.items() for path in own]
    for model, path in ahead:
        head, _dots, tail = path.partition("__")
        if tail:
            related = model._meta.get_field(head).related_model
            found.setdefault(related, set()).add(tail)
            ahead.append((related, tail))
    return found


class Past:
    """The last values of rows, and with the history of their updates those before any change.

    `rows`: ids by model; `paths`: the lookup paths that will be asked for, by model. The records that a path leads
    through are loaded with them, a model at a time, never a row at a time."""

    def __init__(self, rows, paths, *, with_changes):
        self.last, self.gone, self.updates = {}, set(), defaultdict(list)
        self.paths, self.with_changes = through(paths), with_changes
        while rows:
            self.load(rows)
            rows = self.led_to(rows)

    def load(self, rows):
        """The last values of `rows`: those that are stored, or those with which the row was deleted."""
        absent = NOBODY
        for model, ids in rows.items():
            stored = {
                row["pk"]: row for row in model._base_manager.filter(pk__in=ids).values("pk", *self.columns(model))
            }
            self.last |= {(model, pk): row for pk, row in stored.items()}
            if missing := ids - stored.keys():
                absent |= Q(table=model._meta.db_table, row__in=[str(pk) for pk in missing])
        tables = {model._meta.db_table: model for model in rows}
        if absent is not NOBODY:
            for change in RowChange.objects.filter(absent, action=RowChange.Action.DELETE).order_by("pk"):
                row = tables[change.table], int(change.row)
                self.last[row] = change.before
                self.gone.add(row)
        if self.with_changes:
            self.load_updates(rows, tables)

    def load_updates(self, rows, tables):
        touched = NOBODY
        for model, ids in rows.items():
            ids = [str(pk) for pk in ids]
            touched |= Q(table=model._meta.db_table, row__in=ids, before__has_any_keys=self.columns(model))
        updates = RowChange.objects.filter(touched, action=RowChange.Action.UPDATE).order_by("-tx", "-pk")
        for change in updates.only("tx", "table", "row", "before"):
            self.updates[tables[change.table], int(change.row)].append(change)

    def led_to(self, rows):
        """The records that the paths lead through next."""
        further = defaultdict(set)
        for model, ids in rows.items():
            for head in heads(path for path in self.paths[model] if "__" in path):
                field = model._meta.get_field(head)
                further[field.related_model] |= self.ever_held(model, ids, field.attname)
        unknown = {model: {pk for pk in ids if (model, pk) not in self.last} for model, ids in further.items()}
        return {model: ids for model, ids in unknown.items() if ids}

    def ever_held(self, model, ids, column):
        held = {self.last[model, pk].get(column) for pk in ids if (model, pk) in self.last}
        held |= {change.before[column] for pk in ids for change in self.updates[model, pk] if column in change.before}
        return held - {None}

    def columns(self, model):
        return [model._meta.get_field(head).attname for head in sorted(heads(self.paths[model])) if head != "pk"]

    def is_gone(self, model, pk):
        return (model, pk) in self.gone

    def held(self, model, pk, column, before):
        """The value of a column at the end, or just before the change `before`."""
        value = self.last.get((model, pk), {}).get(column)
        for change in self.updates[model, pk] if before else ():
            if (change.tx, change.pk) < (before.tx, before.pk):
                break
            value = change.before.get(column, value)
        return value

    def value(self, model, pk, path, before=None):
        """What stood at the lookup path `path` of a row."""
        head, _dots, tail = path.partition("__")
        if head == "pk":
            return pk
        field = model._meta.get_field(head)
        value = self.held(model, pk, field.attname, before)
        return self.value(field.related_model, value, tail, before) if tail and value is not None else value

    def values(self, model, pk, paths, before=None):
        return [self.value(model, pk, path, before) for path in paths]
