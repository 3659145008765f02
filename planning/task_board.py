"""The board of tasks: what of a list is late, due soon, under way, waits for a confirmation, was done lately."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from planning.duty_lists import CLAIMED, OPEN, TASKS, told_line
from planning.models import TaskClass

NEAR, LATELY = datetime.timedelta(days=14), datetime.timedelta(days=30)
ONE_DAY = datetime.timedelta(days=1)
FEW = 8  # tasks told in one column
DONE = [one for one in TaskClass if one not in OPEN]
STRICTER = {"due_min": max, "due_max": min, "done_min": max}  # of two conditions the one that asks for more
IN_TIME, OVERDUE, NO_DEADLINE = TaskClass.OPEN_IN_TIME, TaskClass.OPEN_OVERDUE, TaskClass.NO_DEADLINE


@dataclass(frozen=True)
class Kind:
    """A column: which tasks are in it on a day (the claimed ones only in theirs), and what the list is asked to show
    the same ones."""

    code: str
    title: Any
    holds: Callable
    asks: Callable


KINDS = (
    Kind(
        "late",
        _("Quá hạn"),
        lambda day: Q(task_class=OVERDUE),
        lambda day: {"task_class": [OVERDUE], "claimed": "false"},
    ),
    Kind(
        "soon",
        _("Đến hạn trong 14 ngày"),
        lambda day: Q(task_class=IN_TIME, then_due_on__lte=day + NEAR),
        lambda day: {"task_class": [IN_TIME], "claimed": "false", "due_max": day + NEAR},
    ),
    Kind(
        "open",
        _("Đang làm"),
        lambda day: Q(task_class=IN_TIME, then_due_on__gt=day + NEAR),
        lambda day: {"task_class": [IN_TIME], "claimed": "false", "due_min": day + NEAR + ONE_DAY},
    ),
    Kind(
        "undated",
        _("Không giao thời hạn"),
        lambda day: Q(task_class=NO_DEADLINE),
        lambda day: {"task_class": [NO_DEADLINE], "claimed": "false"},
    ),
    Kind("claimed", _("Chờ xác nhận"), lambda day: CLAIMED, lambda day: {"claimed": "true"}),
    Kind(
        "done",
        _("Xong trong 30 ngày"),
        lambda day: Q(task_class__in=DONE, done_on__gte=day - LATELY),
        lambda day: {"task_class": DONE, "done_min": day - LATELY},
    ),
)


@dataclass(frozen=True)
class Column:
    """`tasks`: the first of them, as planning.duty_lists.told_line says them; `query`: of the list of all of them."""

    code: str
    title: Any
    count: int
    tasks: list
    query: str


def columns(question):
    """The columns of what a zones.listings.Question of tasks asks for, the empty ones too. Statements: one that counts,
    one that reads with its two of related records, one of days off."""
    day = question.frame.as_of
    first_asked = sorted(KINDS, key=lambda kind: kind.code != "claimed")
    cases = [When(kind.holds(day), then=Value(kind.code)) for kind in first_asked]
    rows = question.rows.order_by().annotate(column=Case(*cases, default=Value(""), output_field=CharField()))
    counts = dict(rows.values_list("column").annotate(number=Count("pk")))
    first = [F("done_on").desc(nulls_last=True), F("then_due_on").asc(nulls_last=True), "pk"]
    rows = rows.exclude(column="").annotate(place=Window(RowNumber(), partition_by=F("column"), order_by=first))
    few = {kind.code: [] for kind in KINDS}
    for task in TASKS.worked_out(rows.filter(place__lte=FEW).order_by("place")):
        few[task.column].append(told_line(task))
    asked = question.filter.form.cleaned_data
    return [
        Column(kind.code, kind.title, counts.get(kind.code, 0), few[kind.code], query(question, asked, kind.asks(day)))
        for kind in KINDS
    ]


def query(question, asked, wanted):
    """The address of the list with what the page was asked for and what makes the column; the stricter where both say
    something of one field."""
    found = {name: values for name, values in question.request.GET.lists() if name != "page"}
    for name, value in wanted.items():
        given = asked.get(name)
        if name == "task_class" and given:
            value = [one for one in value if one in given]
        elif name in STRICTER and given:
            value = STRICTER[name](value, given)
        found[name] = value
    return urlencode(found, doseq=True)
