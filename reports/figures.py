"""Every number once: what the register says of a city on a day. Home page, API and reports read the same `Overview`."""

from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import BOTH_CITIES, City, prefetch_visible
from reports.lately import Change, lately
from reports.tally import UNKNOWN, FacilityTally, Figure, Tally
from zones.columns import basis_of
from zones.listings import facility_rows
from zones.models import Document, Facility, Measurement, Zone, ZoneStatus
from zones.models.fact import dated
from zones.models.standing import FOREVER
from zones.models.zone import ZoneKind

Stage = ZoneStatus.Main
ENDED = (Stage.ANNULLED, Stage.CONVERTED, Stage.REMOVED)
LIVING = (*(stage for stage in Stage.values if stage not in (*ENDED, Stage.NOT_LISTED)), UNKNOWN)
PARKS = (ZoneKind.KCN, ZoneKind.KCX, ZoneKind.KCNC)


@dataclass(frozen=True)
class Line:
    """One row of a table: number of zones, area, industrial land, leased land, occupancy of what the label names."""

    label: str
    code: str
    zones: Figure
    area: Figure
    industrial: Figure
    leased: Figure
    occupancy: Figure

    @property
    def figures(self):
        return self.zones, self.area, self.industrial, self.leased, self.occupancy


@dataclass(frozen=True)
class CrossLine:
    """One status across the kinds: a count for each kind of ZoneKind, in that order."""

    label: str
    code: str
    counts: tuple[Figure, ...]
    total: Figure

    @property
    def state(self):
        """The mark beside the status; what is no longer a zone has one mark."""
        return Stage.REMOVED if self.code in ENDED else self.code


@dataclass(frozen=True)
class FacilityLine:
    """One row of the table of standalone facilities: how many, land, floor area, workers of what the label names."""

    label: str
    code: str
    count: Figure
    land: Figure
    floor: Figure
    workers: Figure

    @property
    def figures(self):
        return self.count, self.land, self.floor, self.workers


@dataclass(frozen=True)
class Published:
    """What a source published for a whole city, beside what the register adds up (None: counts no such thing)."""

    city: str
    indicator: str
    value: Decimal | None
    value_text: str
    unit: str
    day: str
    source: str
    note: str
    computed: Figure | None

    @property
    def city_label(self):
        return City(self.city).label

    @property
    def site(self):
        return short(self.source)


@dataclass(frozen=True)
class Overview:
    """The whole home page in numbers. `left_out`: visible zones of which no fact reaches back to the day."""

    city: str
    total: Line
    cities: tuple[Line, ...]
    kinds: tuple[Line, ...]
    statuses: tuple[Line, ...]
    crossed: tuple[CrossLine, ...]
    established: tuple[Figure, ...]
    operating: tuple[Figure, ...]
    funnel: tuple[Figure, ...]
    completeness: tuple[Figure, ...]
    published: tuple[Published, ...]
    left_out: int
    changes: tuple[Change, ...]
    facilities: FacilityLine
    facility_classes: tuple[FacilityLine, ...]

    @property
    def figures(self):
        """Every figure of the page about zones, each with the list that it counts."""
        lines = [self.total, *self.cities, *self.kinds, *self.statuses]
        return [
            *(figure for line in lines for figure in line.figures),
            *(figure for line in self.crossed for figure in (*line.counts, line.total)),
            *self.established, *self.operating, *self.funnel, *self.completeness,
            *(one.computed for one in self.published if one.computed),
        ]  # fmt: skip


def overview(user, city="", on=None, known=None):
    """The overview of `city` ("" for all) on the day `on` (None: today), as known at `known` (None: now)."""
    tally = count(user, city, on, known)
    producers = count_facilities(user, city, on, known)
    return Overview(
        city=city,
        total=line(tally, _("Tổng cộng")),
        cities=tuple(line(tally.where(city=code), label, code) for code, label in City.choices if city in ("", code)),
        kinds=tuple(line(tally.where(kind=code), label, code) for code, label in ZoneKind.choices),
        statuses=tuple(line(tally.where(status=code), label, code) for code, label in stages(tally)),
        crossed=tuple(crossed(tally, code, label) for code, label in stages(tally)),
        established=answers(tally, "established", (_("Đã thành lập"), _("Chưa thành lập"), _("Chưa rõ"))),
        operating=answers(tally, "operating", (_("Đã hoạt động"), _("Chưa hoạt động"), _("Chưa rõ"))),
        funnel=funnel(tally),
        completeness=completeness(tally),
        published=published(user, tally, city, on, known),
        left_out=in_register(user, city).count() - tally.zones if on or known else 0,
        changes=lately(user, city, on, known),
        facilities=facility_line(producers, _("Tổng cộng")),
        facility_classes=tuple(
            facility_line(producers.where(relocation_class=code), label, code) for code, label in relocation_classes()
        ),
    )


def in_register(user, city):
    zones = Zone.objects.visible_to(user)
    return zones.filter(city=city) if city else zones


def count(user, city, on, known):
    """The zones that the question is about, counted; every figure about zones comes from here."""
    if is_now(on, known):
        return Tally.stored(user, frame(city, on, known))
    return Tally.of(in_register(user, city).on(on, known), frame(city, on, known))


def count_facilities(user, city, on, known):
    """The standalone facilities, counted. They are records, not facts: of a past day only what is as old is known."""
    if on is None or on >= timezone.localdate():
        return FacilityTally.stored(user, frame(city, on, known))
    rows = facility_rows(user, on, known)
    return FacilityTally.of(rows.filter(city=city) if city else rows, frame(city, on, known))


def is_now(on, known):
    return known is None and (on is None or on >= timezone.localdate())


def frame(city, on, known):
    """The part of the address that holds for every link."""
    chosen = {"city": city or BOTH_CITIES, "as_of": on and on.isoformat(), "known_at": known and known.isoformat()}
    return {name: value for name, value in chosen.items() if value}


def relocation_classes():
    return [(code or UNKNOWN, label) for code, label in Facility.RelocationClass.choices]


def facility_line(tally, label, code=""):
    return FacilityLine(str(label), code, tally.count(), tally.land(), tally.floor(), tally.workers())


def line(tally, label, code=""):
    measures = (tally.hectares(measure) for measure in ("area", "industrial", "leased"))
    return Line(str(label), code, tally.count(), *measures, tally.occupancy())


def stages(tally):
    """The statuses that occur, in the order of a zone's life."""
    known = [(code, label) for code, label in Stage.choices] + [(UNKNOWN, _("Chưa rõ tình trạng"))]
    return [(code, label) for code, label in known if code in tally.found("status")]


def crossed(tally, code, label):
    own = tally.where(status=code)
    counts = tuple(own.where(kind=kind).count(str(name)) for kind, name in ZoneKind.choices)
    return CrossLine(str(label), code, counts, own.count(str(label)))


def answers(tally, mark, labels):
    return tuple(
        tally.where(**{mark: answer}).count(label)
        for answer, label in zip(("true", "false", UNKNOWN), labels, strict=True)
    )


def funnel(tally):
    """From plan to leased, in hectares; zones that were given up are left out."""
    living = tally.where(status=LIVING)
    return (
        living.hectares("area", _("Trong sổ, chưa bị bãi bỏ hoặc chuyển đổi")),
        living.where(established="true").hectares("area", _("Đã thành lập")),
        living.where(operating="true").hectares("area", _("Đã hoạt động")),
        living.hectares("industrial", _("Đất công nghiệp")),
        living.hectares("leased", _("Đất công nghiệp đã cho thuê")),
    )


def completeness(tally):
    return (
        tally.share(_("Có diện tích"), "area"),
        tally.share(_("Có văn bản làm căn cứ"), "decision"),
        tally.share(_("Có ranh giới"), "boundary"),
        tally.share(_("Tính được tỷ lệ lấp đầy"), "occupancy"),
    )


def published(user, tally, city, on, known):
    """City figures as sources printed them, each beside the computed figure that speaks of the same thing."""
    stated = Measurement.objects.visible_to(user).filter(zone__isnull=True).on(on or FOREVER, known)
    stated = stated.filter(city=city) if city else stated
    stated = stated.select_related("indicator").prefetch_related(prefetch_visible("document", Document, user))
    own = {code: tally.where(city=code, kind=PARKS) for code in City.values}
    return tuple(
        Published(
            city=fact.city,
            indicator=str(fact.indicator),
            value=fact.value,
            value_text=fact.value_text,
            unit=fact.indicator.unit,
            day=dated(fact),
            source=rests_on(fact),
            note=fact.note,
            computed=computed(own[fact.city], fact.indicator.code),
        )
        for fact in stated.order_by("city", "indicator__code", "-as_of", "pk")
    )


def rests_on(fact):
    """The document or source of a fact; of a hidden document only that there is one."""
    return basis_of(fact) or fact.source


def short(source):
    """A source as short as a table needs it: of a web address only the site."""
    site = urlsplit(source).hostname if source.startswith(("http://", "https://")) else ""
    return site.removeprefix("www.") if site else source


def computed(parks, indicator):
    """What the register adds up itself for an indicator that a city publishes of its parks, without clusters."""
    match indicator:
        case "total_area_in_plan_ha":
            return parks.where(status=LIVING).hectares("area")
        case "total_area_established_ha":
            return parks.where(established="true").hectares("area")
        case "total_area_operating_ha":
            return parks.where(operating="true").hectares("area")
        case "occupancy_pct":
            return parks.occupancy()
    return None
