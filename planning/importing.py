"""What files can be imported into beside the register: days off, rules, the lists of plans, sessions; dossiers, steps.

A row of a new dossier opens it in the state that it names; of one that the register holds, a file corrects the own
fields only. Where a dossier stands is said by its steps (planning/step_rows.py)."""

import copy
from operator import attrgetter

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from planning import workflow
from planning.books import HOLIDAYS, PLAN_ENTRIES, RULES, SESSIONS
from planning.columns import dossier_address, state_name
from planning.listings import DOSSIERS, STEPS
from planning.models import Dossier, Pause, Plan, Step
from planning.models.dossier import NEEDS_SOURCE
from planning.rule_choice import NEW, OLD
from planning.step_rows import (
    agrees,
    draft_steps,
    in_parts,
    meant,
    read,
    rehearsal,
    state_meant,
    tell,
    with_own_reason,
    write_steps,
)
from zones.columns import Column
from zones.importing.cells import Unclear, is_nothing
from zones.importing.drafting import Sheetwise
from zones.importing.lookups import FURTHER, Lookups
from zones.importing.plan import Plan as Drafts
from zones.importing.plan import store
from zones.importing.preview import Change
from zones.importing.records import by_code, check, refuse_taken, refuse_twice
from zones.importing.targets import TARGETS, Target
from zones.importing.undoing import NAMED, held, standing_in_the_way, take_back
from zones.models import Document, Facility
from zones.models.importing import KINDS

ONCE = ("zone", "facility", "phase", "track", "rule_day")  # said when a dossier is opened, never corrected by a file
CHANGED_BY_STEPS = _("Không sửa bằng tệp này; bước nhập bằng tệp “Bước của hồ sơ”.")
CELLS = {"on": "state_since", "document": "document", "state": "state", "source": "source"}  # of refusals of the verb
# What a dossier is opened with, and what its list says of it: one may be written for a new dossier, the other compared.
OPENED_WITH = (
    Column("zone", _("Khu, cụm"), lambda dossier: str(dossier.subject), long=True, names="zone"),
    Column("state", _("Trạng thái"), state_name),
    Column("state_since", _("Từ ngày"), kind="date", precision="state_precision"),
    Column("document", _("Văn bản"), lambda dossier: None, names="document"),
    Column(
        "cooperating_agencies",
        _("Cơ quan phối hợp"),
        lambda dossier: "; ".join(agency.name for agency in dossier.cooperating.all()),
        long=True,
    ),
)
MADE_BY = (
    Column(
        "document_type",
        _("Loại văn bản"),
        lambda step: step.document and step.document.type,
        choices=dict(Document.Type.choices),
    ),
    Column(
        "rule_set",
        _("Bộ quy định"),
        lambda step: None,
        choices={OLD: _("Bộ quy định cũ"), NEW: _("Bộ quy định mới")},
    ),
)


def plan_address(entry):
    return reverse("planning:plan", args=[entry.plan.code]) if entry.plan_id else ""


# Rows that are dossiers -----------------------------------------------------------------------------------------------


def draft_dossiers(target, table, by, *, lock):
    """A Draft of each row; a new dossier is opened once on trial. `lock`: hold the dossiers that are found."""
    sheet = Sheetwise(target, table, Lookups(by), tells=not lock)
    drafts = by_code(sheet, by, lock)
    asked = [draft for draft in drafts if not draft.is_settled]
    for draft in asked:
        attempt(sheet, draft, name_subject)
        sheet.fill(draft)
        refuse_moved(sheet, draft)
        check(sheet, draft, by)
    refuse_twice(sheet, asked)
    refuse_taken(sheet, asked)
    with rehearsal(asked):
        for draft in asked:
            if draft.is_new and not draft.refusals:
                attempt(sheet, draft, rehearse_opening, by)
    return drafts


def attempt(sheet, draft, step, *given):
    """Take one step with a row; what cannot be read is refused beside its cell."""
    try:
        step(sheet, draft, *given)
    except Unclear as why:
        sheet.refuse(draft, why.key, why)


def found(sheet, draft, key):
    """The record that a cell names."""
    try:
        return sheet.lookups.find(sheet.target.by_key[key].names, sheet.cell(draft, key), draft.record)
    except Unclear as why:
        raise Unclear(why, key) from None


def name_subject(sheet, draft):
    """The zone of a new dossier by its name, where its code does not stand in the row."""
    says = {key: not is_nothing(sheet.cell(draft, key)) for key in ("zone", "zone_code", "facility_code")}
    if draft.is_new and says["zone"] and not (says["zone_code"] or says["facility_code"]):
        draft.record.zone = found(sheet, draft, "zone")


def refuse_moved(sheet, draft):
    """What is said once, and what only steps change, must be what the register says."""
    here = ("zone",) if draft.is_new else [column.key for column in OPENED_WITH]
    told = [sheet.target.by_key[key] for key in here if key in sheet.at] + [column for column, _place in sheet.fixed]
    for column in [] if draft.is_new and not draft.record.subject else told:
        if not stands(sheet, draft, column):
            words = gettext("Sổ ghi “%(held)s”.") % {"held": column.spell(subject(draft, column)) or gettext("(trống)")}
            sheet.refuse(draft, column.key, f"{words} {column.fixed or CHANGED_BY_STEPS}")
    for attribute in () if draft.is_new else draft.written & set(ONCE):
        key = next(key for key in sheet.at if sheet.target.by_key[key].attribute == attribute)
        sheet.refuse(draft, key, gettext("Ghi một lần khi mở hồ sơ, không sửa bằng tệp."))


def subject(draft, column):
    """The record of which a compared column speaks: a new dossier has no city yet but that of its zone."""
    return draft.record.subject if draft.is_new and column.key == "city" else draft.record


def stands(sheet, draft, column):
    """Does the cell say what is so? The zone, the state and the document of the opening may be named in any way."""
    cell, dossier = sheet.cell(draft, column.key), draft.record
    if agrees(sheet, column, subject(draft, column), cell):
        return True
    opening = None if draft.is_new else next(iter(dossier.steps.all()), None)
    held = {"zone": dossier.zone_id, "document": opening and opening.document_id}
    try:
        if column.key == "state":
            return dossier.state in meant(cell, dossier.table.states)
        return column.key in held and found(sheet, draft, column.key).pk == held[column.key]
    except Unclear:
        return False


def rehearse_opening(sheet, draft, by):
    """Open a new dossier on trial, and say what it begins with or why it cannot be."""
    draft.asked = opened_with(sheet, draft)
    try:
        with transaction.atomic():
            dossier = open_dossier(draft, by)
    except (ValidationError, PermissionDenied) as problem:
        tell(sheet, draft, problem, CELLS)
        return
    step = dossier.steps.get()
    told = [dossier.zone_id, dossier.facility_id, step.to_state, step.on, step.on_precision, step.document_id]
    draft.traces.append(repr([*told, sorted(agency.pk for agency in draft.record.invited)]))
    for column in OPENED_WITH if sheet.tells else ():
        if not is_nothing(sheet.cell(draft, column.key)):
            words = str(step.document) if column.key == "document" else column.spell(dossier)
            draft.changes.append(Change(column.key, sheet.headings[column.key], "", words))


def opened_with(sheet, draft):
    """The state of a new dossier, since when, by which document, with whom."""
    if missing := [key for key in ("state", "state_since") if is_nothing(sheet.cell(draft, key))]:
        raise Unclear(gettext("Hồ sơ mới cần trạng thái và ngày bắt đầu trạng thái."), missing[0])
    on, precision = read(sheet, "state_since", sheet.cell(draft, "state_since"))
    state = state_meant(read(sheet, "state", sheet.cell(draft, "state")), draft.record, "state")
    document = None if is_nothing(sheet.cell(draft, "document")) else found(sheet, draft, "document")
    if not (document or draft.record.source):
        raise Unclear(NEEDS_SOURCE, "source")
    draft.record.invited = invited(sheet, draft)
    return {"state": state, "on": on, "precision": precision, "document": document}


def invited(sheet, draft):
    """The agencies that take part, as our own list writes them: names or codes with semicolons between."""
    cell = sheet.cell(draft, "cooperating_agencies")
    said = "" if is_nothing(cell) else read(sheet, "cooperating_agencies", cell)
    parts = [part.strip() for part in said.split(";") if part.strip()]
    try:
        return [sheet.lookups.find("agency", part, draft.record) for part in parts]
    except Unclear as why:
        raise Unclear(why, "cooperating_agencies") from None


def open_dossier(draft, by):
    """Open the dossier of a row by the verb; the row's own record stays as it was read."""
    with with_own_reason(by):
        return workflow.open_dossier(copy.copy(draft.record), by=by, source=draft.record.source, **draft.asked)


def write_dossiers(plan, target, by):
    """Correct the dossiers that the register holds, open the others."""
    store(Drafts([draft for draft in plan.accepted if not draft.is_new]), target, by)
    for draft in plan.accepted:
        if draft.is_new:
            open_dossier(draft, by)


def take_back_dossiers(model, traces, by, why):
    """Corrections go back. A dossier that was opened stays: its first step is kept for good, like every step."""
    if opened := traces.added(model):
        codes = list(model.objects.filter(pk__in=opened[:NAMED]).values_list("code", flat=True))
        words = gettext(
            "Không hoàn tác được: tệp này đã mở %(count)s hồ sơ (%(codes)s). Hồ sơ đã mở không xoá khỏi sổ; "
            "ghi nhầm thì sửa ở trang hồ sơ, hoặc ghi bước kết thúc hồ sơ."
        )
        more = ", …" if len(opened) > NAMED else ""
        raise ValidationError(words % {"count": len(opened), "codes": ", ".join(codes) + more})
    take_back(model, traces, by, why)


def take_back_steps(model, traces, by, why):
    """Retract the steps that an import made, the last one first; nothing when one of them is not the last any more."""
    steps = sorted(held(Step, traces.added(Step)), key=attrgetter("pk"), reverse=True)
    refuse_followed(steps, traces)
    for step in steps:
        with with_own_reason(by):
            workflow.retract(step, by=by, note=why)
    for pk, before in traces.before(Dossier).items():
        chosen = {name: before[name] for name in ("rule_day", "rule_reason") if name in before}
        if chosen:
            dossier = Dossier.objects.get(pk=pk)
            for name, value in chosen.items():
                setattr(dossier, name, Dossier._meta.get_field(name).to_python(value))
            workflow.refresh(dossier)


def refuse_followed(steps, traces):
    """Later steps, and what was done since to the steps of the import or to the pauses that they brought."""
    kinds = {one._meta.db_table: one for one in (Step, Pause)}
    changed = [kinds[table].objects.filter(pk=pk).first() for table, pk in traces.since() if table in kinds]
    changed = [one or gettext("bản ghi đã xoá") for one in changed]
    first = {step.dossier_id: step.number for step in steps if step.to_state}
    own = {step.pk for step in steps}
    for some in in_parts(sorted(first)):
        later = Step.objects.standing().filter(dossier__in=some).exclude(to_state="").select_related("dossier")
        changed += [step for step in later if step.number > first[step.dossier_id] and step.pk not in own]
    if changed:
        raise ValidationError(standing_in_the_way(changed))


# The kinds ------------------------------------------------------------------------------------------------------------


def step_address(step):
    return dossier_address(step.dossier) if step.dossier_id else ""


def step_named(step):
    return f"{step.dossier.code} · {step.label}".strip(" ·") if step.dossier_id else ""


PLANNING = (
    Target(
        "holidays",
        HOLIDAYS,
        ("on",),
        lambda holiday: reverse("planning:holidays"),
        identity=("on",),
        after=workflow.refresh_clocks,
        section="main",
    ),
    Target(
        "rules",
        RULES,
        ("code", "valid_from"),
        lambda rule: reverse("planning:rules"),
        identity=("code", "valid_from"),
        after=workflow.refresh_clocks,
        section="main",
    ),
    Target(
        "plan_entries",
        PLAN_ENTRIES,
        ("plan_code", "number"),
        plan_address,
        identity=("plan", "number"),
        section="main",
    ),
    Target(
        "sessions",
        SESSIONS,
        ("code",),
        lambda session: reverse("planning:session", args=[session.code]),
        default=lambda user: {"agency": user.agency},
    ),
    Target(
        "dossiers",
        DOSSIERS,
        ("code",),
        dossier_address,
        OPENED_WITH,
        default=lambda user: {"lead_agency": user.agency},
        unread=("due_on", "clock", "days_late", "ended", *(column.key for column in OPENED_WITH)),
        needed=("state", "state_since"),
        named=lambda dossier: f"{dossier.code} {dossier.title}".strip(),
        draft=draft_dossiers,
        write=write_dossiers,
        take_back=take_back_dossiers,
        section="main",
    ),
    Target(
        "steps",
        STEPS,
        ("dossier_code", "on"),
        step_address,
        MADE_BY,
        identity=("dossier", "number"),
        named=step_named,
        draft=draft_steps,
        write=write_steps,
        take_back=take_back_steps,
        section="main",
    ),
)
NAMES = {
    "holidays": _("Ngày nghỉ, ngày làm bù"),
    "rules": _("Quy tắc, thời hạn"),
    "plan_entries": _("Danh mục của quy hoạch"),
    "sessions": _("Kỳ họp"),
    "dossiers": _("Hồ sơ"),
    "steps": _("Bước của hồ sơ"),
}


def register():
    """Add these kinds to those of the register."""
    KINDS.update(NAMES)
    TARGETS.update({target.what: target for target in PLANNING})
    FURTHER["facility"] = (Facility, _("cơ sở"), lambda facility: (facility.code, facility.name))
    FURTHER["plan"] = (Plan, _("quy hoạch"), lambda plan: (plan.code, plan.title))
