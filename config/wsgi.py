"""The door for gunicorn: `gunicorn config.wsgi`. In production it stays shut while the database is not fit to serve."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections

from accounts.startup import check_database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
if not settings.DEBUG:
    check_database()
    connections.close_all()  # the workers open their own
gc.freeze()  # what is loaded by now stays: looking through it again and again takes a fifth of a request
