"""Directives and tasks from a file: directives by their code, tasks by the code of their directive and their number.

A file of directives does not hold their text. A file of tasks writes the own fields of tasks: what is reported, granted
and confirmed is written on the page of the task, and so are the agencies that take part and the zones; their cells must
say what the register says."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from planning import duties
from planning.duty_lists import DIRECTIVES, TASKS, directive_address, directive_related, task_related
from planning.models import Directive, Holiday, Task
from zones.importing.lookups import FURTHER
from zones.importing.plan import store
from zones.importing.targets import TARGETS, Target, fixed
from zones.models.importing import KINDS

ELSEWHERE = _("Ghi ở trang của nhiệm vụ.")
FIXED = {
    "lead_agency": _("Sửa bằng cột “Mã cơ quan chủ trì”; dòng mới chỉ ghi cột mã."),
    "cooperating": ELSEWHERE,
    "zones": ELSEWHERE,
}
WORKED_OUT = ("directive", "due_on", "task_class", "time", "days_late", "done_on", "city")


def every_task(user, day, known):
    """Those of directives that are still to be issued, too: a number is taken by them as well."""
    found = Task.objects.visible_to(user).select_related("directive__agency", "lead_agency")
    return found.prefetch_related(*task_related(user))


def address(task):
    return directive_address(task.directive) if task.directive_id else ""


def write_tasks(plan, target, by):
    """With the deadline that follows from what was written."""
    calendar = Holiday.objects.calendar()
    for draft in plan.accepted:
        held = draft.record.due_on
        duties.set_due(draft.record, calendar)
        if draft.before and draft.record.due_on != held:
            draft.before.setdefault("due_on", held)
    store(plan, target, by)


def every_directive(user, day, known):
    """Those that are still to be issued, too: a code is taken by them as well."""
    found = Directive.objects.visible_to(user).select_related("agency")
    return found.prefetch_related(*directive_related(user))


FOLLOWED = Target(
    "directives",
    replace(DIRECTIVES, rows=every_directive),
    ("code",),
    directive_address,
    default=lambda user: {"agency": user.agency},
    unread=("agency", "tasks", "open", "overdue"),
    named=lambda directive: f"{directive.code} {directive}".strip(),
)
GIVEN = Target(
    "tasks",
    replace(
        TASKS,
        rows=every_task,
        columns=fixed(TASKS.columns, FIXED),
    ),
    ("directive_code", "number"),
    address,
    identity=("directive", "number"),
    unread=WORKED_OUT,
    named=lambda task: f"{task.directive} – {task.number}" if task.directive_id else "",
    write=write_tasks,
    section="tasks",
)


def register():
    """Add directives and tasks to the kinds of files that are read."""
    KINDS["directives"] = _("Văn bản chỉ đạo")
    KINDS["tasks"] = _("Nhiệm vụ được giao")
    TARGETS["directives"], TARGETS["tasks"] = FOLLOWED, GIVEN
    FURTHER["directive"] = (Directive, _("văn bản chỉ đạo"), lambda directive: (directive.code, directive.number))
