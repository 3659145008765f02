"""Row history by database triggers, on SQLite and PostgreSQL alike: who, when, request, before, after, reason.

No save path, bulk update, raw statement or admin action can skip a trigger. The triggers are made anew from the models
after each `migrate` (SQLite drops them when it rebuilds a table). Two kinds of guard go with them: the history refuses
update and delete, and a ledger row (a model with `written_once`) may only ever change the columns it names there."""

import hashlib
import logging
import re
import uuid
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connections, transaction
from django.db.models import BigIntegerField, Func

OUR_APPS = ("accounts", "zones", "planning", "reports")
HISTORY = "accounts_rowchange"
SKIPPED = {
    "accounts_user": ["last_login"],
    "accounts_apitoken": ["last_used_at"],
    "accounts_calendarkey": ["last_used_at"],
    "accounts_webhook": ["cursor", "failing_since", "next_try_at", "claimed_until"],
}
MASKED = {
    "accounts_user": ["password"],
    "accounts_apitoken": ["digest"],
    "accounts_calendarkey": ["digest"],
    "accounts_webhook": ["salt"],
    "planning_opinionrequest": ["link_nonce"],
}
# Not business but bookkeeping: removed after a while, where the history would keep it for good, or a sum of records
# that are watched themselves.
UNWATCHED = {"accounts_rowchange", "accounts_idempotentrequest", "accounts_webhookdelivery"}
UNWATCHED |= {"accounts_notice", "accounts_letter"}
UNWATCHED |= {"zones_zonesum", "zones_facilitysum", "zones_facilitycell"}
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|WITH|REPLACE)\b", re.IGNORECASE)
PREFIX = "audit_"


@dataclass
class Acting:
    """Who is at work. `person` is a User or anything with one in `.user` (a request), looked up when a write comes."""

    person: Any = None
    request_id: str = ""
    reason: str = ""

    @property
    def actor_id(self):
        person = getattr(self.person, "user", self.person)
        return getattr(person, "pk", None)


now_acting: ContextVar[Acting | None] = ContextVar("now_acting", default=None)
told: ContextVar[tuple] = ContextVar("told", default=(None, "", ""))


@contextmanager
def acting(person, *, reason="", request_id=""):
    """Everything written inside is written down as done by `person`, for `reason`."""
    outer = now_acting.get()
    request_id = request_id or (outer.request_id if outer else "") or uuid.uuid4().hex
    token = now_acting.set(Acting(person, request_id, reason))
    try:
        yield
    finally:
        now_acting.reset(token)


class RequestIdFilter(logging.Filter):
    """Gives every log line the id of the request that it belongs to."""

    def filter(self, record):
        current = now_acting.get()
        record.request_id = current.request_id if current else "-"
        return True


def because(reason):
    """Give the reason for what the running request writes from here on."""
    if (current := now_acting.get()) is not None:
        current.reason = reason


def tell_actor(execute, sql, params, many, context):
    """Before each write the database learns who is writing: a session variable on PostgreSQL, `told` on SQLite."""
    if not (isinstance(sql, str) and WRITES.match(sql)):
        return execute(sql, params, many, context)
    current = now_acting.get() or Acting()
    facts = (current.actor_id, current.request_id, current.reason)
    token = told.set(facts)
    try:
        connection = context["connection"]
        if connection.vendor == "postgresql" and not many:
            sql = announce(connection, facts, escape=params is not None) + sql
        return execute(sql, params, many, context)
    finally:
        told.reset(token)


def announce(connection, facts, *, escape):
    """A statement that tells PostgreSQL who is writing; for this transaction only, so nothing has to be cleared."""
    with connection.connection.cursor() as cursor:
        texts = ["" if value is None else str(value).replace("\0", "") for value in facts]
        sql = cursor.mogrify(
            "SELECT set_config('app.actor', %s, true), set_config('app.request', %s, true), "
            "set_config('app.reason', %s, true);",
            texts,
        ).decode()
    return sql.replace("%", "%%") if escape else sql


def prepare_connection(connection, **kwargs):
    """Signal `connection_created`: the wrapper on every connection, the functions that SQLite's triggers call."""
    if tell_actor not in connection.execute_wrappers:
        connection.execute_wrappers.append(tell_actor)
    if connection.vendor == "sqlite":
        for place, name in enumerate(("audit_actor", "audit_request", "audit_reason")):
            connection.connection.create_function(name, 0, lambda place=place: told.get()[place])
        connection.connection.create_function("audit_mask", 1, mask, deterministic=True)


def mask(value):
    """Tells that a secret has changed without telling what it is."""
    return None if value is None else hashlib.md5(str(value).encode(), usedforsecurity=False).hexdigest()[:8]


def watched_models():
    """Every business table: the models of our apps and their link tables, but for the history and bookkeeping."""
    for label in OUR_APPS:
        if apps.is_installed(label):
            for model in apps.get_app_config(label).get_models(include_auto_created=True):
                if model._meta.db_table not in UNWATCHED and model._meta.managed:
                    yield model


def install(sender=None, using="default", **kwargs):
    """Signal `post_migrate`: (re)make every trigger."""
    connection = connections[using]
    present = set(connection.introspection.table_names())
    if HISTORY not in present:
        return
    remove(using)
    settle(connection)
    make = postgres_triggers if connection.vendor == "postgresql" else sqlite_triggers
    with connection.cursor() as cursor:
        for statement in make([model for model in watched_models() if model._meta.db_table in present]):
            cursor.execute(statement)


def remove(using="default"):
    """Drop our triggers (before a rebuild, and before a test empties its tables)."""
    drop_triggers(connections[using], PREFIX)


def drop_triggers(connection, prefix):
    """Drop the triggers whose names begin with `prefix`."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname, tgrelid::regclass::text FROM pg_trigger "
                "WHERE NOT tgisinternal AND starts_with(tgname, %s)",
                [prefix],
            )
        else:
            cursor.execute(
                "SELECT name, NULL FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, %s) = %s",
                [len(prefix), prefix],
            )
        for name, table in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"' + (f" ON {table}" if table else ""))


def settle(connection):
    """Put a history that was restored from another PostgreSQL cluster before everything that is written from now on.

    `tx` numbers the transactions of one cluster. Rows that are ahead of this one's count would be hidden from the feed
    (accounts/feed.py) until it catches up; they move below zero, in their order, and cursors given before are gone."""
    if connection.vendor != "postgresql":
        return
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if "tx" not in {column.name for column in connection.introspection.get_table_description(cursor, HISTORY)}:
            return  # a backup from before there was a feed: `migrate` comes next
        cursor.execute(AHEAD)
        for (ahead,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {HISTORY} DISABLE TRIGGER USER")
            cursor.execute(f"UPDATE {HISTORY} SET tx = tx - %s", [ahead + 1])
            cursor.execute(f"ALTER TABLE {HISTORY} ENABLE TRIGGER USER")


def columns_of(model):
    skipped = SKIPPED.get(model._meta.db_table, [])
    return [field.column for field in model._meta.concrete_fields if field.column not in skipped]


def fixed_columns(model):
    """The columns of a ledger row that never change, or None when the table is no ledger."""
    free = getattr(model, "written_once", None)
    if free is None:
        return None
    return [field.column for field in model._meta.concrete_fields if field.name not in free]


# SQLite ---------------------------------------------------------------------------------------------------------------


def sqlite_value(model, side, name):
    value = f'{side}."{name}"'
    return f"audit_mask({value})" if name in MASKED.get(model._meta.db_table, []) else value


def sqlite_row(model, side):
    parts = (f"'{name}', {sqlite_value(model, side, name)}" for name in columns_of(model))
    return f"json_object({', '.join(parts)})"


def sqlite_changed(model, side, other):
    """Only the columns that differ, as JSON."""
    return (
        f"(SELECT json_group_object(a.key, a.value) FROM json_each({sqlite_row(model, side)}) a "
        f"JOIN json_each({sqlite_row(model, other)}) b ON a.key = b.key WHERE a.value IS NOT b.value)"
    )


def sqlite_triggers(models):
    for model in models:
        table, pk = model._meta.db_table, model._meta.pk.column
        differs = " OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in columns_of(model))
        halves = {
            "insert": ("NEW", "NULL", sqlite_row(model, "NEW"), ""),
            "update": (
                "NEW",
                sqlite_changed(model, "OLD", "NEW"),
                sqlite_changed(model, "NEW", "OLD"),
                f"WHEN {differs}",
            ),
            "delete": ("OLD", sqlite_row(model, "OLD"), "NULL", ""),
        }
        for action, (side, before, after, when) in halves.items():
            yield (
                f'CREATE TRIGGER "{PREFIX}{action}_{table}" AFTER {action.upper()} ON "{table}" '
                f"FOR EACH ROW {when} BEGIN "
                f'INSERT INTO {HISTORY} (at, "table", "row", action, actor_id, request_id, reason, before, after) '
                f"VALUES (strftime('%Y-%m-%d %H:%M:%f', 'now'), '{table}', {sqlite_value(model, side, pk)}, "
                f"'{action}', audit_actor(), audit_request(), audit_reason(), {before}, {after}); END"
            )
        if (fixed := fixed_columns(model)) is not None:
            changed = " OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in fixed)
            yield from sqlite_guard(table, "UPDATE", f"WHEN {changed}")
            yield from sqlite_guard(table, "DELETE")
    yield from sqlite_guard(HISTORY, "UPDATE")
    yield from sqlite_guard(HISTORY, "DELETE")


def sqlite_guard(table, action, when=""):
    yield (
        f'CREATE TRIGGER "{PREFIX}guard_{action.lower()}_{table}" BEFORE {action} ON "{table}" '
        f"FOR EACH ROW {when} BEGIN "
        f"SELECT RAISE(ABORT, '{table} is written once'); END"
    )


# PostgreSQL -----------------------------------------------------------------------------------------------------------


class Horizon(Func):
    """The oldest transaction in this database that still runs: whatever has a smaller number has ended.

    PostgreSQL numbers the transactions of all its databases together; one that holds its number's lock in another
    database can write nothing here and keeps nobody waiting. In doubt it is taken for one of ours."""

    template = """least(
        pg_current_xact_id_if_assigned()::text::bigint,
        coalesce(
            (SELECT min(running::text::bigint) FROM pg_snapshot_xip(pg_current_snapshot()) AS running
             WHERE NOT EXISTS (
                SELECT 1 FROM pg_locks AS held JOIN pg_stat_activity AS elsewhere ON elsewhere.pid = held.pid
                WHERE held.locktype = 'transactionid' AND held.mode = 'ExclusiveLock' AND held.granted
                AND held.transactionid::text::bigint = mod(running::text::bigint, 4294967296)
                AND elsewhere.datid <> (SELECT oid FROM pg_database WHERE datname = current_database())
             )),
            pg_snapshot_xmax(pg_current_snapshot())::text::bigint
        )
    )"""
    output_field = BigIntegerField()


# The greatest `tx`, when no transaction of this cluster can have that number yet.
AHEAD = f"""
SELECT max(tx) FROM {HISTORY} HAVING max(tx) >= greatest(
    pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
    coalesce(pg_current_xact_id_if_assigned()::text::bigint + 1, 0)
)
"""
POSTGRES_FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION audit_record() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    old_row jsonb := CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE to_jsonb(OLD) - TG_ARGV[1]::text[] END;
    new_row jsonb := CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE to_jsonb(NEW) - TG_ARGV[1]::text[] END;
    pk text;
    secret text;
BEGIN
    FOREACH secret IN ARRAY TG_ARGV[2]::text[] LOOP
        IF old_row ? secret THEN
            old_row := old_row || jsonb_build_object(secret, left(md5(old_row->>secret), 8));
        END IF;
        IF new_row ? secret THEN
            new_row := new_row || jsonb_build_object(secret, left(md5(new_row->>secret), 8));
        END IF;
    END LOOP;
    pk := coalesce(new_row, old_row)->>TG_ARGV[0];
    IF TG_OP = 'UPDATE' THEN
        IF old_row = new_row THEN RETURN NULL; END IF;
        SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, n.value) INTO old_row, new_row
        FROM jsonb_each(old_row) o JOIN jsonb_each(new_row) n ON n.key = o.key WHERE o.value IS DISTINCT FROM n.value;
    END IF;
    INSERT INTO {HISTORY} (at, "table", "row", action, actor_id, request_id, reason, before, after)
    VALUES (clock_timestamp(), TG_TABLE_NAME, pk, lower(TG_OP), nullif(current_setting('app.actor', true), '')::bigint,
            coalesce(current_setting('app.request', true), ''), coalesce(current_setting('app.reason', true), ''),
            old_row, new_row);
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is written once', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$;
"""


def postgres_triggers(models):
    yield POSTGRES_FUNCTIONS
    for model in models:
        table = model._meta.db_table
        skipped, masked = (",".join(source.get(table, [])) for source in (SKIPPED, MASKED))
        yield (
            f'CREATE TRIGGER "{PREFIX}record" AFTER INSERT OR UPDATE OR DELETE ON "{table}" FOR EACH ROW '
            f"EXECUTE FUNCTION audit_record('{model._meta.pk.column}', '{{{skipped}}}', '{{{masked}}}')"
        )
        if (fixed := fixed_columns(model)) is not None:
            changed = " OR ".join(f'OLD."{name}" IS DISTINCT FROM NEW."{name}"' for name in fixed)
            yield postgres_guard(table, "fixed", "UPDATE", f"FOR EACH ROW WHEN ({changed})")
            yield postgres_guard(table, "kept", "DELETE", "FOR EACH ROW")
            yield postgres_guard(table, "whole", "TRUNCATE")
    yield postgres_guard(HISTORY, "fixed", "UPDATE OR DELETE", "FOR EACH ROW")
    yield postgres_guard(HISTORY, "whole", "TRUNCATE")


def postgres_guard(table, name, actions, when=""):
    return f'CREATE TRIGGER "{PREFIX}{name}" BEFORE {actions} ON "{table}" {when} EXECUTE FUNCTION audit_refuse()'
