"""Tests of works and operation: what the other tracks of the zone must have reached, and notices given in time."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planning import clock
from planning.conditions.finding import FAILED, PASSED, UNKNOWN, Criterion
from planning.models import Holiday
from zones.models import Precision
from zones.models.zone import ZoneKind

DETAIL_PLAN = Criterion("works.detail_plan", gettext_lazy("Quy hoạch chi tiết đã phê duyệt"))
LAND = Criterion("works.land", gettext_lazy("Đất đã được giao, cho thuê"))
NOTICE = Criterion("works.start_notice", gettext_lazy("Thông báo trước ngày khởi công"))
COMPLETE = Criterion("works.infra_complete", gettext_lazy("Hạ tầng dùng chung đã hoàn thành"))
WASTE_WATER = Criterion("works.wastewater", gettext_lazy("Hệ thống xử lý nước thải tập trung"))
BUILDING = "Luật Xây dựng 135/2025/QH15"


def reached(test, case, track, states, article):
    """Another dossier of the zone, on `track`, has reached one of `states`; unknown when there is none."""
    wanted = str(test.label)
    found = case.siblings.get(track)
    if not found:
        return test.unknown(wanted, article, _("Khu, cụm chưa có hồ sơ trên tuyến này."))
    if found & states:
        return test.found(PASSED, wanted, wanted, article, _("Hồ sơ trên tuyến này đã đến bước đó."))
    return test.found(FAILED, _("chưa"), wanted, article, _("Hồ sơ trên tuyến này chưa đến bước đó."))


def detail_plan(case):
    """The detailed plan of the zone is approved."""
    return reached(DETAIL_PLAN, case, "detailed", {"detail_plan_approved", "published"}, BUILDING)


def land(case):
    """Land has been allocated or leased to the developer, at least a first tranche."""
    return reached(LAND, case, "land", {"land_allocated", "land_complete"}, f"Điều 48 {BUILDING}")


def start_notice(case):
    """Works were announced at least three working days before they begin; that day is not counted."""
    rule, notified = case.rule("works.start_notice"), case.entered.get("start_notified")
    if not rule:
        return None
    wanted = _("trước ≥ %(days)s ngày làm việc") % {"days": int(rule.value)}
    if not notified or notified.on_precision != Precision.DAY:
        return NOTICE.unknown(wanted, rule.article, _("Hồ sơ chưa ghi ngày thông báo khởi công."))
    latest = clock.back(case.day, rule.term, Holiday.objects.calendar()).day
    told = {"day": f"{notified.on:%d/%m/%Y}", "start": f"{case.day:%d/%m/%Y}", "latest": f"{latest:%d/%m/%Y}"}
    why = _("Thông báo %(day)s, khởi công %(start)s: chậm nhất là %(latest)s.") % told
    return NOTICE.found(PASSED if notified.on <= latest else FAILED, told["day"], wanted, rule.article, why)


def infra_complete(case):
    """In a cluster, tenants may produce only once the common infrastructure is complete (from 15/9/2026)."""
    rule = case.rule("ccn.secondary.infra_complete")
    if case.kind != ZoneKind.CCN or not rule:
        return None
    return reached(COMPLETE, case, "construction", {"infra_completed"}, rule.article)


def wastewater(case):
    """Without a central system no project that adds waste water may be taken in; the register does not hold it yet."""
    wanted, article = _("có, đạt tiêu chuẩn"), "điểm c khoản 3 Điều 52 Luật Bảo vệ môi trường 2020"
    why = _("Sổ chưa ghi hệ thống xử lý nước thải: kiểm tra trước khi tiếp nhận dự án có nước thải.")
    return WASTE_WATER.found(UNKNOWN, "", wanted, article, why)


CONDITIONS = {
    DETAIL_PLAN.code: detail_plan,
    LAND.code: land,
    NOTICE.code: start_notice,
    COMPLETE.code: infra_complete,
    WASTE_WATER.code: wastewater,
}
