"""The forms of a dossier: each calls its verb; who may not is refused; two people at once lose nothing."""

import datetime
import re

import pytest
from django.test import Client
from django.utils import timezone

from planning import workflow
from planning.models import Dossier, Extension, Milestone, Pause
from planning.reckoning import Office, Reckoning
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 20)  # a Friday


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_given: TODAY)


@pytest.fixture
def industry():
    return make.agency(name="Sở Công Thương", kind="department")


@pytest.fixture
def editor(client, industry):
    person = make.user("editor", agency=industry)
    client.force_login(person)
    return person


@pytest.fixture
def dossier(industry):
    """A dossier that the department has been appraising since 5/10/2026, in twenty working days."""
    make.rule("ccn.appraisal", 20, "wd")
    opened = make.dossier(
        make.zone(managing_agency=industry), "dossier_submitted", on=day("15/09/2026"), lead_agency=industry
    )
    make.move(opened, "accept", day("05/10/2026"))
    return opened


def day(text):
    return datetime.datetime.strptime(text, "%d/%m/%Y").date()


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def send(client, dossier, path, **values):
    """Hand in a form of the dossier as it was opened now."""
    return client.post(f"/dossiers/{dossier.code}/{path}/", {"version": dossier.version} | values)


# Moves ----------------------------------------------------------------------------------------------------------------


def test_a_move_is_recorded_with_its_day_and_document(client, editor, dossier):
    paper = make.document(type="CV", number="12/SCT")
    answer = send(client, dossier, "moves/consult", on="06/10/2026", document=paper.pk, note="Gửi bảy sở")
    assert answer["Location"] == f"/dossiers/{dossier.code}/"
    step = dossier.steps.last()
    assert (step.move, step.on, step.document, step.note) == ("consult", day("06/10/2026"), paper, "Gửi bảy sở")
    assert step.recorded_by == editor
    assert "Đã ghi bước: Lấy ý kiến" in text(client.get(answer["Location"]))


def test_only_visible_documents_of_the_types_that_the_law_names_are_offered(client, editor, dossier):
    make.document(type="CV", number="12/SCT")
    make.document(type="QĐ", number="13/QĐ-UBND")
    make.document(type="CV", number="14/MẬT", publicity="restricted")
    page = text(client.get(f"/dossiers/{dossier.code}/moves/consult/"))
    assert "12/SCT" in page
    assert "13/QĐ-UBND" not in page
    assert "14/MẬT" not in page


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"on": ""}, "Ngày của văn bản"),
        ({"on": "06/10/2027"}, "Ngày này ở tương lai"),
        ({"on": "01/10/2026"}, "Trước ngày của bước liền trước (05/10/2026)"),
        ({"document": ""}, "Văn bản"),
    ],
)
def test_what_the_verb_refuses_stands_beside_its_field(client, editor, dossier, given, said):
    paper = make.document(type="CV")
    page = send(client, dossier, "moves/consult", **{"on": "06/10/2026", "document": paper.pk} | given)
    assert page.status_code == 200
    assert "Cần sửa trước khi ghi" in text(page)
    assert said in text(page)
    assert dossier.steps.count() == 2


def test_a_decision_is_recorded_by_who_may_decide(client, editor, industry, dossier):
    paper = make.document(type="QĐ")
    given = {"on": "16/11/2026", "document": paper.pk, "note": "Đủ điều kiện"}
    refused = send(client, dossier, "moves/establish", **given)
    assert refused.status_code == 403
    assert "Bước này là quyết định" in text(refused)
    client.force_login(make.user("approver", agency=industry))
    assert send(client, dossier, "moves/establish", **given).status_code == 302
    assert dossier.steps.last().to_state == "established"
    dossier.zone.refresh_from_db()
    assert dossier.zone.now_status == "established"


def test_who_takes_part_records_the_moves_that_are_theirs_in_law(client, industry, dossier):
    commune = make.agency(kind="commune")
    client.force_login(make.user("editor", agency=commune))
    zone = make.zone(managing_agency=industry)
    listed = make.dossier(zone, "in_plan", lead_agency=industry)
    paper = make.document(type="TB")
    given = {"on": "06/10/2026", "document": paper.pk}
    assert send(client, listed, "moves/announce_call", **given).status_code == 403
    workflow.invite(listed, [commune], by=make.administrator())
    listed.refresh_from_db()
    assert send(client, listed, "moves/announce_call", **given).status_code == 302
    assert client.get(f"/dossiers/{listed.code}/edit/").status_code == 403


def test_a_move_that_does_not_follow_leads_back_with_the_reason(client, editor, dossier):
    answer = client.get(f"/dossiers/{dossier.code}/moves/accept/", follow=True)
    assert "từ đó không có bước" in text(answer)
    assert client.get(f"/dossiers/{dossier.code}/moves/khong-co/").status_code == 404


def test_two_people_at_once_are_both_shown_and_nothing_is_lost(client, editor, dossier):
    paper = make.document(type="CV")
    seen = dossier.version
    colleague = make.user("editor", agency=editor.agency, last_name="Trần", first_name="Bình")
    faster = Client()
    faster.force_login(colleague)
    send(faster, dossier, "moves/consult", on="06/10/2026", document=paper.pk)
    values = {"version": seen, "on": "07/10/2026", "document": paper.pk, "note": "Của tôi"}
    page = client.post(f"/dossiers/{dossier.code}/moves/ask_for_members/", values)
    assert page.status_code == 409
    assert "Trần Bình đã ghi trước lúc" in text(page)
    assert "07/10/2026" in page.content.decode()
    assert "Của tôi" in page.content.decode()
    assert dossier.steps.count() == 3
    again = re.search(r'name="version"[^>]* value="(\d+)"', page.content.decode())[1]
    assert client.post(f"/dossiers/{dossier.code}/moves/ask_for_members/", values | {"version": again})["Location"]
    assert dossier.steps.last().note == "Của tôi"


def test_a_move_that_someone_else_made_impossible_is_said_and_not_offered_again(client, editor, dossier):
    paper, seen = make.document(type="CV"), dossier.version
    make.move(dossier, "submit_appraisal", day("06/10/2026"))
    page = client.post(
        f"/dossiers/{dossier.code}/moves/consult/", {"version": seen, "on": "07/10/2026", "document": paper.pk}
    )
    assert page.status_code == 409
    assert "Từ trạng thái mới không còn bước này" in text(page)
    assert 'type="submit" class="main-action"' not in page.content.decode()


def test_a_pause_that_someone_else_recorded_is_shown_too(client, editor, dossier):
    paper, seen = make.document(type="CV"), dossier.version
    given = {"kind": "suspension", "start_on": "12/10/2026", "reason": "Chờ kết luận", "source": "Thông báo"}
    send(client, dossier, "pauses/new", **given)
    page = client.post(
        f"/dossiers/{dossier.code}/moves/consult/", {"version": seen, "on": "14/10/2026", "document": paper.pk}
    )
    assert page.status_code == 409
    assert "Thêm tạm dừng thời hạn: tạm dừng · 12/10/2026" in text(page)


def test_the_rule_set_is_asked_only_where_the_change_of_law_is_unclear(client, industry, editor):
    zone = make.zone(managing_agency=industry)
    unclear = make.dossier(zone, "in_plan", on=day("01/08/2026"), lead_agency=industry)
    make.move(unclear, "announce_call", day("07/09/2026"))
    make.move(unclear, "submit_dossier", day("10/09/2026"))
    paper = make.document(type="K")
    given = {"on": "16/09/2026", "document": paper.pk}
    page = client.get(f"/dossiers/{unclear.code}/moves/accept/")
    assert "Bộ quy định mới" not in text(page)
    page = send(client, unclear, "moves/accept", **given)
    assert "chưa nói rõ. Chọn bộ quy định và nêu lý do" in text(page)
    assert "Bộ quy định mới" in text(page)
    assert send(client, unclear, "moves/accept", **given, rule_set="old").status_code == 200
    assert send(client, unclear, "moves/accept", **given, rule_set="old", note="Theo văn bản của Sở Tư pháp")[
        "Location"
    ]
    unclear.refresh_from_db()
    assert unclear.rule_day == day("14/09/2026")
    assert "Theo văn bản của Sở Tư pháp" in text(client.get(f"/dossiers/{unclear.code}/"))


# What may be recorded at any time -------------------------------------------------------------------------------------


def test_a_state_is_observed_as_exactly_as_its_day_is_known(client, editor, dossier):
    assert send(client, dossier, "observe", state="scored", since="10/2026", source="Báo cáo tháng 10")["Location"]
    step = dossier.steps.last()
    assert (step.kind, step.to_state, step.on, step.on_precision) == ("observed", "scored", day("31/10/2026"), "month")


def test_the_month_that_is_under_way_is_no_future(client, editor, dossier):
    answer = send(client, dossier, "observe", state="scored", since="11/2026", source="Báo cáo nhanh")
    assert answer.status_code == 302
    dossier.refresh_from_db()
    page = send(client, dossier, "observe", state="scored", since="12/2026", source="Báo cáo nhanh")
    assert "Ngày này ở tương lai" in text(page)


def test_an_observation_needs_a_document_or_a_source(client, editor, dossier):
    page = send(client, dossier, "observe", state="scored", since="01/11/2026")
    assert "Cần một văn bản hoặc một nguồn." in text(page)


def test_an_event_changes_no_state(client, editor, dossier):
    assert send(client, dossier, "events/new", event="Họp liên ngành", since="12/10/2026", source="Biên bản")[
        "Location"
    ]
    dossier.refresh_from_db()
    assert dossier.state == "under_appraisal"
    assert "Họp liên ngành" in text(client.get(f"/dossiers/{dossier.code}/"))


def test_a_pause_stops_the_clock_and_its_end_lets_it_run_again(client, editor, dossier):
    given = {"kind": "suspension", "start_on": "12/10/2026", "reason": "Chờ kết luận", "source": "Thông báo"}
    assert send(client, dossier, "pauses/new", **given)["Location"]
    dossier.refresh_from_db()
    assert dossier.due_on is None
    assert send(client, dossier, f"pauses/{Pause.objects.get().pk}/resume", end_on="16/10/2026")["Location"]
    dossier.refresh_from_db()
    assert dossier.due_on == day("09/11/2026")


def test_an_extension_lengthens_the_clock_by_its_document(client, editor, dossier):
    page = client.get(f"/dossiers/{dossier.code}/extensions/new/")
    assert '<option value="ccn.appraisal" selected>' in page.content.decode()
    paper = make.document(type="CV", number="90/UBND")
    given = {"rule": "ccn.appraisal", "length": "5", "unit": "wd", "granted_on": "30/10/2026", "document": paper.pk}
    assert send(client, dossier, "extensions/new", **given)["Location"]
    dossier.refresh_from_db()
    assert dossier.due_on == day("09/11/2026")
    assert "90/UBND" in text(client.get(f"/dossiers/{dossier.code}/"))


def test_what_was_put_down_wrongly_is_taken_away_with_a_reason_and_the_clock_follows(client, editor, dossier):
    extension = make.extension(dossier, granted_on=day("30/10/2026"))
    assert send(client, dossier, f"extensions/{extension.pk}/remove").status_code == 200
    assert send(client, dossier, f"extensions/{extension.pk}/remove", note="Nhầm hồ sơ")["Location"]
    dossier.refresh_from_db()
    assert dossier.due_on == day("02/11/2026")
    assert not Extension.objects.exists()
    assert "Nhầm hồ sơ" in text(client.get(f"/dossiers/{dossier.code}/"))


def test_the_last_step_is_taken_back_with_a_reason(client, editor, dossier):
    step = dossier.steps.last()
    assert "Cần sửa trước khi ghi" in text(send(client, dossier, f"steps/{step.pk}/retract"))
    assert send(client, dossier, f"steps/{step.pk}/retract", note="Ghi nhầm")["Location"]
    dossier.refresh_from_db()
    assert dossier.state == "dossier_submitted"
    assert send(client, dossier, f"steps/{step.pk}/retract", note="Lần nữa").status_code == 404


def test_a_step_that_others_followed_is_not_taken_back(client, editor, dossier):
    page = send(client, dossier, f"steps/{dossier.steps.first().pk}/retract", note="Ghi nhầm")
    assert "Chỉ rút được bước cuối cùng." in text(page)


def test_a_milestone_is_added_corrected_and_removed(client, editor, dossier):
    given = {"label": "Thành lập", "state": "established", "on": "Q4/2026", "source": "Kế hoạch"}
    assert send(client, dossier, "milestones/new", **given)["Location"]
    made = Milestone.objects.get()
    assert (made.on, made.on_precision) == (day("31/12/2026"), "quarter")
    page = client.get(f"/dossiers/{dossier.code}/milestones/{made.pk}/edit/")
    assert re.search('name="on"[^>]* value="Q4/2026"', page.content.decode())
    address = f"/dossiers/{dossier.code}/milestones/{made.pk}/edit/"
    assert client.post(address, given | {"version": 1, "on": "15/01/2027"})["Location"]
    assert client.post(address, given | {"version": 1, "on": "20/01/2027"}).status_code == 409
    made.refresh_from_db()
    assert (made.on, made.on_precision) == (day("15/01/2027"), "day")
    assert send(client, dossier, f"milestones/{made.pk}/remove", note="Kế hoạch đã bỏ")["Location"]


def test_its_own_fields_are_corrected_and_its_state_is_not_among_them(client, editor, dossier):
    given = {"title": "Tên mới", "lead_agency": dossier.lead_agency_id, "publicity": "internal", "state": "established"}
    assert send(client, dossier, "edit", **given, reason="Sửa tên")["Location"]
    stale = send(client, dossier, "edit", **given | {"title": "Tên của người sau"})
    assert stale.status_code == 409
    assert "Hai người cùng sửa" in stale.content.decode()
    dossier.refresh_from_db()
    assert (dossier.title, dossier.state) == ("Tên mới", "under_appraisal")


def test_the_cooperating_agencies_are_chosen_in_one_list(client, editor, dossier):
    land = make.agency(name="Sở Nông nghiệp và Môi trường")
    assert send(client, dossier, "cooperating", agencies=[land.pk])["Location"]
    assert list(dossier.cooperating.all()) == [land]
    assert send(client, dossier, "cooperating", agencies=[]).status_code == 409, "an older version"
    assert list(dossier.cooperating.all()) == [land]


# Opening --------------------------------------------------------------------------------------------------------------


def test_a_dossier_is_opened_in_the_state_that_a_source_shows(client, editor, industry):
    zone = make.zone(code="KHU-A", name="Cụm A", managing_agency=industry)
    address = "/dossiers/new/?zone=KHU-A&track=legal"
    page = client.get(address)
    assert 'value="HS-KHU-A-PL"' in page.content.decode()
    given = {"code": "HS-KHU-A-PL", "title": "Thành lập Cụm A", "lead_agency": industry.pk, "publicity": "internal"}
    given |= {"state": "in_plan", "since": "2020", "source": "Quy hoạch tỉnh"}
    answer = client.post(address, given)
    assert answer["Location"] == "/dossiers/HS-KHU-A-PL/"
    made = Dossier.objects.get()
    assert (made.zone, made.track, made.state, made.state_precision) == (zone, "legal", "in_plan", "year")
    assert "Cần sửa trước khi ghi" in text(client.post(address, given)), "the code is taken"
    page = client.post(address, given | {"code": "HS-KHU-A-2", "since": "01/01/2027"})
    assert page.status_code == 200
    assert "Từ ngày: Ngày này ở tương lai" in text(page)
    assert Dossier.objects.count() == 1


def test_a_dossier_of_a_phase_or_of_a_facility(client, editor, industry):
    zone = make.zone(code="KHU-A", managing_agency=industry)
    phase = make.phase(zone, 2)
    page = client.get("/dossiers/new/?zone=KHU-A&track=legal&phase=2")
    assert f'<option value="{phase.pk}" selected>' in page.content.decode()
    make.facility(code="CSSX-A", managing_agency=industry)
    assert "Di dời" in text(client.get("/dossiers/new/?facility=CSSX-A&track=relocation"))
    assert "Loại khu này không có tuyến đó" in text(client.get("/dossiers/new/?zone=KHU-A&track=relocation"))


def test_what_the_writer_may_not_see_is_not_offered(client, editor):
    make.zone(code="KIN", name="Khu kín", publicity="restricted")
    make.facility(code="KIN-CS", publicity="restricted")
    assert "Khu kín" not in text(client.get("/dossiers/new/"))
    assert client.get("/dossiers/new/?zone=KIN&track=legal").context["form"].errors
    assert "Không có cơ sở nào mang mã này" in text(client.get("/dossiers/new/?facility=KIN-CS&track=relocation"))


def test_a_dossier_may_be_opened_by_whoever_may_change_it_then(client, industry):
    make.zone(code="KHU-A", managing_agency=industry)
    client.force_login(make.user("viewer", agency=industry))
    assert client.get("/dossiers/new/?zone=KHU-A&track=legal").status_code == 403


def test_the_walk_through_the_pages_gives_what_the_clock_says(client, editor, industry, dossier):
    """Consulted, returned for a supplement, accepted again: the pages and the reckoning agree."""
    for name, on, kind in (
        ("consult", "06/10/2026", "CV"),
        ("return_for_supplement", "12/10/2026", "CV"),
        ("accept", "19/10/2026", "K"),
    ):
        paper = make.document(type=kind)
        assert send(client, dossier, f"moves/{name}", on=on, document=paper.pk, note="Theo văn bản").status_code == 302
        dossier.refresh_from_db()
    pause = dossier.pauses.get()
    assert (pause.start_on, pause.end_on) == (day("12/10/2026"), day("19/10/2026"))
    found = Reckoning(Dossier.objects.reckonable().get(pk=dossier.pk), Office(TODAY))
    assert found.running[0].due.day == dossier.due_on == day("10/11/2026")
    assert "Hạn 10/11/2026" in text(client.get(f"/dossiers/{dossier.code}/"))
