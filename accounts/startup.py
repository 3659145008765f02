"""What must hold before the first request is answered, beyond what the settings themselves refuse."""

import logging

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

log = logging.getLogger("portal.start")
# What `SHOW synchronous_commit` and `PRAGMA synchronous` answer when nothing that was acknowledged can be lost.
DURABLE = ("on", "remote_apply", 2, 3)


def check_database():
    """Refuse to serve a database that lacks migrations, or that may forget what it has acknowledged.

    A database that is away is no reason to refuse: requests are answered 503 until it is back."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        with connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit" if connection.vendor == "postgresql" else "PRAGMA synchronous")
            [durability] = cursor.fetchone()
    except OperationalError as away:
        log.warning("the database is away, so it was not checked: %s", away)
        return
    if missing:
        names = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _backwards in missing)
        raise ImproperlyConfigured(f"Unapplied migrations, run manage.py migrate first: {names}")
    if durability not in DURABLE:
        raise ImproperlyConfigured(f"The database may lose what it has acknowledged (synchronous: {durability}).")
