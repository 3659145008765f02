"""The head of the list of facilities from the sums that triggers keep (zones/sums.py), not from a million rows."""

from collections import Counter
from decimal import Decimal

from accounts.access import BOTH_CITIES
from zones import sums
from zones.filters import UNKNOWN, FacilityFilterSet

STORED_BY = ("city", "relocation_class")  # the conditions that the stored sums of facilities can answer


def of_stored(found):
    """The stored sums of facilities in the words of `Question.reckoned`."""
    land = Decimal(found["land_m2"]).scaleb(-4) if found["land_n"] else None
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
    asked = {name for name in FacilityFilterSet.base_filters if any(text.strip() for text in query.getlist(name))}
    if asked - {*STORED_BY, "ordering"}:
        return None
    city, classes = query.get("city", ""), query.getlist("relocation_class")
    found = Counter({"facilities": 0})
    for row in sums.facilities(user):
        if city in ("", BOTH_CITIES, row["city"]) and (not classes or (row["relocation_class"] or UNKNOWN) in classes):
            found.update({name: value for name, value in row.items() if name not in STORED_BY})
    return found
