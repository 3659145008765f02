"""The text of a notice from Word, PDF and text files; hostile and unreadable ones are refused in plain words."""

import io
import struct
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from planning.notice_files import from_upload
from zones.importing import reading
from zones.importing.reading import Unreadable

NOTICES = Path(__file__).parent / "notices"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
LISTS = f"""<w:numbering {W}>
<w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2."/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%3)"/></w:lvl>
<w:lvl w:ilvl="3"><w:numFmt w:val="bullet"/><w:lvlText w:val="·"/></w:lvl>
<w:lvl w:ilvl="4"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%5."/></w:lvl>
<w:lvl w:ilvl="5"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%6."/></w:lvl>
</w:abstractNum>
<w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="8"><w:abstractNumId w:val="0"/>
<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>
</w:numbering>"""
STYLES = f"""<w:styles {W}><w:style w:styleId="Muc"><w:pPr><w:numPr><w:numId w:val="7"/></w:numPr></w:pPr></w:style>
<w:style w:styleId="Con"><w:basedOn w:val="Muc"/></w:style></w:styles>"""


def word(*paragraphs, **parts):
    """A Word file of such paragraphs (XML); `parts` are added or stand in place of its own."""
    body = f"<w:document {W}><w:body>{''.join(paragraphs)}</w:body></w:document>"
    own = {"[Content_Types].xml": "<Types/>", "word/document.xml": body, "word/numbering.xml": LISTS}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in (own | {"word/styles.xml": STYLES} | parts).items():
            package.writestr(name, content)
    return made.getvalue()


def said(text, properties="", run=""):
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def item(text, level=0, number=7):
    return said(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def table(*rows):
    told = ("".join(f"<w:tc>{''.join(map(said, cell.split('/n')))}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in told)}</w:tbl>"


def read(content, name="tb.docx"):
    return from_upload(SimpleUploadedFile(name, content))


def lines(*paragraphs, **parts):
    return read(word(*paragraphs, **parts))[0].split("\n")


# Word -----------------------------------------------------------------------------------------------------------------


def test_automatic_numbers_are_written_out():
    assert lines(
        item("Một"), item("Con", 1), item("Điểm", 2), item("Điểm", 2), item("Gạch", 3), item("Hai"), item("Con", 1)
    ) == ["1. Một", "1.1. Con", "a) Điểm", "b) Điểm", "- Gạch", "2. Hai", "2.1. Con"]


def test_lists_count_by_style_begin_anew_where_they_say_so_and_count_in_roman():
    by_style = [said("Một", '<w:pStyle w:val="Muc"/>'), said("Hai", '<w:pStyle w:val="Con"/>')]
    assert lines(*by_style, item("Năm", number=8), item("La Mã", 4)) == ["1. Một", "2. Hai", "5. Năm", "I. La Mã"]


def test_numbers_that_are_not_known_are_told():
    text, told = read(word(item("Một", 5), item("Lạ", number=99)))
    assert text == "1. Một\nLạ"
    assert "số thứ tự tự động" in " ".join(told)


def test_what_is_tracked_as_deleted_is_no_text_and_what_is_added_is():
    tracked = (
        "<w:p><w:r><w:t>trước ngày </w:t></w:r><w:del><w:r><w:delText>30/6</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>chuyển đi</w:t></w:r></w:moveFrom><w:ins><w:r><w:t>31/7</w:t></w:r></w:ins></w:p>"
    )
    joined = said("nối ", "<w:rPr><w:del/></w:rPr>") + said("liền")
    text, told = read(word(tracked, joined))
    assert text == "trước ngày 31/7\nnối liền"
    assert "sửa đổi đang theo dõi" in " ".join(told)


def test_hidden_words_headers_and_instructions_are_left_out():
    field = (
        "<w:p><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>Giao</w:t><w:tab/><w:t>Sở</w:t><w:br/></w:r></w:p>"
    )
    header = {"word/header1.xml": f"<w:hdr {W}>{said('Đầu trang')}</w:hdr>"}
    assert lines(said("ẩn", run="<w:vanish/>"), said("thông báo", run="<w:caps/>"), field, **header) == [
        "THÔNG BÁO",
        "Giao Sở",
    ]


def test_a_letterhead_is_read_cell_by_cell_and_another_table_row_by_row():
    head = table(["ỦY BAN NHÂN DÂN/nSố: 5/TB-VP", "CỘNG HÒA/nHà Nội, ngày 05 tháng 3 năm 2026"])
    other = table(["Cụm", "Diện tích", "Ghi chú"], ["Lại Yên", "27,2", ""])
    assert lines(head, said("THÔNG BÁO"), other) == [
        "ỦY BAN NHÂN DÂN", "Số: 5/TB-VP", "CỘNG HÒA", "Hà Nội, ngày 05 tháng 3 năm 2026", "THÔNG BÁO",
        "Cụm ¦ Diện tích ¦ Ghi chú", "Lại Yên ¦ 27,2 ¦",
    ]  # fmt: skip


def test_a_table_of_tasks_becomes_lines_that_are_read():
    text, told = read(
        word(
            table(
                ["TT", "Nội dung nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời hạn hoàn thành"],
                ["1", "Rà soát danh mục", "Sở Công Thương", "Sở Tài chính", "Quý II/2026"],
                ["2", "Bố trí vốn", "Sở Tài chính", "", "30/6/2026"],
            )
        )
    )
    assert text.split("\n") == [
        "1. Rà soát danh mục", "Cơ quan chủ trì: Sở Công Thương", "Cơ quan phối hợp: Sở Tài chính",
        "Thời gian: Quý II/2026", "2. Bố trí vốn", "Cơ quan chủ trì: Sở Tài chính", "Thời gian: 30/6/2026",
    ]  # fmt: skip
    assert "viết lại thành từng dòng" in " ".join(told)


def test_letters_are_composed_and_controls_dropped():
    text, told = read("Giao Sơ\u0309 Công Thương\u200e rà soát".encode(), "a.txt")
    assert text == "Giao Sở Công Thương rà soát"
    assert "Ký tự điều khiển" in " ".join(told)


# PDF ------------------------------------------------------------------------------------------------------------------


def pdf(pages=1, text="", password=None):
    """A pdf of so many pages, blank or with one line of plain letters each."""
    made = pypdf.PdfWriter()
    for _number in range(pages):
        page = made.add_blank_page(595, 842)
        if text:
            stream = DecodedStreamObject()
            stream.set_data(f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET".encode())
            page[NameObject("/Contents")] = made._add_object(stream)
            names = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
            font = DictionaryObject({NameObject(key): NameObject(value) for key, value in names.items()})
            fonts = DictionaryObject({NameObject("/F1"): font})
            page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    if password is not None:
        made.encrypt(user_password=password, owner_password="chu", algorithm="AES-256")
    content = io.BytesIO()
    made.write(content)
    return content.getvalue()


def test_a_pdf_gives_the_paragraphs_of_the_notice_without_heads_and_numbers_of_pages():
    text, told = read((NOTICES / "ha_noi_2026.pdf").read_bytes(), "tb.pdf")
    written = (NOTICES / "ha_noi_2026.txt").read_text("utf-8")
    assert set(text.split()) == set(written.split())
    assert "trang" not in text.replace("khẩn trương", "").split()
    assert any("214/TB-VP – trang" in one for one in told)
    for sentence in ("3.1. Giao Sở Công Thương:", "- Hướng dẫn xác định giá đất cụ thể, xong trong tháng 6;"):
        assert sentence in text.split("\n")
    assert "a) Rà soát, lập danh mục các cụm chậm tiến độ trên 24 tháng; đề xuất thu hồi" in text


def test_what_is_locked_against_changes_only_is_read():
    assert read(pdf(text="Giao So Cong Thuong ra soat", password=""), "a.pdf")[0] == "Giao So Cong Thuong ra soat"


# Refusals -------------------------------------------------------------------------------------------------------------

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]>"
NESTED = f"<w:document {W}>" + "<w:tbl><w:tr><w:tc>" * 100_000
BOMB = 201 * 1024 * 1024


@cache
def bomb():
    return word(said("a"), **{"word/media/image.bin": bytes(BOMB)})


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.exe", b"MZ", "Chỉ đọc được tệp docx"),
        ("a", b"Giao", "Chỉ đọc được tệp docx"),
        ("a.doc", OLE, "Word (.docx)"),
        ("a.docx", OLE, "Word (.docx)"),
        ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "mật khẩu"),
        ("a.docm", word(said("a")), "macro"),
        ("a.docx", word(said("a"), **{"word/vbaProject.bin": "x"}), "macro"),
        ("a.docx", pdf(), "không phải là docx"),
        ("a.pdf", word(said("a")), "không phải là pdf"),
        ("a.txt", word(said("a")), "không phải là txt"),
        ("a.docx", b"", "không có chữ"),
        ("a.txt", b" \n ", "không có chữ"),
        ("a.docx", word(), "không có chữ"),
        ("a.docx", word(said("Giao"))[:-100], "hỏng"),
        ("a.docx", bomb, "nén quá nhiều"),
        ("a.docx", lambda: bomb().replace(struct.pack("<L", BOMB), struct.pack("<L", 9)), "nén quá nhiều"),
        ("a.docx", word(**{"word/document.xml": LAUGHS + "<x>&b;</x>"}), "hỏng"),
        ("a.docx", word(**{"word/document.xml": NESTED}), "hỏng"),
        ("a.docx", word(said("a" * 250_000)), "200.000 chữ cái"),
        ("a.txt", "Giao việc. ".encode() * 30_000, "200.000 chữ cái"),
        ("a.txt", b"Giao S\xea C\xabng Th\xaeng", "Không đọc chắc chắn"),
        ("a.docx", word(said("Giao Së C«ng Th­¬ng chñ tr×, phèi hîp víi Së Tµi chÝnh rµ so¸t")), "phông cũ TCVN3"),
        (
            "a.docx",
            word(said("Giao Sôû Coâng Thöông chuû trì, phoái hôïp vôùi Sôû Taøi chính raø soaùt")),
            "phông cũ VNI",
        ),
        ("a.txt", "Giao Sá»Ÿ CÃ´ng ThÆ°Æ¡ng rÃ\xa0 soÃ¡t".encode(), "đã hỏng"),
        ("a.pdf", pdf(3), "chỉ có ảnh quét"),
        ("a.pdf", pdf(500), "500 trang; nhiều nhất 100"),
        ("a.pdf", pdf(text="Giao", password="x"), "mật khẩu"),
        ("a.pdf", b"%PDF-1.7\n" + b"0" * 4_000, "hỏng"),
        ("a.pdf", pdf(text="Giao So Cong Thuong bao cao")[:300], "hỏng"),
    ],
)
def test_a_file_that_gives_no_sure_text_is_refused_with_the_reason(name, content, words):
    with pytest.raises(Unreadable) as refused:
        read(content() if callable(content) else content, name)
    assert words in refused.value.message


@pytest.mark.parametrize(("limit", "words"), [({"answer": 100}, "quá lớn"), ({"wall_seconds": 0.001}, "quá lâu")])
def test_a_file_that_takes_too_much_is_a_refusal(monkeypatch, limit, words):
    monkeypatch.setattr(reading, "LIMITS", replace(reading.LIMITS, **limit))
    with pytest.raises(Unreadable, match=words):
        read((NOTICES / "ha_noi_2026.pdf").read_bytes(), "a.pdf")


def test_a_few_odd_words_are_told_and_the_rest_is_taken():
    text, told = read(("Giao Sở Công Thương rà soát quy hoạch.\n" * 20 + "C«ng ty Müller").encode(), "a.txt")
    assert text.endswith("C«ng ty Müller")
    assert "C«ng ty" in " ".join(told)
