"""The ledger over REST: facts are added, superseded or withdrawn, never overwritten."""

from django.db.models import Case, F, TextField, Value, When
from django.db.models.functions import Coalesce, NullIf, Trim
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.access import prefetch_visible
from accounts.api import ByCode, ById, ReadViewSet
from accounts.jsonrows import Text
from accounts.rest import Conflict, KeysetPages
from zones.api.bulk import BulkFacts, in_bulk
from zones.api.shared import AsFeature, DocumentedSerializer, InTime, OnMap
from zones.filters import (
    AreaFilterSet,
    BoundaryFilterSet,
    LandUseFilterSet,
    MeasurementFilterSet,
    OccupancyFilterSet,
    StatusFilterSet,
)
from zones.models import (
    Boundary,
    Document,
    Indicator,
    LandUse,
    Measurement,
    Occupancy,
    Phase,
    Zone,
    ZoneArea,
    ZoneStatus,
)
from zones.models.standing import FOREVER
from zones.recording import FactConflict, record, withdraw

SUBJECT = ["id", "zone", "phase"]
TIME_AND_SOURCE = [
    "as_of", "as_of_precision", "document", "document_label", "document_hidden", "source", "source_on", "standing",
    "note", "recorded_at", "recorded_by", "supersedes", "superseded_by", "superseded_at", "superseded_as_of", "seen",
]  # fmt: skip


class FactSerializer(DocumentedSerializer):
    """One value, from `as_of` on, resting on a document or a named source."""

    zone = ByCode(Zone, help_text=_("Mã khu, cụm."))
    phase = ById(Phase, required=False, allow_null=True, help_text=_("Mã số (id) của giai đoạn."))
    recorded_by = serializers.StringRelatedField(allow_null=True, help_text=_("Người ghi nhận."))
    supersedes = serializers.IntegerField(
        source="supersedes_id", required=False, allow_null=True, help_text=_("Số liệu mà dòng này thay thế (id).")
    )
    seen = serializers.IntegerField(
        write_only=True, required=False, help_text=_("Id lớn nhất đã xem của cùng nội dung; có dòng mới hơn thì 409.")
    )

    def sql_recorded_by(self):
        """What `str` says of a person."""
        full = Trim(Text("recorded_by__last_name", Value(" "), "recorded_by__first_name"))
        named = Coalesce(NullIf(full, Value("")), "recorded_by__username", output_field=TextField())
        return Case(When(recorded_by__isnull=False, then=named), output_field=TextField())

    def validate(self, data):
        """`supersedes` and `seen` speak of other facts and are no columns of this one."""
        self.seen, self.superseded = data.pop("seen", None), self.find_superseded(data.pop("supersedes_id", None))
        return super().validate(data)

    def find_superseded(self, pk):
        if pk is None:
            return None
        facts = self.Meta.model.objects.visible_to(self.context["request"].user)
        if (found := facts.filter(pk=pk).first()) is None:
            raise serializers.ValidationError({"supersedes": [_("Không có số liệu này.")]})
        return found

    def create(self, validated_data):
        return record(self.draft, by=self.context["request"].user, supersedes=self.superseded, seen=self.seen)


@extend_schema_serializer(examples=[OpenApiExample("Why", {"note": "Ghi nhầm khu"}, request_only=True)])
class WithdrawalSerializer(serializers.Serializer):
    note = serializers.CharField(max_length=2_000, help_text=_("Vì sao số liệu này chưa bao giờ đúng."))


class FactViewSet(InTime, ReadViewSet):
    """Số liệu trong sổ. Không nêu `as_of`, `known_at` hay `in_force`: những dòng chưa bị thay thế hoặc rút."""

    pagination_class = KeysetPages
    shaping = ("fields", "in_force")

    def get_queryset(self):
        facts = super().get_queryset().select_related("zone", "phase", "recorded_by")
        facts = facts.annotate(supersedes_id=F("supersedes__pk"))
        return self.in_time(facts).prefetch_related(prefetch_visible("document", Document, self.request.user))

    def in_time(self, facts):
        day, known = self.day, self.known
        if day or known:
            return facts.on(day or FOREVER, known) if day else facts.known(known)
        return facts.in_force() if self.action == "list" and "in_force" not in self.request.query_params else facts

    def create(self, request, *args, **kwargs):
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        fact = self.settled(serializer.save)
        location = f"{request.path.rstrip('/')}/{fact['id']}"
        return Response(fact, status=201, headers={"Location": location})

    @extend_schema(request=WithdrawalSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request, *args, **kwargs):
        """Rút một số liệu chưa bao giờ đúng; dòng đó vẫn đọc được, lý do nằm trong lịch sử."""
        fact = self.get_object()
        asked = WithdrawalSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(
            self.settled(lambda: withdraw(fact, by=request.user, note=asked.validated_data["note"]) or fact)
        )

    def settled(self, verb):
        """The fact as it stands after `verb`; 409 with the one that stands instead when somebody was faster."""
        try:
            return self.shown(verb())
        except FactConflict as conflict:
            current = self.shown(conflict.current) if conflict.current else None
            raise Conflict(conflict.messages[0], current=current) from conflict

    def shown(self, fact):
        return self.get_serializer(self.get_queryset().get(pk=fact.pk)).data


class StatusSerializer(FactSerializer):
    class Meta:
        model = ZoneStatus
        fields = [*SUBJECT, "aspect", "value", "is_start", *TIME_AND_SOURCE]


class StatusViewSet(FactViewSet):
    model = ZoneStatus
    serializer_class = StatusSerializer
    filterset_class = StatusFilterSet
    bulk = in_bulk(BulkFacts, "Status")


NEW_AREA = {"zone": "HN-KCN-THANGLONG", "kind": "leased", "value_ha": 212, "as_of": "2026-06-30"}
RECORDING = [
    OpenApiExample("A new value", NEW_AREA | {"source": "Báo cáo quý II"}, request_only=True),
    OpenApiExample(
        "In place of fact 901, on a document", NEW_AREA | {"document": 7, "supersedes": 901}, request_only=True
    ),
]


@extend_schema_serializer(examples=RECORDING)
class AreaSerializer(FactSerializer):
    class Meta:
        model = ZoneArea
        fields = [*SUBJECT, "kind", "value_ha", *TIME_AND_SOURCE]


class AreaViewSet(FactViewSet):
    model = ZoneArea
    serializer_class = AreaSerializer
    filterset_class = AreaFilterSet
    bulk = in_bulk(BulkFacts, "Area")


class LandUseSerializer(FactSerializer):
    class Meta:
        model = LandUse
        fields = [*SUBJECT, "code", "value_ha", *TIME_AND_SOURCE]


class LandUseViewSet(FactViewSet):
    model = LandUse
    serializer_class = LandUseSerializer
    filterset_class = LandUseFilterSet
    bulk = in_bulk(BulkFacts, "LandUse")


class OccupancySerializer(FactSerializer):
    class Meta:
        model = Occupancy
        fields = [*SUBJECT, "basis_code", "numerator_ha", "denominator_ha", "stated_pct", *TIME_AND_SOURCE]


class OccupancyViewSet(FactViewSet):
    model = Occupancy
    serializer_class = OccupancySerializer
    filterset_class = OccupancyFilterSet
    bulk = in_bulk(BulkFacts, "Occupancy")


class MeasurementSerializer(FactSerializer):
    zone = ByCode(Zone, required=False, allow_null=True, help_text=_("Mã khu, cụm; null: số của cả thành phố."))
    indicator = ByCode(Indicator, help_text=_("Mã chỉ tiêu."))
    unit = serializers.CharField(source="indicator.unit", read_only=True, help_text=_("Đơn vị tính của chỉ tiêu."))

    class Meta:
        model = Measurement
        fields = [
            *SUBJECT, "city", "indicator", "unit", "period_start", "period_end", "value", "value_text",
            *TIME_AND_SOURCE,
        ]  # fmt: skip


class MeasurementViewSet(FactViewSet):
    model = Measurement
    serializer_class = MeasurementSerializer
    filterset_class = MeasurementFilterSet
    bulk = in_bulk(BulkFacts, "Measurement")

    def get_queryset(self):
        return super().get_queryset().select_related("indicator")


@extend_schema_field({"type": "object", "additionalProperties": {}})
class SubmittedField(serializers.JSONField):
    """GeoJSON or a table of corner points, in the system that `srid` names."""


@extend_schema_field({"$ref": "#/components/schemas/Geometry"})
class GeometryField(serializers.JSONField):
    """A GeoJSON geometry in WGS 84."""


class BoundarySerializer(AsFeature, FactSerializer):
    """An outline, measured on the ellipsoid in hectares."""

    geometry = GeometryField(read_only=True)

    class Meta:
        model = Boundary
        fields = [*SUBJECT, "srid", "geometry", "measured_ha", *TIME_AND_SOURCE]

    def geometry_of(self, boundary, row):
        row.pop("geometry", None)
        return boundary.geometry


class SubmittedBoundarySerializer(BoundarySerializer):
    """One boundary together with the coordinates as they were submitted."""

    submitted = SubmittedField()

    class Meta(BoundarySerializer.Meta):
        fields = [*BoundarySerializer.Meta.fields, "submitted"]


class BoundaryViewSet(OnMap, FactViewSet):
    model = Boundary
    filterset_class = BoundaryFilterSet
    bulk = in_bulk(BulkFacts, "SubmittedBoundary")

    def get_serializer_class(self):
        return BoundarySerializer if self.action == "list" else SubmittedBoundarySerializer


FACT_VIEWSETS = {
    "statuses": StatusViewSet,
    "areas": AreaViewSet,
    "land-uses": LandUseViewSet,
    "occupancies": OccupancyViewSet,
    "boundaries": BoundaryViewSet,
    "measurements": MeasurementViewSet,
}
