"""GET /api/v1/figures/overview: the home page's numbers."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import BOTH_CITIES, City
from reports.figures import overview
from zones.api.shared import AS_OF, KNOWN_AT, InTime

CITIES = [*City.values, BOTH_CITIES]
CITY = OpenApiParameter("city", OpenApiTypes.STR, enum=CITIES, description=_("Bỏ trống: mọi thành phố."))


class Amount(serializers.DecimalField):
    """A count as a whole number; hectares and percent with their decimals."""

    def to_representation(self, value):
        return value if isinstance(value, int) else super().to_representation(value)


class FigureSerializer(serializers.Serializer):
    """A number, how it is counted, and the records that it rests on: /api/v1/zones?{query}, or /api/v1/facilities."""

    label = serializers.CharField()
    value = Amount(max_digits=18, decimal_places=4, allow_null=True, help_text=_("null: chưa biết."))
    unit = serializers.CharField()
    kind = serializers.ChoiceField(choices=["integer", "hectare", "square metre", "percent"])
    n = serializers.IntegerField(help_text=_("Số khu, cụm (hoặc cơ sở) mà số này dựa vào."))
    of = serializers.IntegerField(help_text=_("Số khu, cụm (hoặc cơ sở) được hỏi."))
    basis = serializers.CharField()
    source = serializers.CharField()
    query = serializers.CharField(help_text=_("Điều kiện của danh sách mà số này đếm."))


class LineSerializer(serializers.Serializer):
    code = serializers.CharField()
    label = serializers.CharField()
    zones = FigureSerializer()
    area = FigureSerializer()
    industrial = FigureSerializer()
    leased = FigureSerializer()
    occupancy = FigureSerializer()


class CrossLineSerializer(serializers.Serializer):
    code = serializers.CharField()
    label = serializers.CharField()
    counts = FigureSerializer(many=True)
    total = FigureSerializer()


class FacilityLineSerializer(serializers.Serializer):
    """Standalone facilities; each figure counts /api/v1/facilities?{query}."""

    code = serializers.CharField()
    label = serializers.CharField()
    count = FigureSerializer()
    land = FigureSerializer()
    floor = FigureSerializer()
    workers = FigureSerializer()


class PublishedSerializer(serializers.Serializer):
    city = serializers.ChoiceField(choices=City.choices)
    indicator = serializers.CharField()
    value = serializers.DecimalField(max_digits=20, decimal_places=4, allow_null=True)
    value_text = serializers.CharField()
    unit = serializers.CharField()
    day = serializers.CharField()
    source = serializers.CharField()
    note = serializers.CharField()
    computed = FigureSerializer(allow_null=True)


class ChangeSerializer(serializers.Serializer):
    on = serializers.DateField()
    who = serializers.CharField()
    zone = serializers.CharField()
    code = serializers.CharField()
    what = serializers.CharField()


class OverviewSerializer(serializers.Serializer):
    city = serializers.CharField()
    total = LineSerializer()
    cities = LineSerializer(many=True)
    kinds = LineSerializer(many=True)
    statuses = LineSerializer(many=True)
    crossed = CrossLineSerializer(many=True)
    established = FigureSerializer(many=True)
    operating = FigureSerializer(many=True)
    funnel = FigureSerializer(many=True)
    completeness = FigureSerializer(many=True)
    published = PublishedSerializer(many=True)
    left_out = serializers.IntegerField(help_text=_("Số khu, cụm chưa có số liệu nào đến ngày đó."))
    changes = ChangeSerializer(many=True)
    facilities = FacilityLineSerializer()
    facility_classes = FacilityLineSerializer(many=True)


class FiguresOverview(InTime, APIView):
    """The numbers of the home page, for a city on a day as known at a moment."""

    parameters = (*InTime.parameters, "city", "format")

    @extend_schema(
        operation_id="figures_overview",
        parameters=[CITY, AS_OF, KNOWN_AT],
        responses=OverviewSerializer,
        tags=["figures"],
    )
    def get(self, request):
        unknown = set(request.query_params) - set(self.parameters)
        if unknown:
            raise serializers.ValidationError({name: [_("Không có tham số này.")] for name in sorted(unknown)})
        return Response(OverviewSerializer(overview(request.user, self.city, self.day, self.known)).data)

    @property
    def city(self):
        text = self.request.query_params.get("city", "")
        if text and text not in CITIES:
            raise serializers.ValidationError(
                {"city": [_("Cần một trong các mã: %(codes)s.") % {"codes": ", ".join(CITIES)}]}
            )
        return "" if text == BOTH_CITIES else text
