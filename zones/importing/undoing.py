"""Taking back an applied import as one action: what it changed goes back, what it added goes, the history keeps both.

Nothing is taken back when somebody has changed any of it since; the refusal names what."""

import datetime
from collections import defaultdict
from functools import cached_property

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import check_may_edit
from accounts.audit import acting
from accounts.models import RowChange
from zones.importing.facts import successor
from zones.importing.plan import correct
from zones.importing.targets import TARGETS
from zones.importing.verbs import patience, take_time, trace_of, unswept
from zones.models import FACTS, Import, Zone
from zones.recording import mark_out, record_many, withdraw_many

AROUND = datetime.timedelta(minutes=30)  # the clocks of database and server may differ
NAMED = 20
FOLLOWING = {"ledger", "version", "name_sort", "search"}  # columns that follow from others


@unswept()
def undo(imported, *, by, reason):
    """Take the whole import back; ValidationError lists what was changed since and stands in the way."""
    if not reason.strip():
        raise ValidationError({"reason": _("Nói rõ vì sao hoàn tác.")})
    why = _("Hoàn tác tệp nhập %(name)s: %(reason)s") % {"name": imported.file_name, "reason": reason.strip()}
    with patience(), transaction.atomic(), acting(by, reason=why):
        take_time()
        held = Import.objects.select_for_update().get(pk=imported.pk)
        if not Import.objects.editable_by(by).filter(pk=held.pk).exists():
            raise PermissionDenied(_("Chỉ cơ quan đã tải tệp lên được hoàn tác."))
        if held.state != Import.State.APPLIED:
            raise ValidationError(_("Chỉ hoàn tác được tệp đã ghi vào sổ."))
        target = TARGETS[held.what]
        (target.take_back or take_back)(target.model, Traces(held), by, why)
        target.after()
        held.state, held.undone_by, held.undone_at = Import.State.UNDONE, by, timezone.now()
        held.undo_reason = reason
        held.save()
    return held


def added(imported):
    """The ids of the records that an applied import added, in the order of their rows."""
    table, insert = TARGETS[imported.what].model._meta.db_table, RowChange.Action.INSERT
    found = RowChange.objects.filter(request_id=trace_of(imported), table=table, action=insert).order_by("pk")
    return [int(row) for row in found.values_list("row", flat=True)]


class Traces:
    """What an import did, as the history of rows tells it: rows added, and rows changed with what they held before."""

    def __init__(self, imported):
        when = (imported.applied_at - AROUND, imported.applied_at + AROUND)
        self.changes = list(
            RowChange.objects.filter(at__range=when, request_id=trace_of(imported))
            .exclude(table=Import._meta.db_table)
            .order_by("pk")
        )

    @cached_property
    def last(self):
        return max((change.pk for change in self.changes), default=0)

    @cached_property
    def rows(self):
        """table → the ids of all rows that were touched."""
        found = defaultdict(set)
        for change in self.changes:
            found[change.table].add(change.row)
        return found

    def added(self, model):
        table = model._meta.db_table
        return [int(one.row) for one in self.changes if one.table == table and one.action == RowChange.Action.INSERT]

    def before(self, model):
        """id → {column: value before} of the rows that were changed, without those that the import itself added."""
        table, added, found = model._meta.db_table, {str(pk) for pk in self.added(model)}, {}
        for one in self.changes:
            if one.table == table and one.action == RowChange.Action.UPDATE and one.row not in added:
                found[int(one.row)] = one.before | found.get(int(one.row), {})
        return found

    def since(self):
        """The rows of the import that somebody has changed after it: (table, id)."""
        found = set()
        for table, ids in self.rows.items():
            for some in in_parts(sorted(ids)):
                later = RowChange.objects.filter(table=table, row__in=some, pk__gt=self.last)
                found |= {(one.table, int(one.row)) for one in later if told(one)}
        return sorted(found)


def told(change):
    """Did somebody change something that does not merely follow from other rows?"""
    columns = (change.before or change.after or {}).keys()
    return any(column not in FOLLOWING and not column.startswith("now_") for column in columns)


def in_parts(values, size=5_000):
    return [values[start : start + size] for start in range(0, len(values), size)]


def take_back(model, traces, by, why):
    """All of it, in the order in which things depend on each other: facts, corrections, then what was added."""
    before = {} if model in FACTS else traces.before(model)
    added = [] if model in FACTS else held(model, traces.added(model))
    corrected = held(model, before)
    refuse_changed(model, traces, added)
    for record in [*corrected, *added]:
        check_may_edit(by, record)
    for kind in FACTS:
        if facts := held(kind, traces.added(kind)):
            withdraw_many(facts, by=by, note=why)
        if replaced := held(kind, traces.before(kind)):
            record_many([successor(fact) for fact in replaced], by=by)
    correct(model, corrected, restore(corrected, before))
    if model is Zone:
        for zone in added:
            mark_out(zone)
        correct(Zone, added, {"withdrawn", "code"})
    else:
        delete(model, [record.pk for record in added])


def held(model, ids):
    """The rows of these ids, held by this transaction, with whose they are."""
    found = []
    for some in in_parts(sorted(ids)):
        list(model.objects.filter(pk__in=some).order_by("pk").select_for_update().values_list("pk"))
        owner = model.access.agency
        found += model.objects.filter(pk__in=some).select_related(*([owner] if owner else [])).order_by("pk")
    return found


def restore(records, before):
    """Set each record to what it held before; gives the names of the fields."""
    names = set()
    for record in records:
        for field in record._meta.concrete_fields:
            column = field.column
            if column in before[record.pk] and column not in FOLLOWING and not column.startswith("now_"):
                target = field.target_field if field.is_relation else field
                value = before[record.pk][column]
                setattr(record, field.attname, None if value is None else target.to_python(str(value)))
                names.add(field.name)
    return names


def delete(model, ids):
    try:
        for some in in_parts(ids):
            model.objects.filter(pk__in=some).delete()
    except ProtectedError as error:
        raise ValidationError(standing_in_the_way(error.protected_objects)) from error


def refuse_changed(model, traces, added):
    """Nothing is undone when something of it was changed since, or something new hangs on what it added."""
    kinds = {one._meta.db_table: one for one in (model, *FACTS)}
    changed = [kinds[table].objects.filter(pk=pk).first() for table, pk in traces.since() if table in kinds]
    changed = [record or _("bản ghi đã xoá") for record in changed]
    if model is Zone and added:
        changed += hanging_on(added, traces)
    if changed:
        raise ValidationError(standing_in_the_way(changed))


def hanging_on(zones, traces):
    """What others have tied to zones that the import added."""
    found = []
    for relation in Zone._meta.related_objects:
        model, column = relation.related_model, relation.field.column
        own = {*traces.added(model), *(pk for pk, before in traces.before(model).items() if column in before)}
        for some in in_parts([zone.pk for zone in zones]):
            tied = model._base_manager.filter(**{f"{relation.field.name}__in": some}).order_by()
            found += [record for record in tied if record.pk not in own]
    return [record for record in found if not getattr(record, "withdrawn", False)]


def standing_in_the_way(records):
    """One line for each, then how many more."""
    told = [_("Không hoàn tác được: đã có thay đổi sau khi nhập.")]
    for record in list(records)[:NAMED]:
        told.append(str(record) if isinstance(record, str) else f"{record._meta.verbose_name}: {record}")
    if (more := len(list(records)) - NAMED) > 0:
        told.append(_("và %(count)s bản ghi khác.") % {"count": more})
    return told
