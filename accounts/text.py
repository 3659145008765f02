"""The one gate for text: what may be stored, and how names are folded for search and sorting. Pure."""

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
SPACES = re.compile(r"[^\S\n]+")
ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
RANK = {char: f"{place:02}" for place, char in enumerate(f" 0123456789{ALPHABET}", start=1)}
TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng
SORT_KEY_LENGTH = 600


def forbidden(char: str) -> bool:
    """Controls (but tab and newline), lone surrogates, bidi controls and non-characters."""
    code = ord(char)
    return (
        (code < 0x20 and char not in "\t\n")
        or 0x7F <= code <= 0x9F
        or 0xD800 <= code <= 0xDFFF
        or 0xFDD0 <= code <= 0xFDEF
        or code & 0xFFFE == 0xFFFE
        or char in BIDI
    )


def clean_text(value: str, *, lines: bool = False) -> str:
    """`value` in NFC with runs of spaces made one; ValidationError names the first forbidden character.

    With `lines` the line breaks stay (at most two in a row), otherwise they become spaces."""
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    for char in text:
        if forbidden(char):
            raise ValidationError(
                _("Có ký tự không dùng được trong văn bản: U+%(code)s."), "forbidden", {"code": f"{ord(char):04X}"}
            )
    text = unicodedata.normalize("NFC", text)
    if lines:
        text = "\n".join(SPACES.sub(" ", line).strip() for line in text.split("\n"))
        return re.sub(r"\n{3,}", "\n\n", text).strip()
    return SPACES.sub(" ", text.replace("\n", " ")).strip()


def clean_json(value: Any, depth: int = 20) -> Any:
    """The same gate for every text inside a JSON value; refuses nesting deeper than `depth`."""
    if depth == 0:
        raise ValidationError(_("Dữ liệu lồng nhau quá sâu."), "depth")
    if isinstance(value, str):
        return clean_text(value, lines=True)
    if isinstance(value, list):
        return [clean_json(item, depth - 1) for item in value]
    if isinstance(value, dict):
        return {clean_text(str(key)): clean_json(item, depth - 1) for key, item in value.items()}
    return value


def fold(value: str) -> str:
    """Lower case without tone marks, đ as d, NFC: 'Lê Minh Xuân' → 'le minh xuan'."""
    decomposed = unicodedata.normalize("NFD", value.lower().replace("đ", "d"))
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))


def sort_key(value: str) -> str:
    """A key that sorts like a Vietnamese dictionary: by letters, then by tones, numbers by value.

    'Thạch' comes before 'Thanh', 'CN2' before 'CN10'. All digits, so that every collation sorts keys alike."""
    text = unicodedata.normalize("NFD", re.sub(r"\d+", lambda number: number.group().zfill(6), value.lower()))
    letters = unicodedata.normalize("NFC", "".join(char for char in text if char not in TONES))
    tones = "".join(str(TONES.find(char) + 1) for char in text if char in TONES or not unicodedata.combining(char))
    return ("".join(RANK.get(char, "99") for char in letters) + "00" + tones)[:SORT_KEY_LENGTH]


class Gated(models.Field):
    """A text column behind the gate: cleaned by forms and API, and once more on every way into the database."""

    lines = False

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return clean_text(value, lines=self.lines) if isinstance(value, str) else value

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if isinstance(value, str):
            value = clean_text(value, lines=self.lines)
        return super().get_db_prep_save(value, connection)


class TextLine(Gated, models.CharField):
    """One line of text."""


class Prose(Gated, models.TextField):
    """Text of several lines."""

    lines = True
