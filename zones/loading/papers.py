"""Agencies and documents that the files name."""

from accounts.access import Publicity
from accounts.models import Agency
from zones.loading.reading import read
from zones.loading.storing import store
from zones.models import Document

STEPS = "zone_code step on document_no issuer source_url note"
DIRECTIVES = "document_no issued_on issuer city task lead_agency cooperating_agencies(;) deadline source"
AGENCY = ("name", "kind", "city", "parent", "successor", "valid_from", "valid_to", "source")
DOCUMENT = (
    "type",
    "number",
    "year",
    "issuer",
    "title",
    "issued_on",
    "issued_precision",
    "city",
    "publicity",
    "source",
    "note",
)


class Mentions:
    """Names in a file that stand for stored records; the first mention of a record counts as its loading."""

    def __init__(self, stored):
        self.stored, self.seen = stored, set()

    def outcome(self, name):
        _, outcome = self.stored[name]
        first = name not in self.seen
        self.seen.add(name)
        return outcome if first else "unchanged"


def load_agencies(folder, account):
    """The agencies by code."""
    rows = read(folder, "agencies.csv", "code name kind city parent successor valid_from valid_to source")
    line = account.line("agencies.csv", "agencies", len(rows))
    stored = {}
    for row in rows:
        agency = Agency(
            code=row.required("code"),
            name=row["name"],
            kind=row["kind"],
            city=row["city"],
            parent=row.found("parent", {code: agency for code, (agency, _) in stored.items()}),
            successor=row.found("successor", {code: agency for code, (agency, _) in stored.items()}),
            valid_from=(day := row.day("valid_from")) and day.on,
            valid_to=(day := row.day("valid_to")) and day.on,
            source=row["source"],
        )
        [stored[row["code"]]] = store(line, [(row, agency)], ("code",), AGENCY)
    count_agency_names(folder, account, stored)
    return {code: agency for code, (agency, _) in stored.items()}


def count_agency_names(folder, account, stored):
    """Every agency that directives.csv and steps.csv name is one of ours or, with a reason, none."""
    listed = read(folder, "agency_names.csv", "as_written city code why")
    known = {
        (row["as_written"], row["city"]): (row.found("code", stored) and row["code"], row["why"]) for row in listed
    }
    mentions = Mentions(stored)
    for file, columns, named in (
        ("directives.csv", DIRECTIVES, ("issuer", "lead_agency", "cooperating_agencies(;)")),
        ("steps.csv", STEPS, ("issuer",)),
    ):
        names = [
            (row, column, name) for row in read(folder, file, columns) for column in named for name in row.parts(column)
        ]
        line = account.line(file, "agencies named", len(names))
        refused = {}
        for row, column, name in names:
            city = row["city"] if file == "directives.csv" else city_of(row["zone_code"])
            if (name, city) not in known:
                raise row.bad(column, f"«{name}» ({city}) is not in agency_names.csv.")
            code, why = known[name, city]
            if code:
                line.count(mentions.outcome(code))
            else:
                line.count("not loadable")
                refused.setdefault((name, why), []).append(row.number)
        line.reasons += [f"«{name}»: {why} (row {', '.join(map(str, rows))})" for (name, why), rows in refused.items()]


def city_of(code):
    """The city of a zone code or of CITY:HN."""
    return "HN" if code.removeprefix("CITY:").startswith("HN") else "HCM"


def load_documents(folder, account):
    """The documents by number; no two documents of the files share one."""
    rows = read(folder, "documents.csv", "type number issuer issued_on city title source note")
    line = account.line("documents.csv", "documents", len(rows))
    wanted = []
    for row in rows:
        issued = row.day("issued_on")
        if issued is None:
            raise row.bad("issued_on", "must not be empty: the year belongs to a document's identity.")
        given = {name: row[name] for name in ("type", "number", "issuer", "city", "title", "source", "note")}
        given |= {"year": issued.on.year, "issued_on": issued.on, "issued_precision": issued.precision}
        wanted.append((row, Document(publicity=Publicity.PUBLIC, **given)))
    stored = store(line, wanted, ("type", "number", "year", "issuer"), DOCUMENT)
    by_number = {}
    for row, result in zip(rows, stored, strict=True):
        if row["number"] in by_number:
            raise row.bad("number", f"«{row['number']}» stands twice.")
        by_number[row["number"]] = result
    return by_number


def count_documents_named(folder, account, stored, zone_rows):
    """Every document number in zones.csv, steps.csv and directives.csv is one of ours or has no clear identity."""
    mentions = Mentions(stored)
    steps, directives = read(folder, "steps.csv", STEPS), read(folder, "directives.csv", DIRECTIVES)
    for file, rows, column in (
        ("zones.csv", zone_rows, "decision_no"),
        ("steps.csv", steps, "document_no"),
        ("directives.csv", directives, "document_no"),
    ):
        names = [(row, name) for row in rows for name in row.parts(column)]
        line = account.line(file, "documents named", len(names))
        for row, name in names:
            count_document(line, row, [name], mentions)
    return mentions


def count_document(line, row, names, mentions):
    """Count one item of `row` that names one or several documents."""
    numbers = [name.split()[0] for name in names]
    if unknown := [name for name, number in zip(names, numbers, strict=True) if number not in mentions.stored]:
        line.refuse(f"row {row.number} «{'; '.join(unknown)}»", "names no single document; kept as text")
    else:
        line.count(next(mentions.outcome(number) for number in numbers))
