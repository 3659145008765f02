"""Rows become records: what each row would do, who may do it, and that every row is counted exactly once."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.audit import acting
from accounts.models import RowChange
from tests import factories as make
from tests.zones import sheets
from zones import importing
from zones.models import Document, Facility, Import, TenantProject, Zone, ZoneArea, ZoneStatus

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def officer():
    return make.user("editor")


def take(rows, what, by, *, name="tep.xlsx", **given):
    """Hand in a sheet whose first row is the head."""
    return importing.upload(ContentFile(sheets.xlsx(sheets.Page(rows)), name=name), what=what, by=by, **given)


def told(imported, outcome=""):
    return list(importing.outcomes(imported).rows(outcome))


def reasons(imported):
    return [(refusal.cell, refusal.message) for row in told(imported, "rejected") for refusal in row.refusals]


def write(imported, by, **given):
    with acting(by):
        return importing.apply(imported, by=by, **given)


def test_a_preview_says_what_each_row_does_and_changes_nothing(officer):
    kept = make.zone(code="HN-A", name="Cụm A", managing_agency=officer.agency, source="QĐ", term_years=50)
    make.zone(code="HN-B", name="Cụm B", managing_agency=officer.agency, source="QĐ", term_years=40)
    rows = [["Mã", "Tên", "Thời hạn (năm)"], ["HN-A", "Cụm A", 50], ["HN-B", "Cụm B", 50], ["HN-C", "Cụm C", "x"]]
    imported = take(rows, "zones", officer)
    assert imported.state == Import.State.PREVIEWED
    assert (imported.rows, imported.unchanged, imported.updated, imported.rejected) == (3, 1, 1, 1)
    same, changed, bad = told(imported)
    assert (same.outcome, same.number, same.url) == ("unchanged", 2, f"/zones/{kept.code}/")
    assert changed.changes == [importing.Change("term_years", "Thời hạn (năm)", "40", "50")]
    assert bad.refusals[0].cell == "Sheet1!C4"
    assert not Zone.objects.filter(code="HN-C").exists()
    assert Zone.objects.get(code="HN-B").term_years == 40


def test_an_applied_file_writes_records_with_history_that_names_it(officer):
    zone = make.zone(code="HN-B", name="Cụm B", managing_agency=officer.agency, term_years=40)
    rows = [["Mã", "Tên", "Loại", "Thành phố", "Thời hạn"], ["HN-B", "Cụm B", "CCN", "Hà Nội", 50]]
    rows.append(["HN-C", "Cụm công nghiệp Cờ", "Cụm công nghiệp", "HN", None])
    imported = write(take(rows, "zones", officer, name="Danh mục 2026.xlsx"), officer)
    zone.refresh_from_db()
    added = Zone.objects.get(code="HN-C")
    assert imported.state == Import.State.APPLIED
    assert (imported.applied_by, imported.created, imported.updated) == (officer, 1, 1)
    assert (zone.term_years, zone.version) == (50, 2)
    assert (added.kind, added.city, added.managing_agency, added.term_years) == ("CCN", "HN", officer.agency, None)
    assert list(Zone.objects.find("cụm cờ")) == [added]
    for record, action in ((zone, "update"), (added, "insert")):
        change = RowChange.objects.of(record).first()
        assert (change.action, change.actor, change.reason) == (action, officer, "Nhập từ tệp Danh mục 2026.xlsx")


def test_nothing_is_written_while_a_row_is_rejected_unless_it_is_skipped(officer):
    rows = [["Mã", "Tên", "Loại", "Thành phố"], ["HN-A", "Cụm A", "CCN", "HN"], ["HN-B", "", "CCN", "HN"]]
    imported = take(rows, "zones", officer)
    with pytest.raises(ValidationError, match="1 dòng có lỗi"):
        write(imported, officer)
    assert not Zone.objects.exists()
    assert write(imported, officer, skip_rejected=True).skip_rejected
    assert [zone.code for zone in Zone.objects.all()] == ["HN-A"]


def test_the_same_file_handed_in_again_is_the_same_import(officer):
    content = sheets.xlsx(sheets.Page([["Mã", "Tên", "Loại", "Thành phố"], ["HN-A", "Cụm A", "CCN", "HN"]]))
    first, again = (
        importing.upload(ContentFile(content, name=name), what="zones", by=officer) for name in ("a.xlsx", "b.xlsx")
    )
    assert (first.pk, Import.objects.count()) == (again.pk, 1)
    write(first, officer)
    assert importing.upload(ContentFile(content, name="a.xlsx"), what="zones", by=officer).state == Import.State.APPLIED
    with pytest.raises(importing.AlreadyApplied) as already:
        write(first, officer)
    assert already.value.imported == first
    assert str(officer) in already.value.messages[0]


def test_only_the_managing_agency_changes_a_record_and_cannot_give_it_away(officer):
    other = make.agency(code="SO-KHAC")
    make.zone(code="HN-XA", name="Xa", managing_agency=other)
    make.zone(code="HN-GAN", name="Gần", managing_agency=officer.agency)
    rows = [["Mã", "Tên", "Mã cơ quan quản lý"], ["HN-XA", "Xa", "SO-KHAC"], ["HN-GAN", "Gần", "SO-KHAC"]]
    assert [row.outcome for row in told(take(rows, "zones", officer))] == ["unchanged", "rejected"]
    rows[1][1] = "Tên mới"
    imported = take(rows, "zones", officer)
    assert [row.outcome for row in told(imported)] == ["rejected", "rejected"]
    assert "Chỉ cơ quan quản lý" in reasons(imported)[0][1]


def test_who_only_reads_cannot_hand_in(officer):
    with pytest.raises(PermissionDenied):
        take([["Mã", "Tên"], ["A1", "B"]], "zones", make.user("viewer"))


def test_a_hidden_record_is_as_absent_as_none_but_its_code_is_taken(officer):
    make.zone(code="HN-KIN", name="Khu kín", publicity="restricted")
    make.facility(code="CS-1", name="Xưởng", managing_agency=officer.agency)
    rows = [["Mã", "Tên", "Khu, cụm tiếp nhận"], ["CS-1", "Xưởng", "Khu kín"]]
    assert "Không có khu, cụm nào" in reasons(take(rows, "facilities", officer))[0][1]
    rows = [["Mã", "Tên", "Loại", "Thành phố"], ["HN-KIN", "Khu mới", "CCN", "HN"]]
    imported = take(rows, "zones", officer)
    assert [row.outcome for row in told(imported)] == ["rejected"]
    assert "Khu kín" not in str(reasons(imported))


def test_a_row_that_stands_twice_is_rejected_both_times(officer):
    rows = [["Mã", "Tên", "Loại", "Thành phố"], *[["HN-A", "Cụm A", "CCN", "HN"]] * 2, ["HN-B", "Cụm B", "CCN", "HN"]]
    imported = take(rows, "zones", officer)
    assert [row.outcome for row in told(imported)] == ["rejected", "rejected", "created"]
    assert "2, 3" in reasons(imported)[0][1]


def test_related_records_are_found_by_code_or_by_a_name_of_their_own(officer):
    near = make.zone(code="HN-A", name="Cụm A", managing_agency=officer.agency)
    document = make.document(number="12/QĐ-UBND", year=2025)
    commune = make.unit(name="Xã Lại Yên", code="00101")
    head = ["Mã", "Tên", "Thành phố", "Xã, phường", "Khu, cụm tiếp nhận", "Văn bản", "Số liệu đến ngày"]
    rows = [head, ["CS-1", "Xưởng", "Hà Nội", "xã lại yên", "cụm a", "QĐ 12/QĐ-UBND", datetime.date(2025, 3, 1)]]
    write(take(rows, "facilities", officer), officer)
    facility = Facility.objects.get(code="CS-1")
    assert (facility.unit, facility.destination, facility.document) == (commune, near, document)
    assert facility.managing_agency == officer.agency


def test_a_name_that_could_be_several_is_asked_back(officer):
    make.zone(code="HN-A1", name="Cụm A")
    make.zone(code="HN-A2", name="Cụm A")
    make.facility(code="CS-1", name="Xưởng", managing_agency=officer.agency)
    imported = take([["Mã", "Tên", "Khu, cụm tiếp nhận"], ["CS-1", "Xưởng", "Cụm A"]], "facilities", officer)
    assert reasons(imported) == [("Sheet1!C2", "“Cụm A” có thể là nhiều khu, cụm; ghi một trong: HN-A1, HN-A2.")]


def test_code_and_name_of_one_thing_must_not_contradict_each_other(officer):
    make.agency(code="SO-B", name="Sở B")
    make.zone(code="HN-A", name="Cụm A", managing_agency=officer.agency)
    head = ["Mã", "Tên", "Cơ quan quản lý", "Mã cơ quan quản lý"]
    imported = take([head, ["HN-A", "Cụm A", officer.agency.name, "SO-B"]], "zones", officer)
    assert "không nói cùng một điều" in reasons(imported)[0][1]
    assert [
        row.outcome for row in told(take([head, ["HN-A", "Cụm A", None, officer.agency.code]], "zones", officer))
    ] == ["unchanged"]


def test_an_empty_cell_clears_and_a_missing_column_leaves_alone(officer):
    make.zone(code="HN-A", name="Cụm A", managing_agency=officer.agency, term_years=50, note="Cũ")
    imported = write(take([["Mã", "Tên", "Thời hạn"], ["HN-A", "Cụm A", None]], "zones", officer), officer)
    zone = Zone.objects.get(code="HN-A")
    assert (zone.term_years, zone.note) == (None, "Cũ")
    assert told(imported)[0].changes == [importing.Change("term_years", "Thời hạn (năm)", "50", "")]


def test_what_the_model_forbids_is_rejected_with_its_reason(officer):
    head = ["Mã", "Tên", "Thành phố", "Số liệu đến ngày", "Nguồn", "Phân loại di dời", "Vĩ độ", "Kinh độ"]
    day = datetime.date(2025, 1, 1)
    rows = [head, ["CS-1", "Một", "HN", day, "Phiếu", "bắt buộc di dời", None, None]]
    rows += [["CS-2", "Hai", "HN", day, None, None, None, None], ["CS-3", "Ba", "HN", day, "Phiếu", None, 21, None]]
    rows += [
        ["cs 4", "Bốn", "HN", day, "Phiếu", None, None, None],
        ["CS-5", "Năm", "HN", None, "Phiếu", None, None, None],
    ]
    imported = take(rows, "facilities", officer)
    assert imported.rejected == 5
    words = " ".join(message for _cell, message in reasons(imported))
    for reason in ("Di dời bắt buộc cần lý do", "một văn bản hoặc một nguồn", "điểm này", "Mã gồm chữ in hoa"):
        assert reason in words


def test_projects_belong_to_a_zone_of_the_own_agency(officer):
    make.zone(code="HN-A", name="Cụm A", managing_agency=officer.agency)
    make.zone(code="HN-B", name="Cụm B")
    head = [
        "Mã",
        "Tên dự án",
        "Mã khu, cụm",
        "Nguồn vốn",
        "Tình trạng",
        "Số liệu đến ngày",
        "Nguồn",
        "Vốn đăng ký DDI (tỷ đồng)",
    ]
    row = ["DDI", "đang hoạt động", datetime.date(2025, 1, 1), "GCNĐKĐT", "1.250,5"]
    imported = take([head, ["DA-1", "Một", "HN-A", *row], ["DA-2", "Hai", "HN-B", *row]], "projects", officer)
    assert [one.outcome for one in told(imported)] == ["created", "rejected"]
    write(imported, officer, skip_rejected=True)
    assert TenantProject.objects.get().registered_bn == Decimal("1250.5")


def test_a_document_is_known_by_type_number_year_and_issuer(officer):
    known = make.document(type="QĐ", number="12/QĐ-UBND", year=2025, issuer="UBND TP Hà Nội", agency=officer.agency)
    head = ["Số, ký hiệu", "Loại", "Năm", "Cơ quan ban hành", "Trích yếu", "Ngày ban hành"]
    rows = [head, ["12/QĐ-UBND", "Quyết định", 2025, "UBND TP Hà Nội", "Thành lập cụm", None]]
    rows += [
        ["12/QĐ-UBND", "Quyết định", 2026, "UBND TP Hà Nội", "", None],
        ["13/QĐ-UBND", "QĐ", None, "Sở", "", "tháng 4/2016"],
    ]
    rows += [["12/QĐ-UBND", "Quyết định", None, "UBND TP Hà Nội", "", None]]
    imported = take(rows, "documents", officer)
    assert [row.outcome for row in told(imported)] == ["updated", "created", "created", "rejected"]
    assert "ghi năm" in reasons(imported)[0][1]
    write(imported, officer, skip_rejected=True)
    known.refresh_from_db()
    dated = Document.objects.get(number="13/QĐ-UBND")
    assert known.title == "Thành lập cụm"
    assert (dated.year, dated.issued_on, dated.issued_precision) == (2016, datetime.date(2016, 4, 30), "month")


FIGURES = ["Mã", "Tên", "Tình trạng", "Diện tích (ha)", "Diện tích theo", "Số liệu từ ngày", "Nguồn của số liệu"]
BASIS = [datetime.date(2026, 1, 1), "Báo cáo quý"]


def test_a_figure_that_differs_becomes_a_fact_with_its_day_and_basis(officer):
    zone = make.zone(code="HN-A", name="Cụm A", managing_agency=officer.agency)
    make.area(zone, value="100", as_of=datetime.date(2025, 1, 1))
    make.status(zone, "established", as_of=datetime.date(2025, 1, 1))
    kind = "theo quyết định thành lập, chủ trương đầu tư"
    rows = [FIGURES, ["HN-A", "Cụm A", "Đã thành lập", "105,5", kind, *BASIS]]
    imported = take(rows, "zones", officer)
    [row] = told(imported)
    assert [(change.column, change.old) for change in row.changes] == [("area_ha", "100")]
    write(imported, officer)
    added = ZoneArea.objects.latest("pk")
    zone.refresh_from_db()
    assert (added.value_ha, added.as_of, added.source, added.recorded_by) == (Decimal("105.5"), *BASIS, officer)
    assert (zone.now_area_ha, ZoneStatus.objects.count()) == (Decimal("105.5"), 1)
    rows[1][1] = "Cụm A "
    again = take([*rows, []], "zones", officer, name="lan-hai.xlsx")
    assert [one.outcome for one in told(again)] == ["unchanged"]


def test_a_figure_without_day_or_basis_is_rejected_and_so_is_an_older_one(officer):
    zone = make.zone(code="HN-A", name="Cụm A", managing_agency=officer.agency)
    make.area(zone, value="100", as_of=datetime.date(2025, 6, 1))
    kind = "theo quyết định thành lập, chủ trương đầu tư"
    for day, source, reason in ((None, None, "Số liệu từ ngày"), (BASIS[0], None, "Nguồn của số liệu"),
                                (datetime.date(2024, 1, 1), "Báo cáo", "Sổ đã có số mới hơn")):  # fmt: skip
        imported = take([FIGURES, ["HN-A", "Cụm A", None, 120, kind, day, source]], "zones", officer)
        assert reason in reasons(imported)[0][1]


def test_a_value_of_the_same_day_is_superseded_not_laid_beside(officer):
    zone = make.zone(code="HN-A", name="Cụm A", managing_agency=officer.agency)
    old = make.area(zone, value="100", as_of=BASIS[0])
    kind = "theo quyết định thành lập, chủ trương đầu tư"
    write(take([FIGURES, ["HN-A", "Cụm A", None, 120, kind, *BASIS]], "zones", officer), officer)
    old.refresh_from_db()
    assert old.superseded_by.value_ha == 120
    assert ZoneArea.objects.in_force().count() == 1


def test_a_new_zone_brings_its_figures(officer):
    head = ["Mã", "Tên", "Loại", "Thành phố", *FIGURES[2:], "Đất công nghiệp (ha)"]
    kind = "theo quy hoạch phân khu"
    rows = [head, ["HN-N", "Cụm N", "CCN", "HN", "Đang hoạt động", 50, kind, *BASIS, 35]]
    write(take(rows, "zones", officer), officer)
    zone = Zone.objects.on().get(code="HN-N")
    assert (zone.status, zone.area_ha, zone.area_kind, zone.industrial_ha) == ("operating", 50, "zoning", 35)


def test_what_follows_from_the_ledger_must_agree_with_it(officer):
    zone = make.zone(code="HN-A", name="Cụm A", managing_agency=officer.agency)
    make.occupancy(zone, "30", "40")
    head = ["Mã", "Tên", "Lấp đầy (%)", "Địa bàn"]
    assert [row.outcome for row in told(take([head, ["HN-A", "Cụm A", 75, None]], "zones", officer))] == ["unchanged"]
    imported = take([head, ["HN-A", "Cụm A", 80, "Xã Nào"]], "zones", officer)
    assert [cell for cell, _message in reasons(imported)] == ["Sheet1!C2", "Sheet1!D2"]
    assert "trang sửa của khu" in reasons(imported)[1][1]


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["HN-A", "HN-B", "HN-C", "hn a", ""]),
        st.sampled_from(["Cụm A", "Cụm Một", "", None]),
        st.sampled_from(["CCN", "Khu công nghiệp", "khu", None]),
        st.sampled_from([None, 40, 50, "50,5", "1.234", 999]),
        st.sampled_from([None, 100, "100,5", -1]),
        st.sampled_from([None, datetime.date(2026, 1, 1), "năm 2025", "5/6/25"]),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
def test_what_the_preview_says_is_what_is_written(officer, rows):
    head = ["Mã", "Tên", "Loại", "Thời hạn", "Đất công nghiệp", "Số liệu từ ngày", "Thành phố", "Nguồn của số liệu"]
    with transaction.atomic():
        make.zone(code="HN-A", name="Cụm A", managing_agency=officer.agency, term_years=40)
        imported = take([head, *([*row, "HN", "Báo cáo"] for row in rows)], "zones", officer)
        before, facts = {zone.pk: zone.version for zone in Zone.objects.all()}, ZoneArea.objects.count()
        outcomes = told(imported)
        write(imported, officer, skip_rejected=True)
        stored = {zone.code: zone for zone in Zone.objects.all()}
        for outcome in outcomes:
            code = outcome.label.split(" ")[0]
            if outcome.outcome == "created":
                assert stored[code].pk not in before
            if outcome.outcome == "updated":
                values = {change.column: change.new for change in outcome.changes}
                assert values.get("name", stored[code].name) == stored[code].name
                assert values.get("term_years", str(stored[code].term_years or "")) == str(
                    stored[code].term_years or ""
                )
        assert len(stored) - len(before) == imported.created
        added = [change for one in outcomes for change in one.changes if change.column == "industrial_ha"]
        assert ZoneArea.objects.count() - facts == len(added)
        again = take([head, *([*row, "HN", "Báo cáo"] for row in rows), []], "zones", officer, name="again.xlsx")
        assert (again.created, again.updated) == (0, 0)
        transaction.set_rollback(True)
