"""The verbs of the register: record a fact, supersede one, withdraw one; remove a record, take out a zone.

Nothing else writes facts or `now_` figures."""

from contextlib import contextmanager
from functools import lru_cache
from itertools import groupby

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F, ProtectedError, prefetch_related_objects
from django.db.models.sql import UpdateQuery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import check_may_edit
from accounts.audit import because
from accounts.models import StaleRecord
from zones.models import FACTS, Zone
from zones.models.standing import FOREVER, Ledger, standing
from zones.storing import insert

AT_ONCE = 1_000  # rows in one statement
NAMED = 5  # of what still refers to a record, as many are named in words


class FactConflict(ValidationError):
    """The fact to be superseded no longer stands, or another was recorded since; `current` is what stands now."""

    def __init__(self, current):
        self.current = current
        super().__init__(_("Số liệu này vừa được người khác ghi. Xem giá trị của họ rồi quyết định."), "stale")


class StillReferred(ValidationError):
    """Others refer to the record that should go; `records` are those of them that `user` may see."""

    def __init__(self, records, user):
        kinds = groupby(sorted(records, key=lambda one: one._meta.label), key=type)
        ids = {model: [record.pk for record in same] for model, same in kinds}
        self.records = [found for model in ids for found in model.objects.visible_to(user).filter(pk__in=ids[model])]
        names = [f"{record._meta.verbose_name} {record}" for record in self.records[:NAMED]]
        if unnamed := sum(map(len, ids.values())) - len(names):
            names.append(str(_("%(count)s bản ghi khác") % {"count": unnamed}))
        super().__init__(_("Còn bản ghi gắn với bản ghi này: %(names)s.") % {"names": "; ".join(names)}, "protected")


@contextmanager
def ledgers(zone_ids):
    """Hold these zones so that two writers of a ledger take turns, and bring their figures up to date at the end.

    Gives {id: zone}, each as it now stands; always taken in the same order. A city's published figure has no zone:
    there `close` decides who was first."""
    ids = {pk for pk in zone_ids if pk is not None}
    with transaction.atomic():
        yield {zone.pk: zone for zone in Zone.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
        refresh(ids)


def record(fact, *, by, supersedes=None, seen=None):
    """Add `fact` to the ledger as recorded by `by`.

    `supersedes`: the fact that it corrects; from the new fact's day on, the old one no longer counts. `seen`: the
    greatest id of the same subject's facts that the writer had in view; FactConflict when there are newer ones."""
    with ledgers([fact.zone_id]) as zones:
        enter(fact, zones, by=by, supersedes=supersedes, seen=seen)
    return fact


def enter(fact, zones, *, by, supersedes=None, seen=None):
    """`record` inside of `ledgers`, for many facts at once."""
    fact.zone = zones.get(fact.zone_id)
    check_may_edit(by, fact)
    fact.recorded_by, fact.recorded_at = by, timezone.now()
    fact.full_clean(exclude=["origin", "zone", "recorded_by"])
    standing_now = fact.same_subject().in_force()
    if seen is not None and (newer := standing_now.filter(pk__gt=seen).last()):
        raise FactConflict(newer)
    if supersedes is not None and not standing_now.filter(pk=supersedes.pk).exists():
        raise FactConflict(heir(supersedes) or standing_now.best_first().first())
    because(fact.note)
    fact.save(force_insert=True)
    if supersedes is not None and not close(
        type(fact).objects.filter(pk=supersedes.pk), fact.as_of, superseded_by=fact
    ):
        raise FactConflict(heir(supersedes) or standing_now.exclude(pk=fact.pk).best_first().first())


def withdraw(fact, *, by, note):
    """Take back a fact that never was true; it stays readable, with the reason in its history."""
    with ledgers([fact.zone_id]) as zones:
        retract(fact, zones, by=by, note=note)


def retract(fact, zones, *, by, note):
    """`withdraw` inside of `ledgers`, for many facts at once."""
    fact.zone = zones.get(fact.zone_id)
    check_may_edit(by, fact)
    if not note.strip():
        raise ValidationError({"note": _("Nói rõ vì sao rút số liệu này.")})
    because(note)
    if not close(type(fact).objects.filter(pk=fact.pk), fact.as_of):
        raise FactConflict(heir(fact) or fact.same_subject().in_force().best_first().first())


@transaction.atomic
def remove(record, *, by, reason=""):
    """Delete a record that was put down wrongly, as it was read; of a zone the rows stay, and a reason must be given.

    StaleRecord when someone corrected it since; StillReferred when others hang on it. The history keeps it all."""
    if isinstance(record, Zone):
        return take_out(record, by=by, note=reason)
    check_may_edit(by, record)
    because(reason)
    if not type(record).objects.select_for_update().filter(pk=record.pk, version=record.version).exists():
        raise StaleRecord
    try:
        record.delete()
    except ProtectedError as error:
        raise StillReferred(error.protected_objects, by) from error


@transaction.atomic
def take_out(zone, *, by, note):
    """Take a zone and all that is said about it out of the register; rows stay for the history, its code is free."""
    check_may_edit(by, zone)
    if not note.strip():
        raise ValidationError({"reason": _("Nói rõ vì sao rút khu này khỏi sổ.")})
    if referring := [*zone.parts.filter(withdrawn=False), *zone.arriving.all()]:
        raise StillReferred(referring, by)
    because(note)
    mark_out(zone)
    zone.save()


def mark_out(zone):
    """What is out of the register gives its code back."""
    zone.withdrawn, zone.code = True, f"{zone.code[:24]}-RUT-{zone.pk}"


def heir(fact):
    """What stands where this fact stood, after however many corrections; None when it was taken back."""
    last = type(fact).objects.get(pk=fact.pk)
    while last.superseded_by_id:
        last = last.superseded_by
    return None if last.superseded_at or last == fact else last


def close(facts, day, superseded_by=None):
    return facts.filter(superseded_at__isnull=True).update(
        superseded_by=superseded_by, superseded_at=timezone.now(), superseded_as_of=day
    )


def record_many(facts, *, by=None, superseding=()):
    """Add many checked facts at once (loading, importing); `origin` tells apart what was already loaded.

    `superseding`: (id of a fact, the one of `facts` that corrects it); FactConflict when one no longer stands."""
    facts = list(facts)
    with ledgers(fact.zone_id for fact in facts):
        for model in FACTS:
            own = [fact for fact in facts if type(fact) is model]
            for fact in own:
                fact.recorded_by_id = by and by.pk
            insert(own)
            close_many(model, {old: new for old, new in superseding if type(new) is model})


def close_many(model, heirs):
    """Each of these facts (by id) gives way to its heir, or to nothing where that is None."""
    standing_now, now = model.objects.select_for_update().in_bulk(heirs), timezone.now()
    for pk, new in heirs.items():
        fact = standing_now.get(pk)
        if fact is None or fact.superseded_at:
            raise FactConflict(fact and heir(fact))
        fact.superseded_by, fact.superseded_at = new, now
        fact.superseded_as_of = new.as_of if new else fact.as_of
    closed = ["superseded_by", "superseded_at", "superseded_as_of"]
    model.objects.bulk_create(
        standing_now.values(), AT_ONCE, update_conflicts=True, unique_fields=["id"], update_fields=closed
    )


def withdraw_many(facts, *, by, note):
    """`withdraw` for many facts at once, by one person and for one reason."""
    with ledgers(fact.zone_id for fact in facts) as zones:
        because(note)
        prefetch_related_objects(list(zones.values()), "managing_agency")
        for fact in facts:
            fact.zone = zones.get(fact.zone_id)
            check_may_edit(by, fact)
        for model in FACTS:
            close_many(model, {fact.pk: None for fact in facts if type(fact) is model})


def refresh(ids):
    """Bring the stored figures of these zones to what the ledger says, in the database itself."""
    ids = sorted(pk for pk in ids if pk is not None)
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        sql, params = refreshing(connection.vendor, len(some))
        with connection.cursor() as cursor:
            cursor.execute(sql, [*params, *some])


@lru_cache(maxsize=8)
def refreshing(vendor, zones):
    """The statement of `refresh` for so many zones, up to their ids, which come last; it takes longer to make than to
    ask."""
    figures = {f"now_{name}": figure for name, figure in standing(Ledger(FOREVER, None)).items()}
    query = Zone.objects.filter(pk__in=range(zones)).query.chain(UpdateQuery)
    query.add_update_values({**figures, "ledger": F("ledger") + 1})
    sql, params = query.get_compiler(connection=connection).as_sql()
    return sql, params[:-zones]
