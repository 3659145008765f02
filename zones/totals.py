"""The heads of the lists of zones and facilities from the sums that triggers keep, not from the records themselves."""

from collections import Counter
from decimal import Decimal

from django.db.models import Sum

from accounts.access import BOTH_CITIES, City
from zones import sums
from zones.filters import UNKNOWN, FacilityFilterSet, ZoneFilterSet
from zones.models.sums import BASES, MEASURES, ZoneSum

STORED_BY = ("city", "relocation_class")  # the conditions that the stored sums of facilities can answer
ZONE_SUMS = {
    name: Sum(name)
    for name in (
        "zones",
        "occupied_m2",
        "occupiable_m2",
        *(f"{name}_{of}" for name in MEASURES for of in ("m2", "n")),
        *(f"basis_{code}" for code in BASES),
    )
}


def asked_of(filterset, query):
    """The conditions that an address states; an order is none."""
    return {name for name in filterset.base_filters if any(text.strip() for text in query.getlist(name))} - {"ordering"}


def hectares(square_metres):
    return Decimal(square_metres).scaleb(-4)


def zones_of_stored(user, query):
    """What `Question.reckoned` says of today's zones, where an address asks for no more than a city; otherwise None."""
    if asked_of(ZoneFilterSet, query) - {"city"}:
        return None
    city, rows = query.get("city", ""), ZoneSum.objects.visible_to(user)
    summed = (rows.filter(city=city) if city in City.values else rows).aggregate(**ZONE_SUMS)
    found = {name: value or 0 for name, value in summed.items()}
    counted = sum(found[f"basis_{code}"] for code in BASES)
    totals = {"rows": found["zones"], "counted": counted}
    totals |= {f"by_{code}": found[f"basis_{code}"] for code in BASES}
    for name in ("occupied", "occupiable"):
        totals[name] = hectares(found[f"{name}_m2"]) if counted else None
    for name in MEASURES:
        known = found[f"{name}_n"]
        totals |= {f"{name}_ha_sum": hectares(found[f"{name}_m2"]) if known else None, f"{name}_ha_known": known}
    return totals


def of_stored(found):
    """The stored sums of facilities in the words of `Question.reckoned`."""
    land = hectares(found["land_m2"]) if found["land_n"] else None
    workers = found["workers"] if found["workers_n"] else None
    return {
        "rows": found["facilities"],
        "land_area_ha_sum": land,
        "land_area_ha_known": found["land_n"],
        "workers_sum": workers,
        "workers_known": found["workers_n"],
    }


def stored_totals(user, query):
    """The sums of today's facilities where an address asks for nothing but city and class; None where it asks more.

    Nobody waits for a million rows to be added up: triggers keep these sums (zones/sums.py)."""
    if asked_of(FacilityFilterSet, query) - set(STORED_BY):
        return None
    city, classes = query.get("city", ""), query.getlist("relocation_class")
    found = Counter({"facilities": 0})
    for row in sums.facilities(user):
        if city in ("", BOTH_CITIES, row["city"]) and (not classes or (row["relocation_class"] or UNKNOWN) in classes):
            found.update({name: value for name, value in row.items() if name not in STORED_BY})
    return found
