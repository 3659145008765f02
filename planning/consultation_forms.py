"""Forms of consultations and of each verb of planning/consulting.py, one thing on a page; the formsets that split an
opinion into points and settle many points at once."""

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency
from accounts.text import clean_text
from planning import clock, consulting
from planning.duty_forms import agencies_of
from planning.forms import DocumentField, SeveralField, VerbForm, day_field, prose, today_field
from planning.models import Consultation, OpinionItem, OpinionRequest, Rule, SilenceRule
from planning.models.consultation import ONCE_SENT
from zones.forms.correcting import NOT_CHOSEN, RecordForm
from zones.forms.records import NOTE, document_label
from zones.models import Document

PERIODS = {
    "zoning": "planning.opinion.agencies",
    "detailed": "planning.opinion.agencies",
    "general": "planning.opinion.agencies",
    "CCN": "ccn.opinion",
    "KCN": "kcn.policy.committee.opinion",
    "KCX": "kcn.policy.committee.opinion",
    "KCNC": "kcnc.opinion",
}  # track, or else kind of zone → the rule of the period that is proposed
LONG = forms.Textarea(attrs={"rows": 4})
MORE_ROWS, LINK_AFTER = 3, 7  # empty rows of a split; days that a link outlives the deadline
SPLIT_AT_ONCE = 60  # points that a split proposes on one page


class RuleField(forms.ModelChoiceField):
    """A clock of the law: what it is for, how long, by which article."""

    def label_from_instance(self, rule):
        return f"{rule} ({rule.article})"


def periods_on(day):
    """The clocks in force for whoever is asked for an opinion."""
    return Rule.objects.on(day).filter(kind=Rule.Kind.CLOCK, unit__in=("wd", "d"), code__contains="opinion")


def period_for(consultation, day):
    """The rule of the period that fits the dossier or the community; None when there is none."""
    if consultation.kind == Consultation.Kind.COMMUNITY:
        code = consulting.COMMUNITY
    else:
        track = consultation.dossier.track if consultation.dossier_id else ""
        code = PERIODS.get(track) or PERIODS.get(consultation.zone_kind, "")
    return periods_on(day).filter(code=code).first()


def silence_for(consultation, day):
    """The rule by which silence is consent in this matter on `day`; None when there is none."""
    rules = SilenceRule.objects.on(day).order_by("-city", "-zone_kind", "pk")
    return next((rule for rule in rules if rule.covers(consultation.city, consultation.zone_kind, day)), None)


def next_code(city, year):
    """LYK-HN-2026-001, or the number after the highest one of the year."""
    begin = f"LYK-{city}-{year}-"
    codes = Consultation.objects.filter(code__startswith=begin).values_list("code", flat=True).order_by()
    numbers = [int(code.removeprefix(begin)) for code in codes if code.removeprefix(begin).isdecimal()]
    return f"{begin}{max(numbers, default=0) + 1:03}"


class ConsultationForm(RecordForm):
    """A consultation; once it was sent, what its deadlines and its silence hang on stays as it is."""

    class Meta:
        model = Consultation
        fields = [
            "code",
            "title",
            "kind",
            "city",
            "agency",
            "dossier",
            "version_text",
            "questions",
            "document",
            "period_rule",
            "term_length",
            "term_unit",
            "silence_rule",
            "publicity",
            "source",
            "note",
        ]
        widgets = NOTE | {"questions": LONG}
        field_classes = {"period_rule": RuleField}
        help_texts = {
            "code": _("Chữ in hoa không dấu, chữ số và gạch nối; mã đề xuất là số kế tiếp của năm."),
            "title": _("Ví dụ: Đồ án quy hoạch chi tiết 1/500 Cụm công nghiệp Lại Yên."),
            "period_rule": _("Thời hạn trả lời mà luật định; để trống khi công văn tự định thời hạn."),
            "term_length": _("Để trống thì lấy đúng thời hạn của quy tắc đã chọn."),
            "silence_rule": _("Không chọn: im lặng không phải là đồng ý."),
            "document": _("Cơ quan được hỏi tải được tệp của văn bản này, kể cả khi trả lời qua liên kết."),
        }

    def scope(self):
        self.own_agency("agency")
        self.fields["document"].label_from_instance = document_label
        if self.instance.sent_on:
            for name in ONCE_SENT:
                del self.fields[name]
        else:
            self.offer_rules(timezone.localdate())
        own = self.fields["dossier"].queryset.filter(pk=self.instance.dossier_id)
        self.fields["dossier"].queryset = (self.offered_dossiers() | own).order_by("title")
        for name in ("dossier", "document"):
            self.keep_hidden(name)

    def offered_dossiers(self):
        agency = self.user.agency
        found = self.fields["dossier"].queryset.filter(ended=False)
        return found.filter(city=agency.city) if agency and agency.city else found

    def offer_rules(self, day):
        chosen = Q(pk=self.instance.period_rule_id)
        self.fields["period_rule"].queryset = periods_on(day) | Rule.objects.filter(chosen)
        self.fields["silence_rule"].queryset = SilenceRule.objects.on(day)  # the record refuses one that does not fit
        self.fields["term_length"].required = self.fields["term_unit"].required = False

    def clean(self):
        """A length that nobody wrote is that of the rule."""
        super().clean()
        if "term_length" in self.fields and not self.errors.keys() & {"term_length", "term_unit"}:
            self.fill_term(self.cleaned_data.get("period_rule"))

    def fill_term(self, rule):
        given = self.cleaned_data
        if not given["term_length"] and rule:
            given["term_length"], given["term_unit"] = rule.term.length, rule.term.unit.value
        elif not given["term_length"]:
            self.add_error("term_length", _("Ghi thời hạn trả lời, hoặc chọn quy tắc."))
        elif not given["term_unit"]:
            given["term_unit"] = clock.Unit.WORKING_DAY.value


class InviteForm(VerbForm):
    """Agencies of the city and of the centre that were not asked yet, folded by kind: there are hundreds."""

    agencies = SeveralField(_("Cơ quan"))
    on = today_field(_("Ngày gửi cho các cơ quan này"))

    def scope(self):
        if not self.record.sent_on:
            del self.fields["on"]
        asked = self.record.requests.values("agency")
        offered = agencies_of(self.record.city, self.user).exclude(pk__in=asked).exclude(kind=Agency.Kind.DISTRICT)
        self.fields["agencies"].queryset = offered.exclude(pk=self.record.agency_id).order_by("kind", "name_fold")

    @property
    def groups(self):
        """[(kind, [box], how many are ticked)], few kinds of agencies first."""
        kinds = dict(self.fields["agencies"].queryset.values_list("pk", "kind"))
        found = {}
        for box in self["agencies"]:
            found.setdefault(kinds[box.data["value"].value], []).append(box)
        ordered = [(kind, found[kind]) for kind in Agency.Kind if kind in found]
        return [(kind.label, boxes, sum(box.data["selected"] for box in boxes)) for kind, boxes in ordered]


class SendForm(VerbForm):
    on = today_field(_("Ngày gửi"))


class CloseForm(VerbForm):
    on = today_field(_("Ngày kết thúc"))


class ReopenForm(VerbForm):
    note = prose(_("Vì sao lấy ý kiến lại"))


class MoreTimeForm(VerbForm):
    due_on = day_field(_("Hạn mới"))
    note = prose(_("Lý do"))


class LeaveOutForm(VerbForm):
    pass


class EndLinkForm(VerbForm):
    pass


def hidden_document(request, user):
    """The document of an answer that `user` may not see: it is not theirs to replace. None when there is none."""
    found = Document.objects.filter(pk=request.document_id)
    return found.exclude(pk__in=Document.objects.visible_to(user).order_by().values("pk")).first()


class AnswerForm(VerbForm):
    """What the agency says; opened again, it starts with what was said."""

    outcome = forms.ChoiceField(label=_("Ý kiến"), choices=OpinionRequest.Outcome.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("Nội dung góp ý"),
        required=False,
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("Mỗi điểm một dòng, đánh số 1., 2. thì cơ quan lấy ý kiến tách và trả lời từng điểm."),
    )
    reply_number = forms.CharField(label=_("Số văn bản góp ý"), max_length=80, required=False)
    signed_by = forms.CharField(label=_("Người ký, chức vụ"), max_length=200, required=False)
    document = DocumentField(required=False)

    def scope(self):
        for name in {"outcome", "text", "reply_number", "signed_by"} & set(self.fields):
            self.initial.setdefault(name, getattr(self.record, name))
        if "document" in self.fields:
            self.initial.setdefault("document", self.record.document_id)
            if hidden_document(self.record, self.user):
                del self.fields["document"]

    def given(self):
        values = super().given()
        return values | {"document": hidden_document(self.record, self.user) or values.get("document")}


class RecordAnswerForm(AnswerForm):
    on = day_field(_("Ngày của văn bản góp ý"))
    field_order = ["on", "outcome", "text", "reply_number", "signed_by", "document"]

    def scope(self):
        super().scope()
        self.initial.setdefault("on", self.record.answered_on or timezone.localdate())


class LinkAnswerForm(AnswerForm):
    """Without an account: no document of the portal can be chosen, and whoever answers says who they are."""

    document = None

    def __init__(self, *args, record, **kwargs):
        super().__init__(*args, record=record, user=None, **kwargs)

    def scope(self):
        super().scope()
        self.fields["signed_by"].required = True
        self.fields["signed_by"].label = _("Họ tên, chức vụ người ký hoặc người trả lời")

    def given(self):
        values = dict(self.cleaned_data)
        return values | {"seen": values.pop("version")}


class LinkForm(VerbForm):
    """A new link; the one before, if there is one, is good for nothing any more."""

    days = forms.IntegerField(
        label=_("Dùng được trong (ngày)"), min_value=1, max_value=consulting.LINK_DAYS, localize=False
    )
    contact_email = forms.EmailField(
        label=_("Thư điện tử nhận liên kết"),
        required=False,
        help_text=_("Có địa chỉ thì cổng gửi thư ngay; không có thì bạn chép liên kết vào công văn."),
    )

    def scope(self):
        left = (self.record.due_on - timezone.localdate()).days + LINK_AFTER if self.record.due_on else LINK_AFTER
        self.initial.setdefault("days", min(max(left, LINK_AFTER), consulting.LINK_DAYS))
        self.initial.setdefault("contact_email", self.record.contact_email)


# Points ---------------------------------------------------------------------------------------------------------------


class PointForm(RecordForm):
    """A point as it was split: its words, its group, who said it."""

    owner = "request"

    class Meta:
        model = OpinionItem
        fields = ["text", "about", "said_by"]
        widgets = {"text": LONG}


class SplitRow(forms.Form):
    """One point; a row without words is passed over."""

    about = forms.CharField(label=_("Nhóm vấn đề"), max_length=300, required=False)
    text = forms.CharField(
        label=_("Nội dung góp ý"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    said_by = forms.CharField(label=_("Người góp ý"), max_length=200, required=False)

    def clean_text(self):
        return clean_text(self.cleaned_data["text"], lines=True)


class SplitSet(forms.BaseFormSet):
    @property
    def points(self):
        """What the rows say, those without words left out."""
        return [row.cleaned_data for row in self if row.cleaned_data.get("text")]

    def with_more(self):
        """The same rows as they were typed, and empty ones after them."""
        data = self.data.copy()
        total = self.management_form.cleaned_data["TOTAL_FORMS"]
        data[f"{self.prefix}-TOTAL_FORMS"] = str(min(total + MORE_ROWS, self.absolute_max))
        return type(self)(data)


SplitRows = forms.formset_factory(SplitRow, formset=SplitSet, extra=1, max_num=200, absolute_max=200)


def split_initial(request):
    """(what the rows start with, how many points of the letter follow): those that are seen in it, a page at a time.

    A page of which any point was put down is dealt with, whatever was made of the others."""
    points, standing = consulting.points_in(request.text), list(request.items.values_list("text", flat=True))
    start = SPLIT_AT_ONCE * (last_put_down(points, standing) // SPLIT_AT_ONCE + 1) if standing else 0
    shown = points[start : start + SPLIT_AT_ONCE]
    return [{"text": point} for point in shown], max(len(points) - start - len(shown), 0)


def last_put_down(points, standing):
    """The place among `points` of the last one that stands, word for word, in their order; 0 when there is none."""
    last = -1
    for text in standing:
        if text in points[last + 1 :]:
            last = points.index(text, last + 1)
    return max(last, 0)


class SettleForm(VerbForm):
    """What becomes of one point."""

    about = forms.CharField(label=_("Nhóm vấn đề"), max_length=300, required=False)
    outcome = forms.ChoiceField(label=_("Xử lý"), choices=[NOT_CHOSEN, *OpinionItem.Outcome.choices])
    response = forms.CharField(
        label=_("Tiếp thu, giải trình"), max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    place = forms.CharField(label=_("Chỗ đã sửa"), max_length=300, required=False)
    in_version = forms.CharField(label=_("Trong bản"), max_length=200, required=False)
    NAMES = ("about", "outcome", "response", "place", "in_version")

    def scope(self):
        for name in self.NAMES:
            self.initial.setdefault(name, getattr(self.record, name))


class SettleRow(SettleForm):
    """One row of many: only those that were touched are written. `theirs`: what somebody else wrote meanwhile."""

    theirs = None

    def scope(self):
        super().scope()
        self.fields["outcome"].required = False
        for name in self.NAMES:
            self.fields[name].show_hidden_initial = True

    @property
    def columns(self):
        """The fields as the table has them."""
        return [self["about"]], [self["outcome"]], [self["response"]], [self["place"], self["in_version"]]

    @property
    def is_touched(self):
        return self.is_bound and bool(set(self.changed_data) & set(self.NAMES))

    def given(self, version=""):
        """`version`: the one in which a change shows, where the row names the place only."""
        values = super().given()
        if values["place"] and not values["in_version"]:
            values["in_version"] = version
        return values
