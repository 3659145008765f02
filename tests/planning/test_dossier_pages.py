"""What the pages of dossiers show: the list, one dossier, the tracks of a zone; and how few statements they need."""

import datetime
import json
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from planning import tracks, workflow
from planning.models import Rule
from tests import factories as make
from zones.recording import take_out

pytestmark = pytest.mark.django_db
COUNTS = json.loads((Path(__file__).parent.parent / "query_counts.json").read_text())
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
def clocks():
    """Twenty working days for the appraisal, five for the opinions inside of it."""
    return make.rule("ccn.appraisal", 20, "wd"), make.rule("ccn.opinion", 5, "wd")


def day(text):
    return datetime.datetime.strptime(text, "%d/%m/%Y").date()


def text(response):
    """The page's words: without markup, runs of spaces made one."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def section(response, name):
    """The words of one section of a page."""
    found = re.search(rf'<section[^>]* id="{name}".*?</section>', response.content.decode(), re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def names(response):
    return [row[0]["text"] for row in response.context["rows"]]


def counted(client, address):
    client.get("/healthz")  # that the session is in use is noted once a minute
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def appraised(industry, since, **given):
    """A dossier that the department has been appraising since that day."""
    given.setdefault("lead_agency", industry)
    subject = given.pop("subject", None) or make.zone(managing_agency=industry)
    dossier = make.dossier(subject, "dossier_submitted", on=day("15/09/2026"), **given)
    make.move(dossier, "accept", day(since))
    return dossier


# The list -------------------------------------------------------------------------------------------------------------


def test_the_head_says_how_many_are_under_way_late_and_nearly_due(client, editor, industry, clocks):
    appraised(industry, "05/10/2026")  # due 2/11
    appraised(industry, "30/10/2026")  # due 27/11
    appraised(industry, "19/11/2026")  # due 17/12
    make.dossier(state="converted")
    shown = text(client.get("/dossiers/"))
    assert "4 hồ sơ" in shown
    assert "Đang xử lý 3" in shown
    assert "Trễ hạn 1" in shown
    assert "Đến hạn trong 14 ngày 1" in shown


def test_a_due_day_is_a_day_and_a_word(client, editor, industry, clocks):
    appraised(industry, "05/10/2026", title="Trễ")
    appraised(industry, "30/10/2026", title="Sắp")
    appraised(industry, "19/11/2026", title="Còn")
    make.dossier(title="Chưa chạy")
    page = client.get("/dossiers/?columns=clock&columns=days_late")
    rows = {row[0]["text"]: [cell["text"] for cell in row[1:]] for row in page.context["rows"]}
    assert rows["Trễ"][-2:] == ["02/11/2026, quá hạn 18 ngày", "18"]
    assert rows["Sắp"][-2:] == ["27/11/2026, còn 5 ngày làm việc", ""]
    assert rows["Còn"][-2:] == ["17/12/2026, còn 19 ngày làm việc", ""]
    assert rows["Chưa chạy"][-2:] == ["–", ""]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"clock": "late"}, ["Trễ"]),
        ({"clock": "soon"}, ["Sắp"]),
        ({"clock": "later"}, ["Còn"]),
        ({"clock": "none"}, ["Chưa chạy"]),
        ({"state": "in_plan"}, ["Chưa chạy"]),
        ({"state": "under_appraisal", "ordering": "-due_on"}, ["Còn", "Sắp", "Trễ"]),
        ({"track": "legal", "search": "tre"}, ["Trễ"]),
        ({"track": "land"}, []),
        ({"open": "false"}, ["Xong"]),
        ({"agency": "SKHAC"}, ["Chưa chạy", "Xong"]),
        ({"zone": "KHU-A"}, ["Trễ"]),
        ({"city": "HCM"}, []),
    ],
)
def test_the_list_can_be_asked(client, editor, industry, clocks, asked, found):
    other = make.agency(code="SKHAC")
    appraised(industry, "05/10/2026", title="Trễ", code="HS-A", subject=make.zone(code="KHU-A"))
    appraised(industry, "30/10/2026", title="Sắp", code="HS-B")
    appraised(industry, "19/11/2026", title="Còn", code="HS-C")
    make.dossier(title="Chưa chạy", lead_agency=other, code="HS-D")
    make.dossier(title="Xong", lead_agency=other, code="HS-E", state="converted")
    assert names(client.get("/dossiers/", asked)) == found


def test_the_page_of_a_facility_leads_to_its_dossiers(client, editor, industry):
    facility = make.facility(code="CSSX-A", managing_agency=industry)
    for title in ("Di dời lần một", "Di dời lần hai"):
        make.dossier(facility, next(iter(tracks.table("relocation", "CSSX").states)), track="relocation", title=title)
    make.dossier()
    link = re.search(r'href="(/dossiers/\?facility=CSSX-A)"', client.get("/facilities/CSSX-A/").content.decode())[1]
    page = client.get(link)
    assert names(page) == ["Di dời lần một", "Di dời lần hai"]
    assert facility.name in text(page)


def test_what_cannot_be_read_shows_no_row_rather_than_wrong_ones(client, editor):
    make.dossier()
    page = client.get("/dossiers/", {"state": "khong-co"})
    assert page.status_code == 400
    assert not page.context["rows"]
    assert "Trạng thái" in text(page)


def test_the_list_shows_what_the_reader_may_see_and_nothing_else(client, editor, industry):
    make.dossier(make.zone(publicity="restricted"), title="Khu kín")
    make.dossier(make.zone(), title="Hồ sơ kín", publicity="restricted")
    make.dossier(make.zone(city="HCM"), title="Nội bộ ở TPHCM", publicity="internal")
    make.dossier(make.zone(managing_agency=industry), title="Của mình", publicity="restricted")
    assert names(client.get("/dossiers/")) == ["Của mình"]
    assert names(client.get("/steps/")) == ["Của mình"]


def test_the_list_says_that_it_speaks_of_today(client, editor):
    make.dossier()
    assert "tính đến hôm nay, 20/11/2026" in text(client.get("/dossiers/"))
    page = text(client.get("/dossiers/", {"as_of": "31/12/2025"}))
    assert "luôn tính đến hôm nay, 20/11/2026; ngày 31/12/2025 chỉ áp dụng cho số liệu của khu" in page
    assert "Số liệu trên trang này tính đến" not in page


def test_a_list_of_any_length_takes_the_same_number_of_statements(client, editor, industry, clocks):
    for _ in range(3):
        appraised(industry, "05/10/2026")
    few = counted(client, "/dossiers/"), counted(client, "/steps/")
    for _ in range(6):
        make.pause(appraised(industry, "06/10/2026"), start_on=day("12/10/2026"))
    assert few == (counted(client, "/dossiers/"), counted(client, "/steps/"))
    assert few == (COUNTS["planning:dossiers"], COUNTS["planning:steps"])


# One dossier ----------------------------------------------------------------------------------------------------------


def test_the_picture_tells_where_the_dossier_stands_without_being_seen(client, editor, industry):
    dossier = appraised(industry, "05/10/2026")
    page = client.get(f"/dossiers/{dossier.code}/")
    shown = text(page)
    assert "Đang thẩm định 05/10/2026 (đang ở đây, từ 05/10/2026)" in shown
    assert "Xã đã trình hồ sơ 15/09/2026 (đã qua, từ 15/09/2026)" in shown
    assert "(đã qua, không ghi ngày)" in shown
    assert "Đã thành lập (chưa tới)" in shown
    assert page.content.decode().count('aria-current="step"') == 1


def test_each_next_move_says_what_it_needs_and_who_may_make_it(client, editor, industry):
    dossier = appraised(industry, "05/10/2026")
    page = client.get(f"/dossiers/{dossier.code}/")
    shown = section(page, "next")
    assert "Văn bản cần có Công văn xin ý kiến" in shown
    assert f'href="/dossiers/{dossier.code}/moves/consult/"' in page.content.decode()
    assert f'href="/dossiers/{dossier.code}/moves/establish/"' not in page.content.decode()
    assert "Bước này là quyết định: người duyệt hoặc thủ trưởng cơ quan ghi." in shown


def test_who_may_not_make_a_move_reads_why(client, industry):
    dossier = appraised(industry, "05/10/2026", publicity="public")
    for role, why in [
        ("viewer", "Vai trò của bạn không ghi bước của hồ sơ."),
        ("editor", "Bước này do Sở Công Thương hoặc"),
    ]:
        client.force_login(make.user(role))
        page = client.get(f"/dossiers/{dossier.code}/")
        assert why in section(page, "next")
        assert "/moves/" not in page.content.decode()


def test_a_clock_is_explained_line_by_line_with_its_doubts(client, editor, industry, clocks):
    dossier = appraised(industry, "05/10/2026")
    make.pause(dossier, start_on=day("12/10/2026"), reason="Chờ họp")
    workflow.resume(dossier.pauses.get(), by=make.administrator(), end_on=day("16/10/2026"))
    shown = section(client.get(f"/dossiers/{dossier.code}/"), "clocks")
    assert "quá hạn 11 ngày" in shown
    assert "Hạn 09/11/2026" in shown
    assert "20 ngày làm việc · Điều 10" in shown
    assert "ngày sau ngày bắt đầu 05/10/2026" in shown
    assert "12/10-16/10/2026" in shown
    assert "Chưa có bảng ngày nghỉ năm 2026" in shown


def test_an_open_pause_has_no_due_day_and_can_be_ended(client, editor, industry, clocks):
    dossier = appraised(industry, "05/10/2026")
    make.pause(dossier, start_on=day("12/10/2026"))
    page = client.get(f"/dossiers/{dossier.code}/")
    assert "chưa biết ngày đến hạn" in section(page, "clocks")
    assert f'/pauses/{dossier.pauses.get().pk}/resume/"' in page.content.decode()
    assert "đang tạm dừng" in section(page, "clocks")


def test_the_delay_is_split_and_adds_up(client, editor, industry, clocks):
    dossier = appraised(industry, "05/10/2026")
    make.move(dossier, "consult", day("06/10/2026"))  # opinions due 13/10
    make.move(dossier, "ask_for_members", day("16/10/2026"))  # three days late
    make.move(dossier, "submit_appraisal", day("12/11/2026"))  # due 2/11
    shown = section(client.get(f"/dossiers/{dossier.code}/"), "used")
    assert "Trễ 10 ngày: 3 ngày chờ ý kiến, 7 ngày cơ quan chủ trì (Sở Công Thương)." in shown
    assert "Cộng 10" in shown
    assert "Cơ quan chủ trì Sở Công Thương" in shown


def test_a_step_shows_its_evidence_but_never_a_hidden_document(client, editor, industry):
    dossier = make.dossier(make.zone(managing_agency=industry), lead_agency=industry, publicity="public")
    hidden = make.document(type="TB", number="77/MẬT", publicity="restricted")
    make.move(dossier, "announce_call", day("01/10/2026"), document=hidden)
    make.extension(dossier, document=make.document(number="78/MẬT", publicity="restricted"))
    page = client.get(f"/dossiers/{dossier.code}/")
    assert "77/MẬT" not in text(page)
    assert "78/MẬT" not in text(page)
    assert "văn bản hạn chế" in section(page, "steps")
    assert "văn bản hạn chế" in section(page, "clocks")


def test_a_day_is_shown_as_exactly_as_it_is_known(client, editor, industry):
    dossier = make.dossier(
        make.zone(managing_agency=industry), on=datetime.date(2020, 12, 31), precision="year", lead_agency=industry
    )
    page = client.get(f"/dossiers/{dossier.code}/")
    assert "2020 Có trong danh mục quy hoạch" in section(page, "steps")
    assert "31/12/2020" not in section(page, "steps")
    assert "đang ở đây, từ 2020" in text(page)


def test_a_retracted_step_stays_readable_with_its_reason(client, editor, industry):
    dossier = appraised(industry, "05/10/2026")
    workflow.retract(dossier.steps.last(), by=editor, note="Ghi nhầm hồ sơ khác")
    page = client.get(f"/dossiers/{dossier.code}/")
    assert "Ghi nhầm hồ sơ khác" in section(page, "steps")
    assert re.search(r"<del>\s*Nhận đủ hồ sơ", page.content.decode())
    assert "Ghi nhầm hồ sơ khác" in section(page, "history")


def test_an_expected_day_stands_beside_what_happened(client, editor, industry):
    dossier = appraised(industry, "05/10/2026")
    make.milestone(dossier, label="Nhận hồ sơ", state="under_appraisal", on=day("01/10/2026"))
    make.milestone(dossier, label="Lập Hội đồng", state="council_set", on=day("10/11/2026"))
    make.milestone(
        dossier, label="Thành lập", state="established", on=datetime.date(2026, 12, 31), on_precision="quarter"
    )
    shown = section(client.get(f"/dossiers/{dossier.code}/"), "expected")
    assert "01/10/2026 05/10/2026 đã có, sau mốc 4 ngày" in shown
    assert "10/11/2026 – đã qua mốc 10 ngày, chưa ghi nhận" in shown
    assert "Q4/2026 – chưa tới" in shown


def test_the_laws_tests_stand_beside_the_move_and_later_beside_the_step(client, editor, industry):
    make.rule("ccn.size.max", 75, "ha", kind="threshold")
    make.rule("ccn.size.min", 10, "ha", kind="threshold")
    zone = make.zone(managing_agency=industry)
    make.area(zone, kind="in_plan", value="80")
    dossier = make.dossier(zone, "proposed", lead_agency=industry)
    before = section(client.get(f"/dossiers/{dossier.code}/"), "next")
    assert re.search("không đạt [^:]+: [^.]*80 ha", before)
    make.move(dossier, "include_in_plan", day("05/10/2026"), note="Theo quyết định của Thủ tướng")
    after = section(client.get(f"/dossiers/{dossier.code}/"), "steps")
    assert re.search("Điều kiện khi ghi không đạt [^:]+: [^.]*80 ha", after)


def test_a_dossier_of_any_length_takes_the_same_number_of_statements(client, editor, industry, clocks):
    dossier = appraised(industry, "05/10/2026")
    address = f"/dossiers/{dossier.code}/"
    make.milestone(dossier)
    make.extension(dossier, granted_on=day("20/10/2026"))
    for start, end in (("06/10/2026", "07/10/2026"), ("12/10/2026", "13/10/2026")):
        make.pause(dossier, start_on=day(start))
        workflow.resume(dossier.pauses.last(), by=editor, end_on=day(end))
    few = counted(client, address)
    for name, on in (("consult", "14/10/2026"), ("ask_for_members", "20/10/2026"), ("set_council", "21/10/2026")):
        make.move(dossier, name, day(on))
    make.milestone(dossier, state="under_appraisal")
    make.extension(dossier, granted_on=day("22/10/2026"))
    assert few == counted(client, address) == COUNTS["planning:dossier"]


def test_a_dossier_of_a_zone_that_was_taken_out_is_gone(client, editor, industry):
    dossier = make.dossier(make.zone(managing_agency=industry), lead_agency=industry)
    take_out(dossier.zone, by=make.administrator(), note="Ghi trùng")
    assert client.get(f"/dossiers/{dossier.code}/").status_code == 404


# Tracks of a zone -----------------------------------------------------------------------------------------------------


def test_all_tracks_of_a_zone_stand_side_by_side_with_those_not_yet_open(client, editor, industry, clocks):
    zone = make.zone(code="KHU-A", managing_agency=industry)
    make.phase(zone, 2)
    dossier = appraised(industry, "05/10/2026", subject=zone)
    page = client.get("/zones/KHU-A/tracks/")
    shown = text(page)
    assert "Pháp lý, thành lập Đang thẩm định, từ 05/10/2026 · quá hạn 18 ngày" in shown
    assert f'href="/dossiers/{dossier.code}/"' in page.content.decode()
    assert 'href="/dossiers/new/?zone=KHU-A&amp;track=legal&amp;phase=2"' in page.content.decode()
    assert 'href="/dossiers/new/?zone=KHU-A&amp;track=legal"' not in page.content.decode()


def test_the_page_of_a_zone_lists_its_dossiers(client, editor, industry, clocks):
    zone = make.zone(managing_agency=industry)
    make.dossier(zone, title="Hồ sơ kín", publicity="restricted", lead_agency=make.agency())
    dossier = appraised(industry, "05/10/2026", subject=zone)
    page = client.get(f"/zones/{zone.code}/")
    shown = section(page, "dossiers")
    assert "Đang thẩm định 05/10/2026 02/11/2026 quá hạn 18 ngày Sở Công Thương" in shown
    assert page.content.decode().count(f'"/dossiers/{dossier.code}/"') == 1
    assert "luôn tính đến hôm nay" in section(client.get(f"/zones/{zone.code}/?as_of=2026-10-01"), "dossiers")


def test_the_page_of_a_zone_takes_the_same_number_of_statements_for_any_number_of_dossiers(
    client, editor, industry, clocks
):
    zone = make.zone(managing_agency=industry)
    phase = make.phase(zone)
    appraised(industry, "05/10/2026", subject=zone)
    few = counted(client, f"/zones/{zone.code}/")
    appraised(industry, "06/10/2026", subject=zone, phase=phase)
    assert few == counted(client, f"/zones/{zone.code}/") == COUNTS["zone with dossiers"]


def test_tracks_take_the_same_number_of_statements_whatever_they_hold(client, editor, industry, clocks):
    zone = make.zone(managing_agency=industry)
    appraised(industry, "05/10/2026", subject=zone)
    few = counted(client, f"/zones/{zone.code}/tracks/")
    phase = make.phase(zone)
    appraised(industry, "06/10/2026", subject=zone, phase=phase)
    make.pause(appraised(industry, "07/10/2026", subject=zone), start_on=day("12/10/2026"))
    assert few == counted(client, f"/zones/{zone.code}/tracks/") == COUNTS["planning:zone_tracks"]


def test_a_changed_rule_shows_on_the_page_when_clocks_were_refreshed(client, editor, industry, clocks):
    dossier = appraised(industry, "05/10/2026")
    Rule.objects.filter(code="ccn.appraisal").update(value=40)
    workflow.refresh_clocks()
    assert "còn 6 ngày làm việc" in text(client.get(f"/dossiers/{dossier.code}/"))
    assert names(client.get("/dossiers/", {"clock": "soon"})) == [dossier.title]
