"""Lines of Word and PDF joined to paragraphs, paragraphs to items with their numbers, items to sentences."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from .letters import CELL, Source, key_of

PLAIN = 9
WIDEST = 100  # letters in a line; longer ones are whole paragraphs
MARKERS = [  # (how deep, how it is written); the number of the item is group 1
    (0, r"((?:phần|chương|mục) [ivx\d]{1,5})[.:]? ?"),
    (0, r"(điều \d{1,3})[.:] ?"),
    (1, r"([IVX]{1,5})[.)] ?(?=\D)"),
    (1, r"([A-EĐ])\. (?=\D)"),
    (2, r"(thứ (?:nhất|hai|ba|tư|năm|sáu|bảy|tám|chín|mười))(?: là)?[,:] ?"),
    (2, r"(\d{1,2})[.)](?: |(?=[^\W\d]))"),
    (3, r"(\d{1,2}\.\d{1,2})[.)]?(?: |(?=[^\W\d]))(?!ha\b|m2\b|tỷ\b|km\b)"),
    (4, r"(\d{1,2}(?:\.\d{1,2}){2,3})[.)]? ?(?=\D)"),
    (5, r"\((\d{1,2})\) ?"),
    (5, r"([a-zđ]\d?)[.)] (?=\D)|([a-zđ]\d?)\)(?=\w)"),
    (6, r"([-–—−]) ?(?=\D)"),
    (7, r"([+]) ?"),
    (8, r"([•*·●○▪■□◦➢✓])(?: |(?<=[•·●○▪■□◦➢✓]))(?=\S)"),
]
FLAGS = [re.IGNORECASE if depth in (0, 2) else 0 for depth, _ in MARKERS]
MARKER_RULES = [(depth, re.compile(rule, flags)) for (depth, rule), flags in zip(MARKERS, FLAGS, strict=True)]
NO_MARKER_AFTER = re.compile(r"(?:ngày|tháng|năm|số|điều|khoản|điểm|quý|quận|phường|và|từ|đến|trước|khoảng)$")
GOES_ON = re.compile(
    rf"{NO_MARKER_AFTER.pattern}|,$|(?:với|của|cho|các|giao|tại|theo|về|là|do|để|trong|bởi|huyện|xã"
    r"|sở|ubnd|thành phố|hoạch|ban|chí|đồng)$"
)
ORDERS = re.compile(r"(?:Giao(?! thông)|Yêu cầu|Đề nghị|Phân công) [A-ZĐcđ]")
LABEL = re.compile(
    r"(?:cơ quan|đơn vị|thời (?:gian|hạn)|sản phẩm|tiến độ|kính gửi|nơi nhận|chủ trì|phối hợp)[^:.;]{0,30}:"
)
LISTS = re.compile(r"(?:sở|ngành|quận|huyện|xã|phường|kcn|ccn|khu công nghiệp|cụm công nghiệp):$")
PAGE_NUMBER = re.compile(r"[-–]? ?(?:trang )?\d{1,3}(?:/\d{1,3})? ?[-–]?$", re.IGNORECASE)
UNFINISHED = re.compile(r"(?:tp|p|q|đ/c|v\.v|ths|ts|pgs|gs|kts|ks|st|tx|số)\.$")
FINISHED = re.compile(r"[.;:!?…][\"')]?$")
SENTENCE_END = re.compile(r"[.!?…][\"')]? (?=[\"'(]?[^\W\d_]|\d{1,2}[.)] |[-+•] )")
INLINE_ITEM = re.compile(r"(?<=[.;:] )(?:\d{1,2}[.)]|\d{1,2}\.\d{1,2}\.?|\(\d{1,2}\)|[a-zđ]\)|[-+•]) (?=[^\W\d_])")
WORD_BEFORE = re.compile(r"[^\s(\"']{1,12}$")


@dataclass(frozen=True)
class Item:
    """A paragraph or numbered item. `depth` 0 to 8 by its mark, PLAIN without one; start and end in the even text."""

    number: str
    depth: int
    start: int
    end: int


@dataclass(frozen=True)
class Sentence:
    item: Item
    start: int
    end: int
    first: bool


def marked(line: str) -> tuple[int, str, int] | None:
    """How deep a line's mark is, its number and its length; None when the line has none."""
    for depth, rule in MARKER_RULES:
        if (found := rule.match(line)) and found.end() < len(line):
            return depth, next((group for group in found.groups() if group), ""), found.end()
    return None


def is_capitals(line: str) -> bool:
    letters = [char for char in line if char.isalpha()]
    return len(letters) > 3 and sum(char.isupper() for char in letters) > 0.85 * len(letters)


def goes_on(before: str, line: str, blank: bool, width: int) -> bool:
    """True when a line only goes on with the one before it: a line break of a PDF, not of the writer."""
    key, last = key_of(line), key_of(before[-40:])
    if len(before) >= 0.67 * width and not blank and (LISTS.search(last) or (last[-1] == ";" and line[0].islower())):
        return not marked(line)
    if FINISHED.search(before) and not UNFINISHED.search(last):
        return False
    if len(before) < 0.67 * width and line[0].isupper() and not is_capitals(before) and not GOES_ON.search(last):
        return False
    if len(before) < 0.67 * width and ORDERS.match(line):
        return False
    if is_capitals(before) != is_capitals(line) and (is_capitals(before) or len(line) > 25):
        return False
    lower = next((char.islower() for char in line if char.isalpha()), False)
    if LABEL.match(key) or CELL in line or CELL in before:
        return False
    if key.startswith("- "):
        return last.endswith(("quy hoạch", "kinh tế")) or (lower and not blank)
    if marked(line) and not NO_MARKER_AFTER.search(last):
        return False
    return lower or last.endswith(",") or NO_MARKER_AFTER.search(last) is not None or not blank


def lines_of(text: str) -> Iterator[tuple[int, int, bool]]:
    """Start and end of each line that says something, and whether an empty one stands before it."""
    blank = True
    for found in re.finditer(r"[^\n]*", text):
        line = found[0].strip(" ")
        if not line:
            blank = blank or text[max(found.start() - 1, 0) : found.start()] == "\n"
            continue
        if PAGE_NUMBER.match(line) or not any(map(str.isalnum, line)):
            continue
        yield found.start() + found[0].index(line), found.start() + found[0].index(line) + len(line), blank
        blank = False


def items(text: str) -> Iterator[Item]:
    """The items of a text whose lines are joined, with the marks cut off."""
    for line in re.finditer(r"[^\n]+", text):
        start, end = line.span()
        cuts = [start, *(found.start() for found in INLINE_ITEM.finditer(text, start, end)), end]
        for first, last in pairwise(cuts):
            mark = marked(text[first : min(last, first + 60)])
            depth, number, width = mark or (PLAIN, "", 0)
            begin = first + width
            while last > begin and text[last - 1] == " ":
                last -= 1
            if begin < last:
                yield Item(number, depth, begin, last)


def is_end(text: str, found: re.Match[str]) -> bool:
    """False for the dot of an abbreviation, and when a small letter follows."""
    after = text[found.end()]
    if after.isalpha() and after.islower():
        return False
    word = WORD_BEFORE.search(text[max(0, found.start() - 12) : found.start() + 1])
    return not (word and (UNFINISHED.search(key_of(word[0])) or re.fullmatch(r"[A-ZĐ]\.", word[0])))


def sentences(item: Item, text: str) -> Iterator[Sentence]:
    start, first = item.start, True
    for found in SENTENCE_END.finditer(text, item.start, item.end):
        if is_end(text, found):
            yield Sentence(item, start, found.end() - 1, first)
            start, first = found.end(), False
    if start < item.end:
        yield Sentence(item, start, item.end, first)


def even_lines(source: Source) -> Source:
    """The source with one line for each paragraph; page numbers and empty lines are dropped."""
    width = min(WIDEST, max(map(len, source.text.split("\n"))))
    kept: list[tuple[int, int, str]] = []  # a line and the sign after it
    for start, end, blank in lines_of(source.text):
        if kept:
            first, last, _ = kept[-1]
            on = goes_on(source.text[max(first, last - 200) : last], source.text[start:end], blank, width)
            kept[-1] = first, last, " " if on else "\n"
        kept.append((start, end, ""))
    text = "".join(source.text[start:end] + sign for start, end, sign in kept)
    starts: list[int] = []
    ends: list[int] = []
    for start, end, sign in kept:
        more = end + len(sign)
        starts += source.starts[start:more]
        ends += source.ends[start:more]
    return Source(source.given, text, key_of(text), starts, ends)
