"""Tests that ask for a plan: the zone stands in the city's list; its land-use balance; residents were asked."""

import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planning.conditions.finding import FAILED, PASSED, Criterion
from planning.models import Plan, PlanEntry
from zones.models import Precision, ZoneStatus

LISTS = {
    "ccn.in_plan": "khoản 3 Điều 5 Nghị định 32/2024/NĐ-CP",
    "kcn.in_plan": "khoản 3 Điều 4 Nghị định 35/2022/NĐ-CP",
}
BALANCE = (
    ("planning.green", gettext_lazy("Tỷ lệ đất cây xanh"), "CX"),
    ("planning.road", gettext_lazy("Tỷ lệ đất giao thông"), "GT"),
    ("planning.infra", gettext_lazy("Tỷ lệ đất hạ tầng kỹ thuật"), "HTKT"),
)
COMMUNITY = Criterion("planning.community", gettext_lazy("Thời gian lấy ý kiến cộng đồng"))


def listed(code):
    test = Criterion(code, gettext_lazy("Có trong danh mục quy hoạch"))
    wanted, article = gettext_lazy("có tên trong danh mục"), LISTS[code]

    def in_plan(case):
        """The zone is in the list of a plan in force, or its file or status says that it is in the plan."""
        plans = case.as_open(Plan.objects, "agency")
        entries = PlanEntry.objects.filter(zone=case.dossier.zone_id, plan__in=plans).filter(
            Q(plan__in_force_from=None) | Q(plan__in_force_from__lte=case.day),
            Q(plan__in_force_to=None) | Q(plan__in_force_to__gte=case.day),
        )
        intents = set(entries.values_list("intent", flat=True))
        if intents - {PlanEntry.Intent.REMOVE} or "in_plan" in case.entered:
            found = _("có trong danh mục")
            return test.found(PASSED, found, str(wanted), article, _("Khu, cụm có trong danh mục quy hoạch."))
        status = case.zone.status if case.zone else ""
        if intents or status == ZoneStatus.Main.REMOVED:
            found = _("đưa ra khỏi quy hoạch")
            return test.found(FAILED, found, str(wanted), article, _("Quy hoạch đưa khu, cụm này ra khỏi danh mục."))
        if status == ZoneStatus.Main.IN_PLAN:
            found = _("tình trạng “Trong quy hoạch”")
            return test.found(PASSED, found, str(wanted), article, _("Theo tình trạng ghi trong sổ."))
        return test.unknown(str(wanted), article, _("Danh mục quy hoạch trong sổ chưa có dòng cho khu, cụm này."))

    return in_plan


def of_balance(code, label, land):
    test = Criterion(code, label)

    def share(case):
        """This kind of land has its share of the land-use balance (QCVN 01:2021/BXD)."""
        rule = case.rule(f"{code}.min")
        return rule and test.compare(case.share(land), "≥", rule, case.without(land))

    return share


def community(case):
    """Residents had at least twenty days (Law 47/2024 Art 37(7)(b)), up to the step that closed it or to the day."""
    rule, asked = case.rule("planning.opinion.community_min"), case.entered.get("plan_consulting")
    if not rule:
        return None
    wanted = _("≥ %(days)s ngày") % {"days": int(rule.value)}
    if not asked or asked.on_precision != Precision.DAY:
        return COMMUNITY.unknown(wanted, rule.article, _("Hồ sơ chưa ghi ngày bắt đầu lấy ý kiến."))
    closed = case.entered.get("community_answered")
    until = closed.on if closed and closed.number > asked.number else case.day
    gone = (until - asked.on) // datetime.timedelta(days=1)
    told = {"days": gone, "from": f"{asked.on:%d/%m/%Y}", "to": f"{until:%d/%m/%Y}", "wanted": wanted}
    why = _("%(days)s ngày, từ %(from)s đến %(to)s; quy định %(wanted)s.") % told
    found = _("%(days)s ngày") % told
    return COMMUNITY.found(PASSED if gone >= rule.value else FAILED, found, wanted, rule.article, why)


CONDITIONS = {code: listed(code) for code in LISTS}
CONDITIONS |= {row[0]: of_balance(*row) for row in BALANCE}
CONDITIONS |= {COMMUNITY.code: community}
