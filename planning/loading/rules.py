"""Rules of law, of silence and days off, as the files give them (data/{rules,silence_rules,holidays}.csv)."""

from collections import defaultdict

from accounts.access import City
from planning.loading.known import known_documents
from planning.models import Holiday, Rule, SilenceRule
from zones.loading.reading import read
from zones.loading.storing import store
from zones.models.zone import ZoneKind

RULES = "code title kind value unit moves minimum valid_from valid_to article document_no certainty note"
SILENCE = "title city zone_kind valid_from valid_to article document_no certainty note"
HOLIDAYS = "date kind name_vi source_url_or_law certainty"
RULE = ("code", "title", "kind", "value", "unit", "moves", "minimum", "valid_from", "valid_to")
RULE += ("article", "document", "certainty", "note")
SILENCE_RULE = ("title", "city", "zone_kind", "valid_from", "valid_to", "article", "document", "certainty", "note")
HOLIDAY = ("on", "kind", "name", "certainty", "source", "note")
YES_NO = {"yes": True, "no": False}

# Remarks that stand inside of names: what the office reads instead. In brackets: the day is not certain.
REMARKS = {
    "[CHECK THE LAW]": "Chưa thấy luật quy định: kiểm tra lại luật.",
    "[2+3 option as in 2024; PM decides]": "Phương án nghỉ 2+3 như năm 2024; chờ Thủ tướng quyết định.",
    "[2+3 option; PM decides]": "Phương án nghỉ 2+3; chờ Thủ tướng quyết định.",
    "[1/9 or 3/9: PM decides]": "Nghỉ 01/9 hoặc 03/9: chờ Thủ tướng quyết định.",
    "(1 day under the 2012 Code)": "Một ngày theo Bộ luật Lao động 2012.",
}


def load_rules(folder, account):
    """Every row is a rule in one period of validity; of one code, no two may be in force on the same day."""
    rows = read(folder, "rules.csv", RULES)
    line = account.line("rules.csv", "rules", len(rows))
    documents = known_documents(folder)
    store(line, [(row, rule_of(row, documents)) for row in checked(rows)], ("code", "valid_from"), RULE)


def rules_in(folder):
    """The rules as the file gives them, unsaved."""
    return [rule_of(row, {}) for row in checked(read(folder, "rules.csv", RULES))]


def rule_of(row, documents):
    return Rule(
        code=row.required("code"),
        kind=row.one_of("kind", Rule.Kind.values),
        value=row.number_in("value"),
        unit=row.one_of("unit", Rule.Unit.values),
        moves=YES_NO[row.one_of("moves", list(YES_NO))],
        minimum=YES_NO[row.one_of("minimum", list(YES_NO))],
        **law_of(row, documents),
    )


def law_of(row, documents):
    """What every rule says of itself: its name, when it is in force, where it stands, how sure that is."""
    begins, ends = row.day("valid_from"), row.day("valid_to")
    return {
        "title": row.required("title"),
        "valid_from": begins and begins.on,
        "valid_to": ends and ends.on,
        "article": row.required("article"),
        "document": documents.get(row["document_no"]),
        "certainty": row.one_of("certainty", Rule.Certainty.values),
        "note": row["note"],
    }


def checked(rows):
    """The rows; BadFile where two of one code overlap in time, or a clock is not counted in days, months or years."""
    periods = defaultdict(list)
    for row in rows:
        begins, ends = row.day("valid_from"), row.day("valid_to")
        begins, ends = begins.on.isoformat() if begins else "", ends.on.isoformat() if ends else "9999"
        if any(begins <= last and first <= ends for first, last in periods[row["code"]]):
            raise row.bad("valid_from", "another row of this code is in force on the same days.")
        if row["kind"] == Rule.Kind.CLOCK and row["unit"] not in Rule.TIMES:
            raise row.bad("unit", "a clock is counted in working days, days, months or years.")
        periods[row["code"]].append((begins, ends))
    return rows


def load_silence_rules(folder, account):
    """Where an agency that does not answer in time is deemed to agree."""
    rows = read(folder, "silence_rules.csv", SILENCE)
    line = account.line("silence_rules.csv", "rules of silence", len(rows))
    documents = known_documents(folder)
    found = [(row, silence_rule_of(row, documents)) for row in rows]
    store(line, found, ("title", "city", "zone_kind", "valid_from"), SILENCE_RULE)


def silence_rule_of(row, documents):
    return SilenceRule(
        city=row.one_of("city", ["", *City.values]),
        zone_kind=row.one_of("zone_kind", ["", *ZoneKind.values]),
        **law_of(row, documents),
    )


def load_holidays(folder, account):
    """The days on which offices rest, and the Saturdays on which they work instead."""
    rows = read(folder, "holidays.csv", HOLIDAYS)
    line = account.line("holidays.csv", "days off", len(rows))
    store(line, [(row, holiday_of(row)) for row in rows], ("on",), HOLIDAY)


def holiday_of(row):
    name, notes, certainty = row.required("name_vi"), [], row.one_of("certainty", Holiday.Certainty.values)
    for remark, note in REMARKS.items():
        if remark in name:
            name = name.replace(remark, "").strip()
            notes.append(note)
            certainty = Holiday.Certainty.COMPUTED if remark.startswith("[") else certainty
    if "[" in name:
        raise row.bad("name_vi", "has a remark in brackets that is not known.")
    row.required("date")
    kind = row.one_of("kind", Holiday.Kind.values)
    source = row.required("source_url_or_law")
    note = " ".join(notes)
    return Holiday(on=row.day("date").on, kind=kind, name=name, certainty=certainty, source=source, note=note)
