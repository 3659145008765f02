"""Documents that facts rest on, and their files."""

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import MultiPartParser

from accounts.api import ByCode, CleanModelSerializer, VersionedViewSet
from accounts.models import Agency
from zones.api.bulk import BulkRecords, in_bulk
from zones.api.removing import Removable
from zones.filters import DocumentFilterSet
from zones.models import Document
from zones.uploads import check_upload, download, keep


class DocumentSerializer(CleanModelSerializer):
    """Identity is type + number + year + issuer: 303/2025 is not 303/2026."""

    agency = ByCode(Agency, required=False, allow_null=True, help_text=_("Mã cơ quan giữ hồ sơ."))
    has_file = serializers.SerializerMethodField()

    class Meta:
        model = Document
        fields = [
            "id", "type", "number", "year", "issuer", "title", "signed_on", "issued_on", "issued_precision", "city",
            "agency", "publicity", "has_file", "file_name", "file_sha256", "source", "note", "etag",
        ]  # fmt: skip

    def get_has_file(self, document) -> bool:
        return bool(document.file)

    def sql_has_file(self):
        return ExpressionWrapper(~Q(file=""), BooleanField())


class UploadSerializer(serializers.Serializer):
    """One file as multipart/form-data: pdf, docx, xlsx, png or jpg, at most 20 MB."""

    file = serializers.FileField(max_length=255)

    def validate_file(self, upload):
        check_upload(upload)
        return upload


class AnyType(DefaultContentNegotiation):
    """A file is given out whatever type was asked for."""

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type


FILE = OpenApiResponse(OpenApiTypes.BINARY, _("Tệp, luôn là tệp tải về."))


class DocumentViewSet(Removable, VersionedViewSet):
    """Văn bản làm căn cứ của số liệu."""

    model = Document
    serializer_class = DocumentSerializer
    filterset_class = DocumentFilterSet
    bulk = in_bulk(BulkRecords, "Document")

    def get_queryset(self):
        return super().get_queryset().select_related("agency")

    @extend_schema(responses={(200, "application/octet-stream"): FILE})
    @action(detail=True, content_negotiation_class=AnyType, parser_classes=[MultiPartParser])
    def file(self, request, *args, **kwargs):
        """Tải tệp của văn bản."""
        return download(self.get_object())

    @extend_schema(request={"multipart/form-data": UploadSerializer}, responses=DocumentSerializer)
    @file.mapping.put
    def put_file(self, request, *args, **kwargs):
        """Nộp hoặc thay tệp của văn bản."""
        document = self.get_object()
        self.check_precondition(document)
        upload = UploadSerializer(data=request.data)
        upload.is_valid(raise_exception=True)
        keep(document, upload.validated_data["file"])
        return self.answer(self.again(document))
