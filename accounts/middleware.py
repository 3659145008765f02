"""What wraps every request: an id, who acts, sign-in and second factor, and plain words when the database is away."""

import logging
import sys
import time
import uuid

from django.conf import settings
from django.contrib.auth import logout
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views import defaults

from accounts import audit
from accounts.rest import problem_body
from accounts.secret_paths import told
from accounts.signin import lacks_totp

log = logging.getLogger("portal.request")


class BehindProxy:
    """The connection is the proxy's; the visitor's address is the last in X-Forwarded-For, which the proxy wrote.

    Sign-in counts wrong passwords, and the API its requests, by this address."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if forwarded := request.headers.get("X-Forwarded-For"):
            request.META["REMOTE_ADDR"] = forwarded.rpartition(",")[2].strip()
        return self.get_response(request)


class RequestTrace:
    """One id per request: in every log line, in X-Request-ID, on every history row."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.id = uuid.uuid4().hex
        with audit.acting(request, request_id=request.id):
            response = self.get_response(request)
            log.info("%s %s %s", request.method, told(request.path), response.status_code)
        response["X-Request-ID"] = request.id
        return response


class DatabaseTrouble:
    """A database that is away, busy or full is said so (503, 507), never a bare 500."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, error):
        return say_trouble(request, error)


def server_error(request):
    """The handler of status 500: what fails outside of a view (session, sign-in) may be the database as well."""
    return say_trouble(request, sys.exc_info()[1]) or defaults.server_error(request)


def say_trouble(request, error):
    """The answer when `error` is trouble with the database, None when it is something else."""
    if not isinstance(error, (OperationalError, InterfaceError)):
        return None
    log.error("database trouble", exc_info=error)
    status = 507 if "full" in str(error).lower() else 503
    if request.path.startswith("/api/"):
        response = refusal(request, status, _("Cơ sở dữ liệu tạm thời không phục vụ được."))
    else:
        # Without the request: whoever asks who is signed in asks the database.
        response = HttpResponse(render_to_string("503.html"), status=status)
    response["Retry-After"] = "10"
    return response


def refusal(request, status, detail):
    """A problem for a caller of the API whom no endpoint has heard."""
    body = problem_body(request, status, detail)
    return JsonResponse(body, status=status, content_type="application/problem+json")


# Addresses that whoever has not signed in may open.
OPEN = (
    "/accounts/login/",
    "/accounts/logout/",  # also leaves a sign-in that waits for its one-time code
    "/accounts/inactive/",
    "/accounts/password/reset/",
    "/accounts/2fa/authenticate/",
    "/static/",
    "/healthz",
    "/i18n/setlang/",
    "/calendar/feed/",  # by the key in the address
    "/answer/",  # an opinion, by the link
)
# Addresses that whoever must still set up a second factor may open.
BETWEEN_NOTES_OF_USE = 60  # seconds; each is a write
BEFORE_TOTP = ("/accounts/", "/static/", "/healthz", "/i18n/")


class SignedInOnly:
    """Every page needs a sign-in; those who decide need a second factor; a session ends after twelve hours.

    The API checks tokens by itself (accounts.rest) and is only held here to the second factor of a browser session."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        path = request.path
        if request.user.is_authenticated and self.too_old(request):
            logout(request)
        if request.user.is_authenticated and lacks_totp(request.user) and not path.startswith(BEFORE_TOTP):
            if path.startswith("/api/"):
                return refusal(request, 403, _("Tài khoản này phải đăng nhập bằng mã một lần."))
            return redirect("mfa_activate_totp")
        if not request.user.is_authenticated and not path.startswith((*OPEN, "/api/")):
            return redirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")
        response = self.get_response(request)
        if not path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def too_old(self, request):
        """After twelve hours. Half an hour without a request ends a session too; one note of use a minute is enough."""
        now, session = int(time.time()), request.session
        if now - session.get("used", 0) >= BETWEEN_NOTES_OF_USE:
            session["used"] = now
        return now - session.setdefault("began", now) > settings.SESSION_ABSOLUTE_AGE
