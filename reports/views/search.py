"""What the box in the frame finds."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.context import read_frame
from reports.search import look_for


@require_safe
def search(request):
    """The first records of each kind whose words begin with those asked for."""
    text, frame = request.GET.get("q", "").strip()[:200], read_frame(request)
    groups = look_for(text, request, frame) if text else []
    return render(request, "reports/search.html", {"asked": text, "groups": groups, "known": frame.known})
