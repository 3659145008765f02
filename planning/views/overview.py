"""What a city, an agency or a zone has under way: the board by stage, the timeline, why it is late."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.access import get_visible_or_404
from accounts.context import read_frame
from accounts.models import Agency
from planning import tracks
from planning.agenda import agencies_in
from planning.duty_lists import tasks_on
from planning.models import Dossier
from planning.models.directive import given_to
from planning.reckoning import CAUSES, Office, Reckoning, rolled_up
from planning.timeline import draw
from zones.models import Zone

ROWS = 60  # of a timeline on one page
SHOWN = {
    "dossiers": (gettext_lazy("Hồ sơ"), gettext_lazy("Diễn biến hồ sơ")),
    "tasks": (gettext_lazy("Nhiệm vụ"), gettext_lazy("Diễn biến nhiệm vụ")),
    "both": (gettext_lazy("Hồ sơ và nhiệm vụ"), gettext_lazy("Diễn biến hồ sơ và nhiệm vụ")),
}  # what a timeline may show: as a choice, as the title of the page
YEARS = (1, 3, 10)  # that a timeline may be asked to show back and ahead
UNSTARTED = gettext_lazy("Chưa có bước, chỉ có sự việc hoặc mốc")
FEW = 8  # dossiers named in one cell of the board


@dataclass(frozen=True)
class Stage:
    """One state of a track on the board: how many dossiers stand there, the late ones, the first of them by due day."""

    name: Any
    code: str
    count: int
    late: int
    dossiers: tuple


def asked_for(request, user):
    """The visible dossiers that the address asks for: of a zone, an agency, a city, a track; and what they are of."""
    frame, found, of = read_frame(request), Dossier.objects.visible_to(user), None
    if code := request.GET.get("zone"):
        of = get_visible_or_404(Zone.objects, user, code=code)
        return found.filter(zone=of), of
    if code := request.GET.get("agency"):
        of = get_visible_or_404(Agency.objects, user, code=code)
        found = found.filter(Q(lead_agency=of) | Q(cooperating=of)).distinct()
    if frame.city:
        found = found.filter(city=frame.city)
    if (track := request.GET.get("track")) in tracks.TRACKS:
        found = found.filter(track=track)
    return found, of


@require_safe
def board(request):
    """The dossiers of a city by track and state."""
    found, of = asked_for(request, request.user)
    today = timezone.localdate()
    late = Count("pk", filter=Q(ended=False, due_on__lt=today))
    counts = found.values("track", "state").annotate(dossiers=Count("pk"), late=late)
    context = {"title": _("Hồ sơ theo bước"), "of": of, "today": today, "agencies": leads(request.user)}
    context["tracks"] = columns(counts, few_of_each(found))
    return render(request, "planning/board.html", context)


def few_of_each(found):
    """The first dossiers of every stage, the nearest due day first: {(track, state): [dossier]}."""
    few = defaultdict(list)
    ordered = found.select_related("zone", "facility").order_by("ended", "due_on", "code")
    for dossier in ordered:
        if len(few[dossier.track, dossier.state]) < FEW:
            few[dossier.track, dossier.state].append(dossier)
    return few


def columns(counts, few):
    """Per track its stages in the order of the table; stages where nothing stands are left out."""
    by_track = defaultdict(dict)
    for row in counts:
        by_track[row["track"]][row["state"]] = row
    found = []
    for track, label in tracks.TRACKS.items():
        rows = by_track.get(track)
        if not rows:
            continue
        names = names_of(track)
        order = {code: place for place, code in enumerate(names)}
        stages = [
            Stage(names.get(code, UNSTARTED), code, row["dossiers"], row["late"], tuple(few[track, code]))
            for code, row in sorted(rows.items(), key=lambda item: order.get(item[0], len(order)))
        ]
        found.append({"code": track, "name": label, "stages": stages, "count": sum(one.count for one in stages)})
    return found


def names_of(track):
    """The states of a track over all its tables, in their order: {code: name}."""
    names = {}
    for table in tracks.TABLES:
        if table.track == track:
            for code in (*table.path, *table.states):
                names.setdefault(code, table.states[code].name)
    return names


def leads(user):
    """The agencies that lead a dossier in view."""
    visible = Dossier.objects.visible_to(user).values("lead_agency")
    return Agency.objects.visible_to(user).filter(pk__in=visible)


@require_safe
def timeline(request):
    """What happened and what is expected, on one scale: for a zone, an agency, a city."""
    found, of = asked_for(request, request.user)
    today, show, years = timezone.localdate(), chosen_rows(request), chosen_years(request)
    dossiers = found.reckonable().prefetch_related("milestones")
    dossiers = dossiers.order_by("zone__name_sort", "facility__name_sort", "code")
    parts = {"dossiers": dossiers, "tasks": tasks_asked_for(request, request.user, of, today)}
    page = Paginator(InTurn(parts if show == "both" else {show: parts[show]}), ROWS).get_page(request.GET.get("page"))
    bounds = {"first": shifted(today, -years), "last": shifted(today, years)} if years else {}
    context = {"title": SHOWN[show][1], "of": of, "page": page, "today": today, "years": years, "choices": YEARS}
    context |= {"drawn": draw(today=today, **page.object_list, **bounds), "show": show, "shown": SHOWN}
    context["agencies"] = leads(request.user) if show == "dossiers" else agencies_in(request.user, "")
    context["page_range"] = page.paginator.get_elided_page_range(page.number)
    return render(request, "planning/timeline.html", context)


class InTurn:
    """Several query sets for a Paginator, one after the other; a page of them is {name: rows}."""

    def __init__(self, parts):
        self.parts, self.sizes = parts, {name: rows.count() for name, rows in parts.items()}

    def __len__(self):
        return sum(self.sizes.values())

    def __getitem__(self, asked):
        found, passed = {"dossiers": []}, 0
        for name, rows in self.parts.items():
            first, last = max(asked.start - passed, 0), min(asked.stop - passed, self.sizes[name])
            found[name] = list(rows[first:last]) if first < last else []
            passed += self.sizes[name]
        return found


def tasks_asked_for(request, user, of, today):
    """The visible tasks of the same zone, agency or city, by the day on which they were given."""
    city, found = read_frame(request).city, tasks_on(user, today).select_related("directive", "lead_agency")
    if isinstance(of, Zone):
        found = found.filter(zones=of)
    elif of:
        found = found.filter(pk__in=given_to(of).values("pk"))
    if city and not isinstance(of, Zone):
        found = found.filter(directive__city=city)
    return found.prefetch_related("extensions").order_by("directive__issued_on", "directive", "number")


def chosen_rows(request):
    asked = request.GET.get("show", "")
    return asked if asked in SHOWN else "dossiers"


def chosen_years(request):
    asked = request.GET.get("years", "")
    return int(asked) if asked in map(str, YEARS) else 0


def shifted(day, years):
    return date(day.year + years, day.month, 1)


@require_safe
def delays(request):
    """Why dossiers are late: their days by cause and by agency."""
    found, of = asked_for(request, request.user)
    office = Office(timezone.localdate())
    reckonings = [Reckoning(dossier, office) for dossier in found.reckonable()]
    late = sorted((one for one in reckonings if one.delay), key=lambda one: -one.delay)
    context = {"title": _("Vì sao chậm"), "of": of, "today": office.today, "agencies": leads(request.user)}
    context |= {"late": late, "total": sum(one.delay for one in late), "known": len(reckonings)}
    context |= tabled(rolled_up(late))
    return render(request, "planning/delays.html", context)


def tabled(sums):
    """The days by agency and cause as a table whose sums are the delay: rows, foot and the longest row."""
    by_agency = defaultdict(lambda: dict.fromkeys(CAUSES, 0))
    for (cause, agency), days in sums.items():
        by_agency[agency][cause] += days
    rows = [
        {"agency": agency, "days": list(days.values()), "sum": sum(days.values())} for agency, days in by_agency.items()
    ]
    rows.sort(key=lambda row: -row["sum"])
    foot = [sum(row["days"][place] for row in rows) for place in range(len(CAUSES))]
    longest = max((row["sum"] for row in rows), default=0)
    return {"causes": list(CAUSES.values()), "rows": rows, "foot": foot, "longest": longest}
