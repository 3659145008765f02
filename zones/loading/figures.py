"""From cells to facts: what zones.csv, phases.csv and facts.csv say about zones and cities."""

import datetime
import re
from dataclasses import replace
from decimal import Decimal

from accounts.access import City
from zones.loading.entries import Entries, Said
from zones.loading.papers import count_document
from zones.loading.reading import Day, day_of, read
from zones.loading.readings import Reading, Readings
from zones.loading.storing import store
from zones.models import Indicator, Measurement, Occupancy, Precision, Standing, ZoneArea, ZoneStatus
from zones.models.area import OccupancyBasis

FACTS = "zone_code field value unit as_of source_url source_date note"
AREAS = {
    "total_area_ha": ZoneArea.Kind.STATED,
    "industrial_land_ha": ZoneArea.Kind.INDUSTRIAL,
    "leased_area_ha": ZoneArea.Kind.LEASED,
    "available_area_ha": ZoneArea.Kind.AVAILABLE,
}
MAIN, ASPECT = ZoneStatus.Main, ZoneStatus.Aspect
APPROVED = "Khu công nghiệp coi là thành lập từ khi chấp thuận chủ trương đầu tư (NĐ 35/2022/NĐ-CP, Điều 6 khoản 6)."
ABOUT_PLACES = re.compile(r"Xã/phường mới suy|Điểm tham khảo")
PLAIN_NUMBER = re.compile(r"-?\d+(\.\d+)?")
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Figures:
    def __init__(self, folder, account, zones, documents):
        self.account, self.zones = account, zones
        self.documents = {number: document for number, (document, _) in documents.items()}
        self.readings = Readings(folder, self.documents)
        self.entries = Entries(account)

    # What a source may say --------------------------------------------------------------------------------------------

    def status(self, said, column, value, zone, *, notes=(), year_known=False):
        """The main status and what follows from it: never a no, and no beginning that no document gives."""
        if value not in MAIN.values:
            raise said.row.bad(column, f"«{value}» is not one of {', '.join(MAIN.values)}.")
        reading = self.readings.of(said.row, said.code, "status", value)
        begins = reading.document is not None
        given = {"aspect": ASPECT.MAIN, "value": value, "is_start": begins, "reading": reading, "notes": notes}
        self.entries.add("statuses", said, column, f"status:{value}", ZoneStatus, **given)
        seen = f"Suy từ tình trạng «{MAIN(value).label}» của cùng nguồn."
        follows = replace(reading, standing=weaker(reading, said))
        for aspect, is_start, law in implied(value, zone.kind, begins, year_known):
            given = {"aspect": aspect, "value": "yes", "is_start": is_start, "reading": follows}
            what, name = "established or operating, from the status", f"status:{value}:{aspect}"
            self.entries.add(what, said, column, name, ZoneStatus, notes=[seen, law, *notes], **given)

    def established(self, said, column, text, *, notes=()):
        if not re.fullmatch(r"(19|20)\d\d", text):
            raise said.row.bad(column, f"«{text}» is not a year.")
        reading = self.readings.of(said.row, said.code, "established_year", text)
        given = {"aspect": ASPECT.ESTABLISHED, "value": "yes", "is_start": True, "reading": reading, "notes": notes}
        year = Day(datetime.date(int(text), 12, 31), Precision.YEAR)
        self.entries.add(
            "years of establishment", said, column, f"established_year:{text}", ZoneStatus, day=year, **given
        )

    def area(self, said, column, field):
        text = said.row[column]
        reading = self.readings.of(said.row, said.code, field, text)
        given = {"kind": reading.kind or AREAS[field], "value_ha": said.row.number_in(column), "reading": reading}
        self.entries.add("areas", said, column, f"{field}:{text}", ZoneArea, **given)

    def occupancy(self, said, column, counted=(None, None)):
        """`counted`: numerator and denominator, when the same source gives both; otherwise only the bare percentage."""
        text = said.row[column]
        reading = self.readings.of(said.row, said.code, "occupancy_pct", text)
        given = {"basis_code": reading.kind or OccupancyBasis.UNSTATED, "stated_pct": said.row.number_in(column)}
        given |= {"numerator_ha": counted[0], "denominator_ha": counted[1], "reading": reading}
        self.entries.add("occupancies", said, column, f"occupancy_pct:{text}", Occupancy, **given)

    def measurement(self, said, row, indicators):
        reading = self.readings.of(row, said.code, row["field"], row["value"])
        code = reading.kind or row["field"]
        if code not in indicators:
            raise row.bad("field", f"«{code}» is no field of zones and not in indicators.csv.")
        plain = PLAIN_NUMBER.fullmatch(row["value"])
        text = f"{day_of(row['value']).on:%d/%m/%Y}" if ISO_DAY.fullmatch(row["value"]) else row["value"]
        given = {"value": Decimal(row["value"])} if plain else {"value_text": text}
        given |= {"period_start": reading.period[0], "period_end": reading.period[1], "reading": reading}
        name = f"{row['field']}:{row['value']}"
        self.entries.add("measurements", said, "value", name, Measurement, indicator=indicators[code], **given)

    # The rows that say it ---------------------------------------------------------------------------------------------

    def of_zone(self, row):
        """Every value of a row of zones.csv."""
        zone, day = self.zones[row["code"]], row.day("source_date")
        note = ABOUT_PLACES.split(row["note"])[0].strip()
        said = Said(row, row["code"], {"zone": zone}, day, row["source_url"], day and day.exactly, (note,))
        decisions = [row["decision_no"] and f"Văn bản nguồn nêu: {row['decision_no']}."]
        if row["status"]:
            quoted = [row["status_text_vi"] and f"Nguồn ghi: «{row['status_text_vi']}».", *decisions]
            self.status(said, "status", row["status"], zone, notes=quoted, year_known=bool(row["established_year"]))
        if row["established_year"]:
            self.established(said, "established_year", row["established_year"], notes=decisions)
        for column in ("total_area_ha", "industrial_land_ha", "leased_area_ha"):
            if row[column]:
                self.area(said, column, column)
        if row["occupancy_pct"]:
            both = row["leased_area_ha"] and row["industrial_land_ha"]
            counted = (row.number_in("leased_area_ha"), row.number_in("industrial_land_ha")) if both else (None, None)
            self.occupancy(said, "occupancy_pct", counted)

    def of_phase(self, row, phase):
        reading = Reading(document=row.found("document", self.documents), why=row["why"])
        zone_said = Said(row, row["zone_code"], {"zone": phase.zone, "phase": phase}, row.day("as_of"), row["source"])
        given = {"kind": row["kind"], "value_ha": row.number_in("area_ha"), "reading": reading}
        self.entries.add(
            "areas of phases", zone_said, "area_ha", f"{row['number']}:{row['area_ha']}", ZoneArea, **given
        )

    def of_fact(self, row, indicators, mentions):
        """The value of a row of facts.csv."""
        source_day, field = row.day("source_date"), row["field"]
        day = row.day("as_of") or source_day
        said = Said(
            row,
            row["zone_code"],
            self.subject(row),
            day,
            row["source_url"],
            source_day and source_day.exactly,
            (row["note"],),
        )
        zone = said.subject.get("zone")
        if zone and field == "status":
            self.status(said, "value", row["value"], zone)
        elif zone and field == "established_year":
            self.established(said, "value", row["value"])
        elif zone and field == "occupancy_pct":
            self.occupancy(said, "value")
        elif zone and field in AREAS:
            self.area(said, "value", field)
        elif field == "decision_no":
            line = self.entries.line("facts.csv", "documents named")
            line.read += 1
            count_document(line, row, row.parts("value"), mentions)
        elif field != "developer":
            self.measurement(said, row, indicators)

    def subject(self, row):
        """The zone or the city of a row of facts.csv."""
        code = row["zone_code"]
        if code.startswith("CITY:"):
            row.one_of("zone_code", [f"CITY:{city}" for city in City.values])
            return {"city": code.removeprefix("CITY:")}
        return {"zone": row.found("zone_code", self.zones)}


def implied(value, kind, begins, year_known):
    """What a main status says besides: (aspect that is a yes, whether it begins on that day, the law that says so)."""
    if value == MAIN.OPERATING:
        yield ASPECT.OPERATING, False, ""
    park_approved = value == MAIN.INVESTMENT_APPROVED and kind in ("KCN", "KCX")
    if (value == MAIN.ESTABLISHED or park_approved) and not year_known:
        yield ASPECT.ESTABLISHED, begins, APPROVED if park_approved else ""


def weaker(reading, said):
    """The standing of what follows from a status: not better than the status, and not adopted when that is a guess."""
    guessed = any("diễn giải" in sentence for sentence in (*said.notes, reading.why))
    return Standing.REPORTED if guessed else reading.standing


def load_indicators(folder, account):
    rows = read(folder, "indicators.csv", "code name_vi name_en unit measure")
    line = account.line("indicators.csv", "indicators", len(rows))
    wanted = [(row, Indicator(**row.cells)) for row in rows]
    stored = store(line, wanted, ("code",), ("code", "name_vi", "name_en", "unit", "measure"))
    return {row["code"]: indicator for row, (indicator, _) in zip(rows, stored, strict=True)}


def load_figures(folder, account, rows, facts, zones, phases, documents, mentions):
    """All facts of the three files."""
    figures = Figures(folder, account, zones, documents)
    indicators = load_indicators(folder, account)
    for row in rows:
        figures.of_zone(row)
    for row, phase in phases:
        figures.of_phase(row, phase)
    for row in facts:
        figures.of_fact(row, indicators, mentions)
    figures.readings.check_all_used()
    figures.entries.enter()
