"""Which rules a dossier goes by where a change of law (tracks.TRANSITIONS) meets it: by the clauses, or by a choice."""

import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from planning import tracks

OLD, NEW = "old", "new"
DAY_BEFORE = datetime.timedelta(days=1)


def choose_rules(dossier, move, on, chosen, note):
    """Which rules the dossier goes by from this move on, where a change of law (tracks.TRANSITIONS) meets it."""
    kind = dossier.zone.kind if dossier.zone_id else tracks.FACILITY
    changes = [one for one in tracks.TRANSITIONS if one.track == dossier.track and kind in one.kinds]
    if any(move.target in one.begun | one.filed and dossier.state not in one.begun | one.filed for one in changes):
        dossier.rule_day, dossier.rule_reason = on, ""
    for change in changes:
        if move.target in change.filed and dossier.state in change.begun and on >= change.day:
            settle(dossier, change, on, chosen, note)
    if dossier.rule_day is None:
        dossier.rule_day = on


def settle(dossier, change, on, chosen, note):
    """A dossier reaches the appraisal after `change`: by its clauses, or by a person's choice with a reason."""
    if filed_before(dossier, change) or begun(dossier, change) >= change.day:
        return
    if dossier.rule_reason:
        return
    if chosen not in (OLD, NEW) or not note.strip():
        raise ValidationError(
            {
                "rule_set": _(
                    "Hồ sơ bắt đầu ở xã trước %(day)s và đến thẩm định từ ngày đó: %(law)s chưa nói rõ. "
                    "Chọn bộ quy định và nêu lý do."
                )
                % {"day": f"{change.day:%d/%m/%Y}", "law": change.law}
            }
        )
    dossier.rule_day = on if chosen == NEW else change.day - DAY_BEFORE
    dossier.rule_reason = note


def current_round(dossier, change):
    """The steps since the dossier last began a round, the newest last."""
    steps = [step for step in dossier.steps.standing() if step.to_state]
    inside = change.begun | change.filed
    for place in range(len(steps) - 1, -1, -1):
        if steps[place].to_state not in inside:
            return steps[place + 1 :]
    return steps


def filed_before(dossier, change):
    """Whether the appraisal had begun before the law changed; a supplement across that day keeps the old rules."""
    return any(step.to_state in change.filed and step.on < change.day for step in current_round(dossier, change))


def begun(dossier, change):
    return min((step.on for step in current_round(dossier, change)), default=datetime.date.max)
