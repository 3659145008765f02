"""The addresses of OGC API - Features. All answer JSON, whatever is asked for; HTML pages are the portal's own."""

from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from accounts.access import get_visible_or_404
from accounts.rest import GeoJSONRenderer
from zones.api.documents import AnyType
from zones.api.ogc import answering, asking
from zones.api.ogc.describing import (
    ALL_COLLECTIONS,
    COLLECTION,
    CONFORMS,
    LANDING,
    FeatureSchema,
    Generator,
    feature_schema,
)

NUMBERS = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
BBOX = OpenApiParameter(
    "bbox",
    NUMBERS,
    style="form",
    explode=False,
    description=_("Khung: kinh độ tây, vĩ độ nam, kinh độ đông, vĩ độ bắc (WGS 84)."),
)
DATETIME = OpenApiParameter(
    "datetime",
    description=_("Ngày, thời điểm hoặc khoảng (2025-01-01/2025-12-31, “..” là không giới hạn): số liệu vào ngày đó, "
    "với khoảng là ngày cuối. Bỏ trống: hôm nay."),
)  # fmt: skip
LIMIT = OpenApiParameter(
    "limit",
    {"type": "integer", "minimum": 1, "maximum": asking.MOST, "default": asking.USUAL},
    description=_("Số đối tượng một trang; lớn hơn mức tối đa thì lấy mức tối đa."),
)
CURSOR = OpenApiParameter("cursor", description=_("Trang bắt đầu từ đâu: lấy từ liên kết “next”."))
CRS = OpenApiParameter("crs", enum=[asking.CRS84], description=_("Luôn là WGS 84, kinh độ trước."))
BBOX_CRS = OpenApiParameter("bbox-crs", enum=[asking.CRS84], description=_("Hệ toạ độ của bbox: luôn là WGS 84."))
FORM = OpenApiParameter("f", enum=["json"], description=_("Luôn là JSON."))


class Address(GenericAPIView):
    """One address; an unknown parameter is refused, because an ignored filter gives wrong totals."""

    content_negotiation_class = AnyType
    filter_backends = []
    collection = None
    parameters = ()

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        wrong = {name: [_("Không có tham số này.")] for name in set(request.GET) - {"f", *self.parameters}}
        if request.GET.get("f", "json") != "json":
            wrong["f"] = [_("Chỉ có “json”.")]
        if wrong and request.method in ("GET", "HEAD"):
            raise serializers.ValidationError(wrong)

    def get_queryset(self, day=None):
        return self.collection.listing.rows(self.request.user, day, None)


class Landing(Address):
    @extend_schema(operation_id="landing", parameters=[FORM], responses={200: LANDING})
    def get(self, request):
        """Trang đầu của giao diện OGC API - Features."""
        return Response(answering.landing(request))


class Conformance(Address):
    @extend_schema(operation_id="conformance", parameters=[FORM], responses={200: CONFORMS})
    def get(self, request):
        """Các phần của tiêu chuẩn mà giao diện này theo."""
        return Response({"conformsTo": answering.CONFORMANCE})


class Collections(Address):
    @extend_schema(operation_id="collections", parameters=[FORM], responses={200: ALL_COLLECTIONS})
    def get(self, request):
        """Các lớp dữ liệu."""
        return Response(answering.describe_all(request))


class OneCollection(Address):
    @extend_schema(parameters=[FORM], responses={200: COLLECTION})
    def get(self, request):
        """Mô tả một lớp dữ liệu."""
        return Response(answering.describe(request, self.collection))


class SchemaRenderer(JSONRenderer):
    media_type = answering.SCHEMA


class Schema(Address):
    renderer_classes = [SchemaRenderer]

    @extend_schema(parameters=[FORM], responses=OpenApiTypes.OBJECT)
    def get(self, request):
        """Các thuộc tính của một lớp dữ liệu, với đơn vị và kiểu, để phần mềm bản đồ dựng bảng thuộc tính."""
        return Response(
            {
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "$id": request.build_absolute_uri(),
                "title": str(self.collection.listing.title),
                **feature_schema(self.collection),
            }
        )


class Items(Address):
    schema = FeatureSchema()
    renderer_classes = [GeoJSONRenderer]
    filter_backends = [DjangoFilterBackend]
    pagination_class = None
    asked = ("bbox", "datetime", "limit", "cursor", "crs", "bbox-crs")

    @property
    def filterset_class(self):
        return self.collection.filterset

    @property
    def parameters(self):
        return (*self.asked, *self.filterset_class.base_filters)

    @extend_schema(parameters=[BBOX, DATETIME, LIMIT, CURSOR, CRS, BBOX_CRS, FORM], responses=OpenApiTypes.OBJECT)
    def get(self, request):
        """Các đối tượng của một lớp, theo trang."""
        box, time, limit, cursor, *systems = (request.GET.get(name, "") for name in self.asked)
        asking.check_crs(systems)
        limit, day, boxes = asking.read_limit(limit), asking.read_day_asked(time), asking.read_boxes(box)
        found = asking.within(self.filter_queryset(self.get_queryset(day)), boxes, request.user, day)
        matched = found.order_by().values("pk")[: answering.MOST_COUNTED + 1].count()
        records = list(asking.after(found, cursor)[: limit + 1])
        following = asking.cursor_of(records[limit - 1]) if len(records) > limit else ""
        page = answering.feature_page(
            request, self.collection, records[:limit], matched=matched, day=day, following=following
        )
        return Response(page, headers={"Content-Crs": f"<{asking.CRS84}>"})


class Item(Address):
    schema = FeatureSchema()
    renderer_classes = [GeoJSONRenderer]
    lookup_field = "code"
    parameters = ("crs",)

    @extend_schema(parameters=[CRS, FORM], responses=OpenApiTypes.OBJECT)
    def get(self, request, code):
        """Một đối tượng."""
        asking.check_crs([request.GET.get("crs", "")])
        records = asking.within(self.get_queryset(), [], request.user, None)
        found = answering.item(request, self.collection, get_visible_or_404(records, request.user, code=code))
        return Response(found, headers={"Content-Crs": f"<{asking.CRS84}>"})


class OpenApiRenderer(OpenApiJsonRenderer):
    media_type = answering.OPENAPI


class Description(SpectacularAPIView):
    """The OpenAPI document of this interface."""

    renderer_classes = [OpenApiRenderer]
    content_negotiation_class = AnyType
    generator_class = Generator
