"""A report leaves the house as Word, PDF and Excel: the same words and figures, set as Nghị định 30/2020 wants."""

import re
from dataclasses import replace
from datetime import UTC, date
from decimal import Decimal
from functools import cache
from io import BytesIO
from zipfile import ZipFile

import docx as word
import openpyxl
import pypdf
import pytest
import typst
from docx.oxml.ns import qn
from docx.shared import Cm

from reports.render import FORMATS, pdf
from reports.render.layout import lay_out, roman
from reports.render.pdf import LETTERS, MORE_LETTERS, document_fonts
from reports.sheet import Appendix, Bar, Column, Paragraph, Row, Section, Table, figure
from tests.reports.fixture_report import FUNNEL, HOSTILE, KINDS, LONG_NAME, REPORT, TONES, zones_table

ONE_LETTER = (
    b"#set text(font: sys.inputs.font, fallback: false)\n#sys.inputs.text *#sys.inputs.text* _#sys.inputs.text _"
)


@cache
def pdf_of(report):
    return pypdf.PdfReader(BytesIO(FORMATS["pdf"].render(report)))


@cache
def docx_of(report):
    return word.Document(BytesIO(FORMATS["docx"].render(report)))


@cache
def xlsx_of(report):
    return openpyxl.load_workbook(BytesIO(FORMATS["xlsx"].render(report)))


def run_on(text):
    """Text without the line breaks and spaces that setting adds."""
    return re.sub(r"\s+", "", text)


@cache
def pdf_text(report):
    return run_on("".join(page.extract_text() for page in pdf_of(report).pages))


def docx_text(document):
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.mark.parametrize(
    ("value", "kind", "vietnamese", "english"),
    [
        (Decimal("1234.50"), "hectare", "1.234,5", "1,234.5"),
        (Decimal("328.8197"), "hectare", "328,8197", "328.8197"),
        (1270, "hectare", "1.270,0", "1,270.0"),
        (Decimal("-0.00001"), "hectare", "0,0", "0.0"),
        (1234567, "integer", "1.234.567", "1,234,567"),
        (Decimal("0.9475"), "percent", "94,8 %", "94.8 %"),
        (Decimal("12345.6"), "money", "12.345,6", "12,345.6"),
        (date(2026, 2, 5), "date", "05/02/2026", "05/02/2026"),
        (0, "integer", "0", "0"),
        (None, "hectare", "–", "–"),
        ("", "hectare", "", ""),
        ("Cu\u0323m\x00 CN\u202e", "text", "Cụm CN", "Cụm CN"),
    ],
)
def test_a_value_is_written_as_vietnamese_and_english_readers_expect(value, kind, vietnamese, english):
    assert (figure(value, kind), figure(value, kind, "en")) == (vietnamese, english)


@pytest.mark.parametrize(("value", "kind"), [("12,5", "hectare"), (0.1, "hectare"), (20261121, "date")])
def test_a_value_of_the_wrong_kind_is_refused(value, kind):
    with pytest.raises(TypeError):
        figure(value, kind)


@pytest.mark.parametrize("missing", ["basis", "source"])
def test_a_table_that_does_not_say_what_it_rests_on_cannot_be_built(missing):
    with pytest.raises(ValueError, match="basis"):
        replace(KINDS, **{missing: " "})


def test_a_report_says_in_which_time_zone_it_was_made():
    with pytest.raises(ValueError, match="time zone"):
        replace(REPORT, made_at=REPORT.made_at.replace(tzinfo=None))


def test_a_row_with_a_value_too_few_cannot_be_built():
    with pytest.raises(ValueError, match="1 values for 5 columns"):
        replace(KINDS, rows=(Row(("Khu công nghiệp",)),))


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_report_gives_the_same_bytes(name):
    assert FORMATS[name].render(REPORT) == FORMATS[name].render(REPORT)


def test_the_files_carry_the_moment_of_the_report_and_no_other_clock():
    made_at = REPORT.made_at.astimezone(UTC)
    assert pdf_of(REPORT).metadata.creation_date == pdf_of(REPORT).metadata.modification_date == made_at
    for name in ("docx", "xlsx"):
        with ZipFile(BytesIO(FORMATS[name].render(REPORT))) as packed:
            assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            moments = re.findall(rb"<dcterms:\w+[^>]*>([^<]+)<", packed.read("docProps/core.xml"))
        assert moments == [b"2026-11-22T01:30:00Z"] * 2


def test_the_three_formats_show_the_same_figures():
    expected = [
        [figure(cell, column.kind) for cell, column in zip(row.cells, KINDS.columns, strict=True)] for row in KINDS.rows
    ]

    document = next(table for table in docx_of(REPORT).tables if table.cell(0, 0).text == "Loại hình")
    assert [[cell.text for cell in row.cells] for row in document.rows[1:]] == expected

    sheet = xlsx_of(REPORT)["Bảng 1"]
    raw = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3, max_row=6)]
    exact = [[Decimal(str(cell)) if isinstance(cell, int | float) else cell for cell in row] for row in raw]
    assert exact == [
        [Decimal(c) if isinstance(c, int | Decimal) else c or "–" for c in row.cells] for row in KINDS.rows
    ]

    printed = pdf_text(REPORT)
    assert all(run_on("".join(row)) in printed for row in expected)


def test_every_table_carries_basis_cutoff_and_source_in_every_format():
    notes = [
        f"Cách tính: {KINDS.basis}",
        f"Số liệu đến ngày 21/11/2026. Nguồn: {KINDS.source}",
        "Ghi chú: Tỷ lệ lấp đầy = đất công nghiệp đã cho thuê / đất công nghiệp (NĐ 35/2022 Điều 2.22).",
    ]
    book = xlsx_of(REPORT)
    sheets = [[cell.value for cell in book[name]["A"]] for name in ("Bảng 1", "Bảng 2", "Bảng 3")]
    written = docx_text(docx_of(REPORT))
    printed = pdf_text(REPORT)
    assert [notes[0] in column for column in sheets] == [True, True, False]
    assert all(notes[1] in column for column in sheets)
    assert notes[2] in sheets[2]
    assert all(note in written and run_on(note) in printed for note in notes)
    assert printed.count(run_on(notes[1])) == 5  # three tables, two charts


@pytest.mark.parametrize("text", [HOSTILE, LONG_NAME, TONES])
def test_text_is_printed_letter_for_letter_and_never_read_as_markup(text):
    assert run_on(text) in pdf_text(REPORT)
    assert text in docx_text(docx_of(REPORT))
    assert any(text in str(cell.value) for cell in xlsx_of(REPORT)["Báo cáo"]["A"])


def test_excel_keeps_hostile_text_as_text_without_formula_or_link():
    sheet = xlsx_of(REPORT)["Bảng 3"]
    assert sheet["B5"].value == HOSTILE
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
    assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)


def test_excel_tables_have_real_numbers_dates_and_a_head_that_stays():
    sheet = xlsx_of(REPORT)["Bảng 3"]
    assert sheet["D3"].value == 299.45
    assert sheet["D3"].number_format == "#,##0.0###"
    assert sheet["G3"].value == pytest.approx(203.76 / 212.14)
    assert sheet["G3"].number_format == "0.0\\ %"
    assert sheet["H3"].value.date() == date(2025, 12, 31)
    assert sheet["E4"].value == "–"
    assert sheet["D63"].font.bold
    assert sheet.freeze_panes == "A3"
    assert sheet.print_title_rows == "$2:$2"


def test_excel_refuses_a_text_that_it_would_cut():
    sections = (Section("Chung", (Paragraph("a" * 32_768),)),)
    with pytest.raises(ValueError, match="too long for a cell"):
        FORMATS["xlsx"].render(replace(REPORT, sections=sections))


def test_word_uses_times_new_roman_for_every_script_and_the_margins_of_the_decree():
    document = docx_of(REPORT)
    fonts = document.styles["Normal"].element.rPr.rFonts
    assert {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "eastAsia", "cs")} == {"Times New Roman"}
    first = document.sections[0]
    assert [round(edge / Cm(1), 1) for edge in (first.top_margin, first.left_margin, first.right_margin)] == [2, 3, 1.5]


def test_word_counts_pages_from_the_second_and_anew_in_each_appendix():
    sections = docx_of(REPORT).sections
    assert [section.orientation for section in sections] == [0, 0, 1]
    assert all(section.different_first_page_header_footer for section in sections)
    assert [section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) for section in sections] == ["1", "1", "1"]
    assert sections[0].header._element.xpath("//w:fldSimple/@w:instr") == ["PAGE"]


def test_word_repeats_the_head_of_a_table_and_never_splits_a_row():
    table = next(table for table in docx_of(REPORT).tables if table.cell(0, 0).text == "STT")
    assert len(table._tbl.xpath("./w:tr[1]/w:trPr/w:tblHeader")) == 1
    assert len(table._tbl.xpath("./w:tr/w:trPr/w:cantSplit")) == len(table.rows) == 62


def test_word_gives_each_chart_its_words():
    described = docx_of(REPORT).element.body.xpath(".//wp:docPr/@descr")
    assert described == ["Hình 1. Từ quy hoạch đến cho thuê (ha)", "Hình 2. Đất công nghiệp theo loại hình (ha)"]


def test_pdf_counts_pages_from_the_second_and_anew_in_each_appendix():
    pages = [page.extract_text().strip() for page in pdf_of(REPORT).pages]
    first = [number for number, text in enumerate(pages) if text.startswith(("ỦY BAN", "Phụ lục"))]
    assert len(first) == 3
    for begin, end in zip(first, [*first[1:], len(pages)], strict=True):
        assert [text.split()[0] for text in pages[begin + 1 : end]] == [str(n) for n in range(2, end - begin + 1)]


def test_pdf_repeats_the_head_of_a_table_on_each_page():
    landscape = [page for page in pdf_of(REPORT).pages if page.mediabox.width > page.mediabox.height]
    assert len(landscape) > 2
    assert all("Tên khu, cụm công nghiệp" in page.extract_text() for page in landscape)


def test_pdf_embeds_one_family_and_is_made_for_the_archive():
    reader = pdf_of(REPORT)
    assert families(reader) == {document_fonts()[0].replace(" ", "")}
    metadata = FORMATS["pdf"].render(REPORT).decode("latin-1")
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert (
        reader.metadata.title
        == "BÁO CÁO Tiến độ quy hoạch, phát triển khu, cụm công nghiệp trên địa bàn thành phố Hà Nội"
    )


def families(reader):
    fonts = {str(name) for page in reader.pages for name in fonts_of(page["/Resources"])}
    return {re.sub(r"^/?[A-Z]{6}\+|-.*$", "", font) for font in fonts}


def fonts_of(resources):
    """Names of all fonts, those inside embedded pictures included."""
    resources = resources.get_object()
    yield from (font.get_object()["/BaseFont"] for font in resources.get("/Font", {}).values())
    for part in resources.get("/XObject", {}).values():
        yield from fonts_of(part.get_object().get("/Resources", pypdf.generic.DictionaryObject()))


@pytest.fixture
def packaged_font(monkeypatch, tmp_path):
    """A machine without Liberation Serif."""
    monkeypatch.setattr(pdf, "LIBERATION", tmp_path)


def assert_font_holds_its_letters(expected_family):
    family, files = document_fonts()
    assert family == expected_family
    typeset = {"font": family, "text": "".join(sorted(LETTERS | MORE_LETTERS[family]))}
    assert typst.compile(ONE_LETTER, font_paths=files, sys_inputs=typeset, pdf_standards="a-2b", timestamp=0)
    assert set(TONES) <= LETTERS
    with pytest.raises(typst.TypstError, match="could not be displayed"):
        typst.compile(ONE_LETTER, font_paths=files, sys_inputs=typeset | {"text": "中"}, pdf_standards="a-2b")


@pytest.mark.skipif(not (pdf.LIBERATION / "LiberationSerif-Bold.ttf").exists(), reason="no Liberation Serif 2 here")
def test_liberation_serif_holds_every_letter_that_is_let_through():
    assert_font_holds_its_letters("Liberation Serif")


@pytest.mark.usefixtures("packaged_font")
def test_the_packaged_font_holds_every_letter_that_is_let_through():
    assert_font_holds_its_letters("Noto Serif")


@pytest.mark.usefixtures("packaged_font")
def test_without_liberation_serif_the_packaged_font_sets_the_whole_report_and_spells_what_it_lacks():
    bars = (Bar("Khu ≤ 75 ha & 富士", (1,)),)
    section = Section("Chung", (Paragraph(f"Cụm ≥ 10 ha. {TONES}"), replace(FUNNEL, bars=bars), Paragraph("Hết")))
    reader = pypdf.PdfReader(BytesIO(FORMATS["pdf"].render(replace(REPORT, sections=(section,)))))
    assert families(reader) == {"NotoSerif"}
    printed = run_on("".join(page.extract_text() for page in reader.pages))
    assert run_on(f"Cụm >= 10 ha. {TONES}") in printed
    assert "Khu<=75ha&??" in printed


def test_a_letter_outside_of_the_font_is_marked_in_the_pdf_and_kept_in_word():
    report = replace(REPORT, sections=(Section("Chung", (Paragraph("Công ty 富士 (Fuji)."),)),))
    assert "Côngty??(Fuji)./." in pdf_text(report)
    assert "Công ty 富士 (Fuji)./." in docx_text(docx_of(report))


def test_a_word_longer_than_the_format_holds_is_broken_in_the_pdf():
    section = Section("Ý kiến", (Paragraph("a" * 40_000), Paragraph(f"https://vi.du/{'b' * 90}")))
    told = "".join(page.extract_text() for page in pdf_of(replace(REPORT, sections=(section,))).pages)
    assert told.count("a") > 40_000 and told.count("b") >= 90


def test_the_frame_follows_the_decree():
    layout = lay_out(REPORT)
    assert layout.parent == ("ỦY BAN NHÂN DÂN", "THÀNH PHỐ HÀ NỘI")
    assert re.fullmatch(r"Số: \u00a0+/BC-SCT", layout.number)
    assert layout.addressed_to == ("Ủy ban nhân dân thành phố Hà Nội;", "Bộ Công Thương.")
    assert layout.recipients[-1] == "Lưu: VT, QLCN."
    assert layout.authority == ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")
    assert [item.text for item in layout.items if item.kind == "part"] == [
        "I. TÌNH HÌNH CHUNG",
        "II. TIẾN ĐỘ TỪNG KHU, CỤM CÔNG NGHIỆP",
        "III. ĐỀ XUẤT, KIẾN NGHỊ",
    ]
    assert [appendix.label for appendix in layout.appendices] == ["Phụ lục I", "Phụ lục II"]
    assert layout.items[-1].text.endswith("xem xét./.")


def test_a_single_appendix_has_no_number_and_a_text_that_ends_with_a_table_is_closed_on_its_own_line():
    report = replace(REPORT, sections=(Section("Chung", (KINDS,)),), appendices=(Appendix("Danh mục", (KINDS,)),))
    layout = lay_out(report)
    assert [appendix.label for appendix in layout.appendices] == ["Phụ lục"]
    assert [item.kind for item in layout.items] == ["part", "table", "end"]
    assert FORMATS["pdf"].render(report)


@pytest.mark.parametrize(
    ("signed_on", "line"),
    [
        (date(2026, 2, 5), "Hà Nội, ngày 05 tháng 02 năm 2026"),
        (date(2026, 9, 30), "Hà Nội, ngày 30 tháng 9 năm 2026"),
        (None, "Hà Nội, ngày\u00a0tháng\u00a0năm 2026"),
    ],
)
def test_the_day_of_signing_has_its_zeros_or_is_left_open(signed_on, line):
    written = lay_out(replace(REPORT, signed_on=signed_on)).place_date
    assert re.sub(r"\s*\u00a0+\s*", "\u00a0", written) == line


def test_an_english_report_has_english_words_and_figures():
    report = replace(REPORT, language="en", kind="Report", addressed_to=("The People's Committee",))
    printed = pdf_text(report)
    assert "SOCIALISTREPUBLICOFVIETNAM" in printed
    assert "3,501.25" in printed
    assert "3.501,25" not in printed
    assert xlsx_of(report).sheetnames == ["Report", "Table 1", "Table 2", "Table 3"]
    assert "To: The People's Committee." in docx_text(docx_of(report))


def test_roman_numbers_reach_as_far_as_reports_do():
    assert [roman(n) for n in (1, 4, 9, 14, 19, 38)] == ["I", "IV", "IX", "XIV", "XIX", "XXXVIII"]


def test_a_report_without_parts_that_may_be_missing_is_set_all_the_same():
    bare = replace(REPORT, issuer_parent="", addressed_to=(), appendices=(), recipients=(), sections=())
    empty = Table(title="Trống", columns=(Column("Tên"),), rows=(), basis="b", cutoff_on=REPORT.cutoff_on, source="s")
    for report in (bare, replace(bare, sections=(Section("Chung", (empty, zones_table(1))),))):
        assert all(form.render(report) for form in FORMATS.values())


@pytest.mark.parametrize("signed_on", [None, date(2026, 12, 25)])
def test_the_longest_place_and_day_stay_on_one_line_beside_the_city(signed_on):
    city = "Thành phố Hồ Chí Minh"
    report = replace(REPORT, place=city, issuer_parent=f"Ủy ban nhân dân {city}", signed_on=signed_on)
    lines = pdf_of(report).pages[0].extract_text().splitlines()
    assert lines[:2] == ["ỦY BAN NHÂN DÂN", "THÀNH PHỐ HỒ CHÍ MINH"]
    assert any(re.search(rf"{city}, ngày.*tháng.*năm 2026$", line) for line in lines)
