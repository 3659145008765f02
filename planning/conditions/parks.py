"""Tests for industrial parks and high-tech parks: inner city, phases, occupancy of the city's parks, conversion."""

import datetime
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.templatetags.portal import number
from planning.conditions import occupancy
from planning.conditions.finding import FAILED, PASSED, UNKNOWN, Criterion, written
from zones.models import Zone, ZoneArea
from zones.models.zone import ZoneKind

DECREE_35 = datetime.date(2022, 7, 15)  # Nghị định 35/2022/NĐ-CP took effect
INNER_ARTICLE = "khoản 4 Điều 4 Nghị định 35/2022/NĐ-CP"
TYPE = Zone.ParkType
DAYS_A_YEAR = Decimal("365.25")
INNER = Criterion("kcn.inner_city", gettext_lazy("Không lập khu mới trong nội thành"))
PHASE = Criterion("kcn.phase", gettext_lazy("Phân kỳ đầu tư"))
PROVINCE = Criterion("kcn.province.occupancy", gettext_lazy("Lấp đầy bình quân các khu của thành phố"))
CONVERT = Criterion("kcn.convert.years", gettext_lazy("Thời gian đã hoạt động để chuyển sang đô thị - dịch vụ"))
HIGHTECH = Criterion("kcnc.occupancy", gettext_lazy("Sử dụng đất các khu công nghệ cao hiện có"))
HIGHTECH_SERVICE = Criterion("kcnc.service.share", gettext_lazy("Tỷ lệ phân khu dịch vụ, tiện ích"))


def inner_city(case):
    """No new park in the inner city of a special or first-class city, but for high-tech and eco parks."""
    if case.rule_day < DECREE_35:
        return None
    wanted = _("ngoài nội thành, trừ khu công nghệ cao, khu sinh thái")
    inside = case.dossier.zone.inner_city
    if inside is None:
        return INNER.unknown(wanted, INNER_ARTICLE, _("Sổ chưa ghi khu có nằm trong nội thành hay không."))
    found = _("trong nội thành") if inside else _("ngoài nội thành")
    if not inside or case.park_type in (TYPE.HIGHTECH, TYPE.ECO):
        return INNER.found(PASSED, found, wanted, INNER_ARTICLE, _("Khu %(found)s.") % {"found": found})
    if case.park_type == TYPE.UNKNOWN:
        why = _("Khu trong nội thành; sổ chưa ghi loại hình nên chưa kết luận được.")
        return INNER.found(UNKNOWN, found, wanted, INNER_ARTICLE, why)
    return INNER.found(FAILED, found, wanted, INNER_ARTICLE, _("Khu trong nội thành và không thuộc loại được trừ."))


def phase(case):
    """No phase above 500 ha; two-crop rice land, which the register does not hold, may ask for phases earlier."""
    rule = case.rule("kcn.phase.max")
    if not rule:
        return None
    rice = _("Đất lúa hai vụ chưa có trong sổ: kiểm tra riêng.")
    if parts := phases(case):
        return PHASE.compare(max(parts), "≤", rule, f"{_('Giai đoạn lớn nhất.')} {rice}")
    area = case.zone and case.zone.area_ha
    finding = PHASE.compare(area, "≤", rule, rice if area is not None else _("Sổ chưa có diện tích của khu."))
    if finding.outcome != FAILED:
        return finding
    why = _("%(why)s Sổ chưa có diện tích từng giai đoạn của khu.") % {"why": finding.why}
    return replace(finding, outcome=UNKNOWN, why=why)


def phases(case):
    """The hectares of the phases: the dossier's own one, or all of the zone."""
    ranks, own = list(ZoneArea.WHOLE), case.dossier.phase_id
    best = {}
    for (part, kind), value in case.areas.items():
        if part and kind in ranks and own in (None, part):
            best[part] = min(best.get(part, (len(ranks), value)), (ranks.index(kind), value))
    return [value for _rank, value in best.values()]


def established_in_city(case, kinds):
    zones = Zone.objects.on(case.day).filter(kind__in=kinds, city=case.dossier.city)
    return case.as_open(zones.filter(established=True, withdrawn=False), "managing_agency")


def province_occupancy(case):
    """The parks of the city are let by 60 % on average; the decree has exceptions that the register cannot judge."""
    rule = case.rule("kcn.province_avg_occupancy")
    zones = established_in_city(case, (ZoneKind.KCN, ZoneKind.KCX)).exclude(pk=case.dossier.zone_id)
    return rule and occupancy.of_many(PROVINCE, zones, rule, "≥", extra=_("Có trường hợp được trừ: xem Điều 9."))


def convert_years(case):
    """Fifteen years of operation or half of the term, and more than two thirds of the enterprises agree."""
    years = case.rule("kcn.convert.min_years")
    half = case.rule("kcn.convert.min_term_share")
    if not (years and half):
        return None
    term = case.dossier.zone.term_years
    least = min(years.value, term * half.value / 100) if term else years.value
    wanted = f"≥ {number(least)} {_('năm')}"
    consent = _("Sự đồng ý của trên 2/3 doanh nghiệp không có trong sổ: kiểm tra trong hồ sơ.")
    if not case.began_operating:
        why = _("Sổ chưa có ngày khu bắt đầu hoạt động.")
        return CONVERT.unknown(wanted, years.article, f"{why} {consent}")
    since, is_start = case.began_operating
    gone = Decimal((case.day - since).days) / DAYS_A_YEAR
    enough = gone >= least
    outcome = PASSED if enough else FAILED if is_start and term else UNKNOWN
    known = _("Đã hoạt động %(years)s năm (từ %(since)s), quy định %(wanted)s.")
    told = known % {"years": number(gone, 1), "since": f"{since:%d/%m/%Y}", "wanted": wanted}
    return CONVERT.found(outcome, written(round(gone, 1), "y"), wanted, years.article, f"{told} {consent}")


def hightech_occupancy(case):
    """To found a further park or enlarge one, the existing ones must be used by 60 %."""
    rule = case.rule("kcnc.found_expand.occupancy")
    return rule and occupancy.of_many(HIGHTECH, established_in_city(case, (ZoneKind.KCNC,)), rule, "≥")


def hightech_service(case):
    """Services and utilities take at most 15 % of a high-tech park."""
    rule = case.rule("kcnc.service.max")
    return rule and HIGHTECH_SERVICE.compare(case.share("DV"), "≤", rule, case.without("DV"))


CONDITIONS = {
    INNER.code: inner_city,
    PHASE.code: phase,
    PROVINCE.code: province_occupancy,
    CONVERT.code: convert_years,
    HIGHTECH.code: hightech_occupancy,
    HIGHTECH_SERVICE.code: hightech_service,
}
