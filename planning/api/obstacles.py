"""Obstacles over REST: read in the state of any day, put down, and moved by planning/obstacles.py."""

from functools import partial

from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from accounts.access import prefetch_visible
from accounts.api import ByCode, ById, VersionedViewSet
from accounts.models import CODE_SHAPE, Agency
from planning import obstacle_notices, obstacles
from planning.api import acting, telling
from planning.api.duties import TEXT
from planning.api.telling import OnDay
from planning.models import Dossier, Obstacle, ObstacleState, ObstacleUpdate
from planning.obstacle_lists import ObstacleFilterSet, obstacle_related, obstacles_on
from planning.obstacle_profile import read_obstacles
from zones.api.removing import Removable
from zones.api.shared import DocumentedSerializer
from zones.models import Document, Zone

KINDS = ObstacleUpdate.Kind.choices
NEW_OBSTACLE = {
    "code": "VM-HN-2026-001",
    "title": "Còn 12 hộ chưa nhận tiền bồi thường",
    "cause": "clearance",
    "zone": "HN-CCN-LAIYEN",
    "agency": "HN-UBND-SONDONG",
    "raised_by": "HN-SCT",
    "raised_on": "2026-09-15",
    "first_expected_on": "2026-12-31",
    "source": "Báo cáo của UBND xã",
}


@extend_schema_serializer(examples=[OpenApiExample("An obstacle", NEW_OBSTACLE, request_only=True)])
class ObstacleSerializer(DocumentedSerializer):
    """What holds a zone or a dossier up; `state`, `is_stale`, `told_on`, `then_expected_on` are of the day `as_of`.

    `agency` has to remove it and changes its fields. `raised_by` (by default the caller's agency) may put it down for
    another agency and tell what is new."""

    zone = ByCode(Zone, required=False, allow_null=True, help_text=_("Mã khu, cụm; hoặc ghi dossier."))
    dossier = ByCode(Dossier, required=False, allow_null=True, help_text=_("Mã hồ sơ."))
    agency = ByCode(Agency, help_text=_("Mã cơ quan phải tháo gỡ."))
    raised_by = ByCode(Agency, required=False, allow_null=True, help_text=_("Mã cơ quan nêu."))
    officer = serializers.StringRelatedField(allow_null=True, help_text=_("Người phụ trách."))
    raised_on = acting.DayField(help_text=_("Ngày nêu."))
    first_expected_on = acting.DayField(required=False, allow_null=True, help_text=_("Ngày dự kiến xong nêu đầu tiên."))
    then_expected_on = serializers.DateField(read_only=True, allow_null=True, help_text=_("Ngày dự kiến vào as_of."))
    told_on = serializers.DateField(read_only=True, help_text=_("Ngày của cập nhật gần nhất đã duyệt."))
    state = serializers.ChoiceField(ObstacleState.choices, read_only=True)
    is_stale = serializers.BooleanField(read_only=True, help_text=_("Im lặng: lâu không có cập nhật nào được duyệt."))
    links = serializers.SerializerMethodField()

    class Meta:
        model = Obstacle
        fields = [
            "id", "code", "title", "cause", "detail", "zone", "dossier", "city", "agency", "raised_by", "officer",
            "raised_on", "solution", "first_expected_on", "expected_on", "then_expected_on", "resolved_on", "state",
            "is_stale", "told_on", "publicity", "document", "document_label", "document_hidden", "source", "note",
            "etag", "links",
        ]  # fmt: skip
        read_only_fields = ["city", "expected_on", "resolved_on"]

    def get_links(self, obstacle) -> dict[str, str]:
        return {"self": f"/api/v1/obstacles/{obstacle.code}", "page": f"/obstacles/{obstacle.code}/"}

    def validate(self, data):
        if self.instance is None:
            data.setdefault("raised_by", self.context["request"].user.agency)
        return super().validate(data)

    @transaction.atomic
    def create(self, validated_data):
        handed = self.instance is None or "agency" in validated_data
        obstacles.set_expected(self.draft)
        made = super().create(validated_data)
        if handed:
            obstacle_notices.given(made, self.context["request"].user)
        return made


class UpdateSerializer(DocumentedSerializer):
    """What is new of an obstacle: it counts once `decision` is `approved`; "" waits."""

    agency = ByCode(Agency, read_only=True, allow_null=True)
    recorded_by = serializers.StringRelatedField(allow_null=True)
    decided_by = serializers.StringRelatedField(allow_null=True)

    class Meta:
        model = ObstacleUpdate
        fields = [
            "id", "kind", "on", "text", "expected_on", "agency", "document", "document_label", "document_hidden",
            "recorded_at", "recorded_by", "decision", "decided_at", "decided_by", "decision_note",
        ]  # fmt: skip


class ObstacleDetailSerializer(ObstacleSerializer):
    """An obstacle with its updates and the actions that the caller may take."""

    updates = UpdateSerializer(many=True, read_only=True)
    may = serializers.SerializerMethodField(help_text=_("Các việc mà người gọi được làm."))

    class Meta(ObstacleSerializer.Meta):
        fields = [*ObstacleSerializer.Meta.fields, "updates", "may"]

    @extend_schema_field(telling.Texts)
    def get_may(self, obstacle):
        user = self.context["request"].user
        return [name for name, allowed in MAY.items() if allowed(user, obstacle)]


# What is sent with each verb -----------------------------------------------------------------------------------------


class TellSerializer(acting.GivenSerializer):
    """What is new; it counts at once when the caller may approve, otherwise once it is approved."""

    kind = serializers.ChoiceField(KINDS, required=False, default=obstacles.PROGRESS)
    on = acting.DayField(help_text=_("Ngày của cập nhật."))
    text = serializers.CharField(**TEXT)
    expected_on = acting.DayField(
        required=False, allow_null=True, default=None, help_text=_("Ngày dự kiến xong mới; null: không đổi.")
    )
    document = acting.paper(help_text=_("Văn bản (id)."))


class ApproveSerializer(acting.GivenSerializer):
    update = ById(ObstacleUpdate, help_text=_("Cập nhật (id) đang chờ duyệt."))
    note = serializers.CharField(**acting.NOTE)


class RefuseSerializer(acting.GivenSerializer):
    update = ById(ObstacleUpdate, help_text=_("Cập nhật (id) đang chờ duyệt."))
    note = serializers.CharField(**TEXT, help_text=_("Vì sao trả lại."))


MAY = {"update": obstacles.may_tell, "approve": obstacles.may_decide, "refuse": obstacles.may_decide}
verb = partial(acting.verb, told=ObstacleDetailSerializer)


class ObstacleViewSet(acting.Acts, OnDay, Removable, VersionedViewSet):
    """Vướng mắc: vướng gì, cơ quan nào tháo gỡ, bao giờ xong vào ngày as_of."""

    model = Obstacle
    filterset_class = ObstacleFilterSet
    lookup_field = "code"
    lookup_value_regex = CODE_SHAPE
    may, guarded = MAY, ("tell", "approve", "refuse")

    def get_serializer_class(self):
        return ObstacleSerializer if self.action == "list" else ObstacleDetailSerializer

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):  # being described, not asked: the rule of staleness is not read
            return Obstacle.objects.none()
        user = self.request.user
        if self.action == "list":
            found = obstacles_on(user, self.day).select_related("agency", "raised_by", "officer")
            return found.prefetch_related(*obstacle_related(user)).order_by(*Obstacle._meta.ordering)
        told = ObstacleUpdate.objects.visible_to(user).select_related("agency", "recorded_by", "decided_by")
        told = told.prefetch_related(prefetch_visible("document", Document, user))
        return read_obstacles(user, self.on).visible_to(user).prefetch_related(Prefetch("updates", told))

    def retrieve(self, request, *args, **kwargs):
        """Một vướng mắc với mọi cập nhật."""
        return super().retrieve(request, *args, **kwargs)

    @verb(TellSerializer, path="update")
    def tell(self, obstacle, **given):
        """Cập nhật: tiến độ, đã tháo gỡ xong, hoặc vướng lại."""
        obstacles.tell(obstacle, **given)

    @verb(ApproveSerializer)
    def approve(self, obstacle, update, **given):
        """Duyệt một cập nhật đang chờ: từ đó cập nhật được tính."""
        obstacles.decide(of(obstacle, update), approve=True, **given)

    @verb(RefuseSerializer)
    def refuse(self, obstacle, update, **given):
        """Trả lại một cập nhật đang chờ, nêu lý do."""
        obstacles.decide(of(obstacle, update), approve=False, **given)


def of(obstacle, update):
    """The update, where it is one of this obstacle."""
    if update.obstacle_id != obstacle.pk:
        raise serializers.ValidationError({"update": [_("Cập nhật này thuộc vướng mắc khác.")]})
    return update
