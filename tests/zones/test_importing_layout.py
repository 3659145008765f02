"""Sheets as offices make them: the table is found, every row counted once, and nothing with content passed over."""

from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories as make
from tests.zones import sheets
from tests.zones.sheets import EXCEL, WPS, Formula, Page
from zones import importing
from zones.importing.layout import LANGUAGES, heads_of, read_table, spelled
from zones.importing.reading import Sheet, Unreadable
from zones.importing.targets import TARGETS

HEADS = ["Mã", "Tên khu, cụm", "Loại", "Thành phố", "Thời hạn (năm)"]
ROWS = [["HN-A", "Cụm A", "CCN", "HN", 50], ["HN-B", "Cụm B", "CCN", "HN", 40]]


def table(*rows, what="zones", **given):
    held = []
    for number, cells in enumerate(rows, start=1):
        if any(cell is not None for cell in cells):
            held.append((number, [Decimal(cell) if isinstance(cell, int) else cell for cell in cells]))
    return read_table(Sheet("Sheet1", False, held, **given), TARGETS[what])


def codes(found):
    place = [key for key, _at in found.heads].index("code")
    return [row.cells[place] for row in found.rows]


@pytest.mark.parametrize("head", ["MÃ", "  mã ", "Ma", "code", "Mã khu, cụm", "Mã\n(bắt buộc)"])
def test_a_head_is_known_in_any_case_spacing_and_tone_marks(head):
    assert codes(table([head, "TÊN"], ["HN-A", "Cụm A"])) == ["HN-A"]


def test_a_head_in_nfd_is_the_same_head():
    assert codes(table([sheets.decomposed("Mã"), sheets.decomposed("Tên")], ["HN-A", "Cụm A"])) == ["HN-A"]


def test_the_table_is_found_under_titles_and_its_other_rows_are_counted_apart():
    found = table(
        ["DANH MỤC CỤM CÔNG NGHIỆP"],
        ["(Kèm theo Quyết định 12/QĐ-UBND)"],
        [None],
        ["STT", "Mã", "Tên", "Thời hạn"],
        ["(1)", "(2)", "(3)", "(4)"],
        [1, "HN-A", "Cụm A", 50],
        [None],
        [2, "HN-B", "Cụm B", 50],
        [None, "Tổng cộng", None, 100],
        ["Người lập biểu", None, "Giám đốc"],
    )
    assert codes(found) == ["HN-A", "HN-B"]
    assert [(one.number, one.reason) for one in found.skipped] == [
        (5, "dòng đánh số cột"),
        (7, "dòng trống"),
        (9, "dòng tổng cộng"),
        (10, "ghi chú, chữ ký"),
    ]


def test_two_rows_of_heads_are_read_as_one():
    found = table(
        ["Mã", "Tên", "Diện tích (ha)", None, "Địa điểm như nguồn ghi"],
        [None, None, "Đất công nghiệp", "Đã cho thuê", None],
        ["HN-A", "Cụm A", 20, 15, "Xã A"],
        merged=[(1, 1, 2, 1), (1, 2, 2, 2), (1, 3, 1, 4), (1, 5, 2, 5)],
    )
    assert [key for key, _at in found.heads] == ["code", "name", "industrial_ha", "leased_ha", "place_text"]
    assert codes(found) == ["HN-A"]


@pytest.mark.parametrize(
    ("rows", "given", "cell", "words"),
    [
        ([["Mã", "Tên", "Màu"], ["HN-A", "A", "đỏ"]], {}, "Sheet1!C1", "Không rõ cột “Màu”"),
        ([["Mã", "Tên", None], ["HN-A", "A", "đỏ"]], {}, "Sheet1!C1", "không có tiêu đề"),
        ([["Mã", "Tên", "mã "], ["HN-A", "A", "B"]], {}, "Sheet1!C1", "Hai cột cùng là “Mã”: Sheet1!A1"),
        ([["Mã", "Tên", "Diện tích (m2)"], ["HN-A", "A", 5]], {}, "Sheet1!C1", "m²"),
        ([["Tên", "Loại"], ["A", "CCN"]], {}, "", "Thiếu cột: Mã"),
        ([["Một", "Hai"], ["A", "B"]], {}, "", "Không tìm thấy dòng tiêu đề"),
        ([["Mã", "Tên"], ["HN-A", "A"]], {"hidden_rows": {2}}, "Sheet1!A2", "bị ẩn"),
        ([["Mã", "Tên"], ["HN-A", "A"]], {"hidden_columns": {2}}, "Sheet1!B1", "bị ẩn"),
        ([["Mã", "Tên"], ["HN-A", "A"], ["HN-B", None]], {"merged": [(2, 2, 3, 2)]}, "Sheet1!B2", "bị gộp"),
        ([["STT", "Mã", "Tên"], ["khác", "HN-A", "A"]], {}, "Sheet1!A2", "số thứ tự"),
    ],
)
def test_what_cannot_be_placed_is_refused_with_its_cell(rows, given, cell, words):
    with pytest.raises(Unreadable) as refused:
        table(*rows, **given)
    assert refused.value.cell == cell
    assert words in str(refused.value.message)


def test_an_unknown_column_without_content_does_not_matter():
    assert codes(table(["Mã", "Tên", "Màu"], ["HN-A", "A", None])) == ["HN-A"]


def test_heads_of_a_target_never_mean_two_columns():
    for target in TARGETS.values():
        for column in target.columns:
            for text in (*spelled(column.title), column.key):
                assert target.names.find(text) == (column, ""), (target.what, text)
            assert target.names.find(column.heading)[0] is column
        assert len(heads_of(target.columns)) > len(target.columns)
    assert LANGUAGES == ("vi", "en")


BLANK, TOTAL, NOTE = [None], [None, "Tổng cộng", None], ["Ghi chú: số liệu sơ bộ"]


@given(
    st.lists(
        st.one_of(
            st.sampled_from([BLANK, TOTAL, NOTE]), st.tuples(st.just(1), st.text("ABC", min_size=1), st.just("Cụm"))
        )
    )
)
def test_every_row_below_the_head_is_data_or_skipped_exactly_once(rows):
    found = table(["STT", "Mã", "Tên"], *rows)
    numbers = sorted([row.number for row in found.rows] + [one.number for one in found.skipped])
    last = max((place for place, row in enumerate(rows, start=2) if row is not BLANK), default=1)
    assert numbers == list(range(2, last + 1))
    assert len(found.rows) == sum(isinstance(row, tuple) for row in rows)


@pytest.fixture
def officer(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return make.user("editor")


def take(content, officer, name="danh-muc.xlsx", **given):
    return importing.upload(ContentFile(content, name=name), what="zones", by=officer, **given)


@pytest.mark.parametrize(
    "make_file", [lambda page: sheets.xlsx(page, manner=EXCEL), lambda page: sheets.xlsx(page, manner=WPS), sheets.ods]
)
def test_files_of_excel_wps_and_libreoffice_are_read_alike(officer, make_file):
    content = make_file(sheets.untidy(HEADS, ROWS, totals=["Tổng cộng", None, None, None, 90]))
    imported = take(content, officer, "danh-muc.ods" if make_file is sheets.ods else "danh-muc.xlsx")
    assert (imported.state, imported.problem) == ("previewed", "")
    assert (imported.rows, imported.created) == (2, 2)
    reasons = {one.reason for one in importing.outcomes(imported).skipped}
    assert reasons == {"dòng đánh số cột", "dòng trống", "dòng tổng cộng", "ghi chú, chữ ký"}


def test_of_several_sheets_the_one_that_is_meant_is_asked(officer):
    pages = [Page([["Mã", "Tên"], ["HN-A", "A"]], name=name) for name in ("Quý I", "Quý II")]
    imported = take(sheets.xlsx(*pages, Page([["Ghi chú"]], name="Khác")), officer)
    assert (imported.state, imported.sheets) == ("sheet", ["Quý I", "Quý II", "Khác"])
    chosen = importing.choose_sheet(imported, "Quý II", by=officer)
    assert (chosen.pk, chosen.state, chosen.sheet, chosen.rows) == (imported.pk, "previewed", "Quý II", 1)


def test_the_only_sheet_with_such_a_table_is_taken(officer):
    imported = take(sheets.xlsx(Page([["Bìa"]], name="Bìa"), Page([HEADS, *ROWS], name="Số liệu")), officer)
    assert (imported.state, imported.sheet) == ("previewed", "Số liệu")


def test_a_hidden_sheet_is_not_read(officer):
    imported = take(sheets.xlsx(Page([["Bìa"]], name="Bìa"), Page([HEADS, *ROWS], name="Ẩn", hidden=True)), officer)
    assert imported.state == "refused"
    assert "“Ẩn” bị ẩn" in imported.problem


def test_a_formula_without_a_value_is_refused_with_its_cell(officer):
    rows = [["Mã", "Tên", "Thời hạn"], ["HN-A", "A", Formula("=1+1")]]
    [row] = importing.outcomes(take(sheets.xlsx(Page(rows)), officer)).rows("rejected")
    assert any(refusal.cell == "Sheet1!C2" and "Công thức" in refusal.message for refusal in row.refusals)


CELLS = st.one_of(
    st.none(), st.text(max_size=12), st.integers(-5, 9999), st.sampled_from(["1.234", "CCN", "Hà Nội", "2025", "HN-A"])
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELLS, min_size=5, max_size=5), min_size=1, max_size=12))
def test_whatever_stands_in_the_cells_the_outcomes_add_up(officer, rows):
    clean = [[None if isinstance(cell, str) and not cell.isprintable() else cell for cell in row] for row in rows]
    imported = take(sheets.xlsx(Page([HEADS, *clean])), officer)
    if imported.state == "previewed":
        held = importing.outcomes(imported)
        filled = sum(any(cell not in (None, "") for cell in row) for row in clean)
        assert imported.rows == sum(imported.__dict__[name] for name in ("created", "updated", "unchanged", "rejected"))
        assert imported.rows + len([one for one in held.skipped if one.reason != "dòng trống"]) <= filled
        assert len(list(held.rows())) == imported.rows
