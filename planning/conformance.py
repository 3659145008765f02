"""A plan beside the register on a day: its lines (planning/comparing.py) and what it says as a whole.

Nothing is judged that is not known: a list of which some lines are missing, an area that the plan does not give."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.templatetags.portal import number, signed
from planning.comparing import (
    DIFFERS,
    GONE,
    NAMED,
    OK,
    TOLERANCE_HA,
    UNKNOWN,
    Cell,
    Intent,
    Line,
    Neighbour,
    Register,
    difference,
    line_of,
)
from planning.models import Plan


@dataclass(frozen=True)
class Total:
    """What the plan says as a whole beside what stands against it."""

    label: str
    plan: str
    register: str
    cell: Cell


@dataclass(frozen=True)
class Conformance:
    plan: Plan
    lines: tuple[Line, ...]
    totals: tuple[Total, ...]
    outside: tuple[Neighbour, ...]

    @property
    def differing(self):
        return [line for line in self.lines if line.differs]


def conform(plan, user, day):
    """`plan` (visible to `user`) beside what they may see of the register on `day`; a fixed number of statements."""
    register = Register(plan, user, day)
    lines = tuple(line_of(entry, register) for entry in register.entries)
    linked = {entry.zone_id for entry in register.entries}
    outside = tuple(one for one in register.neighbours if one.pk not in linked and one.status not in GONE)
    return Conformance(plan, lines, tuple(totals_of(plan, lines, outside)), outside)


def totals_of(plan, lines, outside):
    yield count_total(plan, lines)
    yield found_total(lines)
    yield stated_area_total(plan, lines)
    yield register_area_total(lines)
    yield outside_total(plan, lines, outside)


def count_total(plan, lines):
    stated, listed = plan.stated_count, len(lines)
    words = {"stated": stated, "listed": listed}
    if stated is None:
        cell = Cell(UNKNOWN, "–", _("Quy hoạch không nêu tổng số; danh mục ở đây có %(listed)s dòng.") % words)
    elif stated == listed:
        cell = Cell(OK, _("Khớp"), _("Quy hoạch nêu %(stated)s, danh mục ở đây có đủ.") % words)
    elif plan.complete:
        why = _("Quy hoạch nêu %(stated)s, danh mục đã nhập đủ lại có %(listed)s dòng: kiểm tra các dòng hoặc số tổng.")
        cell = Cell(DIFFERS, signed(listed - stated, 0), why % words)
    else:
        why = _("Mới có %(listed)s trong %(stated)s dòng: chưa có phụ lục nên chưa kết luận được về số khu.")
        cell = Cell(UNKNOWN, _("Danh mục chưa đủ"), why % words)
    return Total(_("Số khu mà quy hoạch nêu, số dòng đã nhập"), number(stated, 0), str(listed), cell)


def found_total(lines):
    absent = [line.entry.name for line in lines if line.entry.zone_id is None]
    words = {"names": ", ".join(absent[:NAMED]), "absent": len(absent)}
    cell = Cell(OK, _("Khớp"), _("Mọi dòng đã nhập đều nối với một khu trong sổ."))
    if absent:
        why = _("%(absent)s dòng chưa nối với khu nào trong sổ: %(names)s…") if len(absent) > NAMED else ""
        why = why or _("%(absent)s dòng chưa nối với khu nào trong sổ: %(names)s.")
        cell = Cell(DIFFERS, signed(-len(absent), 0), why % words)
    elif not lines:
        cell = Cell(UNKNOWN, "–", _("Chưa nhập dòng nào của danh mục."))
    return Total(_("Số dòng đã nhập, số dòng có khu trong sổ"), str(len(lines)), str(len(lines) - len(absent)), cell)


def stated_area_total(plan, lines):
    areas = [line.entry.area_ha for line in lines if line.entry.area_ha is not None]
    total, stated = sum(areas, Decimal(0)), plan.stated_area_ha
    words = {"known": len(areas), "lines": len(lines), "total": number(total), "stated": number(stated)}
    if stated is None:
        cell = Cell(
            UNKNOWN, "–", _("Quy hoạch không nêu tổng diện tích; %(known)s dòng cộng được %(total)s ha.") % words
        )
    elif not plan.complete or len(areas) < len(lines):
        why = _("Quy hoạch nêu %(stated)s ha; %(known)s trong %(lines)s dòng đã nhập có diện tích, cộng %(total)s ha.")
        cell = Cell(UNKNOWN, _("Chưa đủ số để cộng"), why % words)
    elif abs(total - stated) <= TOLERANCE_HA:
        cell = Cell(OK, _("Khớp"), _("Các dòng cộng đúng tổng mà quy hoạch nêu, %(stated)s ha.") % words)
    else:
        why = _("Quy hoạch nêu %(stated)s ha, các dòng cộng được %(total)s ha: kiểm tra từng dòng với phụ lục.")
        cell = Cell(DIFFERS, difference(total - stated, stated), why % words)
    return Total(
        _("Tổng diện tích nêu (ha), các dòng cộng lại (ha)"), number(stated), number(total if areas else None), cell
    )


def register_area_total(lines):
    both = [line for line in lines if line.zone and line.entry.area_ha is not None and line.zone.area_ha is not None]
    planned = sum(line.entry.area_ha for line in both) if both else None
    registered = sum(line.zone.area_ha for line in both) if both else None
    words = {"known": len(both), "lines": len(lines), "off": sum(line.area.state == DIFFERS for line in both)}
    why = _("Cộng %(known)s trong %(lines)s dòng có cả hai số; %(off)s dòng khác nhau.") % words
    cell = Cell(UNKNOWN, "–", why)
    if both:
        cell = (
            Cell(OK, _("Khớp"), why)
            if not words["off"]
            else Cell(DIFFERS, difference(registered - planned, planned), why)
        )
    return Total(_("Diện tích theo quy hoạch (ha), theo sổ (ha)"), number(planned), number(registered), cell)


def outside_total(plan, lines, outside):
    """Zones of the plan's kinds that it does not name; a list of new zones alone says nothing about the others."""
    label, count = _("Khu cùng loại trong sổ, ngoài danh mục"), str(len(outside))
    if lines and all(line.entry.intent == Intent.NEW for line in lines):
        why = _("Danh mục chỉ nêu khu lập mới; khu đã có không thuộc danh mục này.")
        return Total(label, "–", count, Cell(UNKNOWN, "–", why))
    if not plan.complete:
        return Total(label, "–", count, Cell(UNKNOWN, "–", _("Danh mục chưa đủ nên chưa kết luận được.")))
    if not outside:
        return Total(label, "0", count, Cell(OK, _("Khớp"), _("Mọi khu cùng loại trong sổ đều có trong danh mục.")))
    why = _("Các khu này không có trong quy hoạch: đề nghị bổ sung, hoặc xem lại loại, tình trạng của khu trong sổ.")
    return Total(label, "0", count, Cell(DIFFERS, signed(len(outside), 0), why))
