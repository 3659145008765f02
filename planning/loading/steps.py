"""The rows of steps.csv become dossiers with their steps, events and expected dates; nothing is invented."""

from dataclasses import dataclass
from itertools import groupby

from django.core.exceptions import ValidationError
from django.utils import timezone

from planning import workflow
from planning.loading.kinds import EVENT, MILESTONE, PLAN, STEP, Kind, Kinds, key_of
from planning.loading.known import known_documents, known_zones
from planning.models import Dossier, Milestone, Step
from planning.reckoning import Office
from planning.tracks import CALLED
from zones.loading.counting import Line
from zones.loading.papers import STEPS
from zones.loading.reading import Day, Row, read
from zones.loading.storing import store
from zones.models import Document, Standing, Zone, ZoneStatus

DOSSIER = ("code", "title", "rule_day", "source", "note")
EXPECTED = ("state", "label", "on", "on_precision", "document", "source", "note")
LINES = {
    STEP: "steps of dossiers",
    EVENT: "events of dossiers",
    MILESTONE: "expected dates",
    PLAN: "rows about the plan of a city",
}
LED_BY_DEFAULT = "Cơ quan chủ trì ghi theo cơ quan quản lý khu; chưa đối chiếu văn bản phân công."


HALVES = {"H1": "nửa đầu năm", "H2": "nửa cuối năm"}


@dataclass(frozen=True)
class Said:
    """What a row says about the dossier of `zone`, in the files `code`, on the track of `kind`.

    `begins`: on that day, rather than found so on that day."""

    row: Row
    line: Line
    kind: Kind
    code: str
    zone: Zone
    day: Day
    document: Document | None
    source: str
    notes: tuple
    origin: str
    begins: bool = True

    @property
    def dossier(self):
        return self.code, self.kind.track

    @property
    def given(self):
        """The columns that steps and expected dates share."""
        note = " ".join(filter(None, [*self.notes, self.kind.why]))
        days = {"on": self.day.on, "on_precision": self.day.precision}
        return days | {"document": self.document, "source": self.source, "note": note, "origin": self.origin}


def load_steps(folder, account):
    """Every row of steps.csv: a step, an event or an expected date of a dossier, or a reason why it is none."""
    zones, documents, kinds = known_zones(), known_documents(folder), Kinds(folder)
    lines = {what: account.line("steps.csv", words, 0) for what, words in LINES.items()}
    said, seen = [], set()
    for row in read(folder, "steps.csv", STEPS):
        if (key := key_of(row)) in seen:
            raise row.bad("step", "the same zone, step and day stand in an earlier row.")
        seen.add(key)
        said += what_is_said(row, zones, documents, kinds, lines)
    kinds.check_all_used()
    said += from_statuses(said, kinds, account.line("zones.csv", "steps of dossiers, from the status", 0))
    dossiers = store_dossiers(said, account)
    enter_steps([one for one in said if one.kind.what != MILESTONE], dossiers)
    enter_milestones([one for one in said if one.kind.what == MILESTONE], dossiers, lines[MILESTONE])


def what_is_said(row, zones, documents, kinds, lines):
    """What a row of steps.csv says of a dossier; nothing, counted with its reason, when it says nothing of one."""
    code = row.required("zone_code")
    of_city = code.startswith("CITY:")
    zone = None if of_city else row.found("zone_code", zones)
    kind = kinds.of(row, zone and zone.kind)
    if of_city != (kind.what == PLAN):
        raise row.bad("zone_code", f"«{row['step']}» is {'not ' if of_city else ''}about the plan of a city.")
    line, item = lines[kind.what], f"row {row.number} «{code} {row['step']}»"
    line.read += 1
    day = row.day("on")
    if of_city:
        line.refuse(item, "about the plan of a city: plans.csv")
    elif day is None:
        line.refuse(item, "the source gives no day")
    elif zone is None or zone.withdrawn:
        line.count("kept")
    else:
        yield said_of(row, line, kind, zone, day, documents.get(row["document_no"]))


def said_of(row, line, kind, zone, day, document):
    # Where the row gives only the month or the year of its document, the document may know better.
    if document and not day.exactly and document.issued_on.isoformat().startswith(row["on"]):
        day = Day(document.issued_on, document.issued_precision)
    if kind.what != MILESTONE and day.exactly and day.on > timezone.localdate():
        raise row.bad("on", f"«{row['on']}» is in the future: what is expected is a milestone.")
    year, _, half = row["on"].partition("-")
    notes = [row["note"], half in HALVES and f"Nguồn ghi: {HALVES[half]} {year}."]
    if not document:
        notes += [row["document_no"] and f"Văn bản nguồn nêu: {row['document_no']}."]
        notes += [row["issuer"] and f"Cơ quan theo nguồn: {row['issuer']}."]
    code, source = row["zone_code"], row["source_url"]
    origin = f"steps.csv:{code}:{row['step']}:{row['on']}"
    return Said(row, line, kind, code, zone, day, document, source, tuple(filter(None, notes)), origin)


def from_statuses(said, kinds, line):
    """A legal dossier for which steps.csv has no state begins with the status that the register took from zones.csv."""
    legal = {one.zone.pk: one for one in said if one.kind.track == "legal"}
    for one in said:
        if one.kind.track == "legal" and one.kind.what == STEP:
            legal.pop(one.zone.pk, None)
    entered = set(Step.objects.values_list("origin", flat=True))
    adopted = {"aspect": ZoneStatus.Aspect.MAIN, "standing": Standing.ADOPTED, "origin__startswith": "zones.csv:"}
    for fact in ZoneStatus.objects.filter(zone__in=legal, **adopted).select_related("document"):
        code, zone = legal[fact.zone_id].code, legal[fact.zone_id].zone
        kind = kinds.kinds.get((f"status:{fact.value}", zone.kind))
        if kind and (fact.superseded_at is None or fact.origin in entered):
            line.read += 1
            day = Day(fact.as_of, fact.as_of_precision)
            given = fact.document, fact.source, (fact.note,), fact.origin, fact.is_start
            yield Said(kind.row, line, kind, code, zone, day, *given)


def store_dossiers(said, account):
    """(Code of the zone, track) → dossier; None for one that people have removed."""
    groups = {key: list(ones) for key, ones in groupby(sorted(said, key=place), key=lambda one: one.dossier)}
    line = account.line("steps.csv", "dossiers", len(groups))
    stored = store(line, [(ones[0].row, dossier_of(ones)) for ones in groups.values()], ("code",), DOSSIER)
    return {key: dossier for key, (dossier, _) in zip(groups, stored, strict=True)}


def dossier_of(said):
    """The dossier about which all this is said, the oldest first; it goes by the rules of its first known state."""
    first, track = said[0], said[0].kind.track
    states = [one for one in said if one.kind.what == STEP]
    rule_day = states[0].day.exactly if states and states[0].begins else None
    for one in said:
        one.kind.check(one.zone, rule_day)
    ending, title = CALLED[track]
    return Dossier(
        code=f"HS-{first.code}-{ending}",
        title=title.format(in_a_sentence(first.zone.name)),
        zone=first.zone,
        track=track,
        lead_agency=first.zone.managing_agency,
        publicity=first.zone.publicity,
        rule_day=rule_day,
        source=first.source,
        note=LED_BY_DEFAULT,
    )


def in_a_sentence(name):
    """Khu công nghiệp Đông Anh → khu công nghiệp Đông Anh; KCN Đông Anh stays."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def enter_steps(said, dossiers):
    """Add the steps that the dossiers do not have yet; those that people have taken back stay so."""
    entered = dict(Step.objects.filter(origin__isnull=False).values_list("origin", "retracted_at"))
    office = Office(timezone.localdate())
    for key, ones in groupby(sorted(said, key=place), key=lambda one: one.dossier):
        fresh = []
        for one in ones:
            if dossiers[key] is None or entered.get(one.origin):
                one.line.count("kept")
            elif one.origin in entered:
                one.line.count("unchanged")
            else:
                one.line.count("created")
                fresh.append(one)
        if fresh:
            enter(dossiers[key], fresh)
            workflow.refresh(dossiers[key], office)


def enter(dossier, fresh):
    """Add steps in the order of their days; a state from before the dossier's last one is an event beside it."""
    last = dossier.steps.standing().exclude(to_state="").last()
    for one in fresh:
        observed = one.kind.what == STEP and not (last and one.day.on < last.on)
        step = Step(dossier=dossier, kind=Step.Kind.EVENT, event=one.kind.name, **one.given)
        if observed:
            step.kind, step.to_state, step.from_state = (
                Step.Kind.OBSERVED,
                one.kind.state,
                last.to_state if last else "",
            )
        try:
            workflow.store(step, by=None)
        except ValidationError as error:
            raise one.row.bad("step", " ".join(error.messages)) from None
        last = step if observed else last


def enter_milestones(said, dossiers, line):
    wanted = []
    for one in said:
        if (dossier := dossiers[one.dossier]) is None:
            line.count("kept")
        else:
            expected = Milestone(dossier=dossier, state=one.kind.state, label=one.kind.name, **one.given)
            wanted.append((one.row, expected))
    store(line, wanted, ("origin",), EXPECTED)


def place(one):
    """Where something said stands: by its dossier, and there by its day."""
    return one.dossier, one.day.on, one.row.number
