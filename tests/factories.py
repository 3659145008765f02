"""Rows for tests, as plain functions: each makes one valid row, and what is given by name wins."""

import datetime
from itertools import count
from types import SimpleNamespace

from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Agency, ApiToken, Notice, User, Webhook
from planning import calendars, consulting, duties, obstacles, workflow
from planning.models import (
    Consultation,
    CouncilSession,
    Directive,
    Dossier,
    Holiday,
    Milestone,
    Obstacle,
    OpinionRequest,
    Plan,
    PlanEntry,
    Rule,
    SessionDossier,
    SilenceRule,
    Task,
)
from zones.importing.preview import Outcome, Refusal, written
from zones.models import (
    AdminUnit,
    Boundary,
    Developer,
    Document,
    Facility,
    Import,
    Indicator,
    LandUse,
    Measurement,
    Occupancy,
    Phase,
    TenantProject,
    Zone,
    ZoneArea,
    ZoneStatus,
)
from zones.recording import record, refresh

numbers = count(1)
DAY = datetime.date(2025, 1, 15)
PASSWORD = "mat-khau-rat-dai-2026"
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[105.80, 21.00], [105.81, 21.00], [105.81, 21.01], [105.80, 21.01], [105.80, 21.00]]],
}


def agency(**given):
    number = next(numbers)
    return Agency.objects.create(
        **{"code": f"CQ{number}", "name": f"Sở số {number}", "kind": "department", "city": "HN"} | given
    )


def user(role="viewer", *, city="HN", **given):
    """A person of some agency of `city` (no agency when `agency=None` is given)."""
    if "agency" not in given:
        given["agency"] = agency(city=city)
    username = given.pop("username", f"{role}{next(numbers)}")
    return User.objects.create_user(username, password=PASSWORD, role=role, **given)


def administrator(**given):
    return user("administrator", agency=None, **given)


def caller(person=None, scope="write", **given):
    """A client of the API with a token of `person` (an administrator when None)."""
    token = ApiToken.objects.create(person or administrator(), scope=scope, **given)[1]
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def webhook(owner=None, **given):
    return Webhook.objects.create(owner=owner or administrator(), **{"url": "https://esb.example.vn/kcn"} | given)


def notice(person=None, *, about, key="", **given):
    """A notice to `person` (an administrator when None) about a record."""
    given = {"kind": "task_due_soon", "subject": "Rà soát", "address": "/tasks/", "given": {"days": 2}} | given
    label = about._meta.label_lower
    key = key or f"{label}:{next(numbers)}"
    return Notice.objects.create(user=person or administrator(), key=key, about=label, about_id=about.pk, **given)


def zone(**given):
    number = next(numbers)
    defaults = {
        "code": f"KHU-{number}",
        "name": f"Cụm công nghiệp Số {number}",
        "kind": "CCN",
        "city": "HN",
        "publicity": "public",
    }
    defaults |= {"source": "https://example.vn/khu"}
    given.setdefault("managing_agency", None)
    if given["managing_agency"] is None:
        given["managing_agency"] = agency(city=given.get("city", "HN"))
    return Zone.objects.create(**defaults | given)


def fact(model, zone, *, by=None, supersedes=None, **given):
    """A fact recorded the way the portal does it, by an administrator unless `by` is given."""
    defaults = {"as_of": DAY, "source": "Báo cáo của ban quản lý"}
    made = model(zone=zone, **defaults | given)
    return record(made, by=by or administrator(), supersedes=supersedes)


def area(zone, kind="decision", value="100", **given):
    return fact(ZoneArea, zone, kind=kind, value_ha=value, **given)


def status(zone, value="operating", aspect="main", **given):
    return fact(ZoneStatus, zone, aspect=aspect, value=value, **given)


def occupancy(zone, numerator="50", denominator="100", basis="ccn_2024", **given):
    return fact(Occupancy, zone, numerator_ha=numerator, denominator_ha=denominator, basis_code=basis, **given)


def land_use(zone, code="CN", value="70", **given):
    return fact(LandUse, zone, code=code, value_ha=value, **given)


def boundary(zone, geometry=None, **given):
    return fact(Boundary, zone, submitted=geometry or SQUARE, **given)


def indicator(**given):
    number = next(numbers)
    return Indicator.objects.create(
        **{"code": f"chi-tieu-{number}", "name_vi": f"Chỉ tiêu {number}", "unit": "dự án", "measure": "stock"} | given
    )


def measurement(zone=None, **given):
    given.setdefault("indicator", None)
    given["indicator"] = given["indicator"] or indicator()
    given.setdefault("value", "12")
    return fact(Measurement, zone, **given)


def document(**given):
    number = next(numbers)
    defaults = {
        "type": "QĐ",
        "number": f"{number}/QĐ-UBND",
        "year": 2025,
        "issuer": "UBND TP Hà Nội",
        "city": "HN",
        "publicity": "public",
    }
    return Document.objects.create(**defaults | given)


def unit(**given):
    number = next(numbers)
    return AdminUnit.objects.create(
        **{"level": "commune", "code": f"{number:05}", "name": f"Xã Số {number}", "city": "HN"} | given
    )


def phase(zone, number=1, **given):
    return Phase.objects.create(zone=zone, number=number, **given)


def developer(**given):
    return Developer.objects.create(**{"name": f"Công ty Hạ tầng {next(numbers)}"} | given)


def facility(**given):
    number = next(numbers)
    defaults = {"code": f"CSSX-{number}", "name": f"Cơ sở sản xuất Số {number}", "city": "HN", "publicity": "public"}
    defaults |= {"as_of": DAY, "source": "Phiếu khảo sát"}
    given["managing_agency"] = given.get("managing_agency") or agency(city=given.get("city", "HN"))
    return Facility.objects.create(**defaults | given)


def project(zone=None, **given):
    number = next(numbers)
    defaults = {
        "code": f"DA-{number}",
        "name": f"Nhà máy Số {number}",
        "origin": "DDI",
        "status": "operating",
        "publicity": "public",
    }
    return TenantProject.objects.create(
        zone=zone or globals()["zone"](), **defaults | {"as_of": DAY, "source": "GCNĐKĐT"} | given
    )


def imported(agency, **given):
    """A file of `agency` that is in the register, with one row that was left out because it could not be read."""
    refused = Outcome(2, "rejected", "CCN Không Rõ", refusals=[Refusal("Sheet1!F2", "Diện tích", "1.234 là số nào?")])
    sheet = SimpleNamespace(
        skipped=[], warnings=[], heads=[("code", 1)], rows=[SimpleNamespace(number=2, cells=["HN-CCN-KHONG-RO"])]
    )
    who = user("editor", agency=agency)
    defaults = {"what": "zones", "state": "applied", "file_name": "Khu, cụm.csv", "rows": 1, "rejected": 1}
    defaults |= {"agency": agency, "uploaded_by": who, "applied_by": who, "applied_at": timezone.now()}
    defaults |= {"file_sha256": f"{next(numbers):064}", "skip_rejected": True}
    made = Import(**defaults | given)
    made.file.save("khu.csv", ContentFile(b"x"), save=False)
    made.preview.save("khu.gz", ContentFile(written(sheet, [refused])), save=False)
    made.save()
    return made


def many_zones(wanted, **given):
    """`wanted` zones with an area, a status and an occupancy each, written in bulk: for counting queries."""
    given["managing_agency"] = given.get("managing_agency") or agency(city=given.get("city", "HN"))
    made = []
    for _ in range(wanted):
        number = next(numbers)
        made.append(
            Zone(
                **{
                    "code": f"Z{number}",
                    "name": f"Khu công nghiệp {number}",
                    "kind": "KCN",
                    "city": "HN",
                    "publicity": "public",
                }
                | given
            )
        )
        made[-1].name_sort, made[-1].search = f"khu {number:06}", f" khu cong nghiep {number} z{number} kcn"
    Zone.objects.bulk_create(made)
    common = {"as_of": DAY, "source": "Báo cáo"}
    ZoneArea.objects.bulk_create([ZoneArea(zone=zone, kind="decision", value_ha=100, **common) for zone in made])
    ZoneStatus.objects.bulk_create([ZoneStatus(zone=zone, value="operating", **common) for zone in made])
    Occupancy.objects.bulk_create(
        [Occupancy(zone=zone, numerator_ha=40, denominator_ha=80, basis_code="kcn_2022", **common) for zone in made]
    )
    refresh([zone.pk for zone in made])
    with connection.cursor() as cursor:  # as PostgreSQL does by itself soon after so many rows
        for model in (Zone, ZoneArea, ZoneStatus, Occupancy):
            cursor.execute(f"ANALYZE {model._meta.db_table}")
    return made


def dossier(subject=None, state="in_plan", *, on=DAY, by=None, **given):
    """A dossier of a zone (or a facility), opened the way the portal does it: on the legal track unless named."""
    subject = subject or zone()
    of = "facility" if isinstance(subject, Facility) else "zone"
    opened = {"document": given.pop("document", None), "precision": given.pop("precision", "day")}
    defaults = {"code": f"HS-{next(numbers)}", "track": "legal", "lead_agency": subject.managing_agency}
    defaults |= {of: subject, "title": f"Hồ sơ {subject.name}", "publicity": subject.publicity, "source": "Báo cáo"}
    given = defaults | given
    return workflow.open_dossier(
        Dossier(**given), state, by=by or administrator(), on=on, source=given["source"], **opened
    )


def move(dossier, code, on, *, by=None, note="Theo văn bản", **given):
    """Make one move, with a document of a type that it accepts."""
    wanted = dossier.table.moves[code].evidence
    if "document" not in given and wanted:
        given["document"] = document(type=wanted[0], city=dossier.city)
    step = workflow.advance(dossier, code, by=by or administrator(), on=on, note=note, **given)
    dossier.refresh_from_db()
    return step


def pause(dossier, *, by=None, **given):
    defaults = {"kind": "suspension", "start_on": DAY, "reason": "Chờ ý kiến cấp trên", "source": "Thông báo"}
    return workflow.pause(dossier, by=by or administrator(), **defaults | given)


def extension(dossier, rule="ccn.appraisal", *, by=None, **given):
    defaults = {"length": 5, "unit": "wd", "granted_on": DAY}
    given["document"] = given.get("document") or document(city=dossier.city)
    return workflow.extend(dossier, rule, by=by or administrator(), **defaults | given)


def milestone(dossier, **given):
    defaults = {"label": "Thành lập", "state": "established", "on": DAY, "source": "Kế hoạch năm"}
    return Milestone.objects.create(dossier=dossier, **defaults | given)


def rule(code="ccn.appraisal", value=20, unit="wd", **given):
    defaults = {"title": f"Thời hạn {code}", "kind": "clock", "article": "Điều 10", "certainty": "V"}
    return Rule.objects.create(**defaults | {"code": code, "value": value, "unit": unit} | given)


def holiday(on, name="Nghỉ lễ", **given):
    return Holiday.objects.create(
        **{"on": on, "name": name, "kind": "holiday", "certainty": "seen", "source": "Thông báo"} | given
    )


def plan(**given):
    number = next(numbers)
    defaults = {"code": f"QH-{number}", "title": f"Quy hoạch số {number}", "city": "HN", "kinds": ["CCN"]}
    return Plan.objects.create(**defaults | {"publicity": "public", "source": "Quyết định phê duyệt"} | given)


def session(**given):
    number = next(numbers)
    defaults = {"code": f"KH-{number}", "name": f"Kỳ họp số {number}", "city": "HN", "body": "hdnd", "on": DAY}
    return CouncilSession.objects.create(**defaults | {"publicity": "public", "source": "Lịch họp"} | given)


def plan_entry(plan=None, **given):
    defaults = {"number": next(numbers), "name": "Cụm công nghiệp trong quy hoạch", "kind": "CCN"}
    return PlanEntry.objects.create(plan=plan or globals()["plan"](), **defaults | {"source": "Phụ lục"} | given)


def session_item(dossier, session=None, **given):
    return SessionDossier.objects.create(session=session or globals()["session"](), dossier=dossier, **given)


def directive(**given):
    number = next(numbers)
    defaults = {"code": f"CD-{number}", "number": f"{number}/TB-VP", "title": "Kết luận cuộc họp", "city": "HN"}
    given = defaults | {"issued_on": DAY, "publicity": "internal", "source": "Thông báo kết luận"} | given
    return Directive.objects.create(**{"agency": given.get("agency") or agency(city=given["city"])} | given)


def task(of=None, **given):
    """A task of a directive, with the deadline that it holds now."""
    of = of or directive()
    linked = {name: given.pop(name) for name in ("cooperating", "zones", "dossiers") if name in given}
    defaults = {"number": of.tasks.count() + 1, "content": "Rà soát, báo cáo", "source": "Thông báo kết luận"}
    made = Task(directive=of, **defaults | {"lead_agency": given.get("lead_agency") or agency(city=of.city)} | given)
    duties.set_due(made, Holiday.objects.calendar())
    made.save()
    for name, records in linked.items():
        getattr(made, name).set(records)
    return made


def once_given(task):
    """DAY, or the day on which the directive of a task was issued, when that is later."""
    return max(DAY, task.directive.issued_on or DAY)


def task_report(task, kind="progress", *, by=None, **given):
    given = {"on": once_given(task), "text": "Đang làm"} | given
    return duties.report(task, by=by or administrator(), kind=kind, **given)


def task_extension(task, *, by=None, **given):
    defaults = {"granted_on": once_given(task), "note": "Chờ số liệu", "source": "Công văn"}
    due_on = (task.due_on or DAY) + datetime.timedelta(30)
    return duties.extend(task, by=by or administrator(), **defaults | {"due_on": due_on} | given)


def consultation(**given):
    """A consultation that is still a draft; `sent()` sends it."""
    number = next(numbers)
    defaults = {"code": f"LYK-{number}", "title": f"Dự thảo quy hoạch chi tiết {number}", "city": "HN"}
    given = defaults | {"publicity": "internal", "term_length": 10, "term_unit": "wd"} | given
    return Consultation.objects.create(**{"agency": given.get("agency") or agency(city=given["city"])} | given)


def opinion(of=None, *, sent_on=DAY, **given):
    """An agency that is asked, on `sent_on` (None: not yet)."""
    of = of or consultation()
    made = OpinionRequest.objects.create(consultation=of, **{"agency": given.get("agency") or agency()} | given)
    if sent_on and not of.sent_on:
        consulting.send(of, by=administrator(), on=sent_on)
    made.refresh_from_db()
    return made


def answered(request=None, *, by=None, on=DAY, **given):
    """What an agency answered, put down from paper."""
    defaults = {"outcome": "agree_with_comments", "text": "1. Bổ sung bãi đỗ xe.\n2. Rà soát ranh giới."}
    return consulting.record_answer(request or opinion(), by=by or administrator(), on=on, **defaults | given)


def point(request=None, **given):
    """One point of an opinion."""
    return consulting.split(request or answered(), by=administrator(), points=[{"text": "Bổ sung bãi đỗ xe"} | given])[
        0
    ]


def obstacle(**given):
    number = next(numbers)
    given = {
        "code": f"VM-{number}",
        "title": "Còn 12 hộ chưa nhận tiền",
        "cause": "clearance",
        "raised_on": DAY,
    } | given
    given = {"publicity": "internal", "source": "Báo cáo của xã"} | given
    subject = {} if given.get("zone") or given.get("dossier") else {"zone": zone()}
    made = Obstacle(**{"agency": given.get("agency") or agency()} | subject | given)
    made.expected_on = made.first_expected_on
    made.save()
    return made


def obstacle_update(obstacle, *, by=None, **given):
    return obstacles.tell(obstacle, by=by or administrator(), **{"on": DAY, "text": "Đã chi trả 5 hộ"} | given)


def calendar_key(person=None, label="Điện thoại"):
    """The key of a person's own calendar, and its secret."""
    return calendars.new_key(person or user(), label)


def silence_rule(**given):
    defaults = {"title": "Quá hạn không trả lời thì coi như đồng ý", "city": "HN", "zone_kind": "CCN"}
    return SilenceRule.objects.create(**defaults | {"article": "Điều 5", "certainty": "D"} | given)
