"""Rows as JSON that PostgreSQL writes itself, by the very serializers that answer everywhere else.

Every field has its counterpart in SQL: a column, a code looked up among what the reader may see, a nested list. What a
serializer works out in Python (`get_x`) it says again as an expression (`sql_x`). Where something has no counterpart,
and on SQLite, the serializer answers by itself; a test holds both answers against each other."""

from dataclasses import dataclass
from itertools import count

from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    F,
    Func,
    JSONField,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Replace
from django.utils import timezone
from django.utils.translation import get_language
from rest_framework import serializers

MOST_STATEMENTS, MOST_PLANNED = 500, 40
WORKED_OUT = (
    serializers.RelatedField,
    serializers.ManyRelatedField,
    serializers.BaseSerializer,
    serializers.SerializerMethodField,
)
ZERO_MICROSECONDS = ".000000"
numbers = count(1)


class NoCounterpart(Exception):
    """A field is worked out in Python only."""


class JSONObject(Func):
    """An object written without spaces, which json_build_object is not."""

    output_field = JSONField()

    def __init__(self, /, **members):
        self.names = list(members)
        super().__init__(*members.values())

    def as_sql(self, compiler, connection, **context):
        parts, params = [], []
        for name, expression in zip(self.names, self.get_source_expressions(), strict=True):
            sql, own = compiler.compile(expression)
            parts.append(f'{sql} AS "{name}"')
            params.extend(own)
        return f"(SELECT row_to_json(told) FROM (SELECT {', '.join(parts)}) told)", params


class JSONList(Subquery):
    """The values of a subquery's only column as one JSON list, in its order."""

    template = "(SELECT COALESCE(json_agg(of.told), '[]'::json) FROM (%(subquery)s) of(told))"
    output_field = JSONField()


class Digits(Func):
    """A number without trailing zeros."""

    function = "trim_scale"


class Text(Func):
    """Its parts one after the other, whatever their type."""

    function = "concat"
    output_field = TextField()


def row_of(serializer, rows):
    """One row of `rows` as a JSON object, as an expression; `rows` is where prefetched lists say what they hold."""
    told = {field.field_name: counterpart(field, serializer, rows) for field in serializer._readable_fields}
    return JSONObject(**told)


def counterpart(field, serializer, rows):
    """What `field` of `serializer` answers, as an expression."""
    if own := getattr(serializer, f"sql_{field.field_name}", None):
        return own()
    if isinstance(field, serializers.ListSerializer):
        return listed(field, rows)
    if isinstance(field, serializers.Serializer) and field.source == "*":
        return row_of(field, rows)
    if isinstance(field, (serializers.SlugRelatedField, serializers.PrimaryKeyRelatedField)):
        return related(field)
    if isinstance(field, WORKED_OUT):
        raise NoCounterpart(field.field_name)
    return column(field, rows)


def related(field):
    """The code or id of another record, if the reader may see it."""
    seen, named = field.get_queryset(), getattr(field, "slug_field", "pk")
    if seen is None or not seen.query.where:  # everybody may
        return F(f"{field.source}__{named}")
    return Subquery(seen.order_by().filter(pk=OuterRef(f"{field.source}_id")).values(named))


def column(field, rows):
    """A column of the row or of a related one (`unit.name`), a figure that `rows` was annotated with, or a property
    that the model says in SQL as well (`etag`: `etag_in_sql`)."""
    if in_sql := getattr(rows.model, f"{field.source}_in_sql", None):
        return in_sql()
    path = field.source.replace(".", "__")
    first = path.split("__")[0]
    if first not in rows.query.annotations and first not in {one.name for one in rows.model._meta.get_fields()}:
        raise NoCounterpart(field.field_name)
    if isinstance(field, serializers.DateTimeField):
        return moment(path)
    return Digits(F(path)) if isinstance(field, serializers.DecimalField) else F(path)


def moment(path):
    """A moment in the portal's own time zone, as Python writes it: 2026-03-21T15:00:00+07:00."""
    local = Func(Value(str(timezone.get_default_timezone())), F(path), function="timezone")
    text = Func(local, Value('YYYY-MM-DD"T"HH24:MI:SS.US'), function="to_char", output_field=TextField())
    offset = timezone.localtime().isoformat()[-6:]  # the same since 1975, so of every moment in the register
    return Case(
        When(**{f"{path}__isnull": False}, then=Text(Replace(text, Value(ZERO_MICROSECONDS), Value("")), Value(offset)))
    )


def listed(field, rows):
    """A nested list: the rows that the queryset prefetches under this name."""
    for prefetch in rows._prefetch_related_lookups:
        if getattr(prefetch, "prefetch_to", None) == field.source and prefetch.queryset is not None:
            inner, back = prefetch.queryset, rows.model._meta.get_field(field.source).field.name
            told = row_of(field.child, inner)
            return JSONList(inner.select_related(None).filter(**{back: OuterRef("pk")}).values_list(told))
    raise NoCounterpart(field.field_name)


# The finished statement -----------------------------------------------------------------------------------------------

PLACE = object()  # where in a statement the wanted keys go
statements: dict = {}  # what a statement hangs on → Statement, or None without a counterpart


@dataclass(frozen=True)
class Statement:
    """The rows that a reader may see, and SQL that tells those with given keys. `name`: among prepared statements."""

    rows: QuerySet
    sql: str
    params: tuple
    name: str

    @classmethod
    def of(cls, rows, asked):
        return cls(rows, *asked.query.sql_with_params(), f"told_{next(numbers)}")


def told(view, keys):
    """{key: (JSON, ETag)} of the records of `view` with these keys; None when Python must answer."""
    statement = statement_of(view)
    if statement is None:
        return None
    return {key: (text, etag) for key, text, etag in ask(statement, keys)}


def ask(statement, keys):
    """The rows of the answer."""
    with connection.cursor() as cursor:
        prepare(cursor, statement)
        cursor.execute(f"EXECUTE {statement.name} (%s)", [keys])
        return cursor.fetchall()


def prepare(cursor, statement):
    """Planning takes PostgreSQL longer than telling one record, so each connection plans a statement once."""
    if getattr(connection, "planned_by", None) is not connection.connection:
        connection.planned_by, connection.planned = connection.connection, []
    if statement.name in connection.planned:  # the least lately used is the first to go
        connection.planned.remove(statement.name)
        connection.planned.append(statement.name)
        return
    if len(connection.planned) >= MOST_PLANNED:
        cursor.execute(f"DEALLOCATE {connection.planned.pop(0)}")
    params = [Place() if one is PLACE else one for one in statement.params]
    cursor.execute(f"PREPARE {statement.name} AS {statement.sql}", params)
    connection.planned.append(statement.name)


class Place:
    """Written as the parameter of a prepared statement."""

    def __conform__(self, protocol):
        return self

    def getquoted(self):
        return b"$1"


def statement_of(view):
    """Making a statement takes longer than asking it, so it is made once for whatever asks and sees alike."""
    if connection.vendor != "postgresql":
        return None
    hangs_on = (type(view), view.action, *asked(view), *sight(view.request.user))
    if hangs_on not in statements:
        if len(statements) >= MOST_STATEMENTS:
            statements.clear()
        try:
            statements[hangs_on] = make(view)
        except NoCounterpart:
            statements[hangs_on] = None
    return statements[hangs_on]


def asked(view):
    """What of a request shapes its rows: the parameters beside filters and pages, the language, the day."""
    names, given = (*view.shaping, *view.parameters), view.request.query_params
    return *((name, given.get(name)) for name in names), get_language(), timezone.localdate()


def sight(user):
    """Everything about a reader that `visible_to` looks at."""
    return user.pk, user.is_active, user.role, user.agency_id, user.agency and user.agency.city


def make(view):
    serializer, rows = view.get_serializer(), view.get_queryset()
    key = "pk" if view.action == "list" else view.lookup_field
    row = Cast(row_of(serializer, rows), TextField())
    etag = rows.model.etag_in_sql() if hasattr(rows.model, "etag_in_sql") else Value("")
    rows = rows.select_related(None).prefetch_related(None)
    return Statement.of(rows, rows.order_by().filter(among(key)).values_list(key, row, etag))


def among(key):
    """The condition that a column is one of the keys that are put in later."""
    return Func(F(key), Value(PLACE), template="%(expressions)s)", arg_joiner=" = ANY(", output_field=BooleanField())
