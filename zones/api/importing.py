"""Imported files over REST: hand in, read what each row would do, write it down as a whole, take it back as a whole."""

from io import BytesIO

from django.conf import settings
from django.http import FileResponse, Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from accounts.api import PAGING, ReadViewSet
from accounts.rest import Conflict, Problem, StrictJSONParser, TooLarge
from zones import importing
from zones.api.documents import FILE, AnyType
from zones.forms.importing import ImportFilterSet, check_ending
from zones.models import Import
from zones.models.importing import KINDS, kinds
from zones.uploads import as_attachment, clean_name

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AROUND_THE_FILE = 64 * 1024  # bytes of a multipart body that are not the file
OUTCOMES = ("created", "updated", "unchanged", "rejected")
BAD_ROWS_SHOWN = 50


# What is told ---------------------------------------------------------------------------------------------------------


class ImportSerializer(serializers.ModelSerializer):
    """One file on its way into the register. Each row ends in exactly one of created, updated, unchanged, rejected."""

    agency = serializers.SlugRelatedField("code", read_only=True, allow_null=True, help_text=_("Mã cơ quan."))
    uploaded_by = serializers.StringRelatedField(help_text=_("Người tải lên."))
    applied_by = serializers.StringRelatedField(allow_null=True, help_text=_("Người ghi vào sổ."))
    undone_by = serializers.StringRelatedField(allow_null=True, help_text=_("Người hoàn tác."))
    sheets = serializers.ListField(child=serializers.CharField(), help_text=_("Các trang tính có thể chọn."))
    links = serializers.SerializerMethodField(help_text=_("Địa chỉ của từng việc tiếp theo."))

    class Meta:
        model = Import
        fields = [
            "id", "what", "state", "file_name", "file_sha256", "sheets", "sheet", "skip_rejected", "problem", "rows",
            "created", "updated", "unchanged", "rejected", "plan_sha256", "agency", "uploaded_by", "uploaded_at",
            "applied_by", "applied_at", "undone_by", "undone_at", "undo_reason", "links",
        ]  # fmt: skip
        read_only_fields = fields

    def get_links(self, imported) -> dict[str, str]:
        names = {"self": "detail", "rows": "rows", "file": "file"} | NEXT.get(imported.state, {})
        found = {name: reverse(f"api-import-{to}", args=[imported.pk]).rstrip("/") for name, to in names.items()}
        return found | {"page": reverse("zones:import", args=[imported.pk])}


NEXT = {"sheet": {"sheet": "sheet"}, "previewed": {"apply": "apply"}, "applied": {"undo": "undo"}}


class CellChangeSerializer(serializers.Serializer):
    column = serializers.CharField(help_text=_("Tên cột cho máy."))
    title = serializers.CharField()
    old = serializers.CharField(allow_blank=True)
    new = serializers.CharField(allow_blank=True)


class RefusalSerializer(serializers.Serializer):
    cell = serializers.CharField(allow_blank=True, help_text=_("Như Sheet1!F14."))
    column = serializers.CharField(allow_blank=True)
    message = serializers.CharField()


class RowSerializer(serializers.Serializer):
    """What one row of the sheet does: its changes old → new, or why it is rejected."""

    number = serializers.IntegerField(help_text=_("Số dòng trong trang tính."))
    outcome = serializers.ChoiceField(OUTCOMES)
    label = serializers.CharField(allow_blank=True)
    url = serializers.CharField(allow_blank=True, help_text=_("Trang của bản ghi; trống khi bản ghi còn mới."))
    changes = CellChangeSerializer(many=True)
    refusals = RefusalSerializer(many=True)


# What is given --------------------------------------------------------------------------------------------------------


class NewImportSerializer(serializers.Serializer):
    """A file as multipart/form-data: xlsx, ods, csv or geojson, at most 20 MB and 50,000 rows."""

    what = serializers.ChoiceField(kinds(), help_text=_("Nhập vào đâu."))
    file = serializers.FileField(max_length=255, validators=[check_ending])
    sheet = serializers.CharField(required=False, max_length=120, help_text=_("Trang tính, khi tệp có nhiều."))
    skip_rejected = serializers.BooleanField(required=False, help_text=_("true: được ghi mà bỏ qua dòng lỗi."))

    def validate_file(self, file):
        if file.size > settings.UPLOAD_MAX_BYTES:
            raise TooLarge
        return file


@extend_schema_serializer(examples=[OpenApiExample("Sheet", {"sheet": "Danh sách"}, request_only=True)])
class SheetSerializer(serializers.Serializer):
    sheet = serializers.CharField(max_length=120, help_text=_("Một tên trong `sheets`."))


@extend_schema_serializer(
    examples=[
        OpenApiExample("All rows or nothing", {}, request_only=True),
        OpenApiExample("Without the rejected rows", {"skip_rejected": True}, request_only=True),
    ]
)
class ApplySerializer(serializers.Serializer):
    skip_rejected = serializers.BooleanField(required=False, default=False)
    plan_sha256 = serializers.CharField(
        required=False, max_length=64, help_text=_("Bản xem trước đã đọc; nếu nay đã khác thì 409.")
    )


@extend_schema_serializer(examples=[OpenApiExample("Why", {"reason": "Nhầm tệp quý trước"}, request_only=True)])
class UndoSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=300)


class RowsRejected(Problem):
    status_code = 400
    default_detail = _("Có dòng lỗi nên chưa ghi gì. Sửa các ô nêu ở `rows`, hoặc gửi skip_rejected.")


# The endpoint ---------------------------------------------------------------------------------------------------------


class ImportViewSet(ReadViewSet):
    """Tệp nhập vào sổ."""

    model = Import
    serializer_class = ImportSerializer
    filterset_class = ImportFilterSet
    parser_classes = [MultiPartParser]
    parameters = ("outcome",)

    def get_queryset(self):
        return super().get_queryset().select_related("agency", "uploaded_by", "applied_by", "undone_by")

    def known_parameters(self):
        known = super().known_parameters()
        return known | set(PAGING) if self.action == "rows" else known

    def initial(self, request, *args, **kwargs):
        """A body that is larger than any file is not even read."""
        sent = request.META.get("CONTENT_LENGTH") or "0"
        if sent.isdecimal() and int(sent) > settings.UPLOAD_MAX_BYTES + AROUND_THE_FILE:
            raise TooLarge
        super().initial(request, *args, **kwargs)

    @extend_schema(
        request={"multipart/form-data": NewImportSerializer}, responses={200: ImportSerializer, 201: ImportSerializer}
    )
    def create(self, request, *args, **kwargs):
        """Tải một tệp lên và xem trước; sổ chưa thay đổi. Tệp đã tải lên trước đó: trả lại lần nhập đã có."""
        given = self.given(NewImportSerializer)
        file, began = given.pop("file"), timezone.now()
        imported = importing.upload(file, by=request.user, **given)
        response = self.answer(imported, status=201 if imported.uploaded_at >= began else 200)
        response.headers["Location"] = response.data["links"]["self"]
        return response

    @extend_schema(parameters=[OpenApiParameter("outcome", enum=OUTCOMES)], responses=RowSerializer(many=True))
    @action(detail=True, filterset_class=None)
    def rows(self, request, *args, **kwargs):
        """Kết quả của từng dòng, theo thứ tự trong tệp."""
        asked = request.query_params.get("outcome", "")
        if asked not in ("", *OUTCOMES):
            raise serializers.ValidationError({"outcome": [_("Không có lựa chọn này.")]})
        page = self.paginate_queryset(self.preview().rows(asked))
        return self.get_paginated_response(RowSerializer(page, many=True).data)

    def preview(self):
        imported = self.get_object()
        if not imported.preview:
            raise Http404(_("Tệp này chưa đọc được dòng nào."))
        return importing.outcomes(imported)

    @extend_schema(request=SheetSerializer)
    @action(detail=True, methods=["post"], parser_classes=[StrictJSONParser])
    def sheet(self, request, *args, **kwargs):
        """Chọn trang tính khi tệp có nhiều."""
        imported, sheet = self.get_object(), self.given(SheetSerializer)["sheet"]
        if imported.sheets and sheet not in imported.sheets:
            raise serializers.ValidationError({"sheet": [_("Không có lựa chọn này.")]})
        return self.answer(importing.choose_sheet(imported, sheet, by=request.user))

    @extend_schema(request=ApplySerializer)
    @action(detail=True, methods=["post"], parser_classes=[StrictJSONParser])
    def apply(self, request, *args, **kwargs):
        """Ghi cả tệp vào sổ, hoặc không ghi gì. Dòng lỗi chặn lại trừ khi `skip_rejected`."""
        imported, given = self.get_object(), self.given(ApplySerializer)
        if given.get("plan_sha256", imported.plan_sha256) != imported.plan_sha256:
            raise self.conflict(imported, _("Kết quả xem trước vừa được tính lại. Hãy xem lại rồi ghi."))
        if imported.state == Import.State.PREVIEWED and imported.rejected and not given["skip_rejected"]:
            raise RowsRejected(rows=RowSerializer(self.preview().rows("rejected")[:BAD_ROWS_SHOWN], many=True).data)
        return self.answer(importing.apply(imported, by=request.user, skip_rejected=given["skip_rejected"]))

    @extend_schema(request=UndoSerializer)
    @action(detail=True, methods=["post"], parser_classes=[StrictJSONParser])
    def undo(self, request, *args, **kwargs):
        """Hoàn tác cả tệp; không hoàn tác gì khi có chỗ đã được sửa sau đó."""
        imported, given = self.get_object(), self.given(UndoSerializer)
        return self.answer(importing.undo(imported, by=request.user, reason=given["reason"]))

    @extend_schema(responses={(200, "application/octet-stream"): FILE})
    @action(detail=True, content_negotiation_class=AnyType)
    def file(self, request, *args, **kwargs):
        """Tải tệp gốc."""
        imported = self.get_object()
        return as_attachment(imported.file, clean_name(imported.file_name))

    @extend_schema(
        parameters=[OpenApiParameter("what", location="path", enum=list(KINDS))],
        responses={(200, XLSX): FILE},
    )
    @action(detail=False, url_path="templates/(?P<what>[a-z_]+)", content_negotiation_class=AnyType)
    def template(self, request, *args, what, **kwargs):
        """Mẫu xlsx để điền, có danh sách giá trị được chọn."""
        if what not in importing.TARGETS:
            raise Http404(_("Không tìm thấy."))
        file = BytesIO(importing.template(what))
        return FileResponse(file, as_attachment=True, filename=f"mau-{what}.xlsx", content_type=XLSX)

    def given(self, serializer_class):
        asked = serializer_class(data=self.request.data)
        asked.is_valid(raise_exception=True)
        return asked.validated_data

    def answer(self, imported, status=200):
        return Response(self.get_serializer(imported).data, status=status)

    def handle_exception(self, exc):
        """What stands in the way of a whole file is a conflict that shows the import as it stands now."""
        match exc:
            case importing.ImportChanged():
                exc.imported.save()  # with an Idempotency-Key the new preview went back with everything else
                exc = self.conflict(exc.imported, exc.messages[0])
            case importing.AlreadyApplied():
                exc = self.conflict(exc.imported, exc.messages[0])
            case importing.Busy():
                exc = Conflict(exc.messages[0], headers={"Retry-After": "5"})
        return super().handle_exception(exc)

    def conflict(self, imported, why):
        """The same file may have been brought by an agency whose imports the caller does not see."""
        seen = self.get_queryset().filter(pk=imported.pk).first()
        return Conflict(why, current=seen and self.get_serializer(seen).data)
