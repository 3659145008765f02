"""What every page's frame shows: who, which city, which cut-off day, where one is.

Here is the one reader of the days and moments that stand in an address, for pages, exports and API alike."""

import datetime
import re
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from accounts import notices
from accounts.access import BOTH_CITIES, City
from accounts.signin import lacks_totp

NAVIGATION = (
    ("home", _("Tổng quan")),
    ("zones:list", _("Khu, cụm")),
    ("zones:facilities", _("Cơ sở sản xuất")),
    ("zones:projects", _("Dự án thứ cấp")),
    ("zones:documents", _("Văn bản")),
    ("planning:dossiers", _("Hồ sơ, quy hoạch")),
    ("planning:tasks", _("Nhiệm vụ")),
    ("reports:list", _("Báo cáo")),
)
ROOMS = {  # of the parts of the portal that have several: a second row, while one is in it
    "planning": (
        (
            ("planning:dossiers", _("Hồ sơ")),
            ("planning:board", _("Theo bước")),
            ("planning:timeline", _("Diễn biến")),
            ("planning:delays", _("Vì sao chậm")),
            ("planning:steps", _("Sổ bước")),
            ("planning:plans", _("Quy hoạch")),
            ("planning:sessions", _("Kỳ họp")),
            ("planning:rules", _("Luật và thời hạn")),
        ),
        (
            ("planning:my", _("Việc của tôi")),
            ("planning:tasks", _("Nhiệm vụ")),
            ("planning:task_board", _("Theo tình trạng")),
            ("planning:calendar", _("Lịch")),
            ("planning:directives", _("Văn bản chỉ đạo")),
            ("planning:consultations", _("Lấy ý kiến")),
            ("planning:opinions", _("Ý kiến các cơ quan")),
            ("planning:obstacles", _("Vướng mắc")),
        ),
    ),
}
YEARS = range(1900, 2200)  # any other year is a slip of the finger


@dataclass(frozen=True)
class Frame:
    """The choices that hold for the whole page: a city ("" for all), the cut-off day of every figure, and the moment
    as of whose knowledge it speaks (None: now). `problem`, `known_problem`: what of day or moment cannot be read.
    `asked_city`: the city as the address goes on saying it, BOTH_CITIES when that was chosen."""

    city: str
    as_of: datetime.date
    known: datetime.datetime | None = None
    problem: str = ""
    known_problem: str = ""
    asked_city: str = ""

    @property
    def is_today(self):
        return self.as_of >= timezone.localdate()

    @property
    def day(self):
        """The cut-off for a query: None when it is today, so that the stored figures serve."""
        return None if self.is_today else self.as_of

    @property
    def query(self):
        chosen = {"city": self.asked_city, "as_of": "" if self.is_today else self.as_of.isoformat()}
        return urlencode({name: value for name, value in chosen.items() if value})

    @property
    def tail(self):
        """What every link inside the portal ends in, so that the choices stay."""
        return f"?{self.query}" if self.query else ""

    @property
    def city_label(self):
        return City(self.city).label if self.city else _("Hai thành phố")


def read_frame(request):
    """The frame as the address says it; a city, day or moment that cannot be read falls back and says so."""
    city, today = request.GET.get("city", ""), timezone.localdate()
    day, problem = read(request, "as_of", read_day, _("Không đọc được ngày “%(text)s”; cần dạng 31/12/2025."))
    known, known_problem = read(
        request, "known_at", read_moment, _("Không đọc được “%(text)s”; cần dạng 31/12/2025 hoặc 2025-12-31T17:00.")
    )
    asked = city if city in (*City.values, BOTH_CITIES) else ""
    one = "" if asked == BOTH_CITIES else asked
    return Frame(one, min(day or today, today), known, problem, known_problem, asked)


def read(request, name, reader, words):
    """(value, "") of a parameter, (None, "") without it, (None, what is wrong) when it cannot be read."""
    text = request.GET.get(name, "").strip()
    try:
        return reader(text) if text else None, ""
    except ValueError:
        return None, words % {"text": text[:40]}


def read_day(text):
    """A day as offices or machines write it: 31/12/2025 or 2025-12-31; ValueError otherwise."""
    office = "/" in text
    day = datetime.datetime.strptime(text, "%d/%m/%Y").date() if office else datetime.date.fromisoformat(text)
    if day.year not in YEARS:
        raise ValueError(text)
    return day


def read_moment(text):
    """A moment, in UTC; ValueError otherwise. A day means its end; without a zone it is local time.

    The + of a zone arrives as a space when the writer of an address forgot that it stands for one."""
    if len(text) <= 10:
        moment = datetime.datetime.combine(read_day(text), datetime.time.max)
    else:
        moment = datetime.datetime.fromisoformat(re.sub(r"(T.*) (\d\d:?\d\d)$", r"\1+\2", text))
    if moment.year not in YEARS:
        raise ValueError(text)
    return (timezone.make_aware(moment) if timezone.is_naive(moment) else moment).astimezone(datetime.UTC)


def rooms_around(here, path):
    """The rooms of the part that one is in: those with an address above this one, the first of its app otherwise."""
    parts = ROOMS.get(here.partition(":")[0], ())
    above = (part for part in parts if any(path.startswith(reverse(name)) for name, _label in part))
    return next(above, parts[0] if parts else ())


def frame(request):
    """Context processor: everything that base.html shows around a page, under `frame`."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"frame": {}}
    chosen = read_frame(request)
    here = request.resolver_match.view_name if request.resolver_match else ""
    part = rooms_around(here, request.path)
    rooms = [(reverse(name), label) for name, label in part]
    room = max((address for address, _label in rooms if request.path.startswith(address)), key=len, default="")
    return {
        "frame": {
            "user": user,
            "agency": user.agency,
            "cities": City.choices,
            "city": chosen.city,
            "asked_city": chosen.asked_city,
            "both_cities": BOTH_CITIES,
            "city_label": chosen.city_label,
            "as_of": chosen.as_of,
            "is_today": chosen.is_today,
            "problem": chosen.problem,
            "query": chosen.query,
            "tail": chosen.tail,
            "nav": [(reverse(name), label, here == name or name in dict(part)) for name, label in NAVIGATION],
            "rooms": [(address, label, address == room) for address, label in rooms],
            "totp_suggested": lacks_totp(user),
            "unread": SimpleLazyObject(lambda: notices.unread(user)),
        }
    }
