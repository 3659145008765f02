"""What a row of the lists of dossiers and of their steps says: for the page, the exports and what reads them back.

A dossier in a list carries its `reckoning` (planning/listings.py)."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import City, Publicity
from planning import tracks
from planning.marks import due_mark, nearest
from planning.models import Step
from zones.columns import Column, basis_of, code_of, facility_address, zone_address
from zones.models.zone import ZoneKind


def dossier_address(dossier):
    return reverse("planning:dossier", args=[dossier.code])


def of_dossier(record):
    return dossier_address(record.dossier)


def subject_address(dossier):
    return zone_address(dossier.zone) if dossier.zone_id else facility_address(dossier.facility)


def state_name(dossier):
    """The state in the words of the dossier's own table."""
    return str(dossier.state_now.name) if dossier.state_now else ""


def due_day(dossier):
    run = nearest(dossier.reckoning)
    return run and run.due.day


def due_in_words(dossier):
    """'02/11/2026, quá hạn 18 ngày'; nothing where no clock runs."""
    day, words = due_day(dossier), due_mark(dossier.reckoning).words
    return f"{day:%d/%m/%Y}, {words}" if day else words


def days_late(dossier):
    return dossier.reckoning.delay or None


def target_name(step):
    """The state into which a step led; None for an event."""
    state = step.dossier.table.states.get(step.to_state)
    return str(state.name) if state else None


OF_THE_SUBJECT = _("Ghi ở trang của khu, cơ sở.")
DOSSIER = (
    Column("title", _("Tên hồ sơ"), shown=True, long=True, link=dossier_address),
    Column("code", _("Mã"), sort="code", also=("Mã hồ sơ",)),
    Column(
        "zone",
        _("Khu, cụm"),
        lambda dossier: str(dossier.subject),
        sort="zone",
        shown=True,
        long=True,
        link=subject_address,
    ),
    Column("zone_code", _("Mã khu, cụm"), code_of("zone"), sets="zone", names="zone"),
    Column("phase", _("Giai đoạn"), lambda dossier: dossier.phase and str(dossier.phase), names="phase"),
    Column("facility_code", _("Mã cơ sở"), code_of("facility"), sets="facility", names="facility"),
    Column(
        "kind",
        _("Loại khu"),
        lambda dossier: dossier.zone and dossier.zone.kind,
        choices=dict(ZoneKind.choices),
        fixed=OF_THE_SUBJECT,
    ),
    Column("track", _("Tuyến"), sort="track", choices=tracks.TRACKS, shown=True),
    Column("state", _("Trạng thái"), state_name, sort="state", shown=True),
    Column("state_since", _("Từ ngày"), kind="date", precision="state_precision", sort="state_since", shown=True),
    Column(
        "lead_agency",
        _("Cơ quan chủ trì"),
        lambda dossier: str(dossier.lead_agency),
        sort="lead",
        shown=True,
        long=True,
        names="agency",
    ),
    Column("lead_code", _("Mã cơ quan chủ trì"), code_of("lead_agency"), sets="lead_agency", names="agency"),
    Column(
        "cooperating_agencies",
        _("Cơ quan phối hợp"),
        lambda dossier: "; ".join(agency.name for agency in dossier.cooperating.all()),
        long=True,
    ),
    Column("due_on", _("Hạn"), due_day, kind="date"),
    Column(
        "clock",
        _("Thời hạn"),
        due_in_words,
        sort="due_on",
        shown=True,
        choices={"": "–"},
        state=lambda dossier: due_mark(dossier.reckoning).state,
    ),
    Column("days_late", _("Số ngày trễ"), days_late, kind="integer", unit=_("ngày")),
    Column("ended", _("Đã kết thúc"), kind="yesno"),
    Column("rule_day", _("Theo quy định ngày"), kind="date"),
    Column("publicity", _("Mức công khai"), choices=dict(Publicity.choices)),
    Column("city", _("Thành phố"), choices=dict(City.choices), sort="city", fixed=OF_THE_SUBJECT),
    Column("source", _("Nguồn"), long=True),
    Column("note", _("Ghi chú"), long=True),
)
OF_THE_STEP = _("Bước đã ghi không sửa bằng tệp.")
STEP = (
    Column(
        "dossier",
        _("Hồ sơ"),
        lambda step: step.dossier.title,
        shown=True,
        link=of_dossier,
        sort="dossier",
        fixed=OF_THE_STEP,
    ),
    Column("dossier_code", _("Mã hồ sơ"), lambda step: step.dossier.code),
    Column("zone", _("Khu, cụm"), lambda step: str(step.dossier.subject), shown=True, fixed=OF_THE_STEP),
    Column("track", _("Tuyến"), lambda step: step.dossier.track, choices=tracks.TRACKS, shown=True, fixed=OF_THE_STEP),
    Column("number", _("Thứ tự"), kind="integer", fixed=OF_THE_STEP),
    Column("kind", _("Loại"), choices=dict(Step.Kind.choices), shown=True),
    Column("label", _("Bước"), shown=True, long=True, also=("Mã bước", "Sự việc")),
    Column("to_state", _("Trạng thái sau bước"), target_name, shown=True, also=("Trạng thái",)),
    Column("on", _("Ngày"), kind="date", precision="on_precision", sort="on", shown=True),
    Column("agency", _("Cơ quan giữ hồ sơ"), lambda step: step.agency and str(step.agency), names="agency"),
    Column("document", _("Văn bản"), basis_of, shown=True, names="document"),
    Column("source", _("Nguồn"), long=True),
    Column("note", _("Ghi chú"), long=True),
    Column("retracted", _("Đã rút"), lambda step: step.retracted_at is not None, kind="yesno", fixed=OF_THE_STEP),
)
