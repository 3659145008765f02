"""Rows below the head of a table that are no data: headings of groups, totals, units, numbering, notes, signatures.

A row is an aside only where it cannot be a record: what tells records apart is not in it. Pure."""

import re
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _

from accounts.text import fold
from zones.importing.cells import is_empty

FEW = 4  # texts at most in a row of totals, notes or signatures
FIGURES = re.compile(r"[\d., ]+")
NUMBERED = re.compile(r"\(?(\d{1,2}|[a-e])\)?([=+*/x-]\(?\d{1,2}\)?)*", re.IGNORECASE)
COUNTED = re.compile(r"[\d.]+|[ivxlc]+|[a-z]", re.IGNORECASE)
GROUP = re.compile(r"([IVX]+|[A-E])\.?")
REMARKS = re.compile(
    r"ghi chu|\(?\*|nguon( so lieu)?:|note:|source:|noi nhan|\(ky"
    r"|nguoi (lap|kiem tra|tong hop)|thu truong|chu tich|giam doc|.*\bngay .*thang .*nam\b"
)
SIGNED = re.compile(
    r"noi nhan|\(?(da )?ky\b|(kt|tm|tl|tuq|q)\. |nguoi (lap|kiem tra|tong hop)|thu truong|(pho )?(chu tich|giam doc)\b"
    r"|(pho )?truong (phong|ban)\b|(pho )?chanh van phong"
)
TOTALS = re.compile(
    r"(tong|cong|tong cong|tong so|cong tong|tong hop|total|grand total|sum)( so)?"
    r"|(tong (so|cong(?! ty))|cong nhom|(grand |sub)?total) .*"
)


def plain(text):
    """A head without case, tone marks, signs and doubled spaces."""
    return " ".join(re.sub(r"[^\w%#*°]|_", " ", fold(str(text))).replace("m2", "m²").split())


class Asides:
    """Says of each row below the head, in their order, why it is no data. `counting`: columns that only count the rows;
    `keys`: those by which records are told apart."""

    def __init__(self, sheet, head, counting, keys):
        self.first, self.counting, self.keys = head.rows[-1] + 1, counting, keys
        above = [cells for number, cells in sheet.rows if number in head.rows]
        self.heads = [words for cells in above if (words := wording(cells))]
        self.firsts = {first_of(cells) for cells in above}
        self.wide = {(top, left) for top, left, bottom, right in sheet.merged if right > left and top == bottom}
        self.is_signed = False  # from here on come the names of those who signed

    def why(self, number, cells):
        """The reason why a row is no data; "" when it is."""
        if first_of(cells) in self.firsts and wording(cells) in self.heads:
            return _("dòng tiêu đề lặp lại")
        if number > self.first and sum(type(cell) is str for cell in cells) > FEW:
            return ""
        held = [(at, cell) for at, cell in enumerate(cells, start=1) if cell is not None and not is_empty(cell)]
        if not held:
            return _("dòng trống")
        if number == self.first and len(held) > 2 and numbers_columns([cell for _at, cell in held]):
            return _("dòng đánh số cột")
        texts = [cell.strip() for _at, cell in held if isinstance(cell, str) and not FIGURES.fullmatch(cell)]
        if self.is_note(held, texts):
            return _("ghi chú, chữ ký")
        if len(texts) == 1 and TOTALS.fullmatch(plain(texts[0])):
            return "" if self.is_keyed(held, but=texts[0]) else _("dòng tổng cộng")
        if self.is_group(number, held):
            return _("dòng tiêu đề nhóm")
        return "" if any(at not in self.counting for at, _cell in held) else _("dòng trống")

    def is_note(self, held, texts):
        """Remarks, and once somebody signed, the names and titles below."""
        if len(texts) < len(held):
            return False
        if not self.is_keyed(held) and any(SIGNED.match(fold(text)) for text in texts):
            self.is_signed = True
        if self.is_signed and not self.is_keyed(held):
            return True
        return all(REMARKS.match(fold(text)) for text in texts)

    def is_group(self, number, held):
        """I. Khu công nghiệp: one text, counted apart from the records, or written across the table."""
        beside = [cell for at, cell in held if at not in self.counting]
        counted = [cell for at, cell in held if at in self.counting]
        if not beside:
            return any(isinstance(cell, str) and not COUNTED.fullmatch(cell.strip()) for cell in counted)
        if len(held) == 1 and (number, held[0][0]) in self.wide:
            return True
        if not any(isinstance(cell, str) and GROUP.fullmatch(cell.strip()) for cell in counted):
            return False
        texts = [cell for cell in beside if isinstance(cell, str) and not FIGURES.fullmatch(cell)]
        return len(texts) <= 1 and not self.is_keyed(held)

    def is_keyed(self, held, but=None):
        """Does anything in the row look like a code, a number or a day by which a record is known?"""
        return any(
            at in self.keys and cell != but and (not isinstance(cell, str) or re.search(r"\d", cell) or " " not in cell)
            for at, cell in held
        )


def first_of(cells):
    return next((cell for cell in cells if cell is not None), None)


def wording(cells):
    """The texts of a row that has several of them and nothing else, by column; None for others."""
    held = {at: cell for at, cell in enumerate(cells, start=1) if cell is not None and not is_empty(cell)}
    if len(held) < 2 or not all(isinstance(cell, str) for cell in held.values()):
        return None
    return {at: plain(cell) for at, cell in held.items()}


def numbers_columns(cells):
    """(1), (2) or A, B, 1, (2)=(1)/3: each column's number under its head, one after the other."""
    texts = [f"{cell:f}" if isinstance(cell, Decimal) else str(cell) for cell in cells]
    marks = [NUMBERED.fullmatch(text.replace(" ", "")) for text in texts]
    if not all(marks):
        return False
    letters = [ord(mark[1].lower()) for mark in marks if mark[1].isalpha()]
    numbers = [int(mark[1]) for mark in marks if mark[1].isdigit()]
    return all(second == first + 1 for run in (letters, numbers) for first, second in pairwise(run))
