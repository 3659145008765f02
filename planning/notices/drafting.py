"""The walk through a notice: headings hand their agency down, sentences become drafts of tasks or are set aside."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from .agencies import HIGHER, Mention
from .deadlines import Dated, Timing, timing
from .layout import PLAIN, Item, is_capitals, items, sentences
from .letters import CELL, Source
from .role_words import (
    BACKGROUND,
    BEGINS_WITH_VERB,
    BODY,
    CLOSING,
    DONE_ALREADY,
    END,
    FILLER,
    HOLDS_MEETING,
    IN_FORCE,
    LABELS,
    LIST,
    LOOKS_LIKE_ORDER,
    MADE_KNOWN,
    ONLY_TIME,
    ORDER,
)
from .roles import Roles, masked, names_in, roles

LONGEST = 6000  # letters of a sentence that is still read
TASK, UNREAD, BACKGROUND_KIND = "task", "unread", "background"
LIST_ENDS = re.compile(rf"(?:với|cùng|giao|cho|đề nghị|yêu cầu|:) {LIST}$")
STARTS_WITH_BODY = re.compile(rf"^◆◇*+(?:{LIST})? +(?!và |đã |cho biết|còn |chưa |đang )\w+ +\w+ +\w+")
GIVEN = re.compile(rf"(?<!\w)(?:giao|yêu cầu)(?: cho)?:? {BODY}")
CONCLUDES = re.compile(r"(?<!\w)(?:kết luận|chỉ đạo|yêu cầu|ý kiến)(?:[^:]{0,60} như sau)? ?: *$")
NEXT_ORDER = re.compile(
    rf"(?:; |, )(?:đồng thời |và )?(?=giao (?:cho )?◆|phân công ◆)|; (?:đồng thời )?(?={ORDER}|{LIST} (?!phối hợp|và))"
)


@dataclass
class Draft:
    """A sentence with all that was read from it; `kind` may still change when the lines below say who and when."""

    item: Item
    start: int
    end: int
    kind: str
    why: str = ""
    roles: Roles = field(default_factory=Roles)
    timing: Timing = field(default_factory=Timing)
    doubts: list[str] = field(default_factory=list)
    extra: list[tuple[int, int]] = field(default_factory=list)  # where the product stands when a line below names it
    said: int = 0  # where its own words end, when lines below say more


@dataclass
class Heading:
    depth: float
    start: int
    end: int
    roles: Roles
    deadlines: tuple[Dated, ...] = ()
    own: int = PLAIN  # how deep its own mark is; items with another mark stand below it

    def holds(self, depth: int) -> bool:
        """True for an item below this heading, not for one beside it."""
        if depth == self.own != PLAIN and depth != self.depth + 0.5:
            return False
        return self.depth < depth or depth == PLAIN


@dataclass
class Walk:
    """Goes through the items of a text once; `drafts` come out in the order of the text."""

    source: Source
    mentions: list[Mention]
    issued_on: date | None
    above: int = 0  # the letterhead ends here
    drafts: list[Draft] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    zones_above: dict[int, tuple[int, int]] = field(default_factory=dict)  # start of a draft → its heading's place
    ended: bool = False

    def __post_init__(self) -> None:
        self.masked = masked(self.source.key, self.mentions)
        self.starts = [mention.start for mention in self.mentions]

    def run(self) -> list[Draft]:
        all_items = list(items(self.source.text))
        for item, after in zip(all_items, [*all_items[1:], None], strict=False):
            self.headings = [heading for heading in self.headings if heading.holds(item.depth)]
            units = [unit for unit in self.units(item) if any(map(str.isalpha, self.source.text[slice(*unit)]))]
            for place, (start, end) in enumerate(units):
                self.read(item, start, end, place == 0, after if place == len(units) - 1 else None)
        return self.drafts

    def units(self, item: Item) -> Iterator[tuple[int, int]]:
        """The sentences of an item, cut once more where a semicolon begins an order of its own."""
        for sentence in sentences(item, self.source.text):
            start = sentence.start
            for found in NEXT_ORDER.finditer(self.masked, sentence.start, min(sentence.end, sentence.start + LONGEST)):
                if LIST_ENDS.search(self.masked, max(start, found.start() - 400), found.start()) or not self.leads_at(
                    found.end(), sentence.end
                ):
                    continue
                yield start, found.start() + 1
                start = found.end()
            yield start, sentence.end

    def leads_at(self, start: int, end: int) -> bool:
        found = roles(
            self.masked[start : min(end, start + 160)],
            start,
            self.mentions_in(start, min(end, start + 160)),
            inherited=False,
        )
        return bool(found.leads) and found.leads[0].start < start + 60

    def mentions_in(self, start: int, end: int) -> list[Mention]:
        return self.mentions[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def inherited(self) -> Heading | None:
        return next((heading for heading in reversed(self.headings) if heading.roles.leads), None)

    def read(self, item: Item, start: int, end: int, first: bool, after: Item | None) -> None:
        """One sentence: set aside, a heading, a line about the task above, or a draft."""
        sentence = self.masked[start:end]
        self.ended = self.ended or bool(END.match(sentence))
        draft = Draft(item, start, end, BACKGROUND_KIND)
        if end - start > LONGEST:
            draft.kind, draft.why = UNREAD, _("Câu quá dài để đọc; hãy tách thành từng câu.")
            self.drafts.append(draft)
            return
        if CELL in sentence and not self.ended:
            draft.kind, draft.why = UNREAD, _("Dòng của bảng; hãy nhập thành nhiệm vụ hoặc dán thành câu.")
            self.drafts.append(draft)
            return
        if end <= self.above or self.ended or CLOSING.match(sentence) or self.closes(sentence):
            draft.why = _("Phần mở đầu, kết thúc hoặc nơi nhận của văn bản.")
            self.drafts.append(draft)
            return
        if self.label(item, start, end):
            return
        draft.roles = roles(sentence, start, self.mentions_in(start, end), inherited=self.inherited() is not None)
        draft.timing = timing(self.source, start, end, self.issued_on)
        if not self.heading(draft, after):
            self.settle(draft, first)
            self.drafts.append(draft)

    @staticmethod
    def closes(sentence: str) -> bool:
        known = "thông báo" in sentence and MADE_KNOWN.search(sentence[-90:]) and not GIVEN.search(sentence)
        return bool(known or IN_FORCE.search(sentence))

    def label(self, item: Item, start: int, end: int) -> bool:
        """Lines below a task ("Cơ quan chủ trì: …", "Thời gian: …") say more about it; True when it was such a line."""
        draft = self.drafts[-1] if self.drafts else None
        sentence = self.masked[start:end]
        what, found = next(((what, found) for what, rule in LABELS if (found := rule.match(sentence))), ("", None))
        if found is None or draft is None or draft.end <= self.above or start - draft.end > 400:
            return False
        names = tuple(name for name, _many in names_in(self.mentions_in(start, end), start, end))
        old = draft.roles
        if what == "lead":
            draft.kind, draft.why = TASK, ""
            more = tuple(name for name in old.leads if name not in names)
            draft.roles = Roles(names[:1], (*names[1:], *more, *old.cooperating), old.words, said=True)
        if what == "coop":
            draft.roles = Roles(
                old.leads, (*old.cooperating, *names), old.words, old.said, old.only_with, old.collective
            )
        if what == "time":
            self.add_time(draft, timing(self.source, start, end, self.issued_on))
        if what == "product":
            draft.extra.append((start + found.end(), end))
        draft.said, draft.end = draft.said or draft.end, end
        return True

    @staticmethod
    def add_time(draft: Draft, more: Timing) -> None:
        old = draft.timing
        draft.timing = Timing(
            (*old.deadlines, *more.deadlines), (*old.cutoffs, *more.cutoffs), old.cut_spans, (*old.doubts, *more.doubts)
        )

    def heading(self, draft: Draft, after: Item | None) -> bool:
        """Keeps a heading for the items below it; True when it is no task itself."""
        text = self.source.text[draft.start : draft.end].rstrip()
        open_end = text.endswith(":") and after is not None
        bare_names = bool(
            re.fullmatch(
                rf"(?:{ORDER}|đối với |trách nhiệm (?:của )?)?{LIST}[ :]*", self.masked[draft.start : draft.end]
            )
        )
        if after is None or not (open_end or (bare_names and draft.item.depth < PLAIN)):
            return False
        sentence = self.masked[draft.start : draft.end]
        empty = bool(FILLER.match(self.rest(draft))) or bare_names
        if not draft.roles.leads and not bare_names:
            empty = not BEGINS_WITH_VERB.match(sentence) or len(sentence) < 40
        if draft.roles.leads and draft.roles.leads[0].form in HIGHER and CONCLUDES.search(sentence):
            draft.roles, empty = (
                Roles(),
                True,
            )  # who concludes is given nothing
        depth = after.depth - 0.5 if open_end and (empty or draft.item.depth == PLAIN) else draft.item.depth
        self.headings = [one for one in self.headings if one.depth < depth]
        if bare_names and not draft.roles.leads:
            found = [name for name, _many in names_in(self.mentions_in(draft.start, draft.end), draft.start, draft.end)]
            draft.roles = Roles(tuple(found[:1]), tuple(found[1:]))
        self.headings.append(
            Heading(depth, draft.start, draft.end, draft.roles, draft.timing.deadlines, draft.item.depth)
        )
        if empty:
            draft.why = _("Đề mục; nội dung ở các mục bên dưới.")
            self.drafts.append(draft)
        return empty

    def rest(self, draft: Draft) -> str:
        """What a sentence says besides who and when."""
        chars = list(self.masked[draft.start : draft.end])
        for start, end in [*draft.roles.words, *((one.start, one.end) for one in draft.timing.deadlines)]:
            chars[start - draft.start : end - draft.start] = "\0" * (end - start)
        return "".join(chars).replace("\0", "").strip(" ,:;.-")

    def settle(self, draft: Draft, first: bool) -> None:
        """Decides what a sentence is."""
        sentence = self.masked[draft.start : draft.end]
        above = self.inherited()
        before = self.drafts[-1] if self.drafts else None
        ordered = draft.roles.said or (draft.roles.leads and re.search(ORDER + BODY, sentence))
        capitals = is_capitals(self.source.text[draft.start : draft.end]) and not ordered
        if self.headings:
            self.zones_above[draft.start] = self.headings[-1].start, self.headings[-1].end
        if (BACKGROUND.match(sentence) or (HOLDS_MEETING.search(sentence) and not draft.roles.leads)) and not ordered:
            draft.why = _("Câu nêu bối cảnh, báo cáo hoặc ý kiến chung, không giao việc.")
        elif capitals:
            draft.why = _("Đề mục; nội dung ở các mục bên dưới.")
        elif draft.roles.leads and not draft.roles.said and not self.rest(draft) and not draft.timing.deadlines:
            draft.why = _("Chỉ nêu tên cơ quan.")
        elif draft.roles.leads:
            draft.kind = TASK
        elif above and BEGINS_WITH_VERB.match(sentence):
            self.inherit(draft, above)
        elif not first and before and before.kind == TASK and before.item is draft.item:
            self.go_on(draft, before)
        elif above and draft.timing.deadlines and not DONE_ALREADY.search(sentence):
            self.inherit(draft, above)
        elif (LOOKS_LIKE_ORDER.search(sentence) or draft.timing.deadlines) and not DONE_ALREADY.search(sentence):
            draft.kind, draft.why = UNREAD, _("Có dạng câu giao việc nhưng không đọc được cơ quan nào được giao.")
        elif STARTS_WITH_BODY.match(sentence) and not DONE_ALREADY.search(sentence) and not ends_open(sentence):
            draft.kind, draft.why = UNREAD, _("Câu bắt đầu bằng tên cơ quan nhưng không nhận ra việc phải làm.")
        else:
            draft.why = _("Không có lời giao việc.")

    def inherit(self, draft: Draft, above: Heading) -> None:
        own = draft.roles
        draft.kind = TASK
        others = tuple(name for name in above.roles.cooperating if name not in own.cooperating)
        draft.roles = Roles(
            above.roles.leads,
            (*own.cooperating, *others),
            own.words,
            above.roles.said or not own.only_with,
            own.only_with,
        )
        if not draft.timing.deadlines:
            draft.timing = Timing(above.deadlines, draft.timing.cutoffs, draft.timing.cut_spans, draft.timing.doubts)

    def go_on(self, draft: Draft, before: Draft) -> None:
        """A sentence without an agency, after a task in the same paragraph: its deadline, or one more thing to do."""
        sentence = self.masked[draft.start : draft.end]
        if draft.timing.deadlines and ONLY_TIME.match(sentence) and not before.timing.deadlines:
            self.add_time(before, draft.timing)
            before.end = draft.end
            before.doubts.append(_("Thời hạn đọc ở câu liền sau."))
            draft.why = _("Nêu thời hạn của nhiệm vụ ngay trước.")
        elif draft.timing.deadlines or BEGINS_WITH_VERB.match(sentence):
            draft.kind = TASK
            draft.roles = Roles(before.roles.leads, before.roles.cooperating, draft.roles.words, said=True)
            draft.doubts.append(_("Câu không nêu cơ quan; lấy theo câu liền trước."))
        elif LOOKS_LIKE_ORDER.search(sentence) and not DONE_ALREADY.search(sentence):
            draft.kind, draft.why = UNREAD, _("Có dạng câu giao việc nhưng không đọc được cơ quan nào được giao.")
        else:
            draft.why = _("Không có lời giao việc.")


def ends_open(sentence: str) -> bool:
    return sentence.rstrip().endswith(":")
