"""Directives and tasks are kept in the admin; what is reported and granted is only read there."""

import datetime

import pytest
from django.urls import reverse

from planning.models import Directive, Task
from tests import factories as make

pytestmark = pytest.mark.django_db


def address(model, page, *args):
    return reverse(f"admin:planning_{model}_{page}", args=args)


@pytest.fixture
def admin(client):
    client.force_login(make.administrator())
    return client


@pytest.fixture
def task():
    return make.task(make.directive(code="CD-53", number="53/TB-VP"), first_due_on=datetime.date(2025, 6, 30))


def form_of(task, **given):
    """What the page of a task posts."""
    said = {"directive": task.directive_id, "number": task.number, "content": task.content, "source": task.source}
    said |= {"due_precision": "day", "version_read": task.version, "first_due_on": "30/06/2025"}
    for name in ("reports", "extensions"):
        said |= {f"{name}-TOTAL_FORMS": 0, f"{name}-INITIAL_FORMS": 0}
    return said | given


def test_a_directive_and_its_task_are_put_down_with_the_deadline_reckoned(admin):
    agency = make.agency(code="VP")
    directive = {
        "code": "CD-1", "title": "Kết luận", "city": "HN", "agency": agency.pk, "issued_precision": "day",
        "publicity": "internal", "source": "Thông báo",
    }  # fmt: skip
    assert admin.post(address("directive", "add"), directive).status_code == 302
    zone = make.zone()
    new = Task(directive=Directive.objects.get(), number=1, content="Rà soát")
    form = form_of(new, zones=[zone.pk], lead_agency=agency.pk)
    assert admin.post(address("task", "add"), form).status_code == 302
    task = Task.objects.get()
    assert (f"{task.due_on:%d/%m/%Y}", list(task.zones.all()), task.lead_agency) == ("30/06/2025", [zone], agency)


def test_a_deadline_that_is_corrected_holds_and_an_extension_outlives_it(admin, task):
    path = address("task", "change", task.pk)
    assert admin.post(path, form_of(task, first_due_on="31/07/2025", reason="Đọc lại")).status_code == 302
    task.refresh_from_db()
    assert f"{task.due_on:%d/%m/%Y}" == "31/07/2025"
    make.task_extension(task, due_on=datetime.date(2025, 9, 30))
    task.refresh_from_db()
    assert admin.post(path, form_of(task)).status_code == 302
    task.refresh_from_db()
    assert (f"{task.first_due_on:%d/%m/%Y}", f"{task.due_on:%d/%m/%Y}") == ("30/06/2025", "30/09/2025")


def test_the_slower_of_two_saves_nothing(admin, task):
    path, old = address("task", "change", task.pk), form_of(task, content="Khác")
    assert admin.post(path, form_of(task)).status_code == 302
    assert admin.post(path, old).status_code == 200
    task.refresh_from_db()
    assert task.content != "Khác"


def test_reports_extensions_and_the_confirmation_are_read_and_not_written(admin, task):
    report, more = make.task_report(task, text="Đã rà soát 70 cụm"), make.task_extension(task)
    for model, row in (("taskreport", report), ("taskextension", more)):
        assert admin.get(address(model, "add")).status_code == 403
        assert admin.get(address(model, "change", row.pk)).status_code == 200
        assert admin.post(address(model, "change", row.pk), {"note": "x"}).status_code == 403
        assert admin.get(address(model, "delete", row.pk)).status_code == 403
    page = admin.get(address("task", "change", task.pk)).content.decode()
    assert "Đã rà soát 70 cụm" in page
    task.refresh_from_db()
    admin.post(address("task", "change", task.pk), form_of(task, done_on="01/06/2025", due_on="01/01/2030"))
    task.refresh_from_db()
    assert (task.done_on, task.due_on) == (None, more.due_on)


def test_a_directive_with_tasks_stays_and_a_task_that_was_told_of_stays(admin, task):
    make.task_report(task)
    for model, row in (("directive", task.directive), ("task", task)):
        admin.post(address(model, "delete", row.pk), {"post": "yes"})
    assert (Directive.objects.count(), Task.objects.count()) == (1, 1)
    free = make.task(task.directive)
    assert admin.post(address("task", "delete", free.pk), {"post": "yes"}).status_code == 302
    assert not Task.objects.filter(pk=free.pk).exists()
