"""One sheet of a csv file: which letters, which separator; what is not sure is refused."""

import csv
import io
import re
import unicodedata
from collections import Counter
from itertools import islice

from bounds import Refused, check_extent
from cells import text

MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
SEPARATORS = ";,\t"
HINT = "sep="  # a first line that Excel writes and reads
TONES = "\u0300\u0301\u0303\u0309\u0323"
VOWELS = "aăâeêioôơuưy"
VIETNAMESE = set("ăâđêôơư–—‘’“”…°²³ ₫×") | {
    unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES
}
SURE = 0.9  # of the lines must have the same number of fields
LOOKED_AT = 1_000  # lines, to find the separator


def read(path):
    with open(path, "rb") as file:
        written = decoded(file.read())
    hint = written.partition("\n")[0].strip()
    if hint.lower().startswith(HINT) and len(hint) == len(HINT) + 1:
        rows = records(written, hint[-1])
        rows[0] = []
    else:
        rows = records(written, separator(written))
    return [sheet(rows)]


def decoded(content):
    """The text: UTF-8, UTF-16 with its mark, or Windows-1258 when every letter of it makes sense."""
    for mark, encoding in MARKS.items():
        if content.startswith(mark):
            return strictly(content, encoding)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return windows(content)


def strictly(content, encoding):
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as broken:
        raise Refused("letters") from broken


def windows(content):
    """Windows-1258 has tone marks of its own: sure when they are used and nothing but Vietnamese letters comes out."""
    written = strictly(content, "cp1258")
    composed = unicodedata.normalize("NFC", written)
    odd = {char for char in composed.lower() if not char.isascii()} - VIETNAMESE
    if odd or len(composed) == len(written):
        raise Refused("letters")
    return composed


def separator(written):
    """The sign that cuts the lines into equally many fields; Refused when two signs do."""
    evenness = {}
    for sign in SEPARATORS:
        widths = field_counts(written, sign)
        width, times = widths.most_common(1)[0] if widths else (1, 0)
        if width > 1:
            evenness[sign] = times / widths.total()
    best = sorted(evenness, key=evenness.get, reverse=True)
    if not best or evenness[best[0]] < SURE:
        refuse_quotes(written, max(SEPARATORS, key=written.partition("\n")[0].count))
    if not best:
        return SEPARATORS[0]
    if evenness[best[0]] < SURE or (len(best) > 1 and evenness[best[1]] == evenness[best[0]]):
        raise Refused("separator")
    return best[0]


def field_counts(written, sign):
    """{number of fields: lines with as many} of the first lines; none when the quotes do not fit the sign."""
    rows = csv.reader(io.StringIO(written, newline=""), delimiter=sign, strict=True)
    try:
        return Counter(len(fields) for fields in islice(rows, LOOKED_AT) if fields)
    except csv.Error:
        return Counter()


def records(written, sign):
    rows = csv.reader(io.StringIO(written, newline=""), delimiter=sign, strict=True)
    try:
        found = list(rows)
    except csv.Error as broken:
        refuse_quotes(written, sign)
        raise Refused("quotes", row=rows.line_num, column=1, line=rows.line_num, shown="") from broken
    if '"' in written:
        refuse_swallowed(written, sign, found)
    return found


def refuse_quotes(written, sign):
    """Refuse the first quote that is not closed before the next field."""
    for place, held in quoted(written, sign):
        if held is None:
            refuse_at(written, sign, place)


def refuse_swallowed(written, sign, found):
    """Refuse a quote that closes only with the next one, so that whole lines in between would be one field."""
    width = len(found[0]) if found else 0
    for place, held in quoted(written, sign) if width > 2 else ():
        if any(line.count(sign) == width - 1 for line in held.splitlines()[1:-1]):
            refuse_at(written, sign, place)


def quoted(written, sign):
    """(place, text) of each field that begins with a quote; the text is None when the quote is not closed."""
    ends = re.escape(sign) + r"\r\n"
    field = re.compile(rf'(?:^|(?<=[{ends}]))"((?:[^"]++|"")*+("(?=[{ends}]|$))?)')
    place = 0
    while found := field.search(written, place):
        yield found.start(), found[1] if found[2] else None
        place = found.end()


def refuse_at(written, sign, place):
    """The line and the column, and how it goes on behind the quote."""
    before = written[:place].replace("\r\n", "\n").replace("\r", "\n")
    line, column = before.count("\n") + 1, before.rpartition("\n")[2].count(sign) + 1
    raise Refused("quotes", row=line, column=column, line=line, shown=written[place : place + 40].splitlines()[0])


def sheet(records):
    rows, widest = [], 0
    for place, fields in enumerate(records, start=1):
        cells = [text(field) for field in fields]
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            widest = max(widest, len(cells))
            check_extent("", place, len(cells), place * widest)
            rows.append((place, cells))
    return {"name": "", "hidden": False, "rows": rows}
