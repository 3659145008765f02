"""Rows of the ledger: one with a number in the register corrects that fact, one without adds a fact.

A corrected fact is superseded, never overwritten. What the ledger already says is left alone; what contradicts it on
the same day is rejected, so that nothing is layered over it unseen."""

from collections import defaultdict

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.access import may_edit
from zones.importing.cells import Unclear
from zones.importing.drafting import Draft, Sheetwise, Statement
from zones.importing.lookups import Lookups
from zones.importing.records import AT_ONCE, number_of
from zones.importing.rules import problems
from zones.models import Standing

SAYING = ("value_ha", "value", "value_text")
TOLD = (*SAYING, "is_start", "as_of", "as_of_precision", "standing", "document_id", "source", "source_on", "note")
NOT_TAKEN_OVER = {"id", "recorded_at", "recorded_by", "superseded_by", "superseded_at", "superseded_as_of", "origin"}


def draft_facts(target, table, by, *, lock):
    """A Draft of each row with the fact that it adds; nothing is written. `lock`: hold the facts that are corrected."""
    sheet = Sheetwise(target, table, Lookups(by), tells=not lock)
    numbers = [number_of(sheet, row) for row in table.rows]
    held = stored(sheet, by, [number for number in numbers if isinstance(number, int)], lock)
    drafts = []
    for row, number in zip(table.rows, numbers, strict=True):
        found = held.get(number) if isinstance(number, int) else None
        drafts.append(begin(sheet, row, number, found, by))
    for draft in drafts:
        sheet.fill(draft)
        sheet.check_fixed(draft)
    refuse_twice(sheet, drafts)
    beside = standing([draft for draft in drafts if draft.is_new and not draft.refusals])
    for draft in drafts:
        settle(sheet, draft, beside, by)
    return drafts


def stored(sheet, by, numbers, lock):
    found, wanted = {}, sorted(set(numbers))
    for start in range(0, len(wanted), AT_ONCE):
        chosen = {"pk__in": wanted[start : start + AT_ONCE]}
        if lock:
            list(sheet.target.model.objects.filter(**chosen).order_by("pk").select_for_update().values_list("pk"))
        found |= {fact.pk: fact for fact in sheet.target.listing.rows(by, None, None).filter(**chosen)}
    return found


def begin(sheet, row, number, found, by):
    if found:
        return Draft(row, found, is_new=False, may_before=may_edit(by, found))
    draft = Draft(row, sheet.target.model(), is_new=True)
    if number is not None:
        gone = _("Số liệu này không có, đã được thay hoặc đã rút. Xuất lại danh sách, hoặc để trống để ghi số mới.")
        sheet.refuse(draft, "id", number if isinstance(number, Unclear) else gone)
    return draft


def refuse_twice(sheet, drafts):
    """The same number, or the same statement, in several rows; two adopted values for one day."""
    groups = defaultdict(list)
    for draft in drafts:
        if not draft.is_new:
            groups[draft.record.pk].append(draft)
        elif not draft.refusals:
            groups[told_apart(draft.record)].append(draft)
    for group in groups.values():
        if len(group) > 1:
            rows = ", ".join(str(draft.row.number) for draft in group)
            for draft in group:
                sheet.refuse(draft, "", _("Cùng một số liệu đứng ở nhiều dòng: %(rows)s.") % {"rows": rows})


def told_apart(fact):
    """An adopted value is the only one of its subject and day; a reported one the only one of its source as well."""
    own = () if fact.standing == Standing.ADOPTED else (fact.document_id, fact.source)
    return (*subject(fact), fact.as_of, *own)


def subject(fact):
    return tuple(getattr(fact, name) for name in fact.subject_fields)


def said(fact):
    return tuple(getattr(fact, name) for name in SAYING if hasattr(fact, name))


def standing(drafts):
    """subject → the facts in force about it."""
    found = defaultdict(list)
    if not drafts:
        return found
    model, zones = type(drafts[0].record), sorted({draft.record.zone_id for draft in drafts} - {None})
    questions = [Q(zone__in=zones[start : start + AT_ONCE]) for start in range(0, len(zones), AT_ONCE)]
    if any(draft.record.zone_id is None for draft in drafts):
        questions.append(Q(zone=None))
    for question in questions:
        for fact in model.objects.in_force().filter(question):
            found[subject(fact)].append(fact)
    return found


def settle(sheet, draft, beside, by):
    """What becomes of a row whose cells are read: nothing to do, a new fact, or why not."""
    if draft.refusals or not (draft.is_new or draft.traces):
        return
    if not (draft.may_before and may_edit(by, draft.record)):
        sheet.refuse(draft, "", _("Chỉ cơ quan quản lý khu này được ghi số liệu."))
    fact = successor(draft.record)
    for name, message in problems(fact, sheet.written, sheet.accepted):
        key = next((key for key in sheet.at if sheet.target.by_key[key].attribute == name), "")
        sheet.refuse(draft, key, message)
    if draft.refusals:
        return
    if draft.is_new and already(sheet, draft, fact, beside[subject(fact)]):
        return
    if not draft.is_new and draft.written & {name.removesuffix("_id") for name in fact.subject_fields}:
        sheet.refuse(draft, "id", _("Dòng này đổi khu hoặc loại số liệu. Để trống mã số để ghi thành số liệu mới."))
        return
    replaced = None if draft.is_new else draft.record.pk
    draft.facts.append(Statement(type(fact), told_by(fact), None, replaced))
    draft.traces.append(f"{subject(fact)}:{[getattr(fact, name) for name in TOLD if hasattr(fact, name)]}/{replaced}")


def told_by(record):
    """What a fact says, by attribute, without its number and what became of it."""
    fields = [field for field in record._meta.fields if field.name not in NOT_TAKEN_OVER]
    return {field.attname: getattr(record, field.attname) for field in fields}


def successor(record):
    """A fact that says what `record` now says, not yet stored."""
    fact = type(record)(**told_by(record))
    for field in record._meta.fields:
        if field.is_relation and field.name not in NOT_TAKEN_OVER and field.is_cached(record):
            field.set_cached_value(fact, field.get_cached_value(record))
    return fact


def already(sheet, draft, fact, facts):
    """Does the ledger say so already? It is refused to say otherwise about the same day beside what stands there."""
    for one in facts:
        if one.as_of != fact.as_of:
            continue
        where = {"fact": one, "id": one.pk}
        if said(one) == said(fact) and (one.document_id, one.source) == (fact.document_id, fact.source):
            if all(getattr(one, field.attname) == getattr(fact, field.attname) for field in given(draft)):
                draft.traces, draft.changes, draft.record, draft.is_new = [], [], one, False
                return True
            sheet.refuse(
                draft, "", _("Sổ đã có số liệu này (mã số %(id)s) với ghi chú khác; ghi mã số để sửa.") % where
            )
            return True
        if Standing.ADOPTED == one.standing == fact.standing and said(one) != said(fact):
            words = _("Sổ đã ghi %(fact)s từ cùng ngày. Muốn thay, ghi “Mã số trong sổ” là %(id)s.") % where
            sheet.refuse(draft, "", words)
            return True
    return False


def given(draft):
    return [draft.record._meta.get_field(name) for name in draft.written]
