"""Who is given a sentence's work: the lead, the cooperating, and the words that only say so."""

import re
from dataclasses import dataclass

from .agencies import Mention, Name
from .role_words import (
    ADVERBS,
    BEGINS_WITH_VERB,
    BODY,
    BODY_ON,
    COOPERATION,
    GIVER,
    GIVES,
    LEAD_PATTERNS,
    NOT_LEADING,
    SELF_GIVES,
    TOP,
    TOP_ON,
)

OWN_ORDERS = ("giao ", "phân công ", "đề nghị ")  # inside the list of one agency's duties, only these name another
RANK = {"said": 0, "order": 1, "subject": 2, "after": 3}
ONLY_WITH = re.compile(
    r"(?:chủ động |tích cực |tăng cường |có trách nhiệm |khẩn trương )*(?:phối hợp|cùng với|hợp tác)"
)
SIGNS = str.maketrans(dict.fromkeys(BODY + BODY_ON + TOP + TOP_ON, "·"))


@dataclass(frozen=True)
class Roles:
    """The names that lead and cooperate in a sentence; `words` are the places that say so, no part of the product.

    `said`: "chủ trì" stands there. `only_with`: the text says no more than that the lead cooperates."""

    leads: tuple[Name, ...] = ()
    cooperating: tuple[Name, ...] = ()
    words: tuple[tuple[int, int], ...] = ()
    said: bool = False
    only_with: bool = False
    collective: bool = False


@dataclass(frozen=True)
class Lead:
    how: str
    start: int
    end: int
    names: tuple[int, int]
    others: tuple[int, int]


def masked(key: str, mentions: list[Mention]) -> str:
    """The key with signs for agencies: "◆◇◇◇" for each, "▲△△△" for those above the departments."""
    out = list(key.translate(SIGNS))
    for mention in mentions:
        first, other = (TOP, TOP_ON) if mention.higher else (BODY, BODY_ON)
        out[mention.start : mention.end] = first + other * (mention.end - mention.start - 1)
    return "".join(out)


def is_subject(sentence: str, found: re.Match[str], after: bool) -> bool:
    """True when a list of agencies at the start of a clause is told to do what follows."""
    start, end = found.span("lead")
    gives = GIVES if TOP in found["lead"] else SELF_GIVES
    before = "" if after else sentence[max(0, start - 60) : start]
    if gives.match(sentence, end) or NOT_LEADING.search(before):
        return False
    rest = sentence[end:].lstrip(" ,:")
    rest = re.sub(r"^\([^()]{0,80}\) ?", "", rest)
    return not rest.strip(" .:;") or bool(ADVERBS.match(rest) or BEGINS_WITH_VERB.match(rest))


def lead_of(sentence: str, inherited: bool) -> Lead | None:
    """The first place in a sentence where somebody is given its work."""
    found: list[Lead] = []
    for how, pattern in LEAD_PATTERNS:
        for match in pattern.finditer(sentence):
            if how in ("subject", "after") and not is_subject(sentence, match, how == "after"):
                continue
            if how == "order" and inherited and not (match.start() == 0 and sentence.startswith(OWN_ORDERS)):
                continue
            start, end = match.span("lead" if how in ("subject", "after") else 0)
            giver = GIVER.search(sentence[:start]) if how in ("said", "order") else None
            more = match.span("coop") if "coop" in match.groupdict() else (-1, -1)
            found.append(Lead(how, giver.start() if giver else start, end, match.span("lead"), more))
            break
    return min(found, key=lambda lead: (lead.names[0], RANK[lead.how]), default=None)


def names_in(mentions: list[Mention], start: int, end: int) -> list[tuple[Name, bool]]:
    return [
        (name, mention.collective)
        for mention in mentions
        if start <= mention.start and mention.end <= end
        for name in mention.names
    ]


def roles(sentence: str, offset: int, mentions: list[Mention], inherited: bool) -> Roles:
    """Lead and cooperating of a sentence that starts at `offset`; `mentions` are the agencies in it."""
    lead = lead_of(sentence, inherited)
    words = [(offset + lead.start, offset + lead.end)] if lead else []
    named = names_in(mentions, offset + lead.names[0], offset + lead.names[1]) if lead else []
    firm = [name for name, collective in named if not collective]
    leads = firm or [name for name, _collective in named[:1]]
    cooperating = [name for name, _collective in named if name not in leads]
    if lead and lead.others[0] >= 0:
        cooperating += [name for name, _many in names_in(mentions, offset + lead.others[0], offset + lead.others[1])]
    after = sentence[lead.end :].lstrip(" ,:") if lead else sentence
    only_with = bool(ONLY_WITH.match(after)) and not (lead and lead.how == "said")
    for pattern in COOPERATION:
        for match in pattern.finditer(sentence):
            start, end = match.span("coop")
            if lead and start < lead.names[1] and lead.names[0] < end:
                continue
            found = [name for name, _collective in names_in(mentions, offset + start, offset + end)]
            cooperating += [name for name in found if name not in cooperating and name not in leads]
            words += [] if only_with else [(offset + match.start(), offset + match.end())]
    if lead and lead.how == "said" and len(leads) > 1:
        leads, cooperating = leads[:1], [*leads[1:], *cooperating]
    return Roles(
        tuple(leads),
        tuple(cooperating),
        tuple(words),
        said=bool(lead and lead.how == "said"),
        only_with=only_with,
        collective=bool(named) and not firm,
    )
