"""What waits for a person and their agency today: what, which zone, by when, who asked, and the next thing to do."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Prefetch, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import prefetch_visible
from accounts.models import Agency
from planning import clock, consulting, duties, obstacle_profile
from planning import obstacle_lists as listed
from planning.columns import dossier_address, subject_address
from planning.consultation_lists import consultation_address, opinion_address, opinions_on, told
from planning.duty_lists import due_in_words, lead_of, task_address, tasks_on, timed
from planning.marks import Mark, left_mark
from planning.models import (
    Consultation,
    Dossier,
    Holiday,
    ObstacleUpdate,
    OpinionItem,
    OpinionRequest,
    OpinionState,
    Task,
    TaskClass,
    TaskReport,
)
from zones.columns import zone_address
from zones.models import Zone

SILENT, NEAR = datetime.timedelta(days=30), datetime.timedelta(days=14)
CLAIMS = (TaskReport.Kind.DONE, TaskReport.Kind.RETURNED)
ANSWERS = (TaskReport.Kind.ASKED, TaskReport.Kind.EXPLANATION, TaskReport.Kind.DONE)
NEXT = {
    "asked": ("report", gettext_lazy("Giải trình")),
    "late": ("report", gettext_lazy("Giải trình hoặc báo cáo")),
    "soon": ("done", gettext_lazy("Báo cáo hoàn thành")),
    "open": ("report", gettext_lazy("Báo cáo tiến độ")),
    "helping": ("report", gettext_lazy("Báo cáo phần việc")),
    "claims": ("confirm", gettext_lazy("Xác nhận hoặc trả lại")),
}  # group → the verb of a task that comes next, and its words


@dataclass(frozen=True)
class Duty:
    """One line. `zones`: [(name, address)]; `told`: when something was last said of it; `action`: the words of the next
    thing to do, done at `act`."""

    what: str
    address: str
    zones: list
    due: str
    mark: Any
    asked: str
    lead: str
    told: str
    action: str
    act: str


@dataclass(frozen=True)
class Group:
    """`empty`: what it means that there is nothing in it."""

    id: str
    title: Any
    duties: list
    empty: Any


def groups(user, today):
    """The groups of the page, in the order of what is most pressing. As many statements for any number of lines."""
    calendar, tasks = Holiday.objects.calendar(), open_tasks(user, today)
    for task in tasks:
        task.time = timed(task, calendar)
    kept = {
        name: [line(task, name, user) for task in tasks if chosen(task, user, today)] for name, chosen in OF.items()
    }
    return [
        Group("asked", _("Phải giải trình"), kept["asked"], _("Không có yêu cầu giải trình nào chờ trả lời.")),
        Group("late", _("Quá hạn"), kept["late"], _("Không có nhiệm vụ nào quá hạn.")),
        Group("soon", _("Đến hạn trong 14 ngày"), kept["soon"], _("Không có nhiệm vụ nào đến hạn trong 14 ngày.")),
        Group("claims", _("Chờ tôi xác nhận"), kept["claims"], _("Không có báo cáo hoàn thành nào chờ xác nhận.")),
        Group("updates", _("Cập nhật vướng mắc chờ duyệt"), undecided(user),
              _("Không có cập nhật vướng mắc nào chờ tôi duyệt.")),
        Group("obstacles", _("Vướng mắc tôi phải gỡ"), to_remove(user, today, calendar),
              _("Không có vướng mắc nào phải tháo gỡ.")),
        Group("answer", _("Ý kiến phải trả lời"), to_answer(user, calendar), _("Không còn ý kiến nào phải trả lời.")),
        Group("settle", _("Ý kiến chờ xử lý"), to_settle(user), _("Không có ý kiến nào chờ tách hoặc xử lý.")),
        Group("dossiers", _("Hồ sơ trễ hoặc đến hạn trong 14 ngày"), pressing(user, today, calendar),
              _("Không có hồ sơ nào của cơ quan trễ hoặc sắp đến hạn.")),
        Group("silent", _("Im lặng quá 30 ngày"), kept["silent"], _("Nhiệm vụ nào cũng có báo cáo trong 30 ngày qua.")),
        Group("open", _("Đang làm"), kept["open"], _("Không còn nhiệm vụ nào khác đang làm.")),
        Group("helping", _("Phối hợp"), kept["helping"], _("Không phối hợp nhiệm vụ nào đang làm.")),
    ]  # fmt: skip


def open_tasks(user, today):
    """The open tasks that the agency leads, takes part in or follows, and the person's own; whoever may change
    everything also has those that wait for a confirmation."""
    said, agency = TaskReport.objects.filter(task=OuterRef("pk")), user.agency_id
    partners = Task.cooperating.through.objects.filter(Agency.which_is_now(agency, "agency"), task=OuterRef("pk"))
    found = tasks_on(user, today).filter(done_on=None)
    found = found.annotate(
        last_claim=Subquery(said.filter(kind__in=CLAIMS).order_by("-pk").values("kind")[:1]),
        last_answer=Subquery(said.filter(kind__in=ANSWERS).order_by("-pk").values("kind")[:1]),
        answer_by=Subquery(said.filter(kind=TaskReport.Kind.ASKED).order_by("-pk").values("answer_by")[:1]),
        told_on=Subquery(
            said.exclude(kind__in=(TaskReport.Kind.ASKED, TaskReport.Kind.RETURNED))
            .order_by()
            .values("task")
            .annotate(last=Max("on"))
            .values("last")
        ),
        helps=Exists(partners),
    )
    concerned = Q(officer=user)
    if agency:
        concerned |= Agency.which_is_now(agency, "lead_agency") | Q(helps=True) | Q(directive__agency=agency)
    if user.role_rules.edit == "everything":
        concerned |= Q(last_claim=TaskReport.Kind.DONE)
    found = found.filter(concerned).select_related("directive__agency", "lead_agency__successor")
    found = found.prefetch_related(prefetch_visible("zones", Zone, user), prefetch_visible("cooperating", Agency, user))
    return list(found.order_by(F("then_due_on").asc(nulls_last=True), "pk"))


def mine(task, user):
    return task.officer_id == user.pk or duties.led_by(task, user.agency_id)


def claimed(task):
    return task.last_claim == TaskReport.Kind.DONE


def is_asked(task, user, today):
    return mine(task, user) and task.last_answer == TaskReport.Kind.ASKED


def is_late(task, user, today):
    return mine(task, user) and not claimed(task) and task.task_class == TaskClass.OPEN_OVERDUE


def is_soon(task, user, today):
    near = task.then_due_on is not None and today <= task.then_due_on <= today + NEAR
    return mine(task, user) and not claimed(task) and near


def is_open(task, user, today):
    return mine(task, user) and not any(chosen(task, user, today) for chosen in (is_late, is_soon, is_silent))


def is_helped(task, user, today):
    return task.helps and not mine(task, user)


def waits(task, user, today):
    return claimed(task) and duties.may_confirm(user, task)


def is_silent(task, user, today):
    """Nothing was said for 30 days of what one leads or follows and what is not pressing already; it was given
    before that."""
    if claimed(task) or is_late(task, user, today) or is_soon(task, user, today):
        return False
    concerned = mine(task, user) or task.directive.agency_id == user.agency_id
    return concerned and all(day is None or day < today - SILENT for day in (task.told_on, task.directive.issued_on))


OF = {
    "asked": is_asked,
    "late": is_late,
    "soon": is_soon,
    "claims": waits,
    "silent": is_silent,
    "open": is_open,
    "helping": is_helped,
}  # group → which tasks are in it


def line(task, group, user):
    directive = task.directive
    asked = ", ".join(part for part in (str(directive), directive.issuer) if part)
    zones = [(zone.name, zone_address(zone)) for zone in task.zones.all()]
    words, act = next_of(task, group, user)
    due = due_in_words(task) or task.deadline_text
    day = f"{task.told_on:%d/%m/%Y}" if task.told_on else ""
    if group == "asked":
        due = _("giải trình chậm nhất %(day)s") % {"day": f"{task.answer_by:%d/%m/%Y}"}
    said = _("báo cáo gần nhất %(day)s") % {"day": day} if day else _("chưa có báo cáo nào")
    return Duty(task.content, task_address(task), zones, due, task.time, asked, lead_of(task), said, words, act)


def next_of(task, group, user):
    """The next thing to do and where; for whoever may do nothing, to read the task."""
    if group not in ("claims", "helping") and mine(task, user) and claimed(task):
        return _("Đã báo cáo hoàn thành, chờ xác nhận"), task_address(task)
    name, words = NEXT.get(group, NEXT["open"])
    allowed = {"confirm": duties.may_confirm, "done": duties.may_finish}.get(name, may_tell)
    if not allowed(user, task):
        return _("Xem, đôn đốc"), task_address(task)
    return words, reverse(f"planning:task_{name}", args=[task.pk])


def may_tell(user, task):
    """As planning.duties.may_report, from what was read with the task."""
    return duties.may_finish(user, task) or (task.helps and user.role_rules.edit == "own agency")


def pressing(user, today, calendar):
    """The open dossiers of the agency that are late or due soon."""
    found = Dossier.objects.visible_to(user).filter(ended=False, due_on__lte=today + NEAR)
    found = found.filter(lead_agency=user.agency_id) if user.agency_id else found.none()
    found = found.select_related("zone", "facility", "lead_agency").order_by("due_on", "pk")
    return [dossier_line(one, clock.lateness(one.due_on, today, calendar)) for one in found]


def dossier_line(dossier, lateness):
    mark: Mark = left_mark(lateness)
    where = [(str(dossier.subject), subject_address(dossier))]
    due, lead, address = f"{dossier.due_on:%d/%m/%Y}", str(dossier.lead_agency), dossier_address(dossier)
    asked = _("Thời hạn của hồ sơ theo luật")
    return Duty(dossier.title, address, where, due, mark, asked, lead, "", _("Làm bước tiếp theo"), f"{address}#next")


def to_remove(user, today, calendar):
    """The obstacles that stand and that the agency, or the person, has to remove: overdue and silent ones first."""
    theirs = Q(officer=user) | Q(agency=user.agency_id) if user.agency_id else Q(officer=user)
    found = listed.obstacles_on(user, today).filter(theirs, state__in=listed.OPEN)
    found = found.select_related("agency", "raised_by").prefetch_related(*listed.subject_related(user))
    found = found.order_by("rank", F("then_expected_on").asc(nulls_last=True), "raised_on", "pk")
    return [obstacle_line(one, listed.time_left(one, calendar), user) for one in found]


def obstacle_line(obstacle, time, user):
    words, following = listed.told_in_words(obstacle), obstacle_profile.next_of(obstacle, user)
    where = [(listed.subject_name(obstacle), listed.subject_address(obstacle))]
    mark = Mark("soon", words) if obstacle.is_stale and time.state != "late" else time
    due = listed.expected_in_words(obstacle) or _("chưa có ngày dự kiến")
    raised = {"agency": obstacle.raised_by or _("không rõ ai"), "day": f"{obstacle.raised_on:%d/%m/%Y}"}
    asked = _("%(agency)s nêu ngày %(day)s") % raised
    told = _("cập nhật gần nhất: %(when)s") % {"when": words}
    address, lead = listed.obstacle_address(obstacle), str(obstacle.agency)
    return Duty(obstacle.title, address, where, due, mark, asked, lead, told, following.words, following.address)


def undecided(user):
    """The updates of obstacles that wait for this person: their agency's, all for whoever may change all."""
    role, found = user.role_rules, ObstacleUpdate.objects.visible_to(user)
    if role.edit != "everything":
        found = found.filter(obstacle__agency=user.agency_id) if role.approve and user.agency_id else found.none()
    found = found.filter(decision=ObstacleUpdate.Decision.WAITING).order_by("on", "pk")
    return [update_line(one) for one in found.select_related("obstacle__agency", "agency", "recorded_by")]


def update_line(update):
    obstacle = update.obstacle
    asked = ", ".join(str(part) for part in (update.agency, update.recorded_by) if part)
    new = _("ngày dự kiến mới %(day)s") % {"day": f"{update.expected_on:%d/%m/%Y}"} if update.expected_on else ""
    mark = Mark("soon", _("chờ duyệt từ %(day)s") % {"day": f"{update.on:%d/%m/%Y}"})
    address, act = listed.obstacle_address(obstacle), obstacle_profile.decide_address(obstacle, update.pk)
    lead, due, action = str(obstacle.agency), new or update.get_kind_display(), _("Duyệt hoặc trả lại")
    return Duty(obstacle.title, address, [], due, mark, asked, lead, update.text, action, act)


def to_answer(user, calendar):
    """What the agency was asked and has not answered, but for what its silence has settled by a rule."""
    if not user.agency_id:
        return []
    found = opinions_on(user, None).filter(pk__in=OpinionRequest.objects.sent_to(user.agency).values("pk"))
    found = found.filter(state__in=(OpinionState.WAITING, OpinionState.SILENT), consultation__closed_on=None)
    found = found.select_related("consultation__agency", "agency__successor__successor").order_by("due_on", "pk")
    matters = Dossier.objects.visible_to(user).select_related("zone", "facility")
    found = told(found.prefetch_related(Prefetch("consultation__dossier", matters)), calendar)
    return [opinion_line(one, user) for one in found]


def opinion_line(request, user):
    asking, due, address = request.consultation, f"{request.due_on:%d/%m/%Y}", opinion_address(request)
    may = consulting.may_answer(user, request)
    words, act = (_("Trả lời"), f"{address}answer/") if may else (_("Xem"), address)
    where = subjects_of(asking.dossier)
    return Duty(
        asking.title, address, where, due, request.time, str(asking.agency), str(request.agency), "", words, act
    )


def subjects_of(dossier):
    return [(str(dossier.subject), subject_address(dossier))] if dossier else []


def to_settle(user):
    """The consultations that the agency runs in which an answer is not split or a point not settled yet."""
    if not user.agency_id:
        return []
    answers = OpinionRequest.objects.filter(consultation=OuterRef("pk"), outcome__in=consulting.WITH_REASONS)
    points = OpinionItem.objects.filter(request__consultation=OuterRef("pk"), outcome="")
    found = Consultation.objects.visible_to(user).filter(agency=user.agency_id, closed_on=None, sent_on__isnull=False)
    found = found.annotate(unsplit=Exists(answers.filter(items=None)), unsettled=Exists(points))
    found = found.filter(Q(unsplit=True) | Q(unsettled=True)).select_related("agency").order_by("due_on", "pk")
    matters = Dossier.objects.visible_to(user).select_related("zone", "facility")
    return [matter_line(one, user) for one in found.prefetch_related(Prefetch("dossier", matters))]


def matter_line(consultation, user):
    address = consultation_address(consultation)
    words, act = (_("Tách thành điểm"), address) if consultation.unsplit else (_("Xử lý góp ý"), f"{address}settle/")
    if not consulting.may_run(user, consultation):
        words, act = _("Xem"), address
    where, asker = subjects_of(consultation.dossier), str(consultation.agency)
    return Duty(consultation.title, address, where, "", Mark("", ""), asker, asker, "", words, act)
