"""What the register's endpoints share: the day and the moment asked for, the document a value rests on, GeoJSON."""

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer

from accounts.api import ById, CleanModelSerializer
from accounts.context import read_day, read_moment
from accounts.rest import GeoJSONRenderer
from zones.models import Document

AS_OF = OpenApiParameter(
    "as_of",
    OpenApiTypes.DATE,
    description=_("Số liệu đúng vào ngày này (2025-12-31). Bỏ trống: hôm nay."),
)
KNOWN_AT = OpenApiParameter(
    "known_at",
    OpenApiTypes.DATETIME,
    description=_("Như sổ ghi vào lúc này (2026-03-21T08:00:00Z; viết dấu + thành %2B). Bỏ trống: bây giờ."),
)


class InTime:
    """Reads `as_of` and `known_at`; None stands for today and for now."""

    parameters = ("as_of", "known_at")

    @property
    def moments(self):
        """The parameters for the OpenAPI document: only reading goes back in time."""
        return (AS_OF, KNOWN_AT) if self.request is None or self.request.method == "GET" else ()

    @property
    def day(self):
        return self.read("as_of", read_day, _("Cần một ngày, như 2025-12-31."))

    @property
    def known(self):
        return self.read("known_at", read_moment, _("Cần một thời điểm, như 2026-03-21T08:00:00Z."))

    def read(self, name, reader, message):
        text = self.request.query_params.get(name, "")
        try:
            return reader(text) if text else None
        except ValueError:
            raise serializers.ValidationError({name: [message]}) from None


class DocumentedSerializer(CleanModelSerializer):
    """A record with the document that it rests on; of a hidden one only that there is one."""

    document = ById(Document, required=False, allow_null=True)
    document_label = serializers.SerializerMethodField(help_text=_("Số, ký hiệu của văn bản."))
    document_hidden = serializers.SerializerMethodField(help_text=_("Có văn bản nhưng người đọc không được xem."))

    def get_document_label(self, record) -> str | None:
        document = self.fields["document"].get_attribute(record)
        return str(document) if document else None

    def get_document_hidden(self, record) -> bool:
        return self.fields["document"].hidden(record)

    def its_document(self):
        return self.fields["document"].get_queryset().order_by().filter(pk=OuterRef("document_id"))

    def sql_document_label(self):
        return Subquery(self.its_document().values_list(Document.label_in_sql()))

    def sql_document_hidden(self):
        return ExpressionWrapper(Q(document__isnull=False) & ~Exists(self.its_document()), BooleanField())


class AsFeature:
    """For a serializer whose rows have a place on the map: a GeoJSON Feature when `format=geojson` is asked for."""

    def to_representation(self, record):
        row = super().to_representation(record)
        if self.context["request"].accepted_renderer.format != GeoJSONRenderer.format:
            return row
        geometry = self.geometry_of(record, row)
        key = getattr(record, "code", record.pk)
        return {"type": "Feature", "id": key, "geometry": geometry, "properties": row}


class OnMap:
    """For a viewset of such rows."""

    renderer_classes = [JSONRenderer, GeoJSONRenderer]

    @property
    def as_geojson(self):
        return getattr(self.request, "accepted_renderer", JSONRenderer).format == GeoJSONRenderer.format
