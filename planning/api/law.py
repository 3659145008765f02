"""Law as data over REST: rules, days off, and the clock itself for any start and any length."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import prefetch_visible
from accounts.api import CleanModelSerializer, VersionedViewSet
from accounts.idempotency import Once
from planning import clock, workflow
from planning.api.acting import UNITS, DayField, GivenSerializer, LengthSerializer
from planning.api.telling import ExplanationSerializer, Texts
from planning.books import HolidayFilterSet, RuleFilterSet
from planning.models import Holiday, Rule
from zones.api.removing import Removable
from zones.api.shared import DocumentedSerializer
from zones.models import Document

MOST_PAUSES = MOST_EXTENSIONS = 50


class DueDaysFollow(Removable):
    """Every open dossier's due day hangs on these records: it is reckoned anew in the same go."""

    def followed(self, act, *args, **kwargs):
        with transaction.atomic():
            answer = act(*args, **kwargs)
            workflow.refresh_clocks()
        return answer

    def create(self, *args, **kwargs):
        return self.followed(super().create, *args, **kwargs)

    def update(self, *args, **kwargs):
        return self.followed(super().update, *args, **kwargs)

    def destroy(self, *args, **kwargs):
        return self.followed(super().destroy, *args, **kwargs)


class RuleSerializer(DocumentedSerializer):
    """A threshold, or the length of a clock, with its article and the days on which it is in force."""

    class Meta:
        model = Rule
        fields = [
            "id", "code", "title", "kind", "value", "unit", "moves", "minimum", "valid_from", "valid_to", "article",
            "document", "document_label", "document_hidden", "certainty", "note", "etag",
        ]  # fmt: skip


class RuleViewSet(DueDaysFollow, VersionedViewSet):
    """Ngưỡng và thời hạn của pháp luật, theo ngày có hiệu lực; quản trị viên sửa."""

    model = Rule
    serializer_class = RuleSerializer
    filterset_class = RuleFilterSet

    def get_queryset(self):
        return super().get_queryset().prefetch_related(prefetch_visible("document", Document, self.request.user))


class HolidaySerializer(CleanModelSerializer):
    class Meta:
        model = Holiday
        fields = ["id", "on", "kind", "name", "certainty", "source", "note", "etag"]


class HolidayViewSet(DueDaysFollow, VersionedViewSet):
    """Ngày nghỉ và ngày làm bù; quản trị viên sửa."""

    model = Holiday
    serializer_class = HolidaySerializer
    filterset_class = HolidayFilterSet


# The clock for any case -----------------------------------------------------------------------------------------------


class StandstillSerializer(GivenSerializer):
    """A pause: from the day of the request to the day on which the supplement came in, both not counted."""

    start = DayField()
    end = DayField(required=False, allow_null=True, default=None, help_text=_("Trống: còn đang tạm dừng."))
    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)

    def validate(self, given):
        if given["end"] and given["end"] < given["start"]:
            raise serializers.ValidationError({"end": [_("Ngày kết thúc trước ngày bắt đầu.")]})
        return given


class MoreSerializer(LengthSerializer):
    """An extension, with the document that gives it."""

    document = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)
    from_expiry = serializers.BooleanField(required=False, default=False, help_text=_("Kể từ ngày hết hạn."))


ASKED = {"start": "2026-02-10", "length": 20, "unit": "wd"}
WITH_PAUSE = {"start": "2026-09-16", "rule": "ccn.appraisal", "pauses": [{"start": "2026-09-22", "end": "2026-09-28"}]}


@extend_schema_serializer(
    examples=[
        OpenApiExample("20 working days", ASKED, request_only=True),
        OpenApiExample("A rule, with a pause", WITH_PAUSE, request_only=True),
    ]
)
class AskedSerializer(LengthSerializer):
    """A length and its unit, or the code of a rule and the day by whose law it is asked."""

    start = DayField(
        required=False, allow_null=True, default=None, help_text=_("Ngày của sự kiện, không tính ngày đó.")
    )
    length = serializers.IntegerField(required=False, min_value=0, max_value=max(clock.LONGEST.values()))
    unit = serializers.ChoiceField(UNITS, required=False)
    moves = serializers.BooleanField(required=False, default=True, help_text=_("Ngày cuối nghỉ thì chuyển."))
    minimum = serializers.BooleanField(required=False, default=False, help_text=_("Là mức ít nhất, không chuyển."))
    rule = serializers.CharField(required=False, max_length=60, help_text=_("Mã quy tắc, thay cho length và unit."))
    day = DayField(required=False, help_text=_("Theo quy định của ngày này; trống: ngày bắt đầu."))
    pauses = StandstillSerializer(many=True, required=False, default=list, max_length=MOST_PAUSES)
    extensions = MoreSerializer(many=True, required=False, default=list, max_length=MOST_EXTENSIONS)

    def validate(self, given):
        given = super().validate(given)
        given["known"] = self.find(given) if "rule" in given else None
        given["term"] = given["known"].term if given["known"] else self.stated(given)
        return given

    def find(self, given):
        if own := [name for name in ("length", "unit", "moves", "minimum") if name in self.initial_data]:
            raise serializers.ValidationError({name: [_("Nêu mã quy tắc, hoặc nêu thời hạn.")] for name in own})
        day = given.get("day") or given["start"]
        if day is None:
            raise serializers.ValidationError({"day": [_("Cần biết theo quy định ngày nào.")]})
        rules = Rule.objects.visible_to(self.context["request"].user).on(day)
        if (rule := rules.filter(code=given["rule"], kind=Rule.Kind.CLOCK).first()) is None:
            raise serializers.ValidationError({"rule": [_("Sổ quy tắc không có thời hạn này vào ngày đó.")]})
        return rule

    def stated(self, given):
        if missing := [name for name in ("length", "unit") if name not in given]:
            raise serializers.ValidationError({name: [_("Cần số và đơn vị, hoặc mã quy tắc.")] for name in missing})
        return clock.Term(given["length"], clock.Unit(given["unit"]), moves=given["moves"], minimum=given["minimum"])


class ExplainedSerializer(serializers.Serializer):
    """The due day, and the sum line by line. Without a due day `unknown` says what is awaited."""

    due = serializers.DateField(allow_null=True, help_text=_("Ngày cuối cùng còn trong hạn."))
    length = serializers.IntegerField()
    unit = serializers.ChoiceField(UNITS)
    lines = ExplanationSerializer(many=True)
    doubts = Texts(help_text=_("Điều chưa chắc."))
    unknown = serializers.CharField(allow_blank=True)
    rule = RuleSerializer(allow_null=True)


# In an address: pauses and extensions are sent in a body.
PARAMETERS = [
    OpenApiParameter("start", OpenApiTypes.DATE, description=_("Ngày của sự kiện, không tính ngày đó.")),
    OpenApiParameter("length", {"type": "integer", "minimum": 0}, description=_("Số ngày, tuần, tháng hoặc năm.")),
    OpenApiParameter("unit", str, enum=[unit.value for unit in clock.Unit]),
    OpenApiParameter("moves", bool, description=_("Ngày cuối nghỉ thì chuyển. Bỏ trống: có.")),
    OpenApiParameter("minimum", bool, description=_("Là mức ít nhất, không chuyển.")),
    OpenApiParameter("rule", str, description=_("Mã quy tắc, thay cho length và unit.")),
    OpenApiParameter("day", OpenApiTypes.DATE, description=_("Theo quy định của ngày này; trống: ngày bắt đầu.")),
]


class Explain(Once, APIView):
    """Tính một thời hạn và giải thích từng dòng; không ghi gì, nên ai đã đăng nhập cũng hỏi được."""

    permission_classes = [IsAuthenticated]

    @extend_schema(parameters=PARAMETERS, responses=ExplainedSerializer, operation_id="clock_explain")
    def get(self, request):
        return self.explained({name: text for name, text in request.query_params.items() if name != "format"})

    @extend_schema(request=AskedSerializer, responses=ExplainedSerializer, operation_id="clock_explain_with_pauses")
    def post(self, request):
        return self.explained(request.data)

    def explained(self, asked):
        asked = AskedSerializer(data=asked, context={"request": self.request})
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        term = given["term"]
        pauses = [clock.Pause(**pause) for pause in given["pauses"]]
        extensions = [clock.Extension(**more | {"unit": clock.Unit(more["unit"])}) for more in given["extensions"]]
        calendar = Holiday.objects.visible_to(self.request.user).calendar()
        due = clock.due(term, given["start"], calendar, pauses, extensions)
        told = {"due": due.day, "length": term.length, "unit": term.unit, "lines": due.lines, "doubts": due.doubts}
        told |= {"unknown": due.unknown, "rule": given["known"]}
        return Response(ExplainedSerializer(told, context={"request": self.request}).data)
