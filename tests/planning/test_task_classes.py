"""The classes of tasks at the end of any day, against the definition read in Python."""

import datetime
from types import SimpleNamespace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planning import clock, duties
from planning.models import Task, TaskClass, TaskExtension
from tests import factories as make

pytestmark = pytest.mark.django_db
EARLY, LATE = datetime.date(2026, 1, 1), datetime.date(2026, 3, 31)
days = st.dates(EARLY, LATE)


def day(text):
    return datetime.datetime.strptime(text, "%d/%m/%Y").date()


def class_on(task, text):
    return Task.objects.classed(day(text)).get(pk=task.pk).task_class


def done(task, text):
    """As the confirmation leaves it."""
    task.done_on = day(text)
    task.save()
    return task


def extended(task, granted, due, **given):
    more = {"from_due_on": task.due_on, "note": "Xin lùi", "source": "Công văn"} | given
    return TaskExtension.objects.create(task=task, granted_on=granted, due_on=due, **more)


@pytest.fixture
def by_june():
    return make.task(first_due_on=day("15/06/2026"))


@pytest.mark.parametrize(
    ("on", "expected"),
    [("14/06/2026", "open_in_time"), ("15/06/2026", "open_in_time"), ("16/06/2026", "open_overdue")],
)
def test_an_open_task_is_in_time_to_the_end_of_its_last_day(by_june, on, expected):
    assert class_on(by_june, on) == expected


@pytest.mark.parametrize(
    ("finished", "on", "expected"),
    [
        ("10/06/2026", "09/06/2026", "open_in_time"),
        ("10/06/2026", "10/06/2026", "done_on_time"),
        ("15/06/2026", "30/06/2026", "done_on_time"),
        ("16/06/2026", "15/06/2026", "open_in_time"),
        ("16/06/2026", "16/06/2026", "done_late"),
        ("20/06/2026", "19/06/2026", "open_overdue"),
        ("20/06/2026", "01/01/2027", "done_late"),
    ],
)
def test_a_task_is_done_from_the_day_it_was_done(by_june, finished, on, expected):
    assert class_on(done(by_june, finished), on) == expected


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("16/06/2026", "open_overdue"),
        ("19/06/2026", "open_overdue"),  # the extension of 20/6 was not yet given
        ("20/06/2026", "open_in_time"),
        ("10/07/2026", "open_in_time"),
        ("11/07/2026", "open_overdue"),
        ("25/07/2026", "open_in_time"),  # the second one
        ("01/09/2026", "open_overdue"),
    ],
)
def test_an_extension_counts_from_the_day_it_was_given(by_june, on, expected):
    extended(by_june, day("20/06/2026"), day("10/07/2026"))
    extended(by_june, day("20/07/2026"), day("31/08/2026"))
    assert class_on(by_june, on) == expected


def test_of_two_extensions_of_one_day_the_later_entered_holds(by_june):
    extended(by_june, day("10/06/2026"), day("20/06/2026"))
    extended(by_june, day("10/06/2026"), day("30/06/2026"))
    assert class_on(by_june, "25/06/2026") == "open_in_time"


@pytest.mark.parametrize(
    ("limit", "named", "last"),
    [
        ("month", "01/04/2016", "30/04/2016"),
        ("month", "10/02/2008", "29/02/2008"),
        ("quarter", "01/07/2021", "30/09/2021"),
        ("year", "01/01/2026", "31/12/2026"),
        ("before", "20/06/2026", "19/06/2026"),  # “trước ngày 20/6”: the 20th is too late
        ("on", "20/06/2026", "20/06/2026"),
    ],
)
def test_a_limit_is_in_time_to_the_last_day_it_means_and_overdue_the_day_after(limit, named, last):
    until = clock.limit(limit, day(named), clock.Calendar([])).day
    assert until == day(last)
    task = make.task(first_due_on=until, due_precision=limit if limit in ("month", "quarter", "year") else "day")
    after = until + datetime.timedelta(days=1)
    assert class_on(task, last) == "open_in_time"
    assert class_on(task, f"{after:%d/%m/%Y}") == "open_overdue"


def test_a_deadline_that_waits_for_an_event_is_none_until_it_has_happened():
    task = make.task(term_length=2, term_unit="m", event="phê duyệt quy hoạch", deadline_text="02 tháng kể từ")
    assert (task.due_on, task.waits_for) == (None, "phê duyệt quy hoạch")
    assert class_on(task, "31/12/2026") == "no_deadline"
    duties.anchor(task, by=make.administrator(), on=day("15/01/2026"))
    task.refresh_from_db()
    assert (task.due_on, task.first_due_on, task.waits_for) == (day("16/03/2026"), day("16/03/2026"), "")
    assert class_on(task, "14/01/2026") == "no_deadline"  # on that day nobody could know
    assert class_on(task, "15/01/2026") == "open_in_time"
    assert class_on(task, "17/03/2026") == "open_overdue"


def test_a_task_without_a_deadline_is_never_overdue_and_its_end_neither_early_nor_late():
    task = make.task(deadline_text="thường xuyên", every="always")
    assert class_on(task, "31/12/2099") == "no_deadline"
    done(task, "10/06/2026")
    assert class_on(task, "09/06/2026") == "no_deadline"
    assert class_on(task, "10/06/2026") == "done_no_deadline"


def test_every_task_has_exactly_one_class_and_the_counts_add_up(by_june):
    done(make.task(first_due_on=day("01/06/2026")), "02/06/2026")
    make.task(first_due_on=day("01/06/2026"))
    make.task()
    found = Task.objects.classed(day("10/06/2026")).values_list("task_class", flat=True)
    assert sorted(found) == ["done_late", "no_deadline", "open_in_time", "open_overdue"]
    assert set(found) <= set(TaskClass.values)


@pytest.mark.parametrize(
    ("issued", "precision", "on", "is_given"),
    [
        ("15/06/2026", "day", "14/06/2026", False),
        ("15/06/2026", "day", "15/06/2026", True),
        ("30/06/2026", "month", "31/05/2026", False),
        ("30/06/2026", "month", "01/06/2026", True),
        ("31/12/2026", "year", "31/12/2025", False),
        ("31/12/2026", "year", "01/01/2026", True),
        (None, "unknown", "01/01/1990", True),
    ],
)
def test_before_its_directive_was_issued_a_task_was_not_given(issued, precision, on, is_given):
    of = make.directive(issued_on=issued and day(issued), issued_precision=precision)
    make.task(of)
    assert Task.objects.given_by(day(on)).exists() == is_given


def test_what_had_been_given_can_be_asked_for_every_day_there_is():
    make.task()
    assert Task.objects.given_by(datetime.date.max).exists()
    assert not Task.objects.given_by(datetime.date.min).exists()


def read(first, extensions, finished, waited, on):
    """The class by the definition: the deadline as known on that day, against the day it was done."""
    due = None if waited and waited > on else first
    for one in extensions:  # in the order in which they were given
        due = one.due if one.granted <= on else due
    if finished and finished <= on:
        return "done_no_deadline" if due is None else "done_on_time" if finished <= due else "done_late"
    return "no_deadline" if due is None else "open_in_time" if on <= due else "open_overdue"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    first=st.none() | days,
    granted=st.lists(days, max_size=3).map(sorted),
    later=st.lists(days, min_size=3, max_size=3),
    finished=st.none() | days,
    waited=st.none() | days,
    on=days,
)
def test_the_class_is_that_of_the_definition(db, first, granted, later, finished, waited, on):
    extensions = [SimpleNamespace(granted=one, due=due) for one, due in zip(granted, later, strict=False)]
    with transaction.atomic():
        task = make.task(first_due_on=first)
        Task.objects.filter(pk=task.pk).update(anchored_on=waited, done_on=finished)
        for one in extensions:
            extended(task, one.granted, one.due)
        found = Task.objects.classed(on).get(pk=task.pk)
        transaction.set_rollback(True)
    assert found.task_class == read(first, extensions, finished, waited, on)
