"""What the register's endpoints share: the day and the moment asked for, the document a value rests on, GeoJSON."""

import datetime

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer

from accounts.api import ById, CleanModelSerializer
from accounts.context import read_day
from accounts.rest import GeoJSONRenderer
from zones.models import Document

YEARS = range(1900, 2200)
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
            value = reader(text) if text else None
            if value is not None and value.year not in YEARS:
                raise ValueError(text)
        except ValueError:
            raise serializers.ValidationError({name: [message]}) from None
        return value


def read_moment(text):
    moment = parse_datetime(text)
    if not isinstance(moment, datetime.datetime):
        raise ValueError(text)
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


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


def visible_documents(user):
    """A prefetch that leaves a hidden document out."""
    return Prefetch("document", Document.objects.visible_to(user))


class AsFeature:
    """For a serializer whose rows have a place on the map: a GeoJSON Feature when `format=geojson` is asked for."""

    def to_representation(self, record):
        row = super().to_representation(record)
        if self.context["request"].accepted_renderer.format != GeoJSONRenderer.format:
            return row
        geometry = self.geometry_of(record, row)
        return {"type": "Feature", "id": row.get("code") or row["id"], "geometry": geometry, "properties": row}


class OnMap:
    """For a viewset of such rows."""

    renderer_classes = [JSONRenderer, GeoJSONRenderer]

    @property
    def as_geojson(self):
        return getattr(self.request, "accepted_renderer", JSONRenderer).format == GeoJSONRenderer.format


def point(record):
    """A GeoJSON Point, or None; how far it can be trusted is told by `point_precision`."""
    return {"type": "Point", "coordinates": [record.lon, record.lat]} if record.lat is not None else None
