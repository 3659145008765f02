"""Consultations over REST: put down, sent and closed by the office that asks; every action is a verb of
planning/consulting.py. The answers: planning/api/opinions.py."""

from functools import partial

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from accounts.access import prefetch_visible
from accounts.api import ByCode, ById, ReadViewSet, VersionedViewSet
from accounts.models import CODE_SHAPE, Agency
from planning import consulting
from planning.api import acting, telling
from planning.api.telling import OnDay
from planning.consultation_lists import ConsultationFilterSet, Stage, consultation_rows
from planning.models import Consultation, Dossier, Rule, SilenceRule
from zones.api.removing import Removable
from zones.api.shared import DocumentedSerializer
from zones.models import Document

MOST_AGENCIES = 200
REASON = {"max_length": 5_000}


class SilenceRuleSerializer(DocumentedSerializer):
    """Where the law says that an agency which does not answer in time is deemed to agree."""

    class Meta:
        model = SilenceRule
        fields = [
            "id", "title", "city", "zone_kind", "valid_from", "valid_to", "article", "document", "document_label",
            "document_hidden", "certainty", "note", "etag",
        ]  # fmt: skip


class SilenceRuleViewSet(ReadViewSet):
    """Quy tắc im lặng là đồng ý, theo thành phố, loại khu và ngày có hiệu lực."""

    model = SilenceRule
    serializer_class = SilenceRuleSerializer

    def get_queryset(self):
        return super().get_queryset().prefetch_related(prefetch_visible("document", Document, self.request.user))


class AnyDay(OnDay):
    """Asked for today by its date, a list holds what it holds without a date: drafts too."""

    @property
    def asked_day(self):
        return None if self.day == timezone.localdate() else self.day


# Consultations --------------------------------------------------------------------------------------------------------

NEW = {
    "code": "LYK-HN-2026-001",
    "title": "Đồ án quy hoạch chi tiết 1/500 Cụm công nghiệp Lại Yên",
    "city": "HN",
    "agency": "HN-SCT",
    "dossier": "HS-LAI-YEN",
    "version_text": "dự thảo lần 2",
    "term_length": 15,
    "term_unit": "d",
}


@extend_schema_serializer(examples=[OpenApiExample("A new consultation", NEW, request_only=True)])
class ConsultationSerializer(DocumentedSerializer):
    """A text put to agencies or to the community; `stage` is of the day `as_of`. What its deadlines hang on cannot be
    changed once it was sent. The note is told to the office that asks."""

    agency = ByCode(Agency, help_text=_("Mã cơ quan lấy ý kiến."))
    dossier = ByCode(Dossier, required=False, allow_null=True, help_text=_("Mã hồ sơ."))
    period_rule = ById(Rule, required=False, allow_null=True, help_text=_("Quy tắc (id) của thời hạn."))
    silence_rule = ById(
        SilenceRule, required=False, allow_null=True, help_text=_("Quy tắc (id) im lặng là đồng ý; null: không có.")
    )
    stage = serializers.ChoiceField(Stage.choices, read_only=True)
    asked = serializers.IntegerField(read_only=True, help_text=_("Số cơ quan được hỏi."))
    answered = serializers.IntegerField(read_only=True, help_text=_("Số cơ quan đã trả lời."))
    unsettled = serializers.IntegerField(read_only=True, help_text=_("Số điểm góp ý chưa xử lý."))
    links = serializers.SerializerMethodField()

    class Meta:
        model = Consultation
        fields = [
            "id", "code", "title", "kind", "city", "agency", "dossier", "version_text", "questions", "document",
            "document_label", "document_hidden", "term_length", "term_unit", "period_rule", "silence_rule",
            "publicity", "source", "note", "stage", "sent_on", "due_on", "closed_on", "asked", "answered",
            "unsettled", "etag", "links",
        ]  # fmt: skip

    def to_representation(self, consultation):
        row = super().to_representation(consultation)
        if "note" in row and not consulting.may_run(self.context["request"].user, consultation):
            row["note"] = ""
        return row

    def get_links(self, consultation) -> dict[str, str]:
        return {
            "self": f"/api/v1/consultations/{consultation.code}",
            "page": f"/consultations/{consultation.code}/",
            "opinions": f"/api/v1/opinions?consultation={consultation.code}",
            "points": f"/api/v1/opinion-items?consultation={consultation.code}",
            "document": f"/consultations/{consultation.code}/opinions.docx",
        }


class ConsultationDetailSerializer(ConsultationSerializer):
    """A consultation with the actions that the caller may take."""

    may = serializers.SerializerMethodField(help_text=_("Các việc mà người gọi được làm."))

    class Meta(ConsultationSerializer.Meta):
        fields = [*ConsultationSerializer.Meta.fields, "may"]

    @extend_schema_field(telling.Texts)
    def get_may(self, consultation):
        return list(RUN) if consulting.may_run(self.context["request"].user, consultation) else []


class InviteSerializer(acting.GivenSerializer):
    """Further agencies; after the consultation was sent, with the day on which they are asked."""

    agencies = ByCode(Agency, many=True, help_text=_("Mã các cơ quan."))
    on = acting.DayField(required=False, allow_null=True, default=None, help_text=_("Ngày gửi, khi đợt đã gửi."))

    def validate_agencies(self, agencies):
        if len(agencies) > MOST_AGENCIES:
            raise serializers.ValidationError([_("Nhiều nhất %(n)s.") % {"n": MOST_AGENCIES}])
        return agencies


class OnSerializer(acting.GivenSerializer):
    on = acting.DayField()


class ReopenSerializer(acting.GivenSerializer):
    note = serializers.CharField(**REASON, help_text=_("Vì sao lấy ý kiến lại."))


RUN = ("invite", "send", "close", "reopen")
run = partial(acting.verb, told=ConsultationDetailSerializer)


class ConsultationViewSet(AnyDay, Removable, VersionedViewSet):
    """Đợt lấy ý kiến: gửi ngày nào, hạn nào, ai đã trả lời."""

    model = Consultation
    filterset_class = ConsultationFilterSet
    lookup_field = "code"
    lookup_value_regex = CODE_SHAPE
    guarded = RUN

    def get_serializer_class(self):
        return ConsultationSerializer if self.action == "list" else ConsultationDetailSerializer

    def get_queryset(self):
        found = consultation_rows(self.request.user, self.asked_day)
        return found.select_related("agency", "period_rule", "silence_rule").order_by(*Consultation._meta.ordering)

    def retrieve(self, request, *args, **kwargs):
        """Một đợt lấy ý kiến."""
        return super().retrieve(request, *args, **kwargs)

    @run(InviteSerializer)
    def invite(self, consultation, **given):
        """Mời thêm cơ quan góp ý."""
        consulting.invite(consultation, **given)

    @run(OnSerializer)
    def send(self, consultation, **given):
        """Ghi đã gửi lấy ý kiến; hạn trả lời được tính từ ngày này."""
        consulting.send(consultation, **given)

    @run(OnSerializer)
    def close(self, consultation, **given):
        """Kết thúc, khi mọi cơ quan đã trả lời hoặc hết hạn và mọi điểm đã xử lý."""
        consulting.close(consultation, **given)

    @run(ReopenSerializer)
    def reopen(self, consultation, **given):
        """Lấy ý kiến lại, nêu lý do."""
        consulting.reopen(consultation, **given)
