"""From the text of a notice to proposed tasks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.utils.translation import gettext as _

from .agencies import Name, Register, city_of
from .deadlines import YEARS, Dated
from .drafting import TASK, UNREAD, Draft, Walk
from .head import end_of_head, head
from .layout import even_lines
from .letters import Source, read
from .role_words import ADVERBS
from .shapes import Agency, Head, Named, Passage, Proposal, Proposed, Zone
from .zone_names import Atlas, ZoneMention

COLLECTS = re.compile(r"[ ,;]*(?:để )?(?:tổng hợp|thẩm định|xem xét)")
ONLY_AND = re.compile(r"[ ,;/]*(?:và|hoặc|cùng)?[ ,;/]*$")
SPACE_BEFORE = re.compile(r" +([,;.:)])")
COMMAS = re.compile(r"(?:[,;] ?){2,}")
LOOSE_ENDS = re.compile(r"^(?:[ ,;:.\-–)]|và |để )+|(?:[ ,;:./\-–(]| và| để)+$")


@dataclass
class Reading:
    """One notice, with the registers that its names are looked up in."""

    source: Source
    register: Register
    atlas: Atlas
    issued_on: date | None
    city: str
    zones: list[ZoneMention] = field(default_factory=list)

    def named(self, name: Name) -> tuple[Named, list[str]]:
        return self.register.named(self.source, name, self.city, self.issued_on)

    def zones_in(self, start: int, end: int) -> list[ZoneMention]:
        return [zone for zone in self.zones if start <= zone.start and zone.end <= end]

    def product(self, draft: Draft, start: int, end: int) -> str:
        """text[start:end] without who, with whom and until when; the first letter a capital."""
        chars = list(self.source.text[start:end])
        cuts = [*draft.roles.words, *((one.start, one.end) for one in draft.timing.deadlines)]
        for first, last in cuts:
            for place in range(max(first, start), min(last, end)):
                chars[place - start] = "\0"
        text = re.sub("\0+", " ", "".join(chars)).replace("\n", " ")
        text = SPACE_BEFORE.sub(r"\1", re.sub(r" {2,}", " ", re.sub(r"\( *\)", "", text)))
        text = LOOSE_ENDS.sub("", COMMAS.sub(", ", text).strip())
        while adverb := ADVERBS.match(text.lower()):
            text = text[adverb.end() :].lstrip(" ,:")
        return text[:1].upper() + text[1:]

    def parts(self, draft: Draft) -> Iterator[tuple[int, int, Dated | None, list[str]]]:
        """The parts of a sentence, one for each deadline: start, end, the deadline and doubts about the cutting."""
        deadlines = [one for one in draft.timing.deadlines if draft.start <= one.start < draft.end]
        doubts: list[str] = []
        kept: list[Dated] = []
        for one in deadlines:
            if kept and (round_ := self.one_round(kept[-1], one)):
                kept[-1] = round_
            elif kept and ONLY_AND.match(self.source.key[kept[-1].end : one.start]):
                doubts.append(
                    _("Có nhiều kỳ hạn liền nhau; chỉ lấy “%(words)s”.") % {"words": kept[-1].deadline.as_written}
                )
            else:
                kept.append(one)
        if len(kept) < 2:
            yield draft.start, draft.said or draft.end, next(iter(kept or draft.timing.deadlines), None), doubts
            return
        doubts.append(_("Câu có %(n)s thời hạn; đã tách thành %(n)s nhiệm vụ.") % {"n": len(kept)})
        start = max((last for _first, last in draft.roles.words if last <= kept[0].start), default=draft.start)
        if len(self.source.text[start : kept[0].start].split()) < 2:
            cuts = [draft.start, *(one.start for one in kept[1:]), draft.end]
        else:
            cuts = [draft.start, *(one.end for one in kept[:-1]), draft.end]
        for one, first, last in zip(kept, cuts, cuts[1:], strict=False):
            others = (
                [_("Phần sau có thể là việc của cơ quan nhận báo cáo.")]
                if COLLECTS.match(self.source.key[first:last])
                else []
            )
            yield first, last, one, [*doubts, *others]

    def one_round(self, first: Dated, second: Dated) -> Dated | None:
        """ "định kỳ hằng quý … trước ngày 25 tháng cuối quý": one deadline in two places, with the words between."""
        one, other = first.deadline.periodic, second.deadline.periodic
        if not one or not other or one.every != other.every or (one.day and other.day):
            return None
        start, end = first.start, second.end
        end += self.source.text[start:end].count("(") > self.source.text[start:end].count(")") == 0
        words, span = self.source.quote(start, end), self.source.span(start, end)
        deadline = replace(first.deadline if one.day else second.deadline, as_written=words, span=span)
        return Dated(deadline, start, end, first.doubts or second.doubts)

    def tasks(self, draft: Draft, above: tuple[int, int] | None) -> Iterator[Proposed]:
        leads = names_once(draft.roles.leads)
        for lead in leads:
            others = [name for name in names_once(draft.roles.cooperating) if name != lead]
            for start, end, dated, doubts in self.parts(draft):
                zones = self.zones_in(start, end) or self.zones_in(draft.start, draft.end)
                zones = zones or (self.zones_in(*above) if above else [])
                yield self.task(draft, lead, others, (start, end), dated, zones, [*self.about(draft, leads), *doubts])

    def about(self, draft: Draft, leads: tuple[Name, ...]) -> list[str]:
        """Doubts about who leads."""
        doubts = list(draft.doubts)
        if len(leads) > 1:
            doubts.append(
                _("Câu giao cho %(n)s cơ quan; mỗi cơ quan một nhiệm vụ, hãy chọn cơ quan chủ trì.") % {"n": len(leads)}
            )
        if draft.roles.collective:
            doubts.append(_("Giao cho tên chung; hãy chọn cơ quan chủ trì."))
        if draft.roles.only_with and not draft.roles.said:
            doubts.append(_("Câu chỉ nói phối hợp, không nói cơ quan nào chủ trì."))
        return [*doubts, *draft.timing.doubts]

    def task(
        self,
        draft: Draft,
        lead: Name,
        others: list[Name],
        part: tuple[int, int],
        dated: Dated | None,
        zones: list[ZoneMention],
        doubts: list[str],
    ) -> Proposed:
        named, more = self.named(lead)
        doubts += [] if draft.roles.collective else more
        cooperating = [self.named(name) for name in others]
        doubts += [doubt for one, more in cooperating for doubt in more if one.code or one.candidates]
        places = [self.atlas.named(self.source, zone) for zone in zones]
        doubts += [doubt for _zone, more in places for doubt in more]
        product = "; ".join(self.product(draft, *extra) for extra in draft.extra) or self.product(draft, *part)
        if not product:
            doubts.append(_("Không đọc được nội dung phải làm."))
        return Proposed(
            number=0,
            item=draft.item.number,
            span=self.source.span(draft.start, draft.end),
            sentence=self.source.quote(draft.start, draft.end),
            product=product,
            lead=named,
            cooperating=tuple(one for one, _more in cooperating),
            deadline=dated.deadline if dated else None,
            zones=tuple(one for one, _more in places),
            cutoffs=draft.timing.cutoffs,
            doubts=tuple(dict.fromkeys([*doubts, *(dated.doubts if dated else ())])),
        )

    def passage(self, draft: Draft) -> Passage:
        return Passage(self.source.span(draft.start, draft.end), self.source.quote(draft.start, draft.end), draft.why)


def names_once(names: tuple[Name, ...]) -> tuple[Name, ...]:
    return tuple(dict.fromkeys(names))


def numbered(tasks: Iterator[Proposed]) -> tuple[Proposed, ...]:
    return tuple(replace(task, number=number) for number, task in enumerate(tasks, start=1))


def city_named(key: str, register: Register, zones: Sequence[ZoneMention]) -> str:
    """The city of a notice: the one its head names, else the only one in the text, else that of the zones in it.

    Zones and agencies of one city have codes that begin alike."""
    if city := city_of(key[:400]) or city_of(key[:1500]) or city_of(key):
        return city
    begins = {code.partition("-")[0] for zone in zones if len(zone.codes) == 1 for code in zone.codes}
    cities = {register.cities.get(begin, "") for begin in begins}
    return cities.pop() if len(cities) == 1 else ""


def propose(
    text: str, *, issued_on: date | None = None, city: str = "", agencies: Sequence[Agency], zones: Sequence[Zone]
) -> Proposal:
    """The head, proposed tasks and unread sentences of a notice. Nothing is guessed: doubts go with each task.

    `issued_on` fills in missing years; without it the day of the head does. `city`: how the codes of its agencies begin
    (“HN”), for a text that names no city. Never raises, whatever the text."""
    source = even_lines(read(text))
    top = head(source)
    day = issued_on or (top.issued_on.value if top.issued_on else None)
    day = day if isinstance(day, date) and day.year in YEARS else None
    register = Register(agencies)
    atlas = Atlas(zones)
    places = atlas.mentions(source)
    city = city_named(source.key, register, places) or register.cities.get(city, "")
    reading = Reading(source, register, atlas, day, city, places)
    walk = Walk(source, register.finder.mentions(source), reading.issued_on, above=end_of_head(source))
    drafts = walk.run()
    tasks = numbered(
        task
        for draft in drafts
        if draft.kind == TASK
        for task in reading.tasks(draft, walk.zones_above.get(draft.start))
    )
    return Proposal(
        head=top,
        tasks=tasks,
        unread=tuple(reading.passage(draft) for draft in drafts if draft.kind == UNREAD),
        background=tuple(reading.passage(draft) for draft in drafts if draft.kind not in (TASK, UNREAD)),
        doubts=tuple(doubts_of(top, issued_on, tasks, text)),
    )


def doubts_of(top: Head, issued_on: date | None, tasks: Sequence[Proposed], text: str) -> Iterator[str]:
    """Doubts about the notice as a whole."""
    if issued_on is None and top.issued_on is None:
        yield _("Không đọc được ngày ban hành; thời hạn không ghi năm sẽ để trống.")
    if issued_on and top.issued_on and top.issued_on.value != issued_on:
        yield _("Ngày ban hành nhập vào khác ngày ghi trên văn bản.")
    if text.strip() and not tasks:
        yield _("Không đọc được nhiệm vụ nào; hãy kiểm tra phông chữ và nội dung dán vào.")
