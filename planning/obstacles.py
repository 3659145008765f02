"""The verbs of an obstacle: tell what is new of it, let that stand or refuse it.

Each locks the obstacle, checks who may, and writes the update, what follows from it and the notices in one
transaction. An obstacle's own fields are its agency's; whoever meets it may put it down (`Access.raised`)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import because
from planning import obstacle_notices
from planning.duties import known, past
from planning.holding import held, refuse_unless
from planning.models import STALE_RULE, Obstacle, ObstacleUpdate, Rule

APPROVED, REFUSED, WAITING = (
    ObstacleUpdate.Decision.APPROVED,
    ObstacleUpdate.Decision.REFUSED,
    ObstacleUpdate.Decision.WAITING,
)

PROGRESS, RESOLVED, REOPENED = (
    ObstacleUpdate.Kind.PROGRESS,
    ObstacleUpdate.Kind.RESOLVED,
    ObstacleUpdate.Kind.REOPENED,
)


def may_tell(user, obstacle):
    """The office that has to remove it, and the one that raised it, tell what is new."""
    role = user.role_rules
    if role.edit == "everything":
        return True
    concerned = (agency for agency in (obstacle.agency, obstacle.raised_by) if agency)
    return role.edit == "own agency" and any(agency.is_now(user.agency_id) for agency in concerned)


def may_decide(user, obstacle):
    """Of the office that has to remove it (or that it was merged into), a person with the right to approve."""
    role = user.role_rules
    own = role.edit == "own agency" and obstacle.agency.is_now(user.agency_id)
    return role.edit == "everything" or (own and role.approve)


def locked(obstacle, seen, allowed):
    found = held(Obstacle.objects, obstacle.pk, seen)
    refuse_unless(allowed(found))
    return found


@transaction.atomic
def tell(obstacle, *, by, on, text, kind=PROGRESS, expected_on=None, document=None, seen=None):
    """Put down what is new; it counts once it is approved, at once when `by` has the right to approve."""
    obstacle = locked(obstacle, seen, lambda found: may_tell(by, found))
    past(on)
    check_turn(obstacle, kind, on)
    check_expected(kind, on, expected_on)
    made = ObstacleUpdate(obstacle=obstacle, kind=kind, on=on, text=text, expected_on=expected_on)
    made.document, made.agency, made.recorded_by = document, by.agency, by
    if may_decide(by, obstacle):
        made.decision, made.decided_at, made.decided_by = APPROVED, timezone.now(), by
    made.full_clean(exclude=["obstacle", "agency", "recorded_by", "decided_by"])
    because(text)
    made.save(force_insert=True)
    follow(obstacle)
    (obstacle_notices.waiting if made.decision == WAITING else obstacle_notices.decided)(made)
    return made


def check_turn(obstacle, kind, on):
    """What was removed can only come back, what was not cannot; and neither before the turn that stands."""
    if obstacle.resolved_on and kind != REOPENED:
        raise ValidationError(_("Vướng mắc này đã được tháo gỡ; nếu vướng lại thì ghi «vướng lại»."), "resolved")
    if not obstacle.resolved_on and kind == REOPENED:
        raise ValidationError({"kind": _("Vướng mắc này chưa được tháo gỡ.")})
    last = last_turn(obstacle) if kind != PROGRESS else None
    since = last.on if last else obstacle.raised_on
    if on < since:
        raise ValidationError({"on": _("Sớm nhất là ngày %(day)s.") % {"day": f"{since:%d/%m/%Y}"}})


def check_expected(kind, on, expected_on):
    """The new day expected follows the update; what is removed has none."""
    if not expected_on:
        return
    known(expected_on, "expected_on")
    if kind == RESOLVED:
        raise ValidationError({"expected_on": _("Đã tháo gỡ xong thì không còn ngày dự kiến.")})
    if expected_on < on:
        raise ValidationError({"expected_on": _("Ngày dự kiến mới trước ngày cập nhật.")})


@transaction.atomic
def decide(update, *, by, approve, note="", seen=None):
    """Let an update stand, or refuse it and say why."""
    obstacle = locked(update.obstacle, seen, lambda found: may_decide(by, found))
    update = ObstacleUpdate.objects.select_for_update(of=("self",)).get(pk=update.pk)
    if update.decision != WAITING:
        raise ValidationError(_("Cập nhật này đã được duyệt hoặc trả lại."), "decided")
    if not approve and not note.strip():
        raise ValidationError({"note": _("Nói rõ vì sao trả lại.")})
    if approve and update.kind != PROGRESS:
        check_turn(obstacle, update.kind, update.on)
    update.decision = APPROVED if approve else REFUSED
    update.decided_at, update.decided_by, update.decision_note = timezone.now(), by, note
    because(note)
    update.save(update_fields=["decision", "decided_at", "decided_by", "decision_note"])
    follow(obstacle)
    obstacle_notices.decided(update)
    return update


def approved(obstacle):
    return obstacle.updates.filter(decision=APPROVED).order_by("on", "pk")


def last_turn(obstacle):
    """The approved update by which it was last removed or came back; None when neither happened."""
    return approved(obstacle).filter(kind__in=(RESOLVED, REOPENED)).last()


def set_expected(obstacle):
    """The day now expected: the one of the last approved update that names a day, otherwise the day first said."""
    dated = approved(obstacle).filter(expected_on__isnull=False).last() if obstacle.pk else None
    obstacle.expected_on = dated.expected_on if dated else obstacle.first_expected_on


def follow(obstacle):
    """Store what the approved updates say: the day now expected, and the day on which it was removed."""
    set_expected(obstacle)
    turn = last_turn(obstacle)
    obstacle.resolved_on = turn.on if turn and turn.kind == RESOLVED else None
    obstacle.save()


def next_code(city, day):
    """The code that a new obstacle of a city may have: VM-HN-2026-004 after VM-HN-2026-003."""
    start = f"VM-{city or 'VN'}-{day.year}-"
    codes = Obstacle.objects.filter(code__startswith=start).values_list("code", flat=True)
    taken = [int(code.removeprefix(start)) for code in codes if code.removeprefix(start).isdecimal()]
    return f"{start}{max(taken, default=0) + 1:03d}"


def stale_days(day):
    """After how many days without an approved update an obstacle is stale, by the rule in force; None without one."""
    rule = Rule.objects.on(day).filter(code=STALE_RULE).first()
    return int(rule.value) if rule else None
