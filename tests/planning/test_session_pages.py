"""The pages of sessions: each dossier's chain back from the day, and what becomes of it when the day is moved."""

import datetime
import json
import re
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import StaleRecord
from planning.models import CouncilSession, SessionDossier
from planning.sessions import changes, day_doubt, items_of, move_session
from tests import factories as make

pytestmark = pytest.mark.django_db
COUNTS = json.loads((Path(__file__).parent.parent / "query_counts.json").read_text())
TODAY = datetime.date(2026, 11, 2)  # a Monday


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_given: TODAY)


@pytest.fixture(autouse=True)
def clocks():
    return make.rule("ccn.appraisal", 20, "wd"), make.rule("ccn.decision", 5, "wd")


@pytest.fixture
def editor(client):
    person = make.user("editor")
    client.force_login(person)
    return person


@pytest.fixture
def session(editor):
    return make.session(
        code="UBND-12", name="Phiên họp tháng 12", body="ubnd", agency=editor.agency, on=day("18/12/2026")
    )


@pytest.fixture
def dossier(editor):
    """Submitted by the commune on 20/10/2026, led by the editor's agency."""
    zone = make.zone(managing_agency=editor.agency)
    return make.dossier(zone, "dossier_submitted", on=day("20/10/2026"), title="Thành lập cụm Lại Yên")


def day(text):
    return datetime.datetime.strptime(text, "%d/%m/%Y").date()


def text(response):
    """The page's words: without markup, runs of spaces made one."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def row(response, name):
    """The words of the row of a table that begins with `name`."""
    rows = re.findall(r"<tr>.*?</tr>", response.content.decode(), re.DOTALL)
    words = [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in rows]
    return next(one for one in words if one.startswith(name))


def counted(client, address):
    client.get(address)  # whatever is kept after the first time
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_the_list_parts_what_comes_from_what_has_passed(client, session):
    make.session(name="Phiên họp tháng 6", on=day("30/06/2026"), on_precision="month")
    shown = text(client.get("/sessions/"))
    assert shown.index("Phiên họp tháng 12") < shown.index("Đã qua") < shown.index("Phiên họp tháng 6")
    assert "06/2026" in shown


def test_the_chain_is_planned_back_from_the_day(client, session, dossier):
    """Five working days before 18/12 begin on 11/12, twenty before that on 13/11, no day off between."""
    make.session_item(dossier, session=session)
    page = client.get("/sessions/UBND-12/")
    assert "13/11/2026" in row(page, "Đang thẩm định")
    assert "11/12/2026" in row(page, "Đã trình UBND cấp tỉnh quyết định")
    assert "từ 20/10/2026" in row(page, "Xã đã trình hồ sơ")
    assert "còn thời gian" in text(page)
    assert "5 ngày làm việc, phải xong chậm nhất 18/12/2026" in text(page)


def test_what_no_longer_fits_is_said_in_words(client, session, dossier):
    make.session_item(dossier, session=session)
    CouncilSession.objects.filter(pk=session.pk).update(on=day("20/11/2026"))
    page = client.get("/sessions/UBND-12/")
    assert "không còn kịp" in row(page, "Đang thẩm định")
    assert "Chỉ kịp khi các cơ quan làm nhanh hơn thời hạn" in text(page)


def test_a_session_without_a_day_says_from_when_to_when_it_may_be(session):
    session.on, session.on_precision = day("31/12/2026"), "month"
    assert "12/2026" in day_doubt(session)
    assert "từ 01/12/2026" in day_doubt(session)
    session.on_precision = "quarter"
    assert "từ 01/10/2026" in day_doubt(session)


def test_a_move_is_first_shown_and_only_stored_when_that_day_is_confirmed(client, session, dossier):
    make.session_item(dossier, session=session)
    sent = {"version": 1, "on": "20/11/2026", "reason": "Họp sớm"}
    page = client.post("/sessions/UBND-12/move/", sent)
    assert "Không còn kịp nữa" in text(page)
    assert "Đang thẩm định phải bắt đầu chậm nhất 16/10/2026" in text(page)
    assert CouncilSession.objects.get().on == day("18/12/2026")
    other = client.post("/sessions/UBND-12/move/", sent | {"on": "21/11/2026", "confirmed": "2026-11-20"})
    assert other.status_code == 200  # another day than the one that was shown: shown again
    done = client.post("/sessions/UBND-12/move/", sent | {"confirmed": "2026-11-20"}, follow=True)
    assert CouncilSession.objects.get().on == day("20/11/2026")
    assert "1 hồ sơ không còn kịp" in text(done)
    assert "Họp sớm" in text(done)


def test_moving_gives_back_what_became_impossible_and_possible_again(session, dossier, editor):
    make.session_item(dossier, session=session)
    [change] = move_session(session, day("20/11/2026"), by=editor, note="Họp sớm")
    assert [stage.state.code for stage in change.moved.impossible][:2] == ["dossier_submitted", "under_appraisal"]
    session.refresh_from_db()
    [change] = move_session(session, day("18/12/2026"), by=editor, note="Họp như cũ")
    assert change.moved.impossible == ()
    assert [stage.state.code for stage in change.moved.possible][:2] == ["dossier_submitted", "under_appraisal"]


def test_whoever_read_an_older_day_moves_nothing(client, session, editor):
    session.name = "Phiên họp cuối năm"
    session.save()
    with pytest.raises(StaleRecord):
        move_session(session, day("20/11/2026"), by=editor, note="Họp sớm", seen=1)
    sent = {"version": 1, "on": "20/11/2026", "reason": "Họp sớm", "confirmed": "2026-11-20"}
    assert "vừa được người khác sửa" in text(client.post("/sessions/UBND-12/move/", sent))
    assert CouncilSession.objects.get().on == day("18/12/2026")


def test_only_the_office_that_keeps_the_calendar_moves_a_session(session):
    with pytest.raises(PermissionDenied):
        move_session(session, day("20/11/2026"), by=make.user("editor"), note="Họp sớm")


def test_the_lead_agency_puts_its_dossier_on_the_list_of_any_session_it_sees(client, dossier):
    make.session(code="HDND", on=day("18/12/2026"))
    other = make.dossier(make.zone(), "in_plan")
    form = client.get("/sessions/HDND/dossiers/new/").context["form"]
    assert list(form.fields["dossier"].queryset) == [dossier]
    assert client.post("/sessions/HDND/dossiers/new/", {"dossier": other.pk}).status_code == 200
    assert client.post("/sessions/HDND/dossiers/new/", {"dossier": dossier.pk}).status_code == 302
    assert SessionDossier.objects.get().dossier == dossier
    link = SessionDossier.objects.get()
    client.post(f"/sessions/HDND/dossiers/{link.pk}/remove/", {"reason": "Chưa đủ hồ sơ"})
    assert not SessionDossier.objects.exists()


def test_a_dossier_that_its_reader_may_not_see_is_neither_shown_nor_counted(client, session):
    hidden = make.dossier(make.zone(city="HCM", publicity="internal"), "dossier_submitted", title="Hồ sơ kín")
    make.session_item(hidden, session=session)
    assert "Hồ sơ kín" not in text(client.get("/sessions/UBND-12/"))
    assert client.get("/sessions/").context["ahead"][0].dossiers == 0
    reader = make.user("viewer")
    assert items_of(session, reader, TODAY) == []
    assert changes(session, reader, day("20/11/2026"), TODAY) == []


def test_a_session_is_added_as_exactly_as_its_day_is_known(client, editor):
    sent = {"code": "HDND-2027", "name": "Kỳ họp giữa năm", "city": "HN", "body": "hdnd", "on": "06/2027"}
    sent |= {"agency": editor.agency.pk, "publicity": "public", "source": "Lịch họp"}
    assert client.post("/sessions/new/", sent).status_code == 302
    made = CouncilSession.objects.get()
    assert (made.on, made.on_precision) == (day("30/06/2027"), "month")
    assert "có thể họp sớm từ 01/06/2027" in text(client.get("/sessions/HDND-2027/"))


def test_the_pages_need_as_many_statements_for_six_dossiers_as_for_two(client, session, editor):
    for dossiers in (2, 6):
        for _ in range(dossiers):
            zone = make.zone(managing_agency=editor.agency)
            make.session_item(make.dossier(zone, "dossier_submitted", on=day("20/10/2026")), session=session)
        found = {
            "planning:sessions": counted(client, "/sessions/"),
            "planning:session": counted(client, "/sessions/UBND-12/"),
        }
        assert found == {name: COUNTS[name] for name in found}
