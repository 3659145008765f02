"""The statements of the register: each fact as a reader may see it, with what it rests on.

A statement that rests on a hidden document says only that."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from accounts.templatetags.portal import number, percent
from zones.models import (
    FACTS,
    Boundary,
    Document,
    Fact,
    LandUse,
    Measurement,
    Occupancy,
    ZoneArea,
    ZoneStatus,
)
from zones.models.area import occupancy_pct
from zones.models.fact import dated

MEASUREMENTS_SHOWN = 50  # the newest of a zone; the others stand in a list of their own
KINDS = {
    "status": ZoneStatus,
    "area": ZoneArea,
    "land-use": LandUse,
    "occupancy": Occupancy,
    "boundary": Boundary,
    "measurement": Measurement,
}
SLUGS = {model: slug for slug, model in KINDS.items()}


@dataclass(frozen=True)
class Statement:
    """One fact as a reader may see it. `holds`: not superseded on the day in view; `gap_ha`: off the figure in use."""

    fact: Fact
    label: str
    value: str
    unit: str
    document: Document | None
    holds: bool = True
    gap_ha: Decimal | None = None
    gap_pct: Decimal | None = None
    agrees: bool = False

    @property
    def slug(self):
        return SLUGS[type(self.fact)]

    @property
    def day(self):
        return dated(self.fact)

    @property
    def restricted(self):
        return bool(self.fact.document_id) and self.document is None

    @property
    def url(self):
        return self.fact.source if re.fullmatch(r"https?://\S+", self.fact.source) else ""

    @property
    def host(self):
        return urlsplit(self.url).hostname

    @property
    def pct(self):
        """Occupancy from its own fraction."""
        return occupancy_pct(self.fact.numerator_ha, self.fact.denominator_ha)

    @property
    def basis(self):
        """What the statement rests on, in one line of plain text."""
        return str(self.document or (_("văn bản hạn chế") if self.restricted else self.fact.source))


@dataclass(frozen=True)
class Further:
    """What the measurements tell of which not all are shown: how many hold, which documents they rest on."""

    count: int = 0
    resting_on: frozenset[int] = frozenset()
    documents: dict[int, Document] = field(default_factory=dict)


def read_further(statements, zone, user, day, known):
    """What the measurements tell that are not among `statements`, if there are any."""
    if sum(isinstance(line.fact, Measurement) for line in statements) < MEASUREMENTS_SHOWN:
        return Further()
    found = read_facts(Measurement, user, day, known, {"zone": zone}).order_by()
    resting_on = frozenset(found.values_list("document", flat=True).distinct()) - {None}
    holding = Measurement.objects.visible_to(user).on(day, known).filter(zone=zone)
    return Further(holding.count(), resting_on, Document.objects.visible_to(user).in_bulk(resting_on))


def read_statements(user, day, known, models=FACTS, most_measurements=None, **condition):
    """The facts that fit `condition` and were known, each with whether it holds on `day`; best first."""
    most = {Measurement: most_measurements}
    facts = [fact for model in models for fact in read_facts(model, user, day, known, condition)[: most.get(model)]]
    for fact in facts:
        fact.zone = condition.get("zone") or fact.zone
    documents = Document.objects.visible_to(user).in_bulk({fact.document_id for fact in facts} - {None})
    return [stated(fact, documents.get(fact.document_id), fact.holds_on(day, known)) for fact in facts]


def read_facts(model, user, day, known, condition):
    then = model.objects.visible_to(user).filter(as_of__lte=day, **condition)
    if known is not None:
        then = then.filter(recorded_at__lte=known)
    related = [*([] if "zone" in condition else ["zone"]), *(["indicator"] if model is Measurement else [])]
    then = then.select_related("recorded_by", "phase", *related)
    return (then.defer("geometry", "submitted") if model is Boundary else then).best_first()


def stated(fact, document, holds=True):
    label, value, unit = SAYS[type(fact)](fact)
    return Statement(fact, label, value, unit, document, holds)


def say_occupancy(fact):
    """A percentage with its fraction; one that a source only printed is shown as such and never summed."""
    if fact.counted:
        pct = percent(occupancy_pct(fact.numerator_ha, fact.denominator_ha))
        return (
            fact.get_basis_code_display(),
            f"{pct} = {number(fact.numerator_ha)} / {number(fact.denominator_ha)}",
            "ha",
        )
    return fact.get_basis_code_display(), percent(fact.stated_pct), str(_("nguồn công bố, không cộng"))


def say_measurement(fact):
    period = " – ".join(f"{day:%d/%m/%Y}" for day in (fact.period_start, fact.period_end) if day)
    value = fact.value_text if fact.value is None else number(fact.value)
    return (
        f"{fact.indicator}{f' ({period})' if period else ''}",
        value,
        fact.indicator.unit if fact.value is not None else "",
    )


SAYS = {
    ZoneStatus: lambda fact: (fact.get_aspect_display(), fact.get_value_display(), ""),
    ZoneArea: lambda fact: (fact.get_kind_display(), number(fact.value_ha), "ha"),
    LandUse: lambda fact: (f"{fact.get_code_display()} ({fact.code})", number(fact.value_ha), "ha"),
    Occupancy: say_occupancy,
    Boundary: lambda fact: (_("ranh giới"), number(fact.measured_ha), "ha"),
    Measurement: say_measurement,
}
