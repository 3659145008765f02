"""The verbs of a task: report, say it is done, confirm, send back, ask to explain, extend, tell of the awaited event.

Each locks the task, checks who may, and writes the report or extension with the new deadline in one transaction."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import may_edit
from accounts.audit import because
from accounts.context import YEARS
from accounts.models import Agency, User
from planning import clock, duty_notices
from planning.holding import held, refuse_unless
from planning.models import Holiday, Task, TaskExtension, TaskReport
from planning.models.directive import PERIODS
from zones.models import Precision
from zones.models.fact import spelled

DONE, PROGRESS, EXPLANATION, RETURNED, ASKED = (
    TaskReport.Kind.DONE,
    TaskReport.Kind.PROGRESS,
    TaskReport.Kind.EXPLANATION,
    TaskReport.Kind.RETURNED,
    TaskReport.Kind.ASKED,
)

WITHIN = {
    Precision.MONTH: clock.Limit.MONTH,
    Precision.QUARTER: clock.Limit.QUARTER,
    Precision.YEAR: clock.Limit.YEAR,
}  # a deadline known as a period is the last day of it


def may_set(user, directive):
    """The office that follows the directive puts down its tasks and corrects them."""
    return may_edit(user, directive)


def may_link(user, task):
    """The lead names who looks after the task and what it is about; the office that follows does, too."""
    return may_finish(user, task) or may_set(user, task.directive)


def may_ask(user, task):
    """The office that follows the directive asks the lead to explain."""
    return may_set(user, task.directive) and task.lead_agency_id is not None


def may_report(user, task):
    """The lead agency and the cooperating ones tell how it goes; who may change everything, too."""
    role = user.role_rules
    if role.edit == "everything":
        return True
    if role.edit != "own agency" or not user.agency_id:
        return False
    return led_by(task, user.agency_id) or task.cooperating.filter(Agency.which_is_now(user.agency_id)).exists()


def led_by(task, agency_id):
    """Is it the duty of this agency, its own or that of one which was merged into it?"""
    return task.lead_agency_id is not None and task.lead_agency.is_now(agency_id)


def may_finish(user, task):
    """Only the lead agency says that it is done."""
    role = user.role_rules
    return role.edit == "everything" or (role.edit == "own agency" and led_by(task, user.agency_id))


def may_confirm(user, task):
    """The office that follows the directive confirms, by a person with the right to approve."""
    return may_edit(user, task.directive) and (user.role_rules.approve or user.role_rules.edit == "everything")


def may_anchor(user, task):
    """The lead, which waits for the event, and the office that follows the directive."""
    return may_finish(user, task) or may_confirm(user, task)


def locked(task, seen, allowed):
    """The task as it now stands, held for this transaction."""
    found = held(Task.objects.select_related("directive"), task.pk, seen)
    refuse_unless(allowed(found))
    return found


def past(on, field="on", directive=None):
    """Refuse a day that has not come yet, and one before `directive` was issued, where its day of issue is known."""
    known(on, field)
    if on > timezone.localdate():
        raise ValidationError({field: _("Ngày này ở tương lai.")})
    if directive and directive.issued_on and on < first_of_issue(directive):
        words = {"day": spelled(directive.issued_on, directive.issued_precision)}
        raise ValidationError({field: _("Trước khi văn bản được ban hành (%(day)s).") % words})


def known(on, field):
    if on.year not in YEARS:
        raise ValidationError({field: _("Năm từ 1900 đến 2199.")})


def first_of_issue(directive):
    """The first day on which a directive may have been issued: of the month, quarter or year that is known."""
    months = PERIODS.get(directive.issued_precision)
    day = directive.issued_on
    return day.replace(month=day.month - months + 1, day=1) if months else day


def still_open(task):
    if task.done_on:
        raise ValidationError(_("Nhiệm vụ này đã được xác nhận hoàn thành."), "done")


@transaction.atomic
def report(task, *, by, on, text, kind=PROGRESS, document=None, seen=None):
    """Tell of a task on a day: progress, done (with its proof), or why it is late."""
    allowed = may_report if kind == PROGRESS else may_finish
    task = locked(task, seen, lambda found: allowed(by, found))
    past(on, directive=task.directive)
    if kind in (RETURNED, ASKED):
        raise ValidationError({"kind": _("Cơ quan chủ trì báo cáo tiến độ, giải trình hoặc hoàn thành.")})
    still_open(task)
    if kind == DONE and document is None and not text.strip():
        raise ValidationError({"document": _("Cần văn bản kết quả hoặc lời nêu kết quả.")})
    made = say(task, kind, by, on, text, document=document)
    task.save()
    return made


def say(task, kind, by, on, text, **more):
    """Put down a report and tell those whom it concerns; whoever calls holds the task and has asked who may."""
    made = TaskReport(task=task, kind=kind, on=on, text=text, agency=by.agency, recorded_by=by, **more)
    made.full_clean(exclude=["task", "recorded_by", "agency"])
    because(text)
    made.save(force_insert=True)
    duty_notices.reported(task, made)
    return made


def claimed(task):
    """The report by which the lead says that it is done and that nobody has answered; None when there is none."""
    last = last_said(task, DONE, RETURNED)
    return last if last and last.kind == DONE and not task.done_on else None


def asked(task):
    """The question of the office that follows, which the lead has not answered yet; None when there is none."""
    last = last_said(task, ASKED, EXPLANATION, DONE)
    return last if last and last.kind == ASKED else None


def last_said(task, *kinds):
    """The last report of these kinds in the order of recording; of reports that were read with the task, when so."""
    return max((one for one in task.reports.all() if one.kind in kinds), key=lambda one: one.pk, default=None)


@transaction.atomic
def ask(task, *, by, on, text, answer_by, seen=None):
    """Ask the lead to explain until `answer_by`; its explanation (a report of that kind) is the answer."""
    task = locked(task, seen, lambda found: may_ask(by, found))
    past(on, directive=task.directive)
    known(answer_by, "answer_by")
    still_open(task)
    if answer_by < on:
        raise ValidationError({"answer_by": _("Hạn trả lời trước ngày hỏi.")})
    if asked(task):
        raise ValidationError(_("Còn một yêu cầu giải trình chưa được trả lời."), "asked")
    made = say(task, ASKED, by, on, text, answer_by=answer_by)
    task.save()
    return made


@transaction.atomic
def confirm(task, *, by, note="", seen=None):
    """Confirm that a task is done; its day is that of the report which said so."""
    task = locked(task, seen, lambda found: may_confirm(by, found))
    said = claimed(task)
    if said is None:
        raise ValidationError(_("Cơ quan chủ trì chưa báo cáo hoàn thành."), "not_claimed")
    because(note)
    task.done_on, task.confirmed_at, task.confirmed_by = said.on, timezone.now(), by
    task.save()
    duty_notices.confirmed(task)
    return task


@transaction.atomic
def send_back(task, *, by, on, text, seen=None):
    """Do not accept that it is done, with the reason; also takes back a confirmation given wrongly."""
    task = locked(task, seen, lambda found: may_confirm(by, found))
    past(on, directive=task.directive)
    if not text.strip():
        raise ValidationError({"text": _("Nói rõ vì sao chưa xác nhận.")})
    if claimed(task) is None and not task.done_on:
        raise ValidationError(_("Cơ quan chủ trì chưa báo cáo hoàn thành."), "not_claimed")
    made = say(task, RETURNED, by, on, text)
    task.done_on = task.confirmed_at = task.confirmed_by = None
    task.save()
    return made


@transaction.atomic
def extend(task, *, by, due_on, granted_on, note, document=None, source="", seen=None):
    """Give a task more time; the old and the new deadline are both kept."""
    task = locked(task, seen, lambda found: may_confirm(by, found))
    past(granted_on, "granted_on", task.directive)
    known(due_on, "due_on")
    still_open(task)
    before = task.extensions.last()
    if before and granted_on < before.granted_on:
        words = {"day": f"{before.granted_on:%d/%m/%Y}"}
        raise ValidationError(
            {"granted_on": _("Lần gia hạn trước là ngày %(day)s: lần này không thể sớm hơn.") % words}
        )
    if task.due_on and due_on <= task.due_on:
        raise ValidationError(
            {"due_on": _("Hạn mới phải sau hạn đang có (%(day)s).") % {"day": f"{task.due_on:%d/%m/%Y}"}}
        )
    more = TaskExtension(task=task, from_due_on=task.due_on, due_on=due_on, granted_on=granted_on, note=note)
    more.document, more.source, more.recorded_by = document, source, by
    more.full_clean(exclude=["task", "recorded_by", "from_due_on"])
    because(note)
    more.save(force_insert=True)
    task.due_on = due_on
    task.save()
    duty_notices.extended(task, more)
    return more


@transaction.atomic
def anchor(task, *, by, on, seen=None):
    """The event that the deadline waited for has happened: the deadline is now known."""
    task = locked(task, seen, lambda found: may_anchor(by, found))
    past(on)
    still_open(task)
    if not task.term:
        raise ValidationError(_("Hạn của nhiệm vụ này không tính từ sự kiện."), "no_event")
    task.anchored_on = on
    task.first_due_on = task.due_on = None
    set_due(task, Holiday.objects.calendar())
    task.save()
    return task


@transaction.atomic
def link(task, *, by, officer, zones, dossiers, cooperating=None, note="", seen=None):
    """Say who looks after a task, which agencies take part, which zones and dossiers it is about (None: as they are).

    What `by` may not see stays linked."""
    task = locked(task, seen, lambda found: may_link(by, found))
    refuse_unless(cooperating is None or may_set(by, task.directive))
    because(note)
    check_officer(task, officer)
    task.officer = officer
    task.save()
    given = {"zones": zones, "dossiers": dossiers, "cooperating": cooperating}
    for name, records in given.items():
        if records is not None:
            linked = getattr(task, name)
            hidden = linked.exclude(pk__in=linked.model.objects.visible_to(by).values("pk"))
            linked.set([*records, *hidden])
    duty_notices.given(task, by)
    return task


def person_named(username):
    """Who may be named as officer, whom the lead that names them need not see in a list; None when there is nobody."""
    return User.objects.filter(username=username, is_active=True, agency__isnull=False).first()


def check_officer(task, officer):
    """Only people of the lead agency look after its task."""
    if officer and officer.pk != task.officer_id and not led_by(task, officer.agency_id):
        raise ValidationError({"officer": _("Không phải người của cơ quan chủ trì.")})


def explained(task, calendar):
    """The deadline with its lines (planning.clock.Due): a term from an event, or the day as written."""
    if task.term:
        return clock.due(task.term, task.anchored_on, calendar, waiting_for=task.event)
    if task.first_due_on is None:
        after = _("Văn bản không ghi phải xong bao lâu sau “%(event)s”.") % {"event": task.event}
        return clock.Due(None, (), unknown=after if task.event else _("Văn bản không giao thời hạn."))
    return clock.limit(WITHIN.get(task.due_precision, clock.Limit.ON), task.first_due_on, calendar)


def set_due(task, calendar):
    """Give a task that is put down or corrected its deadline: that of its event, or the one written; when it was
    extended, the last extension's."""
    if task.term:
        task.first_due_on = explained(task, calendar).day
    last = task.extensions.order_by("granted_on", "pk").last() if task.pk else None
    task.due_on = last.due_on if last else task.first_due_on
