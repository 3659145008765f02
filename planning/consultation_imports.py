"""Consultations from a file by their code, and what became of points by consultation, agency and number.

A file of consultations writes their own fields; who is asked, sending and closing are done on its page, and so is the
rule of silence. A file of points is what officers fill in away from the portal: outcome, response, place, version and
group of points that the register holds; it adds none, for an answer is split on its own page."""

from dataclasses import replace

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from planning.consultation_lists import (
    CONSULTATIONS,
    POINTS,
    consultation_address,
    consultation_related,
    point_rows,
    runs,
)
from planning.consulting import still_open
from planning.models import Consultation
from zones.importing.cells import Unclear
from zones.importing.drafting import Sheetwise
from zones.importing.lookups import Lookups
from zones.importing.records import anew, begin, check, refuse_twice, stored
from zones.importing.targets import TARGETS, Target, fixed
from zones.importing.undoing import take_back
from zones.models.importing import KINDS

KEY = ("consultation_code", "agency_code", "number")
AS_SPLIT = _("Điểm góp ý được tách và sửa lời ở trang của ý kiến.")
FIXED = {
    "text": AS_SPLIT,
    "said_by": AS_SPLIT,
    "agency": AS_SPLIT,
    "agency_code": AS_SPLIT,
    "consultation": AS_SPLIT,
    "consultation_code": AS_SPLIT,
}
WORKED_OUT = ("agency", "dossier", "stage", "sent_on", "due_on", "answered", "unsettled", "closed_on")


def every_consultation(user, day, known):
    found = Consultation.objects.visible_to(user).select_related("agency", "silence_rule")
    return found.annotate(is_run=runs(user, Consultation)).prefetch_related(*consultation_related(user))


def own_point_rows(user, day, known):
    """With what a right to write them hangs on."""
    return point_rows(user, day, known).select_related("request__agency", "request__consultation__agency")


# Rows that are points -------------------------------------------------------------------------------------------------


def draft_points(target, table, by, *, lock):
    """A Draft of each row; one that names no point of the register is refused. `lock`: hold the points found."""
    sheet = Sheetwise(target, table, Lookups(by), tells=not lock)
    named = [key_said(sheet, row) for row in table.rows]
    codes = {key[0] for key in named if isinstance(key, tuple)}
    found = stored(sheet, by, "request__consultation__code", codes, lock, many=True)
    held = {key_of(point): point for point in found}
    drafts = [drafted(sheet, row, key, held, by) for row, key in zip(table.rows, named, strict=True)]
    known = [draft for draft in drafts if not draft.is_settled]
    for draft in known:
        sheet.fill(draft)
        sheet.check_fixed(draft)
        check(sheet, draft, by)
    refuse_twice(sheet, known)
    return drafts


def key_of(point):
    return (point.request.consultation.code, point.request.agency.code, point.number)


def key_said(sheet, row):
    """What the cells of the key say; Unclear, with the cell, where one of them cannot be read."""
    said = []
    for key in KEY:
        try:
            said.append(sheet.read(sheet.target.by_key[key], row.cells[sheet.place[key]]))
        except Unclear as why:
            return Unclear(why, key)
    return tuple(said)


def drafted(sheet, row, key, held, by):
    if point := held.get(key) if isinstance(key, tuple) else None:
        return begin(sheet, row, point, by)
    draft = anew(sheet, row, by)
    draft.is_settled = True
    if isinstance(key, tuple):
        words = {"number": key[2], "agency": key[1], "consultation": key[0]}
        why = _t("Sổ không có điểm góp ý số %(number)s của %(agency)s trong đợt %(consultation)s.") % words
        sheet.refuse(draft, "number", why)
    else:
        sheet.refuse(draft, key.key, key)
    return draft


def take_back_points(model, traces, by, why):
    """What became of points goes back while their consultations go on."""
    of = Consultation.objects.filter(requests__items__in=list(traces.before(model)))
    for consultation in Consultation.objects.filter(pk__in=of.order_by().values("pk")).select_for_update():
        still_open(consultation)
    take_back(model, traces, by, why)


# The kinds ------------------------------------------------------------------------------------------------------------


def of_consultation(point):
    return consultation_address(point.request.consultation) if point.request_id else ""


def point_named(point):
    return f"{point.request.agency} – {point.number}" if point.request_id else ""


ASKED = Target(
    "consultations",
    replace(
        CONSULTATIONS,
        rows=every_consultation,
        columns=fixed(CONSULTATIONS.columns, {"silence_rule": _("Chọn ở trang của đợt lấy ý kiến.")}),
    ),
    ("code",),
    consultation_address,
    default=lambda user: {"agency": user.agency},
    unread=WORKED_OUT,
    named=lambda consultation: f"{consultation.code} {consultation.title}".strip(),
)
SETTLED = Target(
    "points",
    replace(
        POINTS,
        rows=own_point_rows,
        columns=fixed(POINTS.columns, FIXED),
    ),
    KEY,
    of_consultation,
    unread=("city",),
    named=point_named,
    draft=draft_points,
    take_back=take_back_points,
    section="points",
)


def register():
    """Add consultations and points to the kinds of files that are read."""
    KINDS["consultations"] = _("Đợt lấy ý kiến")
    KINDS["points"] = _("Tiếp thu, giải trình")
    TARGETS["consultations"], TARGETS["points"] = ASKED, SETTLED
