"""Sign-in: a closed door without sign-up, a delay that grows with wrong passwords, a second factor for who decides."""

import math
import unicodedata
from datetime import timedelta

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.utils import is_mfa_enabled
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Max, Sum
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

LONGEST_WAIT_MINUTES = 60


class PortalBackend(AuthenticationBackend):
    """allauth's backend; the person comes with their agency in one query."""

    def get_user(self, user_id):
        user = get_user_model().objects.select_related("agency").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None


class ClosedDoor(DefaultAccountAdapter):
    """Accounts are made by administrators only; wrong passwords are counted by GrowingDelay alone."""

    def is_open_for_signup(self, request):
        return False

    def pre_authenticate(self, request, **credentials):
        """allauth would count by account whatever the address: anybody could keep anybody out."""

    def get_password_change_redirect_url(self, request):
        return reverse("home")


def account_named(request, credentials):
    """The account that a sign-in names, written one way: "Editor_HN " and "editor_hn" are one account."""
    name = (credentials or {}).get("username") or request.POST.get("login", "")
    return unicodedata.normalize("NFKC", name).strip().casefold()[:150]


class GrowingDelay(AxesDatabaseHandler):
    """After five wrong passwords for one account from one address that pair waits 1 minute, then 2, 4 … at most 60.

    Tries during the wait are refused unread and do not make it longer. Other addresses are not held up: nobody can lock
    out somebody else. A right password forgets the wrong ones, and so does a day without any (AXES_COOLOFF_TIME)."""

    def is_locked(self, request, credentials=None):
        return bool(waits_until(account_named(request, credentials), request.axes_ip_address))


def waits_until(account, address):
    """The moment from which this account may be tried again from this address; None when it need not wait."""
    tries = AccessAttempt.objects.filter(username=account, ip_address=address)
    found = tries.aggregate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
    over = (found["failures"] or 0) - settings.AXES_FAILURE_LIMIT
    if over < 0:
        return None
    end = found["last"] + timedelta(minutes=min(LONGEST_WAIT_MINUTES, 2 ** min(over, 10)))
    return end if end > timezone.now() else None


def locked_out(request, response=None, credentials=None):
    """The answer while the pair waits, with the minutes that are left; the same for accounts that do not exist."""
    end = waits_until(account_named(request, credentials), request.axes_ip_address) or timezone.now()
    seconds = math.ceil((end - timezone.now()).total_seconds())
    answer = render(request, "account/locked_out.html", {"minutes": math.ceil(seconds / 60) or 1}, status=429)
    answer["Retry-After"] = str(max(seconds, 1))
    return answer


def lacks_totp(user):
    """Must this person still set up a one-time code before doing anything else?"""
    if not (settings.REQUIRE_TOTP and user.is_authenticated and user.role_rules.totp):
        return False
    return not is_mfa_enabled(user)
