"""The tracks of one zone."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import get_visible_or_404
from planning.lanes import read_lanes
from planning.listings import DOSSIERS
from zones.columns import zone_address
from zones.models import Zone


@require_safe
def zone_tracks(request, code):
    """All tracks of a zone and of its phases side by side."""
    zone, today = get_visible_or_404(Zone.objects, request.user, code=code), timezone.localdate()
    context = {"zone": zone, "today": today, "groups": read_lanes(zone, request.user, today)}
    context |= {"title": _("Các tuyến của %(zone)s") % {"zone": zone}, "may_open": DOSSIERS.may_add(request.user)}
    context["crumbs"] = [(reverse("zones:list"), _("Khu, cụm")), (zone_address(zone), zone.name)]
    return render(request, "planning/tracks.html", context)
