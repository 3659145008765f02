"""Many new rows at once, the way each database takes them fastest: COPY on PostgreSQL, INSERT elsewhere."""

import datetime
from io import StringIO

from django.db import connection, transaction
from django.db.models import JSONField

from accounts.text import Gated

AT_ONCE = 1_000  # rows in one INSERT
MANY = 500  # rows from which COPY is worth its preparation
BELIEVED = 2_000  # rows that change what PostgreSQL should believe of a table's size
ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def insert(records):
    """Store new records of one model, each with its number afterwards; triggers fire as for any other way."""
    records = list(records)
    if not records:
        return
    model = type(records[0])
    plain = not any(isinstance(field, JSONField) for field in model._meta.concrete_fields)
    if connection.vendor == "postgresql" and len(records) >= MANY and plain:
        copy(model, records)
    else:
        model.objects.bulk_create(records, batch_size=AT_ONCE)


@transaction.atomic
def copy(model, records):
    table = connection.ops.quote_name(model._meta.db_table)
    fields = model._meta.concrete_fields
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    with connection.cursor() as cursor:
        # A statement that begins with WITH tells the history who is writing (accounts/audit.py); COPY does not.
        cursor.execute(
            "WITH numbers AS (SELECT pg_get_serial_sequence(%s, 'id') AS name) "
            "SELECT nextval(name) FROM numbers, generate_series(1, %s)",
            [model._meta.db_table, len(records)],
        )
        for record, (number,) in zip(records, cursor.fetchall(), strict=True):
            record.pk = number
        with connection.wrap_database_errors:
            cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", written(fields, records))
        if len(records) >= BELIEVED:  # inside one transaction nobody else tells the planner
            cursor.execute(f"ANALYZE {table}")
    for record in records:
        record._state.adding, record._state.db = False, connection.alias


def written(fields, records):
    """The rows in the text form of COPY; text once more through its gate. What repeats in a column is written once."""
    columns, lines = [(field.attname, writer(field), {}) for field in fields], StringIO()
    for record in records:
        held, cells = vars(record), []
        for name, write, known in columns:
            value = held[name]
            if value not in known:
                known[value] = write(value)
            cells.append(known[value])
        lines.write("\t".join(cells))
        lines.write("\n")
    lines.seek(0)
    return lines


def writer(field):
    if isinstance(field, Gated):
        return lambda value: in_text(field.get_db_prep_save(value, connection))
    return in_text


def in_text(value):
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(ESCAPED)
    return value.isoformat() if isinstance(value, datetime.date) else str(value)
