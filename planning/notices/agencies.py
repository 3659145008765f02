"""Agencies named in a text: found by how offices write them, then looked up in the register."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from .agency_words import (
    ALONE,
    BOARD,
    BODIES,
    CAPITAL,
    CITY,
    CITY_RULE,
    COLLECTIVE,
    FIELD,
    FIELDS,
    LEVELS,
    NAMED_BODY,
    NEAR,
    PARK,
    PERSON,
    PLACE,
    TODAY,
    UBND,
)
from .letters import Source, key_of, read
from .shapes import Agency, Named

KINDS = [  # (kind, pattern on the even key); the first that fits wins
    ("office", rf"(?:văn phòng|vp) (?:hđnd(?: và|,) )?{UBND}(?! (?:các )?(?:{LEVELS})(?!\w)){CITY}"),
    ("group", rf"{UBND} (?:các )?(?:{LEVELS})(?:, (?:{LEVELS})|,? và (?:{LEVELS}))+(?: liên quan{NEAR})?"),
    ("local", rf"{UBND} ?(?:các )?(?P<level>{LEVELS})(?!\w)"),
    ("field", rf"(?:các )?(?<!cơ )(?<!trụ )(?P<rank>sở|bộ)(?: ngành)?:? (?P<field>{FIELD})(?!\w){CITY}"),
    ("group", COLLECTIVE),
    ("board", rf"{BOARD}(?: dự án)?(?: các)?(?P<parks>(?:(?:,| và| ?&|-)?(?: các)? ?{PARK}(?!\w)){{1,9}})"),
    ("planners", rf"viện (?:quy hoạch|qh) ?(?:xây dựng|xd){CITY}|viện qhxd{CITY}"),
    ("body", rf"(?:{BODIES})(?!\w){CITY}"),
    ("ubnd", rf"{UBND}{CITY}"),
]
HIGHER = {
    "ubnd",
    "hđnd",
    "hội đồng nhân dân",
    "thành ủy",
    "thường trực thành ủy",
    "thường trực hđnd",
    "thủ tướng",
    "chính phủ",
    "ban thường vụ thành ủy",
}
MORE_FIELDS = re.compile(rf"(?:, (?:và )?| và |; | & )(?P<again>(?:sở )?(?P<field>{FIELD}))(?!\w)")
MORE_PLACES = re.compile(
    rf"(?:, (?:và )?|; | và | cùng )(?:(?i:ubnd )?(?:các )?(?i:(?P<level>{LEVELS})) )?(?P<place>{PLACE})"
)
FIRST_PLACE = re.compile(rf":? ({PLACE})")
NAMED_RULE = re.compile(rf"(?<!\w){NAMED_BODY}")
PARK_PARTS = [("cnc", r"công nghệ cao|kcnc"), ("cn", r"công nghiệp|kcn\b|\bcn\b"), ("cx", r"chế xuất|kcx|\bcx\b")]
FORMS = [(re.compile(rf"(?:{field}{'|' + short if short else ''})$"), field) for field, short in FIELDS.items()]
GROUP_RULE = re.compile(COLLECTIVE)
BOARD_REST = re.compile(rf"(?: (?:Thành phố|thành phố|[{CAPITAL}][\w.]*)){{1,5}}")
ENDS_IN_ZONE = re.compile(r"(?:kcn|ccn|kcx|khu công nghiệp|cụm công nghiệp|khu chế xuất)$")
OF_ZONE = re.compile(rf"(?: (?:- )?(?:[{CAPITAL}]\w*|\d{{1,2}}(?![\d/.%]))){{1,5}}")
CITY_END = re.compile(rf"{CITY}$")
Reader = Callable[[Source, re.Match[str], int], tuple["Name", ...]]
SHORT_NAME = re.compile(r" \((?:[^()]{0,30} là )?[\"“]?([A-ZĐ][\w&-]{2,11})[\"”]?\)")
FORMER = re.compile(r" \((?:cũ|trước đây)\)")
ACRONYM = re.compile(r"\(([A-ZĐ]{3,12})\)")


@dataclass(frozen=True)
class Name:
    """One agency as written: text[start:end], in the one form by which it is looked up, and the city said with it."""

    start: int
    end: int
    form: str
    city: str = ""


@dataclass(frozen=True)
class Mention:
    """A place in the text that names agencies: "Các Sở: Tài chính, Xây dựng" names two."""

    start: int
    end: int
    names: tuple[Name, ...]
    collective: bool = False

    @property
    def higher(self) -> bool:
        """True for bodies above the departments: they give orders and receive reports."""
        return self.names[0].form in HIGHER


def city_of(key: str) -> str:
    """ "hn" or "hcm" when exactly one of the two cities is named."""
    found = {match.lastgroup or "" for match in CITY_RULE.finditer(key)}
    return found.pop() if len(found) == 1 else ""


def field_form(written: str) -> str:
    return next((field for pattern, field in FORMS if pattern.match(written)), written)


def more(rule: re.Pattern[str], subject: str, place: int) -> Iterator[re.Match[str]]:
    while found := rule.match(subject, place):
        yield found
        place = found.end()


def fields_of(source: Source, found: re.Match[str], start: int) -> tuple[Name, ...]:
    """ "Sở Tài chính", "Các Sở: Tài chính, Xây dựng": later fields count only with a capital."""
    rank = found["rank"]
    if rank == "bộ" and not source.text[found.start("rank")].isupper():
        return ()
    first = found.start("field" if ":" in found[0] else "rank")
    names = [Name(first, found.end(), f"{rank} {field_form(found['field'])}", city_of(found[0]))]
    for again in more(MORE_FIELDS, source.key, found.end()):
        field = field_form(again["field"])
        if not source.text[again.start("field")].isupper() or field in ("công an", "quốc phòng"):
            break
        names.append(Name(again.start("again"), again.end(), f"{rank} {field}", names[0].city))
    return tuple(names)


def locals_of(source: Source, found: re.Match[str], start: int) -> tuple[Name, ...]:
    """ "UBND huyện Gia Lâm", "UBND các huyện: Sóc Sơn, Đông Anh và thị xã Sơn Tây"; none when no place is named."""
    level, place = found["level"], FIRST_PLACE.match(source.text, found.end())
    if place is None:
        return ()
    names = [Name(start, place.end(), f"ubnd {level} {key_of(place[1])}")]
    for again in more(MORE_PLACES, source.text, place.end()):
        level = key_of(again["level"]) if again["level"] else level
        first = again.start("level") if again["level"] else again.start("place")
        names.append(Name(first, again.end(), f"ubnd {level} {key_of(again['place'])}"))
    return tuple(names)


def bodies_of(source: Source, found: re.Match[str], start: int) -> tuple[Name, ...]:
    form = bare(source.key[start : found.end()])
    if form in ALONE and form == source.key[start : found.end()]:
        return ()
    return (Name(start, found.end(), "thủ tướng" if form.startswith("thủ tướng") else form, city_of(found[0])),)


def one_of(form: str) -> Reader:
    return lambda source, found, start: (Name(start, found.end(), form, city_of(found[0])),)


def boards_of(source: Source, found: re.Match[str], start: int) -> tuple[Name, ...]:
    end = found.end()
    rest = BOARD_REST.match(source.text, end)
    form = "ban quản lý " + "+".join(part for part, pattern in PARK_PARTS if re.search(pattern, found["parks"]))
    if rest:
        key = key_of(rest[0]).strip()
        form += "" if city_of(key) or key.startswith(("thành phố", "tp")) else f" {key}"
        end = rest.end()
    return (Name(start, end, form, city_of(source.key[start:end])),)


def as_written(source: Source, found: re.Match[str], start: int) -> tuple[Name, ...]:
    """A name in the words of the text; with the zone behind it, whose developer it is ("chủ đầu tư KCN Đông Anh")."""
    end = found.end()
    if ENDS_IN_ZONE.search(source.key, start, end) and (zone := OF_ZONE.match(source.text, end)):
        end = zone.end()
    return (Name(start, end, source.key[start:end]),)


def bare(key: str) -> str:
    """A name without the city behind it."""
    return CITY_END.sub("", key)


READERS: dict[str, Reader] = {
    "literal": as_written,
    "office": one_of("văn phòng ubnd"),
    "local": locals_of,
    "field": fields_of,
    "group": as_written,
    "board": boards_of,
    "planners": one_of("viện quy hoạch xây dựng"),
    "body": bodies_of,
    "ubnd": one_of("ubnd"),
}


class Finder:
    """Finds agencies in a text; `literal` are names of the register that no general way of writing covers."""

    def __init__(self, literal: Sequence[str] = ()) -> None:
        self.literal = set(literal)
        names = "|".join(map(re.escape, sorted(literal, key=len, reverse=True)))
        kinds = [("literal", names)] * bool(names) + KINDS
        self.kinds = [kind for kind, _rule in kinds]
        parts = "|".join(f"(?P<k{place}>{rule})" for place, (_kind, rule) in enumerate(kinds))
        self.rule = re.compile(rf"(?<!\w){PERSON}(?:{parts})(?!\w)")

    def at(self, source: Source, found: re.Match[str]) -> Mention | None:
        group = found.lastgroup or "k0"
        kind, start = self.kinds[int(group[1:])], found.start(group)
        names = READERS[kind](source, found, start)
        if not names and kind == "local":
            whole = GROUP_RULE.match(source.key, start)
            end = whole.end() if whole else found.end()
            return Mention(found.start(), end, (Name(start, end, source.key[start:end]),), collective=True)
        return Mention(found.start(), names[-1].end, names, kind == "group") if names else None

    def with_brackets(self, source: Source, mention: Mention) -> Mention:
        """The mention with the brackets behind it: "(cũ)" belongs to the name, "(HEPZA)" says better who is meant."""
        if former := FORMER.match(source.text, mention.end):
            last = replace(mention.names[-1], end=former.end()) if mention.names else None
            names = (*mention.names[:-1], last) if last else ()
            return replace(mention, end=former.end(), names=names)
        found = SHORT_NAME.match(source.text, mention.end)
        if found is None or mention.collective:
            return mention
        short, last = key_of(found[1]), mention.names[-1]
        name = Name(last.start, found.end(), short if short in self.literal else last.form, last.city)
        return Mention(mention.start, found.end(), (*mention.names[:-1], name))

    def mentions(self, source: Source) -> list[Mention]:
        """All agencies named, in their order, none inside another."""
        found, place = [], 0
        while match := self.rule.search(source.key, place):
            mention = self.at(source, match)
            mention = mention and self.with_brackets(source, mention)
            place = mention.end if mention else match.end()
            found += [mention] if mention else []
        taken = bytearray(len(source.text) + 1)
        for mention in found:
            taken[mention.start : mention.end] = b"1" * (mention.end - mention.start)
        for match in NAMED_RULE.finditer(source.text):
            start, end = match.span()
            end = start + taken[start:end].find(b"1") if b"1" in taken[start:end] else end
            if " " in source.text[start:end].strip():
                text = source.text[start:end].rstrip(" ,-&")
                found.append(Mention(start, start + len(text), (Name(start, start + len(text), key_of(text)),)))
        return sorted(found, key=lambda mention: mention.start)


class Register:
    """The agencies of the register by the forms of their names."""

    def __init__(self, agencies: Sequence[Agency]) -> None:
        plain, literal = Finder(), []
        self.agencies = {agency.code: agency for agency in agencies}
        self.cities: dict[str, str] = {}  # how codes begin → the city
        self.forms: dict[str, dict[str, str]] = defaultdict(dict)  # form → code → city
        for agency in agencies:
            city = city_of(key_of(agency.name))
            if city:
                self.cities.setdefault(agency.code.partition("-")[0], city)
            for name in (agency.name, *agency.other_names, *ACRONYM.findall(agency.name)):
                form = self.form_of(plain, read(name))
                if form is None and len(name) > 2:
                    form = read(name).key
                    literal.append(form)
                if form:
                    self.forms[form].setdefault(agency.code, city)
        self.finder = Finder(literal)

    @staticmethod
    def form_of(finder: Finder, source: Source) -> str | None:
        """The form of a registered name when the general ways cover it; "" for collective names, which name nobody."""
        found = finder.rule.match(source.key)
        mention = finder.at(source, found) if found else None
        if mention is None:
            return None
        return "" if mention.collective else mention.names[0].form

    def codes(self, name: Name, city: str) -> tuple[list[str], bool]:
        """The codes that a name may mean in a notice of this city, and whether it was matched to the letter."""
        exact = name.form in self.forms
        found = dict(self.forms.get(name.form, {}))
        if not exact and name.form.startswith("ban quản lý "):
            parts = set(name.form.removeprefix("ban quản lý ").split("+"))
            for form, codes in self.forms.items():
                if form.startswith("ban quản lý ") and parts <= set(form.removeprefix("ban quản lý ").split("+")):
                    found |= codes
        wanted = name.city or city
        unbound = not wanted or name.form in self.finder.literal
        near = [code for code, place in found.items() if unbound or not place or place == wanted]
        if not exact:
            near = [code for code in near if self.agencies[code].successor not in near]
        return near, exact

    def named(self, source: Source, name: Name, city: str, issued_on: date | None) -> tuple[Named, list[str]]:
        """An agency as it stands in the register, with doubts about it."""
        codes, exact = self.codes(name, city)
        written = source.quote(name.start, name.end)
        told = {"name": " ".join(written.split())}
        span = source.span(name.start, name.end)
        if len(codes) != 1:
            doubt = (
                _("“%(name)s” có thể là nhiều cơ quan: %(codes)s.")
                if codes
                else _("“%(name)s” không có trong danh mục cơ quan.")
            )
            named = Named(None, written, span, tuple(sorted(codes)))
            return named, [
                doubt % (told | {"codes": ", ".join(self.agencies[code].name for code in sorted(codes))}),
                *today(name, told),
            ]
        agency = self.agencies[codes[0]]
        doubts = [] if exact else [_("“%(name)s” được hiểu là %(agency)s.") % (told | {"agency": agency.name})]
        if successor := self.agencies.get(agency.successor):
            doubts.append(_("%(name)s nay là %(agency)s.") % (told | {"agency": successor.name}))
        else:
            doubts += today(name, told)
        if agency.valid_to and issued_on and issued_on > agency.valid_to:
            doubts.append(_("%(name)s không còn hoạt động khi văn bản ban hành.") % told)
        return Named(agency.code, written, span), doubts


def today(name: Name, told: dict[str, str]) -> list[str]:
    """A doubt for a department whose field went to another one."""
    rank, _space, field = name.form.partition(" ")
    if rank != "sở" or field not in TODAY:
        return []
    return [_("%(name)s nay là Sở %(field)s.") % (told | {"field": capitals(TODAY[field])})]


def capitals(field: str) -> str:
    """ "nông nghiệp và môi trường" → "Nông nghiệp và Môi trường", as offices write it."""
    return " và ".join(part.capitalize() for part in field.split(" và ")).replace("Công thương", "Công Thương")
