"""The tables of moves: for each track, kind of zone and set of rules, what may follow on what. Data only."""

from django.utils.translation import gettext_lazy as _

from planning.tracks import ccn, facility, kcn, kcnc, planning, works
from planning.tracks.shapes import AUTHORITIES, COOPERATING, FACILITY, HOLDERS, LEAD, OPINION, Move, Span, State, Table

TRACKS = {
    "legal": _("Pháp lý, thành lập"),
    "general": _("Quy hoạch chung"),
    "zoning": _("Quy hoạch phân khu 1/2000"),
    "detailed": _("Quy hoạch chi tiết 1/500"),
    "land": _("Đất đai"),
    "construction": _("Xây dựng hạ tầng"),
    "operation": _("Hoạt động"),
    "relocation": _("Di dời"),
}
# What a dossier is called unless somebody calls it otherwise: the end of its code, its title.
CALLED = {
    "legal": ("PL", "Thành lập {}"),
    "general": ("QHC", "Quy hoạch chung {}"),
    "zoning": ("QHPK", "Quy hoạch phân khu 1/2000 {}"),
    "detailed": ("QHCT", "Quy hoạch chi tiết 1/500 {}"),
    "land": ("DD", "Giải phóng mặt bằng, giao đất {}"),
    "construction": ("XD", "Xây dựng hạ tầng {}"),
    "operation": ("HD", "Đưa {} vào hoạt động"),
    "relocation": ("DI", "Di dời {}"),
}
choices = list(TRACKS.items())
TABLES = (*ccn.TABLES, *kcn.TABLES, *kcnc.TABLES, *planning.TABLES, *works.TABLES, *facility.TABLES)
TRANSITIONS = (
    *ccn.TRANSITIONS,
    *kcn.TRANSITIONS,
    *kcnc.TRANSITIONS,
    *planning.TRANSITIONS,
    *works.TRANSITIONS,
)


def table(track, kind, day=None):
    """The table of `track` for this kind of zone (or FACILITY) by the rules of `day`, the newest when that is None.

    None when this kind has no such track."""
    fitting = [one for one in TABLES if one.track == track and kind in one.kinds]
    if day is not None:
        fitting = [one for one in fitting if one.holds_on(day)]
    return fitting[-1] if fitting else None


def any_table(track):
    """The newest table of a track, of whatever kind."""
    return [one for one in TABLES if one.track == track][-1]


def tracks_of(kind):
    """The codes of the tracks that this kind of zone has."""
    return [track for track in TRACKS if table(track, kind)]


__all__ = [
    "AUTHORITIES",
    "CALLED",
    "COOPERATING",
    "FACILITY",
    "HOLDERS",
    "LEAD",
    "OPINION",
    "TABLES",
    "TRACKS",
    "TRANSITIONS",
    "Move",
    "Span",
    "State",
    "Table",
    "any_table",
    "choices",
    "table",
    "tracks_of",
]  # fmt: skip
