"""The portal's settings with what tests need: fast password hashes, a scratch media folder, no waiting."""

import os
import tempfile

os.environ.setdefault("DJANGO_DEBUG", "1")
if "PYTEST_XDIST_WORKER" not in os.environ:  # the workers share the folder of the run that started them
    scratch = tempfile.TemporaryDirectory(prefix="portal-tests-")
    os.environ["DATA_DIR"] = scratch.name
os.environ.setdefault("LOG_LEVEL", "ERROR")

from config.settings import *  # noqa: F403

DEBUG = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
BEHIND_TLS_PROXY = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
REST_FRAMEWORK = REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": {"user": None, "anon": None}}  # noqa: F405
LOGGING = LOGGING | {"loggers": {"django.request": {"level": "ERROR"}}}  # noqa: F405  not every 404 that a test asks for
