"""Where the register stands on a day: the question `Zone.objects.on(day)`, answered from the ledger."""

import datetime

from django.apps import apps
from django.db.models import BooleanField, Case, Exists, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact
from django.utils import timezone

from accounts.access import AccessQuerySet
from accounts.text import fold

FOREVER = datetime.date.max
SAYING_SOMETHING = ("ZoneStatus", "ZoneArea", "Occupancy", "Boundary", "LandUse", "Measurement")

FIGURES = (
    "status",
    "established",
    "established_on",
    "operating",
    "area_ha",
    "area_kind",
    "industrial_ha",
    "leased_ha",
    "occupied_ha",
    "occupiable_ha",
    "occupancy_basis",
    "stated_pct",
    "has_boundary",
    "has_decision",
)


class Ledger:
    """The facts about one outer zone that hold on a day, as known at a moment, as subqueries."""

    def __init__(self, day, known):
        self.day, self.known = day, known

    def facts(self, model, **condition):
        facts = apps.get_model("zones", model).objects.on(self.day, self.known)
        return facts.filter(zone=OuterRef("pk"), **condition)

    def best(self, facts, column, *before):
        return Subquery(facts.best_first(*before).values(column)[:1])

    def status(self, column, aspect, **condition):
        facts = self.facts("ZoneStatus", phase__isnull=True, aspect=aspect, **condition)
        return self.best(facts.exclude(value="not_listed"), column)

    def area(self, column, *kinds):
        rank = Case(
            *(When(kind=kind, then=Value(place)) for place, kind in enumerate(kinds)), output_field=IntegerField()
        )
        return self.best(self.facts("ZoneArea", phase__isnull=True, kind__in=kinds), column, "standing", rank)

    def occupancy(self, column, **condition):
        return self.best(self.facts("Occupancy", phase__isnull=True, **condition), column)

    def any(self, models, **condition):
        found = Q()
        for model in models:
            found |= Q(Exists(self.facts(model, **condition)))
        return found


def yes_or_no(answer):
    return Case(
        When(Exact(answer, Value("yes")), then=True),
        When(Exact(answer, Value("no")), then=False),
        default=None,
        output_field=BooleanField(),
    )


def standing(ledger):
    """Annotation name → expression for every figure of FIGURES."""
    ZoneArea = apps.get_model("zones", "ZoneArea")
    kind = ZoneArea.Kind
    counted = {"numerator_ha__isnull": False, "denominator_ha__isnull": False}
    return {
        "status": Coalesce(ledger.status("value", "main"), Value("")),
        "established": yes_or_no(ledger.status("value", "established")),
        "established_on": ledger.status("as_of", "established", value="yes", is_start=True),
        "operating": yes_or_no(ledger.status("value", "operating")),
        "area_ha": ledger.area("value_ha", *ZoneArea.WHOLE),
        "area_kind": Coalesce(ledger.area("kind", *ZoneArea.WHOLE), Value("")),
        "industrial_ha": ledger.area("value_ha", kind.INDUSTRIAL),
        "leased_ha": ledger.area("value_ha", kind.LEASED),
        "occupied_ha": ledger.occupancy("numerator_ha", **counted),
        "occupiable_ha": ledger.occupancy("denominator_ha", **counted),
        "occupancy_basis": Coalesce(ledger.occupancy("basis_code", **counted), Value("")),
        "stated_pct": ledger.occupancy("stated_pct", stated_pct__isnull=False),
        "has_boundary": Exists(ledger.facts("Boundary")),
        "has_decision": ledger.any(SAYING_SOMETHING, document__isnull=False),
    }


class ZoneQuerySet(AccessQuerySet):
    day = None

    def _clone(self):
        clone = super()._clone()
        clone.day = self.day
        return clone

    def on(self, day=None, known=None):
        """The zones with their figures (FIGURES) on `day`, as known at `known`; today and now when None.

        Today's figures are stored with the zone. For a past day or moment they are asked of the ledger, and zones of
        which no fact reaches back that far are left out: the register cannot say that they were there."""
        if known is None and (day is None or day >= timezone.localdate()):
            return self.annotate(**{name: F(f"now_{name}") for name in FIGURES})
        ledger = Ledger(day or FOREVER, known)
        found = self.reckoned(ledger).filter(ledger.any(SAYING_SOMETHING))
        found.day = day
        return found

    def reckoned(self, ledger):
        """The zones with every figure asked of `ledger` itself, not of the stored columns."""
        return self.annotate(**standing(ledger))

    def known(self, moment):
        """The same question as it would have been answered at `moment`."""
        return self.on(self.day, moment)

    def find(self, text):
        """The zones where every word of `text` begins a word of name, code or short forms, as in "LMX 2"."""
        found = self
        for word in fold(text).replace("-", " ").split():
            found = found.filter(search__contains=f" {word}")
        return found

    def in_unit(self, unit):
        """The zones in an administrative unit of any era, whichever era their own place is given in."""
        return self.filter(pk__in=apps.get_model("zones", "ZoneUnit").objects.filter(in_unit(unit)).values("zone"))


def in_unit(unit):
    """The condition for ZoneUnit rows that put a zone into `unit`.

    Directly or by a part of the unit; else by the communes that its own communes passed into (for an old unit), or that
    passed into it (for a new one) - but only for zones whose place is not given in the unit's own era."""
    parts = Q(unit=unit) | Q(unit__parent=unit) | Q(unit__parent__parent=unit)
    if unit.is_former:
        heirs = (
            Q(unit__forebears__old=unit)
            | Q(unit__forebears__old__parent=unit)
            | Q(unit__forebears__old__parent__parent=unit)
        )
        return parts | (heirs & ~Q(zone__places__unit__valid_to=unit.valid_to))
    forebears = Q(unit__heirs__new=unit) | Q(unit__heirs__new__parent=unit)
    return parts | (forebears & ~Q(zone__places__unit__valid_to__isnull=True))
