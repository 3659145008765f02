"""More records than a map can draw one by one: for each square of the ground one mark with their number.

The facilities of a city or a class come from the stored squares (FacilityCell), any other question is grouped by the
database as it is asked. What is close enough to be few is drawn one by one."""

import math
from dataclasses import dataclass, field
from functools import cached_property
from types import SimpleNamespace

from django.db.models import Count, F, Max, Min, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from zones.filters import UNKNOWN
from zones.listings import FACILITIES, ZONES
from zones.models import Boundary, FacilityCell, FacilitySum
from zones.models.standing import FOREVER
from zones.models.sums import MILLION, square

MOST_SINGLE = 500  # marks that are still drawn one by one; some 200 kB
MOST_ACROSS = 40  # squares along a side of the map
COARSE, FINE = (int(math.log2(grid)) for grid in FacilityCell.GRIDS)
STORED_UP_TO = FINE + 1  # closer than this the records themselves are grouped: few squares, few records
EDGES = ("west", "south", "east", "north")
CLOSEST = 22


@dataclass(frozen=True)
class View:
    """The part of the ground that a map shows, in degrees; `zoom` as of web maps, None when it shows all at once."""

    west: float
    south: float
    east: float
    north: float
    zoom: int | None = None

    @property
    def fineness(self):
        """Two to this many squares make a degree: each some 45 pixels wide, and never more than MOST_ACROSS."""
        across = max(self.east - self.west, self.north - self.south, 1e-4)
        most = math.floor(math.log2(MOST_ACROSS / across))
        return most - 1 if self.zoom is None else min(most, self.zoom - 6)


@dataclass
class Cluster:
    """The records of one square: how many of each state, and where they stand on average."""

    states: dict[str, int] = field(default_factory=dict)
    count: int = 0
    lon: float = 0
    lat: float = 0

    def add(self, state, count, lon, lat):
        self.states[state] = self.states.get(state, 0) + count
        self.count, self.lon, self.lat = self.count + count, self.lon + lon, self.lat + lat

    @property
    def spelled(self):
        """As the map reads it: longitude, latitude, number, number by state."""
        return [round(self.lon / self.count, 5), round(self.lat / self.count, 5), self.count, self.states]


def read_view(request):
    """The View that an address asks for with `bbox` and `zoom`, None without; ValueError when it cannot be read."""
    if not (text := request.GET.get("bbox", "")):
        return None
    try:
        edges, zoom = [float(edge) for edge in text.split(",")], int(request.GET.get("zoom", CLOSEST))
    except ValueError:
        edges, zoom = [], 0
    if len(edges) != len(EDGES) or not all(map(math.isfinite, edges)) or not 0 <= zoom <= CLOSEST:
        raise ValueError(_("Vùng bản đồ cần dạng tây,nam,đông,bắc bằng độ."))
    west, south, east, north = edges
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise ValueError(_("Vùng bản đồ cần dạng tây,nam,đông,bắc bằng độ."))
    return View(west, south, east, north, zoom)


def crowd(question):
    """The Crowd of a question; None when its records are few enough to be drawn one by one."""
    many = StoredCrowd(question) if is_stored(question) else Crowd(question)
    return many if many.exceeds(MOST_SINGLE) else None


def is_stored(question):
    """Are the stored squares the answer: today's facilities, filtered by city and class alone?"""
    if question.listing is not FACILITIES or question.frame.day:
        return False
    given = {name for name, value in question.filter.form.cleaned_data.items() if value}
    return given <= {"city", "relocation_class", "ordering"}


class Crowd:
    """Many records, grouped as they are asked for."""

    def __init__(self, question):
        self.question = question
        self.column = question.listing.state.key

    @cached_property
    def rows(self):
        places = {f"at_{name}": self.coordinate(name) for name in ("lon", "lat")}
        return self.question.rows.order_by().annotate(**places)

    def exceeds(self, most):
        return self.question.rows.order_by()[: most + 1].count() > most

    def coordinate(self, name):
        """A record's own, or for a zone without a point the middle of its boundary."""
        if self.question.listing is not ZONES:
            return F(name)
        frame = self.question.frame
        holding = Boundary.objects.visible_to(self.question.request.user).on(frame.day or FOREVER, frame.known)
        middle = (F(f"min_{name}") + F(f"max_{name}")) / Value(2.0)
        own = holding.filter(zone=OuterRef("pk"), phase__isnull=True).best_first().annotate(middle=middle)
        return Coalesce(F(name), Subquery(own.values("middle")[:1]))

    def state(self, value):
        return self.question.listing.state.state(SimpleNamespace(**{self.column: value}))

    def label(self, value):
        return self.question.listing.state.state_label(SimpleNamespace(**{self.column: value}))

    def within(self, view):
        """The records in the part of the ground that the map shows."""
        return self.rows.filter(
            at_lon__gte=view.west, at_lon__lte=view.east, at_lat__gte=view.south, at_lat__lte=view.north
        )

    @property
    def extent(self):
        """The View that shows them all; None when nobody knows where any of them lies."""
        edges = {"west": Min("at_lon"), "south": Min("at_lat"), "east": Max("at_lon"), "north": Max("at_lat")}
        found = self.rows.aggregate(**edges)
        return None if found["west"] is None else View(**found)

    @property
    def legend(self):
        """State → (in words, how many), and how many lie nobody knows where."""
        found, absent = {}, 0
        for value, count, located in self.totals():
            state = self.state(value)
            words, before = found.get(state, (self.label(value), 0))
            found[state] = (words, before + count)
            absent += count - located
        return found, absent

    def totals(self):
        return self.rows.values_list(self.column).annotate(Count("pk"), Count("at_lat"))

    def clusters(self, view):
        """The clusters of a view, and how many records they hold."""
        found = {}
        for x, y, value, *numbers in self.squares(view):
            found.setdefault((x, y), Cluster()).add(self.state(value), *numbers)
        return list(found.values()), sum(cluster.count for cluster in found.values())

    def squares(self, view):
        """Rows of x, y, value of the state's column, number, Σ longitude, Σ latitude."""
        parts = 2.0**view.fineness
        rows = self.within(view).annotate(x=square("at_lon", parts), y=square("at_lat", parts))
        return rows.values_list("x", "y", self.column).annotate(Count("pk"), Sum("at_lon"), Sum("at_lat"))


class StoredCrowd(Crowd):
    """The facilities of a city or a class, grouped beforehand."""

    def chosen(self, model):
        """The stored sums of what the question asks for."""
        asked, city = self.question.filter.form.cleaned_data, self.question.frame.city
        found = model.objects.visible_to(self.question.request.user)
        found = found.filter(city=city) if city else found
        classes = ["" if value == UNKNOWN else value for value in asked["relocation_class"]]
        return found.filter(relocation_class__in=classes) if classes else found

    def exceeds(self, most):
        return sum(count for _value, count, _located in self.totals()) > most

    def totals(self):
        sums = self.chosen(FacilitySum).values_list(self.column)
        return sums.annotate(Sum("facilities"), Sum("located"))

    @property
    def extent(self):
        cells, parts = self.chosen(FacilityCell).filter(grid=2**COARSE, facilities__gt=0), 2**COARSE
        found = cells.aggregate(west=Min("x"), south=Min("y"), east=Max("x") + 1, north=Max("y") + 1)
        return None if found["west"] is None else View(**{name: edge / parts for name, edge in found.items()})

    def squares(self, view):
        if view.fineness > STORED_UP_TO:
            return super().squares(view)
        stored = COARSE if view.fineness <= COARSE else FINE
        parts, together = 2**stored, 2 ** max(stored - view.fineness, 0)
        west, south, east, north = (math.floor(getattr(view, edge) * parts) for edge in EDGES)
        cells = self.chosen(FacilityCell).filter(
            grid=parts, x__gte=west, x__lte=east, y__gte=south, y__lte=north
        )  # fmt: skip
        own = (F(name) / Value(together) for name in ("x", "y"))
        rows = cells.annotate(**dict(zip(("square_x", "square_y"), own, strict=True)))
        sums = rows.values_list("square_x", "square_y", self.column).annotate(
            n=Sum("facilities"), lon=Sum("lon_millionths"), lat=Sum("lat_millionths")
        )
        return ((x, y, value, int(n), lon / MILLION, lat / MILLION) for x, y, value, n, lon, lat in sums if n)
