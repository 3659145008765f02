"""All settings in one file, read from the environment; .env.example names each. Defaults are those of production."""

import os
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _


def flag(name, default=False):
    return os.environ.get(name, str(int(default))).lower() in ("1", "true", "yes", "on")


def words(name):
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("DATA_DIR") or BASE_DIR / "var")
DATA_DIR.mkdir(parents=True, exist_ok=True)

# Where it runs ------------------------------------------------------------------------------------------------------

DEBUG = flag("DJANGO_DEBUG")
DEVELOPMENT_KEY = "only-for-development-and-tests"
SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY") or (DEVELOPMENT_KEY if DEBUG else "")
LOCAL_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS = words("DJANGO_ALLOWED_HOSTS") or LOCAL_HOSTS
CSRF_TRUSTED_ORIGINS = words("DJANGO_CSRF_TRUSTED_ORIGINS")
if not SECRET_KEY or (SECRET_KEY == DEVELOPMENT_KEY and not DEBUG):
    raise ImproperlyConfigured(
        "DJANGO_SECRET_KEY must be set to a secret of your own (or DJANGO_DEBUG=1 for development)."
    )
if DEBUG and set(ALLOWED_HOSTS) - set(LOCAL_HOSTS) - {"0.0.0.0", "testserver"}:
    raise ImproperlyConfigured("DJANGO_DEBUG=1 must not be used with a public host in DJANGO_ALLOWED_HOSTS.")
BEHIND_TLS_PROXY = flag("BEHIND_TLS_PROXY", not DEBUG)
REQUIRE_TOTP = flag("REQUIRE_TOTP", not DEBUG)
TILE_URL = os.environ.get("TILE_URL", "")
WEBHOOK_ALLOWED_HOSTS = [host.lower() for host in words("WEBHOOK_ALLOWED_HOSTS")]

# What it is made of -------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "accounts",
    "zones",
    "planning",
    "reports",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_filters",
    "knox",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "accounts.middleware.RequestTrace",
    "accounts.middleware.DatabaseTrouble",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SignedInOnly",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.frame",
            ],
            "builtins": ["accounts.templatetags.portal"],
        },
    }
]
FORM_RENDERER = "accounts.widgets.WrittenFields"

# Database -----------------------------------------------------------------------------------------------------------

DATABASES = {"default": dj_database_url.parse(os.environ.get("DATABASE_URL") or f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 3,
        "keepalives_idle": 3,
        "keepalives_interval": 1,
        "keepalives_count": 3,
        "tcp_user_timeout": 5000,
        "options": "-c statement_timeout=10s -c lock_timeout=3s -c idle_in_transaction_session_timeout=30s "
        "-c synchronous_commit=on -c jit=off "  # compiling a question about a past day takes longer than answering it
        "-c random_page_cost=1.1",  # no disk turns: what an index points at is as near as its neighbour
    } | DATABASES["default"].get("OPTIONS", {})
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    if DEBUG
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"}
}

# Who ----------------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "accounts.signin.PortalBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.signin.ClosedDoor"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # the portal writes to nobody outside of it
ACCOUNT_RATE_LIMITS = {"login_failed": "10/5m/key"}  # one-time codes; wrong passwords: accounts.signin.GrowingDelay
ACCOUNT_SESSION_REMEMBER = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Cổng quy hoạch KCN"
AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HANDLER = "accounts.signin.GrowingDelay"
AXES_USERNAME_CALLABLE = "accounts.signin.account_named"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_COOLOFF_TIME = timedelta(days=1)
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "accounts.signin.locked_out"
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_VERBOSE = False
SESSION_COOKIE_AGE = 30 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_ABSOLUTE_AGE = 12 * 60 * 60

# Language, time, numbers --------------------------------------------------------------------------------------------

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Tiếng Việt")), ("en", _("Tiếng Anh"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["config.formats"]

# Files --------------------------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"


def packaged(package, folder):
    """A folder of static files inside an installed package (django-leaflet as an app would ask for GDAL)."""
    return Path(find_spec(package).origin).parent / folder


STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("fonts", packaged("fontpkg_be_vietnam_pro", "files")),
    packaged("leaflet", "static"),
]
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # the tasks read from a long plan go back in one form
UPLOAD_MAX_BYTES = 20 * 1024 * 1024

# Security -----------------------------------------------------------------------------------------------------------

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
if BEHIND_TLS_PROXY:
    MIDDLEWARE.insert(0, "accounts.middleware.BehindProxy")
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", *([TILE_URL.split("{")[0]] if TILE_URL else [])],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# REST ---------------------------------------------------------------------------------------------------------------

WORKERS = int(os.environ.get("WEB_CONCURRENCY") or 1)  # each counts its share of the rates by itself
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.rest.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.rest.Allowed"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["accounts.rest.StrictJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["accounts.rest.GivenFilters"],
    "DEFAULT_PAGINATION_CLASS": "accounts.rest.Pages",
    "PAGE_SIZE": 50,
    "DEFAULT_SCHEMA_CLASS": "accounts.openapi.PortalSchema",
    "DEFAULT_THROTTLE_CLASSES": ["accounts.rates.UserRate", "accounts.rates.AddressRate"],
    "NUM_PROXIES": 0,  # the address is REMOTE_ADDR, which BehindProxy sets; never a header that a visitor writes
    "DEFAULT_THROTTLE_RATES": {"user": os.environ.get("API_RATE", "1200/min"), "anon": "60/min"},
    "EXCEPTION_HANDLER": "accounts.rest.problem",
    "COERCE_DECIMAL_TO_STRING": False,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
REST_KNOX = {
    "TOKEN_TTL": timedelta(days=90),
    "AUTH_HEADER_PREFIX": "Bearer",
    "AUTO_REFRESH": False,
}
KNOX_TOKEN_MODEL = "accounts.ApiToken"
MIGRATION_MODULES = {"knox": None}  # they would make knox's own table of tokens, which nothing uses
SPECTACULAR_SETTINGS = {
    "TITLE": _("Cổng quy hoạch khu, cụm công nghiệp"),
    "DESCRIPTION": "Industrial parks, high-tech parks, clusters and standalone producers of Hà Nội and TPHCM: "
    "a register with a source for every figure. Decimals are JSON numbers; a name tells its unit (`_ha` hectares, "
    "`_m2`, `_bn` tỷ đồng, `_musd` triệu USD, `_pct` percent). Records refer to each other by code. Zones and facts "
    "answer for any day (`as_of`) as known at any moment (`known_at`). Changing asks for the ETag that was read, in "
    "`If-Match`. Refusals are RFC 9457 problems. How to begin: docs/api.md.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "PREPROCESSING_HOOKS": ["config.api.without_slash"],
    "ENUM_NAME_OVERRIDES": {
        "AgencyKind": "accounts.models.Agency.Kind",
        "AreaKind": "zones.models.ZoneArea.Kind",
        "ChangeAction": "accounts.models.RowChange.Action",
        "City": "accounts.access.City",
        "ClockUnit": "planning.api.acting.UNITS",
        "ConsultationKind": "planning.models.Consultation.Kind",
        "ConsultationTermUnit": "planning.models.consultation.TERM_UNITS",
        "DeveloperKind": "zones.models.Developer.Kind",
        "FactStanding": "zones.models.Standing",
        "HolidayCertainty": "planning.models.Holiday.Certainty",
        "HolidayKind": "planning.models.Holiday.Kind",
        "ImportState": "zones.models.Import.State",
        "ImportWhat": "zones.models.importing.kinds",
        "ObstacleCause": "planning.models.Obstacle.Cause",
        "ObstacleState": "planning.models.ObstacleState",
        "ObstacleUpdateKind": "planning.models.ObstacleUpdate.Kind",
        "OccupancyBasis": "zones.models.area.OccupancyBasis",
        "OpinionOutcome": "planning.models.OpinionRequest.Outcome",
        "OpinionState": "planning.models.OpinionState",
        "PauseKind": "planning.models.Pause.Kind",
        "PointOutcome": "planning.models.OpinionItem.Outcome",
        "Precision": "zones.models.Precision",
        "ProjectStatus": "zones.models.TenantProject.Status",
        "RuleCertainty": "planning.models.Rule.Certainty",
        "RuleKind": "planning.models.Rule.Kind",
        "RuleUnit": "planning.models.Rule.Unit",
        "StepKind": "planning.models.Step.Kind",
        "WebhookState": "accounts.models.Webhook.State",
        "ZoneKind": "zones.models.zone.ZoneKind",
        "ZoneStatusValue": "zones.models.ZoneStatus.Main",
    },
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_PERMISSIONS": ["accounts.rest.Allowed"],
}

# Mail and log -------------------------------------------------------------------------------------------------------

EMAIL_HOST = os.environ.get("DJANGO_EMAIL_HOST", "")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
EMAIL_PORT = int(os.environ.get("DJANGO_EMAIL_PORT") or 25)
EMAIL_HOST_USER = os.environ.get("DJANGO_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("DJANGO_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = flag("DJANGO_EMAIL_STARTTLS")
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = os.environ.get("DJANGO_EMAIL_FROM", "portal@localhost")
PORTAL_URL = os.environ.get("PORTAL_URL", "").rstrip("/")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_id": {"()": "accounts.audit.RequestIdFilter"},
        "secrets": {"()": "accounts.secret_paths.WithoutSecrets"},
    },
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(request_id)s %(name)s %(message)s"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request_id", "secrets"]}
    },
    "loggers": {  # Django's own print as they please; here every line goes through the filters
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": ["console"], "propagate": False},
    },
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
}
