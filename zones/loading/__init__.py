"""Loads the shipped real data (data/) into the register; loading it again changes nothing. Decisions: docs/data.md."""

from django.db import transaction

from accounts.audit import acting
from zones.loading.counting import Account
from zones.loading.figures import FACTS, load_figures
from zones.loading.papers import count_documents_named, load_agencies, load_documents
from zones.loading.parks import load_developers, load_phases, load_zones
from zones.loading.places import Places, load_successions, load_units
from zones.loading.reading import BadFile, read

__all__ = ["Account", "BadFile", "load_register"]


@transaction.atomic
def load_register(folder):
    """Load the files of `folder`, all or nothing; BadFile says where a file cannot be read. Returns the Account."""
    account = Account()
    with acting(None, reason="Nạp dữ liệu kèm theo (data/)"):
        agencies = load_agencies(folder, account)
        documents = load_documents(folder, account)
        units = load_units(folder, account)
        load_successions(folder, account, units)
        rows, zones = load_zones(folder, account, agencies, Places(folder, units))
        mentions = count_documents_named(folder, account, documents, rows)
        phases = load_phases(folder, account, zones)
        facts = read_facts(folder, zones)
        load_developers(folder, account, rows, facts, zones)
        load_figures(folder, account, rows, facts, zones, phases, documents, mentions)
    return account


def read_facts(folder, zones):
    """The rows of facts.csv; no value may stand twice for one zone, or a fact could not be told from the other."""
    rows, seen = read(folder, "facts.csv", FACTS), set()
    for row in rows:
        if not row["zone_code"].startswith("CITY:"):
            row.found("zone_code", zones)
        row.required("value")
        if (key := (row["zone_code"], row["field"], row["value"])) in seen:
            raise row.bad("value", "the same zone, field and value stand in an earlier row.")
        seen.add(key)
    return rows
