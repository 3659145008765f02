"""Forms of plans and their lines, of sessions and the dossiers on their list."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from planning.models import CouncilSession, Dossier, Plan, PlanEntry, SessionDossier
from zones.forms.correcting import RecordForm, ScopedForm
from zones.forms.facts import SinceField
from zones.forms.records import NOTE, document_label
from zones.models.fact import spelled
from zones.models.zone import ZoneKind

SINCE_HINT = _("Ghi đúng mức biết được: 15/03/2025, 03/2025, Q1/2025 hoặc 2025.")


class KindsField(forms.CharField):
    """Kinds of zones in one line: “KCN, KCX”."""

    def prepare_value(self, value):
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        return [part.strip().upper() for part in super().to_python(value).split(",") if part.strip()]

    def validate(self, value):
        super().validate(value)
        if unknown := set(value) - set(ZoneKind.values):
            raise ValidationError(_("Không có loại khu %(kinds)s.") % {"kinds": ", ".join(sorted(unknown))})

    def has_changed(self, initial, data):
        return super().has_changed(self.prepare_value(initial), self.prepare_value(data))


class PlanForm(RecordForm):
    kinds = KindsField(
        label=_("Loại khu"),
        max_length=40,
        help_text=_("KCN, KCX, KCNC hoặc CCN; nhiều loại thì cách nhau bằng dấu phẩy."),
    )

    class Meta:
        model = Plan
        fields = [
            "code",
            "title",
            "city",
            "kinds",
            "horizon_from",
            "horizon_to",
            "vision_to",
            "in_force_from",
            "in_force_to",
            "stated_count",
            "stated_area_ha",
            "complete",
            "agency",
            "publicity",
            "document",
            "source",
            "note",
        ]
        localized_fields = ["stated_area_ha"]
        widgets = NOTE

    def scope(self):
        self.own_agency("agency")
        self.fields["document"].label_from_instance = document_label


class PlanEntryForm(RecordForm):
    owner = "plan"

    class Meta:
        model = PlanEntry
        fields = ["number", "name", "kind", "place_text", "area_ha", "intent", "stage", "zone", "source", "note"]
        localized_fields = ["area_ha"]
        widgets = NOTE

    def scope(self):
        zones = self.fields["zone"].queryset.filter(city=self.instance.plan.city).order_by("name_sort")
        self.fields["zone"].queryset = zones
        self.fields["zone"].label_from_instance = zone_label
        self.fields["kind"].initial = (self.instance.plan.kinds or [""])[0]


def zone_label(zone):
    return f"{zone.name} ({zone.code})"


class SessionForm(RecordForm):
    """A session; the day of one that is stored is changed by moving it."""

    on = SinceField(label=_("Ngày họp"), help_text=SINCE_HINT)

    class Meta:
        model = CouncilSession
        fields = ["code", "name", "city", "body", "on", "agency", "publicity", "document", "source", "note"]
        widgets = NOTE

    def scope(self):
        self.own_agency("agency")
        self.fields["document"].label_from_instance = document_label
        if self.instance.pk:
            del self.fields["on"]

    def clean_on(self):
        day, self.instance.on_precision = self.cleaned_data["on"]
        return day


class SessionDossierForm(ScopedForm):
    """Put a dossier on a session's list: one of those that its writer's agency leads."""

    owner = "session"

    class Meta:
        model = SessionDossier
        fields = ["dossier", "note"]
        widgets = NOTE

    def scope(self):
        own = Dossier.objects.editable_by(self.user).filter(city=self.instance.session.city, ended=False)
        self.fields["dossier"].queryset = own.exclude(sessions__session=self.instance.session).order_by("title")


class MoveForm(forms.Form):
    """Another day for a session. Sent without `confirmed` it only asks what would become of the dossiers."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    on = SinceField(label=_("Ngày họp mới"), help_text=SINCE_HINT)
    reason = forms.CharField(
        label=_("Lý do đổi ngày"), max_length=300, help_text=_("Được ghi vào lịch sử cùng tên người sửa.")
    )

    def __init__(self, *args, session, **kwargs):
        super().__init__(*args, **kwargs)
        self.session = session
        self.initial |= {"version": session.version, "on": spelled(session.on, session.on_precision)}

    def clean_on(self):
        given = self.cleaned_data["on"]
        if given == (self.session.on, self.session.on_precision):
            raise ValidationError(_("Kỳ họp đã ở ngày này."))
        return given
