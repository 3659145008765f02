"""Zones with their figures on a day, and their phases."""

from decimal import Decimal

from django.db import transaction
from django.db.models import Case, F, Prefetch, Value, When
from django.db.models.functions import NullIf, Round
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from accounts.access import prefetch_visible
from accounts.api import ByCode, CleanModelSerializer, VersionedViewSet
from accounts.jsonrows import JSONObject, Text
from accounts.models import CODE_SHAPE, Agency
from zones.api.belongings import BELONGINGS, MOST, PlaceSerializer, ShareSerializer, check, store
from zones.api.bulk import BulkRecords, in_bulk
from zones.api.removing import Removable
from zones.api.shared import AsFeature, InTime, OnMap
from zones.filters import PhaseFilterSet, ZoneFilterSet
from zones.mapping import point
from zones.models import Boundary, DeveloperShare, Phase, Zone, ZoneArea, ZoneStatus, ZoneUnit
from zones.models.area import OccupancyBasis, occupancy_pct
from zones.models.standing import FOREVER

HECTARES = {"max_digits": 12, "decimal_places": 4, "read_only": True, "allow_null": True}


class OccupancySummarySerializer(serializers.Serializer):
    """Occupancy is a numerator, a denominator and a basis; `stated_pct` is what a source printed without them."""

    numerator_ha = serializers.DecimalField(source="occupied_ha", **HECTARES)
    denominator_ha = serializers.DecimalField(source="occupiable_ha", **HECTARES)
    basis = serializers.ChoiceField(OccupancyBasis.choices, source="occupancy_basis", allow_blank=True)
    basis_label = serializers.SerializerMethodField()
    pct = serializers.SerializerMethodField(help_text=_("Tử số / mẫu số × 100; null khi thiếu một trong hai."))
    stated_pct = serializers.DecimalField(max_digits=6, decimal_places=2, allow_null=True)

    def get_basis_label(self, zone) -> str:
        return str(OccupancyBasis(zone.occupancy_basis).label) if zone.occupancy_basis else ""

    def sql_basis_label(self):
        labels = [When(occupancy_basis=basis, then=Value(str(basis.label))) for basis in OccupancyBasis]
        return Case(*labels, default=Value(""))

    def get_pct(self, zone) -> float | None:
        return occupancy_pct(zone.occupied_ha, zone.occupiable_ha)

    def sql_pct(self):
        return Round(F("occupied_ha") / NullIf(F("occupiable_ha"), Value(Decimal(0))) * 100, 2)


LINKS = {
    "self": ("/api/v1/zones/", ""),
    "page": ("/zones/", "/"),
    "areas": ("/api/v1/facts/areas?zone=", ""),
    "statuses": ("/api/v1/facts/statuses?zone=", ""),
    "occupancies": ("/api/v1/facts/occupancies?zone=", ""),
}
NEW_ZONE = {
    "code": "HN-CCN-MOI",
    "name": "Cụm công nghiệp Mới",
    "kind": "CCN",
    "city": "HN",
    "managing_agency": "HN-SCT",
    "publicity": "internal",
    "units": [{"id": 812, "certain": True}],
    "developers": [{"name": "Công ty Hạ tầng Mới", "area_ha": 25.5, "source": "Quyết định thành lập"}],
}
WRITING = [
    OpenApiExample("A new zone", NEW_ZONE, request_only=True),
    OpenApiExample("One field, with If-Match", {"term_years": 50}, request_only=True),
]


@extend_schema_serializer(examples=WRITING)
class ZoneSerializer(AsFeature, CleanModelSerializer):
    """What the zone is, and where it stands on the day asked for. Areas are hectares and say which kind they are."""

    managing_agency = ByCode(Agency, help_text=_("Mã cơ quan quản lý."))
    parent = ByCode(Zone, required=False, allow_null=True, help_text=_("Mã khu gốc."))
    status = serializers.ChoiceField(ZoneStatus.Main.choices, read_only=True, allow_blank=True)
    established = serializers.BooleanField(read_only=True, allow_null=True)
    established_on = serializers.DateField(read_only=True, allow_null=True)
    operating = serializers.BooleanField(read_only=True, allow_null=True)
    area_ha = serializers.DecimalField(help_text=_("Diện tích toàn khu, loại nào xem area_kind."), **HECTARES)
    area_kind = serializers.ChoiceField(ZoneArea.Kind.choices, read_only=True, allow_blank=True)
    industrial_ha = serializers.DecimalField(help_text=_("Đất công nghiệp."), **HECTARES)
    leased_ha = serializers.DecimalField(help_text=_("Đất công nghiệp đã cho thuê."), **HECTARES)
    occupancy = OccupancySummarySerializer(source="*", read_only=True)
    has_boundary = serializers.BooleanField(read_only=True)
    has_decision = serializers.BooleanField(read_only=True)
    units = PlaceSerializer(source="places", many=True, required=False, max_length=MOST)
    developers = ShareSerializer(many=True, required=False, max_length=MOST)
    etag = serializers.CharField(read_only=True)
    links = serializers.SerializerMethodField()

    class Meta:
        model = Zone
        fields = [
            "id", "code", "name", "kind", "park_type", "city", "place_text", "units", "managing_agency", "parent",
            "relation", "inner_city", "term_years", "developers", "status", "established", "established_on",
            "operating", "area_ha", "area_kind", "industrial_ha", "leased_ha", "occupancy", "has_boundary",
            "has_decision", "lat", "lon", "point_precision", "publicity", "source", "source_on", "note", "etag",
            "links",
        ]  # fmt: skip

    def validate(self, data):
        """The lists are no columns of the zone: they are kept aside, and stored with it."""
        self.belongings = {name: data.pop(name) for name in BELONGINGS if name in data}
        data = super().validate(data)
        for name, rows in self.belongings.items():
            check(self.draft, name, rows)
        return data

    @transaction.atomic
    def create(self, validated_data):
        zone = super().create(validated_data)
        for name, rows in self.belongings.items():
            store(zone, name, rows)
        return zone

    def get_links(self, zone) -> dict[str, str]:
        return {name: f"{before}{zone.code}{after}" for name, (before, after) in LINKS.items()}

    def sql_links(self):
        links = {name: Text(Value(before), "code", Value(after)) for name, (before, after) in LINKS.items()}
        return JSONObject(**links)

    def geometry_of(self, zone, row):
        drawn = zone.drawn[0].geometry if zone.drawn else None
        row["geometry_from"] = "boundary" if drawn else ("point" if zone.lat is not None else None)
        return drawn or point(zone)


class ZoneViewSet(Removable, InTime, OnMap, VersionedViewSet):
    """Khu công nghiệp, khu chế xuất, khu công nghệ cao, cụm công nghiệp."""

    model = Zone
    serializer_class = ZoneSerializer
    filterset_class = ZoneFilterSet
    bulk = in_bulk(BulkRecords, "Zone", "code")
    lookup_field = "code"
    lookup_value_regex = CODE_SHAPE

    def get_queryset(self):
        day, known, user = self.day, self.known, self.request.user
        zones = super().get_queryset().on(day, known).select_related("managing_agency")
        zones = zones.prefetch_related(
            prefetch_visible("parent", Zone, user),
            Prefetch(
                "places", ZoneUnit.objects.visible_to(user).select_related("unit").order_by("unit__level", "unit__name")
            ),
            Prefetch(
                "developers",
                DeveloperShare.objects.visible_to(user).select_related("developer", "phase").order_by("pk"),
            ),
        )
        if not self.as_geojson:
            return zones
        boundaries = (
            Boundary.objects.visible_to(user).on(day or FOREVER, known).filter(phase__isnull=True).best_first("zone")
        )
        return zones.prefetch_related(Prefetch("boundaries", boundaries, to_attr="drawn"))


class PhaseSerializer(CleanModelSerializer):
    zone = ByCode(Zone, help_text=_("Mã khu, cụm."))

    class Meta:
        model = Phase
        fields = ["id", "zone", "number", "name", "source", "note"]


class PhaseViewSet(Removable, VersionedViewSet):
    """Giai đoạn của khu, cụm; diện tích và tình trạng của giai đoạn là số liệu có ghi giai đoạn."""

    model = Phase
    serializer_class = PhaseSerializer
    filterset_class = PhaseFilterSet

    def get_queryset(self):
        return super().get_queryset().select_related("zone")
