"""The home page: one city, or both, in numbers that each open the list that they count."""

from django.conf import settings
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import City
from accounts.context import read_frame
from reports.charts import picture
from reports.figures import overview
from reports.pressing import pressing
from reports.progress_report import funnel_chart, language
from zones.models.zone import ZoneKind


@require_safe
def home(request):
    """Whoever has a city begins with it; "Hai thành phố" in the frame shows both."""
    if "city" not in request.GET and own_city(request.user):
        return redirect(with_city(request, own_city(request.user)))
    frame = read_frame(request)
    seen = overview(request.user, frame.city, frame.day, frame.known)
    context = {"seen": seen, "kinds": ZoneKind.choices, "tiles": settings.TILE_URL}
    context |= {"known": frame.known, "problem": frame.known_problem}
    context["pressing"] = pressing(request.user, frame.city, frame.day)
    context["crossed"] = list(zip(seen.crossed, seen.statuses, strict=True))
    context["marked"] = list(enumerate(seen.total.figures[1:], 1))
    source, title = seen.total.area.source, _("Diện tích qua từng bước")
    context["funnel"] = picture(funnel_chart(seen.funnel, frame.as_of, title, source, links=True), language())
    return render(request, "reports/home.html", context)


def own_city(user):
    return user.agency.city if user.agency and user.agency.city in City.values else ""


def with_city(request, city):
    """This address for one city."""
    asked = request.GET.copy()
    asked["city"] = city
    return f"{request.path}?{asked.urlencode()}"
