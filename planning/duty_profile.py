"""What the page of a task shows to one reader, and what may be done to the task; the histories of both pages."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.access import may_edit, prefetch_visible
from accounts.history import removed
from accounts.models import Agency, RowChange
from planning import duties
from planning.duty_lists import timed
from planning.models import Directive, Dossier, Holiday, Task, TaskExtension, TaskReport
from zones.models import Document, Zone
from zones.models.fact import spelled


@dataclass(frozen=True)
class Act:
    """One thing that may be done to a task: by whom, when; `who` says it to whoever may not."""

    name: str
    words: Any
    may: Any
    fits: Any
    who: Any

    def address(self, task):
        return reverse(f"planning:task_{self.name}", args=[task.pk])


def is_open(task):
    return task.done_on is None


def is_claimed(task):
    return task.claim is not None


def is_quiet(task):
    """Open, and no question waits for its answer."""
    return is_open(task) and task.question is None


LEAD_ONLY = gettext_lazy("Cơ quan chủ trì báo cáo hoàn thành.")
FOLLOWER = gettext_lazy("Người duyệt hoặc thủ trưởng của cơ quan theo dõi xác nhận, cho gia hạn.")
FOLLOWING = gettext_lazy("Cơ quan theo dõi yêu cầu giải trình.")
ACTS = (
    Act("confirm", gettext_lazy("Xác nhận hoàn thành"), duties.may_confirm, is_claimed, FOLLOWER),
    Act("done", gettext_lazy("Báo cáo hoàn thành"), duties.may_finish, is_open, LEAD_ONLY),
    Act(
        "report",
        gettext_lazy("Báo cáo tiến độ, giải trình"),
        duties.may_report,
        is_open,
        gettext_lazy("Cơ quan chủ trì và cơ quan phối hợp báo cáo tiến độ."),
    ),
    Act(
        "anchor",
        gettext_lazy("Ghi ngày sự kiện xảy ra"),
        duties.may_anchor,
        lambda task: bool(task.waits_for) and is_open(task),
        gettext_lazy("Cơ quan chủ trì hoặc cơ quan theo dõi ghi ngày sự kiện."),
    ),
    Act("ask", gettext_lazy("Yêu cầu giải trình"), duties.may_ask, is_quiet, FOLLOWING),
    Act("extend", gettext_lazy("Gia hạn"), duties.may_confirm, is_open, FOLLOWER),
    Act(
        "send_back",
        gettext_lazy("Chưa xác nhận, trả lại"),
        duties.may_confirm,
        lambda task: is_claimed(task) or not is_open(task),
        FOLLOWER,
    ),
)


def read_tasks(day):
    """Every task as it stood on a day, with what its page says of it; not yet of what anyone may see."""
    return Task.objects.classed(day).select_related("directive__agency", "lead_agency", "officer", "confirmed_by")


class TaskProfile:
    """One task for one reader, as it stood on the day in view; what may be done to it is of now."""

    def __init__(self, task, user, day):
        task.on_day = day
        self.task, self.user, self.calendar = task, user, Holiday.objects.calendar()
        task.time = timed(task, self.calendar)
        papers = prefetch_visible("document", Document, user)
        said = TaskReport.objects.select_related("agency", "recorded_by").prefetch_related(papers)
        prefetch_related_objects([task], Prefetch("reports", said))
        task.claim, task.question = duties.claimed(task), duties.asked(task)
        self.reports = list(task.reports.all())
        self.extensions = list(task.extensions.select_related("recorded_by").prefetch_related(papers))
        self.first_due = task.first_due_on and spelled(task.first_due_on, task.due_precision)
        self.due = duties.explained(task, self.calendar)
        self.zones = list(Zone.objects.visible_to(user).filter(tasks=task).order_by("name_sort"))
        self.dossiers = list(Dossier.objects.visible_to(user).filter(tasks=task).order_by("title"))
        self.cooperating = list(Agency.objects.visible_to(user).filter(cooperating_tasks=task))
        self.directive = Directive.objects.visible_to(user).filter(pk=task.directive_id).first()
        fitting = [act for act in ACTS if act.fits(task)]
        self.acts = [(act.words, act.address(task)) for act in fitting if act.may(user, task)]
        self.refusals = list(dict.fromkeys(act.who for act in fitting if not act.may(user, task)))
        self.may_set, self.may_link = duties.may_set(user, task.directive), duties.may_link(user, task)


def changes_of(record, belongings):
    """The history of a record and of what belongs to it: [(model, the column that names the record)]."""
    rows = [(record._meta.db_table, record.pk)]
    for model, column in belongings:
        table = model._meta.db_table
        rows += [(table, pk) for pk in model._base_manager.filter(**{column: record.pk}).values_list("pk", flat=True)]
        rows += removed([table], **{column: record.pk})
    return RowChange.objects.filter_rows(rows)


def changes_of_task(task):
    return changes_of(task, ((TaskReport, "task_id"), (TaskExtension, "task_id")))


def changes_of_directive(directive, user):
    """The history of a directive and of those of its tasks that `user` may see; of removed ones for its own office."""
    seen = Task.objects.visible_to(user).filter(directive=directive).order_by().values_list("pk", flat=True)
    rows = [(directive._meta.db_table, directive.pk), *((Task._meta.db_table, pk) for pk in seen)]
    if may_edit(user, directive):
        rows += removed([Task._meta.db_table], directive_id=directive.pk)
    return RowChange.objects.filter_rows(rows)
