"""The stored sums of the register (zones/models/sums.py), kept current by triggers in the transaction of each change.

On PostgreSQL one statement, however many rows it changes, appends what it moves from group to group, and waits for
nobody: every FOLD_AT-th appended row folds what stands beside its group into it, leaving out whatever another
transaction holds. SQLite, which has one writer at a time, adds to the groups in place. Like those of the history the
triggers are made anew after each `migrate`, and everything is counted again then."""

from django.db import connections, transaction
from django.db.models import Sum
from django.db.models.sql import Query

from accounts.audit import drop_triggers
from zones.models.sums import SUMS, FacilitySum

PREFIX = "sums_"
FOLD_AT = 512


class Spelled:
    """One class of sums in the SQL of one database: its table, its groups and what it adds up."""

    def __init__(self, model, connection):
        self.model, self.connection = model, connection
        self.table, self.source = model._meta.db_table, model.of._meta.db_table
        self.query = Query(model.of, alias_cols=False)
        self.groupings = [self.spell(grouping) for grouping in model.groupings()]
        self.sums = self.spell(model.amounts())
        self.groups = list(self.groupings[0])
        self.columns = [f'"{name}"' for name in (*self.groups, *self.sums)]
        self.where = self.condition(model.counts)

    def spell(self, expressions):
        """Column → SQL over the columns of the record, which stand there without a table's name."""
        return {
            self.model._meta.get_field(name).column: self.text(expression.resolve_expression(self.query))
            for name, expression in expressions.items()
        }

    def condition(self, q):
        return self.text(self.query.build_where(q)) if q else "1 = 1"

    def text(self, node):
        compiler = self.query.get_compiler(connection=self.connection)
        sql, params = compiler.compile(node)
        quote = self.connection.schema_editor().quote_value
        return sql % tuple(quote(param) for param in params)

    @property
    def used(self):
        """The columns of the record that the sums hang on."""
        text = " ".join([self.where, *self.sums.values(), *(sql for one in self.groupings for sql in one.values())])
        return [field.column for field in self.model.of._meta.concrete_fields if f'"{field.column}"' in text]

    def rows(self, source, sign=""):
        """What each record of `source` adds to its groups (with `sign` “-”: takes away), a row for each grouping."""
        parts = (
            ", ".join([*(f'{sql} AS "{name}"' for name, sql in grouping.items()),
                       *(f'{sign}({sql}) AS "{name}"' for name, sql in self.sums.items())])
            for grouping in self.groupings
        )  # fmt: skip
        return " UNION ALL ".join(f"SELECT {part} FROM {source} WHERE {self.where}" for part in parts)

    def grouped(self, rows):
        """One row for each group of `rows` that does not come to nothing."""
        groups = ", ".join(f'"{name}"' for name in self.groups)
        sums = ", ".join(f'sum("{name}") AS "{name}"' for name in self.sums)
        something = " OR ".join(f'sum("{name}") <> 0' for name in self.sums)
        return f"SELECT {groups}, {sums} FROM ({rows}) AS moved GROUP BY {groups} HAVING {something}"

    def insert(self, rows, folded):
        names = ", ".join(self.columns)
        return f'INSERT INTO "{self.table}" ({names}, "folded") SELECT {names}, {folded} FROM ({rows}) AS found'


def recount(using="default", models=SUMS):
    """Count everything anew from the records, while nobody changes them."""
    connection = connections[using]
    with transaction.atomic(using), connection.cursor() as cursor:
        for one in (Spelled(model, connection) for model in models):
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
                cursor.execute(f'LOCK TABLE "{one.source}" IN SHARE ROW EXCLUSIVE MODE')
            cursor.execute(f'DELETE FROM "{one.table}"')
            cursor.execute(one.insert(one.grouped(one.rows(f'"{one.source}"')), "true"))


def fold(using="default"):
    """Fold what stands beside its group into it, as the triggers do by themselves now and then."""
    connection = connections[using]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for model in SUMS:
                cursor.execute(f"SELECT {PREFIX}fold_{model._meta.db_table}()")


def install(using="default", **kwargs):
    """Signal `post_migrate`: (re)make every trigger and count everything anew."""
    connection = connections[using]
    present = set(connection.introspection.table_names())
    models = [model for model in SUMS if {model._meta.db_table, model.of._meta.db_table} <= present]
    with transaction.atomic(using), connection.cursor() as cursor:
        remove(using)
        make = postgres_triggers if connection.vendor == "postgresql" else sqlite_triggers
        for model in models:
            for statement in make(Spelled(model, connection)):
                cursor.execute(statement)
        recount(using, models)


def remove(using="default"):
    drop_triggers(connections[using], PREFIX)


# What is read ---------------------------------------------------------------------------------------------------------


def facilities(user):
    """Today's facilities that `user` may see, by city and relocation class: rows of FacilitySum's amounts."""
    return added_up(FacilitySum.objects.visible_to(user), {name: name for name in FacilitySum.amounts()})


def live_facilities(rows):
    """The same, added up from the records themselves."""
    return added_up(rows.order_by(), FacilitySum.amounts())


def added_up(rows, amounts):
    asked = {f"sum_{name}": Sum(amount) for name, amount in amounts.items()}
    found = rows.values("city", "relocation_class").annotate(**asked)
    return [{name.removeprefix("sum_"): value for name, value in row.items()} for row in found]


# PostgreSQL -----------------------------------------------------------------------------------------------------------

POSTGRES_FUNCTIONS = """
CREATE OR REPLACE FUNCTION {fold}() RETURNS void LANGUAGE plpgsql SET enable_nestloop = off AS $$
BEGIN
    WITH loose AS MATERIALIZED (SELECT * FROM "{table}" WHERE NOT folded FOR UPDATE SKIP LOCKED),
    grown AS MATERIALIZED (
        SELECT s.* FROM "{table}" s JOIN (SELECT DISTINCT {groups} FROM loose) AS l ON {same}
        WHERE s.folded FOR UPDATE OF s SKIP LOCKED
    ),
    gone AS (DELETE FROM "{table}" WHERE id IN (SELECT id FROM loose UNION ALL SELECT id FROM grown))
    {fold_rows};
END $$;
CREATE OR REPLACE FUNCTION {move}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    full_now boolean := false;
BEGIN
    IF TG_OP = 'INSERT' THEN
        WITH made AS ({added} RETURNING id) SELECT bool_or(id % {fold_at} = 0) INTO full_now FROM made;
    ELSIF TG_OP = 'UPDATE' THEN
        WITH made AS ({changed} RETURNING id) SELECT bool_or(id % {fold_at} = 0) INTO full_now FROM made;
    ELSIF TG_OP = 'DELETE' THEN
        WITH made AS ({taken} RETURNING id) SELECT bool_or(id % {fold_at} = 0) INTO full_now FROM made;
    ELSE
        DELETE FROM "{table}";
    END IF;
    IF full_now THEN
        PERFORM {fold}();
    END IF;
    RETURN NULL;
END $$;
"""


def postgres_triggers(one):
    fold_name, move = f"{PREFIX}fold_{one.table}", f"{PREFIX}move_{one.table}"
    gained, lost = one.rows("gained"), one.rows("lost", "-")
    names = ", ".join(one.columns)
    yield POSTGRES_FUNCTIONS.format(
        table=one.table,
        fold=fold_name,
        move=move,
        fold_at=FOLD_AT,
        groups=", ".join(f'"{name}"' for name in one.groups),
        same=" AND ".join(postgres_same(name) for name in one.groups),
        fold_rows=one.insert(one.grouped(f"SELECT {names} FROM loose UNION ALL SELECT {names} FROM grown"), "true"),
        added=one.insert(one.grouped(gained), "false"),
        changed=one.insert(one.grouped(f"{gained} UNION ALL {lost}"), "false"),
        taken=one.insert(one.grouped(lost), "false"),
    )
    seen = {"INSERT": "NEW TABLE AS gained", "UPDATE": "OLD TABLE AS lost NEW TABLE AS gained"}
    for action, tables in (seen | {"DELETE": "OLD TABLE AS lost"}).items():
        yield (
            f'CREATE TRIGGER "{PREFIX}{action.lower()}_{one.table}" AFTER {action} ON "{one.source}" '
            f"REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION {move}()"
        )
    yield (
        f'CREATE TRIGGER "{PREFIX}truncate_{one.table}" AFTER TRUNCATE ON "{one.source}" '
        f"FOR EACH STATEMENT EXECUTE FUNCTION {move}()"
    )


def postgres_same(name):
    if name == "managing_agency_id":  # may be empty
        return f'coalesce(s."{name}", 0) = coalesce(l."{name}", 0)'
    return f's."{name}" = l."{name}"'


# SQLite ---------------------------------------------------------------------------------------------------------------


def sqlite_triggers(one):
    changed = " OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in one.used)
    gained, lost = sqlite_moves(one, "NEW", ""), sqlite_moves(one, "OLD", "-")
    for action, when, moves in (
        ("insert", "", gained),
        ("update", f"WHEN {changed}", f"{lost} {gained}"),
        ("delete", "", lost),
    ):
        yield (
            f'CREATE TRIGGER "{PREFIX}{action}_{one.table}" AFTER {action.upper()} ON "{one.source}" '
            f"FOR EACH ROW {when} BEGIN {moves} END"
        )


def sqlite_moves(one, side, sign):
    """Add what one record brings (or takes) to the groups that it belongs to; a group that is new is made."""
    record = ", ".join(f'{side}."{name}" AS "{name}"' for name in one.used)
    rows = one.rows(f"(SELECT {record})", sign)
    same = " AND ".join(f'"{one.table}"."{name}" IS found."{name}"' for name in one.groups)
    added = ", ".join(f'"{name}" = "{one.table}"."{name}" + found."{name}"' for name in one.sums)
    exists = f'SELECT 1 FROM "{one.table}" WHERE {same}'
    return (
        f'UPDATE "{one.table}" SET {added} FROM ({rows}) AS found WHERE {same}; '
        f"{one.insert(rows, 'true')} WHERE NOT EXISTS ({exists});"
    )
