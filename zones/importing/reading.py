"""A spreadsheet file becomes sheets of plain values, read by a child process with limits on time, memory and answer.

Taken are xlsx, ods, csv and GeoJSON, as offices make them; whatever the file does to its reader, the caller gets sheets
or Unreadable."""

import datetime
import json
import signal
import subprocess
import sys
import tempfile
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path, PurePosixPath

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

CHILD = Path(__file__).with_name("child")
ENDINGS = ("xlsx", "ods", "csv", "geojson", "json")
OTHER_ENDINGS = {"xls": "old", "et": "old", "xlsm": "macro", "xltm": "macro", "xlsb": "old"}
MEGABYTE = 1024 * 1024
BROKEN = _("Không mở được tệp: tệp hỏng. Hãy mở tệp bằng Excel hoặc LibreOffice, lưu lại rồi tải lên.")
REASONS = {
    "kind": _("Chỉ nhận tệp xlsx, ods, csv hoặc geojson."),
    "ending": _("Nội dung tệp không phải là %(ending)s như đuôi tệp."),
    "old": _("Tệp kiểu cũ. Hãy mở tệp, chọn lưu thành dạng Excel (.xlsx), rồi tải lên lại."),
    "encrypted": _("Tệp có mật khẩu. Hãy bỏ mật khẩu, lưu lại rồi tải lên."),
    "macro": _("Tệp có macro. Hãy lưu lại không kèm macro (.xlsx) rồi tải lên."),
    "broken": BROKEN,
    "bomb": _("Tệp nén quá nhiều nội dung, không mở được an toàn."),
    "size": _("Tệp lớn hơn %(most)s MB."),
    "empty": _("Tệp không có nội dung."),
    "sheets": _("Tệp có quá nhiều trang tính (nhiều nhất %(most)s)."),
    "names": _("Có hai trang tính cùng tên. Hãy đổi tên một trang, lưu lại rồi tải lên."),
    "rows": _("Quá nhiều dòng: mỗi trang tính nhiều nhất %(most)s dòng; có nội dung ở quá xa phía dưới."),
    "columns": _("Quá nhiều cột: mỗi trang tính nhiều nhất %(most)s cột; có nội dung ở quá xa bên phải."),
    "cells": _("Trang tính quá lớn: nhiều nhất %(most)s ô."),
    "disorder": _("Các ô trong tệp không theo thứ tự. Hãy mở tệp bằng Excel, lưu lại rồi tải lên."),
    "letters": _("Không đọc chắc chắn được chữ trong tệp csv. Hãy lưu lại dạng CSV UTF-8 hoặc xlsx."),
    "separator": _("Không rõ dấu ngăn cách các cột của tệp csv. Hãy lưu lại dạng xlsx."),
    "quotes": _("Dấu ngoặc kép mở ở dòng %(line)s của tệp csv không khép kín, hoặc ô quá dài: %(shown)s"),
    "json": _("Tệp GeoJSON sai cú pháp."),
    "features": _("Tệp GeoJSON phải là một FeatureCollection."),
    "feature": _("Đối tượng trong tệp GeoJSON phải có các thuộc tính đơn giản (chữ, số, có/không)."),
    "crs": _("Toạ độ trong tệp GeoJSON phải theo WGS 84 (EPSG:4326)."),
    "large": _("Tệp quá lớn, không đọc được an toàn. Hãy chia thành nhiều tệp nhỏ hơn."),
    "slow": _("Đọc tệp quá lâu. Hãy chia thành nhiều tệp nhỏ hơn."),
}
CELL_REASONS = {
    "error": _("Ô có lỗi công thức: %(shown)s."),
    "time": _("Ô chỉ có giờ, không có ngày: %(shown)s."),
    "early": _("Ngày không đọc chắc chắn được: %(shown)s."),
    "number": _("Số không dùng được: %(shown)s."),
    "control": _("Có ký tự không dùng được trong văn bản: %(shown)s."),
}


class Unreadable(Exception):
    """A file that cannot be read for sure; `message` says why and what to do, `cell` where, when it is one cell."""

    def __init__(self, message, cell=""):
        super().__init__(message)
        self.message, self.cell = message, cell


class Percent(Decimal):
    """A number that the file shows with a % sign; its value is the fraction: 25 % is Percent("0.25")."""


@dataclass(frozen=True)
class CellError:
    """A cell whose value cannot be used: what it shows (#REF!, 12:30:00, U+0007) and, in `message`, why not."""

    shown: str
    kind: str

    @property
    def message(self):
        return CELL_REASONS[self.kind] % {"shown": self.shown}


@dataclass
class Sheet:
    """One sheet as it stands in the file. Rows and columns are numbered from 1; rows without content are left out.

    A cell is None, text (NFC, all spaces plain), True or False, a Decimal with the 15 digits that Excel shows, a
    Percent, a date, a datetime, or a CellError. `unresolved` are formulas whose value the file does not give or calls
    stale."""

    name: str
    hidden: bool
    rows: list
    merged: list = field(default_factory=list)
    hidden_rows: set = field(default_factory=set)
    hidden_columns: set = field(default_factory=set)
    unresolved: set = field(default_factory=set)


@dataclass(frozen=True)
class Limits:
    """What the child may use."""

    cpu_seconds: int = 10
    memory: int = 512 * MEGABYTE
    answer: int = 48 * MEGABYTE
    wall_seconds: float = 20


LIMITS = Limits()


def read_sheets(path, name):
    """Every sheet of the file at `path` that the office calls `name`; Unreadable says in plain words why not."""
    ending = PurePosixPath(name).suffix.lower().lstrip(".")
    if ending not in ENDINGS:
        raise Unreadable(str(REASONS[OTHER_ENDINGS.get(ending, "kind")]))
    answer = ask_child(path, ending, REASONS)
    try:
        sheets = [sheet_of(told) for told in answer["sheets"]]
    except (AttributeError, KeyError, TypeError, ValueError, ArithmeticError) as garbage:
        raise Unreadable(str(BROKEN)) from garbage
    if len({sheet.name for sheet in sheets}) < len(sheets):
        raise Unreadable(str(REASONS["names"]))
    return sheets


def ask_child(path, ending, reasons):
    """What the child says about the file; Unreadable in the words of `reasons` when it refuses or dies."""
    numbers = (LIMITS.cpu_seconds, LIMITS.memory, LIMITS.answer)
    command = [sys.executable, "-I", str(CHILD), str(Path(path).absolute()), ending, *map(str, numbers)]
    with tempfile.TemporaryFile() as said:
        try:
            done = subprocess.run(  # noqa: S603 our own program, no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
                timeout=LIMITS.wall_seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as slow:
            raise Unreadable(str(reasons["slow"])) from slow
        if done.returncode:
            raise Unreadable(str(reasons[death(done.returncode)]))
        said.seek(0)
        try:
            answer = json.load(said, parse_float=Decimal, parse_int=Decimal)
            refused = refusal(answer, reasons) if "refused" in answer else None
        except (AttributeError, KeyError, TypeError, ValueError, ArithmeticError, RecursionError) as garbage:
            raise Unreadable(str(reasons["broken"])) from garbage
    if refused:
        raise refused
    return answer


def death(code):
    """Why a child died: of its limit of time, of memory, or of the file."""
    if code == -signal.SIGXCPU:
        return "slow"
    return "large" if code in (-signal.SIGABRT, -signal.SIGKILL, -signal.SIGXFSZ) else "broken"


def refusal(answer, reasons):
    place = cell_address(answer["sheet"], int(answer["row"]), int(answer["column"])) if answer.get("row") else ""
    values = {
        name: number_format(value, force_grouping=True) if isinstance(value, Decimal) else value
        for name, value in answer.get("values", {}).items()
    }
    return Unreadable(str(reasons[answer["refused"]] % values), place)


def sheet_of(told):
    return Sheet(
        name=plain_name(told["name"]),
        hidden=told["hidden"],
        rows=[(int(number), [value_of(cell) for cell in cells]) for number, cells in told["rows"]],
        merged=[tuple(map(int, corners)) for corners in told.get("merged", ())],
        hidden_rows=set(map(int, told.get("hidden_rows", ()))),
        hidden_columns=set(map(int, told.get("hidden_columns", ()))),
        unresolved={(int(row), int(column)) for row, column in told.get("unresolved", ())},
    )


def plain_name(name):
    """A sheet's name as people type it: NFC, single spaces, without signs that nobody sees."""
    return "".join(filter(str.isprintable, " ".join(unicodedata.normalize("NFC", name).split())))


def value_of(cell):
    """A cell of the child's answer as a value: the tags of child/cells.py."""
    if type(cell) is not dict:
        return cell
    if "d" in cell:
        return datetime.date.fromisoformat(cell["d"])
    if "t" in cell:
        return datetime.datetime.fromisoformat(cell["t"])
    return Percent(cell["p"]) if "p" in cell else CellError(cell["e"], cell["k"])


def cell_address(sheet_name, row, column):
    """Where people find a cell: "Sheet1!F14", or "F14" in a file without sheets."""
    letters = ""
    while column:
        column, place = divmod(column - 1, 26)
        letters = chr(65 + place) + letters
    return f"{sheet_name}!{letters}{row}" if sheet_name else f"{letters}{row}"
