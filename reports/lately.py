"""What changed lately in the register, as far as a reader may see it, by zone and day; much at once is one line."""

import datetime
from dataclasses import dataclass, field
from functools import lru_cache

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import CharField, DateTimeField, Q, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import seen_by
from accounts.models import RowChange, User
from zones.models import FACTS, Measurement, Zone

SHOWN = 8
LOOKED_AT = 200
ZONES_EACH = 4  # more zones than this by one person on one day are one line


@dataclass(frozen=True)
class Change:
    """One line: on this day, by this person, of this zone ("" when of many), these kinds of facts."""

    on: datetime.date
    who: str
    zone: str
    code: str
    what: str


@dataclass(frozen=True)
class Trace:
    """A fact that was recorded, or a zone's record that was corrected."""

    at: datetime.datetime
    who: int | None
    zone: int | None
    what: str

    @property
    def on(self):
        return timezone.localdate(self.at)


@dataclass(frozen=True)
class Asked:
    """What is told of to whom: of one city ("" for all), of a day or earlier, as known at a moment. Readers who may
    see the same ask the same."""

    rights: tuple[Q, ...]
    city: str
    on: datetime.date | None
    known: datetime.datetime | None
    user: User = field(compare=False)

    @property
    def facts(self):
        """The facts of each kind that may be told of."""
        return [facts(model, self.user, self.city, self.on, self.known) for model in FACTS]


def lately(user, city, on, known):
    """The newest changes first, at most SHOWN lines; a fixed number of statements."""
    asked = Asked(tuple(seen_by(user, model.access) for model in FACTS), city, on, known, user)
    traces = [*recorded(asked), *corrected(user, city, known)]
    zones = {zone.pk: zone for zone in Zone.objects.visible_to(user).filter(pk__in={trace.zone for trace in traces})}
    people = {person.pk: str(person) for person in User.objects.filter(pk__in={trace.who for trace in traces})}
    by_day = {}
    for trace in sorted(traces, key=lambda trace: trace.at, reverse=True):
        by_day.setdefault((trace.on, trace.who), []).append(trace)
    lines = [change for (_day, who), same in by_day.items() for change in one_day(same, people.get(who, ""), zones)]
    lines += loaded(asked)
    return tuple(sorted(lines, key=lambda change: change.on, reverse=True)[:SHOWN])


def one_day(traces, who, zones):
    """What one person did on one day: a line for each zone, or one line when there are many."""
    by_zone = {}
    for trace in traces:
        by_zone.setdefault(trace.zone, []).append(trace.what)
    if len(by_zone) > ZONES_EACH:
        return [Change(traces[0].on, who, _("%(n)s khu, cụm") % {"n": len(by_zone)}, "", numbered(traces))]
    return [
        Change(traces[0].on, who, zones[pk].name if pk else _("Số liệu toàn thành phố"), zones[pk].code if pk else "",
               ", ".join(dict.fromkeys(kinds)))
        for pk, kinds in by_zone.items()
    ]  # fmt: skip


def numbered(traces):
    kinds = [trace.what for trace in traces]
    return ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))


def facts(model, user, city, on, known):
    """The facts of one kind that may be told of."""
    found = model.objects.visible_to(user).filter(Q(recorded_at__lte=known) if known else Q())
    found = found.filter(Q(as_of__lte=on) if on else Q()).order_by()
    of_city = Q(zone__city=city) | Q(city=city) if model is Measurement else Q(zone__city=city)
    return found.filter(of_city) if city else found


def newest(found, wanted):
    """The `wanted` facts recorded last: by an index, however many there are."""
    return found.model.objects.filter(pk__in=found.order_by("-recorded_at").values("pk")[:wanted]).order_by()


def recorded(asked):
    """The newest facts that people recorded, of all kinds in one statement."""
    return [Trace(at, who, zone, kind_of(place)) for at, who, zone, place in rows_of(worded_recorded(asked))]


def loaded(asked):
    """What was loaded by nobody in person (the first filling of the register): one line that names the kinds."""
    found = rows_of(worded_loaded(asked))
    if not found:
        return []
    what = ", ".join(kind_of(place) for place in sorted(place for _at, place in found))
    return [Change(timezone.localdate(max(at for at, _place in found)), "", _("Nạp dữ liệu vào sổ"), "", what)]


@lru_cache(maxsize=100)
def worded_recorded(asked):
    parts = [
        newest(found.filter(recorded_by__isnull=False), LOOKED_AT)
        .annotate(what=Value(place))
        .values_list("recorded_at", "recorded_by", "zone", "what")
        for place, found in enumerate(asked.facts)
    ]
    return worded(parts[0].union(*parts[1:], all=True).order_by("-recorded_at")[:LOOKED_AT])


@lru_cache(maxsize=100)
def worded_loaded(asked):
    parts = [
        newest(found.filter(recorded_by__isnull=True), 1).annotate(what=Value(place)).values_list("recorded_at", "what")
        for place, found in enumerate(asked.facts)
    ]
    return worded(parts[0].union(*parts[1:], all=True))


def worded(found):
    """The statement and its values, None when it would find nothing. Wording a union of all kinds takes ten times as
    long as answering it, and it reads the same until rights or question change."""
    try:
        return found.query.sql_with_params()
    except EmptyResultSet:
        return None


def rows_of(statement):
    """The rows that a worded statement finds now, each with a moment first."""
    if statement is None:
        return []
    moment = Value(None, DateTimeField())
    with connection.cursor() as cursor:
        cursor.execute(*statement)
        found = cursor.fetchall()
    for convert in connection.ops.get_db_converters(moment):
        found = [(convert(at, moment, connection), *others) for at, *others in found]
    return found


def corrected(user, city, known):
    """The newest new zones and corrections of a zone's own record; what only repeats the ledger carries no version."""
    own = Zone.objects.visible_to(user).filter(Q(city=city) if city else Q())
    changes = RowChange.objects.filter(
        Q(action=RowChange.Action.INSERT) | Q(action=RowChange.Action.UPDATE, after__has_key="version"),
        Q(at__lte=known) if known else Q(),
        table=Zone._meta.db_table,
        actor__isnull=False,
        row__in=own.annotate(key=Cast("pk", CharField())).values("key"),
    )
    words = {RowChange.Action.INSERT: _("thêm vào sổ"), RowChange.Action.UPDATE: _("sửa thông tin chung")}
    newest = changes.order_by("-pk").values_list("at", "actor", "row", "action")[:LOOKED_AT]
    return [Trace(at, who, int(row), words[action]) for at, who, row, action in newest]


def kind_of(place):
    return str(FACTS[place]._meta.verbose_name)
