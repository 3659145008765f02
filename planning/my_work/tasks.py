"""The open tasks that are a person's work: led, taken part in, to be confirmed, to be explained, gone silent."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, IntegerField, Max, OuterRef, Q, Subquery, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import prefetch_visible
from accounts.models import Agency
from planning import duties
from planning.duty_lists import due_in_words, lead_of, task_address, tasks_on, timed
from planning.models import Rule, Task, TaskClass, TaskReport
from planning.my_work.line import NEAR, Duty
from planning.reminders import TASK_STALE_RULE
from zones.columns import zone_address
from zones.models import Zone

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

MOST = 60  # lines of one group; whoever has more works from the list
NOBODY = "none"  # in an address: what nobody was named for


@dataclass(frozen=True)
class Share:
    """What one person of the agency looks after (`person` None: what nobody was named for): numbers of open tasks."""

    person: Any
    open: int
    late: int
    soon: int
    silent: int

    @property
    def key(self):
        """How an address names it."""
        return str(self.person.pk) if self.person else NOBODY


def silent_after(today):
    """After how many days without a report a task is silent, by the rule in force; None without one."""
    rule = Rule.objects.on(today).filter(code=TASK_STALE_RULE).first()
    return int(rule.value) if rule else None


def open_tasks(user, today, days):
    """The open tasks that the agency leads, takes part in or follows, and the person's own; whoever may change
    everything also has those that wait for a confirmation. `days`: as of silent_after."""
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
        silent_after=Value(days, IntegerField()),
    )
    concerned = Q(officer=user)
    if agency:
        concerned |= Agency.which_is_now(agency, "lead_agency") | Q(helps=True) | Q(directive__agency=agency)
    if user.role_rules.edit == "everything":
        concerned |= Q(last_claim=TaskReport.Kind.DONE)
    found = found.filter(concerned).select_related("directive__agency", "lead_agency__successor", "officer")
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
    """Nothing was said for as long as the rule allows of what one leads or follows and what is not pressing already; it
    was given before that."""
    if task.silent_after is None or claimed(task) or is_late(task, user, today) or is_soon(task, user, today):
        return False
    concerned = mine(task, user) or task.directive.agency_id == user.agency_id
    since = (task.told_on, task.directive.issued_on)
    return concerned and all(day is None or (today - day).days > task.silent_after for day in since)


OF = {
    "asked": is_asked,
    "late": is_late,
    "soon": is_soon,
    "claims": waits,
    "silent": is_silent,
    "open": is_open,
    "helping": is_helped,
}  # group → which tasks are in it


def grouped(tasks, user, today, calendar):
    """{group: (its first lines, how many tasks follow)}; a task may be in several."""
    found = {}
    for name, chosen in OF.items():
        those = [task for task in tasks if chosen(task, user, today)]
        for task in those[:MOST]:
            task.time = timed(task, calendar)
        found[name] = [line(task, name, user) for task in those[:MOST]], len(those[MOST:])
    return found


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


def shares(tasks, user, today):
    """The open tasks of the user's agency by officer, those of nobody last."""
    led = defaultdict(list)
    for task in tasks:
        if duties.led_by(task, user.agency_id):
            led[task.officer].append(task)
    counted = (is_late, is_soon, is_silent)
    found = [
        Share(officer, len(own), *(sum(chosen(task, user, today) for task in own) for chosen in counted))
        for officer, own in led.items()
    ]
    return sorted(found, key=lambda share: (share.person is None, str(share.person)))
