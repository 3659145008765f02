"""Sign-in: a closed door without sign-up, a delay that grows with wrong passwords, a second factor for those who decide."""

from datetime import timedelta

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import get_user_model
from django.shortcuts import render


class PortalBackend(AuthenticationBackend):
    """allauth's backend; the person comes with their agency in one query."""

    def get_user(self, user_id):
        user = get_user_model().objects.select_related("agency").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None


class ClosedDoor(DefaultAccountAdapter):
    """Accounts are made by administrators only."""

    def is_open_for_signup(self, request):
        return False


def growing_delay(request=None):
    """1 minute after five wrong passwords for one account from one address, then 2, 4 … at most 60.

    Only that pair of account and address waits: nobody can lock out somebody else."""
    failures = 0
    if request is not None:
        attempts = AccessAttempt.objects.filter(ip_address=request.META.get("REMOTE_ADDR"), username=request.POST.get("login", ""))
        failures = max(attempts.values_list("failures_since_start", flat=True), default=0)
    return timedelta(minutes=min(60, 2 ** max(0, failures - settings.AXES_FAILURE_LIMIT)))


def locked_out(request, response=None, credentials=None, *args, **kwargs):
    return render(request, "account/locked_out.html", status=429)


def lacks_totp(user):
    """Must this person still set up a one-time code before doing anything else?"""
    if not (settings.REQUIRE_TOTP and user.is_authenticated and user.role_rules.totp):
        return False
    from allauth.mfa.utils import is_mfa_enabled

    return not is_mfa_enabled(user)
