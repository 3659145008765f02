"""The text of a notice made even, letter by letter, with the way back to the text as given."""

import re
import unicodedata
from dataclasses import dataclass

from .shapes import Span

INVISIBLE = set("\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f")
CELL = "¦"  # stands between the cells of a table's row
LINE_ENDS = set("\n\x0b\x0c\x85\u2028\u2029")
SAME = str.maketrans("–—−‐‑‒“”’‘", '------""' + "''")
MOVED = {  # the old and the new place of a tone mark: hoà and hòa, uỷ and ủy
    old: new
    for plain, toned in {
        "oa": "oà òa oá óa oả ỏa oã õa oạ ọa",
        "oe": "oè òe oé óe oẻ ỏe oẽ õe oẹ ọe",
        "uy": "uỳ ùy uý úy uỷ ủy uỹ ũy uỵ ụy",
    }.items()
    for old, new in zip(toned.split()[::2], toned.split()[1::2], strict=True)
}
OLD_TONES = re.compile(rf"(?<!q)(?:{'|'.join(MOVED)})(?![^\W\d_])")


def key_of(text: str) -> str:
    """Lower case, one kind of dash and quote, one place for tone marks; as long as `text`, which is in NFC."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    return OLD_TONES.sub(lambda found: MOVED[found[0]], lower.translate(SAME))


@dataclass
class Source:
    """`text` is even: NFC, single spaces, no invisible signs, "\\n" between lines; `key` the same for comparing."""

    given: str
    text: str
    key: str
    starts: list[int]
    ends: list[int]

    def span(self, start: int, end: int) -> Span:
        """Where text[start:end] stands in the text as given."""
        return (self.starts[start], self.ends[end - 1]) if start < end else (0, 0)

    def quote(self, start: int, end: int) -> str:
        first, last = self.span(start, end)
        return self.given[first:last]


def sign(char: str) -> str:
    """What a sign becomes: '' for an invisible one, a line end, a space, a bullet for signs of private fonts."""
    if char in INVISIBLE:
        return ""
    if char in LINE_ENDS:
        return "\n"
    if char.isspace() or unicodedata.category(char) in ("Cc", "Cs", "Cf"):
        return " "
    return "•" if unicodedata.category(char) == "Co" else char


def cell_ends(given: str) -> set[int]:
    """Where tabs part the cells of a table: in lines with two of them or more."""
    rows = re.finditer(r"[^\t\n]+(?:\t[^\t\n]*){2,}", given) if "\t" in given else ()
    return {place for row in rows for place in range(*row.span()) if given[place] == "\t"}


def read(given: str) -> Source:
    """The even text of a notice; spaces around line ends are dropped."""
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    signs = {char: sign(char) for char in set(given)}
    cells = cell_ends(given)
    combining = {char for char in signs if unicodedata.combining(char)}
    for place, raw in enumerate(given.replace("\r\n", " \n").replace("\r", "\n")):
        char = CELL if place in cells else signs.get(raw, raw)
        if not char:
            continue
        if raw in combining and out:
            joined = unicodedata.normalize("NFC", out[-1] + char)
            if len(joined) == 1:
                out[-1] = joined
            ends[-1] = place + 1
            continue
        if char == " " and (not out or out[-1] in " \n"):
            continue
        if char == "\n" and out and out[-1] == " ":
            out.pop(), starts.pop(), ends.pop()
        for part in unicodedata.normalize("NFC", char):
            out.append(part)
            starts.append(place)
            ends.append(place + 1)
    text = "".join(out)
    return Source(given, text, key_of(text), starts, ends)
