"""The lists of consultations, of what each agency was asked, and of the points of its opinion: columns, what can be
asked, rows. Page, exports, imports and API share them.

They speak of the cut-off day of the frame; a consultation that is not sent yet is listed today only."""

from django.db.models import BooleanField, Case, CharField, DateField, Exists, F, OuterRef, Q, TextChoices, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter, ChoiceFilter

from accounts.access import City, Publicity, prefetch_visible
from accounts.models import Agency
from accounts.text import fold
from planning import clock
from planning.marks import Mark, left_mark
from planning.models import Consultation, Dossier, Holiday, OpinionItem, OpinionRequest, OpinionState
from planning.models.counting import how_many
from zones.asking import AskingFilterSet
from zones.columns import Column, basis_of, code_of
from zones.filters import (
    UNKNOWN,
    AnswerFilter,
    AnyOfFilter,
    CityFilter,
    CodeFilter,
    DayFilter,
    Ordering,
    SearchFilter,
    find,
)
from zones.listings import Listing
from zones.models import Document


class Stage(TextChoices):
    """What stands of a consultation on a day."""

    DRAFT = "draft", _("đang soạn, chưa gửi")
    OPEN = "open", _("đang lấy ý kiến")
    CLOSED = "closed", _("đã kết thúc")


STAGE_MARKS = {Stage.DRAFT: "unknown", Stage.OPEN: "in_plan", Stage.CLOSED: "operating"}
MARKS = {
    OpinionState.NOT_SENT: "unknown",
    OpinionState.WAITING: "in_plan",
    OpinionState.SILENT: "late",
    OpinionState.DEEMED: "established",
    OpinionState.AGREE: "on-track",
    OpinionState.COMMENTS: "soon",
    OpinionState.DISAGREE: "suspended",
}  # state of a request → the mark of the style sheet
ANSWERED = (OpinionState.AGREE, OpinionState.COMMENTS, OpinionState.DISAGREE)
POINT_MARKS = {
    "": "unknown",
    OpinionItem.Outcome.ACCEPTED: "on-track",
    OpinionItem.Outcome.IN_PART: "soon",
    OpinionItem.Outcome.REJECTED: "suspended",
}
POINT_OUTCOMES = {"": _("chưa xử lý")} | dict(OpinionItem.Outcome.choices)


def consultation_address(consultation):
    return reverse("planning:consultation", args=[consultation.code])


def opinion_address(request):
    return reverse("planning:opinion", args=[request.pk])


def of_consultation(request):
    return consultation_address(request.consultation)


def of_request(point):
    return opinion_address(point.request)


def dossier_of(consultation):
    return str(consultation.dossier) if consultation.dossier else None


def answered_of(consultation):
    """“7/9”: how many of those asked have answered."""
    return f"{consultation.answered}/{consultation.asked}" if consultation.asked else None


def answer_day(request):
    """The day of the answer, once that day had come."""
    return request.answered_on if request.answered_on and request.answered_on <= request.on_day else None


def once_answered(name):
    """What a column tells of the answer: nothing before the day of it."""
    return lambda request: getattr(request, name) if answer_day(request) else None


def noted(record):
    """The note, for the office that asks."""
    return record.note if record.pk is None or record.is_run else None


def timed(request, calendar):
    """What was left on the day in view, or how late it was answered: a planning.marks.Mark; empty where none runs."""
    if request.due_on is None or request.state in (OpinionState.NOT_SENT, OpinionState.DEEMED):
        return Mark("", "")
    answered_on = answer_day(request)
    lateness = clock.lateness(request.due_on, answered_on or request.on_day, calendar)
    if answered_on is None:
        return left_mark(lateness)
    if lateness.days:
        return Mark("late", _t("trả lời trễ %(n)s ngày") % {"n": lateness.days})
    return Mark("on-track", _t("trả lời đúng hạn"))


def days_late(request):
    """Days by which an answer was late, or is by the day in view; None when it is not, or counts as given."""
    if request.due_on is None or request.state in (OpinionState.NOT_SENT, OpinionState.DEEMED):
        return None
    return max(((answer_day(request) or request.on_day) - request.due_on).days, 0) or None


def told(requests, calendar=None):
    """The requests with what was left on the day in view, counted in working days."""
    calendar = calendar or Holiday.objects.calendar()
    for request in requests:
        request.time = timed(request, calendar)
        yield request


CONSULTATION = (
    Column("title", _("Lấy ý kiến về"), shown=True, long=True, link=consultation_address, sort="title"),
    Column("code", _("Mã"), sort="code", also=("Mã đợt",)),
    Column("kind", _("Lấy ý kiến ai"), choices=dict(Consultation.Kind.choices)),
    Column("agency", _("Cơ quan lấy ý kiến"), lambda one: str(one.agency), shown=True, long=True),
    Column("agency_code", _("Mã cơ quan lấy ý kiến"), code_of("agency"), sets="agency", names="agency"),
    Column("dossier", _("Hồ sơ"), dossier_of, long=True),
    Column("dossier_code", _("Mã hồ sơ"), code_of("dossier"), sets="dossier", names="dossier"),
    Column("version_text", _("Bản lấy ý kiến")),
    Column("questions", _("Nội dung cần góp ý"), long=True),
    Column(
        "stage",
        _("Tình trạng"),
        shown=True,
        choices=dict(Stage.choices),
        state=lambda one: STAGE_MARKS[one.stage],
    ),
    Column("term_length", _("Thời hạn trả lời"), kind="integer"),
    Column("term_unit", _("Đơn vị"), choices=dict(Consultation._meta.get_field("term_unit").choices)),
    Column("sent_on", _("Ngày gửi"), kind="date", sort="sent_on", shown=True),
    Column("due_on", _("Hạn trả lời"), kind="date", sort="due_on", shown=True),
    Column("answered", _("Đã trả lời"), answered_of, sort="answered", shown=True),
    Column("unsettled", _("Điểm chưa xử lý"), kind="integer", sort="unsettled", shown=True),
    Column("closed_on", _("Ngày kết thúc"), kind="date", sort="closed_on"),
    Column(
        "silence_rule",
        _("Im lặng là đồng ý theo"),
        lambda one: one.silence_rule and str(one.silence_rule),
        long=True,
    ),
    Column("publicity", _("Mức công khai"), choices=dict(Publicity.choices)),
    Column("city", _("Thành phố"), choices=dict(City.choices), sort="city"),
    Column("document", _("Văn bản"), basis_of, names="document"),
    Column("source", _("Nguồn"), long=True),
    Column("note", _("Ghi chú"), noted, long=True),
)
OPINION = (
    Column("agency", _("Cơ quan được hỏi"), lambda one: str(one.agency), shown=True, long=True, link=opinion_address),
    Column("agency_code", _("Mã cơ quan được hỏi"), code_of("agency"), sets="agency", names="agency"),
    Column(
        "consultation",
        _("Lấy ý kiến về"),
        lambda one: str(one.consultation),
        shown=True,
        long=True,
        link=of_consultation,
        sort="consultation",
    ),
    Column(
        "consultation_code",
        _("Mã đợt lấy ý kiến"),
        code_of("consultation"),
        sets="consultation",
        names="consultation",
    ),
    Column("asker", _("Cơ quan lấy ý kiến"), lambda one: str(one.consultation.agency), shown=True, long=True),
    Column("sent_on", _("Ngày gửi"), kind="date", sort="sent_on"),
    Column("due_on", _("Hạn trả lời"), kind="date", sort="due_on", shown=True),
    Column(
        "state",
        _("Ý kiến"),
        shown=True,
        choices=dict(OpinionState.choices),
        state=lambda one: MARKS[one.state],
        sort="state",
    ),
    Column("time", _("Còn, quá hạn"), lambda one: one.time.words, shown=True),
    Column("days_late", _("Số ngày trễ"), days_late, kind="integer", unit=_("ngày")),
    Column("answered_on", _("Ngày trả lời"), answer_day, kind="date", sort="answered_on", shown=True),
    Column("via", _("Trả lời bằng"), once_answered("via"), choices=dict(OpinionRequest.Via.choices)),
    Column("reply_number", _("Số văn bản góp ý"), once_answered("reply_number")),
    Column("signed_by", _("Người ký, chức vụ"), once_answered("signed_by")),
    Column("text", _("Nội dung ý kiến"), once_answered("text"), long=True),
    Column("document", _("Văn bản góp ý"), lambda one: basis_of(one) if answer_day(one) else None, names="document"),
    Column("points", _("Điểm góp ý"), once_answered("points"), kind="integer"),
    Column("open_points", _("Điểm chưa xử lý"), once_answered("open_points"), kind="integer", shown=True),
    Column("city", _("Thành phố"), lambda one: one.consultation.city, choices=dict(City.choices)),
    Column("note", _("Ghi chú"), noted, long=True),
)
POINT = (
    Column("text", _("Nội dung góp ý"), shown=True, long=True, link=of_request),
    Column("about", _("Nhóm vấn đề"), shown=True, sort="about"),
    Column("number", _("Số thứ tự"), kind="integer", sort="number"),
    Column("agency", _("Cơ quan"), lambda one: str(one.request.agency), shown=True, long=True, sort="agency"),
    Column("agency_code", _("Mã cơ quan"), lambda one: one.request.agency.code),
    Column("consultation", _("Lấy ý kiến về"), lambda one: str(one.request.consultation), long=True),
    Column("consultation_code", _("Mã đợt lấy ý kiến"), lambda one: one.request.consultation.code),
    Column("said_by", _("Người góp ý")),
    Column(
        "outcome",
        _("Xử lý"),
        shown=True,
        choices=POINT_OUTCOMES,
        state=lambda one: POINT_MARKS[one.outcome],
        sort="outcome",
    ),
    Column("response", _("Tiếp thu, giải trình"), shown=True, long=True),
    Column("place", _("Chỗ đã sửa"), shown=True),
    Column("in_version", _("Trong bản"), shown=True),
    Column("city", _("Thành phố"), lambda one: one.request.consultation.city, choices=dict(City.choices)),
)


def staged(consultations, day):
    """With `stage` as it was at the end of `day`."""
    closed, sent = Q(closed_on__isnull=False, closed_on__lte=day), Q(sent_on__isnull=False, sent_on__lte=day)
    cases = (When(closed, then=Value(Stage.CLOSED.value)), When(sent, then=Value(Stage.OPEN.value)))
    return consultations.annotate(
        stage=Case(*cases, default=Value(Stage.DRAFT.value), output_field=CharField(max_length=6))
    )


def counted(user, day):
    """How many requests that `user` may see were sent, answered, and how many of their points are not settled."""
    mine = OpinionRequest.objects.visible_to(user).filter(consultation=OuterRef("pk")).order_by()
    answered = mine.filter(answered_on__isnull=False, answered_on__lte=day)
    open_points = OpinionItem.objects.visible_to(user).filter(request__consultation=OuterRef("pk"), outcome="")
    return {
        "asked": how_many(mine, "consultation"),
        "answered": how_many(answered, "consultation"),
        "unsettled": how_many(open_points.order_by(), "request__consultation"),
    }


def runs(user, model):
    """In a query: does `user` run the consultation of the row?"""
    return Exists(model.objects.editable_by(user).filter(pk=OuterRef("pk")).order_by())


def consultation_rows(user, day, known=None):
    """The consultations sent by the end of the day in view; of today, those that are still drafts as well."""
    found = Consultation.objects.visible_to(user)
    if day:
        found = found.filter(sent_on__lte=day)
    day = day or timezone.localdate()
    found = staged(found.annotate(**counted(user, day), is_run=runs(user, Consultation)), day)
    found = found.select_related("agency", "silence_rule")
    return found.prefetch_related(*consultation_related(user))


def consultation_related(user):
    return (prefetch_visible("dossier", Dossier, user), prefetch_visible("document", Document, user))


def opinions_on(user, day):
    """What `user` may see of what agencies were asked, as it stood at the end of `day` (today when None)."""
    found = OpinionRequest.objects.visible_to(user)
    if day:
        found = found.filter(sent_on__lte=day)
    day = day or timezone.localdate()
    over = Case(When(consultation__closed_on__lte=day, then=True), default=False, output_field=BooleanField())
    found = found.annotate(on_day=Value(day, output_field=DateField()), is_over=over)
    return found.stated(day).annotate(is_run=runs(user, OpinionRequest))


def opinion_rows(user, day, known=None):
    found = opinions_on(user, day).select_related("consultation__agency", "agency")
    return found.order_by(*OpinionRequest._meta.ordering).prefetch_related(*opinion_related(user))


def opinion_related(user):
    return (prefetch_visible("document", Document, user),)


def point_rows(user, day, known=None):
    """The points as they stand now: what became of them has no other day."""
    found = OpinionItem.objects.visible_to(user).select_related("request__agency", "request__consultation")
    return found.filter(request__answered_on__lte=day) if day else found


def asking(user):
    return Q(pk__in=Consultation.objects.visible_to(user).values("agency"))


def asked(user):
    return Q(pk__in=OpinionRequest.objects.visible_to(user).values("agency"))


def names_agency_or_matter(prefix=""):
    """A filter by words of the matter or of the agency that is asked; `prefix`: the way to the request."""

    def search(queryset, name, value):
        for word in fold(value).split():
            matter = Q(**{f"{prefix}consultation__search__contains": f" {word}"})
            queryset = queryset.filter(matter | Q(**{f"{prefix}agency__name_fold__contains": word}))
        return queryset

    return search


class ConsultationFilterSet(AskingFilterSet):
    search = SearchFilter(method=find)
    stage = AnyOfFilter(field_name="stage", choices=Stage.choices, label=_("Tình trạng"))
    agency = CodeFilter(Agency, asking, field_name="agency", label=_("Cơ quan lấy ý kiến"))
    dossier = CharFilter(method="of_dossier", max_length=40, label=_("Mã hồ sơ"))
    kind = ChoiceFilter(choices=Consultation.Kind.choices, empty_label=_("Tất cả"), label=_("Lấy ý kiến ai"))
    due_min = DayFilter(field_name="due_on", lookup_expr="gte", label=_("Hạn từ ngày"))
    due_max = DayFilter(field_name="due_on", lookup_expr="lte", label=_("Hạn đến ngày"))
    city = CityFilter(field_name="city")
    ordering = Ordering("title", "code", "sent_on", "due_on", "closed_on", "city", "answered", "unsettled")

    def of_dossier(self, queryset, name, value):
        """By the code of a dossier that the asker may see."""
        return queryset.filter(dossier__in=Dossier.objects.visible_to(self.request.user).filter(code=value.strip()))


class OpinionFilterSet(AskingFilterSet):
    search = SearchFilter(method=names_agency_or_matter())
    state = AnyOfFilter(field_name="state", choices=OpinionState.choices, label=_("Ý kiến"))
    agency = CodeFilter(Agency, asked, field_name="agency", label=_("Cơ quan được hỏi"))
    consultation = CharFilter(field_name="consultation__code", max_length=40, label=_("Mã đợt lấy ý kiến"))
    open = AnswerFilter({"true": Q(is_over=False), "false": Q(is_over=True)}, label=_("Đợt chưa kết thúc"))
    due_min = DayFilter(field_name="due_on", lookup_expr="gte", label=_("Hạn từ ngày"))
    due_max = DayFilter(field_name="due_on", lookup_expr="lte", label=_("Hạn đến ngày"))
    city = CityFilter(field_name="consultation__city")
    ordering = Ordering("state", "sent_on", "due_on", "answered_on", consultation=F("consultation__title"))


class PointFilterSet(AskingFilterSet):
    search = SearchFilter(method=names_agency_or_matter("request__"))
    outcome = AnyOfFilter(
        field_name="outcome",
        choices=[(UNKNOWN, POINT_OUTCOMES[""]), *OpinionItem.Outcome.choices],
        label=_("Xử lý"),
    )
    agency = CodeFilter(Agency, asked, field_name="request__agency", label=_("Cơ quan"))
    consultation = CharFilter(field_name="request__consultation__code", max_length=40, label=_("Mã đợt lấy ý kiến"))
    about = CharFilter(field_name="about", lookup_expr="icontains", max_length=300, label=_("Nhóm vấn đề"))
    city = CityFilter(field_name="request__consultation__city")
    ordering = Ordering("number", "about", "outcome", agency=F("request__agency__name"))


CONSULTATIONS = Listing(
    what="consultations",
    title=_("Lấy ý kiến"),
    noun=pgettext_lazy("nhiều", "đợt lấy ý kiến"),
    model=Consultation,
    filterset=ConsultationFilterSet,
    columns=CONSULTATION,
    rows=consultation_rows,
    related=consultation_related,
    empty=_("Chưa có đợt lấy ý kiến nào. Đợt lấy ý kiến về quy hoạch, hồ sơ được thêm ở đây."),
)
OPINIONS = Listing(
    what="opinions",
    title=_("Ý kiến của các cơ quan"),
    noun=pgettext_lazy("nhiều", "ý kiến"),
    model=OpinionRequest,
    filterset=OpinionFilterSet,
    columns=OPINION,
    rows=opinion_rows,
    related=opinion_related,
    worked_out=told,
    empty=_("Chưa cơ quan nào được hỏi ý kiến. Cơ quan được mời ở trang của đợt lấy ý kiến."),
)
POINTS = Listing(
    what="points",
    title=_("Tiếp thu, giải trình"),
    noun=pgettext_lazy("nhiều", "điểm góp ý"),
    model=OpinionItem,
    filterset=PointFilterSet,
    columns=POINT,
    rows=point_rows,
    empty=_("Chưa có điểm góp ý nào. Ý kiến đã trả lời được tách thành các điểm ở trang của đợt lấy ý kiến."),
)
LISTINGS = {listing.what: listing for listing in (CONSULTATIONS, OPINIONS, POINTS)}
