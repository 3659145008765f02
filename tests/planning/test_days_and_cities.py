"""Rules that hold across consultations and obstacles: days, cities, ends, and what an address may hold."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from planning import consulting, obstacles
from planning.models import Consultation, Obstacle, OpinionItem, OpinionRequest, OpinionState
from tests import factories as make

pytestmark = pytest.mark.django_db
ODD = "\u202e"


@pytest.fixture
def days(monkeypatch):
    def becomes(day):
        monkeypatch.setattr(timezone, "localdate", lambda *moment: day)

    return becomes


def later(number):
    return make.DAY + datetime.timedelta(days=number)


def state_on(request, day):
    return OpinionRequest.objects.stated(day).get(pk=request.pk).state


def test_a_correction_keeps_the_day_of_the_answer(days):
    request = make.opinion(make.consultation(term_length=10, term_unit="d"))
    officer = make.user("editor", agency=request.agency)
    days(later(5))
    consulting.answer(request, by=officer, outcome="disagree", text="Sai ranh giới")
    days(later(40))
    request = consulting.answer(request, by=officer, outcome="disagree", text="Sai ranh giới phía Đông")
    assert (request.answered_on, request.is_late) == (later(5), False)
    assert state_on(request, later(20)) == OpinionState.DISAGREE
    request, token = consulting.make_link(request, by=make.administrator(), days=5)
    request = consulting.answer_by_link(token, outcome="agree", signed_by="Nguyễn An, Phó Giám đốc")
    assert request.answered_on == later(5)


def test_what_was_split_may_get_a_number_when_its_words_stay():
    request = make.answered(text="1. Bãi đỗ xe.\n2. Ranh giới.")
    make.point(request)
    request.refresh_from_db()
    text = request.text.replace("\n", "\r\n")  # as browsers send it
    given = {"outcome": "agree_with_comments", "text": text, "reply_number": "15/STC"}
    made = consulting.record_answer(request, by=make.administrator(), on=make.DAY, **given)
    assert made.reply_number == "15/STC"


def test_a_link_that_was_ended_by_closing_stays_ended_when_it_is_taken_up_again():
    request = make.answered(outcome="agree", text="")
    request, token = consulting.make_link(request, by=make.administrator(), days=5)
    closed = consulting.close(request.consultation, by=make.administrator(), on=timezone.localdate())
    consulting.reopen(closed, by=make.administrator(), note="Còn thiếu")
    with pytest.raises(OpinionRequest.DoesNotExist):
        consulting.by_link(token)


def test_a_consultation_does_not_end_before_its_last_answer():
    request = make.answered(make.opinion(), outcome="agree", text="", on=later(20))
    with pytest.raises(ValidationError) as refused:
        consulting.close(request.consultation, by=make.administrator(), on=later(19))
    assert "on" in refused.value.message_dict


def test_what_has_ended_is_neither_corrected_nor_emptied():
    item = make.point()
    asked = item.request.consultation
    consulting.settle(item, by=make.administrator(), outcome="rejected", response="Đã có trong bản vẽ")
    consulting.close(asked, by=make.administrator(), on=timezone.localdate())
    with pytest.raises(ValidationError):
        consulting.remove_point(item, by=make.administrator())
    assert OpinionItem.objects.filter(pk=item.pk).exists()
    asked = Consultation.objects.get(pk=asked.pk)
    asked.title = "Tên khác"
    with pytest.raises(ValidationError):
        asked.full_clean()


def test_what_was_asked_stays_once_it_was_sent():
    asked = make.opinion().consultation
    asked = Consultation.objects.get(pk=asked.pk)
    asked.questions = "Hỏi điều khác"
    with pytest.raises(ValidationError) as refused:
        asked.full_clean()
    assert "questions" in refused.value.message_dict


def test_nobody_of_another_city_is_asked_and_nobody_asks_themselves():
    asked = make.consultation()
    for agency in (make.agency(city="HCM"), asked.agency):
        with pytest.raises(ValidationError) as refused:
            consulting.invite(asked, by=make.administrator(), agencies=[agency])
        assert "agencies" in refused.value.message_dict
    consulting.invite(asked, by=make.administrator(), agencies=[make.agency(city="", kind="central")])
    assert asked.requests.count() == 1


def test_a_consultation_keeps_to_its_city():
    far = make.dossier(make.zone(city="HCM"))
    for given, field in (({"city": "HCM"}, "city"), ({"dossier": far}, "dossier")):
        record = make.consultation()
        for name, value in given.items():
            setattr(record, name, value)
        with pytest.raises(ValidationError) as refused:
            record.full_clean()
        assert field in refused.value.message_dict


def test_an_obstacle_keeps_to_its_city_and_to_days_that_have_come():
    wrong = {"agency": make.agency(city="HCM"), "raised_on": timezone.localdate() + datetime.timedelta(days=1)}
    for name, value in wrong.items():
        record = make.obstacle()
        setattr(record, name, value)
        with pytest.raises(ValidationError) as refused:
            record.full_clean()
        assert name in refused.value.message_dict


def test_the_heir_of_an_agency_removes_its_obstacles():
    heir = make.agency()
    record = make.obstacle(agency=make.agency(successor=heir), publicity="restricted")
    head, stranger = make.user("head", agency=heir), make.user("head", agency=make.agency())
    assert list(Obstacle.objects.visible_to(head)) == [record]
    assert not Obstacle.objects.visible_to(stranger).exists()
    assert obstacles.tell(record, by=head, on=make.DAY, text="Đã chi trả").decision == "approved"
    assert not obstacles.may_decide(stranger, record)


@pytest.mark.parametrize(
    "address",
    [
        "/consultations/?agency=",
        "/consultations/?dossier=",
        "/consultations/new/?dossier=",
        "/opinions/?agency=",
        "/opinions/?consultation=",
        "/obstacles/?zone=",
        "/obstacles/new/?zone=",
        "/calendar/?of=",
        "/calendar/?zone=",
        "/tasks/?lead=",
        "/zones/?managing_agency=",
        "/dossiers/?zone=",
    ],
)
def test_letters_that_no_code_has_are_answered_in_words(client, address):
    client.force_login(make.user("editor", agency=make.agency()))
    for letter in (ODD, "\0"):
        assert client.get(address + letter).status_code in (200, 400, 404)


def test_a_number_that_no_record_has_is_refused_in_words(client):
    asked = make.consultation()
    task = make.task(make.directive(agency=asked.agency), lead_agency=asked.agency)
    client.force_login(make.user("editor", agency=asked.agency))
    for address, name, version in (
        (f"/consultations/{asked.code}/invite/", "agencies", asked.version),
        (f"/tasks/{task.pk}/links/", "zones", task.version),
    ):
        answer = client.post(address, {name: "9" * 20, "version": version})
        assert answer.status_code == 200
        assert name in answer.context["form"].errors
