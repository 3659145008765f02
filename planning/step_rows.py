"""Rows of files that are steps of dossiers: each is made by the verb of the workflow that a person would use.

A step that the register holds is never changed by a file; its row must say what the register says. New rows are made
dossier by dossier in the order of their days: once on trial, to say what would become of them, and once for good."""

import datetime
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from operator import attrgetter

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.audit import acting, now_acting
from planning import workflow
from planning.models import Dossier, Step
from planning.models.dossier import NEEDS_SOURCE
from zones.importing.cells import Unclear, folded, is_nothing, read_text, shown, spelling
from zones.importing.drafting import Draft, Sheetwise, says_the_same
from zones.importing.layout import LANGUAGES
from zones.importing.lookups import Lookups
from zones.importing.preview import Change
from zones.importing.reading import Unreadable
from zones.importing.rules import told
from zones.importing.verbs import patience
from zones.models import Precision

MOST = 1_000  # new rows of one file: each is made twice, with all that hangs on it
AT_ONCE = 500  # dossiers in one question
MOVE, OBSERVED, EVENT = Step.Kind.MOVE, Step.Kind.OBSERVED, Step.Kind.EVENT
SUBJECT = ("dossier", "zone", "track")  # columns about the dossier of a step
# What each verb takes beside its day; a cell that it has no use for is refused, not dropped.
TAKEN = {
    MOVE: ("document", "note", "agency", "rule_set"),
    OBSERVED: ("document", "source", "note", "agency"),
    EVENT: ("document", "source", "note"),
}
GIVEN = ("document", "source", "note", "agency", "rule_set")
READ = ("on", "kind", "label", "to_state", "source", "note", "rule_set")  # the day first: it gives the row its place
NAMED = ("document", "agency")
SHOWN = ("kind", "label", "to_state", "on", "agency", "document", "source", "note")
# Of which column a refusal of the workflow speaks.
CELLS = {"on": "on", "document": "document", "note": "note", "source": "source", "state": "to_state"}
CELLS |= {"event": "label", "agency": "agency", "rule_set": "rule_set"}


@dataclass
class StepDraft(Draft):
    """A row that is a step. `dossier`: as it stood before the file."""

    dossier: Dossier | None = None

    @property
    def place(self):
        """Its place among the rows of its dossier: by day, then as in the file; first where its day cannot be read."""
        return (self.dossier.pk, self.asked.get("on", (datetime.date.min,))[0], self.row.number)


def draft_steps(target, table, by, *, lock):
    """A draft of each row; nothing stays written. `lock`: hold the dossiers of the rows."""
    sheet = Sheetwise(target, table, Lookups(by), tells=not lock)
    dossiers = dossiers_named(sheet, by, lock)
    steps = defaultdict(dict)
    for some in in_parts([one.pk for one in dossiers.values()]):
        for step in target.listing.rows(by, None, None).filter(dossier__in=some):
            steps[step.dossier_id][step.number] = step
    drafts = [drafted(sheet, row, dossiers, steps) for row in table.rows]
    refuse_twice(sheet, drafts)
    with rehearsal(drafts):
        for draft in in_order(sheet, [draft for draft in drafts if draft.is_new]):
            rehearse(sheet, draft, by)
    return drafts


def in_parts(values):
    return [values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE)]


# What a row says ------------------------------------------------------------------------------------------------------


def dossiers_named(sheet, by, lock):
    """{code: the dossier}, of those that the person may see."""
    codes = set()
    for row in sheet.table.rows:
        try:
            codes.add(read_text(row.cells[sheet.place["dossier_code"]]))
        except Unclear:
            continue  # refused with its row
    found = {}
    for some in in_parts(sorted(codes)):
        seen = Dossier.objects.visible_to(by).filter(code__in=some).select_related("zone", "facility", "lead_agency")
        if lock:
            ids = list(seen.values_list("pk", flat=True))
            list(Dossier.objects.filter(pk__in=ids).order_by("pk").select_for_update().values_list("pk"))
        found |= {one.code: one for one in seen}
    return found


def drafted(sheet, row, dossiers, steps):
    """A row that names a step of the register, or says what one says, is that step; any other one is to be made."""
    draft = StepDraft(row, Step(), is_new=True)
    try:
        code = read_text(sheet.cell(draft, "dossier_code"))
        draft.dossier = dossiers.get(code)
        if draft.dossier is None:
            raise Unclear(_("Không có hồ sơ nào mang mã “%(code)s”.") % {"code": shown(code)}, "dossier_code")
        draft.record = Step(dossier=draft.dossier)
        found = recorded(sheet, draft, steps[draft.dossier.pk])
        if found:
            draft.record, draft.is_new = found, False
            compare(sheet, draft, sheet.at)
        else:
            compare(sheet, draft, SUBJECT)
            ask(sheet, draft)
    except Unclear as why:
        sheet.refuse(draft, why.key or "dossier_code", why)
    return draft


def recorded(sheet, draft, steps):
    """The step that the row is about: by its number, or one that says all that the row says."""
    cell = sheet.cell(draft, "number")
    if not is_nothing(cell):
        number = read(sheet, "number", cell)
        if number not in steps:
            raise Unclear(_("Hồ sơ không có bước số này. Bước mới thì để trống ô này."), "number")
        return steps[number]
    if all(is_nothing(sheet.cell(draft, key)) for key in ("label", "to_state")):
        return None
    alike = (step for step in steps.values() if not step.retracted_at and not unlike(sheet, draft, step, sheet.at))
    return next(alike, None)


def read(sheet, key, cell):
    """The value of a cell; Unclear tells its column."""
    try:
        return sheet.read(sheet.target.by_key[key], cell)
    except Unclear as why:
        raise Unclear(why, key) from None


def unlike(sheet, draft, step, keys):
    """The columns whose cells say something else than the register does of `step`."""
    columns = [sheet.target.by_key[key] for key in keys if key in sheet.at and key != "rule_set"]
    return [one for one in columns if not says(sheet, draft, one, step)]


def says(sheet, draft, column, step):
    """Does the cell say what the register does of `step`, in words, by code, or by another name of what it names?"""
    cell = sheet.cell(draft, column.key)
    if agrees(sheet, column, step, cell):
        return True
    try:
        if column.names:
            return named(sheet, draft, column.key).pk == getattr(step, f"{column.key}_id")
        if column.key == "label" and step.move:
            return step.move in meant(cell, step.dossier.table.moves)
        return column.key in ("label", "to_state") and step.to_state in meant(cell, step.dossier.table.states)
    except Unclear:
        return False


def agrees(sheet, column, record, cell):
    """Does a cell that changes nothing say what the register says, or nothing?"""
    if is_nothing(cell) or says_the_same(column, record, cell):
        return True
    value = column.value(record)
    try:
        found = sheet.read(column, cell, value)
    except Unclear:
        return False
    if column.precision:
        day, precision = found
        return day == value and precision in (Precision.DAY, getattr(record, column.precision))
    return found == value


def compare(sheet, draft, keys):
    """Refuse the cells that contradict the register."""
    recorded_once = _("Bước đã ghi không sửa bằng tệp: rút bước rồi ghi lại.")
    for column in unlike(sheet, draft, draft.record, keys):
        held_as = _("Sổ ghi “%(held)s”.") % {"held": column.spell(draft.record) or _("(trống)")}
        sheet.refuse(draft, column.key, held_as if draft.is_new else f"{held_as} {recorded_once}")


def ask(sheet, draft):
    """Read what a new step shall be; which move or state its words mean is known when the dossier has come to it."""
    said = {key: cell for key in sheet.at if not is_nothing(cell := sheet.cell(draft, key))}
    if "on" not in said:
        raise Unclear(_("Bước mới cần ngày."), "on")
    if "label" not in said and "to_state" not in said:
        raise Unclear(_("Ghi bước, sự việc, hoặc trạng thái sau bước."), "label")
    if "retracted" in said and read(sheet, "retracted", said["retracted"]):
        raise Unclear(_("Bước mới không thể là bước đã rút."), "retracted")
    draft.asked = {key: read(sheet, key, said[key]) for key in READ if key in said}
    draft.asked |= {key: named(sheet, draft, key) for key in NAMED if key in said}


def named(sheet, draft, key):
    """The document or the agency that a cell names; of a document with its type, where the row says it."""
    cell = sheet.cell(draft, key)
    kind = sheet.cell(draft, "document_type") if key == "document" else None
    if not is_nothing(kind):
        cell = f"{read(sheet, 'document_type', kind)} {read_text(cell)}"
    try:
        return sheet.lookups.find(key, cell, draft.record)
    except Unclear as why:
        raise Unclear(why, key) from None


def refuse_twice(sheet, drafts):
    """One step, of the register or a new one, cannot be in several rows."""
    groups = defaultdict(list)
    for draft in drafts:
        if not draft.is_new:
            groups[draft.record.pk].append(draft)
        elif not draft.refusals:
            groups[draft.dossier.pk, str(sorted(draft.asked.items()))].append(draft)
    for group in groups.values():
        if len(group) > 1:
            rows = ", ".join(str(draft.row.number) for draft in group)
            for draft in group:
                sheet.refuse(draft, "dossier_code", _("Cùng một bản ghi đứng ở nhiều dòng: %(rows)s.") % {"rows": rows})


# On trial, and for good -----------------------------------------------------------------------------------------------


@contextmanager
def rehearsal(drafts):
    """Everything written inside is taken back at the end; Unreadable when there are too many new rows to try."""
    if sum(draft.is_new for draft in drafts) > MOST:
        raise Unreadable(_("Nhiều nhất %(most)s dòng mới một tệp; hãy chia tệp.") % {"most": MOST})
    with patience(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def with_own_reason(by):
    """The reason that a verb gives for a step holds for that step, not for what is written after it."""
    outer = now_acting.get()
    with acting(by, reason=outer.reason if outer else ""):
        yield


def in_order(sheet, drafts):
    """The new rows that can be made, dossier by dossier, in the order of their days. What comes after a row with a
    mistake waits for it."""
    halted = {}
    for draft in sorted((draft for draft in drafts if draft.dossier), key=attrgetter("place")):
        if draft.dossier.pk in halted:
            words = _("Dòng %(row)s của cùng hồ sơ có lỗi; sửa dòng ấy trước.")
            sheet.refuse(draft, "", words % {"row": halted[draft.dossier.pk]})
        elif not draft.refusals:
            yield draft
        if draft.refusals:
            halted.setdefault(draft.dossier.pk, draft.row.number)


def rehearse(sheet, draft, by):
    """Make the step, and say what came of it or why it cannot be."""
    before = draft.dossier.version
    try:
        with transaction.atomic():
            step = make(draft, by)
    except Unclear as why:
        sheet.refuse(draft, why.key, why)
    except (ValidationError, PermissionDenied) as problem:
        tell(sheet, draft, problem, CELLS)
    else:
        step.pk, draft.record = None, step
        tell_step(sheet, draft, before)


def tell(sheet, draft, problem, cells):
    """Say beside which cell a verb has refused the row; `cells`: of which column each of its words speaks."""
    found = told(problem) if isinstance(problem, ValidationError) else [("", str(problem))]
    for name, message in found:
        sheet.refuse(draft, cells.get(name, ""), message)


def tell_step(sheet, draft, version):
    """What the preview shows of a new step, and by what two runs of the same row are told apart."""
    step = draft.record
    told = [step.dossier_id, version, step.kind, step.move, step.event, step.from_state, step.to_state, step.on]
    told += [step.on_precision, step.agency_id, step.document_id, step.source, step.note, step.findings]
    draft.traces = [repr(told), draft.asked.get("rule_set", "")]
    for key in SHOWN if sheet.tells else ():
        column = sheet.target.by_key[key]
        if words := sheet.spell(column, step):
            draft.changes.append(Change(key, sheet.headings[key], "", words))


def write_steps(plan, target, by):
    """Make every accepted new step, as it was on trial."""
    for draft in sorted((one for one in plan.accepted if one.is_new), key=attrgetter("place")):
        make(draft, by)


def make(draft, by):
    """Make the step by the verb that its row asks for, on the dossier as it stands now; gives the Step."""
    dossier = Dossier.objects.select_related("zone", "facility").get(pk=draft.dossier.pk)
    verb, what = meaning(draft.asked, dossier)
    if unused := [key for key in GIVEN if key in draft.asked and key not in TAKEN[verb]]:
        raise Unclear(_("Loại bước này không dùng cột này; để trống, hoặc ghi vào cột Ghi chú."), unused[0])
    on, precision = draft.asked["on"]
    given = {key: draft.asked[key] for key in TAKEN[verb] if key in draft.asked}
    if verb != MOVE and not given.keys() & {"document", "source"}:
        raise Unclear(NEEDS_SOURCE, "source")
    if verb != MOVE:
        given["precision"] = precision
    elif precision != Precision.DAY:
        raise Unclear(_("Cột này cần một ngày đầy đủ: dd/mm/yyyy."), "on")
    with with_own_reason(by):
        return VERBS[verb](dossier, what, by=by, on=on, **given)


VERBS = {MOVE: workflow.advance, OBSERVED: workflow.observe, EVENT: workflow.note_event}


# Which move, state or event the words of a row mean -------------------------------------------------------------------


def meaning(asked, dossier):
    """(kind of step, its code or words)."""
    kind, label, state = (asked.get(key, "") for key in ("kind", "label", "to_state"))
    if not kind:
        is_move, is_state = (label and meant(label, items) for items in (dossier.table.moves, dossier.table.states))
        if is_move and is_state:
            raise Unclear(_("Vừa là tên bước vừa là tên trạng thái: ghi “bước” hay “ghi theo nguồn”."), "label")
        kind = MOVE if is_move else OBSERVED
    return READERS[kind](label, state, dossier)


def as_move(label, state, dossier):
    """The move of this name that follows on the state in which the dossier is."""
    moves = dossier.table.moves
    codes = meant(label, moves) if label else list(moves)
    if not codes:
        raise Unclear(_("Tuyến này không có bước “%(text)s”.") % {"text": shown(label)}, "label")
    target = state_meant(state, dossier) if state else None
    following = [code for code in codes if dossier.state in moves[code].sources]
    fitting = [code for code in following if target in (None, moves[code].target)]
    if not following:
        where = {"state": dossier.state_now.name if dossier.state_now else "–"}
        raise Unclear(_("Hồ sơ lúc ấy ở trạng thái “%(state)s”: không có bước này.") % where, "label")
    if not fitting:
        raise Unclear(_("Bước này không dẫn đến trạng thái “%(text)s”.") % {"text": shown(state)}, "to_state")
    if len(fitting) > 1:
        raise Unclear(
            _("Có thể là nhiều bước; ghi một trong các mã: %(codes)s.") % {"codes": ", ".join(fitting)}, "label"
        )
    return MOVE, fitting[0]


def as_state(label, state, dossier):
    """A state as a source shows it; the step's own words may repeat it."""
    said = [state_meant(text, dossier, key) for key, text in (("to_state", state), ("label", label)) if text]
    if len(set(said)) > 1:
        raise Unclear(_("“Bước” và “Trạng thái sau bước” không nói cùng một điều."), "label")
    return OBSERVED, said[0]


def as_event(label, state, dossier):
    if state:
        raise Unclear(_("Sự việc không đổi trạng thái; để trống ô này."), "to_state")
    return EVENT, label


READERS = {MOVE: as_move, OBSERVED: as_state, EVENT: as_event}


def state_meant(text, dossier, key="to_state"):
    """The code of the one state of the dossier's table that a text means."""
    codes = meant(text, dossier.table.states)
    if len(codes) == 1:
        return codes[0]
    if not codes:
        words = _("Tuyến này không có trạng thái “%(text)s”.")
        if key == "label":
            words = _("Tuyến này không có bước hay trạng thái “%(text)s”. Nếu là sự việc, ghi “sự việc” ở cột Loại.")
        raise Unclear(words % {"text": shown(text)}, key)
    raise Unclear(_("Có thể là nhiều trạng thái; ghi một trong các mã: %(codes)s.") % {"codes": ", ".join(codes)}, key)


def meant(text, items):
    """The codes of the moves or states of `items` that a text means, by code or by name in either language."""
    wanted = folded(text)
    found = [code for code in items if spelling(code) == wanted]
    for language in () if found else LANGUAGES:
        with override(language):
            found += [code for code, one in items.items() if spelling(str(one.name)) == wanted and code not in found]
    return found
