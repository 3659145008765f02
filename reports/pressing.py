"""What presses in a city, or in both: duties, dossiers, opinions and obstacles that are late or due soon."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from planning.duty_lists import OPEN, tasks_on, told, told_line
from planning.models import Dossier, Obstacle, ObstacleState, OpinionRequest, OpinionState, TaskClass

SOON, SHOWN = datetime.timedelta(days=14), 6


@dataclass(frozen=True)
class Pressure:
    """One number of the strip: `value` of the `of` that are open, and the list that it counts (`address`, `query`)."""

    label: Any
    value: int
    of: int
    whole: Any
    address: str
    query: str


@dataclass(frozen=True)
class Pressing:
    """The strip of the home page, and the tasks that are due next (planning.duty_lists.told_line)."""

    numbers: tuple
    soon: tuple


def pressing(user, city, on):
    """What presses at the end of the day `on` (None: today); one statement for each kind of record, and two for the
    tasks that are due next, when there are any.

    The clocks of dossiers are those of today: on a past day they are left out."""
    day = on or timezone.localdate()
    late, soon = of_tasks(user, city, day)
    numbers = [late, soon, *of_opinions(user, city, day), *of_obstacles(user, city, day)]
    if on is None:
        numbers += of_dossiers(user, city, day)
    return Pressing(tuple(numbers), tuple(next_due(user, city, day)) if soon.value else ())


def of_city(found, city, path="city"):
    return found.filter(**{path: city}) if city else found


def of_tasks(user, city, day):
    found = of_city(tasks_on(user, day), city, "directive__city").filter(task_class__in=OPEN)
    soon = Q(then_due_on__gte=day, then_due_on__lte=day + SOON)
    counted = found.aggregate(
        all=Count("pk"), late=Count("pk", filter=Q(task_class=TaskClass.OPEN_OVERDUE)), soon=Count("pk", filter=soon)
    )
    whole, address = _("nhiệm vụ chưa hoàn thành"), reverse("planning:tasks")
    until = f"task_class={TaskClass.OPEN_IN_TIME}&due_max={day + SOON:%Y-%m-%d}"
    yield Pressure(_("Nhiệm vụ quá hạn"), counted["late"], counted["all"], whole, address,
                   f"task_class={TaskClass.OPEN_OVERDUE}")  # fmt: skip
    yield Pressure(_("Nhiệm vụ đến hạn trong 14 ngày"), counted["soon"], counted["all"], whole, address, until)


def of_opinions(user, city, day):
    found = of_city(OpinionRequest.objects.visible_to(user), city, "consultation__city")
    over = Q(consultation__closed_on__lte=day)
    counted = found.stated(day).exclude(over).filter(sent_on__lte=day).order_by()
    waiting = Q(state__in=(OpinionState.WAITING, OpinionState.SILENT))
    counted = counted.aggregate(all=Count("pk", filter=waiting), late=Count("pk", filter=Q(state=OpinionState.SILENT)))
    yield Pressure(_("Ý kiến quá hạn chưa trả lời"), counted["late"], counted["all"], _("ý kiến chưa trả lời"),
                   reverse("planning:opinions"), f"state={OpinionState.SILENT}&open=true")  # fmt: skip


def of_obstacles(user, city, day):
    found = of_city(Obstacle.objects.visible_to(user), city).raised_until(day).stated(day)
    counted = found.exclude(state=ObstacleState.RESOLVED).aggregate(
        all=Count("pk"), late=Count("pk", filter=Q(state=ObstacleState.OVERDUE))
    )
    yield Pressure(_("Vướng mắc quá ngày dự kiến"), counted["late"], counted["all"], _("vướng mắc chưa tháo gỡ"),
                   reverse("planning:obstacles"), f"state={ObstacleState.OVERDUE}")  # fmt: skip


def of_dossiers(user, city, day):
    found = of_city(Dossier.objects.visible_to(user), city).open()
    counted = found.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=day)))
    yield Pressure(_("Hồ sơ quá hạn"), counted["late"], counted["all"], _("hồ sơ đang xử lý"),
                   reverse("planning:dossiers"), "clock=late")  # fmt: skip


def next_due(user, city, day):
    """The tasks that are due in the next fourteen days, the nearest first."""
    found = of_city(tasks_on(user, day), city, "directive__city").filter(
        task_class=TaskClass.OPEN_IN_TIME, then_due_on__lte=day + SOON
    )
    found = found.select_related("directive", "lead_agency").order_by(F("then_due_on"), "pk")[:SHOWN]
    return [told_line(task) for task in told(found)]
