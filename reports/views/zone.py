"""The page of one zone: what the register says of it on a day, what that rests on, and who changed it."""

from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import get_visible_or_404, may_edit
from accounts.context import read_frame
from accounts.history import history_page
from planning.duty_lists import brief_tasks
from planning.lanes import brief_lanes
from planning.obstacle_lists import OBSTACLES, brief_obstacles
from zones.columns import zone_state
from zones.models import Zone
from zones.models.standing import FOREVER
from zones.profile import TENANTS_SHOWN, changes_of, read_profile


@require_safe
def zone_profile(request, code):
    frame = read_frame(request)
    zone = get_visible_or_404(Zone.objects, request.user, code=code)
    profile = read_profile(zone, request.user, frame.day or FOREVER, frame.known)
    context = {"zone": zone, "profile": profile, "title": zone.name, "known": frame.known}
    context["known_problem"] = frame.known_problem
    context |= {"may_edit": may_edit(request.user, zone), "tenants_shown": TENANTS_SHOWN, "tabs": tabs()}
    context |= {"crumbs": [(reverse("zones:list"), _("Khu, cụm"))], "map_address": map_address(zone, request)}
    context |= {
        "lanes": brief_lanes(zone, request.user, timezone.localdate()),
        "tasks": brief_tasks(request.user, frame.day, zones=zone),
        "obstacles": brief_obstacles(request.user, frame.day, zone=zone),
        "may_raise": OBSTACLES.may_add(request.user),
        "of": f"zone={code}",
        "state": zone_state(zone),
        "history": history_page(changes_of(zone), request.user, request.GET.get("page")),
    }
    return render(request, "reports/zone.html", context)


def tabs():
    """The sections of the page; an empty one says what would be there."""
    return [
        ("figures", _("Số liệu chính")),
        ("dossiers", _("Hồ sơ")),
        ("tasks", _("Nhiệm vụ")),
        ("obstacles", _("Vướng mắc")),
        ("areas", _("Diện tích")),
        ("land-use", _("Cơ cấu đất")),
        ("occupancy", _("Lấp đầy")),
        ("boundary", _("Ranh giới")),
        ("phases", _("Giai đoạn")),
        ("tenants", _("Dự án")),
        ("measurements", _("Chỉ tiêu")),
        ("documents", _("Văn bản")),
        ("history", _("Lịch sử")),
    ]


def map_address(zone, request):
    """The features of this zone on the day and at the moment in view."""
    asked = {name: request.GET[name] for name in ("as_of", "known_at") if request.GET.get(name)}
    return reverse("zones:zone_map", args=[zone.code]) + (f"?{urlencode(asked)}" if asked else "")
