"""Forms of dossiers, and what the forms of verbs have in common, whatever they are done to.

Each verb has a form of its own, one thing on a page; it carries the version of the record that its writer had in
view."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency
from planning import clock, tracks, workflow
from planning.models import Dossier, Milestone, Pause
from planning.models.dossier import NEEDS_SOURCE
from planning.rule_choice import NEW, OLD
from zones.forms.correcting import NOT_CHOSEN, DayInput, RecordForm, ScopedForm
from zones.forms.facts import SinceField
from zones.forms.offering import OfferField
from zones.forms.records import NOTE, document_label
from zones.models import Document, Facility, Phase, Zone
from zones.models.fact import spelled

SINCE_HINT = _("Ghi đúng mức biết được: 15/03/2025, 03/2025, Q1/2025 hoặc 2025.")
RULE_SETS = [(OLD, _("Bộ quy định cũ")), (NEW, _("Bộ quy định mới"))]
SUBJECT_CODE = _("Chọn khu, cụm; hoặc ghi mã cơ sở sản xuất ở ô dưới.")


def day_field(label, **kwargs):
    return forms.DateField(label=label, widget=DayInput(), **kwargs)


def today_field(label):
    """A day that starts as the day on which the form is opened."""
    return day_field(label, initial=lambda: timezone.localdate())


def prose(label, **kwargs):
    return forms.CharField(label=label, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), **kwargs)


class SeveralField(forms.ModelMultipleChoiceField):
    """Several records, each to be ticked; a number that is too large for any id is none of them."""

    def __init__(self, label, **kwargs):
        super().__init__(None, label=label, widget=forms.CheckboxSelectMultiple, **kwargs)

    def clean(self, value):
        try:
            return super().clean(value)
        except OverflowError:  # SQLite has no number for it
            raise ValidationError(self.error_messages["invalid_list"], code="invalid_list") from None


class DocumentField(forms.ModelChoiceField):
    """One of the documents that the writer may see; `types`: of these types only."""

    def __init__(self, **kwargs):
        super().__init__(Document.objects.none(), label=_("Văn bản"), empty_label=NOT_CHOSEN[1], **kwargs)

    def offer(self, user, types=()):
        found = Document.objects.visible_to(user)
        self.queryset = found.filter(type__in=types) if types else found

    def label_from_instance(self, document):
        return document_label(document)


class VerbForm(forms.Form):
    """One verb on one record. `given()` is what the verb is called with."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, record, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.record, self.user = record, user
        self.initial.setdefault("version", record.version)
        if "document" in self.fields:
            self.fields["document"].offer(user)
        self.scope()

    def scope(self):
        """Narrow the choices to this record."""

    def clean(self):
        given = super().clean()
        if "source" in self.fields and not self.errors and not (given["document"] or given["source"]):
            self.add_error("document", NEEDS_SOURCE)
        return given

    def given(self):
        """The verb's arguments by name; `seen` is the version that the writer read."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        if "since" in values:
            values["on"], values["precision"] = values.pop("since")
        return values | {"by": self.user, "seen": self.cleaned_data["version"]}

    def renew(self, record):
        """After someone was faster: what was typed stays, to be handed in again for the record as it now stands."""
        self.record, self.data = record, self.data.copy()
        self.data[self.add_prefix("version")] = str(record.version)

    def is_possible(self):
        return True

    def take(self, problem):
        """Show what the verb refused beside its field."""
        take(self, problem)


def take(form, problem):
    """Show what a verb refused beside the field of the form that it speaks of; `on` was asked as `since`."""
    for name, texts in getattr(problem, "error_dict", {None: problem.messages}).items():
        asked = "since" if name == "on" and name not in form.fields else name
        form.add_error(asked if asked in form.fields else None, texts)


def circle(dossier, user):
    """Who may hold a dossier: the agencies of its city and those that take part in it."""
    taking_part = Q(pk=dossier.lead_agency_id) | Q(cooperating_dossiers=dossier.pk)
    of_city = Q(city__in=(dossier.city, ""), successor__isnull=True)
    return Agency.objects.visible_to(user).filter(taking_part | of_city).distinct()


class AdvanceForm(VerbForm):
    """Make a move. `rule_set` is asked only when the verb says that a change of law fits neither clause."""

    on = day_field(_("Ngày của văn bản"))
    document = DocumentField(required=False)
    agency = forms.ModelChoiceField(
        None,
        label=_("Cơ quan giữ hồ sơ sau bước này"),
        required=False,
        empty_label=_("theo bảng bước"),
        help_text=_("Chọn khi bảng bước không nói rõ là cơ quan nào."),
    )
    rule_set = forms.ChoiceField(label=_("Bộ quy định"), choices=RULE_SETS, required=False, widget=forms.HiddenInput)
    note = prose(_("Ghi chú"), required=False)

    def __init__(self, *args, option, **kwargs):
        self.move, self.failed = option.move, option.failed
        super().__init__(*args, **kwargs)

    def scope(self):
        document, note = self.fields["document"], self.fields["note"]
        self.fields["agency"].queryset = circle(self.record, self.user)
        document.offer(self.user, self.move.evidence)
        document.required = bool(self.move.evidence)
        document.help_text = capfirst(self.move.product)
        note.required = bool(self.move.needs_note or self.failed)
        if self.failed:
            note.label, note.help_text = _("Lý do vẫn làm bước này"), _("Có điều kiện không đạt: nói rõ căn cứ.")
        if self.data.get("rule_set"):
            self.ask_for_rules()

    def is_possible(self):
        """Does the move still follow on the state in which the dossier now is?"""
        return self.move in self.record.table.moves_from(self.record.state)

    def ask_for_rules(self):
        field = self.fields["rule_set"]
        field.widget = forms.RadioSelect(choices=RULE_SETS)

    def take(self, problem):
        if "rule_set" in getattr(problem, "error_dict", ()):
            self.ask_for_rules()
        super().take(problem)


class ObserveForm(VerbForm):
    state = forms.ChoiceField(label=_("Trạng thái"))
    since = SinceField(label=_("Từ ngày"), help_text=SINCE_HINT)
    document = DocumentField(required=False)
    source = forms.CharField(label=_("Nguồn"), max_length=500, required=False)
    agency = forms.ModelChoiceField(
        None, label=_("Cơ quan đang giữ hồ sơ"), required=False, empty_label=_("theo bảng bước")
    )
    note = prose(_("Ghi chú"), required=False)

    def scope(self):
        self.fields["state"].choices = [NOT_CHOSEN, *states_of(self.record.table)]
        self.fields["agency"].queryset = circle(self.record, self.user)


class EventForm(VerbForm):
    event = forms.CharField(label=_("Sự việc"), max_length=200)
    since = SinceField(label=_("Ngày"), help_text=SINCE_HINT)
    document = DocumentField(required=False)
    source = forms.CharField(label=_("Nguồn"), max_length=500, required=False)
    note = prose(_("Ghi chú"), required=False)


class PauseForm(VerbForm):
    kind = forms.ChoiceField(label=_("Vì sao"), choices=Pause.Kind.choices, widget=forms.RadioSelect)
    start_on = day_field(_("Từ ngày"), help_text=_("Từ ngày này thời hạn không tính nữa."))
    reason = prose(_("Lý do"))
    document = DocumentField(required=False)
    source = forms.CharField(label=_("Nguồn"), max_length=500, required=False)


class ResumeForm(VerbForm):
    end_on = day_field(_("Đến hết ngày"), help_text=_("Thời hạn tính tiếp từ ngày sau."))


class ExtendForm(VerbForm):
    rule = forms.ChoiceField(label=_("Thời hạn được gia hạn"))
    length = forms.IntegerField(label=_("Thêm"), min_value=1, max_value=999)
    unit = forms.ChoiceField(label=_("Đơn vị"), choices=[(unit.value, unit.label) for unit in clock.Unit])
    from_expiry = forms.BooleanField(label=_("Kể từ ngày hết hạn"), required=False)
    granted_on = day_field(_("Ngày cho gia hạn"))
    document = DocumentField()
    note = prose(_("Ghi chú"), required=False)

    def scope(self):
        self.fields["rule"].choices = [(span.rule, span.name) for span in self.record.table.spans]
        self.initial.setdefault("rule", self.record.due_rule)


class CooperatingForm(VerbForm):
    agencies = SeveralField(_("Cơ quan phối hợp"), required=False)
    note = forms.CharField(label=_("Lý do sửa"), max_length=300, required=False)

    def scope(self):
        self.fields["agencies"].queryset = circle(self.record, self.user)
        self.initial.setdefault("agencies", [agency.pk for agency in self.record.cooperating.all()])


def states_of(table):
    """The states in the order of the way, then those aside of it: [(code, name)]."""
    codes = [*table.path, *(code for code in table.states if code not in table.path)]
    return [(code, table.states[code].name) for code in codes]


class DossierForm(RecordForm):
    """The dossier's own fields; where it stands is changed by steps only."""

    class Meta:
        model = Dossier
        fields = ["title", "lead_agency", "publicity", "source", "note"]
        widgets = NOTE

    def scope(self):
        self.own_agency("lead_agency")


class MilestoneForm(RecordForm):
    on = SinceField(label=_("Ngày dự kiến"), help_text=SINCE_HINT)
    state = forms.ChoiceField(label=_("Trạng thái dự kiến"), required=False)

    class Meta:
        model = Milestone
        fields = ["label", "state", "on", "document", "source", "note"]
        widgets = NOTE

    owner = "dossier"

    def scope(self):
        table = self.instance.dossier.table
        self.fields["state"].choices = [("", _("không phải một trạng thái")), *states_of(table)]
        self.fields["document"].label_from_instance = document_label
        if self.instance.pk:
            self.initial["on"] = spelled(self.instance.on, self.instance.on_precision)

    def clean_on(self):
        day, self.instance.on_precision = self.cleaned_data["on"]
        return day

    def clean(self):
        super().clean()
        if not self.cleaned_data.get("document") and not self.cleaned_data.get("source"):
            self.add_error("document", NEEDS_SOURCE)


class SubjectForm(forms.Form):
    """What a new dossier is about: a zone or a facility, and on which track."""

    zone = OfferField(
        queryset=Zone.objects.none(), to_field_name="code", label=_("Khu, cụm"), required=False, empty_label="–"
    )
    facility = forms.CharField(label=_("Mã cơ sở sản xuất"), max_length=40, required=False, help_text=SUBJECT_CODE)
    track = forms.ChoiceField(label=_("Tuyến"), choices=tracks.choices)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["zone"].queryset = Zone.objects.visible_to(user)

    def clean_facility(self):
        code = self.cleaned_data["facility"]
        found = Facility.objects.visible_to(self.user).filter(code=code).first() if code else None
        if code and not found:
            raise ValidationError(_("Không có cơ sở nào mang mã này."))
        return found

    def clean(self):
        given = super().clean()
        zone, facility = given.get("zone"), given.get("facility")
        if not self.errors and bool(zone) == bool(facility):
            raise ValidationError(SUBJECT_CODE)
        kind = zone.kind if zone else tracks.FACILITY
        if not self.errors and given["track"] not in tracks.tracks_of(kind):
            raise ValidationError({"track": _("Loại khu này không có tuyến đó.")})
        return given


class OpenForm(ScopedForm):
    """Open a dossier in the state in which a document or source shows it."""

    state = forms.ChoiceField(label=_("Đang ở trạng thái"))
    since = SinceField(label=_("Từ ngày"), help_text=SINCE_HINT)
    document = DocumentField(required=False)

    class Meta:
        model = Dossier
        fields = ["code", "title", "phase", "lead_agency", "publicity", "source", "note"]
        widgets = NOTE
        help_texts = {"code": _("Chữ in hoa không dấu, chữ số và gạch nối, ví dụ HS-HN-CCN-LAIYEN-PL.")}

    owner = "lead_agency"

    def scope(self):
        dossier = self.instance
        self.own_agency("lead_agency")
        self.fields["document"].offer(self.user)
        self.fields["state"].choices = [NOT_CHOSEN, *states_of(dossier.table)]
        self.fields["phase"].queryset = Phase.objects.visible_to(self.user).filter(zone=dossier.zone)
        if not self.fields["phase"].queryset.exists():
            del self.fields["phase"]
        self.order_fields(["code", "title", "phase", "state", "since", "document", "source", "lead_agency"])

    def clean(self):
        super().clean()
        if not self.errors and not (self.cleaned_data["document"] or self.cleaned_data["source"]):
            self.add_error("document", NEEDS_SOURCE)

    def open(self):
        """Open it; gives the Dossier."""
        given = self.cleaned_data
        day, precision = given["since"]
        found = {"document": given["document"], "source": given["source"]}
        return workflow.open_dossier(self.instance, given["state"], by=self.user, on=day, precision=precision, **found)
