"""Tests for industrial clusters (Decree 32/2024, amended by 303/2026): size, list, occupancy, shares of land."""

import datetime
from dataclasses import replace

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planning.conditions import occupancy
from planning.conditions.finding import FAILED, LEGACY, PASSED, UNKNOWN, Criterion, written
from zones.models import AdminUnit, Zone, ZoneUnit
from zones.models.standing import in_unit
from zones.models.zone import ZoneKind

DECREE_105 = datetime.date(2009, 10, 5)  # Quyết định 105/2009/QĐ-TTg took effect
DECREE_68 = datetime.date(2017, 7, 15)  # Nghị định 68/2017/NĐ-CP took effect
REGULARISED_BEFORE = datetime.date(2026, 12, 31)  # clusters formed before 5/10/2009; the day itself is too late
BY_COMMUNE = datetime.date(2026, 9, 15)  # from then on occupancy is judged in the commune, before in the district
LEGACY_ARTICLE = "khoản 1 Điều 35 Nghị định 32/2024/NĐ-CP"
REGULAR_ARTICLE = "điểm b khoản 4 Điều 35 Nghị định 32/2024/NĐ-CP"
TYPE = Zone.ParkType
SHARES = {
    TYPE.CRAFT: "ccn.craft.min_share",
    TYPE.SPECIALISED: "ccn.specialised.min_share",
    TYPE.SUPPORTING: "ccn.supporting.min_share",
    TYPE.HIGHTECH: "ccn.hightech.min_share",
}
SIZE = Criterion("ccn.size", gettext_lazy("Quy mô diện tích cụm"))
ESTABLISH = Criterion("ccn.establish.occupancy", gettext_lazy("Lấp đầy các cụm đã thành lập trên địa bàn"))
EXPAND = Criterion("ccn.expand.occupancy", gettext_lazy("Lấp đầy của cụm để mở rộng"))
SERVICE = Criterion("ccn.service.share", gettext_lazy("Tỷ lệ đất dịch vụ trong cụm"))
REGULAR = Criterion("ccn.regularise.deadline", gettext_lazy("Thành lập lại cụm hình thành trước 05/10/2009"))
OF_TYPE = Criterion("ccn.type.share", gettext_lazy("Tỷ lệ đất theo loại hình cụm"))


def size(case):
    """Not above 75 ha and not below 10 ha (5 ha for craft villages; for all from 15/9/2026)."""
    most, least, craft = case.rule("ccn.size.max"), case.rule("ccn.size.min"), case.rule("ccn.size.min_craft")
    if not (most and least):
        return None
    area = case.zone and case.zone.area_ha
    if area is None:
        return SIZE.unknown(limits(most, least), least.article, _("Sổ chưa có diện tích của cụm."))
    if area > most.value:
        return excused(SIZE.compare(area, "≤", most), case, DECREE_105)
    if craft and craft.value <= area < least.value:
        return smaller(case, area, craft, least)
    finding = SIZE.compare(area, "≥", least)
    return replace(excused(finding, case, DECREE_68), wanted=limits(most, least))


def limits(most, least):
    return f"{written(least.value, least.unit)} – {written(most.value, most.unit)}"


def smaller(case, area, craft, least):
    """Between 5 and 10 ha: right for a craft-village cluster or one in a mountainous district."""
    if case.park_type == TYPE.CRAFT:
        return SIZE.compare(area, "≥", craft, _("Cụm làng nghề."))
    finding = excused(SIZE.compare(area, "≥", least), case, DECREE_68)
    if finding.outcome == LEGACY:
        return finding
    why = _("%(found)s: đạt nếu là cụm làng nghề hoặc cụm ở huyện miền núi; sổ chưa ghi.") % {"found": finding.found}
    return replace(finding, outcome=UNKNOWN, why=why)


def excused(finding, case, before):
    """A cluster established before the rule came keeps operating as it is (Decree 32/2024 Art 35(1))."""
    since = case.zone.established_on
    if finding.outcome == PASSED or not since or since >= before:
        return finding
    told = {"why": finding.why, "since": case.established_since, "before": f"{before:%d/%m/%Y}"}
    why = _("%(why)s Cụm thành lập %(since)s, trước %(before)s: được tiếp tục hoạt động.") % told
    return replace(finding, outcome=LEGACY, article=LEGACY_ARTICLE, why=why)


def establish_occupancy(case):
    """Clusters already established in the district (from 15/9/2026: the commune) are let by half, or little is left."""
    rule, left = case.rule("ccn.establish.min_avg_occupancy"), case.rule("ccn.establish.max_unleased")
    if not rule:
        return None
    level = AdminUnit.Level.COMMUNE if case.rule_day >= BY_COMMUNE else AdminUnit.Level.DISTRICT
    if level == AdminUnit.Level.COMMUNE and case.park_type in (TYPE.HIGHTECH, TYPE.ECO):
        return ESTABLISH.found(PASSED, "–", "–", rule.article, _("Không áp dụng cho cụm công nghệ cao, cụm sinh thái."))
    units = units_of(case.dossier.zone, level)
    if not units:
        place = _("huyện, quận cũ") if level == AdminUnit.Level.DISTRICT else _("xã, phường")
        why = _("Sổ chưa ghi chắc chắn cụm thuộc %(place)s nào.") % {"place": place}
        return ESTABLISH.unknown(f"> {written(rule.value, rule.unit)}", rule.article, why)
    inside = Q()
    for unit in units:
        inside |= in_unit(unit)
    zones = Zone.objects.on(case.day).filter(kind=ZoneKind.CCN, established=True, withdrawn=False)
    zones = case.as_open(zones, "managing_agency")
    zones = zones.filter(pk__in=ZoneUnit.objects.filter(inside).values("zone")).exclude(pk=case.dossier.zone_id)
    names = ", ".join(unit.name for unit in units)
    where = _("Phạm vi: %(units)s.") % {"units": names}
    return occupancy.of_many(ESTABLISH, zones, rule, ">", max_unleased=left, extra=where)


def units_of(zone, level):
    """The units of a level that the zone certainly lies in: today's communes, or districts as they were."""
    found = {}
    for place in zone.places.filter(certain=True).select_related("unit__parent"):
        for unit in (place.unit, place.unit.parent):
            if unit and unit.level == level and (level == AdminUnit.Level.DISTRICT or not unit.is_former):
                found[unit.pk] = unit
    return list(found.values())


def expand_occupancy(case):
    """The cluster itself is let by 60 % (from 15/9/2026: 50 %), or the demand is more than the land that is left."""
    rule = case.rule("ccn.expand.min_occupancy")
    extra = _("Hoặc nhu cầu thuê đất lớn hơn diện tích còn lại.")
    return rule and occupancy.of_one(EXPAND, case, rule, extra)


def service_share(case):
    """Services on the spot take at most a tenth of the cluster."""
    rule = case.rule("ccn.service.max_share")
    return rule and SERVICE.compare(case.share("DV"), "≤", rule, case.without("DV"))


def type_share(case):
    """A specialised, craft-village, supporting or high-tech cluster is so by a share of its industrial land."""
    rule = case.park_type in SHARES and case.rule(SHARES[case.park_type])
    if not rule:
        return None
    wanted = f"≥ {written(rule.value, rule.unit)}"
    return OF_TYPE.unknown(wanted, rule.article, _("Sổ chưa ghi đất công nghiệp theo ngành: kiểm tra trong hồ sơ."))


def regularise_deadline(case):
    """Clusters formed before 5/10/2009 and in the plan are to be established before 31/12/2026 (Art 35(4)(b))."""
    wanted = _("trước %(day)s") % {"day": f"{REGULARISED_BEFORE:%d/%m/%Y}"}
    left = (REGULARISED_BEFORE - case.day).days - 1
    words = {"day": f"{case.day:%d/%m/%Y}", "wanted": wanted, "left": left}
    if left < 0:
        return REGULAR.found(FAILED, words["day"], wanted, REGULAR_ARTICLE, _("Đã qua hạn %(wanted)s.") % words)
    return REGULAR.found(PASSED, words["day"], wanted, REGULAR_ARTICLE, _("Hạn %(wanted)s, còn %(left)s ngày.") % words)


CONDITIONS = {
    REGULAR.code: regularise_deadline,
    SIZE.code: size,
    ESTABLISH.code: establish_occupancy,
    EXPAND.code: expand_occupancy,
    SERVICE.code: service_share,
    OF_TYPE.code: type_share,
}
