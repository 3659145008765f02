"""What a table of moves is made of. Pure: no database, no dates of today."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

ALL_ASPECTS = frozenset({"main", "established", "operating"})  # of the zone's status
FACILITY = "CSSX"  # beside the kinds of zones: a standalone facility

# Who holds a dossier while it is in a state; the days that it lies there are theirs.
LEAD, COOPERATING, OPINION = "lead", "cooperating", "opinion"
HOLDERS = {
    LEAD: _("cơ quan chủ trì"),
    COOPERATING: _("cơ quan phối hợp"),
    OPINION: _("cơ quan được lấy ý kiến"),
}


@dataclass(frozen=True)
class Authority:
    """Who decides a move in law. `kinds`: the kinds of agency (accounts.Agency.Kind) that this is."""

    name: Any
    kinds: frozenset = frozenset()


AUTHORITIES = {
    "lead": Authority(_("cơ quan chủ trì hồ sơ")),
    "commune": Authority(_("UBND cấp xã (cấp huyện đến 30/6/2025)"), frozenset({"commune", "district"})),
    "industry": Authority(_("Sở Công Thương"), frozenset({"department"})),
    "planning": Authority(_("Sở Quy hoạch - Kiến trúc hoặc Sở Xây dựng"), frozenset({"department"})),
    "department": Authority(_("sở, ngành"), frozenset({"department"})),
    "board": Authority(_("Ban Quản lý khu"), frozenset({"board"})),
    "committee": Authority(_("UBND cấp tỉnh"), frozenset({"ubnd"})),
    "council": Authority(_("Hội đồng nhân dân"), frozenset({"ubnd"})),
    "ministry": Authority(_("bộ chủ trì thẩm định"), frozenset({"central"})),
    "prime": Authority(_("Thủ tướng Chính phủ"), frozenset({"central"})),
    "enterprise": Authority(_("doanh nghiệp, chủ cơ sở"), frozenset({"enterprise"})),
    "developer": Authority(_("chủ đầu tư hạ tầng"), frozenset({"enterprise"})),
}


@dataclass(frozen=True)
class State:
    """Where a dossier stands. `holder`: whose days these are, and `with_`, the authority that holds it (a key of
    AUTHORITIES). `main`, `established`, `operating`: what entering it makes of the zone's status (ZoneStatus)."""

    code: str
    name: Any
    holder: str = LEAD
    with_: str = "lead"
    main: str = ""
    established: str = ""
    operating: str = ""
    final: bool = False


@dataclass(frozen=True)
class Move:
    """One allowed move. `authority`: who decides it in law (a key of AUTHORITIES). `decides`: only a person with the
    right to approve records it. `evidence`: types of document (zones.Document.Type) of which one must be given, none
    when empty. `law`: the article. `tests`: codes of planning/conditions.py.

    `pauses`: the clock stands still from here ("supplement" or "suspension"); `resumes`: it runs again.
    `way`: "forward", "back" (returned by the authority, not by editing), "adjust", "annul". `keeps`: aspects of the
    zone's status that stay as they are, whatever the state says: a cluster in operation goes on when it is enlarged."""

    code: str
    name: Any
    sources: frozenset
    target: str
    authority: str
    law: str
    product: Any = ""
    evidence: tuple = ()
    decides: bool = False
    needs_note: bool = False
    tests: tuple = ()
    pauses: str = ""
    resumes: str = ""
    way: str = "forward"
    keeps: frozenset = frozenset()


@dataclass(frozen=True)
class Span:
    """A clock of the law: it runs while the dossier is in one of `states`, from the day on which it entered the first.

    `rule`: the code of the Rule whose length holds. `held`: states in which it stands still without ending. `within`:
    the rule of the span that contains it; the two are never added up."""

    rule: str
    name: Any
    states: frozenset
    held: frozenset = frozenset()
    within: str = ""


@dataclass(frozen=True)
class Table:
    """The moves of one track for one kind of zone under one set of rules. `start`: states in which it may begin;
    `path`: the states from the idea to the end, in order, as the picture shows them."""

    code: str
    track: str
    name: Any
    law: str
    kinds: frozenset
    states: dict
    moves: dict
    spans: tuple
    start: frozenset
    path: tuple
    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day):
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def moves_from(self, state):
        """The moves that may follow on a state, in the table's order."""
        return [move for move in self.moves.values() if state in move.sources]


@dataclass(frozen=True)
class Transition:
    """A change of rules while dossiers are under way. Those that have reached `filed` (states) before `day` keep the
    old rules; a round begun on or after it (by entering `begun`) goes by the new ones. One that stood in `begun` before
    `day` and reaches `filed` after it fits neither clause: a person chooses, and the reason is kept."""

    track: str
    kinds: frozenset
    day: date
    begun: frozenset
    filed: frozenset
    law: str


def of(*codes):
    """A set of states by their codes."""
    return frozenset(codes)


def by_code(*items):
    """The items by their code; a code that stands twice is a mistake in the table."""
    found = {item.code: item for item in items}
    if len(found) != len(items):
        raise ValueError(f"A code stands twice: {sorted(item.code for item in items)}")
    return found
