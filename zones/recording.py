"""The verbs of the ledger: record a fact, supersede one, withdraw one. Nothing else writes facts or `now_` figures."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import check_may_edit
from accounts.audit import because
from zones.models import FACTS, Zone
from zones.models.standing import FIGURES, FOREVER, Ledger


class FactConflict(ValidationError):
    """The fact to be superseded no longer stands, or another was recorded since; `current` is what stands now."""

    def __init__(self, current):
        self.current = current
        super().__init__(_("Số liệu này vừa được người khác ghi. Xem giá trị của họ rồi quyết định."), "stale")


@transaction.atomic
def record(fact, *, by, supersedes=None, seen=None):
    """Add `fact` to the ledger as recorded by `by`.

    `supersedes`: the fact that it corrects; from the new fact's day on, the old one no longer counts. `seen`: the
    greatest id of the same subject's facts that the writer had in view; FactConflict when there are newer ones."""
    lock(fact)
    check_may_edit(by, fact)
    fact.recorded_by, fact.recorded_at = by, timezone.now()
    fact.full_clean(exclude=["origin"])
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
    refresh([fact.zone_id])
    return fact


@transaction.atomic
def withdraw(fact, *, by, note):
    """Take back a fact that never was true; it stays readable, with the reason in its history."""
    lock(fact)
    check_may_edit(by, fact)
    if not note.strip():
        raise ValidationError({"note": _("Nói rõ vì sao rút số liệu này.")})
    because(note)
    if not close(type(fact).objects.filter(pk=fact.pk), fact.as_of):
        raise FactConflict(heir(fact) or fact.same_subject().in_force().best_first().first())
    refresh([fact.zone_id])


@transaction.atomic
def take_out(zone, *, by, note):
    """Take a zone and all that is said about it out of the register; rows stay for the history, its code is free."""
    check_may_edit(by, zone)
    if not note.strip():
        raise ValidationError({"note": _("Nói rõ vì sao rút khu này khỏi sổ.")})
    if zone.parts.filter(withdrawn=False).exists() or zone.arriving.exists():
        raise ValidationError(_("Còn khu khác hoặc cơ sở di dời gắn với khu này."))
    because(note)
    zone.withdrawn, zone.code = True, f"{zone.code[:24]}-RUT-{zone.pk}"
    zone.save()


def lock(fact):
    """Hold the zone's row so that two writers of its ledger take turns, and let the fact see it as it now stands.

    A city's published figure has no zone: there `close` decides who was first."""
    if fact.zone_id:
        fact.zone = Zone.objects.select_for_update().get(pk=fact.zone_id)


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


@transaction.atomic
def record_many(facts, *, by=None):
    """Add many checked facts at once (loading, importing); `origin` tells apart what was already loaded."""
    facts = list(facts)
    ids = sorted({fact.zone_id for fact in facts if fact.zone_id})
    list(Zone.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
    for model in FACTS:
        own = [fact for fact in facts if type(fact) is model]
        for fact in own:
            fact.recorded_by = by
        model.objects.bulk_create(own, batch_size=500)
    refresh(ids)


def refresh(ids):
    """Bring the stored figures of these zones to what the ledger says; touch only those that differ."""
    ids = [pk for pk in ids if pk is not None]
    changed = []
    for zone in Zone.objects.filter(pk__in=ids).reckoned(Ledger(FOREVER, None)):
        fresh = {name: getattr(zone, name) for name in FIGURES}
        if any(getattr(zone, f"now_{name}") != value for name, value in fresh.items()):
            for name, value in fresh.items():
                setattr(zone, f"now_{name}", value)
            changed.append(zone)
    Zone.objects.bulk_update(changed, [f"now_{name}" for name in FIGURES], batch_size=200)
    Zone.objects.filter(pk__in=ids).update(ledger=F("ledger") + 1)
