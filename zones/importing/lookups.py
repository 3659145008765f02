"""Related records as files name them: by code, or by a name that only one of those fits that the person may see."""

from collections import defaultdict
from functools import cached_property, partial

from django.utils.translation import gettext as _

from accounts.models import Agency
from zones.importing.cells import Unclear, folded, shown, spelling
from zones.models import AdminUnit, Document, Indicator, Phase, Zone

OFFERED = 5
FURTHER: dict = {}  # kind → (model, noun, its names): the records that an app above the register lets files name
WITHIN = {"unit": "city", "phase": "zone_id"}  # names that are looked up within something


class Lookups:
    """Each kind of record is loaded once, when the first cell asks for it."""

    def __init__(self, user):
        self.user, self.found, self.coming, self.further = user, {}, {}, {}

    def find(self, kind, cell, record):
        """The record that a cell names; `record`: the one that refers to it, as far as it is filled in."""
        where = (kind, cell, getattr(record, WITHIN[kind]) if kind in WITHIN else None)
        if where not in self.found:
            find = partial(self.find_further, kind) if kind in FURTHER else getattr(self, f"find_{kind}")
            self.found[where] = find(cell, record)
        return self.found[where]

    def find_further(self, kind, cell, record):
        model, noun, names = FURTHER[kind]
        if kind not in self.further:
            self.further[kind] = index(self.visible(model), names)
        return only(self.further[kind], cell, noun, lambda found: found.code)

    def expect(self, zones):
        """New zones of the file itself, which its other rows may name."""
        self.coming = index(zones, zone_names)

    def visible(self, model):
        return model.objects.visible_to(self.user)

    @cached_property
    def agencies(self):
        return index(self.visible(Agency), lambda agency: (agency.code, agency.name))

    @cached_property
    def zones(self):
        own = self.visible(Zone).select_related("managing_agency")
        return index(own.only("code", "name", "city", "publicity", "managing_agency"), zone_names)

    @cached_property
    def indicators(self):
        return index(self.visible(Indicator), lambda one: (one.code, one.name_vi, one.name_en))

    @cached_property
    def documents(self):
        return index(self.visible(Document), document_names)

    @cached_property
    def units(self):
        today = self.visible(AdminUnit).filter(level=AdminUnit.Level.COMMUNE, valid_to__isnull=True)
        return index(today, lambda unit: (unit.code, unit.name))

    @cached_property
    def phases(self):
        return {(phase.zone_id, phase.number): phase for phase in self.visible(Phase)}

    def find_agency(self, cell, record):
        return only(self.agencies, cell, _("cơ quan"), lambda agency: agency.code)

    def find_zone(self, cell, record):
        named = folded(cell)
        both = {named: self.zones.get(named, {}) | self.coming.get(named, {})}
        return only(both, cell, _("khu, cụm"), lambda zone: zone.code)

    def find_indicator(self, cell, record):
        return only(self.indicators, cell, _("chỉ tiêu"), lambda indicator: indicator.code)

    def find_document(self, cell, record):
        return only(self.documents, cell, _("văn bản"), lambda document: document_names(document)[-1])

    def find_unit(self, cell, record):
        """A commune of today, of the record's own city where it has one."""
        city = record.city
        return only(
            self.units, cell, _("xã, phường"), lambda unit: unit.code, lambda unit: unit.city in ("", city) or not city
        )

    def find_phase(self, cell, record):
        number = folded(cell)
        found = self.phases.get((record.zone_id, int(number))) if number.isascii() and number.isdigit() else None
        if found is None:
            raise Unclear(_("Khu này không có giai đoạn số “%(text)s”.") % {"text": shown(cell)})
        return found


def zone_names(zone):
    return (zone.code, zone.name)


def document_names(document):
    """How files name a document, the whole name last."""
    number, known = document.number, str(document)
    ways = [number, known, f"{document.type} {number}", f"{document.type} {known}", f"{number} – {document.issuer}"]
    return [*ways, f"{document.type} {known} – {document.issuer}"]


def index(records, names):
    """folded name → the records of that name."""
    found = defaultdict(dict)
    for record in records:
        for name in names(record):
            if name:
                found[spelling(name)][id(record)] = record
    return found


def only(table, cell, noun, told, fits=lambda record: True):
    """The one record of that name; Unclear when there is none, or when it could be several."""
    found = [record for record in table.get(folded(cell), {}).values() if fits(record)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise Unclear(_("Không có %(noun)s nào là “%(text)s”.") % {"noun": noun, "text": shown(cell)})
    offered = ", ".join(sorted(str(told(record)) for record in found)[:OFFERED])
    raise Unclear(
        _("“%(text)s” có thể là nhiều %(noun)s; ghi một trong: %(offered)s.")
        % {"text": shown(cell), "noun": noun, "offered": offered}
    )
