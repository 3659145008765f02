"""One line of a plan beside the zone that it means: number, place, area, status, each difference with its reason."""

import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlsplit

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import prefetch_visible
from accounts.templatetags.portal import number, signed
from accounts.text import fold
from planning.models import PlanEntry
from zones.models import AdminUnit, Document, UnitSuccession, Zone, ZoneArea, ZoneStatus, ZoneUnit
from zones.models.fact import dated

OK, DIFFERS, UNKNOWN = "ok", "differs", "unknown"
STATES = {OK: gettext_lazy("khớp"), DIFFERS: gettext_lazy("khác nhau"), UNKNOWN: gettext_lazy("chưa rõ")}
MARKS = {OK: "on-track", DIFFERS: "late", UNKNOWN: "unknown"}
TOLERANCE_HA = Decimal("0.05")  # documents say "khoảng" and round
NAMED = 5  # zones that a sentence names at most
Main, Intent = ZoneStatus.Main, PlanEntry.Intent
GONE = {Main.REMOVED, Main.ANNULLED, Main.CONVERTED}
LASTING = {Main.IN_PLAN, Main.INVESTMENT_APPROVED, Main.ESTABLISHED, Main.UNDER_CONSTRUCTION, Main.OPERATING}
FITS = {  # the statuses of the register that agree with what the plan intends
    Intent.NEW: (LASTING - {Main.OPERATING}) | {Main.PROPOSED},
    Intent.KEEP: LASTING,
    Intent.EXPAND: LASTING,
    Intent.CONVERT: {Main.CONVERTED},
    Intent.REMOVE: GONE,
    Intent.UNKNOWN: set(Main) - GONE,
}
ADVICE = {
    Intent.NEW: gettext_lazy(
        "Nếu khu lập sau quy hoạch thì dòng này đã thực hiện; nếu có từ trước thì xem lại định hướng của dòng."
    ),
    Intent.CONVERT: gettext_lazy("Chưa chuyển đổi, hoặc sổ chưa ghi: theo dõi hồ sơ chuyển đổi của khu."),
    Intent.REMOVE: gettext_lazy("Khu vẫn còn trong sổ: theo dõi việc đưa ra, hoặc ghi tình trạng mới ở trang của khu."),
}
GONE_ADVICE = gettext_lazy(
    "Đã có quyết định đưa ra thì trình điều chỉnh quy hoạch; chưa có thì ghi lại tình trạng ở trang của khu."
)
WAITING_ADVICE = gettext_lazy("Đối chiếu văn bản mới nhất của khu rồi ghi lại tình trạng ở trang của khu.")
AREA_ADVICE = gettext_lazy(
    "Quyết định sau đã đổi diện tích thì trình điều chỉnh quy hoạch; sổ ghi sai thì ghi số mới ở trang của khu."
)
LOOSE_AREAS = {ZoneArea.Kind.STUDY, ZoneArea.Kind.STATED}
UNIT_WORD = re.compile(r"^(xa|phuong|thi tran|dac khu|huyen|quan|thi xa|thanh pho|tp|tinh)\.? +(?=\D)")
BETWEEN_UNITS = re.compile(r"[,;()]|\s[-–]\s|\svà\s")
CITIES = {"ha noi", "hcm", "tphcm", "ho chi minh"}


@dataclass(frozen=True)
class Cell:
    """One comparison. `state`: ok, differs, unknown; `text`: in a word; `why`: both values, sources, what to do."""

    state: str
    text: str
    why: str

    @property
    def label(self):
        return STATES[self.state]

    @property
    def mark(self):
        return MARKS[self.state]


@dataclass(frozen=True)
class Line:
    """One line of the plan. `zone` carries its figures of the day; None when none is linked or it may not be seen."""

    entry: PlanEntry
    zone: Zone | None
    number: Cell
    place: Cell
    area: Cell
    status: Cell

    @property
    def cells(self):
        return [
            (_("Số khu"), self.number),
            (_("Địa điểm"), self.place),
            (_("Diện tích"), self.area),
            (_("Tình trạng"), self.status),
        ]

    @property
    def differs(self):
        return any(cell.state == DIFFERS for _label, cell in self.cells)


class Neighbour(NamedTuple):
    """A zone of the plan's city and kinds."""

    pk: int
    code: str
    name: str
    status: str


class Register:
    """What the register says of the zones that a plan means, and of their neighbours."""

    def __init__(self, plan, user, day):
        self.plan, self.user, self.day = plan, user, day
        self.entries = list(PlanEntry.objects.visible_to(user).filter(plan=plan).order_by("number"))

    @cached_property
    def zones(self):
        places = ZoneUnit.objects.select_related("unit__parent__parent")
        found = Zone.objects.visible_to(self.user).on(self.day).filter(plan_entries__plan=self.plan).distinct()
        return {zone.pk: zone for zone in found.prefetch_related(Prefetch("places", places))}

    @cached_property
    def neighbours(self):
        """The zones of the plan's city and kinds."""
        found = Zone.objects.visible_to(self.user).on(self.day)
        found = found.filter(city=self.plan.city, kind__in=self.plan.kinds)
        return [Neighbour(*row) for row in found.order_by("name_sort").values_list("pk", "code", "name", "status")]

    def facts(self, model, **condition):
        """The facts about the zones as a whole by zone, the most trusted first."""
        found = model.objects.visible_to(self.user).on(self.day).filter(zone__in=self.zones, phase=None, **condition)
        by_zone = defaultdict(list)
        for fact in found.best_first().prefetch_related(prefetch_visible("document", Document, self.user)):
            by_zone[fact.zone_id].append(fact)
        return by_zone

    @cached_property
    def areas(self):
        return self.facts(ZoneArea, kind__in=ZoneArea.WHOLE)

    @cached_property
    def statuses(self):
        return self.facts(ZoneStatus, aspect=ZoneStatus.Aspect.MAIN)

    @cached_property
    def kin(self):
        """Unit → the units that passed into it and that it passed into."""
        ids = {place.unit_id for zone in self.zones.values() for place in zone.places.all()}
        links = UnitSuccession.objects.filter(Q(old__in=ids) | Q(new__in=ids)).values_list("old", "new")
        units = AdminUnit.objects.select_related("parent__parent").in_bulk({pk for link in links for pk in link})
        kin = defaultdict(list)
        for old, new in links:
            kin[old].append(units[new])
            kin[new].append(units[old])
        return kin

    @cached_property
    def first_line(self):
        """Zone → the number of the first line that means it."""
        return {entry.zone_id: entry.number for entry in reversed(self.entries)}


def line_of(entry, register):
    zone = register.zones.get(entry.zone_id)
    if zone is None:
        told = _("Chưa nối với khu nào trong sổ.")
        if entry.zone_id:
            told = _("Sổ không có số liệu của khu này vào ngày đang xem, hoặc bạn không được xem khu này.")
        nothing = Cell(UNKNOWN, "–", told)
        return Line(entry, None, number_cell(entry, None, register), nothing, nothing, nothing)
    cells = (cell(entry, zone, register) for cell in (number_cell, place_cell, area_cell, status_cell))
    return Line(entry, zone, *cells)


def number_cell(entry, zone, register):
    if zone is None and entry.zone_id:
        return Cell(UNKNOWN, "–", _("Dòng này nối với một khu mà bạn không được xem, hoặc chưa có vào ngày đang xem."))
    if zone is None:
        return missing(entry, register)
    words = {"zone": zone.name, "code": zone.code, "other": register.first_line[zone.pk]}
    if register.first_line[zone.pk] != entry.number:
        return Cell(DIFFERS, _("Trùng khu"), _("%(zone)s (%(code)s) đã nối với dòng số %(other)s.") % words)
    if zone.kind != entry.kind:
        words |= {"planned": entry.get_kind_display(), "kind": zone.get_kind_display()}
        why = _("Quy hoạch ghi %(planned)s, sổ ghi %(zone)s là %(kind)s: xem lại dòng hoặc loại của khu.") % words
        return Cell(DIFFERS, _("Khác loại"), why)
    return Cell(OK, _("Có trong sổ"), _("Nối với %(zone)s (%(code)s).") % words)


def missing(entry, register):
    """A line without a zone: which zones may be meant."""
    name = fold(entry.name)
    alike = [f"{one.name} ({one.code})" for one in register.neighbours if name in fold(one.name)][:NAMED]
    why = _("Dòng này chưa nối với khu nào; sổ không có khu cùng loại tên như vậy. Thêm khu vào sổ rồi nối với dòng.")
    if alike:
        why = _("Dòng này chưa nối với khu nào. Có thể là: %(zones)s. Sửa dòng để chọn khu.") % {
            "zones": "; ".join(alike)
        }
    return Cell(DIFFERS, _("Chưa có trong sổ"), why)


def place_cell(entry, zone, register):
    known = places_of(zone, register)
    said = [part.strip() for part in BETWEEN_UNITS.split(entry.place_text) if part.strip()]
    said = [part for part in said if bare(part) not in CITIES]
    if not said:
        return Cell(UNKNOWN, "–", _("Quy hoạch, hoặc phần đọc được của nó, không nêu địa điểm."))
    if not known:
        return Cell(UNKNOWN, "–", _("Sổ chưa có địa bàn của khu này: thêm ở trang sửa khu."))
    words = {"said": entry.place_text, "known": ", ".join(dict.fromkeys(known.values()))}
    strange = [part for part in said if bare(part) not in known]
    words["strange"] = ", ".join(strange)
    both = _("Quy hoạch ghi “%(said)s”; sổ ghi %(known)s.") % words
    if strange and len(strange) < len(said) and not has_commune(zone):
        why = _("Sổ chưa ghi đến cấp xã, chưa thấy %(strange)s: thêm địa bàn ở trang sửa khu.") % words
        return Cell(UNKNOWN, _("Chưa đến cấp xã"), f"{both} {why}")
    if strange:
        why = _("Không thấy %(strange)s: xem lại địa bàn ở trang sửa khu, hoặc dòng của quy hoạch.") % words
        return Cell(DIFFERS, _("Khác địa bàn"), f"{both} {why}")
    return Cell(OK, _("Khớp"), both)


def has_commune(zone):
    return any(place.unit.level == AdminUnit.Level.COMMUNE for place in zone.places.all())


def places_of(zone, register):
    """Name without its level → the name in full: units of any era, what they lie in, what became of them."""
    found = {bare(part): part.strip() for part in BETWEEN_UNITS.split(zone.place_text) if part.strip()}
    own = [place.unit for place in zone.places.all()]
    kin = [one for unit in own for one in register.kin[unit.pk] if fits(one, own)]
    for unit in (*own, *kin):
        found |= {bare(one.name): one.name for one in lineage(unit)}
    return found


def fits(unit, own):
    """Can the zone lie in a forebear or heir of its units? Not beside what is given of that unit's own time."""
    of_its_time = [one for one in own if one.is_former == unit.is_former]
    return not of_its_time or any(one in lineage(unit) for one in of_its_time)


def lineage(unit):
    """The unit and what it lies in, below the city."""
    while unit and unit.level != AdminUnit.Level.PROVINCE:
        yield unit
        unit = unit.parent


def bare(name):
    """“Huyện Củ Chi” → "cu chi"; “Quận 8” stays, or it would be taken for “Phường 8”."""
    return UNIT_WORD.sub("", fold(name.strip()))


def area_cell(entry, zone, register):
    fact = next((one for one in register.areas[zone.pk] if one.kind == zone.area_kind), None)
    words = {"plan": number(entry.area_ha), "by": cited(entry.source), "register": number(zone.area_ha)}
    words |= {"kind": fact.get_kind_display(), "source": rests_on(fact)} if fact else {"kind": "–", "source": "–"}
    if entry.area_ha is None:
        return Cell(
            UNKNOWN,
            "–",
            _("Quy hoạch, hoặc phần đọc được của nó, không nêu diện tích. Sổ ghi %(register)s ha.") % words,
        )
    if zone.area_ha is None:
        why = _("Quy hoạch ghi %(plan)s ha (%(by)s); sổ chưa có diện tích: ghi ở trang của khu.")
        return Cell(UNKNOWN, "–", why % words)
    both = _("Quy hoạch ghi %(plan)s ha (%(by)s); sổ ghi %(register)s ha, %(kind)s (%(source)s).") % words
    gap = zone.area_ha - entry.area_ha
    if abs(gap) <= TOLERANCE_HA:
        return Cell(OK, _("Khớp"), both)
    advice = AREA_ADVICE
    if zone.area_kind in LOOSE_AREAS:
        advice = _(
            "Hai số có thể không cùng loại: ghi thêm diện tích theo quyết định hoặc theo quy hoạch ở trang của khu."
        )
    return Cell(DIFFERS, difference(gap, entry.area_ha), f"{both} {advice}")


def difference(gap, planned):
    text = f"{signed(gap)} ha"
    return f"{text} ({signed(gap / planned * 100, 1)} %)" if planned else text


def status_cell(entry, zone, register):
    fact = next((one for one in register.statuses[zone.pk] if one.value == zone.status), None)
    if fact is None:
        return Cell(UNKNOWN, "–", _("Sổ chưa có tình trạng của khu này: ghi ở trang của khu."))
    words = {"intent": entry.get_intent_display(), "status": fact.get_value_display(), "source": rests_on(fact)}
    both = _("Quy hoạch: %(intent)s; sổ: %(status)s (%(source)s).") % words
    if zone.status in FITS[entry.intent]:
        return Cell(OK, fact.get_value_display(), both)
    advice = ADVICE.get(entry.intent, WAITING_ADVICE)
    if zone.status in GONE:
        advice = GONE_ADVICE
    return Cell(DIFFERS, fact.get_value_display(), f"{both} {advice}")


def rests_on(fact):
    """The document or source of a fact with its day; a document that the reader may not see has no number."""
    if fact.document_id:
        basis = f"{fact.document.type} {fact.document}" if fact.document else _("văn bản hạn chế")
    else:
        basis = cited(fact.source)
    return f"{basis}, {day}" if (day := dated(fact)) else basis


def cited(source):
    """A source in a word: of an address only whose it is."""
    parts = [part.strip() for part in source.split("; ")]
    return "; ".join(urlsplit(part).netloc.removeprefix("www.") or part for part in parts if part) or "–"
