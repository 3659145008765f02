"""Which room answers which address."""

from allauth.account import views as account
from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.db import connection
from django.http import HttpResponse
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from reports.views.home import home
from reports.views.zone import zone_profile

handler500 = "accounts.middleware.server_error"
admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)


def healthz(request):
    """Says ok while the database answers; without it DatabaseTrouble says 503."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


# Those of allauth's addresses that this portal needs: nobody signs up here, and administrators keep the mail addresses.
signing_in = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
]
urlpatterns = [
    path("", home, name="home"),
    path("healthz", healthz, name="healthz"),
    path("i18n/setlang/", set_language, name="set_language"),
    path("accounts/", include(signing_in)),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/", admin.site.urls),
    path("api/", include("config.api")),
    path("", include("accounts.urls")),
    path("", include("reports.urls")),
    path("", include("planning.urls")),
    path("", include("zones.urls")),
    path("zones/<slug:code>/", zone_profile, name="zone"),
]
