"""Forms of obstacles: what holds up, and each verb of planning/obstacles.py, one thing on a page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, User
from planning import obstacle_notices, obstacles
from planning.duty_forms import agencies_of
from planning.forms import DocumentField, VerbForm, day_field, prose, today_field
from planning.models import Obstacle, ObstacleUpdate
from zones.forms.correcting import RecordForm
from zones.forms.records import NOTE, document_label

APPROVE, REFUSE = "approve", "refuse"
NOT_OF_AGENCY = _("Người này không thuộc cơ quan tháo gỡ.")
NOT_OURS = _("Cơ quan của bạn phải là cơ quan tháo gỡ hoặc cơ quan nêu vướng mắc.")
LONG = {name: forms.Textarea(attrs={"rows": 4}) for name in ("detail", "solution")}


class ObstacleForm(RecordForm):
    """An obstacle's own fields. A new one is put down by the agency that removes it or by the one that meets it."""

    class Meta:
        model = Obstacle
        fields = [
            "code",
            "title",
            "cause",
            "zone",
            "dossier",
            "agency",
            "officer",
            "raised_by",
            "raised_on",
            "detail",
            "solution",
            "first_expected_on",
            "publicity",
            "document",
            "source",
            "note",
        ]
        widgets = NOTE | LONG
        help_texts = {
            "code": _("Chữ in hoa không dấu, chữ số và gạch nối, ví dụ VM-HN-2026-001."),
            "title": _("Nói trong một câu: vướng gì, ở đâu."),
            "agency": _("Cơ quan này giữ vướng mắc và được báo ngay khi ghi."),
            "officer": _("Người của cơ quan tháo gỡ; người này thấy vướng mắc ở “Việc của tôi”."),
            "zone": _("Chọn khu, cụm đang vướng, hoặc chọn hồ sơ ở dưới."),
            "dossier": _("Chọn khi vướng mắc làm chậm một hồ sơ; khu, cụm theo hồ sơ."),
        }

    def scope(self):
        """A new obstacle may be given to any agency of the writer's city; one that stands stays with its agency."""
        self.fields["document"].label_from_instance = document_label
        self.fields["dossier"].label_from_instance = lambda dossier: f"{dossier.title} ({dossier.code})"
        self.fields["officer"].queryset = people = self.people()
        if not people.exists():
            del self.fields["officer"]
        for name in ("agency", "raised_by"):
            held = Agency.objects.filter(pk=getattr(self.instance, f"{name}_id"))
            self.fields[name].queryset = self.agencies() | held
        if self.instance.pk:
            self.own_agency("agency")
        for name in ("zone", "dossier", "document"):
            self.keep_hidden(name)

    def agencies(self):
        user = self.user
        if user.agency_id and user.agency.city:
            return agencies_of(user.agency.city, user)
        return Agency.objects.visible_to(user).filter(successor__isnull=True)

    def people(self):
        """Who may look after it: the people of the agency that has to remove it, as far as the writer is of it."""
        at_home = self.user.role_rules.edit == "everything" or self.instance.agency_id in (None, self.user.agency_id)
        agency = self.instance.agency_id or self.user.agency_id
        people = User.objects.filter(is_active=True, agency=agency) if at_home and agency else User.objects.none()
        return people | User.objects.filter(pk=self.instance.officer_id)

    def clean(self):
        super().clean()
        officer, agency, raiser = (self.cleaned_data.get(name) for name in ("officer", "agency", "raised_by"))
        if officer and agency and officer.agency_id != agency.pk and "officer" in self.changed_data:
            self.add_error("officer", NOT_OF_AGENCY)
        everything = self.user.role_rules.edit == "everything"
        if agency and not (everything or self.instance.pk or self.user.agency in (agency, raiser)):
            self.add_error("raised_by", NOT_OURS)
        return self.cleaned_data

    def save(self, commit=True):
        handed = self.instance.pk is None or "agency" in self.changed_data
        obstacles.set_expected(self.instance)
        made = super().save(commit)
        if handed:
            obstacle_notices.given(made, self.user)
        return made


class UpdateForm(VerbForm):
    kind = forms.ChoiceField(label=_("Cập nhật gì"), widget=forms.RadioSelect)
    on = today_field(_("Ngày"))
    text = prose(_("Nội dung"))
    expected_on = day_field(
        _("Ngày dự kiến xong mới"), required=False, help_text=_("Để trống khi ngày dự kiến không đổi.")
    )
    document = DocumentField(required=False)

    def scope(self):
        Kind = ObstacleUpdate.Kind
        fitting = [Kind.REOPENED] if self.record.resolved_on else [Kind.PROGRESS, Kind.RESOLVED]
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in fitting]
        self.initial.setdefault("kind", fitting[0])

    def renew(self, record):
        """What may be told follows from whether it is still open."""
        super().renew(record)
        self.scope()


class DecideForm(VerbForm):
    decision = forms.ChoiceField(
        label=_("Duyệt hay trả lại"),
        choices=[(APPROVE, _("Duyệt: cập nhật được tính")), (REFUSE, _("Trả lại: cập nhật không được tính"))],
        widget=forms.RadioSelect,
    )
    note = prose(_("Ý kiến"), required=False, help_text=_("Khi trả lại: nói rõ vì sao."))

    def given(self):
        values = super().given()
        return values | {"approve": values.pop("decision") == APPROVE}
