"""Occupancy tests: of one zone, and on average (Σ/Σ) of the zones of a place."""

from dataclasses import replace

from django.utils.translation import gettext as _

from accounts.templatetags.portal import number, percent
from planning.conditions.case import occupied
from planning.conditions.finding import FAILED, PASSED, UNKNOWN
from zones.models.area import occupancy_pct


def of_one(test, case, rule, extra=""):
    """The zone's own occupancy against `rule`."""
    zone, stated = case.zone, ""
    counted = occupied(zone) if zone else None
    value = occupancy_pct(*counted) if counted else None
    if counted:
        stated = _("%(leased)s / %(land)s ha.") % {"leased": number(counted[0]), "land": number(counted[1])}
    elif zone and zone.stated_pct is not None:
        value, stated = zone.stated_pct, _("Theo tỷ lệ mà nguồn công bố.")
    else:
        stated = _("Sổ chưa có diện tích đã cho thuê và diện tích đất công nghiệp.")
    finding = test.compare(value, "≥", rule, stated)
    return finding if finding.outcome == PASSED else replace(finding, why=f"{finding.why} {extra}".strip())


def of_many(test, zones, rule, sign, *, max_unleased=None, extra=""):
    """The average occupancy Σ/Σ of `zones`; or so little unleased land as `max_unleased` allows.

    Unknown as long as one of them lacks figures; passed when there is none."""
    zones = list(zones)
    counted = [pair for zone in zones if (pair := occupied(zone))]
    leased, land = sum(pair[0] for pair in counted), sum(pair[1] for pair in counted)
    unleased, value = land - leased, occupancy_pct(leased, land)
    wanted = f"{sign} {percent(rule.value)}"
    if max_unleased:
        wanted = _("%(share)s hoặc còn ≤ %(area)s ha") % {"share": wanted, "area": number(max_unleased.value)}
    if not zones:
        none = _("Chưa có khu, cụm nào đã thành lập trong phạm vi tính.")
        return test.found(PASSED, "–", wanted, rule.article, f"{none} {extra}".strip())
    if not counted:
        missing = _("Chưa có số liệu của %(all)s khu, cụm đã thành lập.") % {"all": len(zones)}
        return test.unknown(wanted, rule.article, f"{missing} {extra}".strip())
    found = _("%(share)s, còn %(area)s ha") % {"share": percent(value), "area": number(unleased)}
    words = {"found": found, "wanted": wanted, "known": len(counted), "all": len(zones)}
    why = _("%(found)s, tính trên %(known)s/%(all)s khu, cụm đã thành lập; quy định %(wanted)s.") % words
    if len(counted) < len(zones):
        missing = _("Còn khu, cụm chưa có số liệu nên chưa kết luận được.")
        return test.found(UNKNOWN, found, wanted, rule.article, f"{why} {missing} {extra}".strip())
    enough = value is not None and (value > rule.value if sign == ">" else value >= rule.value)
    little = max_unleased is not None and unleased <= max_unleased.value
    return test.found(PASSED if enough or little else FAILED, found, wanted, rule.article, f"{why} {extra}".strip())
