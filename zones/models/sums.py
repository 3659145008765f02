"""What the register adds up to, as rows that triggers keep current (zones/sums.py): read instead of a million records.

Each class says in ORM expressions which records count, how they are grouped and what is added up; the triggers, the
recount and the live sums of a past day are all made from these. A group may stand in several rows: sum over them.
Areas are whole numbers of m² (1 m² = 0.0001 ha) or dm² (0.01 m²), because a sum of floats drifts. The agency matters
to who may see a record only where that is restricted; elsewhere it is left empty, so that the groups stay few."""

from functools import partial

from django.db import models
from django.db.models import BigIntegerField, Case, F, IntegerField, Q, Value, When
from django.db.models.functions import Cast, Coalesce, Floor, Round
from django.utils.translation import gettext_lazy as _

from accounts.access import Access, AccessQuerySet, City, Publicity
from accounts.models import Agency
from zones.models.facility import Facility
from zones.models.status import ZoneStatus
from zones.models.zone import Zone, ZoneKind

Amount = partial(models.BigIntegerField, default=0, editable=False)
Chosen = partial(models.CharField, max_length=20, editable=False)

YES, NO, UNKNOWN = "true", "false", "unknown"
MEASURES = ("area", "industrial", "leased")
AREA_KINDS = ("decision", "zoning", "in_plan", "stated", "study")  # ZoneArea.WHOLE
BASES = ("ccn_2024", "kcn_2022", "kcn_2013", "kcnc_2026", "ready", "cleared", "unstated")  # OccupancyBasis
MILLION = 1_000_000


def one_if(*conditions, **given):
    return Case(When(*conditions, **given, then=Value(1)), default=Value(0), output_field=IntegerField())


def known(name):
    return one_if(**{f"{name}__isnull": False})


def whole(name, parts):
    """A column in whole numbers of its `parts`-th part; nothing when it is unknown."""
    return Coalesce(Cast(Round(F(name) * Value(parts)), BigIntegerField()), Value(0))


def answer(name):
    return Case(
        When(**{name: True}, then=Value(YES)),
        When(**{name: False}, then=Value(NO)),
        default=Value(UNKNOWN),
        output_field=models.CharField(),
    )


def agency_if_restricted():
    return Case(When(publicity=Publicity.RESTRICTED, then=F("managing_agency")), default=None)


def zone_amounts(figures="now_"):
    """What is added up over zones; `figures` is what the names of the figures begin with."""
    of = figures.__add__
    bare = Q(**{of("stated_pct__isnull"): False, of("occupied_ha__isnull"): True})
    part = Q(relation=Zone.Relation.PHASE, **{of("area_ha__isnull"): False})
    return {
        "zones": Value(1),
        "decision": one_if(**{of("has_decision"): True}),
        "boundary": one_if(**{of("has_boundary"): True}),
        "parts": one_if(part),
        "stated_only": one_if(bare),
        "occupied_m2": whole(of("occupied_ha"), 10_000),
        "occupiable_m2": whole(of("occupiable_ha"), 10_000),
        **{f"{name}_n": known(of(f"{name}_ha")) for name in MEASURES},
        **{f"{name}_m2": whole(of(f"{name}_ha"), 10_000) for name in MEASURES},
    }


class StoredSum(models.Model):
    """`of`: the records that are added up. `counts`: which of them. Written by the database alone."""

    city = Chosen(choices=City.choices)
    publicity = Chosen(choices=Publicity.choices)
    managing_agency = models.ForeignKey(
        Agency, models.DO_NOTHING, null=True, editable=False, db_constraint=False, db_index=False, related_name="+"
    )
    folded = models.BooleanField(default=True, editable=False)  # not: a change that still stands beside its group

    objects = AccessQuerySet.as_manager()
    access = Access(city="city", agency="managing_agency", publicity="publicity")
    of: type[models.Model]
    counts = Q()  # noqa: DJ012 - no column

    class Meta:
        abstract = True

    def __str__(self):
        return ", ".join(str(getattr(self, name)) for name in self.groupings()[0])

    @staticmethod
    def groupings():
        """The ways in which the records are grouped, most often one: column → expression over the record."""
        raise NotImplementedError

    @staticmethod
    def amounts():
        """What is added up: column → expression over the record; the first counts the records."""
        raise NotImplementedError


class ZoneSum(StoredSum):
    """The zones of the register today that are alike in all that the home page asks, counted and added up."""

    kind = Chosen(choices=ZoneKind.choices)
    status = Chosen(choices=[("", _("chưa rõ")), *ZoneStatus.Main.choices])
    established = Chosen(choices=[(YES, YES), (NO, NO), (UNKNOWN, UNKNOWN)])
    operating = Chosen(choices=[(YES, YES), (NO, NO), (UNKNOWN, UNKNOWN)])
    zones = Amount()
    decision = Amount()
    boundary = Amount()
    parts = Amount()
    stated_only = Amount()
    occupied_m2 = Amount()
    occupiable_m2 = Amount()
    area_n = Amount()
    industrial_n = Amount()
    leased_n = Amount()
    area_m2 = Amount()
    industrial_m2 = Amount()
    leased_m2 = Amount()
    kind_decision = Amount()
    kind_zoning = Amount()
    kind_in_plan = Amount()
    kind_stated = Amount()
    kind_study = Amount()
    basis_ccn_2024 = Amount()
    basis_kcn_2022 = Amount()
    basis_kcn_2013 = Amount()
    basis_kcnc_2026 = Amount()
    basis_ready = Amount()
    basis_cleared = Amount()
    basis_unstated = Amount()

    of = Zone
    counts = Q(withdrawn=False)

    class Meta:
        verbose_name = verbose_name_plural = _("số cộng sẵn của khu, cụm")
        indexes = [
            models.Index(fields=["city", "kind", "status"], name="zonesum_group"),
            models.Index(fields=["id"], condition=Q(folded=False), name="zonesum_unfolded"),
        ]

    @staticmethod
    def groupings():
        own = {"kind": F("kind"), "status": F("now_status")}
        answers = {name: answer(f"now_{name}") for name in ("established", "operating")}
        seen = {"city": F("city"), "publicity": F("publicity"), "managing_agency": agency_if_restricted()}
        return [seen | own | answers]

    @staticmethod
    def amounts():
        kinds = {f"kind_{kind}": one_if(now_area_kind=kind) for kind in AREA_KINDS}
        bases = {f"basis_{code}": one_if(now_occupancy_basis=code) for code in BASES}
        return zone_amounts() | kinds | bases


class FacilitySum(StoredSum):
    """The standalone facilities by city, publicity, agency and relocation class, counted and added up."""

    relocation_class = Chosen(choices=Facility.RelocationClass.choices)
    facilities = Amount()
    located = Amount()
    land_n = Amount()
    land_m2 = Amount()
    floor_n = Amount()
    floor_dm2 = Amount()
    workers_n = Amount()
    workers = Amount()

    of = Facility

    class Meta:
        verbose_name = verbose_name_plural = _("số cộng sẵn của cơ sở sản xuất")
        indexes = [
            models.Index(fields=["city", "relocation_class", "managing_agency"], name="facilitysum_group"),
            models.Index(fields=["id"], condition=Q(folded=False), name="facilitysum_unfolded"),
        ]

    @staticmethod
    def groupings():
        return [{name: F(name) for name in ("city", "publicity", "managing_agency", "relocation_class")}]

    @staticmethod
    def amounts():
        return {
            "facilities": Value(1),
            "located": known("lat"),
            "land_n": known("land_area_ha"),
            "land_m2": whole("land_area_ha", 10_000),
            "floor_n": known("floor_area_m2"),
            "floor_dm2": whole("floor_area_m2", 100),
            "workers_n": known("workers"),
            "workers": Coalesce(F("workers"), Value(0)),
        }


class FacilityCell(StoredSum):
    """The facilities of one class in one square of the map, with the sums that give the point they stand around.

    `grid`: how many squares lie in a degree; each facility is counted once on each of GRIDS."""

    GRIDS = (16, 64)

    relocation_class = Chosen(choices=Facility.RelocationClass.choices)
    grid = models.PositiveSmallIntegerField(editable=False)
    x = models.IntegerField(editable=False)
    y = models.IntegerField(editable=False)
    facilities = Amount()
    lon_millionths = Amount()
    lat_millionths = Amount()

    of = Facility
    counts = Q(lat__isnull=False)

    class Meta:
        verbose_name = verbose_name_plural = _("số cộng sẵn trên bản đồ")
        indexes = [
            models.Index(fields=["grid", "x", "y"], name="facilitycell_square"),
            models.Index(fields=["id"], condition=Q(folded=False), name="facilitycell_unfolded"),
        ]

    @staticmethod
    def groupings():
        seen = {"city": F("city"), "publicity": F("publicity"), "managing_agency": agency_if_restricted()}
        seen |= {"relocation_class": F("relocation_class")}
        return [
            seen | {"grid": Value(grid), "x": square("lon", grid), "y": square("lat", grid)}
            for grid in FacilityCell.GRIDS
        ]

    @staticmethod
    def amounts():
        return {
            "facilities": Value(1),
            "lon_millionths": whole("lon", MILLION),
            "lat_millionths": whole("lat", MILLION),
        }


def square(coordinate, grid):
    """The number of the square that a coordinate lies in, where `grid` squares make a degree."""
    return Cast(Floor(F(coordinate) * Value(grid)), IntegerField())


SUMS = (ZoneSum, FacilitySum, FacilityCell)
