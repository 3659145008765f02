"""The tasks of a list by their lead agency: how many in each class, and what share was done in time."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count

from accounts.models import Agency
from planning.duty_lists import MARKS
from planning.models import TaskClass

DONE = (TaskClass.DONE_ON_TIME, TaskClass.DONE_LATE)
OVERDUE = list(TaskClass).index(TaskClass.OPEN_OVERDUE)
CLASSES = [(one, one.label, MARKS[one]) for one in TaskClass]


@dataclass(frozen=True)
class Line:
    """One lead agency (None: the text names none of the register), or all of them. `counts`: [(number, the question
    that the list is asked for them, "" when it cannot be asked)] in the order of CLASSES; `share`: percent of the tasks
    with a deadline that are done (`done`) which were done in time, None when none is."""

    agency: Any
    counts: list
    total: int
    done: int
    share: float | None
    query: str


def tally(question):
    """(the lines by agency, most overdue first; the line of all) of what a zones.listings.Question of tasks asks for.
    Two statements."""
    counted = question.rows.order_by().values_list("lead_agency", "task_class").annotate(number=Count("pk"))
    rows = defaultdict(Counter)
    for lead, task_class, number in counted:
        rows[lead][task_class] = number
    agencies = Agency.objects.visible_to(question.request.user).in_bulk([lead for lead in rows if lead])
    asked = {name: values for name, values in question.request.GET.lists() if name not in ("page", "task_class")}
    lines = []
    for lead, row in rows.items():
        agency = agencies.get(lead)
        lines.append(line(row, agency, asked | {"lead": [agency.code]} if agency else None))
    lines.sort(key=lambda one: (-one.counts[OVERDUE][0], -one.total, str(one.agency or "")))
    return lines, line(sum(rows.values(), Counter()), None, asked)


def line(row, agency, of):
    """`of`: what the list is asked for the tasks of this line; None: there is no such question."""
    counts = [(row[one.value], query(of, {"task_class": [one.value]})) for one in TaskClass]
    done = sum(row[one.value] for one in DONE)
    share = 100 * row[TaskClass.DONE_ON_TIME.value] / done if done else None
    total = sum(row[one.value] for one in TaskClass)
    return Line(agency, counts, total, done, share, query(of, {}))


def query(of, more):
    return "" if of is None else urlencode(of | more, doseq=True)
