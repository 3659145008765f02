"""A file that would harm its reader, or that nobody can be sure of, is refused in plain words; the portal goes on."""

import datetime
import json
import random
import re
import struct
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest

from tests.zones.sheets import (
    EXCEL,
    MACRO_TYPE,
    MAIN,
    Page,
    collection,
    feature,
    ods,
    ods_parts,
    packed,
    read,
    table_xml,
    xlsx,
    xlsx_parts,
)
from zones.importing import reading
from zones.importing.reading import Unreadable, read_sheets

ROWS = [["Mã", "Tên", "Diện tích", "Ngày"], ["CCN-01", "Lại Yên", Decimal("27.2"), datetime.date(2016, 4, 1)]]


def rows_of(sheet):
    return [cells for _, cells in sheet.rows]


# refusals ------------------------------------------------------------------------------------------------------------

ENCRYPTED_ODS = '<manifest xmlns="a"><file-entry><encryption-data/></file-entry></manifest>'
MILLION = (
    '<table:table table:name="S"><table:table-row table:number-rows-repeated="1048576"><table:table-cell '
    'office:value-type="float" office:value="1"/></table:table-row></table:table>'
)
WHOLE = xlsx(Page(ROWS))
SHEET_XML = xlsx_parts(Page([["a"]]))["xl/worksheets/sheet1.xml"]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
BILLION_LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {name} '{('&' + chr(ord(name) - 1) + ';') * 10}'>" for name in "bcdefghij"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">'


BOMB = 201 * 1024 * 1024
LYING_COUNT = f'<sst xmlns="{MAIN}" uniqueCount="4000000000"/>'


def with_sheet(xml):
    return xlsx(Page([["a"]]), **{"xl/worksheets/sheet1.xml": xml})


def with_cells(xml):
    return with_sheet(f'<worksheet xmlns="{MAIN}"><sheetData>{xml}</sheetData></worksheet>')


def with_content(xml):
    return packed(ods_parts("") | {"content.xml": xml})


@cache
def bomb():
    return xlsx(Page([["a"]]), **{"xl/media/image.bin": bytes(BOMB)})


def lying_bomb():
    """The same picture, of which the zip says that it is of 100 bytes."""
    return bomb().replace(struct.pack("<L", BOMB), struct.pack("<L", 100))


@pytest.mark.parametrize(
    ("name", "content", "words", "cell"),
    [
        ("a.pdf", b"%PDF-1.7", "Chỉ nhận tệp", ""),
        ("a", WHOLE, "Chỉ nhận tệp", ""),
        ("a.csv", WHOLE, "không phải là csv", ""),
        ("a.xlsx", ods(Page([["a"]])), "không phải là xlsx", ""),
        ("a.xlsx", b"<html><table>", "không phải là xlsx", ""),
        ("a.xlsx", packed({"word/document.xml": "<w/>"}), "không phải là xlsx", ""),
        ("a.xls", OLE, "kiểu cũ", ""),
        ("a.et", OLE, "kiểu cũ", ""),
        ("a.xlsx", OLE, "kiểu cũ", ""),
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "mật khẩu", ""),
        ("a.ods", packed(ods_parts("") | {"META-INF/manifest.xml": ENCRYPTED_ODS}), "mật khẩu", ""),
        ("a.xlsm", WHOLE, "macro", ""),
        ("a.xlsx", xlsx(Page([["a"]]), manner=replace(EXCEL, content_type=MACRO_TYPE)), "macro", ""),
        ("a.xlsx", xlsx(Page([["a"]]), **{"xl/vbaProject.bin": "x"}), "macro", ""),
        ("a.xlsx", xlsx(Page([["a"]]), Page([["b"]], name="Sheet1 ")), "cùng tên", ""),
        ("a.xlsx", WHOLE[:-200], "hỏng", ""),
        ("a.xlsx", WHOLE[:300], "hỏng", ""),
        ("a.xlsx", bomb, "nén quá nhiều", ""),
        ("a.xlsx", lying_bomb, "nén quá nhiều", ""),
        (
            "a.xlsx",
            lambda: packed(xlsx_parts(Page([["a"]])) | {f"x/{n}": "" for n in range(2_000)}),
            "nén quá nhiều",
            "",
        ),
        ("a.xlsx", with_sheet(BILLION_LAUGHS + "]><x>&j;</x>"), "hỏng", ""),
        ("a.xlsx", with_sheet(OUTSIDE + "]><x>&a;</x>"), "hỏng", ""),
        ("a.xlsx", xlsx(Page([["a"]]), **{"xl/workbook.xml": BILLION_LAUGHS + "]><x>&j;</x>"}), "hỏng", ""),
        ("a.ods", with_content(BILLION_LAUGHS + "]><x>&j;</x>"), "hỏng", ""),
        ("a.ods", with_content(OUTSIDE + "]><x>&a;</x>"), "hỏng", ""),
        ("a.xlsx", with_sheet(SHEET_XML.replace("UTF-8", "UTF-16").encode("utf-16")), "hỏng", ""),
        ("a.xlsx", with_sheet(SHEET_XML.partition("?>")[2].encode("utf-16")), "hỏng", ""),
        ("a.xlsx", with_sheet(SHEET_XML.partition("?>")[2].encode("utf-16-le")), "hỏng", ""),
        ("a.xlsx", with_sheet("<a>" * 10_000), "hỏng", ""),
        (
            "a.xlsx",
            xlsx(Page([["a"]]), **{"xl/sharedStrings.xml": LYING_COUNT}),
            "quá lớn",
            "",
        ),
        (
            "a.xlsx",
            with_cells('<row r="1048576"><c r="A1048576"><v>1</v></c></row>'),
            "Quá nhiều dòng",
            "Sheet1!A1048576",
        ),
        ("a.xlsx", with_cells('<row r="1"><c r="XFD1"><v>1</v></c></row>'), "Quá nhiều cột", "Sheet1!XFD1"),
        ("a.xlsx", with_cells('<row r="40000"><c r="CV40000"><v>1</v></c></row>'), "quá lớn", "Sheet1!CV40000"),
        ("a.xlsx", with_cells('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>'), "thứ tự", "Sheet1!A1"),
        ("a.xlsx", with_cells('<row r="2"><c r="A2"><v>1</v></c></row><row r="1"/>'), "thứ tự", "Sheet1!A1"),
        ("a.xlsx", with_cells('<row r="1"><c r="A2"><v>1</v></c></row>'), "thứ tự", "Sheet1!A1"),
        ("a.ods", packed(ods_parts(MILLION)), "nhiều nhất 50.000 dòng", "S!A1048576"),
        ("a.csv", b"", "không có nội dung", ""),
        ("a.csv", "Tên;Số\nLại Yên;1".encode("utf-16-le"), "Không đọc chắc chắn", ""),
        ("a.csv", b"T\xean;S\xe8\nL\xb9i Y\xaan;1", "Không đọc chắc chắn", ""),
        ("a.csv", b"a,b;c\nd,e;f", "Không rõ dấu ngăn cách", ""),
        ("a.csv", b'a;b\n"c;d', "ngoặc kép", "A2"),
        ("a.csv", b"a;b\n" * 50_200, "Quá nhiều dòng", "B50101"),
        ("a.geojson", b'{"a": 1, "a": 2}', "sai cú pháp", ""),
        ("a.geojson", b'{"a":' + b"[" * 100_000, "sai cú pháp", ""),
        ("a.geojson", b'{"type": "Feature"}', "FeatureCollection", ""),
        ("a.geojson", collection(feature(code=float("nan"))), "sai cú pháp", ""),
        ("a.geojson", collection(feature(code="A"), feature(code=["A"])), "thuộc tính đơn giản", "A3"),
        ("a.geojson", collection(crs={"type": "name", "properties": {"name": "EPSG:5897"}}), "WGS 84", ""),
    ],
)
def test_a_file_that_is_not_sure_is_refused_with_the_reason(name, content, words, cell):
    with pytest.raises(Unreadable) as refused:
        read(content() if callable(content) else content, name)
    assert words in refused.value.message
    assert refused.value.cell == cell


def test_a_long_formula_is_no_reason_to_stop():
    formula = "+".join(["1"] * 200_000)
    [sheet] = read(with_cells(f'<row r="1"><c r="A1"><f>{formula}</f><v>200000</v></c></row>'), "a.xlsx")
    assert rows_of(sheet) == [[Decimal(200_000)]]


# limits: each of them bites ------------------------------------------------------------------------------------------


@cache
def many_cells():
    return xlsx(Page([[f"{row} {column}" for column in range(20)] for row in range(3_000)]))


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ({"memory": 24 * 1024 * 1024}, "quá lớn"),
        ({"answer": 1_000}, "quá lớn"),
        ({"wall_seconds": 0.001}, "quá lâu"),
    ],
)
def test_a_child_that_uses_too_much_is_a_refusal(monkeypatch, limit, words):
    many = many_cells()
    assert len(read(many, "a.xlsx")[0].rows) == 3_000
    monkeypatch.setattr(reading, "LIMITS", replace(reading.LIMITS, **limit))
    with pytest.raises(Unreadable, match=words):
        read(many, "a.xlsx")


@pytest.mark.parametrize(
    ("does", "words"),
    [
        ("while True: pass", "quá lâu"),
        ("print('x' * (2 << 20))", "hỏng"),
        ("bytes(1 << 31)", "hỏng"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "hỏng"),
        ("os.abort()", "quá lớn"),
        ("print('[1')", "hỏng"),
        ("print('{}')", "hỏng"),
        ("print('[' * 100000)", "hỏng"),
        ("""print('{"sheets": [{"name": "a", "hidden": 0, "rows": [["x", [1]]]}]}')""", "hỏng"),
        ("""print('{"sheets": [{"name": "a", "hidden": 0, "rows": [[1, [{"d": "2016-99-99"}]]]}]}')""", "hỏng"),
    ],
)
def test_a_child_that_hangs_dies_or_lies_is_a_refusal(tmp_path, monkeypatch, does, words):
    """A child that keeps the real limits and then does what a hostile file might make it do."""
    program = tmp_path / "child.py"
    limits = (reading.CHILD / "__main__.py").read_text("utf-8").partition("def answer")[0]
    program.write_text(f"{limits}\nimport os, signal\nlimit(map(int, sys.argv[3:]))\n{does}\n")
    monkeypatch.setattr(reading, "CHILD", program)
    monkeypatch.setattr(reading, "LIMITS", replace(reading.LIMITS, cpu_seconds=1, answer=1 << 20))
    with pytest.raises(Unreadable, match=words):
        read_sheets(program, "a.csv")


# broken files --------------------------------------------------------------------------------------------------------


ODD_VALUES = [
    "",
    "0",
    "-1",
    "9" * 12,
    "A0",
    "XFD1048576",
    "true",
    "s",
    "e",
    "inlineStr",
    "date",
    "2016-13-45",
    "1e999",
    "é",
]
ODD_TEXTS = ["", "<", ">", '"', "&", "\x07", "<row>", "</c>", "<v/>"]


def mutated(parts, chance):
    """A file of these parts in which something went wrong: in the packed bytes, in a value, or in the text."""
    if chance.random() < 0.2:
        content = bytearray(packed(parts))
        for _ in range(chance.randint(1, 20)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        return bytes(content)
    name = chance.choice([name for name in parts if name.endswith((".xml", ".rels"))])
    text = parts[name]
    for _ in range(chance.randint(1, 3)):
        if chance.random() < 0.7:
            start, end = chance.choice([found.span(1) for found in re.finditer(r'[">]([^"<>]*)["<]', text)])
            piece = chance.choice(ODD_VALUES)
        else:
            start = chance.randrange(len(text))
            end = min(len(text), start + chance.randint(1, 40))
            piece = chance.choice([*ODD_TEXTS, text[start:end] * 2])
        text = text[:start] + piece + text[end:]
    return packed(parts | {name: text})


# Forks for each file, as read_sheets() starts a child for each; prints how each fork ended and what it said.
MANY = """
import json, os, runpy, sys
child, *files = sys.argv[1:]
sys.path.insert(0, child)
import opendocument, signatures, workbook
main = runpy.run_path(child + "/__main__.py")
for file in files:
    said, saying = os.pipe()
    if not os.fork():
        main["limit"]((10, 512 << 20, 1 << 20))
        os.write(saying, main["answer"](file, file.rpartition(".")[2], 1 << 16))
        os._exit(0)
    os.close(saying)
    answer = os.fdopen(said, "rb").read().decode()
    print(json.dumps([os.waitstatus_to_exitcode(os.wait()[1]), answer]), flush=True)
"""


def test_broken_files_are_read_or_refused_and_nothing_else(tmp_path):
    """Not by an exception that nobody foresaw: that would be a 1 from the fork."""
    chance = random.Random(20161104)
    good = {"xlsx": xlsx_parts(Page(ROWS)), "ods": ods_parts(table_xml(Page(ROWS)))}
    files = [tmp_path / f"{place}.{ending}" for place in range(150) for ending in good]
    for file in files:
        file.write_bytes(mutated(good[file.suffix[1:]], chance))
    command = [sys.executable, "-I", "-c", MANY, reading.CHILD, *files]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    ends = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(ends) == 300
    assert [
        end for end in ends if end[0] == 1 or (end[0] == 0 and not set(json.loads(end[1])) & {"sheets", "refused"})
    ] == []
    told = [json.loads(answer) for code, answer in ends if not code]
    assert {answer["refused"] for answer in told if "refused" in answer} <= set(reading.REASONS)
    assert sum("sheets" in answer for answer in told) > 60  # not all of them died at the door


@pytest.mark.parametrize("seed", range(10))
def test_a_broken_file_never_troubles_its_reader(seed):
    try:
        sheets = read(mutated(xlsx_parts(Page(ROWS)), random.Random(seed)), "a.xlsx")
    except Unreadable as refused:
        sheets = refused.message
    assert sheets
