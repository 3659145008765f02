"""The figures of the progress report of one city on a cut-off day; page and files read the same `Progress`."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import prefetch_visible
from accounts.models import Agency
from reports.figures import ENDED, Overview, in_register, overview, rests_on, short
from zones.models import Document, ZoneArea, ZoneStatus
from zones.models.fact import dated
from zones.models.standing import FOREVER
from zones.models.zone import ZoneKind


@dataclass(frozen=True)
class Entry:
    """One zone in the full list: its headline area and what that rests on (its status, when it has no area)."""

    code: str
    name: str
    kind: str
    status: str
    agency: str
    area_ha: Decimal | None
    area_kind: str
    basis: str
    day: str


@dataclass(frozen=True)
class Value:
    """One value of a figure about which sources differ."""

    value_ha: Decimal
    day: str
    source: str


@dataclass(frozen=True)
class Disagreement:
    """One kind of area of one zone: the value that the register uses, and what others say."""

    zone: str
    kind: str
    used: Value
    others: tuple[Value, ...]


@dataclass(frozen=True)
class Wanting:
    """What an agency has to add: how many of its zones lack an area, how many lack any document."""

    agency: str
    area: int
    decision: int


@dataclass(frozen=True)
class Progress:
    """`stopped`: suspended or late zones. `unfounded`: clusters that operate while no establishment is on record."""

    city: str
    cutoff_on: datetime.date
    known: datetime.datetime | None
    issuer: Agency | None
    overview: Overview
    entries: tuple[Entry, ...]
    stopped: tuple[Entry, ...]
    unfounded: tuple[Entry, ...]
    disagreements: tuple[Disagreement, ...]
    wanting: tuple[Wanting, ...]


def progress(user, city, on=None, known=None):
    """The progress of `city` on the day `on` (None: today), as known at `known` (None: now), as `user` may see it."""
    zones = list(in_register(user, city).on(on, known).select_related("managing_agency").order_by("name_sort", "pk"))
    areas, statuses = facts_by_zone(ZoneArea, user, city, on, known), facts_by_zone(ZoneStatus, user, city, on, known)
    entries = {zone.pk: entry(zone, areas.get(zone.pk, []), statuses.get(zone.pk, [])) for zone in zones}

    def chosen(fits):
        return tuple(entries[zone.pk] for zone in zones if fits(zone))

    return Progress(
        city=city,
        cutoff_on=on or timezone.localdate(),
        known=known,
        issuer=user.agency if speaks_for(user.agency, city) else None,
        overview=overview(user, city, on, known),
        entries=tuple(entries.values()),
        stopped=chosen(lambda zone: zone.status == ZoneStatus.Main.SUSPENDED),
        unfounded=chosen(operates_unfounded),
        disagreements=tuple(found for zone in zones for found in disagreements(zone, areas.get(zone.pk, []))),
        wanting=wanting(zones),
    )


def speaks_for(agency, city):
    """Does this agency report to the People's Committee of `city`?"""
    return bool(agency) and agency.city == city and agency.kind in (Agency.Kind.DEPARTMENT, Agency.Kind.BOARD)


def operates_unfounded(zone):
    return zone.kind == ZoneKind.CCN and zone.operating and not zone.established and zone.status not in ENDED


def facts_by_zone(model, user, city, on, known):
    """The facts of whole zones that hold on the day, the most trusted first, by zone."""
    found = model.objects.visible_to(user).filter(zone__city=city, phase__isnull=True).on(on or FOREVER, known)
    by_zone = {}
    for fact in found.best_first("zone").prefetch_related(prefetch_visible("document", Document, user)):
        by_zone.setdefault(fact.zone_id, []).append(fact)
    return by_zone


def entry(zone, areas, statuses):
    ground = next((fact for fact in [*areas, *statuses] if is_ground(fact, zone)), None)
    return Entry(
        code=zone.code,
        name=zone.name,
        kind=zone.kind,
        status=str(ZoneStatus.Main(zone.status).label) if zone.status else _("Chưa rõ tình trạng"),
        agency=zone.managing_agency.name,
        area_ha=zone.area_ha,
        area_kind=str(ZoneArea.Kind(zone.area_kind).label) if zone.area_kind else "",
        basis=named(ground) if ground else "",
        day=dated(ground) if ground else "",
    )


def is_ground(fact, zone):
    """Is this the fact that the headline area rests on, or the status of a zone without an area?"""
    if zone.area_kind:
        return isinstance(fact, ZoneArea) and fact.kind == zone.area_kind
    return isinstance(fact, ZoneStatus) and fact.aspect == ZoneStatus.Aspect.MAIN and fact.value == zone.status


def named(fact):
    return short(rests_on(fact))


def disagreements(zone, areas):
    """The kinds of area of one zone about which sources differ; `areas` come the most trusted first."""
    by_kind = {}
    for fact in areas:
        by_kind.setdefault(fact.kind, []).append(fact)
    for kind, facts in by_kind.items():
        used, others = facts[0], [fact for fact in facts if fact.value_ha != facts[0].value_ha]
        if others:
            values = tuple(Value(fact.value_ha, dated(fact), named(fact)) for fact in others)
            mine = Value(used.value_ha, dated(used), named(used))
            yield Disagreement(zone.name, str(ZoneArea.Kind(kind).label), mine, values)


def wanting(zones):
    """Agencies with zones that lack an area or a document, those with most to do first."""
    lacking = {}
    for zone in zones:
        area, decision = lacking.get(zone.managing_agency.name, (0, 0))
        lacking[zone.managing_agency.name] = (area + (zone.area_ha is None), decision + (not zone.has_decision))
    found = [Wanting(agency, *numbers) for agency, numbers in lacking.items() if any(numbers)]
    return tuple(sorted(found, key=lambda one: (-one.area - one.decision, one.agency)))
