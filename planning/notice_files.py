"""The text of a notice from its file: paragraphs with their numbers, lines of a pdf joined, tables of tasks as lines.

Nothing is stored here: the text goes into the field, and a person looks it over."""

import re
import tempfile
from collections import Counter

from django.utils.translation import gettext as _

from accounts.text import FORBIDDEN, clean_text, fold
from planning.notices.layout import even_lines
from planning.notices.letters import CELL, read
from zones.importing.reading import Unreadable
from zones.importing.texts import check_letters, read_text

LABELS = [  # (what the head of a column says, folded; what its cells are called in a line of their own)
    (r"stt|tt|so tt|so thu tu|so", None),
    (r".*\b(?:chu tri|co quan thuc hien|don vi thuc hien|trach nhiem)\b.*", "Cơ quan chủ trì"),
    (r".*\bphoi hop\b.*", "Cơ quan phối hợp"),
    (r".*\b(?:thoi gian|thoi han|tien do|han hoan thanh|ngay hoan thanh)\b.*", "Thời gian"),
    (r".*\b(?:san pham|ket qua)\b.*", "Sản phẩm"),
    (r".*\b(?:nhiem vu|noi dung|cong viec)\b.*", ""),
]
LABEL_RULES = [(re.compile(rule), label) for rule, label in LABELS]
AT_EDGE = 2  # lines at the top and at the foot of a page that may be its head or its number
SHORT = 80  # letters of a line that may be the head of a page
TEXT = re.compile(r"^\d{1,3}[.)]|^[-+•]|[.;,:]$")
PAGE = re.compile(r"\d+( ?/ ?\d+)?$")


def from_upload(upload):
    """(text, what to tell) of an uploaded file; Unreadable in plain words."""
    with tempfile.NamedTemporaryFile() as copy:
        for chunk in upload.chunks():
            copy.write(chunk)
        copy.flush()
        return from_file(copy.name, upload.name)


def from_stored(document):
    """(text, what to tell) of the file of a document in the register; Unreadable in plain words."""
    if not document.file.storage.exists(document.file.name):
        raise Unreadable(_("Tệp này không còn trong kho."))
    return from_file(document.file.path, document.file.name)


def from_file(path, name):
    found = read_text(path, name)
    told = list(found.told)
    text = joined(found.pages, told) if found.pages else "\n".join(lines_of(found.blocks, told))
    if FORBIDDEN.search(text):
        told.append(_("Ký tự điều khiển trong tệp đã được bỏ."))
    text = clean_text(FORBIDDEN.sub("", text), lines=True)
    if not text:
        raise Unreadable(_("Tệp không có chữ nào."))
    return text, [*told, *check_letters(text)]


# Pages of a pdf -------------------------------------------------------------------------------------------------------


def joined(pages, told):
    """The pages as one text, a paragraph a line: without what is repeated at their edges, which is told, and without
    their numbers."""
    lines = [[line.strip() for line in page.splitlines() if line.strip()] for page in pages]
    repeated = Counter(mark for page in lines for mark in {marked(line) for line in edges(page)})
    heads = {mark for mark, times in repeated.items() if times > 1 and times >= len(pages) // 2}
    if left_out := {marked(line): line for page in lines for line in edges(page) if marked(line) in heads}:
        words = {"lines": "”, “".join(left_out.values())}
        told.append(_("Dòng lặp lại ở đầu, cuối trang đã được bỏ: “%(lines)s”.") % words)
    kept = [line for page in lines for line in without(page, heads)]
    return even_lines(read("\n".join(kept))).text if kept else ""


def edges(page):
    """The lines of a page that may be its head or foot: short, no item, no beginning, middle or end of a sentence."""
    outer = [*page[:AT_EDGE], *page[-AT_EDGE:]]
    return [line for line in outer if len(line) <= SHORT and not line[0].islower() and not TEXT.search(line)]


def marked(line):
    """A line for comparing, without the number of its page: "Trang 2/5" and "Trang 3/5" are one head."""
    return PAGE.sub("#", fold(line))


def without(page, heads):
    """The lines of a page but for the heads at its edges."""
    gone = {marked(line) for line in edges(page)} & heads
    last = len(page) - AT_EDGE
    return [line for place, line in enumerate(page) if AT_EDGE <= place < last or marked(line) not in gone]


# Paragraphs and tables of a Word file ---------------------------------------------------------------------------------


def lines_of(blocks, told):
    for block in blocks:
        if isinstance(block, str):
            yield block
        elif labels := labels_of(block):
            yield from labelled(block[1:], labels)
            told.append(_("Bảng giao nhiệm vụ đã được viết lại thành từng dòng."))
        else:
            yield from cells_of(block)


def with_tables(text):
    """Pasted text, in which the cells of a table have tabs between, with its tables as those of a file are written."""
    blocks = []
    for line in text.splitlines():
        cells = line.split("\t")
        if len(cells) < 3:
            blocks.append(line)
        elif blocks and isinstance(blocks[-1], list) and len(blocks[-1][0]) == len(cells):
            blocks[-1].append(cells)
        else:
            blocks.append([cells])
    return "\n".join(lines_of(blocks, []))


def labels_of(rows):
    """What each column of a table of tasks is called; None when the table is another one."""
    labels = [next((label for rule, label in LABEL_RULES if rule.fullmatch(fold(cell))), "?") for cell in rows[0]]
    whole = "?" not in labels and labels.count("") == 1 and "Cơ quan chủ trì" in labels and len(rows) > 1
    return labels if whole and all(len(row) == len(labels) for row in rows) else None


def labelled(rows, labels):
    """The rows as a plan would write them: the task, below it who and when."""
    for row in rows:
        number = next((cell for cell, label in zip(row, labels, strict=True) if label is None), "").strip(". ")
        content = " ".join(row[labels.index("")].split())
        yield f"{number}. {content}" if number else content
        for cell, label in zip(row, labels, strict=True):
            if label and cell.strip():
                yield f"{label}: {' '.join(cell.split())}"


def cells_of(rows):
    """Of a letterhead the cells one below the other; of any wider table a line for each row, with signs between."""
    for row in rows:
        filled = [cell for cell in row if cell.strip()]
        if len(row) > 2:
            yield f" {CELL} ".join(" ".join(cell.split()) for cell in row)
        else:
            yield from filled
