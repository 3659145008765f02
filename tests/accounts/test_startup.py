"""The portal does not begin to serve a database that is not fit for it."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from accounts.startup import check_database


@pytest.mark.django_db
def test_a_migrated_durable_database_is_served():
    check_database()


@pytest.mark.django_db
def test_unapplied_migrations_are_named():
    [(_app, newest)] = MigrationLoader(connection).graph.leaf_nodes("zones")
    MigrationRecorder(connection).record_unapplied("zones", newest)
    with pytest.raises(ImproperlyConfigured, match=rf"zones\.{newest}"):
        check_database()


@pytest.mark.django_db(transaction=True)
def test_a_database_that_may_forget_is_refused():
    on, off = {
        "postgresql": ("SET synchronous_commit = on", "SET synchronous_commit = off"),
        "sqlite": ("PRAGMA synchronous = FULL", "PRAGMA synchronous = OFF"),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(off)
        with pytest.raises(ImproperlyConfigured, match="may lose"):
            check_database()
        cursor.execute(on)


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_waited_for(monkeypatch, caplog):
    def cut(*args, **kwargs):
        raise OperationalError("could not connect to server")

    monkeypatch.setattr(connections["default"], "cursor", cut)
    with caplog.at_level("WARNING", logger="portal.start"):
        check_database()
    monkeypatch.undo()
    assert "the database is away" in caplog.text
