"""The classes that REST_FRAMEWORK names in the settings: who calls, what they may, how pages and problems look.

Nothing here may import rest_framework.views at the top: it asks the settings for these very classes."""

from knox.auth import TokenAuthentication as KnoxAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.pagination import PageNumberPagination
from rest_framework.parsers import JSONParser
from rest_framework.permissions import SAFE_METHODS, BasePermission

from accounts.models import ApiToken


class TokenAuthentication(KnoxAuthentication):
    """`Authorization: Bearer …`; a read token may not write."""


class Allowed(BasePermission):
    """Whoever has signed in may read what `visible_to` leaves; a token writes only with the write scope."""

    def has_permission(self, request, view):
        if not (request.user and request.user.is_authenticated):
            return False
        token = request.auth
        if isinstance(token, ApiToken) and request.method not in SAFE_METHODS and token.scope != ApiToken.Scope.WRITE:
            raise PermissionDenied("Khoá API này chỉ được đọc.")
        return True


class Pages(PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class StrictJSONParser(JSONParser):
    strict = True


def problem(error, context):
    """RFC 9457 problem+json for every error."""
    from rest_framework.views import exception_handler

    return exception_handler(error, context)
