"""What the register already holds of that which the files of planning name: zones, agencies, documents."""

from accounts.models import Agency
from zones.loading.reading import read
from zones.loading.storing import Past, key_of
from zones.models import Document, Zone

DOCUMENT_KEY = ("type", "number", "year", "issuer")


def by_key(model, *key):
    """Key as it was first entered → the record as it stands now, whatever people have renamed since.

    None for a record that they have taken away."""
    stored = {record.pk: record for record in model.objects.all()}
    found = {name: stored.get(pk) for name, pk in Past(model, key, key).entered.items()}
    return {key_of(record, key): record for record in stored.values()} | found


def known_zones():
    return {code: zone for (code,), zone in by_key(Zone, "code").items()}


def known_agencies():
    return {code: agency for (code,), agency in by_key(Agency, "code").items()}


def known_documents(folder):
    """The documents of documents.csv by their number, which stands there once."""
    stored, found = by_key(Document, *DOCUMENT_KEY), {}
    for row in read(folder, "documents.csv", "type number issuer issued_on city title source note"):
        key = (row["type"], row["number"], str(row.day("issued_on").on.year), row["issuer"])
        found[row["number"]] = row.found("number", {row["number"]: stored[key]}) if key in stored else None
    return {number: document for number, document in found.items() if document}
