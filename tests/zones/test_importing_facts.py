"""Rows of the ledger: a number corrects that fact, no number adds one, and nothing is layered over it unseen."""

import datetime
from decimal import Decimal

import pytest

from tests import factories as make
from tests.zones.test_importing import officer, reasons, take, told, write  # noqa: F401 (a fixture is found by its name)
from zones.models import Measurement, Zone, ZoneArea, ZoneStatus

pytestmark = pytest.mark.django_db
DAY = datetime.date(2025, 6, 1)
AREA = ["Mã số trong sổ", "Mã khu, cụm", "Loại diện tích", "Diện tích (ha)", "Từ ngày", "Nguồn"]
DECISION = "theo quyết định thành lập, chủ trương đầu tư"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def zone(officer):  # noqa: F811
    return make.zone(code="HN-A", name="Cụm A", managing_agency=officer.agency)


def test_a_row_without_a_number_adds_a_fact_once(officer, zone):  # noqa: F811
    rows = [AREA, [None, "HN-A", DECISION, "27,2", "quý II/2025", "QĐ 1"]]
    imported = write(take(rows, "areas", officer), officer)
    fact, zone = ZoneArea.objects.get(), Zone.objects.get()
    assert (imported.created, fact.value_ha, fact.as_of_precision) == (1, Decimal("27.2"), "quarter")
    assert (fact.as_of, fact.recorded_by, zone.now_area_ha) == (datetime.date(2025, 6, 30), officer, Decimal("27.2"))
    assert [row.outcome for row in told(take([*rows, [None] * 6], "areas", officer, name="b.xlsx"))] == ["unchanged"]


def test_a_row_with_a_number_corrects_that_fact_and_keeps_it_readable(officer, zone):  # noqa: F811
    old = make.area(zone, value="100", as_of=DAY, source="QĐ 1")
    rows = [AREA, [old.pk, "HN-A", DECISION, 105, DAY, "QĐ 1"]]
    imported = take(rows, "areas", officer)
    assert [(one.old, one.new) for one in told(imported)[0].changes] == [("100", "105")]
    write(imported, officer)
    old.refresh_from_db()
    assert (old.value_ha, old.superseded_by.value_ha) == (100, 105)
    again = take([*rows, [None]], "areas", officer, name="b.xlsx")
    assert "đã được thay" in reasons(again)[0][1]


def test_the_same_values_are_unchanged(officer, zone):  # noqa: F811
    old = make.area(zone, value="100", as_of=DAY, source="QĐ 1")
    imported = take([AREA, [old.pk, "HN-A", DECISION, 100, DAY, "QĐ 1"]], "areas", officer)
    assert [row.outcome for row in told(imported)] == ["unchanged"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ([None, "HN-A", DECISION, 105, DAY, "QĐ 1"], "Sổ đã ghi"),
        ([None, "HN-A", DECISION, 105, datetime.date(2099, 1, 1), "QĐ 1"], "tương lai"),
        ([None, "HN-A", DECISION, -5, DAY, "QĐ 1"], "âm"),
        ([None, "HN-A", DECISION, 105, DAY, None], "một văn bản hoặc một nguồn"),
        ([None, "HN-X", DECISION, 105, DAY, "QĐ 1"], "Không có khu, cụm nào"),
        ([None, "HN-A", "rộng", 105, DAY, "QĐ 1"], "danh sách"),
        ([99, "HN-A", DECISION, 105, DAY, "QĐ 1"], "không có"),
    ],
)
def test_what_the_ledger_cannot_take_is_rejected(officer, zone, row, reason):  # noqa: F811
    make.area(zone, value="100", as_of=DAY, source="QĐ 1")
    imported = take([AREA, row], "areas", officer)
    assert reason in " ".join(message for _cell, message in reasons(imported))
    assert imported.rejected == 1


def test_two_rows_may_not_say_two_things_of_one_day(officer, zone):  # noqa: F811
    rows = [AREA, [None, "HN-A", DECISION, 105, DAY, "QĐ 1"], [None, "HN-A", DECISION, 106, DAY, "QĐ 1"]]
    assert [row.outcome for row in told(take(rows, "areas", officer))] == ["rejected", "rejected"]


def test_a_correction_cannot_move_a_fact_to_another_zone(officer, zone):  # noqa: F811
    make.zone(code="HN-B", name="Cụm B", managing_agency=officer.agency)
    old = make.area(zone, value="100", as_of=DAY)
    imported = take([AREA, [old.pk, "HN-B", DECISION, 100, DAY, old.source]], "areas", officer)
    assert "đổi khu" in reasons(imported)[0][1]


def test_facts_of_other_agencies_are_theirs(officer):  # noqa: F811
    make.zone(code="HN-XA", name="Xa")
    imported = take([AREA, [None, "HN-XA", DECISION, 5, DAY, "QĐ"]], "areas", officer)
    assert "Chỉ cơ quan quản lý" in reasons(imported)[0][1]


def test_statuses_and_their_beginnings(officer, zone):  # noqa: F811
    head = ["Mã khu, cụm", "Phương diện", "Giá trị", "Là ngày bắt đầu", "Từ ngày", "Nguồn"]
    rows = [head, ["HN-A", "Đã thành lập", "Có", "x", "năm 2017", "QĐ"]]
    rows += [["HN-A", "Tình trạng", "Đang hoạt động", None, DAY, "Báo cáo"]]
    write(take(rows, "statuses", officer), officer)
    zone = Zone.objects.on().get()
    assert (zone.status, zone.established, zone.established_on) == ("operating", True, datetime.date(2017, 12, 31))
    rows = [head, ["HN-A", "Tình trạng", "Có", None, DAY, "Báo cáo"]]
    assert "không hợp" in reasons(take(rows, "statuses", officer))[0][1]
    assert ZoneStatus.objects.count() == 2


def test_measurements_of_zones_and_of_cities(officer, zone):  # noqa: F811
    make.indicator(code="lao-dong", name_vi="Lao động", unit="người")
    head = ["Chỉ tiêu", "Mã chỉ tiêu", "Đơn vị tính", "Mã khu, cụm", "Thành phố", "Giá trị", "Từ ngày", "Nguồn"]
    rows = [head, ["Lao động", "lao-dong", None, "HN-A", None, "1 250", DAY, "Báo cáo"]]
    rows += [["Lao động", "lao-dong", None, None, "Hà Nội", 5000, DAY, "Niên giám"]]
    assert [row.outcome for row in told(take(rows, "measurements", officer))] == ["created", "rejected"]
    write(take(rows, "measurements", make.administrator()), make.administrator())
    assert {(one.zone_id, one.city, one.value) for one in Measurement.objects.all()} == {
        (zone.pk, "", 1250),
        (None, "HN", 5000),
    }


def test_a_phase_is_named_by_its_number(officer, zone):  # noqa: F811
    phase = make.phase(zone, 2)
    head = [*AREA[1:], "Giai đoạn số"]
    write(take([head, ["HN-A", DECISION, 40, DAY, "QĐ", 2]], "areas", officer), officer)
    assert ZoneArea.objects.get().phase == phase
    assert "giai đoạn số “3”" in reasons(take([head, ["HN-A", DECISION, 40, DAY, "QĐ", 3]], "areas", officer))[0][1]


def test_the_books_of_facts_can_be_looked_at(client, officer, zone):  # noqa: F811
    make.area(zone, value="27.2", as_of=DAY, document=make.document(number="12/QĐ-UBND"))
    make.area(make.zone(name="Cụm Khác"), value="5")
    client.force_login(officer)
    page = client.get("/areas/", {"search": "cụm a"}).content.decode()
    assert "27,2" in page and "12/QĐ-UBND" in page and "/zones/HN-A/" in page
    assert "Cụm Khác" not in page
