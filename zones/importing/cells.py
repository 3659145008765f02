"""One cell as a person or a program filled it in → the value that it surely is. Pure.

Whatever can be understood in two ways is refused with a question, never guessed; Unclear says so in the words of the
office. Empty cells are None; "–" and "-" stand for nothing in every column but those of free text."""

import datetime
import re
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.text import clean_text, fold
from zones.forms.facts import end_of_month
from zones.importing.letters import GARBLED, trouble
from zones.importing.reading import Percent
from zones.models.fact import Precision

DASHES = ("", "-", "–", "—")
DASH = re.compile(r"\s*[-\u2010-\u2015\u2212\ufe63\uff0d]\s*")
AS_EXCEL_SHOWS = Context(prec=15)  # a binary number has noise behind its 15th digit
YES = {"co", "yes", "true", "x", "dung", "1"}
NO = {"khong", "no", "false", "sai", "0"}
NUMBER = re.compile(r"[-+−]?[0-9][0-9., ]*")
YEARS = range(1800, 2200)


class Unclear(ValueError):
    """A cell that cannot be read for sure; its text says why and how to write it. `key`: the column it stands in;
    `either`: what it could mean."""

    def __init__(self, message, key="", either=()):
        super().__init__(str(message))
        self.key, self.either = key, either


@dataclass(frozen=True)
class Broken:
    """A cell without a value of its own: a formula's error, or a formula that was never worked out."""

    message: str


def is_empty(value):
    return value is None or (isinstance(value, str) and not value.strip())


def is_nothing(value):
    """Nothing stands here: an empty cell or a dash."""
    return value is None or (isinstance(value, str) and value.strip() in DASHES)


def refuse_broken(value):
    if isinstance(value, Broken):
        raise Unclear(value.message)


def read_text(value, *, lines=False):
    """Free text through the gate; numbers and days in a column of text as a person would write them."""
    refuse_broken(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime.datetime) and value.time() == datetime.time.min:
        value = value.date()
    if isinstance(value, datetime.date):
        return f"{value:%d/%m/%Y}"
    if value:
        refuse_letters(value)
    try:
        return clean_text(value or "", lines=lines)
    except ValidationError as problem:
        raise Unclear(" ".join(problem.messages)) from None


def refuse_letters(text):
    """Letters that are lost, or typed for a font of old, are never stored and never turned into others."""
    if not (font := trouble(text)):
        return
    if font == GARBLED:
        raise Unclear(_("Chữ bị hỏng dấu: “%(text)s”. Lưu lại tệp dạng xlsx, phông Unicode.") % {"text": shown(text)})
    words = _("Chữ gõ theo phông cũ %(font)s: “%(text)s”. Chuyển sang Unicode (UniKey: Ctrl+Shift+F6) rồi tải lên lại.")
    raise Unclear(words % {"font": font, "text": shown(text)})


def read_sign(value):
    """A number or code of a document: text as it is written. What a spreadsheet made a day of is not known any more."""
    if isinstance(value, datetime.date):
        raise Unclear(_("Bảng tính đã đổi ô này thành ngày. Định dạng ô là văn bản rồi ghi lại số, ký hiệu."))
    return read_text(value)


def read_digits(value):
    """A sign that may begin with a zero: a number in the cell no longer says whether it did."""
    if isinstance(value, Decimal):
        text = read_text(value)
        raise Unclear(
            _("Ô là số %(text)s nên có thể đã mất số 0 ở đầu. Định dạng ô là văn bản rồi ghi lại.") % {"text": text},
            either=(text,),
        )
    return read_sign(value)


def read_number(value, units=()):
    """An exact number. Text: 1.234,5 · 1 234,5 · 1,234.5 · 27,2 ha when `units` holds the unit; 1.234 is asked back."""
    refuse_broken(value)
    if isinstance(value, Percent):
        if "%" not in units:
            raise Unclear(_("Ô này ghi theo %; cột này không tính theo %."))
        return AS_EXCEL_SHOWS.multiply(value, Decimal(100))
    if isinstance(value, Decimal):
        return AS_EXCEL_SHOWS.plus(value) if value.is_finite() else refuse_number(value)
    if not isinstance(value, str):
        return refuse_number(value)
    text = without_unit(" ".join(value.split()), units)
    if not NUMBER.fullmatch(text):
        refuse_number(value)
    try:
        return Decimal(plain_digits(text.replace("−", "-"), value, units))
    except InvalidOperation:
        return refuse_number(value)


def same_number(one, other):
    """Equal as far as a spreadsheet can tell them apart."""
    return one == other or AS_EXCEL_SHOWS.plus(one) == AS_EXCEL_SHOWS.plus(other)


def refuse_number(value):
    raise Unclear(_("“%(text)s” không phải là một số; cần dạng 1.234,5.") % {"text": shown(value)})


def without_unit(text, units):
    """`units` as the head of the column spells them: folded."""
    written = fold(text).replace("m2", "m²")
    for unit in sorted(filter(None, units), key=len, reverse=True):
        if written.endswith(fold(unit)):
            return text[: -len(unit)].rstrip()
    return text


def plain_digits(text, value, units=()):
    """The number with a point before its decimals and nothing between its thousands."""
    marks = re.sub(r"[\d+-]", "", text)
    last = max(text.rfind("."), text.rfind(","))
    whole, part = (text[:last], text[last + 1 :]) if last >= 0 else (text, "")
    kinds = set(marks)
    if last >= 0 and marks.count(text[last]) > 1:  # 1.234.567: thousands, no decimals
        whole, part, kinds = text, "", kinds
        if len(kinds) > 1:
            refuse_number(value)
    elif last >= 0 and len(kinds) == 1 and "°" not in units and could_be_thousands(whole, part):
        raise Unclear(
            _("“%(text)s” là %(thousands)s hay %(decimal)s? Ghi %(thousands)s, hoặc %(decimal)s0.")
            % {"text": shown(value), "thousands": whole + part, "decimal": f"{whole},{part}"},
            either=(Decimal(whole + part), Decimal(f"{whole}.{part}")),
        )
    inner = set(re.sub(r"[\d+-]", "", whole))
    if len(inner) > 1 or " " in part or (last >= 0 and part == "" and text[last:] in (".", ",")):
        refuse_number(value)
    if inner and not re.fullmatch(rf"[-+]?\d{{1,3}}({re.escape(inner.pop())}\d{{3}})+", whole):
        refuse_number(value)
    digits = re.sub(r"[., ]", "", whole)
    return f"{digits}.{part}" if part else digits


def could_be_thousands(whole, part):
    return bool(re.fullmatch(r"[-+]?[1-9]\d{0,2}", whole)) and len(part) == 3


def read_integer(value, units=()):
    """A whole number; 1.200 can only mean 1200 here, while 5.000 could be 5."""
    try:
        number = read_number(value, units)
    except Unclear as why:
        whole = [number for number in why.either if number == number.to_integral_value()]
        if len(whole) != 1:
            raise
        number = whole[0]
    if number != number.to_integral_value():
        raise Unclear(_("“%(text)s” phải là số nguyên.") % {"text": shown(value)})
    return int(number)


def read_day(value):
    """(day, Precision): cells of days; dd/mm/yyyy; 2026-11-22. tháng 4/2016, quý III/2026, 2017 give the last day."""
    refuse_broken(value)
    if isinstance(value, datetime.datetime):
        if value.time() != datetime.time.min:
            raise Unclear(_("“%(text)s” có cả giờ; chỉ ghi ngày.") % {"text": shown(value)})
        return in_range(value.date(), value), Precision.DAY
    if isinstance(value, datetime.date):
        return in_range(value, value), Precision.DAY
    if isinstance(value, Decimal) and value == value.to_integral_value() and int(value) in YEARS:
        return datetime.date(int(value), 12, 31), Precision.YEAR
    if not isinstance(value, str):
        raise Unclear(
            _("“%(text)s” không phải là ngày; định dạng ô là ngày, hoặc ghi dd/mm/yyyy.") % {"text": shown(value)}
        )
    return read_day_text(" ".join(value.split()), value)


def read_day_text(text, value):
    for shape, meant in DAYS:
        if match := re.fullmatch(shape, fold(text), re.ASCII):
            try:
                day, precision = meant(*match.groups())
            except ValueError:
                break
            return in_range(day, value), precision
    raise Unclear(_("Không đọc được ngày “%(text)s”; cần dạng 31/12/2025 (năm đủ bốn số).") % {"text": shown(value)})


def one_day(day, month, year):
    return datetime.date(int(year), int(month), int(day)), Precision.DAY


def month_end(month, year):
    return end_of_month(int(year), int(month)), Precision.MONTH


def quarter_end(quarter, year):
    number = ROMAN.get(quarter) or int(quarter)
    return end_of_month(int(year), number * 3), Precision.QUARTER


def year_end(year):
    return datetime.date(int(year), 12, 31), Precision.YEAR


ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
DAYS = (  # folded text → what it means
    (r"(\d{1,2}) ?[/.-] ?(\d{1,2}) ?[/.-] ?(\d{4})(?: 0?0:00(?::00)?)?", one_day),
    (r"(?:ngay )?(\d{1,2}) thang (\d{1,2}) nam (\d{4})", one_day),
    (r"(\d{4})[-/](\d{2})[-/](\d{2})(?:[t ]0?0:00(?::00)?)?", lambda year, month, day: one_day(day, month, year)),
    (r"(?:thang |t ?)?(\d{1,2})(?: ?[/-] ?| nam )(\d{4})", month_end),
    (r"(?:q|quy) ?([1-4]|iv|i{1,3})(?: ?[/-] ?| nam )(\d{4})", quarter_end),
    (r"(?:nam )?(\d{4})", year_end),
)


def in_range(day, value):
    if day.year not in YEARS:
        raise Unclear(_("Năm của “%(text)s” không thể đúng.") % {"text": shown(value)})
    return day


def read_yesno(value):
    refuse_broken(value)
    if isinstance(value, bool):
        return value
    word = fold(str(value).strip()) if isinstance(value, (str, Decimal)) else ""
    if word in YES or word in NO:
        return word in YES
    raise Unclear(_("“%(text)s” không phải là Có hay Không.") % {"text": shown(value)})


def read_choice(value, words):
    """One of the allowed values; `words`: folded label or code → value."""
    refuse_broken(value)
    found = words.get(folded(value))
    if found is None:
        raise Unclear(_("“%(text)s” không có trong danh sách các giá trị được phép.") % {"text": shown(value)})
    return found


def folded(value):
    """How a cell is looked up: `spelling` of its text."""
    return spelling(read_text(value))


def spelling(text):
    """A text without case, tone marks, doubled spaces and kinds of dashes."""
    return " ".join(DASH.sub("-", fold(text)).split())


def shown(value):
    """The cell as a message quotes it."""
    text = read_text(value) if not isinstance(value, (str, Broken)) else str(value)
    text = " ".join(text.split())
    text = "".join(char if char.isprintable() else "�" for char in text)
    return text if len(text) <= 60 else f"{text[:59]}…"
