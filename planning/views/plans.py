"""The plans, each beside the register, and the forms that add or correct a plan and its lines."""

from django.db.models import Count
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import check_may_edit, get_visible_or_404, may_edit, prefetch_visible
from accounts.context import read_frame
from accounts.history import history_page, removed
from accounts.models import RowChange
from planning.conformance import conform
from planning.models import Plan, PlanEntry
from planning.plan_forms import PlanEntryForm, PlanForm
from zones.models import Document
from zones.views.editing import check_may_add, correct, page, remove_link
from zones.views.records import rows_of

SHOWN = ["in_force_from", "in_force_to", "agency", "publicity", "document", "source", "note"]


def plan_address(plan):
    return reverse("planning:plan", args=[plan.code])


def crumbs(plan=None):
    way = [(reverse("planning:plans"), _("Quy hoạch"))]
    return [*way, (plan_address(plan), plan.title)] if plan else way


def own_plan(request, code):
    """The visible plan, if this user may change it."""
    plan = get_visible_or_404(Plan.objects, request.user, code=code)
    check_may_edit(request.user, plan)
    return plan


@require_safe
def plans(request):
    frame = read_frame(request)
    found = Plan.objects.visible_to(request.user).annotate(lines=Count("entries"))
    if frame.city:
        found = found.filter(city=frame.city)
    found = found.prefetch_related(prefetch_visible("document", Document, request.user))
    context = {"title": _("Quy hoạch khu, cụm công nghiệp"), "plans": found}
    context["may_add"] = may_edit(request.user, Plan(agency=request.user.agency))
    return render(request, "planning/plan_list.html", context)


@require_safe
def plan(request, code):
    record, user = get_visible_or_404(Plan.objects, request.user, code=code), request.user
    found = conform(record, user, read_frame(request).as_of)
    only_differing = "differs" in request.GET
    context = {"title": record.title, "plan": record, "found": found, "only_differing": only_differing}
    context["lines"] = found.differing if only_differing else found.lines
    context |= {"rows": rows_of(record, SHOWN, user), "crumbs": crumbs(), "may_edit": may_edit(user, record)}
    context["history"] = history_page(changes_of(record), user, request.GET.get("page"))
    return render(request, "planning/plan.html", context)


def changes_of(record):
    """The history of a plan, of its lines included."""
    lines = [("planning_planentry", pk) for pk in record.entries.values_list("pk", flat=True)]
    lines += removed(["planning_planentry"], plan_id=record.pk)
    return RowChange.objects.filter_rows([("planning_plan", record.pk), *lines])


@page
def plan_new(request):
    record = Plan(agency=request.user.agency)
    check_may_add(request, record)
    form = PlanForm(request.POST or None, instance=record, user=request.user)
    context = {"title": _("Thêm quy hoạch"), "crumbs": crumbs(), "cancel_url": reverse("planning:plans")}
    return correct(request, form, address=plan_address, **context)


@page
def plan_edit(request, code):
    record = own_plan(request, code)
    form = PlanForm(request.POST or None, instance=record, user=request.user)
    context = {"title": _("Sửa quy hoạch"), "crumbs": crumbs(record), "cancel_url": plan_address(record)}
    return correct(request, form, address=plan_address, **context)


def entry_form(request, record, entry, title):
    entry.plan = record
    form = PlanEntryForm(request.POST or None, instance=entry, user=request.user)
    context = {"title": title, "crumbs": crumbs(record), "cancel_url": plan_address(record)}
    return correct(request, form, address=lambda made: f"{plan_address(record)}#line-{made.number}", **context)


@page
def entry_new(request, code):
    record = own_plan(request, code)
    last = record.entries.order_by("-number").first()
    entry = PlanEntry(number=last.number + 1 if last else 1)
    return entry_form(request, record, entry, _("Thêm dòng của quy hoạch"))


@page
def entry_edit(request, code, pk):
    record = own_plan(request, code)
    entry = get_visible_or_404(PlanEntry.objects, request.user, plan=record, pk=pk)
    return entry_form(request, record, entry, _("Sửa dòng số %(number)s") % {"number": entry.number})


@page
def entry_remove(request, code, pk):
    record = own_plan(request, code)
    entry = get_visible_or_404(PlanEntry.objects, request.user, plan=record, pk=pk)
    words = {"number": entry.number, "name": entry.name}
    text = _("Dòng số %(number)s, %(name)s. Chỉ bỏ khi đã ghi nhầm; lịch sử vẫn giữ dòng này.") % words
    title = _("Bỏ dòng này khỏi quy hoạch?")
    return remove_link(request, entry, back=plan_address(record), title=title, text=text, crumbs=crumbs(record))
