"""The portal as in production but for TLS and the second factor; BENCH_FLOOR=1 serves the floor instead."""

import os

os.environ.setdefault("DJANGO_SECRET_KEY", "only-for-measuring")
os.environ.setdefault("BEHIND_TLS_PROXY", "0")
os.environ.setdefault("REQUIRE_TOTP", "0")
os.environ.setdefault("API_RATE", "100000000/min")
os.environ.setdefault("LOG_LEVEL", "WARNING")

from config.settings import *  # noqa: F403

if os.environ.get("BENCH_FLOOR"):
    ROOT_URLCONF = "bench.floor"
    MIDDLEWARE = [
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
        "allauth.account.middleware.AccountMiddleware",  # allauth does not start without it
    ]
    REST_FRAMEWORK = {"PAGE_SIZE": 50}
