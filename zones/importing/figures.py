"""Figures in rows of zones: a cell that differs from the register becomes a fact, with the day and basis of its row.

Nothing is layered silently: where the register knows a newer value the row is rejected, a value of the same day is
superseded, an older one keeps standing for its own time."""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from types import SimpleNamespace

from django.utils.translation import gettext as _

from zones.importing.cells import Unclear, is_nothing, read_day, read_text
from zones.importing.drafting import Statement, same
from zones.importing.preview import Change
from zones.importing.rules import problems
from zones.models import Document, Standing, ZoneArea, ZoneStatus
from zones.models.fact import Precision

AT_ONCE = 5_000
MAIN = ZoneStatus.Aspect.MAIN
KINDS = {"industrial_ha": ZoneArea.Kind.INDUSTRIAL, "leased_ha": ZoneArea.Kind.LEASED}


@dataclass(frozen=True, slots=True)
class Basis:
    """From which day the figures of a row hold, and on what they rest."""

    as_of: datetime.date
    as_of_precision: str
    document: Document | None
    source: str

    @property
    def given(self):
        document = self.document and self.document.pk
        return {
            "as_of": self.as_of,
            "as_of_precision": self.as_of_precision,
            "document_id": document,
            "source": self.source,
        }

    @property
    def print(self):
        return f"{self.as_of},{self.as_of_precision},{self.document and self.document.pk},{self.source}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure that a row states otherwise than the register: the column's key and the fact's own fields."""

    key: str
    model: type
    own: dict

    @property
    def subject(self):
        return self.own.get("kind", MAIN)

    @property
    def value(self):
        return self.own["value_ha" if self.model is ZoneArea else "value"]


def draft_figures(sheet, drafts):
    """Add to each draft the facts that its figures state and the register does not."""
    stating = [(draft, figures) for draft in drafts if (figures := wanted(sheet, draft))]
    standing = in_force([draft.record.pk for draft, _figures in stating if not draft.is_new])
    for draft, figures in stating:
        try:
            basis = basis_of(sheet, draft)
        except Unclear as why:
            sheet.refuse(draft, figures[0].key, why)
            continue
        for one in figures:
            if is_sound(sheet, draft, one, basis):
                settle(sheet, draft, one, basis, standing[draft.record.pk, one.subject])


def wanted(sheet, draft):
    """Every figure that the row states otherwise than the register."""
    found = []
    if (value := stated(sheet, draft, "status")) is not None:
        found.append(Figure("status", ZoneStatus, {"aspect": MAIN, "value": value}))
    for key, kind in KINDS.items():
        if (value := stated(sheet, draft, key)) is not None:
            found.append(Figure(key, ZoneArea, {"kind": kind, "value_ha": value}))
    return found + whole_area(sheet, draft)


def whole_area(sheet, draft):
    """The area and what it is the area of go together."""
    area, kind = (stated(sheet, draft, key) for key in ("area_ha", "area_kind"))
    if area is None and kind is None:
        return []
    area, kind = (figure(draft, "area_ha") if area is None else area), kind or figure(draft, "area_kind")
    if area is None:
        sheet.refuse(draft, "area_kind", _("Ghi cả diện tích."))
    elif not kind:
        sheet.refuse(draft, "area_ha", _("Ghi rõ ở cột “Diện tích theo” đây là diện tích theo văn bản nào."))
    elif kind not in ZoneArea.WHOLE:
        sheet.refuse(draft, "area_kind", _("Loại diện tích này không phải của cả khu; nhập ở tệp “Diện tích”."))
    else:
        return [Figure("area_ha", ZoneArea, {"kind": kind, "value_ha": area})]
    return []


def figure(draft, key):
    return None if draft.is_new else getattr(draft.record, key)


def stated(sheet, draft, key):
    """What a cell states otherwise than the register; None when it states nothing new."""
    if key not in sheet.place:
        return None
    cell, held = sheet.cell(draft, key), figure(draft, key)
    if is_nothing(cell):
        if held not in (None, ""):
            sheet.refuse(draft, key, _("Số liệu không xoá được qua tệp; rút số liệu ở trang của khu."))
        return None
    try:
        value = sheet.read(sheet.target.by_key[key], cell, held)
    except Unclear as why:
        sheet.refuse(draft, key, why)
        return None
    return None if same(held, value) else value


def basis_of(sheet, draft):
    """Day, document and source of the figures in a row; Unclear when it has none."""
    if is_nothing(cell := sheet.cell(draft, "figures_on")):
        raise Unclear(
            _("Số liệu đổi so với sổ: ghi “Số liệu từ ngày” và “Văn bản của số liệu” hoặc “Nguồn của số liệu”.")
        )
    day, precision = read_day(cell)
    named = sheet.cell(draft, "figures_document")
    document = None if is_nothing(named) else sheet.lookups.find("document", named, draft.record)
    source = read_text(sheet.cell(draft, "figures_source"))
    if document is None and not source:
        raise Unclear(_("Ghi “Văn bản của số liệu” hoặc “Nguồn của số liệu” cho số liệu đổi."))
    return Basis(day, precision, document, source)


def is_sound(sheet, draft, one, basis):
    """Do the fact's own rules allow it? The row is rejected otherwise."""
    which = (one.model, *one.own.values(), basis)
    if which in sheet.accepted:
        return True
    found = problems(one.model(**one.own, **basis.given), {"as_of", "source", *one.own}, sheet.accepted)
    for _name, message in found:
        sheet.refuse(draft, one.key, message)
    if not found:
        sheet.accepted.add(which)
    return not found


def in_force(zones):
    """(zone, subject) → the facts in force of the whole zone, best first."""
    found = defaultdict(list)
    for start in range(0, len(zones), AT_ONCE):
        chosen = {"zone__in": zones[start : start + AT_ONCE], "phase": None}
        for fact in ZoneArea.objects.in_force().filter(**chosen).best_first():
            found[fact.zone_id, fact.kind].append(fact)
        for fact in ZoneStatus.objects.in_force().filter(aspect=MAIN, **chosen).best_first():
            found[fact.zone_id, MAIN].append(fact)
    return found


def settle(sheet, draft, one, basis, beside):
    """Already in the register, against something newer there, or a new fact, in place of one of the same day."""
    beside = [fact for fact in beside if fact.standing == Standing.ADOPTED]
    same_day = [fact for fact in beside if fact.as_of == basis.as_of]
    if any(said(fact) == one.value for fact in same_day):
        return
    for fact in beside:
        if fact.as_of > basis.as_of and fact.as_of_precision != Precision.UNKNOWN:
            words = _("Sổ đã có số mới hơn: %(fact)s, từ %(day)s.") % {"fact": fact, "day": f"{fact.as_of:%d/%m/%Y}"}
            sheet.refuse(draft, one.key, words)
            return
    replaced = same_day[0].pk if same_day else None
    tell(sheet, draft, one.key, one.value)
    if one.key == "area_ha" and one.subject != figure(draft, "area_kind"):
        tell(sheet, draft, "area_kind", one.subject)
    draft.facts.append(Statement(one.model, {**basis.given, **one.own}, draft.record, replaced))
    draft.traces.append(f"{one.subject}:{figure(draft, one.key)}>{one.value};{basis.print}/{replaced}")


def tell(sheet, draft, key, value):
    """The change in words, as the column writes its values."""
    column = sheet.target.by_key[key]
    old = "" if draft.is_new else sheet.spell(column, draft.record)
    draft.changes.append(Change(key, sheet.headings[key], old, sheet.spell(column, SimpleNamespace(**{key: value}))))


def said(fact):
    return fact.value_ha if isinstance(fact, ZoneArea) else fact.value
