"""Django admin for rules, days off, dossiers, plans and sessions. A dossier moves through planning/workflow.py only, so
it and its steps are read here; what its clock hangs on may be corrected, and the clock follows."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import prefetch_visible
from accounts.admin import ReadOnly, RecordAdmin, RecordForm, ScopedAdmin, ScopedInline, VersionedForm
from planning import workflow
from planning.models import (
    CouncilSession,
    Dossier,
    Extension,
    Holiday,
    Milestone,
    Pause,
    Plan,
    PlanEntry,
    Rule,
    SessionDossier,
    Step,
)
from zones.models import Document
from zones.models.zone import ZoneKind

# Law as data --------------------------------------------------------------------------------------------------------


class ClockFollows:
    """For a table on which due days hang: whatever is saved or deleted, they are reckoned anew in the same go."""

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        self.follow([obj])

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        self.follow([obj])

    def delete_queryset(self, request, queryset):
        records = list(queryset)
        super().delete_queryset(request, queryset)
        self.follow(records)


class LawAdmin(ClockFollows, RecordAdmin):
    """Every open dossier's clock hangs on these."""

    deletable = True

    def follow(self, records):
        workflow.refresh_clocks()


@admin.register(Rule)
class RuleAdmin(LawAdmin):
    list_display = ["code", "title", "value", "unit", "valid_from", "valid_to", "article", "certainty"]
    list_display_links = ["code", "title"]
    list_filter = ["kind", "unit", "certainty", ("valid_to", admin.EmptyFieldListFilter)]
    search_fields = ["code"]
    autocomplete_fields = ["document"]


@admin.register(Holiday)
class HolidayAdmin(LawAdmin):
    list_display = ["on", "kind", "name", "certainty", "source"]
    list_display_links = ["on", "name"]
    list_filter = ["kind", "certainty", ("on", admin.DateFieldListFilter)]
    search_fields = ["name"]
    folded_search = False
    ordering = ["-on"]


# Dossiers -----------------------------------------------------------------------------------------------------------


@admin.register(Dossier)
class DossierAdmin(ReadOnly, ScopedAdmin):
    """Opened, moved and corrected on the dossier's own page."""

    list_display = ["code", "title", "track", "zone", "facility", "state", "state_since", "due_on", "lead_agency"]
    list_display_links = ["code", "title"]
    list_filter = ["city", "track", "ended", "publicity", ("due_on", admin.DateFieldListFilter)]
    list_select_related = ["zone", "facility", "lead_agency"]
    search_fields = ["search"]
    readonly_fields = [
        "code", "title", "track", "zone", "phase", "facility", "city", "lead_agency", "cooperating", "publicity",
        "state", "state_since", "due_on", "ended", "rule_day", "rule_reason", "source", "note",
    ]  # fmt: skip
    fields = readonly_fields

    def view_on_site(self, dossier):
        return reverse("planning:dossier", args=[dossier.code])


@admin.register(Step)
class StepAdmin(ReadOnly, ScopedAdmin):
    """What happened to the dossiers; written once."""

    list_display = ["dossier", "number", "label", "on", "kind", "document", "recorded_by", "retracted_at"]
    list_display_links = ["dossier", "number"]
    list_filter = ["kind", "dossier__city", "dossier__track", ("retracted_at", admin.EmptyFieldListFilter)]
    list_select_related = ["dossier__zone", "recorded_by"]
    search_fields = ["dossier__search"]
    ordering = ["-recorded_at", "-pk"]
    readonly_fields = [
        "dossier", "number", "kind", "label", "on", "on_precision", "agency", "document", "source", "note",
        "recorded_at", "recorded_by", "retracted_at", "retracted_note",
    ]  # fmt: skip
    fields = readonly_fields

    @admin.display(description=_("bước"))
    def label(self, step):
        return step.label

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related(prefetch_visible("document", Document, request.user))


class OfDossierAdmin(RecordAdmin):
    """What belongs to a dossier."""

    deletable = True
    list_select_related = ["dossier"]
    search_fields = ["dossier__search"]
    autocomplete_fields = ["dossier", "document"]


class ClockOfDossierAdmin(ClockFollows, OfDossierAdmin):
    """What the clock of one dossier hangs on."""

    def follow(self, records):
        for dossier in {record.dossier_id: record.dossier for record in records}.values():
            workflow.refresh(dossier)


@admin.register(Pause)
class PauseAdmin(ClockOfDossierAdmin):
    """Its own reason is the one that the history keeps."""

    form = VersionedForm
    list_display = ["dossier", "kind", "start_on", "end_on", "reason"]
    list_filter = ["kind", "dossier__city", ("end_on", admin.EmptyFieldListFilter)]


@admin.register(Extension)
class ExtensionAdmin(ClockOfDossierAdmin):
    list_display = ["dossier", "rule", "length", "unit", "granted_on"]
    list_filter = ["unit", "dossier__city"]


@admin.register(Milestone)
class MilestoneAdmin(OfDossierAdmin):
    list_display = ["dossier", "label", "on", "on_precision", "source"]
    list_filter = ["dossier__city", "dossier__track", ("on", admin.DateFieldListFilter)]


# Plans and sessions -------------------------------------------------------------------------------------------------


class PlanForm(RecordForm):
    kinds = forms.MultipleChoiceField(
        label=_("Loại khu"), choices=ZoneKind.choices, widget=forms.CheckboxSelectMultiple
    )


class EntryInline(ScopedInline):
    model = PlanEntry
    autocomplete_fields = ["zone"]


@admin.register(Plan)
class PlanAdmin(RecordAdmin):
    form = PlanForm
    list_display = ["code", "title", "city", "horizon_from", "horizon_to", "complete", "agency", "publicity"]
    list_display_links = ["code", "title"]
    list_filter = ["city", "complete", "publicity"]
    list_select_related = ["agency"]
    search_fields = ["code", "title"]
    folded_search = False
    autocomplete_fields = ["agency", "document"]
    inlines = [EntryInline]


@admin.register(PlanEntry)
class PlanEntryAdmin(RecordAdmin):
    deletable = True
    list_display = ["plan", "number", "name", "kind", "area_ha", "intent", "zone"]
    list_display_links = ["number", "name"]
    list_filter = ["kind", "intent", "plan__city", ("zone", admin.EmptyFieldListFilter)]
    list_select_related = ["plan", "zone"]
    search_fields = ["name", "plan__code", "zone__code"]
    folded_search = False
    autocomplete_fields = ["plan", "zone"]


class ItemInline(ScopedInline):
    model = SessionDossier
    autocomplete_fields = ["dossier"]


@admin.register(CouncilSession)
class CouncilSessionAdmin(RecordAdmin):
    list_display = ["code", "name", "on", "city", "body", "agency"]
    list_display_links = ["code", "name"]
    list_filter = ["city", "body", ("on", admin.DateFieldListFilter)]
    list_select_related = ["agency"]
    search_fields = ["code", "name"]
    folded_search = False
    autocomplete_fields = ["agency", "document"]
    inlines = [ItemInline]


@admin.register(SessionDossier)
class SessionDossierAdmin(RecordAdmin):
    deletable = True
    list_display = ["session", "dossier", "note"]
    list_filter = ["session__city", "session__body"]
    list_select_related = ["session", "dossier"]
    search_fields = ["dossier__search"]
    autocomplete_fields = ["session", "dossier"]


from planning import consultation_admin, duty_admin, obstacle_admin  # noqa: E402, F401, these have rooms of their own
