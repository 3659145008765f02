"""All that the register says of one zone on a day, and what each statement rests on. The zone's page reads it.

A fixed number of queries, however many facts there are. What the reader may not see (a document, a related zone) is
not there; a statement that rests on a hidden document says only that."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from django.db.models import Q, Value

from accounts.history import removed
from accounts.models import RowChange
from zones.models import (
    FACTS,
    Boundary,
    DeveloperShare,
    LandUse,
    Measurement,
    Occupancy,
    Phase,
    TenantProject,
    UnitSuccession,
    Zone,
    ZoneArea,
    ZoneStatus,
    ZoneUnit,
)
from zones.statements import MEASUREMENTS_SHOWN, Further, Statement, read_further, read_statements

TENANTS_SHOWN = 20


@dataclass(frozen=True)
class Group:
    """The statements on one subject: those that hold, best first, and those that were superseded or withdrawn."""

    label: str
    holding: list[Statement]
    gone: list[Statement]

    @property
    def used(self):
        return self.holding[0] if self.holding else None


@dataclass(frozen=True)
class Balance:
    """The land-use lines in use and whether they add up to the zone's area."""

    lines: list[Group]
    sum_ha: Decimal
    whole_ha: Decimal | None

    @property
    def gap_ha(self):
        return None if self.whole_ha is None else self.sum_ha - self.whole_ha

    @property
    def fits(self):
        return self.gap_ha is not None and abs(self.gap_ha) <= LandUse.TOLERANCE_HA


@dataclass(frozen=True)
class Place:
    """Where the zone lies: units of its time, today's units, and whether that is certain."""

    former: list = field(default_factory=list)
    current: list = field(default_factory=list)
    certain: bool = True


@dataclass
class Profile:
    zone: Zone
    statements: list[Statement]
    place: Place
    related: list[Zone]
    developers: list[DeveloperShare]
    phases: list[tuple[Phase, list[Group]]]
    tenants: list[TenantProject]
    tenant_count: int
    further: Further

    def groups(self, model):
        """The statements of the whole zone made by facts of `model`, by subject."""
        return by_subject(line for line in self.statements if isinstance(line.fact, model) and not line.fact.phase_id)

    @cached_property
    def statuses(self):
        order = ZoneStatus.Aspect.values
        return sorted(self.groups(ZoneStatus), key=lambda group: order.index(first(group).fact.aspect))

    @cached_property
    def areas(self):
        order = ZoneArea.Kind.values
        return sorted(self.groups(ZoneArea), key=lambda group: order.index(first(group).fact.kind))

    @cached_property
    def area(self):
        """The statement that stands for the whole zone, by the rank of its kind."""
        whole = [group for group in self.areas if group.used and group.used.fact.kind in ZoneArea.WHOLE]
        return min(whole, key=lambda group: ZoneArea.WHOLE.index(group.used.fact.kind)).used if whole else None

    def area_of(self, kind):
        return next((group.used for group in self.areas if group.used and group.used.fact.kind == kind), None)

    def status_of(self, aspect):
        holding = [line for group in self.statuses for line in group.holding if line.fact.aspect == aspect]
        return next((line for line in holding if line.fact.value != ZoneStatus.Main.NOT_LISTED), None)

    @cached_property
    def main(self):
        return self.status_of(ZoneStatus.Aspect.MAIN)

    @cached_property
    def established(self):
        return self.status_of(ZoneStatus.Aspect.ESTABLISHED)

    @cached_property
    def operating(self):
        return self.status_of(ZoneStatus.Aspect.OPERATING)

    @cached_property
    def industrial(self):
        return self.area_of(ZoneArea.Kind.INDUSTRIAL)

    @cached_property
    def leased(self):
        return self.area_of(ZoneArea.Kind.LEASED)

    @cached_property
    def has_more_status(self):
        """Are there more statements on status than the three that the figures show?"""
        return any(len(group.holding) > 1 or group.gone for group in self.statuses)

    @cached_property
    def established_on(self):
        lines = [line for group in self.statuses for line in group.holding if line.fact.aspect == "established"]
        return next((line for line in lines if line.fact.is_start and line.fact.value == "yes"), None)

    @cached_property
    def occupancies(self):
        return self.groups(Occupancy)

    @cached_property
    def occupancy(self):
        """The best statement with a numerator and a denominator."""
        return next((line for group in self.occupancies for line in group.holding if line.fact.counted), None)

    @cached_property
    def stated_occupancy(self):
        return next(
            (line for group in self.occupancies for line in group.holding if line.fact.stated_pct is not None), None
        )

    @cached_property
    def boundaries(self):
        return self.groups(Boundary)

    @cached_property
    def boundary(self):
        return next((group.used for group in self.boundaries if group.used), None)

    @cached_property
    def boundary_gap_ha(self):
        return self.boundary.fact.measured_ha - self.area.fact.value_ha if self.boundary and self.area else None

    @cached_property
    def measurements(self):
        return sorted(self.groups(Measurement), key=lambda group: group.label)

    @cached_property
    def balance(self):
        order = LandUse.Code.values
        lines = sorted(self.groups(LandUse), key=lambda group: order.index(first(group).fact.code))
        used = [group.used.fact.value_ha for group in lines if group.used]
        return Balance(lines, sum(used, Decimal(0)), self.area and self.area.fact.value_ha) if lines else None

    @cached_property
    def measurement_count(self):
        """How many measurements hold, when that is more than are shown; otherwise 0."""
        shown = sum(len(group.holding) for group in self.measurements)
        return self.further.count if self.further.count > shown else 0

    @cached_property
    def documents(self):
        """The visible documents that statements rest on, each once."""
        own = {line.document.pk: line.document for line in self.statements if line.document}
        return list((own | self.further.documents).values())

    @cached_property
    def restricted_documents(self):
        hidden = self.further.resting_on - self.further.documents.keys()
        return len({line.fact.document_id for line in self.statements if line.restricted} | hidden)


def first(group):
    return (group.holding or group.gone)[0]


def by_subject(statements):
    found = {}
    for line in statements:
        names = line.fact.subject_fields
        found.setdefault((line.slug, *(getattr(line.fact, name) for name in names)), []).append(line)
    return [grouped(lines) for lines in found.values()]


def grouped(statements):
    """Best first, each further value measured against the one in use."""
    holding = [line for line in statements if line.holds]
    return Group(
        statements[0].label,
        [compared(line, holding[0]) for line in holding],
        [line for line in statements if not line.holds],
    )


def compared(line, used):
    """How far a further value is off the one in use, or that it says the same."""
    if line is used:
        return line
    line = replace(line, agrees=line.value == used.value)
    if line.agrees or not hasattr(line.fact, "value_ha"):
        return line
    gap = line.fact.value_ha - used.fact.value_ha
    share = gap / used.fact.value_ha * 100 if used.fact.value_ha else None
    return replace(line, gap_ha=gap, gap_pct=share)


def read_profile(zone, user, day, known):
    """What the register said of `zone` on `day`, as known at `known` (now when None), as far as `user` may see it."""
    statements = read_statements(user, day, known, most_measurements=MEASUREMENTS_SHOWN, zone=zone)
    tenants = TenantProject.objects.visible_to(user).filter(zone=zone)
    of_phase = {}
    for line in statements:
        of_phase.setdefault(line.fact.phase_id, []).append(line)
    profile = Profile(
        zone=zone,
        statements=statements,
        place=read_place(zone),
        related=list(Zone.objects.visible_to(user).filter(Q(parent=zone) | Q(pk=zone.parent_id))),
        developers=list(zone.developers.select_related("developer", "phase").order_by("valid_from", "pk")),
        phases=[(phase, by_subject(of_phase.get(phase.pk, []))) for phase in zone.phases.order_by("number")],
        tenants=list(tenants[:TENANTS_SHOWN]),
        tenant_count=tenants.count(),
        further=read_further(statements, zone, user, day, known),
    )
    zone.status = profile.main.fact.value if profile.main else ""  # as Zone.objects.on(day) names it
    return profile


def read_place(zone):
    """The units the zone lies in; where only former ones are recorded, those that they passed into."""
    rows = list(zone.places.select_related("unit").order_by("unit__level", "unit__name"))
    former = [row.unit for row in rows if row.unit.is_former]
    current = [row.unit for row in rows if not row.unit.is_former]
    certain = all(row.certain for row in rows if not row.unit.is_former)
    heirs = (
        UnitSuccession.objects.filter(Q(old__in=former) | Q(old__parent__in=former))
        .select_related("new")
        .order_by("new__name")
    )
    if not current:
        current = list({heir.new_id: heir.new for heir in heirs}.values())
        certain = len(current) < 2
    return Place(former, current, certain)


def changes_of(zone):
    """The history of the zone, its facts, phases, places and developers; links that were removed since included."""
    links = removed([model._meta.db_table for model in (ZoneUnit, DeveloperShare)], zone_id=zone.pk)
    parts = [
        model.objects.filter(zone=zone)
        .order_by()
        .annotate(table=Value(model._meta.db_table))
        .values_list("table", "pk")
        for model in (*FACTS, Phase, ZoneUnit, DeveloperShare)
    ]
    return RowChange.objects.filter_rows(
        [(zone._meta.db_table, zone.pk), *links, *parts[0].union(*parts[1:], all=True)]
    )
