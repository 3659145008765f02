"""Industrial zones named in a text: a kind ("KCN", "các CCN:") and one or more names, looked up in the register."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from .agency_words import CAPITAL
from .letters import Source, key_of, read
from .shapes import Named, Zone

KINDS = {  # the kind of a zone and how it is written
    "KCNC": r"khu công nghệ cao|khu cnc|kcnc",
    "KCX": r"khu chế xuất|kcx",
    "KCN": r"khu công nghiệp|khu cn|kcn",
    "CCN": r"cụm công nghiệp|cụm cn|ccn|cụm",
}
MODIFIER = (
    r"(?:(?:làng nghề|tập trung|sạch|hỗ trợ|thực phẩm|cơ khí(?! ô tô)|cơ kim khí|đồ mộc dân dụng"
    r"|chuyên sâu|thị trấn|sinh học|vừa và nhỏ) )*"
)
KIND = re.compile(
    r"(?<!\w)(?:các |dự án |hai |ba |0?\d )?(?:"
    + "|".join(f"(?P<{kind}>{forms})" for kind, forms in KINDS.items())
    + r")(?!\w)(?: (?:mới|sau|gồm))?:? (?=\S)"
)
KIND_OF_NAME = re.compile("|".join(f"(?P<{kind}>{forms})" for kind, forms in KINDS.items()))
CUT = re.compile(r"[^\w]+")
WORD = re.compile(r"\w+")
ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5"}
PHASE = re.compile(
    r"(?: (?:giai đoạn|gđ))? (?:[ivx]{1,3}|\d)$| giai đoạn (?:[ivx]+|\d)|(?: khu [ab])$| mở rộng| mới$| toàn khu"
)
BETWEEN = re.compile(r"(?P<sep>, (?:và )?| và |; )")
MORE_NUMBERS = re.compile(r"(?:, (?:và )?| và )(?P<number>[ivx]{1,3}|\d)(?![\w./]| (?:ha|tháng|ngày|năm|cụm|khu|dự))")
TAIL = re.compile(
    r" (?:giai đoạn|gđ) ?(?:[ivx]{1,3}|\d)(?!\w)| mở rộng(?!\w)| (?:[ivx]{1,3}|\d)(?![\w./%]| ?(?:ha|tháng|năm|ngày))"
)
UNKNOWN = re.compile(rf"(?:[{CAPITAL}][\w]*)(?: (?:- )?(?:[{CAPITAL}][\w]*|\d(?!\d))){{0,4}}")
NOT_NAMES = re.compile(
    r"(?:thành phố|tp|hà nội|việt nam|sở|ubnd|ủy|ban|viện|bộ|kcn|ccn|kcx|nhà nước|nghị|luật"
    r"|trung ương|công|văn|giao|đề|yêu|trong|căn|theo|về|đối)(?!\w)"
)
SKIPPED = re.compile(MODIFIER)
ACRONYM = re.compile(r"(?<!\w)(?:[A-Z]{4,}|HaBiotech)(?: I{1,3}(?!\w))?")
LONGEST = 8  # words in a name


@dataclass(frozen=True)
class ZoneMention:
    start: int
    end: int
    codes: tuple[str, ...]
    loose: bool = False


def words_of(key: str) -> tuple[str, ...]:
    """The words of a name for comparing; I and 1 are the same number."""
    return tuple(ROMAN.get(word, word) for word in WORD.findall(key))


def names_of(name: str) -> Iterator[tuple[str, int]]:
    """Ways to write the name of a zone, without its kind: 0 in full, 1 shortened, 2 without its number or phase."""
    full = key_of(read(name).text)
    kind = KIND_OF_NAME.match(full)
    core = full[kind.end() :].strip() if kind else full
    outside = re.sub(r"\s*\([^()]*\)", "", core)
    forms = [
        (core, 0),
        (outside, int(outside != core)),
        *((first[0], 1) for first in re.finditer(r"^(?:tập trung )?cn\d", core)),
    ]
    original = name[len(name) - len(full) :]
    for inside in re.findall(r"\(([^()]*)\)", original):
        if re.search(r"[A-Z]{3}|[a-z][A-Z]", inside) or outside in key_of(inside):
            forms.append((key_of(inside), 0))
        if key_of(inside).startswith("giai đoạn "):  # "Hiệp Phước 3 (giai đoạn 3)" is Hiệp Phước giai đoạn 3
            forms.append((f"{PHASE.sub('', outside)} {key_of(inside)}", 1))
    for form, level in list(forms):
        short = re.sub(rf"^{MODIFIER}", "", form)
        forms += [
            (short, max(level, 1)),
            (PHASE.sub("", short).strip(" -"), 2),
            (short.split(" (")[0].split(" - giai")[0], 1),
        ]
        forms.append((re.sub(r" giai đoạn ", " ", short), 1))
    yield from forms


@dataclass
class Atlas:
    """The zones of the register by kind and by the words of their names."""

    zones: Sequence[Zone]
    by_words: dict[tuple[str, tuple[str, ...]], dict[int, set[str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names = {zone.code: zone.name for zone in self.zones}
        found: dict[tuple[str, tuple[str, ...]], dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        for zone in self.zones:
            kind = KIND_OF_NAME.match(key_of(zone.name))
            for form, level in names_of(zone.name):
                if words := words_of(form):
                    found[(kind.lastgroup or "") if kind else "", words][level].add(zone.code)
        self.by_words = dict(found)
        self.first_words = {words[0] for _kind, words in found}

    def codes(self, kind: str, words: tuple[str, ...]) -> tuple[str, ...]:
        """The zones that a name may mean: those so named in full, else those whose shortened name it is."""
        levels = self.by_words.get((kind, words), {})
        return tuple(sorted(levels[min(levels)])) if levels else ()

    def longest(self, source: Source, kind: str, start: int) -> tuple[int, tuple[str, ...]]:
        """The end and codes of the longest name of a zone that stands at `start`; no codes when there is none."""
        first = WORD.match(source.key, start)
        if first is None or ROMAN.get(first[0], first[0]) not in self.first_words:
            return start, ()
        ends = [
            found.end() for _, found in zip(range(LONGEST), WORD.finditer(source.key, start, start + 90), strict=False)
        ]
        for end in reversed(ends):
            written = source.key[start:end]
            if not re.search(r"[,;:\n]|\. ", written) and (codes := self.codes(kind, words_of(written))):
                return end, codes
        return start, ()

    def more_numbers(self, source: Source, kind: str, mention: ZoneMention) -> Iterator[ZoneMention]:
        """ "Phạm Văn Hai I, II": a number alone repeats the name before it."""
        base = words_of(source.key[mention.start : mention.end])
        while base[-1].isdigit() and (found := MORE_NUMBERS.match(source.key, mention.end)):
            codes = self.codes(kind, (*base[:-1], *words_of(found["number"])))
            if not codes:
                return
            mention = ZoneMention(found.start("number"), found.end(), codes)
            yield mention

    def one(self, source: Source, kind: str, start: int) -> ZoneMention | None:
        """The zone named at `start`; one that the register does not know has no codes."""
        end, codes = self.longest(source, kind, start)
        if not codes and (skipped := SKIPPED.match(source.key, start)):
            start = skipped.end()
            end, codes = self.longest(source, kind, start)
        if codes and source.text[start:end] != source.key[start:end]:
            tail = TAIL.match(source.key, end)
            return ZoneMention(start, tail.end() if tail else end, codes, bool(tail))
        found = UNKNOWN.match(source.text, start)
        if found is None or NOT_NAMES.match(source.key, start):
            return None
        return ZoneMention(start, found.end(), ())

    def mentions(self, source: Source) -> list[ZoneMention]:
        mentions: list[ZoneMention] = []
        for found in KIND.finditer(source.key):
            kind, place = found.lastgroup or "", found.end()
            if mentions and found.start() < mentions[-1].end:
                continue
            while mention := self.one(source, kind, place):
                if not mention.codes and place != found.end():
                    break
                mentions.append(mention)
                mentions += self.more_numbers(source, kind, mention)
                between = BETWEEN.match(source.key, mentions[-1].end)
                if between is None:
                    break
                place = between.end()
        taken = {place for mention in mentions for place in range(mention.start, mention.end)}
        for found in ACRONYM.finditer(source.text):
            codes = {code for kind in KINDS for code in self.codes(kind, words_of(key_of(found[0])))}
            if codes and found.start() not in taken:
                mentions.append(ZoneMention(found.start(), found.end(), tuple(sorted(codes))))
        return sorted(mentions, key=lambda mention: mention.start)

    def named(self, source: Source, mention: ZoneMention) -> tuple[Named, list[str]]:
        written = source.quote(mention.start, mention.end)
        told = {"name": " ".join(written.split())}
        names = ", ".join(self.names[code] for code in mention.codes)
        one = mention.codes[0] if len(mention.codes) == 1 and not mention.loose else None
        doubts = {
            "none": [_("“%(name)s” không có trong danh mục khu, cụm công nghiệp.") % told],
            "many": [_("“%(name)s” có thể là: %(names)s.") % (told | {"names": names})],
            "one": [],
        }["one" if one else "many" if mention.codes else "none"]
        return Named(one, written, source.span(mention.start, mention.end), () if one else mention.codes), doubts
