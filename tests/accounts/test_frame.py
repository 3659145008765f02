"""Days and moments in an address are read in one way, by pages, exports and API."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from accounts.context import read_day, read_frame, read_moment
from tests import factories as make


@pytest.mark.parametrize("text", ["31/12/2025", "2025-12-31"])
def test_a_day_is_read_as_offices_and_as_machines_write_it(text):
    assert read_day(text) == date(2025, 12, 31)


@pytest.mark.parametrize("text", ["31/02/2025", "12/31/2025", "2025", "0025-12-31", "31/12/9999", "hôm qua"])
def test_what_is_no_day_of_these_times_is_said_and_today_shown_instead(rf, text):
    frame = read_frame(rf.get("/", {"as_of": text}))
    assert text in frame.problem and frame.is_today


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-21T08:00:00Z", datetime(2026, 3, 21, 8, tzinfo=UTC)),
        ("2026-03-21T08:00:00+07:00", datetime(2026, 3, 21, 1, tzinfo=UTC)),
        ("2026-03-21T08:00:00 07:00", datetime(2026, 3, 21, 1, tzinfo=UTC)),  # a + that an address turned into a space
        ("2026-03-21T08:00", datetime(2026, 3, 21, 1, tzinfo=UTC)),
        ("2026-03-21 08:00", datetime(2026, 3, 21, 1, tzinfo=UTC)),
        ("21/03/2026", datetime(2026, 3, 21, 16, 59, 59, 999_999, tzinfo=UTC)),
        ("2026-03-21", datetime(2026, 3, 21, 16, 59, 59, 999_999, tzinfo=UTC)),
    ],
)
def test_a_moment_is_local_unless_it_names_its_zone_and_a_day_means_its_end(text, moment):
    assert read_moment(text) == moment


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-03-21T25:00", "x" * 60]
)
def test_what_is_no_moment_of_these_times_is_said_and_now_shown_instead(rf, text):
    frame = read_frame(rf.get("/", {"known_at": text}))
    assert text[:40] in frame.known_problem and frame.known is None


@pytest.mark.django_db
def test_page_and_api_know_the_same_on_the_same_day(client):
    """What was recorded today is known "today", at whichever hour one asks."""
    person = make.administrator()
    client.force_login(person)
    zone = make.zone(city="HN")
    make.area(zone, value="27.2")
    asked = {"known_at": timezone.localdate().isoformat()}
    page = client.get("/zones/", asked).context["page"].object_list
    told = make.caller(person).get("/api/v1/zones", asked).json()["results"]
    assert [float(one.area_ha) for one in page] == [one["area_ha"] for one in told] == [27.2]
