"""The classes that REST_FRAMEWORK names in the settings: who calls, what they may, how bodies, pages and problems look.

Nothing here may import rest_framework.views at the top: it asks the settings for these very classes."""

import json
import math
from datetime import timedelta
from http import HTTPStatus

from django.core.exceptions import NON_FIELD_ERRORS, RequestDataTooBig, SuspiciousOperation, ValidationError
from django.db import DataError, IntegrityError
from django.http import UnreadablePostError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.auth import TokenAuthentication as KnoxAuthentication
from knox.crypto import hash_token
from knox.settings import CONSTANTS
from rest_framework import exceptions
from rest_framework.pagination import PageNumberPagination
from rest_framework.parsers import JSONParser
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.serializers import as_serializer_error

from accounts.access import may_edit
from accounts.models import ApiToken, StaleRecord
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
        own = {"token_key": text[: CONSTANTS.TOKEN_KEY_LENGTH], "digest": hash_token(text)}
        found = ApiToken.objects.filter(**own).select_related("user__agency").first()
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

    def get_paginated_response(self, data):
        """As GeoJSON a FeatureCollection; the numbers of the page are foreign members of it."""
        response = super().get_paginated_response(data)
        if self.request.accepted_renderer.format == GeoJSONRenderer.format:
            response.data = {"type": "FeatureCollection", **response.data, "features": response.data["results"]}
            del response.data["results"]
        return response


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
    412: _("Bản ghi đã thay đổi"),
    413: _("Quá lớn"),
    415: _("Kiểu nội dung không dùng được"),
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
