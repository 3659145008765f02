"""The rows of directives.csv become directives with numbered tasks: who leads, by when, for which zones.

directive_heads.csv gives each directive its code and title, task_readings.csv says how people read a deadline and which
zones are named for certain. Nothing is marked as done, and what is not certain is told in the note instead."""

import re
from collections import Counter
from dataclasses import dataclass, field

from accounts.access import Publicity
from accounts.models import Agency
from planning.duties import set_due
from planning.loading.known import known_agencies, known_documents, known_zones
from planning.loading.plans import whole
from planning.models import Directive, Holiday, Task
from zones.loading.papers import DIRECTIVES
from zones.loading.reading import Day, Row, read
from zones.loading.storing import store
from zones.models import Precision

NAMES = "as_written city code why"
HEADS = "code document_no source issued_on title note"
ISO = re.compile(r"\b(\d{4})-(\d{2})(?:-(\d{2}))?\b")
READINGS = "directive number deadline due_on length unit event anchored_on cutoff_on zones why"
DIRECTIVE = (
    "number", "title", "city", "issuer", "issued_on", "issued_precision", "cutoff_on", "agency", "publicity",
    "document", "source", "note",
)  # fmt: skip
TASK = (
    "content", "lead_agency", "lead_text", "cooperating_text", "deadline_text", "first_due_on", "due_precision",
    "term_length", "term_unit", "event", "anchored_on", "source", "note",
)  # fmt: skip
CITIES = {"HN": "HN", "HCM": "HCM", "VN": ""}  # VN: to the whole country
FOLLOWERS = {"HN": "HN-VPUB", "HCM": "HCM-UBND", "VN": "TW-VPCP"}
FOLLOWED_BY_DEFAULT = "Nguồn không nêu cơ quan theo dõi: ghi theo nơi ban hành."


@dataclass(frozen=True)
class Duty:
    """A row of directives.csv: the task of that number in the directive of `head`, with its reading if it has one."""

    row: Row
    head: Row
    number: int
    reading: Row | None
    lead: Agency | None
    cooperating: list = field(default_factory=list)

    def read(self, column):
        """The day that the reading gives; None without one."""
        return self.reading.day(column) if self.reading else None

    def text(self, column):
        return self.reading[column] if self.reading else ""


def load_duties(folder, account):
    """Load directives with their tasks; what people have corrected, linked or removed since stays so."""
    duties = duties_in(folder)
    directives = store_directives(duties, folder, account)
    tasks = store_tasks(duties, directives, account)
    store_links(duties, tasks, account)


def duties_in(folder):
    """Every row with its head and its reading; BadFile where one is missing, doubled or left over."""
    heads = unique(read(folder, "directive_heads.csv", HEADS), head_key)
    unique(heads.values(), lambda row: row.required("code"))
    readings = unique(read(folder, "task_readings.csv", READINGS), lambda row: (row["directive"], row["number"]))
    names, numbers, duties = agencies_by_name(folder), Counter(), []
    unused = set(heads) | set(readings)
    for row in read(folder, "directives.csv", DIRECTIVES):
        if (key := head_key(row)) not in heads:
            raise row.bad("document_no", "is not in directive_heads.csv.")
        code = heads[key]["code"]
        numbers[code] += 1
        place = (code, str(numbers[code]))
        unused -= {key, place}
        duties.append(duty_of(row, heads[key], numbers[code], readings.get(place), names))
    for key in sorted(unused):
        raise (heads | readings)[key].bad("–", "directives.csv has no such directive or task.")
    return duties


def head_key(row):
    """A directive is a numbered document of a day; without a number, what one source tells."""
    return row["document_no"], "" if row["document_no"] else row["source"], row["issued_on"]


def unique(rows, key):
    found = {}
    for row in rows:
        if key(row) in found:
            raise row.bad("–", "stands twice.")
        found[key(row)] = row
    return found


def agencies_by_name(folder):
    """(Name as written, city) → agency; None for a collective name."""
    agencies = known_agencies()
    rows = read(folder, "agency_names.csv", NAMES)
    return {(row["as_written"], row["city"]): row.found("code", agencies) for row in rows}


def duty_of(row, head, number, reading, names):
    row.one_of("city", tuple(CITIES))
    if row["deadline"] != (reading["deadline"] if reading else ""):
        raise row.bad("deadline", f"task_readings.csv reads another one for {head['code']}, {number}.")
    leads = agencies_in(row, "lead_agency", names)
    # Of two agencies side by side the source says of neither that it leads.
    lead, partners = (leads[0], []) if len(leads) == 1 else (None, leads)
    partners = [*partners, *agencies_in(row, "cooperating_agencies(;)", names)]
    return Duty(row, head, number, reading, lead, list(dict.fromkeys(filter(None, partners))))


def as_offices_write(text):
    """Days and months inside a text as 31/12/2015 and 04/2016."""
    return ISO.sub(lambda found: "/".join(reversed([part for part in found.groups() if part])), text)


def agencies_in(row, column, names):
    """The agencies that a cell names, None for each collective name."""
    for name in row.parts(column):
        if (name, row["city"]) not in names:
            raise row.bad(column, f"«{name}» ({row['city']}) is not in agency_names.csv.")
    return [names[name, row["city"]] for name in row.parts(column)]


def store_directives(duties, folder, account):
    """Code → directive; None for one that people have removed."""
    agencies, documents, groups = known_agencies(), known_documents(folder), {}
    for duty in duties:
        groups.setdefault(duty.head["code"], []).append(duty)
    line = account.line("directive_heads.csv", "directives", len(groups))
    wanted = [(group[0].head, directive_of(group, agencies, documents)) for group in groups.values()]
    stored = store(line, wanted, ("code",), DIRECTIVE)
    return {code: directive for code, (directive, _) in zip(groups, stored, strict=True)}


def directive_of(group, agencies, documents):
    row, head = group[0].row, group[0].head
    for other in group:
        if (other.row["city"], other.row["issuer"]) != (row["city"], row["issuer"]):
            raise other.row.bad("issuer", f"is not that of the other rows of {head['code']}.")
    document = documents.get(row["document_no"])
    day = row.day("issued_on") or Day(None, Precision.UNKNOWN)
    # Where the row gives only the month or the year of its document, the document may know better.
    if document and day.on and not day.exactly and document.issued_on.isoformat().startswith(row["issued_on"]):
        day = Day(document.issued_on, document.issued_precision)
    cutoffs = [cutoff.on for duty in group if (cutoff := duty.read("cutoff_on"))]
    return Directive(
        code=head["code"],
        number=row["document_no"],
        title=head.required("title"),
        city=CITIES[row["city"]],
        issuer=row["issuer"],
        issued_on=day.on,
        issued_precision=day.precision,
        cutoff_on=max(cutoffs, default=None),
        agency=agencies[FOLLOWERS[row["city"]]],
        publicity=Publicity.PUBLIC,
        document=document,
        source=row.required("source"),
        note=" ".join(filter(None, [head["note"], FOLLOWED_BY_DEFAULT])),
    )


def store_tasks(duties, directives, account):
    """The tasks in the order of the rows; None for one that people have removed, alone or with its directive."""
    line = account.line("directives.csv", "tasks", len(duties))
    calendar, wanted, tasks = Holiday.objects.calendar(), [], {}
    for duty in duties:
        if (directive := directives[duty.head["code"]]) is None:
            line.count("kept")
        else:
            task = task_of(duty, directive)
            set_due(task, calendar)
            wanted.append((duty, task))
    stored = store(line, [(duty.row, task) for duty, task in wanted], ("directive_id", "number"), TASK)
    for (duty, _), (task, outcome) in zip(wanted, stored, strict=True):
        tasks[duty.row.number] = task
        if outcome == "updated":
            set_due(task, calendar)
            task.save()
    return [tasks.get(duty.row.number) for duty in duties]


def task_of(duty, directive):
    row, due, anchor = duty.row, duty.read("due_on"), duty.read("anchored_on")
    return Task(
        directive=directive,
        number=duty.number,
        content=row.required("task"),
        lead_agency=duty.lead,
        lead_text=row["lead_agency"],
        cooperating_text=row["cooperating_agencies(;)"],
        deadline_text=as_offices_write(row["deadline"]),
        first_due_on=due and due.on,
        due_precision=due.precision if due else Precision.DAY,
        term_length=duty.reading and whole(duty.reading, "length"),
        term_unit=duty.text("unit"),
        event=duty.text("event"),
        anchored_on=anchor and anchor.on,
        source=row.required("source"),
        note=" ".join(filter(None, [duty.text("why"), *since(filter(None, [duty.lead, *duty.cooperating]))])),
    )


def since(agencies):
    """What has become of agencies that a task names, for its note."""
    for agency in agencies:
        if agency.successor:
            yield f"{agency.name} nay là {agency.successor.name}."
        elif agency.valid_to:
            yield f"{agency.name} hoạt động đến hết {agency.valid_to:%d/%m/%Y}."


def store_links(duties, tasks, account):
    """The partners and the zones of the tasks; a link that people have taken away stays away."""
    zones = known_zones()
    named = [[(duty.reading, zone) for zone in zones_of(duty, zones)] for duty in duties]
    partners = [[(duty.row, agency) for agency in duty.cooperating] for duty in duties]
    for what, file, link, column, linked in (
        ("partners of tasks", "directives.csv", Task.cooperating.through, "agency_id", partners),
        ("zones of tasks", "task_readings.csv", Task.zones.through, "zone_id", named),
    ):
        line = account.line(file, what, sum(map(len, linked)))
        wanted = []
        for task, ones in zip(tasks, linked, strict=True):
            for row, one in ones:
                if task is None or one is None:
                    line.count("kept")
                else:
                    wanted.append((row, link(task_id=task.pk, **{column: one.pk})))
        store(line, wanted, ("task_id", column), ())


def zones_of(duty, zones):
    """The zones that a reading links; None for one that people have removed."""
    for code in duty.reading.parts("zones") if duty.reading else []:
        if code not in zones:
            raise duty.reading.bad("zones", f"«{code}» is not known.")
        yield zones[code]
