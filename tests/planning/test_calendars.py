"""The personal calendar for calendar programs: its form, its key, and that nothing leaks through it."""

import datetime
import logging
import re
import threading
from concurrent.futures import ThreadPoolExecutor

import icalendar
import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from accounts.models import CalendarKey, RowChange, User
from planning import calendars, duties
from tests import factories as make
from tests.planning.test_plan_pages import text

pytestmark = pytest.mark.django_db
D = datetime.date
TODAY = D(2026, 6, 15)
LONG = "Rà soát, điều chỉnh quy hoạch phát triển cụm công nghiệp; báo cáo, “đề xuất” với Uỷ ban nhân dân Thành phố " * 3


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args: TODAY)


@pytest.fixture
def office():
    return make.agency(code="CT", name="Sở Công Thương", city="HN")


@pytest.fixture
def officer(office):
    return make.user("editor", agency=office, last_name="Trần", first_name="Lan Anh")


@pytest.fixture
def directive():
    vp = make.agency(code="VP", name="Văn phòng UBND Thành phố", city="HN")
    return make.directive(agency=vp, number="K53/TB-VP", issued_on=D(2026, 2, 10))


@pytest.fixture
def restricted(directive):
    directive.publicity = "restricted"
    directive.save()
    return directive


@pytest.fixture
def secret(officer):
    return make.calendar_key(officer)[1]


def feed(secret, method="get", **headers):
    """What a calendar program gets, which has not signed in."""
    return getattr(Client(), method)(f"/calendar/feed/{secret}.ics", **headers)


def read(secret):
    """The events by the content of what they are of, read back by the library."""
    answer = feed(secret)
    assert answer.status_code == 200, answer.status_code
    return icalendar.Calendar.from_ical(answer.content)


def summaries(secret):
    return [str(event["summary"]) for event in read(secret).walk("VEVENT")]


# Form -----------------------------------------------------------------------------------------------------------------


def test_a_task_is_a_whole_day_with_who_asked_who_leads_and_the_way_to_it(secret, office, directive):
    zone = make.zone(name="Cụm công nghiệp Lại Yên", managing_agency=office)
    task = make.task(directive, lead_agency=office, first_due_on=D(2026, 6, 30), content=LONG, zones=[zone])
    calendar = read(secret)
    [event] = calendar.walk("VEVENT")
    assert (event["dtstart"].dt, event["dtend"].dt) == (D(2026, 6, 30), D(2026, 7, 1))
    assert event["uid"] == f"planning.task-{task.pk}@planning-portal"
    assert event["summary"].startswith("Hạn nhiệm vụ: Rà soát, điều chỉnh quy hoạch")
    for words in (LONG.strip(), "K53/TB-VP", "Sở Công Thương", zone.name, "chưa hoàn thành, trong hạn"):
        assert words in event["description"]
    assert event["url"] == f"http://testserver/tasks/{task.pk}/"
    assert event["status"] == "CONFIRMED"
    assert event["last-modified"].dt == event["dtstamp"].dt <= timezone.now()
    assert not event.walk("VALARM")
    assert str(calendar["x-wr-calname"]) == calendar.calendar_name == "Việc có hạn: Trần Lan Anh"
    assert calendar.refresh_interval == datetime.timedelta(hours=6)
    assert [str(calendar[name]) for name in ("version", "method")] == ["2.0", "PUBLISH"]
    assert calendar["prodid"]


def test_lines_end_and_fold_as_the_standard_says(secret, office, directive):
    make.task(directive, lead_agency=office, first_due_on=D(2026, 6, 30), content=LONG)
    lines = feed(secret).content.split(b"\r\n")
    assert not [line for line in lines if b"\n" in line or b"\r" in line]
    assert max(map(len, lines)) <= 75
    assert {b"DTSTART;VALUE=DATE:20260630", b"REFRESH-INTERVAL;VALUE=DURATION:PT6H"} <= set(lines)
    for line in lines:
        line.decode()  # no letter is cut in two


def test_an_event_keeps_its_uid_and_tells_when_it_was_last_changed(secret, office, directive):
    task = make.task(directive, lead_agency=office, first_due_on=D(2026, 6, 30))
    [before] = read(secret).walk("VEVENT")
    make.task_extension(task, due_on=D(2026, 7, 15), granted_on=D(2026, 6, 1))
    [after] = read(secret).walk("VEVENT")
    assert before["uid"] == after["uid"]
    assert after["dtstart"].dt == D(2026, 7, 15)
    assert after["last-modified"].dt == RowChange.objects.filter(table="planning_task").latest("pk").at.replace(
        microsecond=0
    )


def test_the_calendar_reaches_sixty_days_back_and_four_hundred_ahead(secret, office, directive):
    days = [D(2026, 4, 15), D(2026, 4, 16), D(2027, 7, 20), D(2027, 7, 21)]
    for day in days:
        make.task(directive, lead_agency=office, first_due_on=day)
    assert [event["dtstart"].dt for event in read(secret).walk("VEVENT")] == days[1:3]


def test_the_same_calendar_is_not_sent_twice(secret, office, directive):
    task = make.task(directive, lead_agency=office, first_due_on=D(2026, 6, 30))
    first = feed(secret)
    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in first["Cache-Control"]
    again = feed(secret, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    make.task_report(task, "done", on=D(2026, 6, 14))
    duties.confirm(task, by=make.administrator())
    assert feed(secret, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_an_empty_calendar_is_a_calendar(secret):
    assert read(secret).walk("VEVENT") == []


def test_the_feed_is_only_read(secret):
    head = feed(secret, "head")
    assert (head.status_code, head.content) == (200, b"")
    assert {feed(secret, method).status_code for method in ("post", "put", "delete")} == {405}


# Leaks ----------------------------------------------------------------------------------------------------------------


def test_work_of_other_agencies_never_shows(secret, office, restricted):
    make.task(restricted, lead_agency=office, first_due_on=D(2026, 6, 30), content="Việc của sở")
    make.task(restricted, first_due_on=D(2026, 6, 30), content="Việc kín của sở khác")
    make.task(make.directive(issued_on=D(2026, 1, 1)), first_due_on=D(2026, 6, 30), content="Việc nội bộ của sở khác")
    asked = make.consultation(publicity="restricted", title="Dự thảo kín")
    make.opinion(asked, sent_on=D(2026, 6, 10))
    body = feed(secret).content.decode()
    assert summaries(secret) == ["Hạn nhiệm vụ: Việc của sở"]
    assert "kín" not in body
    assert "khác" not in body


def test_who_moves_to_another_agency_leaves_its_calendar_behind(secret, officer, office, restricted):
    make.task(restricted, lead_agency=office, first_due_on=D(2026, 6, 30), content="Việc của sở cũ")
    assert len(summaries(secret)) == 1
    officer.agency = make.agency()
    officer.save()
    assert summaries(secret) == []


def test_a_record_that_is_closed_meanwhile_is_gone_at_once(secret, officer, office):
    zone = make.zone(managing_agency=office)
    make.obstacle(zone=zone, officer=officer, first_expected_on=D(2026, 6, 20))
    assert len(summaries(secret)) == 1
    for obstacle in zone.obstacles.all():
        obstacle.publicity = "restricted"
        obstacle.save()
    assert summaries(secret) == []


def revoked(key):
    key.revoke()


def expired(key):
    CalendarKey.objects.filter(pk=key.pk).update(expires_at=timezone.now())


def left(key):
    User.objects.filter(pk=key.user_id).update(is_active=False)


def words(answer):
    """The answer without the address that was asked for and what differs from one form to the next."""
    return re.sub(r'name="(csrfmiddlewaretoken|next)" value="[^"]*"', "", answer.content.decode())


@pytest.mark.parametrize("spoil", [revoked, expired, left])
def test_a_key_that_is_no_longer_good_answers_like_one_that_never_was(spoil, secret):
    assert feed(secret).status_code == 200
    spoil(CalendarKey.objects.get())
    never = feed("A" * 43)
    answer = feed(secret)
    assert answer.status_code == never.status_code == 404
    assert words(answer) == words(never)
    assert feed(CalendarKey.objects.get().digest).status_code == 404


def test_the_key_stands_in_no_table_no_history_and_no_log(client, officer, caplog):
    client.force_login(officer)
    page = client.post("/calendar/keys/", {"label": "Điện thoại"})
    address = page.context["address"]
    secret = address.removeprefix("http://testserver/calendar/feed/").removesuffix(".ics")
    assert len(secret) == 43
    [key] = CalendarKey.objects.all()
    assert key.digest == calendars.digest(secret) != secret
    with caplog.at_level(logging.INFO):
        assert feed(secret).status_code == 200
        key.revoke()
    changes = str(list(RowChange.objects.filter(table="accounts_calendarkey").values("before", "after")))
    assert secret not in changes
    assert key.digest not in changes
    assert secret not in caplog.text
    assert "GET /calendar/feed/… 200" in caplog.text


def test_a_line_that_the_framework_writes_of_a_failure_hides_the_key_too(secret):
    from accounts.secret_paths import WithoutSecrets

    record = logging.LogRecord(
        "django.request", 30, "", 0, "%s: %s", ("Not Found", f"/calendar/feed/{secret}.ics"), None
    )
    assert WithoutSecrets().filter(record)
    assert record.getMessage() == "Not Found: /calendar/feed/…"


def test_that_a_key_was_used_is_noted_once_a_minute_and_not_in_the_history(secret):
    before = RowChange.objects.count()
    feed(secret)
    noted = CalendarKey.objects.get().last_used_at
    feed(secret)
    assert CalendarKey.objects.get().last_used_at == noted
    CalendarKey.objects.update(last_used_at=noted - datetime.timedelta(seconds=61))
    feed(secret)
    assert CalendarKey.objects.get().last_used_at >= noted
    assert RowChange.objects.count() == before


# Keys -----------------------------------------------------------------------------------------------------------------


def test_a_new_address_is_shown_once_with_how_to_use_it(client, officer):
    client.force_login(officer)
    page = client.post("/calendar/keys/", {"label": "Điện thoại"})
    address = page.context["address"]
    assert address in text(page)
    for program in ("Google Calendar", "Outlook", "iPhone"):
        assert program in text(page)
    assert page["Cache-Control"] == "no-store"
    again = text(client.get("/calendar/keys/"))
    assert "Điện thoại" in again
    assert address not in again
    key = CalendarKey.objects.get()
    assert key.expires_at - key.created_at >= datetime.timedelta(days=364)


def test_people_see_and_revoke_their_own_keys_only(client, officer, secret):
    key = CalendarKey.objects.get()
    client.force_login(make.administrator())
    assert "Điện thoại" not in text(client.get("/calendar/keys/"))
    assert client.post(f"/calendar/keys/{key.pk}/revoke/").status_code == 404
    client.force_login(officer)
    assert client.get(f"/calendar/keys/{key.pk}/revoke/").status_code == 405
    assert client.post(f"/calendar/keys/{key.pk}/revoke/").status_code == 302
    assert "đã thu hồi" in text(client.get("/calendar/keys/"))
    assert feed(secret).status_code == 404


def test_a_person_has_a_handful_of_keys_and_a_revoked_one_makes_room(client, officer):
    for number in range(calendars.MOST_KEYS):
        make.calendar_key(officer, f"Máy {number}")
    client.force_login(officer)
    page = client.post("/calendar/keys/", {"label": "Thêm"})
    assert "thu hồi khoá cũ trước" in text(page)
    assert CalendarKey.objects.count() == calendars.MOST_KEYS
    CalendarKey.objects.first().revoke()
    assert client.post("/calendar/keys/", {"label": "Thêm"}).context["address"]


def test_a_label_goes_through_the_text_gate(client, officer):
    client.force_login(officer)
    page = client.post("/calendar/keys/", {"label": "a\u202eb"})
    assert page.status_code == 200
    assert page.context["form"].errors
    assert not CalendarKey.objects.exists()


def test_administrators_revoke_keys_in_the_admin_and_change_nothing_else(client, officer, secret):
    key = CalendarKey.objects.get()
    client.force_login(make.user("auditor", agency=None))
    assert "Thu hồi khoá" not in text(client.get("/admin/accounts/calendarkey/"))
    client.force_login(make.administrator())
    chosen = {"action": "revoke", "_selected_action": [key.pk]}
    assert client.post("/admin/accounts/calendarkey/", chosen).status_code == 302
    assert feed(secret).status_code == 404
    assert client.get("/admin/accounts/calendarkey/add/").status_code == 403


def test_no_more_keys_than_there_may_be_when_many_are_asked_for_at_once(database_for_many):
    person, meet = make.user("editor"), threading.Barrier(12)

    def ask(number):
        meet.wait()
        try:
            return calendars.new_key(person, f"Khoá {number}")[0]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(12) as pool:
        given = list(pool.map(ask, range(12)))
    assert sum(key is not None for key in given) == CalendarKey.objects.count() == calendars.MOST_KEYS
