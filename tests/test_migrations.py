"""Migrations are named after what they do, can be undone, and agree with the models."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

ROOT = Path(__file__).resolve().parent.parent
OURS = {path.name for path in ROOT.iterdir() if (path / "migrations").is_dir()}


@pytest.mark.django_db
def test_models_and_migrations_agree():
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


def test_migrations_are_named_and_reversible():
    ours = [(key, migration) for key, migration in MigrationLoader(None).disk_migrations.items() if key[0] in OURS]
    assert ours
    wrong = [
        f"{app}.{name}"
        for (app, name), migration in ours
        if re.search(r"auto_\d|and_more|merge", name)
        or not all(operation.reversible for operation in migration.operations)
    ]
    assert not wrong


@pytest.mark.django_db
def test_every_table_belongs_to_a_model():
    """PostgreSQL empties no table that an unknown one points to."""
    tables = set(connection.introspection.table_names()) - {"django_migrations", "sqlite_stat1", "sqlite_stat4"}
    assert tables == set(connection.introspection.django_table_names())


@pytest.mark.django_db(transaction=True)
def test_the_register_can_be_taken_back_to_nothing_and_made_again():
    try:
        MigrationExecutor(connection).migrate([("zones", None)])
        assert "zones_zone" not in connection.introspection.table_names()
    finally:
        call_command("migrate", verbosity=0)
    assert "zones_zone" in connection.introspection.table_names()
