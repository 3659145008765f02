"""The classes that REST_FRAMEWORK names in the settings: who calls, what they may, how bodies, pages and problems look.

Nothing here may import rest_framework.views at the top: it asks the settings for these very classes."""

import json
import math
from datetime import timedelta
from functools import lru_cache
from http import HTTPStatus
from itertools import islice

from django.core.exceptions import NON_FIELD_ERRORS, RequestDataTooBig, SuspiciousOperation, ValidationError
from django.db import DataError, IntegrityError, connection
from django.http import UnreadablePostError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import DjangoFilterBackend
from knox.auth import TokenAuthentication as KnoxAuthentication
from knox.crypto import hash_token
from rest_framework import exceptions
from rest_framework.pagination import PageNumberPagination
from rest_framework.parsers import JSONParser
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error
from rest_framework.utils.urls import replace_query_param

from accounts import jsonrows, keyset
from accounts.access import may_edit
from accounts.models import Agency, ApiToken, StaleRecord, User
from accounts.text import clean_json

MAX_BODY_BYTES = 1_000_000
MAX_DIGITS = 18
MAX_DEPTH = 20
BETWEEN_NOTES_OF_USE = timedelta(minutes=1)


# Who calls and what they may ------------------------------------------------------------------------------------------


class TokenAuthentication(KnoxAuthentication):
    """`Authorization: Bearer …`: token, person and agency in one query. An expired token stays, for the record."""

    def authenticate_credentials(self, token):
        try:
            text = token.decode("ascii")
        except UnicodeDecodeError:
            raise exceptions.AuthenticationFailed(_("Khoá API không đúng.")) from None
        found = find_token(hash_token(text))
        if found is None or not found.user.is_active:
            raise exceptions.AuthenticationFailed(_("Khoá API không đúng."))
        if found.expiry and found.expiry < timezone.now():
            raise exceptions.AuthenticationFailed(_("Khoá API đã hết hạn."))
        self.note_use(found)
        return found.user, found

    def note_use(self, token):
        """`last_used_at`, at most once a minute: reading must not write each time."""
        now = timezone.now()
        if token.last_used_at is None or token.last_used_at < now - BETWEEN_NOTES_OF_USE:
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


CALLER = {"": ApiToken, "user__": User, "user__agency__": Agency}


def columns(model):
    return [field.attname for field in model._meta.concrete_fields]


@lru_cache(maxsize=1)
def caller_statement():
    wanted = [f"{path}{name}" for path, model in CALLER.items() for name in columns(model)]
    tokens = ApiToken.objects.order_by()
    return jsonrows.Statement.of(tokens, tokens.filter(jsonrows.among("digest")).values_list(*wanted))


def find_token(digest):
    """The token with its person and their agency, in one statement; None when there is none.

    Every call begins with it, so on PostgreSQL the statement is not made and planned anew each time."""
    if connection.vendor != "postgresql":
        return ApiToken.objects.filter(digest=digest).select_related("user__agency").first()
    for row in jsonrows.ask(caller_statement(), [digest]):
        values = iter(row)
        token, user, agency = (
            model.from_db("default", names, list(islice(values, len(names))))
            for model, names in ((model, columns(model)) for model in CALLER.values())
        )
        user.agency, token.user = agency if agency.pk else None, user
        return token
    return None


class Allowed(BasePermission):
    """Whoever has signed in may read what `visible_to` leaves; writing needs a role that edits and a token's scope."""

    def has_permission(self, request, view):
        if not (request.user and request.user.is_authenticated):
            return False
        if request.method in SAFE_METHODS:
            return True
        if isinstance(request.auth, ApiToken) and request.auth.scope != ApiToken.Scope.WRITE:
            raise exceptions.PermissionDenied(_("Khoá API này chỉ được đọc."))
        if request.user.role_rules.edit == "nothing":
            raise exceptions.PermissionDenied(_("Vai trò này chỉ được xem."))
        return True

    def has_object_permission(self, request, view, record):
        if request.method not in SAFE_METHODS and not may_edit(request.user, record):
            raise exceptions.PermissionDenied(_("Chỉ cơ quan quản lý bản ghi này được sửa."))
        return True


# Bodies and pages -----------------------------------------------------------------------------------------------------


class StrictJSONParser(JSONParser):
    """JSON of at most 1 MB, 20 levels, finite numbers and text that passes the gate; else a plain 400 or 413."""

    def parse(self, stream, media_type=None, parser_context=None):
        body = stream.read(MAX_BODY_BYTES + 1)
        if len(body) > MAX_BODY_BYTES:
            raise TooLarge
        try:
            value = json.loads(body.decode("utf-8"), parse_constant=finite, parse_float=finite, parse_int=bounded)
            return clean_json(value, MAX_DEPTH)
        except RecursionError:
            raise exceptions.ParseError(_("Dữ liệu lồng nhau quá sâu.")) from None
        except ValidationError as error:
            raise exceptions.ParseError(error.messages[0]) from None
        except ValueError as error:
            raise exceptions.ParseError(_("Không đọc được JSON: %(why)s") % {"why": error}) from None


def finite(text):
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:20]} is not a finite number")
    return number


def bounded(text):
    """A whole number that fits every column; longer ones would overflow somewhere later."""
    if len(text.lstrip("-")) > MAX_DIGITS:
        raise ValueError(f"{text[:20]}… has more than {MAX_DIGITS} digits")
    return int(text)


class GeoJSONRenderer(JSONRenderer):
    """The views turn rows into features (accounts/api.py); this only names the type."""

    media_type = "application/geo+json"
    format = "geojson"
    charset = None


class Pages(PageNumberPagination):
    """50 rows a page, at most 200; a page size that is no number is refused, not ignored."""

    parameters = ("page", "page_size")
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    page_query_description = _("Trang thứ mấy, từ 1.")
    page_size_query_description = _("Số dòng một trang: 50 khi không nêu, nhiều nhất 200.")

    def get_page_size(self, request):
        text = request.query_params.get(self.page_size_query_param, str(self.page_size))
        if not (text.isascii() and text.isdigit() and len(text) < MAX_DIGITS and int(text)):
            raise exceptions.ValidationError({self.page_size_query_param: [_("Cần một số nguyên dương.")]})
        return min(int(text), self.max_page_size)

    def keys(self, rows, request, view):
        """The primary keys of the page."""
        return self.paginate_queryset(rows.values_list("pk", flat=True), request, view)

    def get_paginated_response(self, data):
        """As GeoJSON a FeatureCollection; the numbers of the page are foreign members of it."""
        told = self.envelope(data)
        if self.request.accepted_renderer.format == GeoJSONRenderer.format:
            features = told.pop("results")
            told = {"type": "FeatureCollection", **told, "features": features}
        return Response(told)

    def envelope(self, results):
        around = {"next": self.get_next_link(), "previous": self.get_previous_link()}
        return {"count": self.page.paginator.count, **around, "results": results}


class GivenFilters(DjangoFilterBackend):
    """Of a FilterSet only the filters that the address names are made: the others would ask nothing."""

    def get_filterset(self, request, queryset, view):
        whole = self.get_filterset_class(view, queryset)
        given = whole and frozenset(whole.base_filters.keys() & request.query_params.keys())
        return narrowed(whole, given)(**self.get_filterset_kwargs(request, queryset, view)) if given else None


@lru_cache(maxsize=500)
def narrowed(whole, names):
    """The FilterSet `whole` with the filters of these names only."""
    part = type(whole.__name__, (whole,), {})
    part.base_filters = type(whole.base_filters)(
        (name, whole.base_filters[name]) for name in whole.base_filters if name in names
    )
    return part


class KeysetPages(Pages):
    """For lists of very many rows: pages behind a cursor, rows counted up to 10,000."""

    parameters = ("cursor", "page_size")
    page_query_param = "cursor"
    page_query_description = _("Lấy nguyên từ `next` hoặc `previous` của trang trước; bỏ trống: trang đầu.")

    def paginate_queryset(self, queryset, request, view=None):
        keys = self.keys(queryset, request, view)
        found = {record.pk: record for record in queryset.filter(pk__in=keys)}
        return [found[key] for key in keys if key in found]

    def keys(self, rows, request, view):
        self.request = request
        of = request.path + keyset.conditions(request.query_params, *self.parameters, "format", "fields")
        try:
            cursor = request.query_params.get(self.page_query_param, "")
            self.window = keyset.window(rows, self.get_page_size(request), cursor, of)
        except keyset.WrongCursor:
            problem = _("Không phải con trỏ của danh sách này với các điều kiện này.")
            raise exceptions.ValidationError({self.page_query_param: [problem]}) from None
        counted = view.count_known() if hasattr(view, "count_known") else None
        self.count = keyset.count_up_to(rows) if counted is None else counted
        return self.window.keys

    def envelope(self, results):
        at_least = keyset.MOST_COUNTED if self.count is None else self.count
        around = {"next": self.link(self.window.following), "previous": self.link(self.window.previous)}
        return {"count": self.count, "count_at_least": at_least, **around, "results": results}

    def link(self, cursor):
        return replace_query_param(self.request.build_absolute_uri(), self.page_query_param, cursor) if cursor else None

    def get_schema_operation_parameters(self, view):
        cursor, size = super().get_schema_operation_parameters(view)
        return [cursor | {"schema": {"type": "string"}}, size]

    def get_paginated_response_schema(self, schema):
        told = super().get_paginated_response_schema(schema)
        told["properties"]["count"] |= {"nullable": True, "description": "null: hơn 10.000, không đếm hết."}
        told["properties"]["count_at_least"] = {"type": "integer", "example": keyset.MOST_COUNTED}
        told["required"] = [*told["required"], "count_at_least"]
        return told


# Problems (RFC 9457) --------------------------------------------------------------------------------------------------


class Problem(exceptions.APIException):
    """A refusal with further members in its body and headers of its own."""

    def __init__(self, detail=None, *, headers=None, **members):
        super().__init__(detail)
        self.members, self.headers = members, headers or {}


class TooLarge(Problem):
    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_detail = _("Nội dung gửi lên quá lớn.")


class Conflict(Problem):
    status_code = HTTPStatus.CONFLICT
    default_detail = _("Dữ liệu trùng hoặc mâu thuẫn với dữ liệu vừa được ghi.")


class Stale(Problem):
    status_code = HTTPStatus.PRECONDITION_FAILED
    default_detail = _("Bản ghi vừa được người khác sửa. Đọc lại rồi gửi với If-Match mới.")


class PreconditionRequired(Problem):
    status_code = HTTPStatus.PRECONDITION_REQUIRED
    default_detail = _("Khi sửa phải gửi If-Match với ETag của bản đã đọc.")


TITLES = {
    400: _("Yêu cầu chưa hợp lệ"),
    401: _("Chưa đăng nhập"),
    403: _("Không có quyền"),
    404: _("Không tìm thấy"),
    405: _("Không có thao tác này"),
    406: _("Không có định dạng này"),
    409: _("Mâu thuẫn với dữ liệu hiện có"),
    410: _("Không còn dùng được"),
    412: _("Bản ghi đã thay đổi"),
    413: _("Quá lớn"),
    415: _("Kiểu nội dung không dùng được"),
    422: _("Khoá yêu cầu đã dùng cho việc khác"),
    428: _("Thiếu If-Match"),
    429: _("Quá nhiều yêu cầu"),
    503: _("Tạm thời không phục vụ được"),
    507: _("Hết chỗ lưu trữ"),
}


def problem(error, context):
    """RFC 9457 problem+json for every refusal; what is no refusal stays an error for the log."""
    from rest_framework.views import exception_handler

    error = in_rest_terms(error)
    response = exception_handler(error, context)
    if response is None:
        return None
    request = context["request"]
    request.accepted_renderer, request.accepted_media_type = JSONRenderer(), JSONRenderer.media_type
    body = problem_body(request, response.status_code, explain(error))
    if isinstance(error, exceptions.ValidationError):
        body["errors"] = by_field(error.detail)
    if isinstance(error, Problem):
        body |= error.members
        for name, value in error.headers.items():
            response.headers[name] = value
    response.data, response.content_type = body, "application/problem+json"
    return response


def problem_body(request, status, detail):
    """The members that every problem has."""
    return {
        "type": "about:blank",
        "title": str(TITLES.get(status, HTTPStatus(status).phrase)),
        "status": int(status),
        "detail": str(detail),
        "instance": request.path,
        "request_id": getattr(request, "id", ""),
    }


def in_rest_terms(error):
    """What the models and the server raise, as the refusal that a caller can act on."""
    match error:
        case StaleRecord():
            return Stale()
        case ValidationError():
            return exceptions.ValidationError(as_serializer_error(error))
        case RequestDataTooBig():
            return TooLarge()
        case SuspiciousOperation() | UnreadablePostError() | DataError():
            return exceptions.ParseError(_("Không đọc được nội dung gửi lên."))
        case IntegrityError():
            return Conflict()
    return error


def explain(error):
    if isinstance(error, exceptions.ValidationError):
        return _("Dữ liệu chưa hợp lệ; xem “errors”.")
    return getattr(error, "detail", None) or str(error) or _("Không tìm thấy.")


def by_field(detail):
    """{field: [messages]}; what concerns no single field stands under "non_field_errors"."""
    if not isinstance(detail, dict):
        return {"non_field_errors": detail}
    return {"non_field_errors" if name == NON_FIELD_ERRORS else name: found for name, found in detail.items()}
