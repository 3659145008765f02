"""The verbs of a consultation, and what stands of each request on any day."""

import datetime
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import Notice, StaleRecord
from planning import consulting
from planning.models import Consultation, OpinionItem, OpinionRequest
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 6, 15)
SENT = datetime.date(2026, 6, 1)  # a Monday; ten working days end on Monday 15/06
DUE = datetime.date(2026, 6, 15)
NEXT_DAY = datetime.timedelta(1)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """The day on which the tests happen."""
    monkeypatch.setattr(timezone, "localdate", lambda *args: TODAY)


@pytest.fixture
def asker():
    return make.agency(name="Sở Công Thương", city="HN")


@pytest.fixture
def officer(asker):
    return make.user("editor", agency=asker)


@pytest.fixture
def matter(asker):
    return make.consultation(agency=asker, code="LYK-HN-2026-001")


@pytest.fixture
def request_(matter):
    return make.opinion(matter, sent_on=SENT, agency=make.agency(name="Sở Xây dựng"))


def say(request, **given):
    return consulting.record_answer(
        request, by=make.administrator(), **{"on": SENT, "outcome": "disagree", "text": "Không đồng ý"} | given
    )


def states(consultation, day):
    return list(OpinionRequest.objects.filter(consultation=consultation).stated(day).values_list("state", flat=True))


# Asking ---------------------------------------------------------------------------------------------------------------


def test_the_letter_goes_out_once_and_every_agency_has_its_clock(matter, officer):
    agencies = [make.agency(), make.agency()]
    consulting.invite(matter, by=officer, agencies=agencies)
    consulting.send(matter, by=officer, on=SENT)
    assert set(matter.requests.values_list("sent_on", "due_on")) == {(SENT, DUE)}
    matter.refresh_from_db()
    assert matter.due_on == DUE
    with pytest.raises(ValidationError, match="đã gửi"):
        consulting.send(matter, by=officer, on=SENT)


def test_nothing_is_sent_to_nobody_nor_in_the_future(matter, officer):
    with pytest.raises(ValidationError, match="Chưa chọn cơ quan"):
        consulting.send(matter, by=officer, on=SENT)
    make.opinion(matter, sent_on=None)
    with pytest.raises(ValidationError, match="tương lai"):
        consulting.send(matter, by=officer, on=TODAY + NEXT_DAY)


def test_an_agency_is_asked_once_and_later_ones_get_the_same_length_of_time(matter, officer, request_):
    with pytest.raises(ValidationError, match="ít nhất một cơ quan"):
        consulting.invite(matter, by=officer, agencies=[request_.agency], on=SENT)
    with pytest.raises(ValidationError, match="không sớm hơn"):
        consulting.invite(matter, by=officer, agencies=[make.agency()], on=SENT - NEXT_DAY)
    [later] = consulting.invite(matter, by=officer, agencies=[make.agency()], on=datetime.date(2026, 6, 8))
    assert later.due_on == datetime.date(2026, 6, 22)


@pytest.mark.parametrize(("days", "unit", "fits"), [(19, "d", False), (20, "d", True), (30, "d", True),
                                                    (31, "d", False), (22, "wd", False)])  # fmt: skip
def test_a_community_is_asked_for_twenty_to_thirty_days(officer, asker, days, unit, fits):
    make.rule("planning.opinion.community_min", 20, "d")
    make.rule("planning.opinion.community", 30, "d")
    matter = make.consultation(agency=asker, kind="community", term_length=days, term_unit=unit)
    make.opinion(matter, sent_on=None)
    if fits:
        assert consulting.send(matter, by=officer, on=SENT).sent_on == SENT
    else:
        with pytest.raises(ValidationError, match="không đúng quy tắc"):
            consulting.send(matter, by=officer, on=SENT)


def test_an_agency_is_left_out_only_before_it_was_written_to(matter, officer):
    draft = make.opinion(matter, sent_on=None)
    consulting.leave_out(draft, by=officer)
    assert not matter.requests.exists()
    sent = make.opinion(matter, sent_on=SENT)
    with pytest.raises(ValidationError, match="Đã gửi"):
        consulting.leave_out(sent, by=officer)


def test_more_time_is_given_to_whoever_has_not_answered_and_to_a_later_day(request_, officer):
    with pytest.raises(ValidationError, match="sau hạn đang có"):
        consulting.more_time(request_, by=officer, due_on=DUE, note="Bận")
    consulting.more_time(request_, by=officer, due_on=DUE + NEXT_DAY, note="Chờ họp")
    request_.refresh_from_db()
    assert request_.due_on == DUE + NEXT_DAY
    say(request_)
    with pytest.raises(ValidationError, match="chưa trả lời"):
        consulting.more_time(request_, by=officer, due_on=DUE + 2 * NEXT_DAY, note="Bận")


def test_it_ends_when_nobody_is_awaited_and_every_point_is_settled(matter, officer, request_):
    with pytest.raises(ValidationError, match="Còn 1 cơ quan chưa đến hạn"):
        consulting.close(matter, by=officer, on=TODAY)
    say(request_)
    with pytest.raises(ValidationError, match="1 ý kiến chưa tách"):
        consulting.close(matter, by=officer, on=TODAY)
    [point] = consulting.split(request_, by=officer, points=[{"text": "Không đồng ý vị trí"}])
    with pytest.raises(ValidationError, match="1 điểm góp ý chưa xử lý"):
        consulting.close(matter, by=officer, on=TODAY)
    consulting.settle(point, by=officer, outcome="rejected", response="Vị trí theo quy hoạch tỉnh")
    consulting.close(matter, by=officer, on=TODAY)
    with pytest.raises(ValidationError, match="đã kết thúc"):
        say(request_)
    with pytest.raises(ValidationError, match="đã kết thúc"):
        consulting.settle(point, by=officer, outcome="rejected", response="Khác")
    consulting.reopen(matter, by=officer, note="Bổ sung cơ quan")
    with pytest.raises(ValidationError, match="chưa kết thúc"):
        consulting.reopen(matter, by=officer, note="Lần nữa")


def test_silence_lets_it_end_when_the_time_has_passed(matter, officer, request_, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args: DUE + NEXT_DAY)
    assert consulting.close(matter, by=officer, on=DUE + NEXT_DAY).closed_on == DUE + NEXT_DAY


# States of any day ----------------------------------------------------------------------------------------------------


def test_silence_is_consent_from_the_day_after_the_deadline_where_a_rule_says_so(asker):
    rule = make.silence_rule(city="HN", zone_kind="")
    matter = make.consultation(agency=asker, silence_rule=rule)
    make.opinion(matter, sent_on=SENT)
    assert [states(matter, day)[0] for day in (SENT - NEXT_DAY, SENT, DUE, DUE + NEXT_DAY)] == [
        "not_sent",
        "waiting",
        "waiting",
        "deemed_agreed",
    ]


def test_silence_without_a_rule_is_only_silence(matter, request_):
    assert states(matter, DUE + NEXT_DAY) == ["silent"]
    assert states(matter, DUE + 400 * NEXT_DAY) == ["silent"]


def test_a_late_answer_takes_the_place_of_silence_from_its_day(asker):
    matter = make.consultation(agency=asker, silence_rule=make.silence_rule(zone_kind=""), term_length=3)
    request = make.opinion(matter, sent_on=SENT)  # due on 04/06
    late = datetime.date(2026, 6, 10)
    say(request, on=late)
    assert states(matter, late - NEXT_DAY) == ["deemed_agreed"]
    assert states(matter, late) == ["disagree"]
    request.refresh_from_db()
    assert request.is_late


@pytest.mark.parametrize("given", [{"city": "HCM"}, {"zone_kind": "KCN"}, {"valid_to": SENT - NEXT_DAY}])
def test_a_rule_of_silence_holds_only_for_its_city_its_zones_and_its_days(asker, officer, given):
    dossier = make.dossier(make.zone(kind="CCN", city="HN"))
    matter = make.consultation(agency=asker, dossier=dossier)
    make.opinion(matter, sent_on=None)
    Consultation.objects.filter(pk=matter.pk).update(silence_rule=make.silence_rule(**given))
    with pytest.raises(ValidationError, match="không áp dụng"):
        consulting.send(matter, by=officer, on=SENT)


# Answering ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"outcome": "deemed_agreed"}, "Chọn đồng ý"),
        ({"outcome": "disagree", "text": "  "}, "Nêu nội dung"),
        ({"on": SENT - NEXT_DAY}, "trước ngày gửi"),
        ({"on": TODAY + NEXT_DAY}, "tương lai"),
        ({"text": "Có ký tự \u0007"}, "ký tự"),
        ({"signed_by": "x" * 201}, "200"),
    ],
)
def test_an_answer_that_cannot_be_put_down(request_, given, words):
    with pytest.raises(ValidationError, match=words):
        say(request_, **given)


def test_nobody_answers_what_was_not_sent(matter):
    draft = make.opinion(matter, sent_on=None)
    with pytest.raises(ValidationError, match="Chưa gửi"):
        say(draft)


def test_an_agency_answers_today_whatever_the_paper_says_and_may_answer_again(request_):
    person = make.user("editor", agency=request_.agency)
    consulting.answer(request_, by=person, outcome="disagree", text="Không đồng ý")
    consulting.answer(request_, by=person, outcome="agree")
    request_.refresh_from_db()
    assert (request_.answered_on, request_.outcome, request_.via) == (TODAY, "agree", "portal")
    assert request_.recorded_by == person


def test_of_two_answers_at_once_the_second_is_told(request_):
    person = make.user("editor", agency=request_.agency)
    consulting.answer(request_, by=person, outcome="agree", seen=request_.version)
    with pytest.raises(StaleRecord):
        consulting.answer(request_, by=person, outcome="disagree", text="Khác", seen=request_.version)


def test_an_answer_that_was_split_keeps_its_words(request_, officer):
    say(request_, text="1. Một")
    consulting.split(request_, by=officer, points=[{"text": "Một"}])
    with pytest.raises(ValidationError, match="đã được tách"):
        say(request_, text="2. Hai")
    say(request_, text="1. Một", reply_number="12/SXD")


# Points ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("1. Bãi đỗ xe\n2) Ranh giới", ["Bãi đỗ xe", "Ranh giới"]),
        ("Về hạ tầng:\n- Thoát nước\n  theo cốt nền\n- Điện", ["Về hạ tầng:", "Thoát nước\ntheo cốt nền", "Điện"]),
        ("Đoạn một.\n\nĐoạn hai.", ["Đoạn một.", "Đoạn hai."]),
        ("Diện tích 12,5 ha là đúng", ["Diện tích 12,5 ha là đúng"]),
        ("1.1. Mục con\na) Ý nhỏ", ["Mục con", "Ý nhỏ"]),
        ("", []),
    ],
)
def test_the_points_that_are_seen_in_a_letter(text, points):
    assert consulting.points_in(text) == points


def test_points_are_numbered_on_and_none_is_made_of_nothing(request_, officer):
    with pytest.raises(ValidationError, match="chưa trả lời"):
        consulting.split(request_, by=officer, points=[{"text": "Một"}])
    say(request_)
    with pytest.raises(ValidationError, match="ít nhất một điểm"):
        consulting.split(request_, by=officer, points=[])
    consulting.split(request_, by=officer, points=[{"text": "Một"}, {"text": "Hai"}])
    consulting.split(request_, by=officer, points=[{"text": "Ba", "said_by": "Ông A"}])
    assert list(request_.items.values_list("number", "text")) == [(1, "Một"), (2, "Hai"), (3, "Ba")]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"outcome": "rejected", "response": ""}, "response"),
        ({"outcome": "accepted", "response": "Đã sửa", "place": ""}, "place"),
        ({"outcome": "in_part", "response": "Đã sửa", "place": "Điều 3"}, "in_version"),
        ({"outcome": "perhaps", "response": "Đã sửa"}, "outcome"),
    ],
)
def test_a_point_is_settled_with_the_reason_and_the_place(officer, asker, given, field):
    point = make.point(make.answered(make.opinion(make.consultation(agency=asker))))
    with pytest.raises(ValidationError) as refused:
        consulting.settle(point, by=officer, **given)
    assert field in refused.value.message_dict


# Rights ---------------------------------------------------------------------------------------------------------------

ASKING = {
    "invite": lambda one, by: consulting.invite(one.consultation, by=by, agencies=[make.agency()], on=SENT),
    "record": partial(lambda one, by: consulting.record_answer(one, by=by, on=SENT, outcome="agree")),
    "more time": lambda one, by: consulting.more_time(one, by=by, due_on=DUE + NEXT_DAY, note="Bận"),
    "link": lambda one, by: consulting.make_link(one, by=by, days=5),
    "end link": lambda one, by: consulting.end_link(one, by=by),
    "close": lambda one, by: consulting.close(one.consultation, by=by, on=SENT),
}
ANSWER = {"answer": lambda one, by: consulting.answer(one, by=by, outcome="agree")}


@pytest.mark.parametrize("what", ASKING | ANSWER)
@pytest.mark.parametrize("who", ["asker", "asker's viewer", "asked", "asked's viewer", "third", "auditor", "admin"])
def test_who_may_do_what(request_, asker, what, who):
    people = {
        "asker": lambda: make.user("editor", agency=asker),
        "asker's viewer": lambda: make.user("viewer", agency=asker),
        "asked": lambda: make.user("editor", agency=request_.agency),
        "asked's viewer": lambda: make.user("viewer", agency=request_.agency),
        "third": lambda: make.user("editor"),
        "auditor": lambda: make.user("auditor", agency=None),
        "admin": make.administrator,
    }
    allowed = who == "admin" or who == ("asked" if what in ANSWER else "asker")
    act = (ASKING | ANSWER)[what]
    if not allowed:
        with pytest.raises(PermissionDenied):
            act(request_, people[who]())
    elif what == "close":
        with pytest.raises(ValidationError):  # one is awaited still: the right is there, the time is not
            act(request_, people[who]())
    else:
        act(request_, people[who]())


def test_a_restricted_matter_shows_an_asked_agency_its_own_request_and_points_only(asker, officer):
    matter = make.consultation(agency=asker, publicity="restricted")
    mine, other = make.opinion(matter, sent_on=None), make.opinion(matter, sent_on=None)
    person = make.user("editor", agency=mine.agency)
    assert not Consultation.objects.visible_to(person).exists()  # still a draft
    assert not OpinionRequest.objects.visible_to(person).exists()
    consulting.send(matter, by=officer, on=SENT)
    points = [make.point(say(OpinionRequest.objects.get(pk=one.pk))) for one in (mine, other)]
    assert list(Consultation.objects.visible_to(person)) == [matter]
    assert list(OpinionRequest.objects.visible_to(person)) == [mine]
    assert list(OpinionItem.objects.visible_to(person)) == points[:1]


# Notices --------------------------------------------------------------------------------------------------------------


def told(kind):
    return list(Notice.objects.filter(kind=kind).values_list("user", flat=True))


def test_the_asked_are_told_and_then_the_office_that_asked(matter, officer):
    colleague = make.user("editor", agency=matter.agency)
    agency = make.agency()
    person = make.user("editor", agency=agency)
    make.user("viewer", agency=agency)
    [request] = consulting.invite(matter, by=officer, agencies=[agency])
    assert told("opinion_asked") == []
    consulting.send(matter, by=officer, on=SENT)
    assert told("opinion_asked") == [person.pk]
    consulting.answer(request, by=person, outcome="agree")
    assert sorted(told("opinion_answered")) == sorted([officer.pk, colleague.pk])


def test_a_restricted_matter_is_told_to_the_asked_who_may_see_it_now(officer, asker):
    matter = make.consultation(agency=asker, publicity="restricted")
    person = make.user("editor", agency=make.opinion(matter, sent_on=None).agency)
    consulting.send(matter, by=officer, on=SENT)
    assert told("opinion_asked") == [person.pk]
