"""Indexes that lists of a million rows are paged by, and on PostgreSQL indexes for words in the middle of a text."""

import sys

from django.db import DatabaseError, migrations, models, transaction

SEARCHED = ("zones_zone", "zones_facility", "zones_tenantproject", "zones_document")
WITHOUT = (
    "\n  The extension pg_trgm cannot be made here (%s). Searching works without it, only slower on large registers.\n"
    "  To add it later: CREATE EXTENSION pg_trgm as the owner of the database, then"
    " manage.py migrate zones 0003 and manage.py migrate again.\n"
)


def take_time(apps, schema_editor):
    """An index over a million rows takes longer than a request may."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET LOCAL statement_timeout = 0")


def index_words(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(schema_editor.connection.alias):
            schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError as refused:
        sys.stderr.write(WITHOUT % str(refused).strip().splitlines()[0])
        return
    for table in SEARCHED:
        schema_editor.execute(f"CREATE INDEX {table}_words ON {table} USING gin (search gin_trgm_ops)")


def drop_words(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in SEARCHED:
            schema_editor.execute(f"DROP INDEX IF EXISTS {table}_words")


class Migration(migrations.Migration):
    dependencies = [("zones", "0003_stored_sums")]

    operations = [
        migrations.RunPython(take_time, take_time),
        migrations.RemoveIndex(model_name="facility", name="facility_city_class"),
        migrations.AddIndex(
            model_name="facility",
            index=models.Index(fields=["city", "name_sort", "id"], name="facility_city_name"),
        ),
        migrations.AddIndex(
            model_name="facility",
            index=models.Index(fields=["relocation_class", "name_sort", "id"], name="facility_class_name"),
        ),
        migrations.AddIndex(
            model_name="facility",
            index=models.Index(fields=["city", "relocation_class", "name_sort", "id"], name="facility_city_class_name"),
        ),
        migrations.AddIndex(
            model_name="facility",
            index=models.Index(fields=["wave", "name_sort", "id"], name="facility_wave_name"),
        ),
        migrations.AddIndex(model_name="facility", index=models.Index(fields=["land_area_ha"], name="facility_land")),
        migrations.AddIndex(model_name="facility", index=models.Index(fields=["floor_area_m2"], name="facility_floor")),
        migrations.AddIndex(model_name="facility", index=models.Index(fields=["workers"], name="facility_workers")),
        migrations.AddIndex(
            model_name="facility", index=models.Index(fields=["relocation_due_on"], name="facility_due")
        ),
        migrations.AddIndex(
            model_name="measurement",
            index=models.Index(fields=["as_of", "recorded_at", "id"], name="measurement_newest"),
        ),
        migrations.RunPython(index_words, drop_words),
    ]
