"""What the tests ask of the register about one dossier, each question once."""

from functools import cached_property

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.access import Publicity
from planning.models import Dossier
from zones.models import LandUse, Precision, Zone, ZoneArea, ZoneStatus
from zones.models.area import LEGAL_BASIS, occupancy_pct
from zones.models.fact import dated


class Case:
    """A dossier of a zone, the rules of `rule_day` and the facts of `day`."""

    def __init__(self, dossier, book, rule_day, day):
        self.dossier, self.book, self.rule_day, self.day = dossier, book, rule_day, day

    def rule(self, code):
        return self.book.find(code, self.rule_day)

    def as_open(self, records, agency):
        """Those of `records` that everybody may see who may see the dossier, so that a finding tells nothing more.

        `agency`: where the records name theirs."""
        order = Publicity.values
        open_ones = Q(publicity__in=order[: min(order.index(self.dossier.publicity) + 1, 2)])
        if self.dossier.publicity == Publicity.RESTRICTED:
            open_ones |= Q(publicity=Publicity.RESTRICTED, **{agency: self.dossier.lead_agency_id})
        return records.filter(open_ones)

    @cached_property
    def zone(self):
        """The zone with its figures on the day; None where the ledger does not reach back that far."""
        return Zone.objects.on(self.day).filter(pk=self.dossier.zone_id).first()

    @property
    def kind(self):
        return self.dossier.zone.kind

    @property
    def park_type(self):
        return self.dossier.zone.park_type

    @cached_property
    def areas(self):
        """Hectares by (phase id, kind of area), the best of each."""
        found = {}
        facts = ZoneArea.objects.on(self.day).filter(zone=self.dossier.zone_id).best_first()
        for phase, kind, value in facts.values_list("phase", "kind", "value_ha"):
            found.setdefault((phase, kind), value)
        return found

    @cached_property
    def balance(self):
        """The land-use balance: hectares by code. Its lines come from one document or source, of one day."""
        facts = list(LandUse.objects.on(self.day).filter(zone=self.dossier.zone_id, phase=None).best_first())
        if not facts:
            return {}
        first = sheet(facts[0])
        return {fact.code: fact.value_ha for fact in reversed(facts) if sheet(fact) == first}

    def share(self, land):
        """The percentage of this code of land in the whole balance; None when the balance does not name it."""
        return occupancy_pct(self.balance.get(land), sum(self.balance.values()))

    def without(self, land):
        """Why a share is not known; empty when it is."""
        return "" if land in self.balance else _("Sổ chưa có cơ cấu sử dụng đất nêu loại đất này.")

    @cached_property
    def established_since(self):
        """The day of establishment as precisely as it is known."""
        facts = ZoneStatus.objects.on(self.day).filter(zone=self.dossier.zone_id, phase=None, is_start=True)
        return dated(facts.filter(aspect="established", value="yes").best_first().first())

    @cached_property
    def began_operating(self):
        """The day since when the zone is known to operate, and whether it is the day on which that began."""
        facts = ZoneStatus.objects.on(self.day).exclude(as_of_precision=Precision.UNKNOWN)
        facts = facts.filter(zone=self.dossier.zone_id, phase=None, aspect="operating", value="yes")
        return facts.order_by("-is_start", "as_of").values_list("as_of", "is_start").first()

    @cached_property
    def siblings(self):
        """The other dossiers of the zone on tracks that tests ask about: {track: states}."""
        found = {}
        others = Dossier.objects.filter(zone=self.dossier.zone_id).exclude(pk=self.dossier.pk)
        others = self.as_open(others, "lead_agency")
        for track, state in others.values_list("track", "state"):
            found.setdefault(track, set()).add(state)
        return found

    @cached_property
    def entered(self):
        """The last step into each state: {state: step}."""
        return {step.to_state: step for step in self.dossier.steps.standing() if step.to_state}


def sheet(fact):
    return fact.document_id, fact.source, fact.as_of


def occupied(zone):
    """(numerator, denominator) of a zone's occupancy in hectares, by the law of its kind; None when not known.

    Without a figure counted as the law counts it, leased industrial land over industrial land."""
    if zone.occupancy_basis == LEGAL_BASIS[zone.kind] and zone.occupiable_ha:
        return zone.occupied_ha, zone.occupiable_ha
    if zone.leased_ha is not None and zone.industrial_ha:
        return zone.leased_ha, zone.industrial_ha
    return None
