"""The one gate for text: what may be stored, and how names are folded for search and sorting. Pure."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

# Controls (but tab and newline), lone surrogates, bidi controls and non-characters.
FORBIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    + "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(0x11))
    + "]"
)
SPACES = re.compile(r"[^\S\n]+")
ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
RANK = {char: f"{place:02}" for place, char in enumerate(f" 0123456789{ALPHABET}", start=1)}
TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng
SORT_KEY_LENGTH = 600


class Signs(dict[int, str | None]):
    """A table for str.translate that works out what becomes of a sign when it meets it for the first time."""

    def __init__(self, becomes: Callable[[str], str | None]) -> None:
        super().__init__()
        self.becomes = becomes

    def __missing__(self, code: int) -> str | None:
        self[code] = self.becomes(chr(code))
        return self[code]


WITHOUT_MARKS = Signs(lambda char: None if unicodedata.combining(char) else char)
WITHOUT_TONES = Signs(lambda char: None if char in TONES else char)
RANKS = Signs(lambda char: RANK.get(char, "99"))
TONES_ONLY = Signs(lambda char: str(TONES.find(char) + 1) if char in TONES or not unicodedata.combining(char) else None)


def clean_text(value: str, *, lines: bool = False) -> str:
    """`value` in NFC with runs of spaces made one; ValidationError names the first forbidden character.

    With `lines` the line breaks stay (at most two in a row), otherwise they become spaces."""
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    if found := FORBIDDEN.search(text):
        raise ValidationError(
            _("Có ký tự không dùng được trong văn bản: U+%(code)s."), "forbidden", {"code": f"{ord(found[0]):04X}"}
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
    return unicodedata.normalize("NFC", decomposed.translate(WITHOUT_MARKS))


def sort_key(value: str) -> str:
    """A key that sorts like a Vietnamese dictionary: by letters, then by tones, numbers by value.

    'Thạch' comes before 'Thanh', 'CN2' before 'CN10'. All digits, so that every collation sorts keys alike."""
    text = unicodedata.normalize("NFD", re.sub(r"\d+", lambda number: number.group().zfill(6), value.lower()))
    letters = unicodedata.normalize("NFC", text.translate(WITHOUT_TONES))
    return (letters.translate(RANKS) + "00" + text.translate(TONES_ONLY))[:SORT_KEY_LENGTH]


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
