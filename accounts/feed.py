"""The feed of changes: every write to the register, in an order in which nothing comes late, for whoever may see it.

It is the row history (accounts/audit.py) read in the order of transactions (RowChange.settled). An entry names a record
and the fields that changed, no values: the reader fetches the record through its own endpoint, by its own rights."""

import re
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus

from django.db import models
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError

from accounts.access import holds, seen_by
from accounts.audit import watched_models
from accounts.history import told_fields
from accounts.models import RowChange
from accounts.past import Past, heads, paths_of
from accounts.rest import Problem

BEGINNING, NOW = "0", "now"
CURSOR = re.compile(r"(-?[0-9]{1,18})\.([0-9]{1,18})\.([0-9]{1,18})")
LOOKED_AT = MOST = 1_000
GIVEN = 200
INSERT, UPDATE, DELETE = RowChange.Action.values


class CursorGone(Problem):
    """The place in the feed is not in this history: a backup was restored."""

    status_code = HTTPStatus.GONE
    default_detail = _("Mốc này không còn trong lịch sử (dữ liệu đã được khôi phục từ bản sao lưu). Đọc lại từ đầu.")


@dataclass(frozen=True)
class Page:
    """A stretch of the feed. `next` continues it, also when nothing was in it; `more`: there is something to read."""

    results: list
    next: str
    more: bool


# What the feed tells of -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kind:
    """A kind of record that can be read over REST; `name` is its address behind /api/v1/."""

    name: str
    model: type[models.Model]
    lookup: str
    route: str

    def address(self, key):
        return reverse(self.route, kwargs={self.lookup: key})


@dataclass(frozen=True)
class Source:
    """A table that the feed reads: its rows are records of `kind`, or belong to one and are told as changes of it."""

    model: type[models.Model]
    kind: Kind
    owner: str = ""

    @property
    def keys(self):
        """Lookup paths: what a row is called, and the zone that it belongs to."""
        key = f"{self.owner}__{self.kind.lookup}" if self.owner else self.kind.lookup
        return [key, *(["zone__code"] if "zone" in heads(paths_of(self.model.access)) and not self.owner else [])]

    @property
    def changed(self):
        """What a row that comes or goes changes in the record that it belongs to."""
        return [self.model._meta.get_field(self.owner).remote_field.get_accessor_name()] if self.owner else []


@cache
def kinds():
    """name → Kind: every record with an endpoint of its own and a rule for who may see it.

    What has no such rule (people, keys, imports) is nobody's to follow."""
    found = {}
    for view, route in endpoints(get_resolver().url_patterns):
        access = getattr(getattr(view, "model", None), "access", None)
        if access and (access.city or access.reference):
            path = reverse(route.replace("-detail", "-list"))
            name = path.partition("/v1/")[2]
            found[name] = Kind(name, view.model, view.lookup_field, route)
    return found


def endpoints(patterns):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from endpoints(pattern.url_patterns)
        elif (pattern.name or "").startswith("api-") and pattern.name.endswith("-detail"):
            yield pattern.callback.cls, pattern.name


@cache
def sources():
    """table → Source."""
    by_model = {kind.model: kind for kind in kinds().values()}
    found = {model._meta.db_table: Source(model, kind) for model, kind in by_model.items()}
    for model in watched_models():
        owner, _dots, inside = model.access.city.partition("__") if hasattr(model, "access") else ("", "", "")
        if inside and model not in by_model and (kind := by_model.get(model._meta.get_field(owner).related_model)):
            found[model._meta.db_table] = Source(model, kind, owner)
    return found


# Places ---------------------------------------------------------------------------------------------------------------


def cursor_of(change):
    """The place behind `change`, which is named by its moment too: after a restore another may have its number."""
    return f"{change.tx}.{change.pk}.{stamp(change)}"


def stamp(change):
    return int(change.at.timestamp()) * 1_000_000 + change.at.microsecond


def place_of(cursor):
    """(tx, id) of a cursor; CursorGone when the history has no such row."""
    if cursor == BEGINNING:
        return None
    if not (match := CURSOR.fullmatch(cursor)):
        raise ValidationError({"since": [_("Không phải mốc do cổng này cấp.")]})
    tx, pk, at = map(int, match.groups())
    change = RowChange.objects.filter(pk=pk, tx=tx).only("at", "tx").first()
    if change is None or stamp(change) != at:
        raise CursorGone
    return tx, pk


# Reading --------------------------------------------------------------------------------------------------------------


def read(user, since=BEGINNING, *, limit=GIVEN, names=()):
    """The Page behind the cursor `since`: at most `limit` entries of the kinds in `names` (all when empty).

    It looks through a bounded stretch of the history, so a page may be empty and still have `more` behind it."""
    history = RowChange.objects.settled().defer("after", "reason")
    if since == NOW:
        last = history.reverse().first()
        return Page([], cursor_of(last) if last else BEGINNING, False)
    if place := place_of(since):
        history = history.after(*place)
    changes = list(history[:LOOKED_AT])
    wanted = {table: source for table, source in sources().items() if not names or source.kind.name in names}
    telling = Telling(user, [change for change in changes if change.table in wanted])
    results, last = [], None
    for last in changes:
        if entry := telling.entry(last):
            results.append(entry)
            if len(results) == limit:
                break
    more = len(changes) == LOOKED_AT or (last is not None and last is not changes[-1])
    return Page(results, cursor_of(last) if last else since, more)


class Telling:
    """What one reader may be told of some changes: asked for all of them at once, a few statements for each table.

    A record is told of when the reader may see it now; a deleted one when its last values may be seen. The change that
    took a record out of the reader's sight (withdrawn, made restricted, moved) is told as its end, with the name that
    it had until then."""

    def __init__(self, user, changes):
        self.user, self.changes = user, {change.pk for change in changes}
        rows = {}
        for change in changes:
            rows.setdefault(change.table, set()).add(int(change.row))
        self.seen = {table: self.visible(sources()[table], ids) for table, ids in rows.items()}
        hidden = {sources()[table].model: ids - self.seen[table].keys() for table, ids in rows.items()}
        paths = {source.model: [*paths_of(source.model.access), *source.keys] for source in sources().values()}
        taken = any(self.may_have_taken(change) for change in changes)
        self.past = Past({model: ids for model, ids in hidden.items() if ids}, paths, with_changes=taken)

    def visible(self, source, ids):
        """id → keys of the rows that the reader may see now."""
        rows = source.model._default_manager.visible_to(self.user).filter(pk__in=ids)
        return {pk: keys for pk, *keys in rows.values_list("pk", *source.keys)}

    def may_have_taken(self, change):
        """Did this change touch what a right hangs on, in a row that the reader does not see now?"""
        source = sources()[change.table]
        if change.action != UPDATE or source.owner or int(change.row) in self.seen[change.table]:
            return False
        return any(source.model._meta.get_field(head).attname in change.before for head in rights_of(source.model))

    def entry(self, change):
        """The change as the feed tells it, or None."""
        if change.pk not in self.changes:
            return None
        source, pk = sources()[change.table], int(change.row)
        if keys := self.seen[change.table].get(pk):
            return told(change, source, keys, here=True)
        if self.past.is_gone(source.model, pk) and self.could_see(source.model, pk):
            return told(change, source, self.past.values(source.model, pk, source.keys), here=bool(source.owner))
        if self.may_have_taken(change) and self.could_see(source.model, pk, change):
            return told(change, source, self.past.values(source.model, pk, source.keys, change), action=DELETE)
        return None

    def could_see(self, model, pk, before=None):
        """Would the reader see what the row held last, or just before a change?"""
        condition = seen_by(self.user, model.access)
        return holds(condition, lambda path: self.past.value(model, pk, path, before))


def rights_of(model):
    """The model's own columns on which a right hangs."""
    return heads(paths_of(model.access))


def told(change, source, keys, *, here=False, action=None):
    """One entry of the feed."""
    key, zone = keys[0], keys[1] if len(keys) > 1 else None
    action = UPDATE if source.owner else action or change.action
    return {
        "cursor": cursor_of(change),
        "at": timezone.localtime(change.at).isoformat(),
        "what": source.kind.name,
        "key": str(key),
        "zone": zone,
        "action": action,
        "changed": source.changed or changed_fields(change, source.model, action),
        "request_id": change.request_id,
        "link": source.kind.address(key) if here and action != DELETE else None,
    }


def changed_fields(change, model, action):
    """The names of the fields that an update changed; columns that only repeat others are left out."""
    return [field.name for field in told_fields(model) if field.column in change.before] if action == UPDATE else []
