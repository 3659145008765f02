"""The list of tasks, the page of one, its verbs one on a page, and “my work”. Each verb is of planning/duties.py."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.access import get_visible_or_404
from accounts.context import read_frame
from accounts.history import history_page
from planning import duties, my_work
from planning.duty_forms import (
    AnchorForm,
    AskForm,
    ConfirmForm,
    DoneForm,
    ExtendTaskForm,
    LinksForm,
    ReportForm,
    SendBackForm,
    TaskForm,
)
from planning.duty_lists import MARKS, TASKS, due_in_words, task_address
from planning.duty_profile import ACTS, TaskProfile, changes_of_task, read_tasks
from planning.models import TaskClass
from planning.task_tally import CLASSES, tally
from planning.views.acting import Acting, Verb
from zones.listings import Question
from zones.views.editing import correct, page
from zones.views.lists import head, numbered_page, table

MAY = {act.name: act.may for act in ACTS} | {"links": duties.may_link}
WORDS = {act.name: act.words for act in ACTS}
VERBS = {
    "report": Verb(
        ReportForm,
        duties.report,
        WORDS["report"],
        gettext_lazy("Nói việc đã đến đâu; việc chậm thì nói vì sao và bao giờ xong."),
    ),
    "done": Verb(
        DoneForm,
        duties.report,
        WORDS["done"],
        gettext_lazy("Cơ quan theo dõi xem kết quả rồi xác nhận; ngày hoàn thành là ngày ghi ở đây."),
        gettext_lazy("Đã báo cáo hoàn thành; cơ quan theo dõi xác nhận."),
    ),
    "confirm": Verb(
        ConfirmForm,
        duties.confirm,
        WORDS["confirm"],
        gettext_lazy("Nhiệm vụ được tính là hoàn thành từ ngày mà cơ quan chủ trì báo cáo."),
        gettext_lazy("Đã xác nhận hoàn thành."),
    ),
    "send_back": Verb(
        SendBackForm,
        duties.send_back,
        WORDS["send_back"],
        gettext_lazy("Nhiệm vụ lại là chưa hoàn thành; báo cáo và lý do đều còn đọc được."),
    ),
    "ask": Verb(
        AskForm,
        duties.ask,
        WORDS["ask"],
        gettext_lazy("Cơ quan chủ trì nhận thông báo; câu hỏi và giải trình đều được giữ ở trang của nhiệm vụ."),
        gettext_lazy("Đã yêu cầu giải trình."),
    ),
    "extend": Verb(
        ExtendTaskForm,
        duties.extend,
        WORDS["extend"],
        gettext_lazy("Hạn cũ và hạn mới đều được giữ; cần một văn bản hoặc một nguồn."),
    ),
    "anchor": Verb(
        AnchorForm,
        duties.anchor,
        WORDS["anchor"],
        gettext_lazy("Thời hạn được tính từ ngày này."),
    ),
    "links": Verb(
        LinksForm,
        duties.link,
        gettext_lazy("Người phụ trách, phối hợp, khu và hồ sơ"),
        gettext_lazy("Nhiệm vụ hiện ở trang của từng khu, từng hồ sơ được chọn."),
    ),
}


def way_to(task=None):
    way = [(reverse("planning:tasks"), _("Nhiệm vụ"))]
    return [*way, (task_address(task), str(task))] if task else way


@require_safe
def tasks(request):
    question = Question(TASKS, request)
    context = head(question) | numbered_page(question)
    context |= table(question, context.pop("records")) | {"new": None}
    return render(request, "planning/task_list.html", context, status=400 if question.errors else 200)


@require_safe
def task_agencies(request):
    """The tasks of the list by their lead agency on the cut-off day, with the same filters."""
    question = Question(TASKS, request)
    context = head(question) | {"title": _("Nhiệm vụ theo cơ quan chủ trì"), "choices": [], "exports": []}
    context["lines"], context["whole"] = tally(question)
    context |= {"rows": context["count"], "classes": CLASSES}
    return render(request, "planning/task_agencies.html", context, status=400 if question.errors else 200)


@require_safe
def task(request, pk):
    user, day = request.user, read_frame(request).as_of
    record = get_visible_or_404(read_tasks(day), user, pk=pk)
    context = {"task": record, "profile": TaskProfile(record, user, day), "due": due_in_words(record)}
    context |= {"title": _("Nhiệm vụ %(task)s") % {"task": record}, "crumbs": way_to()}
    context |= {"mark": MARKS[record.task_class], "result": TaskClass(record.task_class).label}
    context["history"] = history_page(changes_of_task(record), user, request.GET.get("page"))
    return render(request, "planning/task.html", context)


ACTING = Acting(
    "task",
    "planning/task_form.html",
    lambda user: read_tasks(timezone.localdate()),
    lambda task, user: changes_of_task(task),
    way_to,
    task_address,
)


@page
def task_edit(request, pk):
    record = ACTING.own(request, lambda user, task: duties.may_set(user, task.directive), pk=pk)
    form = TaskForm(request.POST or None, instance=record, user=request.user)
    context = {"title": _("Sửa nhiệm vụ"), "crumbs": way_to(record), "cancel_url": task_address(record)}
    return correct(request, form, address=task_address, **context)


@page
def verb(request, pk, what):
    """Show the form of a verb, or do it and go to the task."""
    record = ACTING.own(request, MAY[what], pk=pk)
    return ACTING.do(request, record, VERBS[what])


@require_safe
def my(request):
    today = timezone.localdate()
    work = my_work.work(request.user, today, request.GET.get("person", ""))
    context = {"title": _("Việc của tôi"), "work": work, "today": today}
    return render(request, "planning/my_work.html", context)
