"""The board, the timeline and the delays: what is under way, for whom it is asked, and for those who may see it."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from planning import duties
from planning.models import Dossier, Milestone, Task
from planning.timeline import Scale, draw
from tests import factories as make
from tests.planning.test_workflow import committee, day, industry, rules, walked  # noqa: F401

pytestmark = pytest.mark.django_db
LATE = ("accept", "05/10/2026"), ("submit_appraisal", "30/10/2026"), ("establish", "11/11/2026")


def test_the_board_sets_dossiers_by_track_and_state(client, industry, rules):  # noqa: F811
    walked(industry, ("accept", "05/10/2026"))
    walked(industry, ("accept", "05/10/2026"))
    walked(industry)
    client.force_login(make.user(agency=industry))
    [track] = client.get(reverse("planning:board")).context["tracks"]
    assert [(stage.code, stage.count) for stage in track["stages"]] == [
        ("dossier_submitted", 1),
        ("under_appraisal", 2),
    ]


def test_pages_speak_only_of_dossiers_that_the_reader_may_see(client, industry, rules):  # noqa: F811
    hidden = walked(industry, *LATE[:1])
    Dossier.objects.filter(pk=hidden.pk).update(publicity="restricted")
    stranger = make.user()
    client.force_login(stranger)
    for name in ("board", "timeline", "delays"):
        page = client.get(reverse(f"planning:{name}"))
        assert page.status_code == 200
        assert hidden.zone.name not in page.content.decode()
    assert client.get(reverse("planning:timeline"), {"zone": "KHONG-CO"}).status_code == 404


def test_a_withdrawn_zone_takes_its_dossiers_along(client, industry, rules):  # noqa: F811
    dossier = walked(industry)
    dossier.zone.withdrawn = True
    dossier.zone.save()
    client.force_login(make.administrator())
    assert client.get(reverse("planning:board")).context["tracks"] == []


@pytest.mark.parametrize("asked", ["zone", "agency"])
def test_a_timeline_of_one_zone_or_one_agency_holds_its_own_dossiers_only(asked, client, industry, rules):  # noqa: F811
    mine, other = walked(industry), walked(make.agency())
    client.force_login(make.administrator())
    code = mine.zone.code if asked == "zone" else industry.code
    drawn = client.get(reverse("planning:timeline"), {asked: code}).context["drawn"]
    assert [row.record for row in drawn.rows] == [mine] != [other]


def test_a_band_tells_what_happened_what_is_expected_and_how_late_it_is(industry, rules):  # noqa: F811
    dossier = walked(
        industry, ("accept", "05/10/2026"), ("return_for_supplement", "12/10/2026"), ("accept", "14/10/2026")
    )
    given = {"label": "Khởi công", "on": day("31/12/2027"), "on_precision": "year", "source": "Báo"}
    Milestone.objects.create(dossier=dossier, **given)
    drawn = draw(Dossier.objects.reckonable().prefetch_related("milestones"), day("20/11/2026"))
    marks = {mark.kind: mark for mark in drawn.rows[0].marks}
    assert {"held-lead", "pause", "late", "expected"} <= marks.keys()
    assert "hạn 05/11/2026, quá hạn 15 ngày" in marks["late"].words
    assert "2027" in marks["expected"].words
    assert marks["expected"].start > drawn.today
    assert marks["late"].start + marks["late"].width == pytest.approx(drawn.today, abs=0.02)


@pytest.fixture
def task(industry):  # noqa: F811
    """Given in September, due at the end of October."""
    directive = make.directive(agency=make.agency(), number="K53/TB-VP", issued_on=day("01/09/2026"))
    return make.task(directive, lead_agency=industry, first_due_on=day("30/10/2026"), content="Rà soát cụm công nghiệp")


def band_of(client, **asked):
    """The marks of the only task on the page, by kind."""
    [row] = client.get(reverse("planning:timeline"), {"show": "tasks"} | asked).context["drawn"].rows
    return {mark.kind: mark for mark in row.marks}


@pytest.fixture
def november(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args: day("20/11/2026"))


def test_the_band_of_a_task_runs_from_the_day_it_was_given_to_its_deadline_and_the_delay(client, task, november):
    client.force_login(make.administrator())
    marks = band_of(client)
    assert marks.keys() == {"term", "late"}
    assert marks["term"].words == "giao 01/09/2026, hạn được giao 30/10/2026"
    assert marks["term"].start + marks["term"].width == pytest.approx(marks["late"].start, abs=0.02)
    assert marks["late"].words == "quá hạn 21 ngày"


def test_the_band_of_a_task_tells_its_extensions_and_when_it_was_done(client, task, november):
    make.task_extension(task, due_on=day("10/11/2026"), granted_on=day("25/10/2026"))
    make.task_report(task, "done", on=day("12/11/2026"))
    duties.confirm(task, by=make.administrator())
    client.force_login(make.administrator())
    marks = band_of(client)
    assert marks.keys() == {"term", "extended", "late", "done"}
    assert marks["extended"].words == "gia hạn ngày 25/10/2026: hạn mới 10/11/2026"
    assert marks["late"].words == "xong, trễ 2 ngày"
    assert marks["done"].words == "hoàn thành 12/11/2026"


def test_a_task_without_a_deadline_is_drawn_to_today(client, task, november):
    Task.objects.filter(pk=task.pk).update(first_due_on=None, due_on=None)
    client.force_login(make.administrator())
    [(kind, mark)] = band_of(client).items()
    assert (kind, mark.words) == ("term", "giao 01/09/2026, không giao thời hạn")


def test_a_timeline_shows_dossiers_tasks_or_both(client, industry, rules, task):  # noqa: F811
    dossier, other = walked(industry), make.task(content="Việc của cơ quan khác")
    task.zones.add(dossier.zone)
    client.force_login(make.administrator())
    for asked, found in (
        ({}, [dossier]),
        ({"show": "tasks"}, [other, task]),
        ({"show": "both"}, [dossier, other, task]),
        ({"show": "both", "zone": dossier.zone.code}, [dossier, task]),
        ({"show": "tasks", "agency": industry.code}, [task]),
        ({"show": "tasks", "city": "HCM"}, []),
        ({"show": "gì đó"}, [dossier]),
    ):
        page = client.get(reverse("planning:timeline"), asked)
        assert [row.record for row in page.context["drawn"].rows] == found, asked


def test_both_kinds_share_the_pages_of_a_timeline(client, industry, rules, task, monkeypatch):  # noqa: F811
    monkeypatch.setattr("planning.views.overview.ROWS", 2)
    dossiers = [walked(industry) for _ in range(3)]
    client.force_login(make.administrator())
    pages = [
        [row.record for row in client.get("/timeline/", {"show": "both", "page": page}).context["drawn"].rows]
        for page in (1, 2)
    ]
    assert [len(page) for page in pages] == [2, 2]
    assert pages[1][-1] == task
    assert {*pages[0], pages[1][0]} == {*dossiers}


def test_a_timeline_shows_no_hidden_task(client, november):
    make.task(make.directive(publicity="restricted", issued_on=day("01/09/2026")))
    client.force_login(make.user("editor"))
    assert client.get("/timeline/", {"show": "tasks"}).context["drawn"].rows == ()


def test_a_timeline_of_tasks_asks_as_much_for_twelve_as_for_two(client, task):
    client.force_login(make.administrator())
    counts = []
    for more in (1, 10):
        for _ in range(more):
            make.task_extension(make.task(task.directive, first_due_on=day("30/10/2026")), granted_on=day("02/09/2026"))
        client.get("/timeline/?show=tasks")
        with CaptureQueriesContext(connection) as asked:
            client.get("/timeline/?show=tasks")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_day_known_only_to_the_year_is_drawn_as_long_as_the_year():
    scale = Scale(datetime.date(2020, 1, 1), datetime.date(2030, 1, 1))
    mark = scale.mark("unsure", datetime.date(2024, 1, 1), datetime.date(2024, 12, 31), "2024")
    assert mark.width == pytest.approx(10, abs=0.1)
    assert scale.mark("event", datetime.date(2031, 1, 1), datetime.date(2031, 1, 1), "") is None


@pytest.mark.parametrize("years", [1, 3, 10, 35, 120])
def test_a_scale_has_few_enough_ticks_to_be_read(years):
    scale = Scale(datetime.date(2026 - years, 6, 1), datetime.date(2026, 6, 1))
    assert 1 <= len(scale.ticks) <= 17
    assert scale.ticks == sorted(scale.ticks)


def test_the_delays_add_up_by_cause_and_agency(client, industry, committee, rules):  # noqa: F811
    walked(industry, *LATE)
    walked(industry, *LATE)
    client.force_login(make.administrator())
    context = client.get(reverse("planning:delays")).context
    assert context["total"] == 10 == sum(context["foot"]) == sum(row["sum"] for row in context["rows"])
    assert context["rows"][0]["agency"] == committee


def test_the_clock_answers_line_by_line(client):
    client.force_login(make.user())
    asked = {
        "start": "21/09/2026",
        "length": "20",
        "unit": "wd",
        "pause_start": "01/10/2026",
        "pause_end": "05/10/2026",
    }
    context = client.get(reverse("planning:clock"), asked).context
    assert context["due"].day == day("22/10/2026")  # 20 working days: 19/10; 1, 2 and 5/10 are not counted
    assert sum(line.days or 0 for line in context["due"].lines) == 31


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"start": "31/02/2026", "length": "5", "unit": "d"}, "start"),
        ({"start": "01/02/2026"}, "length"),
        ({"start": "01/02/2026", "length": "5", "unit": "d", "pause_end": "01/03/2026"}, "pause_start"),
        ({"start": "01/02/2026", "length": "5", "unit": "d", "extra": "3"}, "extra"),
        ({"start": "01/02/2026", "length": "10000", "unit": "y"}, "length"),
        ({"start": "31/12/9999", "length": "5", "unit": "d"}, "start"),
        ({"start": "01/02/2026", "length": "999", "unit": "y"}, "length"),
    ],
)
def test_what_the_clock_cannot_count_is_said_by_field(asked, field, client):
    client.force_login(make.user())
    page = client.get(reverse("planning:clock"), asked)
    assert page.status_code == 400
    assert field in page.context["form"].errors


def test_rules_say_whether_they_hold_on_the_day_asked(client, rules):  # noqa: F811
    client.force_login(make.user())
    for on, held in (("14/09/2026", "25 ngày"), ("15/09/2026", "20 ngày làm việc")):
        [(_, shown)] = client.get(reverse("planning:rules"), {"on": on}).context["groups"]
        [rule] = [rule for rule, holds in shown if holds and rule.code == "ccn.appraisal"]
        assert held in str(rule)
    assert client.get(reverse("planning:rules"), {"on": "hôm qua"}).status_code == 400


def test_pages_ask_as_much_for_twelve_dossiers_as_for_two(client, industry, rules):  # noqa: F811
    client.force_login(make.administrator())
    client.get(reverse("planning:board"))
    counts = {}
    for more in (2, 10):
        for _ in range(more):
            walked(industry, *LATE[:2])
        for name in ("board", "timeline", "delays"):
            with CaptureQueriesContext(connection) as asked:
                client.get(reverse(f"planning:{name}"))
            counts.setdefault(name, []).append(len(asked))
    assert all(few == many for few, many in counts.values()), counts
