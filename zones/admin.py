"""Django admin for the register. Records are corrected here; facts are only added, through the ledger's own verb."""

import json

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import prefetch_visible
from accounts.admin import ReadOnly, RecordAdmin, ScopedAdmin, ScopedInline, VersionedForm
from zones.models import (
    AdminUnit,
    Boundary,
    Developer,
    DeveloperShare,
    Document,
    DocumentLink,
    Facility,
    Import,
    Indicator,
    LandUse,
    Measurement,
    Occupancy,
    Phase,
    TenantProject,
    UnitSuccession,
    Zone,
    ZoneArea,
    ZoneStatus,
    ZoneUnit,
)
from zones.recording import record

# Places -------------------------------------------------------------------------------------------------------------


@admin.register(AdminUnit)
class AdminUnitAdmin(ScopedAdmin):
    deletable = True
    list_display = ["name", "code", "level", "city", "parent", "valid_from", "valid_to"]
    list_filter = ["city", "level", ("valid_to", admin.EmptyFieldListFilter)]
    list_select_related = ["parent"]
    search_fields = ["name_fold", "code"]
    autocomplete_fields = ["parent"]


@admin.register(UnitSuccession)
class UnitSuccessionAdmin(ScopedAdmin):
    deletable = True
    list_display = ["old", "new", "whole", "on"]
    list_filter = ["whole", "new__city"]
    list_select_related = ["old", "new"]
    search_fields = ["old__name_fold", "new__name_fold"]
    autocomplete_fields = ["old", "new"]


# Zones and what belongs to them -------------------------------------------------------------------------------------


class PhaseInline(ScopedInline):
    model = Phase
    form = VersionedForm


class PlaceInline(ScopedInline):
    model = ZoneUnit
    autocomplete_fields = ["unit"]


class ShareInline(ScopedInline):
    model = DeveloperShare
    autocomplete_fields = ["developer"]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """The phases offered are those of the zone on the page."""
        if db_field.name == "phase":
            zone = request.resolver_match.kwargs.get("object_id")
            kwargs["queryset"] = Phase.objects.visible_to(request.user).filter(zone=zone)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Zone)
class ZoneAdmin(RecordAdmin):
    list_display = ["code", "name", "kind", "city", "managing_agency", "publicity"]
    list_display_links = ["code", "name"]
    list_filter = ["city", "kind", "publicity", "park_type", "managing_agency__kind"]
    list_select_related = ["managing_agency"]
    search_fields = ["search"]
    autocomplete_fields = ["managing_agency", "parent"]
    inlines = [PlaceInline, PhaseInline, ShareInline]


@admin.register(Phase)
class PhaseAdmin(RecordAdmin):
    deletable = True
    list_display = ["zone", "number", "name"]
    list_display_links = ["zone", "number"]
    list_filter = ["zone__city", "zone__kind"]
    list_select_related = ["zone"]
    search_fields = ["zone__search"]
    autocomplete_fields = ["zone"]


@admin.register(ZoneUnit)
class ZoneUnitAdmin(ScopedAdmin):
    deletable = True
    list_display = ["zone", "unit", "certain"]
    list_filter = ["certain", "zone__city", "unit__level"]
    list_select_related = ["zone", "unit"]
    search_fields = ["zone__search", "unit__name_fold"]
    autocomplete_fields = ["zone", "unit"]


@admin.register(Developer)
class DeveloperAdmin(RecordAdmin):
    deletable = True
    list_display = ["name", "kind", "tax_code", "country"]
    list_filter = ["kind"]
    search_fields = ["search", "tax_code"]


@admin.register(DeveloperShare)
class DeveloperShareAdmin(ScopedAdmin):
    deletable = True
    list_display = ["zone", "developer", "phase", "area_ha", "valid_from", "valid_to"]
    list_filter = ["zone__city", "zone__kind"]
    list_select_related = ["zone", "developer", "phase"]
    search_fields = ["zone__search", "developer__search"]
    autocomplete_fields = ["zone", "developer", "phase"]


# Other records ------------------------------------------------------------------------------------------------------


@admin.register(Facility)
class FacilityAdmin(RecordAdmin):
    list_display = ["code", "name", "city", "unit", "relocation_class", "managing_agency", "publicity"]
    list_display_links = ["code", "name"]
    list_filter = ["city", "relocation_class", "publicity"]
    list_select_related = ["unit", "managing_agency"]
    search_fields = ["search"]
    autocomplete_fields = ["unit", "destination", "managing_agency", "document"]


@admin.register(TenantProject)
class TenantProjectAdmin(RecordAdmin):
    list_display = ["code", "name", "zone", "origin", "status", "publicity"]
    list_display_links = ["code", "name"]
    list_filter = ["zone__city", "origin", "status", "publicity"]
    list_select_related = ["zone"]
    search_fields = ["search"]
    autocomplete_fields = ["zone", "document"]


class LinkInline(ScopedInline):
    model = DocumentLink
    fk_name = "document"
    autocomplete_fields = ["other"]


@admin.register(Document)
class DocumentAdmin(RecordAdmin):
    list_display = ["number", "type", "year", "issuer", "title", "city", "publicity"]
    list_filter = ["city", "type", "publicity", "year"]
    search_fields = ["search"]
    autocomplete_fields = ["agency"]
    inlines = [LinkInline]


@admin.register(DocumentLink)
class DocumentLinkAdmin(ScopedAdmin):
    deletable = True
    list_display = ["document", "kind", "other"]
    list_filter = ["kind"]
    list_select_related = ["document", "other"]
    search_fields = ["document__search", "other__search"]
    autocomplete_fields = ["document", "other"]


@admin.register(Indicator)
class IndicatorAdmin(ScopedAdmin):
    deletable = True
    list_display = ["code", "name_vi", "unit", "measure", "legal_source"]
    list_filter = ["measure"]
    search_fields = ["code", "name_vi"]
    folded_search = False


# The ledger ---------------------------------------------------------------------------------------------------------


class FactAdmin(ScopedAdmin):
    """Facts are added and read, never changed. A wrong one is superseded or withdrawn on the zone's page."""

    form = forms.ModelForm
    list_filter = ["standing", "as_of_precision", "zone__city", ("superseded_at", admin.EmptyFieldListFilter)]
    list_select_related = ["zone", "phase", "recorded_by"]
    search_fields = ["zone__search"]
    autocomplete_fields = ["zone", "phase", "document"]
    ordering = ["-recorded_at", "-pk"]
    said = ["as_of", "standing", "document", "source", "recorded_at", "recorded_by", "superseded_at"]
    unsaid = {"id", "origin"}

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related(prefetch_visible("document", Document, request.user))

    def get_fields(self, request, obj=None):
        if obj is None:
            return super().get_fields(request)
        return [field.name for field in self.model._meta.concrete_fields if field.name not in self.unsaid]

    def get_readonly_fields(self, request, obj=None):
        return self.get_fields(request, obj) if obj else []

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        record(obj, by=request.user)


@admin.register(ZoneStatus)
class ZoneStatusAdmin(FactAdmin):
    list_display = ["zone", "phase", "aspect", "value", "is_start", *FactAdmin.said]
    list_filter = ["aspect", "value", *FactAdmin.list_filter]


@admin.register(ZoneArea)
class ZoneAreaAdmin(FactAdmin):
    list_display = ["zone", "phase", "kind", "value_ha", *FactAdmin.said]
    list_filter = ["kind", *FactAdmin.list_filter]


@admin.register(LandUse)
class LandUseAdmin(FactAdmin):
    list_display = ["zone", "phase", "code", "value_ha", *FactAdmin.said]
    list_filter = ["code", *FactAdmin.list_filter]


@admin.register(Occupancy)
class OccupancyAdmin(FactAdmin):
    list_display = ["zone", "phase", "basis_code", "numerator_ha", "denominator_ha", "stated_pct", *FactAdmin.said]
    list_filter = ["basis_code", *FactAdmin.list_filter]


@admin.register(Measurement)
class MeasurementAdmin(FactAdmin):
    list_display = ["indicator", "zone", "city", "period_start", "period_end", "value", "value_text", *FactAdmin.said]
    list_filter = ["city", *FactAdmin.list_filter]
    list_select_related = ["indicator", *FactAdmin.list_select_related]
    search_fields = ["zone__search", "indicator__code"]
    autocomplete_fields = ["indicator", *FactAdmin.autocomplete_fields]


class GeoJSONField(forms.CharField):
    """The text of a boundary; what cannot be read stays text, which the model refuses with the reason."""

    widget = AdminTextareaWidget

    def to_python(self, value):
        text = super().to_python(value)
        try:
            return json.loads(text) if text else None
        except (ValueError, RecursionError):
            return text


class BoundaryForm(forms.ModelForm):
    submitted = GeoJSONField(label=_("toạ độ như đã nộp"), help_text=_("GeoJSON."))


@admin.register(Boundary)
class BoundaryAdmin(FactAdmin):
    form = BoundaryForm
    list_display = ["zone", "phase", "measured_ha", "srid", *FactAdmin.said]
    unsaid = FactAdmin.unsaid | {"min_lon", "min_lat", "max_lon", "max_lat", "centre_lon", "centre_lat"}


# Imported files -----------------------------------------------------------------------------------------------------


@admin.register(Import)
class ImportAdmin(ReadOnly, ScopedAdmin):
    """Who brought what, from which file; it is applied and undone on the import's own page."""

    list_display = [
        "uploaded_at", "file_name", "what", "state", "rows", "created", "updated", "unchanged", "rejected",
        "uploaded_by", "agency",
    ]  # fmt: skip
    list_display_links = ["file_name"]
    list_filter = ["what", "state", "skip_rejected", "agency__city", ("uploaded_at", admin.DateFieldListFilter)]
    list_select_related = ["uploaded_by", "agency"]
    search_fields = ["file_name", "file_sha256", "uploaded_by__username"]
    folded_search = False
    fields = [
        "what", "state", "file_name", "file_sha256", "sheet", "problem", "rows", "created", "updated", "unchanged",
        "rejected", "skip_rejected", "agency", "uploaded_by", "uploaded_at", "applied_by", "applied_at", "undone_by",
        "undone_at", "undo_reason",
    ]  # fmt: skip
    readonly_fields = fields

    def view_on_site(self, imported):
        return reverse("zones:import", args=[imported.pk])
