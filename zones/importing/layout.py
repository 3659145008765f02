"""Where a sheet keeps its table: the head, the columns that are known by name, the rows of data and what is none.

Each row of the sheet is a title above the head, a part of the head, data, or skipped with a reason. Nothing that has
content is passed over: an unknown column, a hidden row, merged cells among the data are refused with the cell. Pure."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import override

from zones.importing.asides import COUNTED, Asides, plain
from zones.importing.cells import Broken, Unclear, is_empty, refuse_letters, shown
from zones.importing.letters import GARBLED, trouble
from zones.importing.preview import Skipped
from zones.importing.reading import CellError, Unreadable, cell_address

HEAD_WITHIN, ROWS_MAX = 40, 50_000
BELOW = 400  # rows in which a head that stands too low is still found, to say so
NAMED = 10  # row numbers in one sentence
LANGUAGES = ("vi", "en")
COUNTING = {"stt", "tt", "so tt", "so thu tu", "no", "nr", "#", "order"}
REMARK = re.compile(r"\*|bat buoc|neu co|tuy chon|required|optional|\d+|dd mm yyyy|ngay thang nam")
BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")


@dataclass(frozen=True)
class Row:
    """A row of data: its number in the file and its cells in the order of the table's heads."""

    number: int
    cells: list


@dataclass
class Table:
    """The data of a sheet. `heads`: (key of the column, its number in the file). `warnings`: what was not read and is
    not seen, in words."""

    sheet: str
    heads: list
    rows: list
    skipped: list = field(default_factory=list)
    warnings: list = field(default_factory=list)

    def address(self, row, column):
        return cell_address(self.sheet, row, column)


@dataclass(frozen=True)
class Head:
    """Where the head stands: its rows, and the text over each column."""

    rows: tuple
    texts: dict
    known: dict


def spelled(text):
    """The same text in every language of the portal."""
    for language in LANGUAGES:
        with override(language):
            yield str(text)


def heads_of(columns):
    """plain head → column, for every way to name a column: its title in each language, its key, its other names."""
    found = {}
    for column in columns:
        for text in (*spelled(column.title), column.key, *column.also):
            found.setdefault(plain(text), column)
    return found


def units_of(column):
    return {plain(text) for text in spelled(column.unit or column.measured_in)} - {""}


class Names:
    """Knows the columns of a target by the heads that files give them. `left_out`: heads that say nothing new."""

    def __init__(self, columns, left_out):
        self.known = heads_of(columns)
        self.left_out = {plain(text) for title in left_out for text in spelled(title)}
        self.units = {unit for column in columns for unit in units_of(column)} | {"m²", "ha", "%"}

    def find(self, text):
        """(column, "") for a known head, (None, "") for an unknown one, (column, unit) for one in another unit."""
        bare, said = self.without_remarks(text)
        column = self.known.get(plain(text)) or self.known.get(bare)
        if column is None:
            bare, _space, last = bare.rpartition(" ")
            said, column = said or last, self.known.get(bare.removesuffix(" tinh bang")) if last in self.units else None
        if column is None or not said or said in units_of(column):
            return column, ""
        return column, said

    def without_remarks(self, text):
        """(the head without its unit and remarks in brackets, the unit)."""
        units = []

        def take(match):
            inner = plain(match[1])
            if inner in self.units:
                units.append(inner)
            return "" if inner in self.units or REMARK.fullmatch(inner) or not inner else f" {match[1]} "

        bare = plain(BRACKETS.sub(take, text)).strip("* ")
        return bare, units[0] if units else ""


def find_head(sheet, names, within=slice(HEAD_WITHIN)):
    """The row, or the two or three rows, that name the most columns; None when no row names two of them."""
    top = sheet.rows[within]
    alone = [((number,), texts_of(cells)) for number, cells in top]
    pairs = [pair(sheet, names, above, below) for above, below in pairwise(top)]
    threes = [below and joined(sheet, names, above, *below) for above, below in zip(top, pairs[1:], strict=False)]
    best, most = None, 1
    for rows, texts in filter(None, (*alone, *pairs, *threes)):
        known = {at: column for at, text in texts.items() if (column := names.find(text)[0])}
        if len(set(known.values())) > most:
            best, most = Head(rows, texts, known), len(set(known.values()))
    return best and with_units(best, top, names)


def with_units(head, top, names):
    """The head together with a row of units right under it: (ha), %, năm."""
    below = next((texts_of(cells) for number, cells in top if number == head.rows[-1] + 1 and all_texts(cells)), {})
    if not below or any(plain(text) not in names.units for text in below.values()):
        return head
    texts = head.texts | {at: f"{head.texts.get(at, '')} ({text.strip('()[]')})" for at, text in below.items()}
    return Head((*head.rows, head.rows[-1] + 1), texts, head.known)


def all_texts(cells):
    return all(is_empty(cell) or isinstance(cell, str) for cell in cells)


def texts_of(cells):
    return {at: text.strip() for at, text in enumerate(cells, start=1) if isinstance(text, str) and text.strip()}


def pair(sheet, names, first, second):
    """Two rows of heads as one; None when the second holds other things than texts."""
    if any(isinstance(cell, (Decimal, bool)) for cell in second[1]):
        return None
    return joined(sheet, names, first, (second[0],), texts_of(second[1]))


def joined(sheet, names, first, below, parts):
    """A row of heads over others: a group over its parts, or a head that reaches down over all of them."""
    groups = texts_of(first[1])
    if below[0] != first[0] + 1 or not parts:
        return None
    over = reach(sheet, first[0], groups, max([*groups, *parts]))
    texts = {}
    for at in sorted(groups.keys() | parts.keys()):
        group, part = over.get(at, ""), parts.get(at, "")
        unit = names.without_remarks(group)[1]
        ways = [f"{group} {part}", f"{part} ({unit})" if unit else part] if group and part else [part or groups[at]]
        texts[at] = next((text for text in ways if names.find(text)[0]), ways[0])
    return (first[0], *below), texts


def reach(sheet, row, groups, last):
    """Over which columns each group of the upper row stands: its merged cells, else the empty ones to its right."""
    over = dict(groups)
    merged = [corners for corners in sheet.merged if corners[0] == row]
    for _top, left, _bottom, right in merged:
        if left in groups:
            over |= dict.fromkeys(range(left, right + 1), groups[left])
    if not merged:
        held = ""
        for at in range(1, last + 1):
            held = groups.get(at, held)
            over.setdefault(at, held)
    return over


def read_table(sheet, target):
    """The table of `sheet` for `target`; Unreadable names the cell that stands in the way."""
    names = target.names
    head = find_head(sheet, names)
    if head is None and [cells for _number, cells in sheet.rows] == [["geometry"]]:
        return Table(sheet.name, [], [])  # a collection of no features has no heads
    if head is None:
        raise Unreadable(" ".join(headless(sheet, target)))
    body = [(number, cells) for number, cells in sheet.rows if number > head.rows[-1]]
    if len(body) > ROWS_MAX:
        raise Unreadable(_("Nhiều nhất %(most)s dòng một tệp; hãy chia tệp.") % {"most": ROWS_MAX})
    table = Table(sheet.name, [], [])
    counting = pick_columns(table, head, body, names, target)
    settling = {column.attribute for column in target.key} | {"id"}
    keyed = {one.key for one in target.columns if one.attribute in settling and one.kind != "hectare"}
    keys = {at for key, at in table.heads if key in keyed}
    sort_rows(table, sheet, body, Asides(sheet, head, counting, keys))
    refuse_hidden(table, sheet, head)
    tell_hidden(table, sheet)
    return table


def headless(sheet, target):
    """Sentences: that the head was not found, in which rows it was looked for, and what stands there."""
    top, names = sheet.rows[:HEAD_WITHIN], target.names
    columns = ", ".join(str(column.title) for column in target.key)
    said = {"what": target.title, "columns": columns, "last": top[-1][0] if top else 1, "most": HEAD_WITHIN}
    yield _("Không tìm thấy dòng tiêu đề của bảng “%(what)s”. Cần ít nhất các cột: %(columns)s.") % said
    if below := find_head(sheet, names, slice(HEAD_WITHIN, HEAD_WITHIN + BELOW)):
        said["row"] = below.rows[0]
        words = _("Tiêu đề ở dòng %(row)s là quá thấp: chỉ tìm trong %(most)s dòng đầu có nội dung, đến dòng %(last)s.")
        yield words % said
        yield _("Xoá bớt các dòng phía trên bảng.")
        return
    yield _("Đã tìm từ dòng 1 đến dòng %(last)s (nhiều nhất %(most)s dòng đầu có nội dung).") % said
    texts = [
        (cell_address(sheet.name, number, at), text) for number, cells in top for at, text in texts_of(cells).items()
    ]
    known = [f"{where} “{shown(text)}”" for where, text in texts if names.find(text)[0]]
    if known:
        yield _("Chỉ nhận ra: %(heads)s.") % {"heads": ", ".join(known[:NAMED])}
    if font := next((font for _where, text in texts if (font := trouble(text)) not in ("", GARBLED)), ""):
        yield _("Chữ trong tệp gõ theo phông cũ %(font)s: chuyển sang Unicode rồi tải lên lại.") % {"font": font}


def tell_hidden(table, sheet):
    """Hidden rows that are no data are not read; that they are there is said."""
    skipped = {one.number for one in table.skipped if one.reason != _("dòng trống")}
    if hidden := sorted(sheet.hidden_rows & skipped):
        numbers = ", ".join(map(str, hidden[:NAMED])) + (", …" if len(hidden) > NAMED else "")
        words = _("%(count)s dòng bị ẩn không phải số liệu nên không đọc: %(numbers)s.")
        table.warnings.append(words % {"count": len(hidden), "numbers": numbers})


def pick_columns(table, head, body, names, target):
    """Fill the table's heads; gives the columns that only count the rows."""
    counting, seen = set(), {}
    filled = {at for _number, cells in body for at, cell in enumerate(cells, start=1) if not is_empty(cell)}
    for at in sorted(filled | head.texts.keys()):
        text = head.texts.get(at, "")
        where = table.address(head.rows[-1], at)
        column, unit = names.find(text)
        if unit:
            raise Unreadable(
                _("Cột “%(head)s” ghi theo %(unit)s; cột này cần %(needed)s.")
                % {"head": shown(text), "unit": unit, "needed": column.measured_in or _("không có đơn vị")},
                where,
            )
        if column:
            if column.key in seen:
                raise Unreadable(
                    _("Hai cột cùng là “%(title)s”: %(one)s và %(two)s.")
                    % {"title": column.title, "one": seen[column.key], "two": where},
                    where,
                )
            seen[column.key] = where
            table.heads.append((column.key, at))
        elif plain(text) in COUNTING:
            counting.add(at)
        elif at in filled and plain(text) not in names.left_out:
            refuse_unknown(text, where, target)
    if missing := missing_from([target.by_key[key] for key, _at in table.heads], target):
        raise Unreadable(_("Thiếu cột: %(columns)s.") % {"columns": ", ".join(str(column.title) for column in missing)})
    return counting


def missing_from(columns, target):
    """The columns without which rows cannot be told apart; none where rows bring their number in the register."""
    held = {column.attribute for column in columns}
    return [] if "id" in held else [column for column in target.key if column.attribute not in held]


def holds_table(sheet, target):
    """Has the sheet the head of such a table? What else may be wrong with it is said when it is read."""
    head = find_head(sheet, target.names)
    return head is not None and not missing_from(head.known.values(), target)


def refuse_unknown(text, where, target):
    if not text:
        raise Unreadable(_("Cột này có nội dung nhưng không có tiêu đề."), where)
    refuse_font(text, where)
    raise Unreadable(
        _("Không rõ cột “%(head)s” là gì; bảng “%(what)s” không có cột này. Đổi tên hoặc xoá cột.")
        % {"head": shown(text), "what": target.title},
        where,
    )


def refuse_font(text, where):
    try:
        refuse_letters(text)
    except Unclear as why:
        raise Unreadable(str(why), where) from None


def sort_rows(table, sheet, body, asides):
    """Every row below the head is data or skipped, each exactly once; rows without content count as blank."""
    expected = asides.first
    places = [at for _key, at in table.heads]
    for number, cells in body:
        table.skipped += [Skipped(blank, _("dòng trống")) for blank in range(expected, number)]
        expected = number + 1
        reason = asides.why(number, cells)
        if reason in ("", _("dòng trống")):
            refuse_uncounted(table, number, cells, asides.counting)
        if reason:
            table.skipped.append(Skipped(number, reason))
            continue
        found = [cells[at - 1] if at <= len(cells) else None for at in places]
        if sheet.unresolved or any(type(cell) is CellError for cell in found):
            found = [readable(cell, (number, at) in sheet.unresolved) for at, cell in zip(places, found, strict=True)]
        table.rows.append(Row(number, found))


def refuse_uncounted(table, number, cells, counting):
    """A column that counts rows holds nothing else."""
    for at in counting:
        cell = cells[at - 1] if at <= len(cells) else None
        text = f"{cell:f}" if isinstance(cell, Decimal) else cell
        if not is_empty(cell) and not (isinstance(text, str) and COUNTED.fullmatch(text.strip())):
            raise Unreadable(_("Cột số thứ tự chỉ có số; ô này ghi “%(text)s”.") % {"text": shown(cell)},
                             table.address(number, at))  # fmt: skip


def readable(cell, is_unresolved):
    if is_unresolved:
        return Broken(_("Công thức chưa có kết quả. Mở tệp bằng Excel, lưu lại, hoặc dán giá trị thay công thức."))
    return Broken(cell.message) if isinstance(cell, CellError) else cell


def refuse_hidden(table, sheet, head):
    """Data that nobody sees, or that one cell seems to say for several rows, is not taken."""
    numbers = {row.number for row in table.rows}
    for number in sorted(sheet.hidden_rows & numbers):
        raise Unreadable(_("Dòng này bị ẩn (hoặc bị lọc). Bỏ ẩn rồi tải lên lại."), table.address(number, 1))
    places = {at for _key, at in table.heads} if table.rows else set()  # what is empty there would be cleared
    for at in sorted(sheet.hidden_columns & places):
        raise Unreadable(_("Cột này bị ẩn. Bỏ ẩn rồi tải lên lại."), table.address(head.rows[0], at))
    ordered = sorted(numbers)
    for top, left, bottom, right in sheet.merged:
        if (bottom, right) != (top, left) and bisect_left(ordered, top) < bisect_right(ordered, bottom):
            raise Unreadable(_("Ô bị gộp trong phần số liệu. Tách ô rồi tải lên lại."), table.address(top, left))
