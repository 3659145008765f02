"""Opinions and their points over REST: answered in the portal or put down from paper, split and settled; every action
is a verb of planning/consulting.py."""

from functools import partial

from django.db import transaction
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.access import check_may_edit
from accounts.api import ByCode, ById, CleanModelSerializer, VersionedViewSet
from accounts.audit import because
from accounts.models import Agency, StaleRecord
from accounts.text import clean_text
from planning import consulting
from planning.api import acting, telling
from planning.api.consultations import AnyDay
from planning.consultation_forms import hidden_document
from planning.consultation_lists import (
    OpinionFilterSet,
    PointFilterSet,
    answer_day,
    days_late,
    opinion_rows,
    point_rows,
)
from planning.models import Consultation, OpinionItem, OpinionRequest, OpinionState
from zones.api.removing import REASON, Removable
from zones.api.shared import DocumentedSerializer
from zones.models import Document

MOST_POINTS = 200
UNTOLD = {"contact_email": "", "note": ""}  # to whoever does not run the consultation
UNANSWERED = {
    "answered_on": None, "outcome": "", "text": "", "reply_number": "", "signed_by": "", "document": None,
    "document_label": None, "document_hidden": False, "via": "", "recorded_at": None, "recorded_by": None,
    "points": 0, "open_points": 0, "items": [],
}  # fmt: skip # before the day of the answer
PROSE = {"max_length": 10_000}


def blank(choices):
    """A choice that only a verb writes: empty until then."""
    return serializers.ChoiceField([("", _("chưa có")), *choices.choices], read_only=True)


# Points ---------------------------------------------------------------------------------------------------------------


class PointSerializer(CleanModelSerializer):
    """One point of an opinion; what becomes of it is said by the action `settle`."""

    opinion = ById(OpinionRequest, source="request", read_only=True)
    consultation = serializers.CharField(source="request.consultation.code", read_only=True)
    agency = serializers.CharField(source="request.agency.code", read_only=True)
    outcome = blank(OpinionItem.Outcome)
    may = serializers.SerializerMethodField(help_text=_("Các việc mà người gọi được làm."))
    links = serializers.SerializerMethodField()

    class Meta:
        model = OpinionItem
        fields = [
            "id", "opinion", "consultation", "agency", "number", "about", "said_by", "text", "outcome", "response",
            "place", "in_version", "may", "etag", "links",
        ]  # fmt: skip
        read_only_fields = ["number", "response", "place", "in_version"]
        extra_kwargs = {"text": PROSE}

    @extend_schema_field(telling.Texts)
    def get_may(self, item):
        return ["settle"] if consulting.may_run(self.context["request"].user, item.request.consultation) else []

    def get_links(self, item) -> dict[str, str]:
        return {"self": f"/api/v1/opinion-items/{item.pk}", "opinion": f"/api/v1/opinions/{item.request_id}"}


class NewPointSerializer(PointSerializer):
    """A point more of an opinion; it gets the next number."""

    opinion = ById(OpinionRequest, source="request", help_text=_("Ý kiến (id)."))

    def validate(self, data):
        check_may_edit(self.context["request"].user, OpinionItem(request=data["request"]))
        return data

    def create(self, validated_data):
        user, request = self.context["request"].user, validated_data.pop("request")
        return consulting.split(request, by=user, points=[validated_data])[0]


class SettleSerializer(acting.GivenSerializer):
    """What becomes of the point: why, and where in which version it shows."""

    outcome = serializers.ChoiceField(OpinionItem.Outcome.choices)
    response = serializers.CharField(**PROSE, help_text=_("Tiếp thu thế nào, hoặc vì sao không tiếp thu."))
    place = serializers.CharField(**acting.TEXT, max_length=300)
    in_version = serializers.CharField(**acting.TEXT, max_length=200)
    about = serializers.CharField(required=False, allow_null=True, allow_blank=True, default=None, max_length=300)


class PointViewSet(AnyDay, Removable, VersionedViewSet):
    """Điểm góp ý: tiếp thu, tiếp thu một phần hay không, vì sao, sửa ở đâu."""

    model = OpinionItem
    filterset_class = PointFilterSet
    guarded = ("settle",)

    def get_serializer_class(self):
        return NewPointSerializer if self.action == "create" else PointSerializer

    def get_queryset(self):
        found = point_rows(self.request.user, self.asked_day).select_related("request__consultation__agency")
        return found.order_by("request__consultation__code", *OpinionItem._meta.ordering)

    def retrieve(self, request, *args, **kwargs):
        """Một điểm góp ý."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(parameters=[REASON], responses={204: None})
    def destroy(self, request, *args, **kwargs):
        """Xoá điểm tách nhầm, khi đợt lấy ý kiến chưa kết thúc."""
        item = self.get_object()
        self.check_precondition(item)
        because(clean_text(request.query_params.get("reason", "")))
        try:
            consulting.remove_point(item, by=request.user, seen=item.version)
        except StaleRecord:
            self.refuse_stale(self.again(item))
        return Response(status=204)

    @acting.verb(SettleSerializer, told=PointSerializer)
    def settle(self, item, **given):
        """Ghi tiếp thu, tiếp thu một phần hoặc giải trình."""
        consulting.settle(item, **given)


# Opinions -------------------------------------------------------------------------------------------------------------


class OpinionSerializer(DocumentedSerializer):
    """An agency that is asked and what it said; `state`, `days_late` and the answer are of the day `as_of`. The mail
    address of its contact and the note are told to the office that asks."""

    consultation = ByCode(Consultation, read_only=True)
    agency = ByCode(Agency, read_only=True)
    document = ById(Document, read_only=True, allow_null=True)
    outcome = blank(OpinionRequest.Outcome)
    via = blank(OpinionRequest.Via)
    state = serializers.ChoiceField(OpinionState.choices, read_only=True)
    days_late = serializers.SerializerMethodField(help_text=_("Số ngày trễ vào ngày as_of."))
    points = serializers.IntegerField(read_only=True, help_text=_("Số điểm góp ý."))
    open_points = serializers.IntegerField(read_only=True, help_text=_("Số điểm chưa xử lý."))
    recorded_by = serializers.StringRelatedField(allow_null=True)
    links = serializers.SerializerMethodField()

    class Meta:
        model = OpinionRequest
        fields = [
            "id", "consultation", "agency", "sent_on", "due_on", "state", "days_late", "answered_on", "outcome",
            "text", "reply_number", "signed_by", "document", "document_label", "document_hidden", "via",
            "recorded_at", "recorded_by", "contact_email", "link_until", "note", "points", "open_points", "etag",
            "links",
        ]  # fmt: skip

    def to_representation(self, request):
        row, untold = super().to_representation(request), {}
        if not may_run(self.context["request"].user, request):
            untold |= UNTOLD
        if not answer_day(request):
            untold |= UNANSWERED
        return row | {name: value for name, value in untold.items() if name in row}

    def get_days_late(self, request) -> int:
        return days_late(request) or 0

    def get_links(self, request) -> dict[str, str]:
        return {
            "self": f"/api/v1/opinions/{request.pk}",
            "page": f"/opinions/{request.pk}/",
            "consultation": f"/api/v1/consultations/{request.consultation.code}",
            "points": f"/api/v1/opinion-items?consultation={request.consultation.code}&agency={request.agency.code}",
        }

    def validate(self, data):
        consulting.still_open(self.instance.consultation)
        return super().validate(data)


class OpinionDetailSerializer(OpinionSerializer):
    """An opinion with its points, and the actions that the caller may take."""

    items = PointSerializer(many=True, read_only=True)
    may = serializers.SerializerMethodField(help_text=_("Các việc mà người gọi được làm."))

    class Meta(OpinionSerializer.Meta):
        fields = [*OpinionSerializer.Meta.fields, "items", "may"]

    @extend_schema_field(telling.Texts)
    def get_may(self, request):
        user = self.context["request"].user
        return [name for name, allowed in MAY.items() if allowed(user, request)]


class NewOpinionSerializer(OpinionDetailSerializer):
    """One agency more that is asked; after the consultation was sent, with the day on which it is."""

    consultation = ByCode(Consultation, help_text=_("Mã đợt lấy ý kiến."))
    agency = ByCode(Agency, help_text=_("Mã cơ quan được hỏi."))
    on = acting.DayField(write_only=True, required=False, allow_null=True, help_text=_("Ngày gửi, khi đợt đã gửi."))

    class Meta(OpinionDetailSerializer.Meta):
        fields = [*OpinionDetailSerializer.Meta.fields, "on"]

    def validate(self, data):
        self.on = data.pop("on", None)
        return CleanModelSerializer.validate(self, data)

    @transaction.atomic
    def create(self, validated_data):
        consultation, agency = validated_data.pop("consultation"), validated_data.pop("agency")
        (made,) = consulting.invite(
            consultation, by=self.context["request"].user, agencies=[agency], on=self.on
        )  # fmt: skip
        for name, value in validated_data.items():
            setattr(made, name, value)
        made.save()
        return made


class AnswerSerializer(acting.GivenSerializer):
    """What the agency says."""

    outcome = serializers.ChoiceField(OpinionRequest.Outcome.choices)
    text = serializers.CharField(**acting.TEXT, max_length=50_000)
    reply_number = serializers.CharField(**acting.TEXT, max_length=80)
    signed_by = serializers.CharField(**acting.TEXT, max_length=200)
    document = acting.paper(help_text=_("Văn bản góp ý (id)."))


class RecordSerializer(AnswerSerializer):
    """An answer that came on paper."""

    on = acting.DayField(help_text=_("Ngày của văn bản góp ý."))


class NewTextSerializer(acting.GivenSerializer):
    text = serializers.CharField(**PROSE)
    about = serializers.CharField(**acting.TEXT, max_length=300)
    said_by = serializers.CharField(**acting.TEXT, max_length=200, help_text=_("Khi không phải chính cơ quan."))


class SplitSerializer(acting.GivenSerializer):
    """The points of an opinion; they follow those that it has."""

    points = NewTextSerializer(many=True, allow_empty=False, max_length=MOST_POINTS)


class TimeSerializer(acting.GivenSerializer):
    due_on = acting.DayField(help_text=_("Hạn mới."))
    note = serializers.CharField(max_length=5_000, help_text=_("Lý do."))


class LinkSerializer(acting.GivenSerializer):
    days = serializers.IntegerField(min_value=1, max_value=consulting.LINK_DAYS, help_text=_("Dùng được mấy ngày."))


class LinkedSerializer(OpinionDetailSerializer):
    """As it is answered once, when a link is made."""

    link = serializers.CharField(
        read_only=True,
        allow_null=True,
        help_text=_("Địa chỉ để trả lời không cần tài khoản; chỉ hiện lần này, gửi lại cùng Idempotency-Key thì null."),
    )

    class Meta(OpinionDetailSerializer.Meta):
        fields = [*OpinionDetailSerializer.Meta.fields, "link"]


class NoneSerializer(acting.GivenSerializer):
    """Nothing is sent."""


def may_run(user, request):
    return consulting.may_run(user, request.consultation)


def with_hidden(request, given):
    """An answer with the document that its writer may not replace, for they may not see it."""
    return given | {"document": hidden_document(request, given["by"]) or given["document"]}


MAY = {
    "answer": consulting.may_answer,
    "record": may_run,
    "split": may_run,
    "more-time": may_run,
    "link": may_run,
    "end-link": may_run,
}
verb = partial(acting.verb, told=OpinionDetailSerializer)


class OpinionViewSet(acting.Acts, AnyDay, VersionedViewSet):
    """Ý kiến: cơ quan nào được hỏi, hạn nào, trả lời thế nào vào ngày as_of."""

    model = OpinionRequest
    filterset_class = OpinionFilterSet
    may, guarded = MAY, ("reply", "record", "split", "more_time", "link", "end_link")
    shown_once = ("link",)

    def get_serializer_class(self):
        special = {"list": OpinionSerializer, "create": NewOpinionSerializer, "link": LinkedSerializer}
        return special.get(self.action, OpinionDetailSerializer)

    def get_queryset(self):
        found = opinion_rows(self.request.user, self.asked_day).select_related(
            "consultation__agency", "agency", "recorded_by"
        )
        if self.action == "list":
            return found.order_by("consultation__code", "agency__name", "pk")
        items = OpinionItem.objects.visible_to(self.request.user).select_related(
            "request__consultation__agency", "request__agency"
        )
        return found.prefetch_related(Prefetch("items", items))

    def retrieve(self, request, *args, **kwargs):
        """Một ý kiến với các điểm góp ý."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(responses={204: None})
    def destroy(self, request, *args, **kwargs):
        """Bỏ một cơ quan chưa gửi hỏi khỏi danh sách."""
        opinion = self.get_object()
        self.check_precondition(opinion)
        try:
            consulting.leave_out(opinion, by=request.user, seen=opinion.version)
        except StaleRecord:
            self.refuse_stale(self.again(opinion))
        return Response(status=204)

    @verb(AnswerSerializer, path="answer")
    def reply(self, opinion, **given):
        """Cơ quan được hỏi trả lời; ngày trả lời là hôm nay."""
        consulting.answer(opinion, **with_hidden(opinion, given))

    @verb(RecordSerializer)
    def record(self, opinion, **given):
        """Cơ quan lấy ý kiến ghi câu trả lời trên giấy."""
        consulting.record_answer(opinion, **with_hidden(opinion, given))

    @verb(SplitSerializer)
    def split(self, opinion, **given):
        """Tách ý kiến thành các điểm."""
        consulting.split(opinion, **given)

    @verb(TimeSerializer)
    def more_time(self, opinion, **given):
        """Gia hạn cho một cơ quan, nêu lý do."""
        consulting.more_time(opinion, **given)

    @verb(NoneSerializer)
    def end_link(self, opinion, **given):
        """Huỷ liên kết trả lời."""
        consulting.end_link(opinion, **given)

    @extend_schema(request=LinkSerializer, responses=LinkedSerializer)
    @action(detail=True, methods=["post"])
    def link(self, request, *args, **kwargs):
        """Tạo liên kết trả lời không cần tài khoản; liên kết cũ không dùng được nữa."""
        opinion = self.get_object()
        self.check_precondition(opinion)
        asked = LinkSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            _request, token = consulting.make_link(
                opinion, **asked.validated_data, by=request.user, seen=opinion.version
            )
        except StaleRecord:
            self.refuse_stale(self.again(opinion))
        opinion = self.again(opinion)
        opinion.link = request.build_absolute_uri(reverse("planning:answer_link", args=[token]))
        return self.answer(opinion)
