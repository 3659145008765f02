"""The records that a reader may see, counted once in groups of alike; every figure is a sum over some of these groups.

One statement, whatever the number of records: today's sums are stored (zones/models/sums.py), those of a past day are
added up from the ledger by the same expressions. A group is described in the words of the list's address
(zones/filters.py), so the condition of a figure and the link to the records that it counts are the same thing."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.access import City
from zones import sums
from zones.models import ZoneArea, ZoneSum
from zones.models.area import OccupancyBasis, occupancy_pct
from zones.models.sums import AREA_KINDS, BASES, UNKNOWN, zone_amounts

GROUPED_BY = ("city", "kind", "status", "established", "operating")
AMOUNTS = tuple(ZoneSum.amounts())
NAMES = (*GROUPED_BY, *AMOUNTS)
ANSWERS = {True: "true", False: "false", None: UNKNOWN}
PARTS_OF_A_HECTARE = Decimal(10_000)  # sums are whole numbers of m²


@dataclass(frozen=True)
class Figure:
    """A number that is never naked: how it is counted, on how many records of how many it rests, and the list of them.

    value: None when nothing is known. kind: integer, hectare, square metre or percent (0-100). n: the zones (or
    facilities) that it rests on, those of the list at `query`. of: those that were asked for."""

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
        """Does it rest on every record that it speaks of?"""
        return self.n == self.of


@dataclass(frozen=True)
class Group:
    """Records that are alike in everything that can be asked: `marks` by name, how many, and their sums."""

    marks: dict[str, str]
    numbers: dict[str, Any]


class Counted:
    """The groups of records that fit what was `asked`; `frame` is the part of the address that holds for every link."""

    counts = source = ""  # the amount that counts the records; where their figures come from

    def __init__(self, groups, frame, asked=None):
        self.groups, self.frame, self.asked = groups, frame, asked or {}

    def where(self, **asked):
        """Only the groups with these marks; a tuple means any of them."""
        wanted = {name: (value,) if isinstance(value, str) else value for name, value in asked.items()}
        groups = [group for group in self.groups if all(group.marks[name] in any_of for name, any_of in wanted.items())]
        return type(self)(groups, self.frame, self.asked | asked)

    def found(self, name):
        """The values that occur under a mark."""
        return {group.marks[name] for group in self.groups}

    def add(self, name):
        return sum(group.numbers[name] for group in self.groups)

    @property
    def total(self):
        return self.add(self.counts)

    def query(self, **more):
        return urlencode(self.frame | self.asked | more, doseq=True)

    def figure(self, label, value, n, basis, kind="integer", unit="", **more):
        unit = str(unit or UNITS[kind])
        return Figure(label, value, unit, kind, n, self.total, basis, str(self.source), self.query(**more))


class Tally(Counted):
    """The zones of the register on a day."""

    counts, source = "zones", gettext_lazy("Sổ đăng ký khu, cụm; văn bản, nguồn ghi ở từng khu")

    @classmethod
    def stored(cls, user, frame):
        """Today's zones, from the sums that are kept in the transaction of each change."""
        stored = in_city(ZoneSum.objects.visible_to(user), frame)
        together = {}
        for row in stored.values_list(*GROUPED_BY, *AMOUNTS):
            group, amounts = row[: len(GROUPED_BY)], row[len(GROUPED_BY) :]
            together[group] = [*map(int.__add__, together[group], amounts)] if group in together else amounts
        return cls.grouped([dict(zip(NAMES, (*group, *own), strict=True)) for group, own in together.items()], frame)

    @classmethod
    def of(cls, zones, frame):
        """Count `zones`, which come from Zone.objects.visible_to(user).on(day, known)."""
        rows = zones.order_by().values(*GROUPED_BY, "area_kind", "occupancy_basis")
        amounts = {f"sum_{name}": Sum(amount) for name, amount in zone_amounts("").items()}
        found = ({name.removeprefix("sum_"): value for name, value in row.items()} for row in rows.annotate(**amounts))
        return cls.grouped([row | alike(row) for row in found], frame)

    @classmethod
    def grouped(cls, rows, frame):
        return cls([Group(marks(row), row) for row in rows if row["zones"]], frame)

    @property
    def zones(self):
        return self.total

    # The figures ------------------------------------------------------------------------------------------------

    def count(self, label=""):
        return self.figure(label or _("Số khu, cụm"), self.zones, self.zones, _("mỗi khu, cụm trong sổ đếm một lần"))

    def share(self, label, name):
        """How many of the zones have something; `name` as in has_…"""
        n = self.counted if name == "occupancy" else self.add(SHARES[name])
        return self.figure(label, n, n, _("khu, cụm có số liệu này trong sổ"), **{f"has_{name}": "true"})

    def hectares(self, measure, label=""):
        usual, basis = map(str, HECTARES[measure])
        if measure == "area":
            basis = "; ".join([basis, *self.kinds_of_area])
        n = self.add(f"{measure}_n")
        value = hectares(self.add(f"{measure}_m2")) if n else None
        return self.figure(label or usual, value, n, basis, "hectare", **{f"has_{measure}": "true"})

    def occupancy(self, label=""):
        """Σ numerator / Σ denominator of the zones that have both, never a mean of ratios."""
        value = occupancy_pct(self.add("occupied_m2"), self.add("occupiable_m2"))
        label = label or _("Tỷ lệ lấp đầy")
        return self.figure(label, value, self.counted, self.bases, "percent", has_occupancy="true")

    @property
    def counted(self):
        """How many zones have both numerator and denominator."""
        return sum(self.among("basis", BASES).values())

    def among(self, prefix, codes):
        """Code → number of zones, of those that occur."""
        numbers = {code: self.add(f"{prefix}_{code}") for code in codes}
        return {code: n for code, n in numbers.items() if n}

    @property
    def kinds_of_area(self):
        """Which kinds of area the sum is made of, and whether something may be in it twice."""
        found = self.among("kind", AREA_KINDS)
        parts = [spelled(found, ZoneArea.Kind)] if found else []
        if phases := self.add("parts"):
            parts.append(
                _("%(n)s giai đoạn ghi thành khu riêng, có thể đã nằm trong diện tích khu gốc") % {"n": phases}
            )
        return parts

    @property
    def bases(self):
        """How the occupancy is counted, with a warning when ways of different laws are added up."""
        parts = [_("Σ tử số / Σ mẫu số của các khu có đủ hai số")]
        found = self.among("basis", BASES)
        if found:
            parts.append(spelled(found, OccupancyBasis))
        if len(found) > 1:
            parts.append(_("cộng các khu có cách tính khác nhau nên chỉ để tham khảo"))
        if stated := self.add("stated_only"):
            parts.append(_("%(n)s khu khác chỉ có tỷ lệ do nguồn công bố, không cộng được") % {"n": stated})
        return "; ".join(parts)


class FacilityTally(Counted):
    """The standalone facilities: today's from the stored sums, those with figures of a past day added up."""

    counts, source = "facilities", gettext_lazy("Danh sách cơ sở sản xuất; văn bản, nguồn ghi ở từng cơ sở")

    @classmethod
    def stored(cls, user, frame):
        return cls.grouped(sums.facilities(user), frame)

    @classmethod
    def of(cls, facilities, frame):
        return cls.grouped(sums.live_facilities(facilities), frame)

    @classmethod
    def grouped(cls, rows, frame):
        groups = [
            Group({"city": row["city"], "relocation_class": row["relocation_class"] or UNKNOWN}, row) for row in rows
        ]
        tally = cls([group for group in groups if group.numbers["facilities"]], frame)
        return tally.within(frame["city"]) if frame.get("city") in City.values else tally

    def within(self, city):
        return FacilityTally([group for group in self.groups if group.marks["city"] == city], self.frame)

    def count(self, label=""):
        basis = _("mỗi cơ sở ngoài khu, cụm đếm một lần")
        return self.figure(label or _("Số cơ sở"), self.total, self.total, basis, unit=_("cơ sở"))

    def land(self):
        n = self.add("land_n")
        value = hectares(self.add("land_m2")) if n else None
        basis = _("tổng diện tích đất của các cơ sở có số liệu, theo lần ghi mới nhất của từng cơ sở")
        return self.figure(_("Diện tích đất"), value, n, basis, "hectare", has_land="true")

    def floor(self):
        n = self.add("floor_n")
        value = Decimal(self.add("floor_dm2")) / 100 if n else None
        basis = _("tổng diện tích sàn của các cơ sở đã khảo sát")
        return self.figure(_("Diện tích sàn"), value, n, basis, "square metre", has_floor="true")

    def workers(self):
        n = self.add("workers_n")
        basis = _("tổng lao động của các cơ sở có số liệu")
        people = self.add("workers") if n else None
        return self.figure(_("Lao động"), people, n, basis, unit=_("người"), has_workers="true")


def in_city(stored, frame):
    return stored.filter(city=frame["city"]) if frame.get("city") in City.values else stored


def hectares(square_metres):
    return square_metres / PARTS_OF_A_HECTARE


def marks(row):
    """What a group is asked by: parameter of the zone list → its value there."""
    answers = {name: ANSWERS.get(row[name], row[name]) for name in ("established", "operating")}
    return {"city": row["city"], "kind": row["kind"], "status": row["status"] or UNKNOWN} | answers


def alike(row):
    """The zones of a group, which have one kind of area and one basis, counted under these."""
    kinds = {f"kind_{kind}": row["zones"] * (row["area_kind"] == kind) for kind in AREA_KINDS}
    return kinds | {f"basis_{code}": row["zones"] * (row["occupancy_basis"] == code) for code in BASES}


def spelled(numbers, choices):
    """ "theo quyết định: 30 khu; theo quy hoạch: 12 khu", most first."""
    most_first = sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
    return "; ".join(_("%(what)s: %(n)s khu") % {"what": choices(value).label, "n": n} for value, n in most_first)


UNITS = {"integer": pgettext_lazy("nhiều", "khu, cụm"), "hectare": "ha", "square metre": "m²", "percent": "%"}
SHARES = {"area": "area_n", "decision": "decision", "boundary": "boundary"}
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
