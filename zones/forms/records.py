"""Forms of zones and what belongs to them, of facilities, tenant projects and documents."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.text import clean_text
from zones.forms.correcting import RecordForm, ScopedForm
from zones.models import (
    AdminUnit,
    Developer,
    DeveloperShare,
    Document,
    DocumentLink,
    Facility,
    Phase,
    TenantProject,
    Zone,
    ZoneUnit,
)

NOTE = {"note": forms.Textarea(attrs={"rows": 3})}


class ZoneForm(RecordForm):
    class Meta:
        model = Zone
        fields = [
            "code",
            "name",
            "kind",
            "park_type",
            "city",
            "place_text",
            "managing_agency",
            "parent",
            "relation",
            "inner_city",
            "term_years",
            "lat",
            "lon",
            "point_precision",
            "publicity",
            "source",
            "source_on",
            "note",
        ]
        widgets = NOTE
        help_texts = {
            "code": _("Chữ in hoa không dấu, chữ số và gạch nối, ví dụ HN-CCN-LAIYEN."),
            "lat": _("Độ thập phân, ví dụ 21.0285."),
            "lon": _("Độ thập phân, ví dụ 105.8542."),
        }

    def scope(self):
        self.own_agency("managing_agency")
        if self.instance.pk:
            self.fields["parent"].queryset = self.fields["parent"].queryset.exclude(pk=self.instance.pk)


class PhaseForm(RecordForm):
    class Meta:
        model = Phase
        fields = ["number", "name", "source", "note"]
        widgets = NOTE


class PlaceForm(ScopedForm):
    """One unit that the zone lies in: a unit of today or, as an old decision names it, one that has ended."""

    class Meta:
        model = ZoneUnit
        fields = ["unit", "certain", "source"]
        help_texts = {
            "unit": _("Đơn vị hiện nay, hoặc đơn vị cũ như văn bản ghi. Gõ chữ đầu của tên để tìm trong danh sách."),
            "certain": _("Bỏ chọn khi mới biết khu nằm ở một trong các đơn vị đã ghi."),
        }

    def scope(self):
        units = (
            self.fields["unit"].queryset.filter(city=self.instance.zone.city).exclude(level=AdminUnit.Level.PROVINCE)
        )
        self.fields["unit"].queryset = units.order_by("valid_to", "name_fold")
        self.fields["unit"].label_from_instance = unit_label


class DeveloperShareForm(ScopedForm):
    """A developer by name: one of that name is taken, otherwise it is added to the list of developers."""

    name = forms.CharField(label=_("chủ đầu tư hạ tầng"), max_length=255)

    class Meta:
        model = DeveloperShare
        fields = ["phase", "area_ha", "valid_from", "valid_to", "source", "note"]
        localized_fields = ["area_ha"]
        widgets = NOTE

    def scope(self):
        self.fields["phase"].queryset = self.fields["phase"].queryset.filter(zone=self.instance.zone)
        self.order_fields(["name"])

    def clean_name(self):
        return clean_text(self.cleaned_data["name"])

    def clean(self):
        super().clean()
        known = self.instance.zone.developers.filter(
            developer__name=self.cleaned_data.get("name"),
            phase=self.cleaned_data.get("phase"),
            valid_from=self.cleaned_data.get("valid_from"),
        )
        if known.exists():
            raise ValidationError({"name": _("Chủ đầu tư này đã được ghi cho khu.")})

    def save(self, commit=True):
        self.instance.developer, _made = Developer.objects.get_or_create(name=self.cleaned_data["name"])
        return super().save(commit)


class FacilityForm(RecordForm):
    class Meta:
        model = Facility
        fields = [
            "code",
            "name",
            "city",
            "unit",
            "address",
            "vsic_code",
            "trade",
            "land_area_ha",
            "floor_area_m2",
            "surveyed_on",
            "workers",
            "relocation_class",
            "relocation_reason",
            "destination",
            "wave",
            "relocation_due_on",
            "lat",
            "lon",
            "point_precision",
            "managing_agency",
            "publicity",
            "as_of",
            "document",
            "source",
            "note",
        ]
        localized_fields = ["land_area_ha", "floor_area_m2", "workers"]
        widgets = NOTE

    def scope(self):
        self.own_agency("managing_agency")
        self.fields["document"].label_from_instance = document_label
        today = Q(level=AdminUnit.Level.COMMUNE, valid_to__isnull=True, city__in=dict(self.fields["city"].choices))
        self.fields["unit"].queryset = (
            self.fields["unit"].queryset.filter(today | Q(pk=self.instance.unit_id)).order_by("name_fold")
        )


class TenantProjectForm(RecordForm):
    class Meta:
        model = TenantProject
        fields = [
            "code",
            "zone",
            "name",
            "investor",
            "country",
            "origin",
            "irc_no",
            "irc_on",
            "registered_musd",
            "realised_musd",
            "registered_bn",
            "realised_bn",
            "rate_vnd_usd",
            "land_leased_ha",
            "workers",
            "vsic_code",
            "status",
            "publicity",
            "as_of",
            "document",
            "source",
            "note",
        ]
        localized_fields = [
            "registered_musd",
            "realised_musd",
            "registered_bn",
            "realised_bn",
            "rate_vnd_usd",
            "land_leased_ha",
            "workers",
        ]
        widgets = NOTE

    def scope(self):
        self.fields["zone"].queryset = Zone.objects.editable_by(self.user)
        self.fields["document"].label_from_instance = document_label


class DocumentForm(RecordForm):
    class Meta:
        model = Document
        fields = [
            "type",
            "number",
            "year",
            "issuer",
            "title",
            "signed_on",
            "issued_on",
            "issued_precision",
            "city",
            "agency",
            "publicity",
            "source",
            "note",
        ]
        widgets = NOTE
        help_texts = {"year": _("Để trống thì lấy theo ngày ban hành hoặc ngày ký.")}

    def scope(self):
        self.own_agency("agency")


class DocumentLinkForm(ScopedForm):
    owner = "document"

    class Meta:
        model = DocumentLink
        fields = ["kind", "other"]

    def scope(self):
        self.fields["other"].queryset = self.fields["other"].queryset.exclude(pk=self.instance.document_id)
        self.fields["other"].label_from_instance = document_label


def unit_label(unit):
    return (
        _("%(name)s (đến %(day)s)") % {"name": unit.name, "day": f"{unit.valid_to:%d/%m/%Y}"}
        if unit.is_former
        else unit.name
    )


def document_label(document):
    """Type, number and issuer, then as much of the title as fits."""
    label = f"{document.type} {document} – {document.issuer}" if document.issuer else f"{document.type} {document}"
    return f"{label}: {document.title}"[:140] if document.title else label
