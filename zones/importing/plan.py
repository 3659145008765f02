"""A table against the register: what each row would do, and how all of it is written down at once."""

from dataclasses import dataclass, field

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from zones.importing.drafting import defaults_of
from zones.importing.facts import draft_facts
from zones.importing.parents import generations, tie
from zones.importing.preview import CREATED, REJECTED, UNCHANGED, UPDATED, Outcome
from zones.importing.records import draft_records
from zones.models import FACTS
from zones.recording import record_many
from zones.storing import insert

WRITTEN_AT_ONCE = 1_000


@dataclass
class Plan:
    """The drafts of a table's rows in their order, with the outcome of each."""

    drafts: list
    outcomes: list = field(default_factory=list)

    @property
    def accepted(self):
        return [draft for draft in self.drafts if not draft.refusals]


def make_plan(target, table, by, *, lock=False):
    """What the rows of `table` would do if `by` wrote them down now. `lock`: hold what they would change."""
    drafting = target.draft or (draft_facts if issubclass(target.model, FACTS) else draft_records)
    drafts = drafting(target, table, by, lock=lock)
    return Plan(drafts, [outcome_of(target, draft, tells=not lock) for draft in drafts])


def outcome_of(target, draft, *, tells):
    """`tells`: with the words and the address that a preview shows."""
    record, stored = draft.record, not draft.is_new
    if draft.refusals:
        kind, prints = REJECTED, sorted(refusal.cell for refusal in draft.refusals)
    elif stored and not draft.traces:
        kind, prints = UNCHANGED, []
    else:
        kind, prints = (UPDATED if stored else CREATED), draft.traces
    return Outcome(
        number=draft.row.number,
        outcome=kind,
        label=label_of(target, record) if tells else "",
        url=target.address(record) if tells and (stored or target.address_of_new) else "",
        changes=[] if kind in (UNCHANGED, REJECTED) else draft.changes,
        refusals=draft.refusals,
        print=f"{record.pk or ''};{';'.join(prints)}",
    )


def label_of(target, record):
    if target.named:
        return target.named(record)
    if target.is_coded:
        return f"{record.code} {record.name}".strip()
    if issubclass(target.model, FACTS):
        zone = getattr(record, "zone", None)
        return " · ".join(part for part in (zone.code if zone else getattr(record, "city", ""), worded(record)) if part)
    return worded(record)


def worded(record):
    """The record in words, as far as its row could be read."""
    try:
        return str(record)
    except (ObjectDoesNotExist, AttributeError, TypeError, ValueError):
        return ""


def write(plan, target, by):
    """Write down every accepted draft, in the way of its kind."""
    (target.write or store)(plan, target, by)


def store(plan, target, by):
    """Write down every accepted draft, in few statements."""
    model = target.model
    drafts = [draft for draft in plan.accepted if draft.is_new or draft.traces]
    if not issubclass(model, FACTS):
        with transaction.atomic():
            for draft in drafts:
                draft.record.derive()
            added = [one.record for one in drafts if one.is_new]
            for group in generations(added):
                tie(group)
                insert(group)
            corrected = [draft for draft in drafts if draft.before and not draft.is_new]
            names = {name for draft in corrected for name in draft.written}
            tie(draft.record for draft in corrected)
            correct(model, [draft.record for draft in corrected], names)
    blank = {model: defaults_of(model) for model in FACTS}
    facts = [(one.fact(blank[one.model]), one.replaced) for draft in drafts for one in draft.facts]
    if facts:
        superseding = [(replaced, fact) for fact, replaced in facts if replaced]
        record_many([fact for fact, _replaced in facts], by=by, superseding=superseding)
    target.after()


def correct(model, records, names):
    """Store records that this transaction holds: the fields `names`, what follows from them, and the version."""
    for record in records:
        record.derive()
        record.version += 1
    if records and names:
        model.objects.bulk_create(
            records,
            batch_size=WRITTEN_AT_ONCE,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=sorted({"version", *names, *model.DERIVED}),
        )
