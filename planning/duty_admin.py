"""Django admin for directives and tasks. What is reported, granted and confirmed goes through planning/duties.py, so it
is read here; a deadline that is corrected is reckoned anew."""

from django.contrib import admin
from django.urls import reverse

from accounts.access import prefetch_visible
from accounts.admin import ReadOnly, RecordAdmin, ScopedAdmin, ScopedInline
from planning import duties
from planning.models import Directive, Holiday, Task, TaskExtension, TaskReport
from zones.models import Document


@admin.register(Directive)
class DirectiveAdmin(RecordAdmin):
    deletable = True
    list_display = ["code", "number", "title", "issued_on", "city", "agency", "publicity"]
    list_display_links = ["code", "number", "title"]
    list_filter = ["city", "publicity", ("issued_on", admin.DateFieldListFilter)]
    list_select_related = ["agency"]
    search_fields = ["search"]
    autocomplete_fields = ["agency", "document"]

    def view_on_site(self, directive):
        return reverse("planning:directive", args=[directive.code])


class OfTask(ReadOnly, ScopedInline):
    """Added by the actions of the task's own page."""

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related(prefetch_visible("document", Document, request.user))


class ReportInline(OfTask):
    model = TaskReport
    fields = readonly_fields = ["kind", "on", "text", "answer_by", "agency", "document", "recorded_at", "recorded_by"]


class ExtensionInline(OfTask):
    model = TaskExtension
    fields = readonly_fields = ["from_due_on", "due_on", "granted_on", "note", "document", "source"]


@admin.register(Task)
class TaskAdmin(RecordAdmin):
    deletable = True
    list_display = ["directive", "number", "content", "lead_agency", "deadline_text", "due_on", "done_on"]
    list_display_links = ["directive", "number", "content"]
    list_filter = [
        "directive__city",
        "every",
        ("due_on", admin.DateFieldListFilter),
        ("done_on", admin.EmptyFieldListFilter),
    ]
    list_select_related = ["directive", "lead_agency"]
    search_fields = ["search"]
    autocomplete_fields = ["directive", "lead_agency", "cooperating", "officer", "zones", "dossiers"]
    readonly_fields = ["anchored_on", "due_on", "done_on", "confirmed_at", "confirmed_by"]
    inlines = [ReportInline, ExtensionInline]

    def view_on_site(self, task):
        return reverse("planning:task", args=[task.pk])

    def save_model(self, request, obj, form, change):
        duties.set_due(obj, Holiday.objects.visible_to(request.user).calendar())
        super().save_model(request, obj, form, change)


class OfTaskAdmin(ReadOnly, ScopedAdmin):
    """Written once, by the actions of the task's own page."""

    list_select_related = ["task__directive"]
    search_fields = ["task__search"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related(prefetch_visible("document", Document, request.user))


@admin.register(TaskReport)
class TaskReportAdmin(OfTaskAdmin):
    list_display = ["task", "kind", "on", "text", "agency", "recorded_at"]
    list_filter = ["kind", "task__directive__city", ("on", admin.DateFieldListFilter)]
    list_select_related = ["task__directive", "agency"]
    fields = readonly_fields = ["task", *ReportInline.fields]


@admin.register(TaskExtension)
class TaskExtensionAdmin(OfTaskAdmin):
    list_display = ["task", "from_due_on", "due_on", "granted_on", "note"]
    list_filter = ["task__directive__city", ("granted_on", admin.DateFieldListFilter)]
    fields = readonly_fields = ["task", *ExtensionInline.fields]
