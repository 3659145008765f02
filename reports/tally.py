"""The zones that a reader may see, counted once in groups of alike; every figure is a sum over some of these groups.

One statement, whatever the number of zones. A group is described in the words of the zone list's address
(zones/filters.py), so the condition of a figure and the link to the zones that it counts are the same thing."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from zones.models import Zone, ZoneArea
from zones.models.area import OccupancyBasis, occupancy_pct

UNKNOWN = "unknown"
PLACES = Decimal("0.0001")  # SQLite adds floats; hectares have four decimals
GROUPED_BY = ("city", "kind", "status", "established", "operating", "area_kind", "occupancy_basis")
MEASURES = ("area", "industrial", "leased")
ANSWERS = {True: "true", False: "false", None: UNKNOWN}


@dataclass(frozen=True)
class Figure:
    """A number that is never naked: how it is counted, on how many zones of how many it rests, and the list of them.

    value: None when nothing is known. kind: integer, hectare or percent (0-100). n: the zones that it rests on, those
    of the list at `query`. of: the zones that were asked for."""

    label: str
    value: int | Decimal | None
    unit: str
    kind: str
    n: int
    of: int
    basis: str
    source: str
    query: str

    @property
    def whole(self):
        """Does it rest on every zone that it speaks of?"""
        return self.n == self.of


@dataclass(frozen=True)
class Group:
    """Zones that are alike in everything that can be asked: `marks` by name, how many, and their sums."""

    marks: dict[str, str]
    numbers: dict[str, Any]


class Tally:
    """The groups of zones that fit what was `asked`; `frame` is the part of the address that holds for every link."""

    def __init__(self, groups, frame, asked=None):
        self.groups, self.frame, self.asked = groups, frame, asked or {}

    @classmethod
    def of(cls, zones, frame):
        """Count `zones`, which come from Zone.objects.visible_to(user).on(day, known)."""
        rows = zones.order_by().values(*GROUPED_BY).annotate(
            zones=Count("pk"),
            decision=Count("pk", filter=Q(has_decision=True)),
            boundary=Count("pk", filter=Q(has_boundary=True)),
            parts=Count("pk", filter=Q(relation=Zone.Relation.PHASE, area_ha__isnull=False)),
            stated_only=Count("pk", filter=Q(stated_pct__isnull=False, occupied_ha__isnull=True)),
            occupied=Sum("occupied_ha"),
            occupiable=Sum("occupiable_ha"),
            **{f"{name}_n": Count(f"{name}_ha") for name in MEASURES},
            **{f"{name}_sum": Sum(f"{name}_ha") for name in MEASURES},
        )  # fmt: skip
        return cls([Group(marks(row), row) for row in rows], frame)

    def where(self, **asked):
        """Only the groups with these marks; a tuple means any of them."""
        wanted = {name: (value,) if isinstance(value, str) else value for name, value in asked.items()}
        groups = [group for group in self.groups if all(group.marks[name] in any_of for name, any_of in wanted.items())]
        return Tally(groups, self.frame, self.asked | asked)

    def found(self, name):
        """The values that occur under a mark, with the number of zones of each."""
        counts = {}
        for group in self.groups:
            counts[group.marks[name]] = counts.get(group.marks[name], 0) + group.numbers["zones"]
        return counts

    def add(self, name):
        """Σ of a column; None when no zone has it."""
        values = [group.numbers[name] for group in self.groups if group.numbers[name] is not None]
        if not values:
            return None
        total = sum(values)
        return total if isinstance(total, int) else Decimal(total).quantize(PLACES)

    @property
    def zones(self):
        return self.add("zones") or 0

    def query(self, **more):
        return urlencode(self.frame | self.asked | more, doseq=True)

    # The figures ------------------------------------------------------------------------------------------------

    def count(self, label=""):
        return self.figure(label or _("Số khu, cụm"), self.zones, self.zones, _("mỗi khu, cụm trong sổ đếm một lần"))

    def share(self, label, name):
        """How many of the zones have something; `name` as in has_…"""
        n = self.add(SHARES[name]) or 0
        return self.figure(label, n, n, _("khu, cụm có số liệu này trong sổ"), **{f"has_{name}": "true"})

    def hectares(self, measure, label=""):
        usual, basis = map(str, HECTARES[measure])
        if measure == "area":
            basis = "; ".join([basis, *self.kinds_of_area])
        n = self.add(f"{measure}_n") or 0
        return self.figure(
            label or usual, self.add(f"{measure}_sum"), n, basis, "hectare", **{f"has_{measure}": "true"}
        )

    def occupancy(self, label=""):
        """Σ numerator / Σ denominator of the zones that have both, never a mean of ratios."""
        value, n = occupancy_pct(self.add("occupied"), self.add("occupiable")), self.add("counted") or 0
        label = label or _("Tỷ lệ lấp đầy")
        return self.figure(label, value, n, self.bases, "percent", has_occupancy="true")

    def figure(self, label, value, n, basis, kind="integer", **more):
        return Figure(
            label, value, str(UNITS[kind]), kind, n, self.zones, basis,
            _("Sổ đăng ký khu, cụm; văn bản, nguồn ghi ở từng khu"), self.query(**more),
        )  # fmt: skip

    @property
    def kinds_of_area(self):
        """Which kinds of area the sum is made of, and whether something may be in it twice."""
        found = {kind: n for kind, n in self.found("area_kind").items() if kind}
        parts = [counted(found, ZoneArea.Kind)] if found else []
        if phases := self.add("parts"):
            parts.append(
                _("%(n)s giai đoạn ghi thành khu riêng, có thể đã nằm trong diện tích khu gốc") % {"n": phases}
            )
        return parts

    @property
    def bases(self):
        """How the occupancy is counted, with a warning when ways of different laws are added up."""
        parts = [_("Σ tử số / Σ mẫu số của các khu có đủ hai số")]
        found = {code: count for code, count in self.found("basis").items() if code}
        if found:
            parts.append(counted(found, OccupancyBasis))
        if len(found) > 1:
            parts.append(_("cộng các khu có cách tính khác nhau nên chỉ để tham khảo"))
        if stated := self.add("stated_only"):
            parts.append(_("%(n)s khu khác chỉ có tỷ lệ do nguồn công bố, không cộng được") % {"n": stated})
        return "; ".join(parts)


def marks(row):
    """What a group is asked by: parameter of the zone list → its value there."""
    row["counted"] = row["zones"] if row["occupancy_basis"] else 0
    return {
        "city": row["city"],
        "kind": row["kind"],
        "status": row["status"] or UNKNOWN,
        "established": ANSWERS[row["established"]],
        "operating": ANSWERS[row["operating"]],
        "area_kind": row["area_kind"],
        "basis": row["occupancy_basis"],
    }


def counted(numbers, choices):
    """ "theo quyết định: 30 khu; theo quy hoạch: 12 khu", most first."""
    most_first = sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
    return "; ".join(_("%(what)s: %(n)s khu") % {"what": choices(value).label, "n": n} for value, n in most_first)


UNITS = {"integer": pgettext_lazy("nhiều", "khu, cụm"), "hectare": "ha", "percent": "%"}
SHARES = {"area": "area_n", "decision": "decision", "boundary": "boundary", "occupancy": "counted"}
HECTARES = {
    "area": (
        gettext_lazy("Diện tích"),
        gettext_lazy(
            "tổng diện tích của mỗi khu: theo quyết định; chưa có thì lần lượt theo phân khu, theo quy hoạch tỉnh, "
            "theo nguồn nêu, diện tích nghiên cứu"
        ),
    ),
    "industrial": (gettext_lazy("Đất công nghiệp"), gettext_lazy("tổng đất công nghiệp của các khu có số liệu")),
    "leased": (
        gettext_lazy("Đất đã cho thuê"),
        gettext_lazy("tổng đất công nghiệp đã cho thuê của các khu có số liệu"),
    ),
}
