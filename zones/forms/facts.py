"""Forms that add a fact to the ledger: value, from which day, on what it rests, which fact it corrects."""

import calendar
import datetime
import json
import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.text import clean_json
from zones.forms.correcting import ScopedForm
from zones.forms.records import NOTE, document_label
from zones.geometry import MAX_BYTES
from zones.models import Boundary, LandUse, Measurement, Occupancy, Phase, ZoneArea, ZoneStatus
from zones.models.area import LEGAL_BASIS
from zones.models.fact import Precision, dated
from zones.recording import record
from zones.statements import SLUGS

COMMON = ["as_of", "document", "source", "source_on", "standing", "note"]


class SinceField(forms.CharField):
    """A day as exactly as it is known: 15/03/2025, 03/2025, Q1/2025 or 2025. Gives (last day of it, precision); None
    for nothing."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "placeholder": _("ngày/tháng/năm")})

    def clean(self, value):
        text = super().clean(value)
        try:
            return read_since(text) if text else None
        except ValueError:
            raise ValidationError(
                _("Không đọc được ngày. Ghi như 15/03/2025, 03/2025, Q1/2025 hoặc 2025."), "invalid"
            ) from None


def read_since(text):
    """The last day that `text` speaks of and how exactly it does; ValueError when it cannot be read."""
    if match := re.fullmatch(r"(\d{4})", text):
        return datetime.date(int(text), 12, 31), Precision.YEAR
    if match := re.fullmatch(r"(?:Q|quý )([1-4])/(\d{4})", text, re.IGNORECASE):
        return end_of_month(int(match[2]), int(match[1]) * 3), Precision.QUARTER
    if match := re.fullmatch(r"(\d{1,2})/(\d{4})", text):
        return end_of_month(int(match[2]), int(match[1])), Precision.MONTH
    if match := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text):
        return datetime.date(int(match[3]), int(match[2]), int(match[1])), Precision.DAY
    return datetime.date.fromisoformat(text), Precision.DAY


def end_of_month(year, month):
    day = datetime.date(year, month, 1)
    return day.replace(day=calendar.monthrange(year, month)[1])


class FactForm(ScopedForm):
    """`seen` and `supersedes` let the ledger notice that someone else wrote about the same subject in the meantime."""

    as_of = SinceField(
        label=_("Đúng từ ngày"), help_text=_("Ghi đúng mức biết được: 15/03/2025, 03/2025, Q1/2025 hoặc 2025.")
    )
    undated = forms.BooleanField(
        label=_("Nguồn không cho biết từ ngày nào; ngày trên là ngày của nguồn"), required=False
    )
    supersedes = forms.ModelChoiceField(None, label=_("Thay thế số liệu"), required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, standing, **kwargs):
        self.standing = standing
        super().__init__(*args, **kwargs)

    def scope(self):
        zone, facts = self.instance.zone, type(self.instance).objects.filter(zone=self.instance.zone)
        self.fields["phase"].queryset = Phase.objects.filter(zone=zone)
        if not self.fields["phase"].queryset.exists():
            del self.fields["phase"]
        self.fields["document"].label_from_instance = document_label
        self.fields["document"].empty_label = _("không có văn bản, chỉ có nguồn")
        self.fields["document"].help_text = _("Chọn văn bản, hoặc ghi nguồn ở ô dưới: cần ít nhất một.")
        self.fields["supersedes"].queryset = facts
        offered = [(line.fact.pk, one_line(line)) for line in self.standing if line.holds]
        self.fields["supersedes"].widget.choices = [("", _("không thay số nào, ghi bên cạnh")), *offered]
        self.initial["seen"] = max((line.fact.pk for line in self.standing), default=0)
        self.order_fields([name for name in self.fields if name not in self.closing] + self.closing)

    closing = ["as_of", "undated", "document", "source", "source_on", "standing", "supersedes", "note", "seen"]

    def clean_as_of(self):
        day, self.instance.as_of_precision = self.cleaned_data["as_of"]
        return day

    def clean(self):
        super().clean()
        given = self.cleaned_data
        if given.get("undated"):
            self.instance.as_of_precision = Precision.UNKNOWN
        if not given.get("document") and not given.get("source"):
            self.add_error("document", _("Cần một văn bản hoặc một nguồn."))
        if (old := given.get("supersedes")) and not self.errors and not self.same_subject(old):
            self.add_error("supersedes", _("Chỉ thay được số liệu cùng loại và cùng giai đoạn với số đang ghi."))

    def same_subject(self, old):
        names = [name.removesuffix("_id") for name in old.subject_fields]
        return all(
            (getattr(old, name) or None) == (self.cleaned_data.get(name) or None)
            for name in names
            if name in self.fields
        )

    def record(self):
        """Add the fact to the ledger; FactConflict when someone else was faster."""
        return record(
            self.instance, by=self.user, supersedes=self.cleaned_data["supersedes"], seen=self.cleaned_data["seen"]
        )

    def as_given(self):
        """What was handed in, to be handed in again."""
        return self.data.copy()


def one_line(line):
    phase = f"{line.fact.phase}, " if line.fact.phase_id else ""
    return " · ".join(
        part for part in (f"{phase}{line.label}: {line.value} {line.unit}".strip(), line.day, line.basis[:60]) if part
    )


class StatusForm(FactForm):
    class Meta:
        model = ZoneStatus
        fields = ["aspect", "value", "is_start", "phase", *COMMON]
        widgets = NOTE
        help_texts = {"is_start": _("Chọn khi ngày dưới đây là ngày bắt đầu, không chỉ là ngày được thấy như vậy.")}

    def scope(self):
        super().scope()
        groups = [
            (_("Tình trạng"), ZoneStatus.Main.choices),
            (_("Đã thành lập, đã hoạt động"), ZoneStatus.YesNo.choices),
        ]
        self.fields["value"].choices = [("", "–"), *groups]


class AreaForm(FactForm):
    class Meta:
        model = ZoneArea
        fields = ["kind", "value_ha", "phase", *COMMON]
        localized_fields = ["value_ha"]
        widgets = NOTE


class LandUseForm(FactForm):
    class Meta:
        model = LandUse
        fields = ["code", "value_ha", "phase", *COMMON]
        localized_fields = ["value_ha"]
        widgets = NOTE


class OccupancyForm(FactForm):
    class Meta:
        model = Occupancy
        fields = ["basis_code", "numerator_ha", "denominator_ha", "stated_pct", "phase", *COMMON]
        localized_fields = ["numerator_ha", "denominator_ha", "stated_pct"]
        widgets = NOTE
        help_texts = {"stated_pct": _("Chỉ khi nguồn không cho tử số và mẫu số; số này không được cộng.")}

    def scope(self):
        super().scope()
        self.initial.setdefault("basis_code", LEGAL_BASIS[self.instance.zone.kind])


class BoundaryForm(FactForm):
    """GeoJSON or a table of corner points, pasted or as a file, in the chosen coordinate system."""

    submitted = forms.CharField(
        label=_("Toạ độ"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=_(
            "GeoJSON, hoặc mỗi dòng một điểm: số hiệu, X (bắc), Y (đông) như bảng toạ độ VN-2000; hay kinh độ, vĩ độ."
        ),
    )
    file = forms.FileField(label=_("Hoặc tệp GeoJSON, tệp bảng toạ độ"), required=False, max_length=255)

    class Meta:
        model = Boundary
        fields = ["submitted", "srid", "phase", *COMMON]
        widgets = NOTE

    def scope(self):
        super().scope()
        self.initial.pop("submitted", None)
        self.order_fields(["submitted", "file"])

    def clean(self):
        super().clean()
        upload, text = self.cleaned_data.get("file"), self.cleaned_data.get("submitted", "")
        if upload and upload.size > MAX_BYTES:
            self.add_error("file", _("Tệp lớn hơn 1 MB."))
        elif upload:
            text = upload.read().decode("utf-8-sig", "replace")
        if not text.strip():
            self.add_error("submitted", _("Dán toạ độ hoặc chọn một tệp."))
        elif "file" not in self.errors:
            self.cleaned_data["submitted"] = clean_json(read_submitted(text))

    def as_given(self):
        data = super().as_given()
        data["submitted"] = json.dumps(self.instance.submitted)
        return data


def refuse_constant(constant):
    raise ValueError(constant)


def read_submitted(text):
    """GeoJSON as an object, anything else as rows of numbers; unreadable text stays text, which the model refuses."""
    try:
        return json.loads(text, parse_constant=refuse_constant)
    except (ValueError, RecursionError):
        pass
    rows = [re.split(r"[;\t ]+|,(?=\s)", line.strip()) for line in text.strip().splitlines() if line.strip()]
    try:
        return [[float(cell.strip(",;").replace(",", ".")) for cell in row if cell] for row in rows]
    except ValueError:
        return text


class MeasurementForm(FactForm):
    class Meta:
        model = Measurement
        fields = ["indicator", "period_start", "period_end", "value", "value_text", "phase", *COMMON]
        localized_fields = ["value"]
        widgets = NOTE
        labels = {"period_start": _("Kỳ từ ngày"), "period_end": _("Kỳ đến ngày")}


FACT_FORMS = {
    SLUGS[form.Meta.model]: form
    for form in (StatusForm, AreaForm, LandUseForm, OccupancyForm, BoundaryForm, MeasurementForm)
}


def initial_from(fact, form_class):
    """A form filled with the fact that is to be corrected."""
    names = [name for name in form_class.base_fields if hasattr(fact, name)]
    undated = fact.as_of_precision == Precision.UNKNOWN
    day = dated(fact) or f"{fact.as_of:%d/%m/%Y}"
    return {name: getattr(fact, name) for name in names} | {
        "as_of": day,
        "undated": undated,
        "supersedes": fact.pk,
        "note": "",
    }


class WithdrawalForm(forms.Form):
    note = forms.CharField(label=_("Vì sao rút"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
