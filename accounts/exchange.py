"""Over REST: the feed of changes, and the webhooks that push it."""

from functools import partial

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_serializer,
)
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import feed
from accounts.api import CleanModelSerializer, VersionedViewSet
from accounts.models import RowChange, Webhook, WebhookDelivery
from accounts.webhooks import send_test

EXAMPLE = {
    "cursor": "84213.90571.1779771971000000",
    "at": "2026-11-22T09:12:51.114000+07:00",
    "what": "facts/areas",
    "key": "902",
    "zone": "HN-KCN-THANGLONG",
    "action": "insert",
    "changed": [],
    "request_id": "5f0c…",
    "link": "/api/v1/facts/areas/902",
}
SINCE = OpenApiParameter(
    "since", str, description=_("Mốc `next` của lần đọc trước. Bỏ trống: từ đầu; `now`: chỉ hỏi mốc hiện tại.")
)
LIMIT = OpenApiParameter(
    "limit", {"type": "integer", "minimum": 1, "maximum": feed.MOST, "default": feed.GIVEN}, description=_("Số dòng.")
)
WHAT = OpenApiParameter("what", str, description=_("Chỉ các loại này, cách nhau bằng dấu phẩy, như zones,facts/areas."))

GONE = OpenApiResponse({"$ref": "#/components/schemas/Problem"}, feed.CursorGone.default_detail)


@extend_schema_serializer(examples=[OpenApiExample("A new area", EXAMPLE, response_only=True)])
class FeedEntrySerializer(serializers.Serializer):
    """A record that was written. Read it through `link`; 404 there means that it is gone for the reader."""

    cursor = serializers.CharField()
    at = serializers.DateTimeField()
    what = serializers.CharField(help_text=_("Địa chỉ của loại bản ghi sau /api/v1/."))
    key = serializers.CharField(help_text=_("Mã hoặc id của bản ghi."))
    zone = serializers.CharField(allow_null=True, help_text=_("Mã khu, cụm mà bản ghi thuộc về."))
    action = serializers.ChoiceField(RowChange.Action.choices)
    changed = serializers.ListField(
        child=serializers.CharField(), help_text=_("Tên các trường vừa sửa; trống: chỉ các số tính ra thay đổi.")
    )
    request_id = serializers.CharField(allow_blank=True)
    link = serializers.CharField(allow_null=True)


class FeedSerializer(serializers.Serializer):
    results = FeedEntrySerializer(many=True)
    next = serializers.CharField(help_text=_("Gửi lại trong since để đọc tiếp, cả khi results trống."))
    more = serializers.BooleanField(help_text=_("Còn nữa: đọc tiếp ngay."))


class AskedSerializer(serializers.Serializer):
    """The parameters of the feed, checked."""

    since = serializers.CharField(required=False, default=feed.BEGINNING, max_length=64)
    limit = serializers.IntegerField(required=False, default=feed.GIVEN, min_value=1, max_value=feed.MOST)
    what = serializers.CharField(required=False, default="", max_length=500)
    format = serializers.ChoiceField(["json"], required=False)

    def validate_what(self, text):
        names = [name for name in text.split(",") if name]
        if unknown := [name for name in names if name not in feed.kinds()]:
            known = ", ".join(feed.kinds())
            raise serializers.ValidationError(
                _("Không có loại %(unknown)s. Có: %(known)s.") % {"unknown": ", ".join(unknown), "known": known}
            )
        return names

    def validate(self, asked):
        if unknown := set(self.initial_data) - set(self.fields):
            raise serializers.ValidationError({name: [_("Không có tham số này.")] for name in sorted(unknown)})
        return asked


class Changes(APIView):
    """Mọi thay đổi của sổ mà người gọi được xem, theo thứ tự, không sót."""

    @extend_schema(
        parameters=[SINCE, LIMIT, WHAT],
        responses={200: FeedSerializer, (410, "application/problem+json"): GONE},
        operation_id="changes_list",
    )
    def get(self, request):
        asked = AskedSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        asked = asked.validated_data
        page = feed.read(request.user, asked["since"], limit=asked["limit"], names=asked["what"])
        return Response(vars(page))


class WebhookSerializer(CleanModelSerializer):
    """An address to which the changes are pushed that its owner may see."""

    kinds = serializers.ListField(
        child=serializers.CharField(max_length=60), required=False, max_length=100, help_text=_("Trống: mọi loại.")
    )
    actions = serializers.ListField(
        child=serializers.ChoiceField(RowChange.Action.choices), required=False, help_text=_("Trống: mọi việc.")
    )
    state = serializers.ChoiceField(Webhook.State.choices, read_only=True)
    failing_since = serializers.DateTimeField(read_only=True, allow_null=True)
    next_try_at = serializers.DateTimeField(read_only=True)
    etag = serializers.CharField(read_only=True)

    class Meta:
        model = Webhook
        fields = [
            "id", "url", "label", "kinds", "actions", "active", "state", "failing_since", "next_try_at", "cursor",
            "etag",
        ]  # fmt: skip
        read_only_fields = ["cursor"]

    def validate(self, data):
        """A webhook belongs to whoever makes it."""
        if self.instance is None:
            data["owner"] = self.context["request"].user
        return super().validate(data)


class NewWebhookSerializer(WebhookSerializer):
    """As it is answered once, when it is made: with the secret that signs."""

    secret = serializers.CharField(read_only=True, help_text=_("Khoá ký; chỉ hiện lần này."))

    class Meta(WebhookSerializer.Meta):
        fields = [*WebhookSerializer.Meta.fields, "secret"]


class DeliverySerializer(serializers.ModelSerializer):
    """One attempt: `error` is empty when the receiver answered 2xx."""

    class Meta:
        model = WebhookDelivery
        fields = [
            "id", "at", "delivery", "test", "first_cursor", "last_cursor", "events", "status", "duration_ms",
            "response", "error",
        ]  # fmt: skip


class WebhookViewSet(VersionedViewSet):
    """Địa chỉ nhận thay đổi (webhook) của chính người gọi."""

    model = Webhook
    serializer_class = WebhookSerializer
    shown_once = ("secret",)

    def get_queryset(self):
        return super().get_queryset().select_related("owner__agency")

    def get_serializer_class(self):
        return NewWebhookSerializer if self.action == "create" else WebhookSerializer

    def once(self, act, request, *args, **kwargs):
        """A trial is no record to be made once; and it must not wait for the receiver inside of a transaction."""
        again = act if self.action == "test" else partial(super().once, act)
        return again(request, *args, **kwargs)

    @extend_schema(responses={204: None}, request=None)
    def destroy(self, request, *args, **kwargs):
        """Thôi gửi tới địa chỉ này và xoá nó."""
        hook = self.get_object()
        self.check_precondition(hook)
        hook.delete()
        return Response(status=204)

    @extend_schema(request=None, responses=DeliverySerializer)
    @action(detail=True, methods=["post"])
    def test(self, request, *args, **kwargs):
        """Gửi thử ngay một lần, không kèm thay đổi nào; trả về kết quả."""
        return Response(DeliverySerializer(send_test(self.get_object())).data)

    @extend_schema(responses=DeliverySerializer(many=True))
    @action(detail=True)
    def deliveries(self, request, *args, **kwargs):
        """Nhật ký gửi, mới nhất trước."""
        log = self.paginate_queryset(self.get_object().deliveries.order_by("-pk"))
        return self.get_paginated_response(DeliverySerializer(log, many=True).data)
