"""Forms of directives, of their tasks, and of each verb of planning/duties.py, one thing on a page."""

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, User
from planning import duties, duty_notices
from planning.forms import SINCE_HINT, DocumentField, SeveralField, VerbForm, day_field, prose, today_field
from planning.models import Directive, Dossier, Holiday, Task, TaskReport
from zones.forms.correcting import NOT_CHOSEN, RecordForm
from zones.forms.facts import SinceField
from zones.forms.records import NOTE, document_label
from zones.models import Precision, Zone
from zones.models.fact import spelled

TOLD = [TaskReport.Kind.PROGRESS, TaskReport.Kind.EXPLANATION]


class DirectiveForm(RecordForm):
    issued_on = SinceField(label=_("Ngày ban hành"), required=False, help_text=SINCE_HINT)

    class Meta:
        model = Directive
        fields = [
            "code",
            "number",
            "title",
            "city",
            "issuer",
            "issued_on",
            "concluded_by",
            "met_on",
            "cutoff_on",
            "agency",
            "publicity",
            "document",
            "source",
            "note",
        ]
        widgets = NOTE
        help_texts = {"code": _("Chữ in hoa không dấu, chữ số và gạch nối, ví dụ CD-HN-53-TB-VP-2016.")}

    def scope(self):
        self.own_agency("agency")
        self.fields["document"].label_from_instance = document_label
        start_since(self, "issued_on", self.instance.issued_precision)

    def clean_issued_on(self):
        return read_since(self, "issued_on", "issued_precision")


def start_since(form, name, precision):
    """A day that is stored is shown as exactly as it is known."""
    if day := getattr(form.instance, name):
        form.initial[name] = spelled(day, precision)


def read_since(form, name, precision):
    """The day that was typed, if any; how exactly goes to the record."""
    day, exact = form.cleaned_data[name] or (None, Precision.DAY)
    setattr(form.instance, precision, exact)
    return day


class TaskForm(RecordForm):
    """A task's own fields; who takes part, zones and dossiers have a form of their own."""

    first_due_on = SinceField(label=_("Hạn được giao"), required=False, help_text=SINCE_HINT)
    owner = "directive"

    class Meta:
        model = Task
        fields = [
            "number",
            "content",
            "product",
            "lead_agency",
            "lead_text",
            "cooperating_text",
            "deadline_text",
            "first_due_on",
            "every",
            "term_length",
            "term_unit",
            "event",
            "source",
            "note",
        ]
        widgets = NOTE | {"content": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "term_length": _("Khi thời hạn tính từ một sự kiện: “15 ngày làm việc kể từ ngày nhận văn bản”."),
        }

    def scope(self):
        task = self.instance
        led = self.fields["lead_agency"].queryset.filter(pk=task.lead_agency_id)
        self.fields["lead_agency"].queryset = agencies_of(task.directive.city, self.user) | led
        if task.term:
            self.initial["first_due_on"] = None
        else:
            start_since(self, "first_due_on", task.due_precision)

    def clean_first_due_on(self):
        return read_since(self, "first_due_on", "due_precision")

    @transaction.atomic
    def save(self, commit=True):
        """The deadline that holds follows from what was written, unless an extension has been given since."""
        task = self.instance
        duties.set_due(task, Holiday.objects.calendar())
        made = super().save(commit)
        duty_notices.given(made, self.user)
        return made


class ReportForm(VerbForm):
    kind = forms.ChoiceField(
        label=_("Báo cáo gì"), choices=[(kind.value, kind.label) for kind in TOLD], widget=forms.RadioSelect
    )
    on = today_field(_("Ngày"))
    text = prose(_("Nội dung"))
    document = DocumentField(required=False)

    def scope(self):
        """A partner tells of its progress; the lead explains, too, and does so when it was asked to."""
        if not duties.may_finish(self.user, self.record):
            self.fields["kind"].choices = [(TOLD[0].value, TOLD[0].label)]
        asked = self.fields["kind"].choices[1:] and duties.asked(self.record)
        self.initial.setdefault("kind", TaskReport.Kind.EXPLANATION if asked else TaskReport.Kind.PROGRESS)


class DoneForm(VerbForm):
    on = today_field(_("Ngày hoàn thành"))
    document = DocumentField(required=False)
    text = prose(_("Kết quả"), help_text=_("Nêu sản phẩm và nơi đã gửi, trình; kèm văn bản nếu có."))

    def given(self):
        return super().given() | {"kind": TaskReport.Kind.DONE}


class ConfirmForm(VerbForm):
    note = prose(_("Ý kiến"), required=False)


class SendBackForm(VerbForm):
    on = today_field(_("Ngày"))
    text = prose(_("Vì sao chưa xác nhận"))


class AskForm(VerbForm):
    on = today_field(_("Ngày"))
    answer_by = day_field(_("Trả lời chậm nhất ngày"))
    text = prose(_("Cần giải trình điều gì"))


class ExtendTaskForm(VerbForm):
    due_on = day_field(_("Hạn mới"))
    granted_on = today_field(_("Ngày cho gia hạn"))
    document = DocumentField(required=False)
    source = forms.CharField(label=_("Nguồn"), max_length=500, required=False)
    note = prose(_("Lý do"))


class AnchorForm(VerbForm):
    on = today_field(_("Ngày sự kiện xảy ra"))


class LinksForm(VerbForm):
    """Who looks after it and who takes part, which zones and dossiers it is about: of those that the writer may see."""

    officer = forms.ModelChoiceField(
        None,
        label=_("Người phụ trách"),
        required=False,
        empty_label=NOT_CHOSEN[1],
        help_text=_("Người của cơ quan chủ trì; người này thấy nhiệm vụ ở “Việc của tôi”."),
    )
    cooperating = SeveralField(_("Cơ quan phối hợp"), required=False)
    zones = SeveralField(_("Khu, cụm liên quan"), required=False)
    dossiers = SeveralField(_("Hồ sơ liên quan"), required=False)
    note = forms.CharField(label=_("Lý do sửa"), max_length=300, required=False)

    def scope(self):
        task, user = self.record, self.user
        at_lead = user.role_rules.edit == "everything" or duties.led_by(task, user.agency_id)
        people = User.objects.filter(is_active=True) if at_lead else User.objects.none()
        people = people.filter(agency__in=task.lead_agency.now()) if task.lead_agency_id else people.none()
        self.fields["officer"].queryset = people | User.objects.filter(pk=task.officer_id)
        self.initial.setdefault("officer", task.officer_id)
        if not duties.may_set(user, task.directive):
            del self.fields["cooperating"]
        for name, records in offered(task, user).items():
            if name in self.fields:
                self.fields[name].queryset = records
                self.initial.setdefault(name, [one.pk for one in getattr(task, name).all()])


def offered(task, user):
    """What a task can be linked to: {field: records}."""
    city, agencies = task.directive.city, Agency.objects.visible_to(user)
    return {
        "cooperating": agencies_of(city, user) | agencies.filter(pk__in=task.cooperating.values("pk")),
        "zones": Zone.objects.visible_to(user).filter(city=city).order_by("name_sort"),
        "dossiers": Dossier.objects.visible_to(user).filter(city=city).order_by("title"),
    }


def agencies_of(city, user):
    """Those of today that a task of `city` can be given to: its own and those of the centre."""
    return Agency.objects.visible_to(user).filter(city__in=(city, ""), successor__isnull=True)
