"""Obstacles: their state on any day, who tells and decides, what is refused, and who hears of it."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import Notice, StaleRecord
from planning import obstacles
from planning.models import Obstacle, ObstacleUpdate
from planning.obstacle_lists import brief_obstacles, obstacles_on, shares
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 6, 15)
RAISED = datetime.date(2026, 3, 1)


def day(text):
    return datetime.datetime.strptime(f"{text}/2026", "%d/%m/%Y").date()


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args: TODAY)


@pytest.fixture
def silence():
    """Thirty days without an approved update are silence."""
    make.rule("obstacle.stale", 30, "d", certainty="D")


@pytest.fixture
def offices():
    return {code: make.agency(code=code, city="HN") for code in ("XA", "SCT", "KHAC")}


@pytest.fixture
def people(offices):
    """`people("XA", "editor")`: a person of that office, always the same."""
    made = {}

    def person(office, role="editor"):
        if (office, role) not in made:
            made[office, role] = make.user(role, agency=offices[office])
        return made[office, role]

    return person


@pytest.fixture
def obstacle(offices):
    given = {"agency": offices["XA"], "raised_by": offices["SCT"], "first_expected_on": day("30/04")}
    return make.obstacle(code="VM-1", raised_on=RAISED, **given)


def seen_on(obstacle, on, reader=None):
    return obstacles_on(reader or make.administrator(), on).get(pk=obstacle.pk)


def states(obstacle, *days):
    return [str(seen_on(obstacle, day(text)).state) for text in days]


# The state on any day -------------------------------------------------------------------------------------------------


def test_an_obstacle_is_in_time_until_the_day_expected_and_overdue_after_it(obstacle):
    assert states(obstacle, "30/04", "01/05") == ["in_time", "overdue"]


def test_one_without_a_day_is_neither(obstacle):
    Obstacle.objects.update(first_expected_on=None, expected_on=None)
    assert states(obstacle, "01/03", "15/06") == ["no_date", "no_date"]


def test_a_new_day_counts_from_the_update_that_told_it_and_both_days_are_kept(obstacle):
    make.obstacle_update(obstacle, on=day("10/05"), expected_on=day("31/07"))
    assert states(obstacle, "09/05", "10/05", "15/06") == ["overdue", "in_time", "in_time"]
    obstacle.refresh_from_db()
    assert (obstacle.first_expected_on, obstacle.expected_on) == (day("30/04"), day("31/07"))


def test_an_older_update_that_is_entered_late_does_not_bring_its_day_back(obstacle):
    make.obstacle_update(obstacle, on=day("10/05"), expected_on=day("31/07"))
    make.obstacle_update(obstacle, on=day("02/05"), expected_on=day("31/05"))
    obstacle.refresh_from_db()
    assert obstacle.expected_on == day("31/07")
    assert states(obstacle, "05/05", "15/06") == ["in_time", "in_time"]


def test_resolved_and_reopened_hold_from_their_days_on(obstacle):
    make.obstacle_update(obstacle, kind="resolved", on=day("20/04"))
    make.obstacle_update(obstacle, kind="reopened", on=day("01/06"), expected_on=day("30/06"))
    assert states(obstacle, "19/04", "20/04", "31/05", "01/06") == ["in_time", "resolved", "resolved", "in_time"]
    obstacle.refresh_from_db()
    assert (obstacle.resolved_on, obstacle.expected_on) == (None, day("30/06"))


def test_what_is_raised_later_is_not_there_yet(obstacle):
    assert not obstacles_on(make.administrator(), day("28/02")).exists()


def test_neither_a_waiting_nor_a_refused_update_counts(obstacle, people, silence):
    told = {"by": people("XA"), "on": day("10/06"), "text": "Xong"}
    waiting = obstacles.tell(obstacle, kind="resolved", **told)
    assert (states(obstacle, "15/06"), seen_on(obstacle, TODAY).is_stale) == (["overdue"], True)
    obstacles.decide(waiting, by=people("XA", "approver"), approve=False, note="Còn 2 hộ")
    assert states(obstacle, "15/06") == ["overdue"]
    obstacle.refresh_from_db()
    assert obstacle.resolved_on is None


def test_silence_begins_when_the_days_of_the_rule_are_over(obstacle, silence):
    make.obstacle_update(obstacle, on=day("01/04"))
    stale = {text: seen_on(obstacle, day(text)).is_stale for text in ("31/03", "01/04", "01/05", "02/05")}
    assert stale == {"31/03": False, "01/04": False, "01/05": False, "02/05": True}


def test_from_the_day_it_was_raised_when_nothing_was_told(obstacle, silence):
    assert [seen_on(obstacle, day(text)).is_stale for text in ("31/03", "01/04")] == [False, True]


def test_what_is_removed_is_not_silent_and_without_a_rule_nothing_is(obstacle, silence):
    make.obstacle_update(obstacle, kind="resolved", on=day("20/03"))
    assert not seen_on(obstacle, TODAY).is_stale
    other = make.obstacle(raised_on=RAISED)
    assert seen_on(other, TODAY).is_stale
    silence = obstacles.Rule.objects.get(code="obstacle.stale")
    silence.valid_to = day("01/06")
    silence.save()
    assert not seen_on(other, TODAY).is_stale
    assert seen_on(other, day("01/06")).is_stale


# The verbs ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("office", "role", "tells", "decides"),
    [
        ("XA", "editor", True, False),
        ("XA", "approver", True, True),
        ("XA", "head", True, True),
        ("XA", "viewer", False, False),
        ("SCT", "editor", True, False),
        ("SCT", "head", True, False),
        ("KHAC", "head", False, False),
        (None, "administrator", True, True),
        (None, "auditor", False, False),
    ],
)
def test_who_tells_and_who_decides(obstacle, people, office, role, tells, decides):
    person = people(office, role) if office else make.user(role, agency=None)
    assert (obstacles.may_tell(person, obstacle), obstacles.may_decide(person, obstacle)) == (tells, decides)
    if not tells:
        with pytest.raises(PermissionDenied):
            obstacles.tell(obstacle, by=person, on=TODAY, text="Xong")
    waiting = obstacles.tell(obstacle, by=people("XA"), on=TODAY, text="Đang làm")
    if not decides:
        with pytest.raises(PermissionDenied):
            obstacles.decide(waiting, by=person, approve=True)


def test_whoever_may_approve_need_not_wait(obstacle, people):
    made = obstacles.tell(obstacle, by=people("XA", "head"), on=TODAY, text="Đã chi trả", expected_on=day("30/09"))
    assert (made.decision, made.decided_by) == ("approved", people("XA", "head"))


def test_an_update_counts_once_it_is_approved(obstacle, people):
    waiting = obstacles.tell(obstacle, by=people("SCT"), on=TODAY, text="Chờ vốn", expected_on=day("30/09"))
    assert (waiting.decision, waiting.agency) == ("", people("SCT").agency)
    obstacles.decide(waiting, by=people("XA", "approver"), approve=True)
    obstacle.refresh_from_db()
    assert obstacle.expected_on == day("30/09")


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"on": TODAY + datetime.timedelta(1)}, "on"),
        ({"kind": "resolved", "on": RAISED - datetime.timedelta(1)}, "on"),
        ({"on": RAISED - datetime.timedelta(1)}, "on"),
        ({"on": datetime.date(1800, 1, 1)}, "on"),
        ({"text": " "}, "text"),
        ({"kind": "reopened"}, "kind"),
        ({"kind": "resolved", "expected_on": day("30/09")}, "expected_on"),
        ({"expected_on": day("14/06")}, "expected_on"),
        ({"expected_on": datetime.date(9999, 1, 1)}, "expected_on"),
    ],
)
def test_an_update_that_cannot_be_is_refused_beside_its_field(obstacle, people, told, field):
    with pytest.raises(ValidationError) as refused:
        obstacles.tell(obstacle, by=people("XA"), **{"on": TODAY, "text": "Đang làm"} | told)
    assert list(refused.value.message_dict) == [field]
    assert not obstacle.updates.exists()


def test_what_is_removed_only_comes_back_and_not_before(obstacle, people):
    make.obstacle_update(obstacle, kind="resolved", on=day("01/06"))
    for kind in ("progress", "resolved"):
        with pytest.raises(ValidationError, match="đã được tháo gỡ"):
            obstacles.tell(obstacle, by=people("XA"), on=TODAY, text="Nữa", kind=kind)
    with pytest.raises(ValidationError, match="01/06/2026"):
        obstacles.tell(obstacle, by=people("XA"), on=day("31/05"), text="Lại", kind="reopened")
    make.obstacle_update(obstacle, kind="reopened", on=day("05/06"))
    with pytest.raises(ValidationError, match="05/06/2026"):
        obstacles.tell(obstacle, by=people("XA"), on=day("04/06"), text="Xong", kind="resolved")


def test_of_two_who_say_it_is_removed_only_one_is_approved(obstacle, people):
    told = {"by": people("XA"), "on": TODAY, "text": "Xong", "kind": "resolved"}
    first, second = (obstacles.tell(obstacle, **told) for _ in range(2))
    head = people("XA", "head")
    obstacles.decide(first, by=head, approve=True)
    with pytest.raises(ValidationError, match="đã được tháo gỡ"):
        obstacles.decide(second, by=head, approve=True)
    obstacles.decide(second, by=head, approve=False, note="Đã ghi")
    with pytest.raises(ValidationError, match="đã được duyệt hoặc trả lại"):
        obstacles.decide(second, by=head, approve=True)


def test_to_refuse_needs_a_reason(obstacle, people):
    waiting = obstacles.tell(obstacle, by=people("XA"), on=TODAY, text="Xong", kind="resolved")
    with pytest.raises(ValidationError) as refused:
        obstacles.decide(waiting, by=people("XA", "head"), approve=False, note="  ")
    assert "note" in refused.value.message_dict


def test_whoever_read_an_older_version_is_told_so(obstacle, people):
    old = obstacle.version
    obstacles.tell(obstacle, by=people("XA"), on=TODAY, text="Một", seen=old)
    with pytest.raises(StaleRecord):
        obstacles.tell(obstacle, by=people("XA"), on=TODAY, text="Hai", seen=old)


def test_an_obstacle_is_not_raised_after_what_was_told_of_it(obstacle):
    make.obstacle_update(obstacle, on=day("10/04"))
    obstacle.refresh_from_db()
    obstacle.raised_on, obstacle.first_expected_on = day("11/04"), day("30/04")
    with pytest.raises(ValidationError, match="cập nhật trước ngày này"):
        obstacle.full_clean()


# Who sees, who hears --------------------------------------------------------------------------------------------------


def test_the_agencies_concerned_see_it_whatever_its_publicity_and_wherever_they_are(obstacle, people):
    ministry = make.agency(city="")
    Obstacle.objects.update(publicity="restricted")
    central = make.obstacle(agency=ministry, publicity="internal", city="HN")
    seen = {
        office: obstacles_on(people(office), TODAY).filter(pk=obstacle.pk).exists() for office in ("XA", "SCT", "KHAC")
    }
    assert seen == {"XA": True, "SCT": True, "KHAC": False}
    assert Obstacle.objects.visible_to(make.user("editor", agency=ministry)).get() == central


def told(kind):
    return {notice.user for notice in Notice.objects.filter(kind=kind)}


def test_those_who_approve_hear_of_what_waits_and_the_teller_and_the_raisers_of_the_decision(obstacle, people):
    approver, head, raiser, teller = people("XA", "approver"), people("XA", "head"), people("SCT"), people("XA")
    refused = obstacles.tell(obstacle, by=teller, on=TODAY, text="Xong", kind="resolved")
    assert told("obstacle_update_waiting") == {approver, head}
    obstacles.decide(refused, by=head, approve=False, note="Chưa")
    assert told("obstacle_update_decided") == {teller}
    obstacles.decide(obstacles.tell(obstacle, by=teller, on=TODAY, text="Đang làm"), by=head, approve=True)
    assert told("obstacle_update_decided") == {teller, raiser}


def test_a_notice_leads_to_the_obstacle_and_nobody_is_told_of_a_refused_verb(obstacle, people):
    people("XA", "head")
    with pytest.raises(ValidationError):
        obstacles.tell(obstacle, by=people("XA"), on=TODAY, text="")
    assert not Notice.objects.exists()
    obstacles.tell(obstacle, by=people("XA"), on=TODAY, text="Đang làm")
    assert Notice.objects.get().address == "/obstacles/VM-1/"


# Of many --------------------------------------------------------------------------------------------------------------


def test_shares_count_the_open_ones_by_cause_and_by_agency(obstacle, offices):
    make.obstacle(agency=offices["XA"], cause="capital", raised_on=day("05/06"))
    done = make.obstacle(agency=offices["KHAC"], raised_on=RAISED)
    make.obstacle_update(done, kind="resolved", on=day("01/06"))
    causes, agencies = shares(obstacles_on(make.administrator(), TODAY), TODAY)
    assert [(one.key, one.number, one.overdue, one.days) for one in causes] == [
        ("clearance", 1, 1, 106),
        ("capital", 1, 0, 10),
    ]
    assert [(one.key, one.number, one.days) for one in agencies] == [("XA", 2, 116)]


def test_a_page_of_a_zone_shows_what_is_open_there_the_worst_first(obstacle, offices):
    soon = make.obstacle(zone=obstacle.zone, raised_on=RAISED, first_expected_on=day("30/06"))
    removed = make.obstacle(zone=obstacle.zone, raised_on=RAISED)
    make.obstacle_update(removed, kind="resolved", on=day("01/06"))
    make.obstacle()
    found = [line[0] for line in brief_obstacles(make.administrator(), None, zone=obstacle.zone)]
    assert found == [obstacle, soon]


def test_the_next_code_follows_those_of_the_city_and_the_year():
    for code in ("VM-HN-2026-001", "VM-HN-2026-009", "VM-HN-2025-044", "VM-HCM-2026-050", "VM-HN-2026-X"):
        make.obstacle(code=code)
    assert obstacles.next_code("HN", TODAY) == "VM-HN-2026-010"
    assert obstacles.next_code("HCM", datetime.date(2027, 1, 1)) == "VM-HCM-2027-001"


def test_what_was_told_cannot_be_changed(obstacle):
    made = make.obstacle_update(obstacle, on=day("10/04"))
    with pytest.raises(DatabaseError), transaction.atomic():
        ObstacleUpdate.objects.filter(pk=made.pk).update(text="Khác")
