"""What stands above a notice: number and symbol, kind, day, issuer, who concluded and when the meeting was."""

import re
from collections.abc import Callable
from datetime import date

from .agencies import city_of
from .agency_words import CAPITAL
from .letters import Source, key_of
from .shapes import Head, Quoted

REACH = 4000  # letters that are looked at
NUMBER = re.compile(
    r"(?:(?:^|\n)số ?:? ?|số ?: ?)(?P<value>\d{1,6} ?/ ?(?:\d{4} ?/ ?)?[a-zđ][a-zđ&]*(?:[-/][a-zđ&0-9]+){0,3})(?!\w)"
)
LONE_NUMBER = re.compile(r"(?<![\w/])(?<!số )(?P<value>\d{1,6}/(?:tb|ct|kh|cv|qđ|kl|ubnd|vp)(?:-[a-zđ&]+){0,3})(?!\w)")
KIND = re.compile(
    r"(?:^|\n) ?(?P<value>thông báo|chỉ thị|kế hoạch|công văn|quyết định|kết luận|công điện|nghị quyết)(?= |\n|$)"
)
ISSUED = re.compile(
    r"(?:(?:hà nội|hồ chí minh|hcm),? ?|(?:^|\n)[^\W\d_][^\n\d,;:]{2,30}, ?)ngày ?(?P<d>\d{1,2})"
    r"(?: ?tháng | ?[/.-] ?)(?P<m>\d{1,2})(?: ?năm | ?[/.-] ?)(?P<y>\d{4})"
)
PLAIN_DAY = re.compile(r"(?<!\d)(?P<d>\d{1,2})(?: ?[/.-] ?| tháng )(?P<m>\d{1,2})(?: ?[/.-] ?| năm )(?P<y>\d{4})(?!\d)")
ISSUER = re.compile(
    r"(?:văn phòng )?(?:ủy ban nhân dân|ubnd|chính phủ|thủ tướng chính phủ|ban quản lý [^\n]{5,90}|sở [^\n,;]{4,40})"
    r"(?:[ \n](?:thành phố|tp\.?|tỉnh|huyện|xã|phường)[ \n]?(?:hà nội|hồ chí minh|[^\n,;:]{2,20}?(?=\n| số|$)))?"
)
MOTTO = re.compile(r"cộng h[òo][àa]? xã hội chủ nghĩa việt nam|độc lập ?- ?tự do ?- ?hạnh phúc")
ROLE = (
    r"(?:phó )?(?:chủ tịch|thủ tướng|trưởng ban|bộ trưởng)(?: thường trực)?(?: (?:ubnd|ủy ban nhân dân"
    r"|chính phủ))?(?: (?:thành phố|tp))?(?: (?:hà nội|hồ chí minh))?"
)
NAME = rf"(?![{CAPITAL}]{{2}})[{CAPITAL}][\w]*(?: [{CAPITAL}][\w]*){{1,4}}"
CONCLUDING = [
    re.compile(
        rf"(?i:(?:đồng chí|đ/c|ông|bà)) (?P<value>{NAME})(?:,| -|-| –)? (?i:(?:ủy viên|phó bí"
        rf" thư)[^\n.;]{{0,80}}?)?(?i:{ROLE})"
    ),
    re.compile(rf"(?i:{ROLE})(?:,? (?i:đồng chí|ông|bà))?,? (?P<value>{NAME})"),
    re.compile(rf"(?i:kết luận của (?:đồng chí |ông |bà )?)(?P<value>(?i:{ROLE})|{NAME})"),
]
MEETING = [
    re.compile(
        r"(?:^|\n|\. ?)(?:sáng |chiều )?ngày (?P<day>[^\n;]{8,30}?)(?:,| tại|\().{0,200}?(?:họp"
        r"|hội nghị|làm việc|kiểm tra)"
    ),
    re.compile(
        r"(?:cuộc họp|hội nghị|phiên họp|buổi làm việc|buổi họp|họp)(?: [^\n;.]{0,80}?)? ngày (?P<day>[^\n;]{8,30})"
    ),
]


def day_of(found: re.Match[str] | None) -> date | None:
    try:
        return date(int(found["y"]), int(found["m"]), int(found["d"])) if found else None
    except ValueError:
        return None


def quote(source: Source, value: str | date | None, span: tuple[int, int]) -> Quoted | None:
    return Quoted(value, source.quote(*span), source.span(*span)) if value else None


def number(source: Source, key: str) -> Quoted | None:
    found = NUMBER.search(key[:1500]) or LONE_NUMBER.search(key[:300])
    if found is None:
        return None
    span = found.span("value")
    return quote(source, source.text[slice(*span)].replace(" ", ""), span)


def kind(source: Source, key: str) -> Quoted | None:
    for found in KIND.finditer(key):
        start, end = found.span("value")
        if source.text[start:end].isupper() or key[end : end + 1] in ("", "\n"):
            return quote(source, found["value"].capitalize(), (start, end))
    return None


def issued(source: Source, key: str) -> Quoted | None:
    found = ISSUED.search(key[:2000])
    if found is None:
        return None
    return quote(source, day_of(found), (found.start() + found[0].rindex("ngày"), found.end()))


def issuer(source: Source, key: str) -> Quoted | None:
    """The body in the upper left corner; the motto beside it is passed over."""
    beside = MOTTO.sub(lambda found: "\u2400" * len(found[0]), key[:600])
    text = re.sub(r" *\u2400+| (?=\n)", "", beside)
    found = ISSUER.match(text.lstrip())
    if found is None or not source.text[: max(1, len(key) - len(key.lstrip()) + 3)].strip()[:2].isupper():
        return None
    end = 0
    for word in found[0].split():
        end = beside.index(word, end) + len(word)
    start = beside.index(found[0].split()[0])
    city = {"hn": "Hà Nội", "hcm": "Hồ Chí Minh"}.get(city_of(key[:600]), "")
    name = " ".join(found[0].split())
    named = name if not city or key_of(city) in name or "thành phố" not in name else f"{name} {key_of(city)}"
    return quote(source, named.upper(), (start, end))


def concluding(source: Source, key: str) -> Quoted | None:
    for rule in CONCLUDING:
        if found := rule.search(source.text[:REACH]):
            return quote(source, found["value"], found.span("value"))
    return None


def meeting(source: Source, key: str) -> Quoted | None:
    for rule in MEETING:
        for found in rule.finditer(key):
            day = PLAIN_DAY.match(key, found.start("day"))
            if day and (on := day_of(day)):
                return quote(source, on, day.span())
    return None


TITLE = re.compile(r"(?:\n(?!\d|[-+a-zIVX][.) ])[^\n]{1,400}(?<![.;:])(?=\n)){1,2}")
FIRST_ITEM = re.compile(r"^(?:\d{1,2}|[IVX]{1,4}|[a-c])[.)] |^[-+–] ", re.MULTILINE)
PARTS: dict[str, Callable[[Source, str], Quoted | None]] = {
    "number": number,
    "kind": kind,
    "issued_on": issued,
    "issuer": issuer,
    "concluding": concluding,
    "meeting_on": meeting,
}


def head(source: Source) -> Head:
    """The head of a notice whose lines are joined."""
    key = source.key[:REACH]
    return Head(**{name: part(source, key) for name, part in PARTS.items()})


def end_of_head(source: Source) -> int:
    """Where the letterhead ends in the even text: behind the number, the day and the kind above the first items."""
    key = source.key[:REACH]
    first = FIRST_ITEM.search(source.text)
    limit = first.start() if first else REACH
    ends = [0]
    for found in (NUMBER.search(key[:1500]), ISSUED.search(key[:1500])):
        ends += [found.end()] if found else []
    for found in KIND.finditer(key):
        if source.text[slice(*found.span("value"))].isupper():
            title = TITLE.match(source.text, key.find("\n", found.end()))
            ends += [found.end(), title.end() if title else 0]
    return max(end for end in ends if end <= limit)
