"""Rules and days off are kept in the admin, and every clock follows; dossiers and steps are only read there."""

import datetime

import pytest
from django.urls import reverse

from planning.models import Holiday, Pause, Plan, Rule
from tests import factories as make

pytestmark = pytest.mark.django_db
HOLIDAY = {"on": "21/09/2026", "kind": "holiday", "name": "Nghỉ bão", "certainty": "seen", "source": "Công điện"}


def address(model, page, *args):
    return reverse(f"admin:planning_{model}_{page}", args=args)


@pytest.fixture
def admin(client):
    client.force_login(make.administrator())
    return client


@pytest.fixture
def running():
    """A cluster's dossier with 20 working days from 18/9/2026: due on 16/10/2026."""
    make.rule("ccn.appraisal", 20, "wd")
    filed = make.dossier(state="dossier_submitted", on=datetime.date(2026, 9, 16))
    make.move(filed, "accept", datetime.date(2026, 9, 18))
    return filed


def due_on(dossier):
    dossier.refresh_from_db()
    return f"{dossier.due_on:%d/%m/%Y}" if dossier.due_on else None


def test_a_day_off_moves_the_due_days_and_gives_them_back_when_it_goes(admin, running):
    assert due_on(running) == "16/10/2026"
    saved = admin.post(address("holiday", "add"), HOLIDAY)
    assert (saved.status_code, due_on(running)) == (302, "19/10/2026")
    day = Holiday.objects.get()
    assert admin.post(address("holiday", "delete", day.pk), {"post": "yes"}).status_code == 302
    assert due_on(running) == "16/10/2026"


def test_days_off_that_go_together_are_followed_too(admin, running):
    admin.post(address("holiday", "add"), HOLIDAY)
    chosen = {"action": "delete_selected", "_selected_action": [Holiday.objects.get().pk], "post": "yes"}
    assert admin.post(address("holiday", "changelist"), chosen).status_code == 302
    assert (Holiday.objects.count(), due_on(running)) == (0, "16/10/2026")


def test_a_rule_that_is_corrected_moves_the_due_days(admin, running):
    rule = Rule.objects.get()
    form = {
        "code": rule.code, "title": rule.title, "kind": "clock", "value": "25", "unit": "wd", "moves": "on",
        "article": "Điều 10", "certainty": "V", "version_read": rule.version, "reason": "Luật mới",
    }  # fmt: skip
    assert admin.post(address("rule", "change", rule.pk), form).status_code == 302
    assert due_on(running) == "23/10/2026"
    stale = admin.post(address("rule", "change", rule.pk), form | {"value": "30"})
    assert (stale.status_code, due_on(running)) == (200, "23/10/2026")


def test_a_pause_that_is_corrected_moves_the_clock_of_its_dossier(admin, running):
    stopped = make.pause(running, start_on=datetime.date(2026, 9, 28))
    assert due_on(running) is None
    form = {
        "dossier": running.pk, "kind": "suspension", "start_on": "28/09/2026", "end_on": "02/10/2026",
        "reason": "Chờ quy hoạch", "source": "Công văn", "version_read": stopped.version,
    }  # fmt: skip
    assert admin.post(address("pause", "change", stopped.pk), form | {"reason": ""}).status_code == 200
    assert admin.post(address("pause", "change", stopped.pk), form).status_code == 302
    assert due_on(running) == "23/10/2026"
    assert admin.post(address("pause", "delete", stopped.pk), {"post": "yes"}).status_code == 302
    assert (Pause.objects.count(), due_on(running)) == (0, "16/10/2026")


def test_a_dossier_and_its_steps_are_read_and_changed_elsewhere(admin, running):
    step = running.steps.last()
    for model, row in (("dossier", running), ("step", step)):
        assert admin.get(address(model, "add")).status_code == 403
        assert admin.get(address(model, "change", row.pk)).status_code == 200
        assert admin.post(address(model, "change", row.pk), {"title": "x"}).status_code == 403
        assert admin.get(address(model, "delete", row.pk)).status_code == 403


def test_a_plan_is_kept_with_its_entries_on_one_page(admin):
    form = {
        "code": "QH-1", "title": "Quy hoạch cụm", "city": "HN", "kinds": ["CCN"], "publicity": "internal",
        "source": "QĐ 1292", "entries-TOTAL_FORMS": 1, "entries-INITIAL_FORMS": 0, "entries-0-number": 1,
        "entries-0-name": "CCN Một", "entries-0-kind": "CCN", "entries-0-area_ha": "25,5",
    }  # fmt: skip
    assert admin.post(address("plan", "add"), form).status_code == 302
    plan = Plan.objects.get()
    assert (plan.kinds, [float(entry.area_ha) for entry in plan.entries.all()]) == (["CCN"], [25.5])
    unknown = admin.post(address("plan", "add"), form | {"code": "QH-2", "kinds": ["XYZ"]})
    assert (unknown.status_code, Plan.objects.count()) == (200, 1)
