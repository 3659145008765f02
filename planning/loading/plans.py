"""Plans of the cities with the lines that are known of them, and the sessions that documents announce."""

from accounts.access import City, Publicity
from planning.loading.known import known_agencies, known_documents, known_zones
from planning.models import CouncilSession, Plan, PlanEntry
from zones.loading.reading import read
from zones.loading.storing import store
from zones.models.zone import ZoneKind

PLANS = (
    "code title city kinds horizon_from horizon_to vision_to stated_count stated_area_ha complete agency document "
    "source note"
)
ENTRIES = "plan number name kind place_text area_ha intent stage zone_code source note"
SESSIONS = "code name city body on agency document source note"
PLAN = (
    "title", "city", "kinds", "horizon_from", "horizon_to", "vision_to", "stated_count", "stated_area_ha", "complete",
    "agency", "publicity", "document", "source", "note",
)  # fmt: skip
ENTRY = ("name", "kind", "place_text", "area_ha", "intent", "stage", "zone", "source", "note")
SESSION = ("name", "city", "body", "on", "on_precision", "agency", "publicity", "document", "source", "note")


def load_plans(folder, account):
    """Load plans.csv, plan_entries.csv and sessions.csv; what people have corrected since stays."""
    agencies, documents = known_agencies(), known_documents(folder)
    plans = load_documents_of_plans(folder, account, agencies, documents)
    load_entries(folder, account, plans)
    load_sessions(folder, account, agencies, documents)


def load_documents_of_plans(folder, account, agencies, documents):
    """The plans by code."""
    rows = read(folder, "plans.csv", PLANS)
    line = account.line("plans.csv", "plans", len(rows))
    wanted = [(row, plan_of(row, agencies, documents)) for row in rows]
    stored = store(line, wanted, ("code",), PLAN)
    return {row["code"]: plan for row, (plan, _) in zip(rows, stored, strict=True)}


def plan_of(row, agencies, documents):
    kinds = row.parts("kinds")
    if unknown := set(kinds) - set(ZoneKind.values):
        raise row.bad("kinds", f"there is no kind {', '.join(sorted(unknown))}.")
    years = ("horizon_from", "horizon_to", "vision_to", "stated_count")
    return Plan(
        code=row.required("code"),
        title=row.required("title"),
        city=row.one_of("city", City.values),
        kinds=kinds,
        stated_area_ha=row.number_in("stated_area_ha"),
        complete=row.one_of("complete", ("yes", "no")) == "yes",
        agency=row.found("agency", agencies),
        publicity=Publicity.PUBLIC,
        document=row.found("document", documents),
        source=row.required("source"),
        note=row["note"],
        **{name: whole(row, name) for name in years},
    )


def whole(row, column):
    value = row.number_in(column)
    if value is not None and value != int(value):
        raise row.bad(column, f"«{row[column]}» is not a whole number.")
    return None if value is None else int(value)


def load_entries(folder, account, plans):
    """The lines of the plans; a line of a plan that people have removed stays away with it."""
    rows, zones = read(folder, "plan_entries.csv", ENTRIES), known_zones()
    line = account.line("plan_entries.csv", "lines of plans", len(rows))
    wanted = []
    for row in rows:
        entry = entry_of(row, row.required("plan") and row.found("plan", plans), zones)
        if entry.plan_id is None:
            line.count("kept")
        else:
            wanted.append((row, entry))
    store(line, wanted, ("plan_id", "number"), ENTRY)


def entry_of(row, plan, zones):
    return PlanEntry(
        plan=plan,
        number=row.required("number") and whole(row, "number"),
        name=row.required("name"),
        kind=row.one_of("kind", ZoneKind.values),
        place_text=row["place_text"],
        area_ha=row.number_in("area_ha"),
        intent=row.one_of("intent", PlanEntry.Intent.values),
        stage=row["stage"],
        zone=row.found("zone_code", zones),
        source=row.required("source"),
        note=row["note"],
    )


def load_sessions(folder, account, agencies, documents):
    rows = read(folder, "sessions.csv", SESSIONS)
    line = account.line("sessions.csv", "sessions", len(rows))
    wanted = []
    for row in rows:
        day = row.required("on") and row.day("on")
        session = CouncilSession(
            code=row.required("code"),
            name=row.required("name"),
            city=row.one_of("city", City.values),
            body=row.one_of("body", CouncilSession.Body.values),
            on=day.on,
            on_precision=day.precision,
            agency=row.found("agency", agencies),
            publicity=Publicity.PUBLIC,
            document=row.found("document", documents),
            source=row.required("source"),
            note=row["note"],
        )
        wanted.append((row, session))
    store(line, wanted, ("code",), SESSION)
