"""The list of obstacles: columns, what can be asked, rows, counts. Page, exports and API share them.

It speaks of the cut-off day of the frame: obstacles raised by its end, in the state they were in then."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, DateField, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from accounts.access import City, Publicity, prefetch_visible
from accounts.models import Agency
from accounts.text import fold
from planning import clock
from planning.columns import dossier_address
from planning.marks import Mark, left_mark
from planning.models import Dossier, Holiday, Obstacle, ObstacleState, ObstacleUpdate
from planning.obstacles import stale_days
from zones.asking import AskingFilterSet
from zones.columns import Column, basis_of, code_of, zone_address
from zones.filters import (
    AnswerFilter,
    AnyOfFilter,
    CityFilter,
    CodeFilter,
    DayFilter,
    Ordering,
    SearchFilter,
    flagged,
    given,
)
from zones.listings import Listing
from zones.models import Document, Zone

MARKS = {
    ObstacleState.OVERDUE: "late",
    ObstacleState.NO_DATE: "unknown",
    ObstacleState.IN_TIME: "in_plan",
    ObstacleState.RESOLVED: "on-track",
}  # state of an obstacle → the mark of the style sheet, the worst first
OPEN = [state for state in MARKS if state != ObstacleState.RESOLVED]


def obstacle_address(obstacle):
    return reverse("planning:obstacle", args=[obstacle.code])


def state_mark(obstacle):
    return MARKS[obstacle.state]


def subject_of(obstacle):
    """The zone or dossier that is held up, as far as the reader may see it."""
    return obstacle.zone or obstacle.dossier


def subject_name(obstacle):
    return str(subject_of(obstacle) or _t("khu, hồ sơ hạn chế"))


def subject_address(obstacle):
    """Where the subject stands; the obstacle itself where the reader may not see it."""
    if obstacle.zone:
        return zone_address(obstacle.zone)
    return dossier_address(obstacle.dossier) if obstacle.dossier else obstacle_address(obstacle)


def expected_in_words(obstacle):
    """The day as first said and, where another one has been approved since, the one that held on the day in view."""
    days = dict.fromkeys([obstacle.first_expected_on, obstacle.then_expected_on])
    return " → ".join(f"{day:%d/%m/%Y}" for day in days if day)


def days_silent(obstacle):
    return (obstacle.on_day - obstacle.told_on).days


def told_in_words(obstacle):
    """How long ago something was last approved of it: 'im lặng 45 ngày' where that is too long."""
    days = days_silent(obstacle)
    if obstacle.is_stale:
        return ngettext("im lặng %(n)s ngày", "im lặng %(n)s ngày", days) % {"n": days}
    return ngettext("%(n)s ngày trước", "%(n)s ngày trước", days) % {"n": days} if days else _t("hôm nay")


def time_left(obstacle, calendar):
    """What was left on the day in view until the day expected: a planning.marks.Mark; empty without a date or when it
    was removed."""
    if obstacle.state == ObstacleState.RESOLVED or obstacle.then_expected_on is None:
        return Mark("", "")
    return left_mark(clock.lateness(obstacle.then_expected_on, obstacle.on_day, calendar))


ELSEWHERE = _("Ghi bằng cập nhật ở trang của vướng mắc.")
OBSTACLE = (
    Column("title", _("Vướng mắc"), shown=True, long=True, link=obstacle_address, sort="title"),
    Column("code", _("Mã"), sort="code", also=("Mã vướng mắc",)),
    Column("subject", _("Khu, cụm hoặc hồ sơ"), subject_name, shown=True, long=True, link=subject_address),
    Column("zone_code", _("Mã khu, cụm"), code_of("zone"), sets="zone", names="zone"),
    Column("dossier_code", _("Mã hồ sơ"), code_of("dossier"), sets="dossier", names="dossier"),
    Column("cause", _("Nguyên nhân"), choices=dict(Obstacle.Cause.choices), shown=True, sort="cause"),
    Column("agency", _("Cơ quan tháo gỡ"), lambda obstacle: str(obstacle.agency), shown=True, long=True, sort="agency"),
    Column("agency_code", _("Mã cơ quan tháo gỡ"), code_of("agency"), sets="agency", names="agency"),
    Column("raised_by", _("Cơ quan nêu"), lambda one: one.raised_by and str(one.raised_by), long=True),
    Column("raised_code", _("Mã cơ quan nêu"), code_of("raised_by"), sets="raised_by", names="agency"),
    Column("raised_on", _("Ngày nêu"), kind="date", shown=True, sort="raised_on"),
    Column("first_expected_on", _("Ngày dự kiến ban đầu"), kind="date"),
    Column("expected", _("Dự kiến xong"), expected_in_words, shown=True, sort="expected_on"),
    Column(
        "state",
        _("Tình trạng"),
        choices=dict(ObstacleState.choices),
        shown=True,
        state=state_mark,
        sort="state",
    ),
    Column("time", _("Còn, quá ngày"), lambda obstacle: obstacle.time.words),
    Column("told", _("Cập nhật gần nhất"), told_in_words, shown=True, sort="told_on"),
    Column("told_on", _("Ngày cập nhật gần nhất"), kind="date"),
    Column("is_stale", _("Im lặng"), kind="yesno"),
    Column("detail", _("Diễn giải"), long=True),
    Column("solution", _("Giải pháp đề xuất"), long=True),
    Column("publicity", _("Mức công khai"), choices=dict(Publicity.choices)),
    Column("city", _("Thành phố"), choices=dict(City.choices), sort="city"),
    Column("document", _("Văn bản"), basis_of, names="document"),
    Column("source", _("Nguồn"), long=True),
    Column("note", _("Ghi chú"), long=True),
)


def obstacles_on(user, day):
    """The obstacles that `user` may see, of those raised by the end of `day` (today when None), as they stood then.

    `waiting`: the id of the first update that waits for a decision now."""
    day = day or timezone.localdate()
    found = Obstacle.objects.visible_to(user).raised_until(day).stated(day, stale_days(day))
    waiting = ObstacleUpdate.objects.filter(obstacle=OuterRef("pk"), decision=ObstacleUpdate.Decision.WAITING)
    first = Subquery(waiting.order_by("on", "pk").values("pk")[:1])
    return found.annotate(on_day=Value(day, output_field=DateField()), waiting=first, rank=RANK)


RANK = Case(
    When(state=ObstacleState.OVERDUE, then=Value(0)),
    When(is_stale=True, then=Value(1)),
    When(state=ObstacleState.RESOLVED, then=Value(3)),
    default=Value(2),
    output_field=IntegerField(),
)  # the worst first


def obstacle_rows(user, day, known):
    found = obstacles_on(user, day).select_related("agency", "raised_by").prefetch_related(*obstacle_related(user))
    return found.order_by("rank", F("then_expected_on").asc(nulls_last=True), "raised_on", "pk")


def subject_related(user):
    return prefetch_visible("zone", Zone, user), prefetch_visible("dossier", Dossier, user)


def obstacle_related(user):
    return *subject_related(user), prefetch_visible("document", Document, user)


def timed(obstacles):
    """The obstacles with what was left on the day in view, counted in working days."""
    calendar = Holiday.objects.calendar()
    for obstacle in obstacles:
        obstacle.time = time_left(obstacle, calendar)
        yield obstacle


def of_visible(user, name):
    """The ids that obstacles in view name."""
    return Q(pk__in=Obstacle.objects.visible_to(user).filter(**{f"{name}__isnull": False}).order_by().values(name))


class ObstacleFilterSet(AskingFilterSet):
    search = SearchFilter(method="look_for")
    state = AnyOfFilter(field_name="state", choices=ObstacleState.choices, label=_("Tình trạng"))
    stale = AnswerFilter(flagged("is_stale"), label=_("Im lặng"))
    waiting = AnswerFilter(given("waiting"), label=_("Có cập nhật chờ duyệt"))
    cause = AnyOfFilter(field_name="cause", choices=Obstacle.Cause.choices, label=_("Nguyên nhân"))
    agency = CodeFilter(Agency, lambda user: of_visible(user, "agency"), label=_("Cơ quan tháo gỡ"))
    raised_by = CodeFilter(Agency, lambda user: of_visible(user, "raised_by"), label=_("Cơ quan nêu"))
    zone = CodeFilter(Zone, lambda user: of_visible(user, "zone"), label=_("Khu, cụm"))
    dossier = CodeFilter(Dossier, lambda user: of_visible(user, "dossier"), label=_("Hồ sơ"))
    expected_min = DayFilter(field_name="then_expected_on", lookup_expr="gte", label=_("Dự kiến xong từ ngày"))
    expected_max = DayFilter(field_name="then_expected_on", lookup_expr="lte", label=_("Dự kiến xong đến ngày"))
    city = CityFilter(field_name="city")
    ordering = Ordering(
        "title",
        "code",
        "cause",
        "raised_on",
        "told_on",
        "city",
        state=F("rank"),
        expected_on=F("then_expected_on"),
        agency=F("agency__name"),
    )

    def look_for(self, queryset, name, value):
        """By its own words and by those of its zone or dossier, where the reader may see that."""
        user = self.request.user
        for word in fold(value).split():
            own = Q(pk__in=Obstacle.objects.find(word).order_by().values("pk"))
            zones = Q(zone__in=Zone.objects.visible_to(user).find(word).order_by().values("pk"))
            dossiers = Q(dossier__in=Dossier.objects.visible_to(user).find(word).order_by().values("pk"))
            queryset = queryset.filter(own | zones | dossiers)
        return queryset


OBSTACLES = Listing(
    what="obstacles",
    title=_("Vướng mắc"),
    noun=pgettext_lazy("nhiều", "vướng mắc"),
    model=Obstacle,
    filterset=ObstacleFilterSet,
    columns=OBSTACLE,
    rows=obstacle_rows,
    related=obstacle_related,
    worked_out=timed,
    empty=_("Chưa có vướng mắc nào. Vướng mắc được nêu ở trang của khu, của hồ sơ, hoặc ở đây."),
)
LISTINGS = {OBSTACLES.what: OBSTACLES}


# What the head of the list and other pages say of many ---------------------------------------------------------------


def by_state(obstacles):
    """How many are in each state, the worst first: [(state, words, mark, number)], without the empty states; and how
    many of the open ones are stale."""
    rows = obstacles.order_by().values("state", "is_stale").annotate(number=Count("pk"))
    numbers, stale = defaultdict(int), 0
    for row in rows:
        numbers[row["state"]] += row["number"]
        stale += row["number"] if row["is_stale"] else 0
    return [(one.value, one.label, MARKS[one], numbers[one]) for one in MARKS if numbers[one]], stale


@dataclass
class Share:
    """The open obstacles of one cause or agency: how many, of them overdue, and the days since each was raised."""

    key: str
    label: Any
    number: int = 0
    overdue: int = 0
    days: int = 0

    def count(self, state, raised_on, day):
        self.number += 1
        self.overdue += state == ObstacleState.OVERDUE
        self.days += (day - raised_on).days


def shares(obstacles, day):
    """The open ones by cause and by agency, those with the most days first: one statement."""
    causes, agencies, words = {}, {}, dict(Obstacle.Cause.choices)
    rows = obstacles.filter(state__in=OPEN).order_by()
    for cause, code, name, state, raised_on in rows.values_list(
        "cause", "agency__code", "agency__name", "state", "raised_on"
    ):
        causes.setdefault(cause, Share(cause, words[cause])).count(state, raised_on, day)
        agencies.setdefault(code, Share(code, name)).count(state, raised_on, day)
    return [sorted(found.values(), key=lambda one: (-one.days, -one.number)) for found in (causes, agencies)]


def brief_obstacles(user, day, **of):
    """The open obstacles of one zone or dossier for its own page, the worst first: one statement."""
    day = day or timezone.localdate()
    found = Obstacle.objects.visible_to(user).raised_until(day).stated(day).filter(**of, state__in=OPEN)
    found = found.select_related("agency").annotate(rank=RANK, on_day=Value(day, output_field=DateField()))
    found = found.order_by("rank", F("then_expected_on").asc(nulls_last=True), "raised_on", "pk")
    return [(one, expected_in_words(one), state_mark(one), ObstacleState(one.state).label) for one in found]
