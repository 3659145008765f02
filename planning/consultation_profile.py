"""What the pages of a consultation and of one opinion show to one reader, what may be done there, their histories."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import may_edit
from accounts.history import removed
from accounts.models import RowChange, User
from planning import clock, consulting
from planning.consultation_forms import silence_for
from planning.consultation_lists import (
    MARKS,
    POINT_MARKS,
    STAGE_MARKS,
    Stage,
    answer_day,
    opinion_address,
    opinion_related,
    opinions_on,
    told,
)
from planning.marks import left_mark
from planning.models import Consultation, Dossier, Holiday, OpinionItem, OpinionRequest, OpinionState
from zones.models import Document

UNANSWERED = (OpinionState.WAITING, OpinionState.SILENT, OpinionState.DEEMED)


@dataclass(frozen=True)
class Act:
    """One thing that may be done to a consultation or to a request, and when it fits."""

    name: str
    words: Any
    may: Any
    fits: Any

    def address(self, record):
        return reverse(f"planning:{self.name}", args=[record.code if isinstance(record, Consultation) else record.pk])


def runs(user, record):
    return consulting.may_run(user, getattr(record, "consultation", record))


def goes_on(record):
    return getattr(record, "consultation", record).closed_on is None


def is_draft(record):
    return record.sent_on is None and goes_on(record)


def is_open(record):
    return record.sent_on is not None and goes_on(record)


def is_unanswered(request):
    return is_open(request) and request.answered_on is None


def is_answered(request):
    return is_open(request) and request.answered_on is not None


def has_link(request):
    return request.link_until is not None and request.link_until > timezone.now()


def has_open_points(record):
    return is_open(record) and record.open_points > 0


CONSULTATION_ACTS = (
    Act("consultation_send", gettext_lazy("Gửi lấy ý kiến"), runs, lambda one: is_draft(one) and one.asked),
    Act("consultation_invite", gettext_lazy("Mời cơ quan"), runs, goes_on),
    Act("consultation_settle", gettext_lazy("Xử lý góp ý"), runs, has_open_points),
    Act("consultation_close", gettext_lazy("Kết thúc"), runs, is_open),
    Act("consultation_reopen", gettext_lazy("Lấy ý kiến lại"), runs, lambda one: not goes_on(one)),
)
OPINION_ACTS = (
    Act("opinion_answer", gettext_lazy("Trả lời"), consulting.may_answer, is_unanswered),
    Act("opinion_answer", gettext_lazy("Sửa câu trả lời"), consulting.may_answer, is_answered),
    Act("opinion_split", gettext_lazy("Tách thành điểm"), runs, is_answered),
    Act("opinion_record", gettext_lazy("Ghi văn bản trả lời"), runs, is_open),
    Act("opinion_more_time", gettext_lazy("Gia hạn"), runs, is_unanswered),
    Act("opinion_link", gettext_lazy("Tạo liên kết trả lời"), runs, is_open),
    Act("opinion_link_end", gettext_lazy("Ngừng liên kết"), runs, has_link),
    Act("opinion_leave_out", gettext_lazy("Bỏ khỏi danh sách"), runs, is_draft),
)


def fitting(acts, record, user):
    return [(act.words, act.address(record)) for act in acts if act.fits(record) and act.may(user, record)]


def stage_of(consultation, day):
    if consultation.closed_on and consultation.closed_on <= day:
        return Stage.CLOSED
    return Stage.OPEN if consultation.sent_on and consultation.sent_on <= day else Stage.DRAFT


def silence_words(consultation):
    """What it means when an agency does not answer in time."""
    if rule := consultation.silence_rule:
        return _("Im lặng là đồng ý: %(rule)s.") % {"rule": rule}
    return _("Im lặng không phải là đồng ý: không có quy tắc nào được áp dụng cho đợt này.")


@dataclass(frozen=True)
class Line:
    """One agency in the table: `next`: (words, address) of the one thing to do."""

    request: OpinionRequest
    mark: str
    words: str
    points: str
    next: tuple


def read_consultations():
    """Every consultation with what its pages say of it; not yet of what anyone may see."""
    return Consultation.objects.select_related("agency", "silence_rule", "period_rule", "dossier__zone")


def read_points():
    return OpinionItem.objects.select_related("request__agency", "request__consultation__agency")


def due_if_sent(consultation, on):
    """How the last day for an answer is counted when the letter goes out on `on` (planning.clock.Due)."""
    return consulting.explained(consultation, on, Holiday.objects.calendar())


def read_opinions(user, day):
    """What `user` may see of what agencies were asked, as it stood on a day, with what their pages tell."""
    found = opinions_on(user, day).select_related("consultation__agency", "consultation__silence_rule", "agency")
    return found.prefetch_related(*opinion_related(user))


class ConsultationProfile:
    """One consultation for one reader, as it stood on the day in view; what may be done is of now."""

    def __init__(self, consultation, user, day):
        self.consultation, self.user, self.day = consultation, user, day
        self.stage = stage_of(consultation, day)
        self.stage_mark = STAGE_MARKS[self.stage]
        # On an earlier day those who were not asked yet are shown, too, as not asked.
        found = OpinionRequest.objects.visible_to(user).stated(day).filter(consultation=consultation)
        self.requests = list(
            found.select_related("agency").prefetch_related(*opinion_related(user)).order_by("agency__name", "pk")
        )
        for request in self.requests:
            request.consultation, request.on_day = consultation, day
        calendar = Holiday.objects.calendar()
        self.requests = list(told(self.requests, calendar))
        self.points = points_of(user, consultation, day)
        consultation.open_points = sum(request.open_points for request in self.requests)
        consultation.asked = len(self.requests)
        self.may_run = consulting.may_run(user, consultation)
        self.mine = asked_of(user, consultation)
        self.peopled = peopled(self.requests) if self.may_run else set()
        self.lines = [self.line(request) for request in self.requests]
        self.acts = fitting(CONSULTATION_ACTS, consultation, user)
        self.silence = silence_words(consultation)
        self.dossier = Dossier.objects.visible_to(user).filter(pk=consultation.dossier_id).first()
        self.document = document_for(user, consultation, self.mine)
        if any(request.state in (OpinionState.WAITING, OpinionState.SILENT) for request in self.requests):
            self.time = left_mark(clock.lateness(consultation.due_on, day, calendar))

    @property
    def counts(self):
        """[(words, mark, how many)] of the states that there are, of all that were asked."""
        found = Counter(request.state for request in self.requests)
        return [(state.label, MARKS[state], found[state]) for state in OpinionState if found[state]]

    @property
    def offered_silence(self):
        """A rule of silence that would fit a draft that names none."""
        consultation = self.consultation
        if not self.may_run or consultation.sent_on or consultation.silence_rule_id:
            return None
        return silence_for(consultation, timezone.localdate())

    def line(self, request):
        state = OpinionState(request.state)
        seen = request.points if answer_day(request) else 0
        points = f"{request.points - request.open_points}/{request.points}" if seen else ""
        return Line(request, MARKS[state], state.label, points, self.next_of(request))

    def next_of(self, request):
        """The one thing to do with a request: for the office that asked, for the agency that was, or to read it."""
        acts = {act.name: (act.words, act.address(request)) for act in reversed(OPINION_ACTS)}
        read = (_("Xem"), opinion_address(request))
        if not goes_on(request):
            return read
        if is_unanswered(request) and request.pk in self.mine:
            return acts["opinion_answer"] if consulting.may_answer(self.user, request) else read
        return acts.get(self.next_for_asker(request), read) if self.may_run else read

    def next_for_asker(self, request):
        if is_draft(request):
            return "opinion_leave_out"
        if is_unanswered(request):
            linked = request.agency_id in self.peopled or has_link(request) or request.due_on < timezone.localdate()
            return "opinion_record" if linked else "opinion_link"
        return "opinion_split" if request.outcome in consulting.WITH_REASONS and not request.points else ""


def peopled(requests):
    """The agencies in which somebody can answer in the portal."""
    people = User.objects.filter(is_active=True, agency__in={request.agency_id for request in requests})
    return set(people.order_by().values_list("agency", flat=True))


def points_of(user, consultation, day):
    """[(the point, its mark, what became of it)] of the answers given by the end of `day`, by agency."""
    found = OpinionItem.objects.visible_to(user).filter(request__consultation=consultation)
    found = found.filter(request__answered_on__lte=day)
    return told_points(found.select_related("request__agency").order_by("request__agency__name", "request", "number"))


def told_points(points):
    words = {"": _("chưa xử lý")} | dict(OpinionItem.Outcome.choices)
    return [(point, POINT_MARKS[point.outcome], words[point.outcome]) for point in points]


def asked_of(user, consultation):
    """The ids of the requests that the agency of `user` was sent."""
    if not user.agency_id:
        return set()
    sent = OpinionRequest.objects.sent_to(user.agency).filter(consultation=consultation)
    return set(sent.values_list("pk", flat=True))


def document_for(user, consultation, asked):
    """The paper that is put to the agencies: for whoever may see it, and for those who are `asked` about it."""
    papers = Document.objects.all() if asked else Document.objects.visible_to(user)
    return papers.filter(pk=consultation.document_id).first() if consultation.document_id else None


class OpinionProfile:
    """One agency's opinion for one reader: what is asked, what it answered, what became of its points."""

    def __init__(self, request, user):
        self.request, consultation = request, request.consultation
        calendar = Holiday.objects.calendar()
        [request] = told([request], calendar)
        state = OpinionState(request.state)
        self.mark, self.words = MARKS[state], state.label
        self.silence, self.has_link = silence_words(consultation), has_link(request)
        self.points = told_points(OpinionItem.objects.visible_to(user).filter(request=request))
        self.document = document_for(user, consultation, request.pk in asked_of(user, consultation))
        self.dossier = Dossier.objects.visible_to(user).filter(pk=consultation.dossier_id).first()
        self.due = consulting.explained(consultation, request.sent_on, calendar)
        self.acts = fitting(OPINION_ACTS, request, user)
        self.may_run = consulting.may_run(user, consultation)
        self.may_split = self.may_run and goes_on(request)


# Histories ------------------------------------------------------------------------------------------------------------

TABLES = [OpinionRequest._meta.db_table, OpinionItem._meta.db_table]


UNTOLD = ((Consultation, "note"), (OpinionRequest, "note"), (OpinionRequest, "contact_email"))


def untold(user, record):
    """The fields that the history of a consultation or of a request tells to nobody but the office that asks."""
    return () if runs(user, record) else UNTOLD


def changes_of_consultation(consultation, user):
    """The history of a consultation, of what `user` may see of its requests and points included."""
    requests = OpinionRequest.objects.visible_to(user).filter(consultation=consultation)
    rows = [(Consultation._meta.db_table, consultation.pk), *rows_of(requests, user)]
    if may_edit(user, consultation):
        rows += removed(TABLES[:1], consultation_id=consultation.pk)
        rows += removed(TABLES[1:], request_id__in=list(requests.order_by().values_list("pk", flat=True)))
    return RowChange.objects.filter_rows(rows)


def changes_of_opinion(request, user):
    rows = rows_of(OpinionRequest.objects.visible_to(user).filter(pk=request.pk), user)
    return RowChange.objects.filter_rows([*rows, *removed(TABLES[1:], request_id=request.pk)])


def rows_of(requests, user):
    """[(table, id)] of requests and of their points."""
    points = OpinionItem.objects.visible_to(user).filter(request__in=requests.order_by().values("pk"))
    found = zip(TABLES, (requests, points), strict=True)
    return [(table, pk) for table, rows in found for pk in rows.order_by().values_list("pk", flat=True)]


def changes_of_point(point, user):
    return RowChange.objects.filter_rows([(TABLES[1], point.pk)])
