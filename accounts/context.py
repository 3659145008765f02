"""What every page's frame shows: who, which city, which cut-off day, where one is."""

import datetime
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.access import City
from accounts.signin import lacks_totp

NAVIGATION = (
    ("home", _("Tổng quan")),
    ("zones:list", _("Khu, cụm")),
    ("zones:facilities", _("Cơ sở sản xuất")),
    ("zones:projects", _("Dự án thứ cấp")),
    ("zones:documents", _("Văn bản")),
    ("reports:list", _("Báo cáo")),
)


@dataclass(frozen=True)
class Frame:
    """The choices that hold for the whole page: a city ("" for all) and the cut-off day of every figure."""

    city: str
    as_of: datetime.date
    problem: str = ""

    @property
    def is_today(self):
        return self.as_of >= timezone.localdate()

    @property
    def day(self):
        """The cut-off for a query: None when it is today, so that the stored figures serve."""
        return None if self.is_today else self.as_of

    @property
    def query(self):
        chosen = {"city": self.city, "as_of": "" if self.is_today else self.as_of.isoformat()}
        return urlencode({name: value for name, value in chosen.items() if value})

    @property
    def city_label(self):
        return City(self.city).label if self.city else _("Hai thành phố")


def read_frame(request):
    """The frame as the address says it; a city or day that cannot be read falls back and says so."""
    city = request.GET.get("city", "")
    text = request.GET.get("as_of", "").strip()
    today, problem = timezone.localdate(), ""
    try:
        day = read_day(text) if text else today
    except ValueError:
        day, problem = today, _("Không đọc được ngày “%(text)s”; cần dạng 31/12/2025.") % {"text": text[:40]}
    return Frame(city if city in City.values else "", min(day, today), problem)


def read_day(text):
    """A day as offices or machines write it: 31/12/2025 or 2025-12-31; ValueError otherwise."""
    if "/" in text:
        return datetime.datetime.strptime(text, "%d/%m/%Y").date()
    return datetime.date.fromisoformat(text)


def frame(request):
    """Context processor: everything that base.html shows around a page, under `frame`."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"frame": {"language": get_language()}}
    chosen = read_frame(request)
    here = request.resolver_match.view_name if request.resolver_match else ""
    return {
        "frame": {
            "user": user,
            "agency": user.agency,
            "cities": City.choices,
            "city": chosen.city,
            "city_label": chosen.city_label,
            "as_of": chosen.as_of,
            "is_today": chosen.is_today,
            "problem": chosen.problem,
            "query": chosen.query,
            "nav": [(reverse(name), label, here == name) for name, label in NAVIGATION],
            "language": get_language(),
            "totp_suggested": lacks_totp(user),
        }
    }
