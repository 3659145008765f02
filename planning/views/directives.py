"""The list of directives, the page of one with its tasks, their forms, and the reading of a notice into tasks."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.access import check_may_edit, get_visible_or_404, may_edit, sees_whole
from accounts.context import read_frame
from accounts.history import history_page
from accounts.models import StaleRecord
from planning.duty_forms import DirectiveForm, TaskForm
from planning.duty_lists import (
    DIRECTIVES,
    by_class,
    directive_address,
    task_address,
    task_related,
    tasks_on,
    told,
    told_line,
)
from planning.duty_profile import changes_of_directive
from planning.models import Directive, Task
from planning.notice_forms import NoticeFileForm, NoticeForm, ProposedSet, with_text
from planning.notice_reading import Reading
from zones.importing.texts import ENDINGS
from zones.listings import Question
from zones.models import Document
from zones.models.fact import spelled
from zones.uploads import ending_of
from zones.views.editing import check_may_add, correct, page, within
from zones.views.lists import head, numbered_page, table
from zones.views.records import rows_of

NOTICE = "planning/notice_text.html"
UNTOLD = ((Directive, "text"),)  # to those who see it only for a task of theirs
SHOWN = ["concluded_by", "met_on", "cutoff_on", "publicity", "document", "source", "note"]


def crumbs(directive=None):
    way = [(reverse("planning:directives"), _("Văn bản chỉ đạo"))]
    return [*way, (directive_address(directive), str(directive))] if directive else way


def own_directive(request, code):
    """The visible directive, if this user may change it."""
    record = get_visible_or_404(Directive.objects, request.user, code=code)
    check_may_edit(request.user, record)
    return record


@require_safe
def directives(request):
    question = Question(DIRECTIVES, request)
    context = head(question) | numbered_page(question)
    context |= table(question, context.pop("records")) | {"new": None}
    context["may_add"] = DIRECTIVES.may_add(request.user)
    return render(request, "planning/directive_list.html", context, status=400 if question.errors else 200)


@require_safe
def directive(request, code):
    user, day = request.user, read_frame(request).as_of
    record = get_visible_or_404(Directive.objects, user, code=code)
    given = tasks_on(user, day).filter(directive=record)
    tasks = given.select_related("directive", "lead_agency").prefetch_related(*task_related(user)).order_by("number")
    context = {"title": str(record), "directive": record, "crumbs": crumbs(), "classes": by_class(given)}
    context["tasks"] = [told_line(task) for task in told(tasks)]
    context |= {"may_edit": may_edit(user, record), "rows": rows_of(record, SHOWN, user)}
    context["issued"] = record.issued_on and spelled(record.issued_on, record.issued_precision)
    context["whole"] = sees_whole(user, record)
    untold = () if context["whole"] else UNTOLD
    context["history"] = history_page(changes_of_directive(record, user), user, request.GET.get("page"), untold)
    return render(request, "planning/directive.html", context)


@page
def directive_new(request):
    record = Directive(agency=request.user.agency)
    check_may_add(request, record)
    form = DirectiveForm(request.POST or None, instance=record, user=request.user)
    context = {"title": _("Thêm văn bản chỉ đạo"), "crumbs": crumbs(), "cancel_url": reverse("planning:directives")}
    return correct(request, form, address=directive_address, **context)


@page
def directive_edit(request, code):
    record = own_directive(request, code)
    form = DirectiveForm(request.POST or None, instance=record, user=request.user)
    context = {"title": _("Sửa văn bản chỉ đạo"), "crumbs": crumbs(record), "cancel_url": directive_address(record)}
    return correct(request, form, address=directive_address, **context)


@page
def task_new(request, code):
    record = own_directive(request, code)
    last = record.tasks.order_by("-number").first()
    task = Task(directive=record, number=last.number + 1 if last else 1)
    form = TaskForm(request.POST or None, instance=task, user=request.user)
    context = {"title": _("Thêm nhiệm vụ"), "crumbs": crumbs(record), "cancel_url": directive_address(record)}
    return correct(request, form, address=task_address, **context)


@page
def notice_text(request, code):
    """Paste the text of the directive, or take it from a file to look it over; then it is read."""
    record = own_directive(request, code)
    form = NoticeForm(request.POST or None, instance=record, user=request.user)
    asked = file_asked(request, readable_document(request, record))
    context = {"title": _("Văn bản gốc"), "crumbs": crumbs(record), "cancel_url": directive_address(record)}
    context |= {"template": NOTICE, "submit": _("Ghi và đọc nhiệm vụ"), "file_form": asked}
    if asked.is_bound:
        return taken(request, form, asked, context)
    read = reverse("planning:notice_read", args=[code])
    return correct(request, form, address=lambda made: read, **context)


def file_asked(request, document):
    """The form that takes a text from a file; bound when this is asked for, by its buttons or by a file handed in."""
    given = (request.POST, request.FILES) if "take" in request.POST or request.FILES else ()
    return NoticeFileForm(*given, document=document)


def readable_document(request, directive):
    """The document of a directive, when the reader may see it and its file is one whose text can be taken."""
    found = Document.objects.visible_to(request.user).filter(pk=directive.document_id).first()
    return found if found and ending_of(found.file.name or "") in ENDINGS else None


def taken(request, form, asked, context):
    """The page with the text of a file in its field, and what stood there before beside it; nothing is stored."""
    before = text = form["text"].value() or ""
    if asked.is_valid():
        text, told = asked.read
        context |= {"taken": asked.name, "told": told, "before": before if before.split() != text.split() else ""}
    context["file_errors"] = asked.errors.get("file", ())
    context |= {"form": with_text(form, text), "cancel_url": within(request, context["cancel_url"])}
    return render(request, NOTICE, context)


@page
def notice_read(request, code):
    """What was read from the text, each task to be corrected; those that are ticked become tasks."""
    record = own_directive(request, code)
    if not record.text:
        return redirect(within(request, reverse("planning:notice_text", args=[code])))
    reading = Reading(record, request.user)
    rows = ProposedSet(request.POST or None, initial=reading.initial, form_kwargs=reading.given)
    context = {"title": _("Đọc nhiệm vụ từ văn bản"), "crumbs": crumbs(record), "directive": record}
    context |= {"reading": reading, "rows": rows, "cancel_url": within(request, directive_address(record))}
    if request.method == "POST" and rows.is_valid():
        return accepted(request, reading, rows, context)
    context["lines"] = list(zip(rows, reading.tasks, reading.already, strict=False))
    return render(request, "planning/notice_read.html", context)


def accepted(request, reading, rows, context):
    """Put down what is ticked and go to the directive; when it changed meanwhile, say so and show it anew."""
    try:
        number = reading.accept(rows, request.POST.get("version", ""))
    except StaleRecord:
        messages.warning(request, _("Văn bản vừa được người khác sửa; chưa nhiệm vụ nào được ghi. Hãy xem lại."))
        return redirect(request.get_full_path())
    done = ngettext("Đã ghi %(n)s nhiệm vụ.", "Đã ghi %(n)s nhiệm vụ.", number) % {"n": number}
    messages.success(request, done)
    return redirect(context["cancel_url"])
