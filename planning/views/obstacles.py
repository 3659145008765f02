"""The list of obstacles, the page of one, its form and its verbs. Each verb is of planning/obstacles.py."""

from functools import partial

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.access import Publicity, check_may_edit, get_visible_or_404
from accounts.context import read_frame
from accounts.history import history_page
from planning import obstacles as verbs
from planning.models import Dossier, Obstacle, ObstacleState, ObstacleUpdate
from planning.obstacle_forms import DecideForm, ObstacleForm, UpdateForm
from planning.obstacle_lists import MARKS, OBSTACLES, by_state, obstacle_address, shares
from planning.obstacle_profile import ObstacleProfile, basis, changes_of_obstacle, listing_for, read_obstacles
from planning.views.acting import Acting, Verb, opened_with
from zones.listings import Question
from zones.models import Zone
from zones.views.editing import check_may_add, correct, page
from zones.views.lists import head, numbered_page, table
from zones.views.records import rows_of

SHOWN = ["publicity", "document", "source", "note"]


def way_to(obstacle=None):
    way = [(reverse("planning:obstacles"), _("Vướng mắc"))]
    return [*way, (obstacle_address(obstacle), str(obstacle))] if obstacle else way


@require_safe
def obstacles(request):
    question = Question(listing_for(request.user), request)
    context = head(question) | numbered_page(question)
    context |= table(question, context.pop("records"))
    day = question.frame.as_of
    context["states"], context["stale"] = by_state(question.rows)
    context["causes"], context["agencies"] = shares(question.rows, day)
    context |= {"new": None, "may_add": OBSTACLES.may_add(request.user), "basis": basis(day)}
    return render(request, "planning/obstacle_list.html", context, status=400 if question.errors else 200)


@require_safe
def obstacle(request, code):
    user, day = request.user, read_frame(request).as_of
    record = get_visible_or_404(read_obstacles(user, day), user, code=code)
    context = {"obstacle": record, "profile": ObstacleProfile(record, user, day), "crumbs": way_to()}
    context |= {"title": str(record), "mark": MARKS[record.state], "state": ObstacleState(record.state).label}
    context["rows"] = rows_of(record, SHOWN, user)
    context["history"] = history_page(changes_of_obstacle(record), user, request.GET.get("page"))
    return render(request, "planning/obstacle.html", context)


def begun(request):
    """A new obstacle with what is known: who raises it, of what (`zone=CODE` or `dossier=CODE` in the address)."""
    user, today = request.user, timezone.localdate()
    asked = {name: text for name in ("zone", "dossier") if (text := request.GET.get(name, "")).isprintable()}
    zone = Zone.objects.visible_to(user).filter(code=asked.get("zone", "")).first()
    dossier = Dossier.objects.visible_to(user).filter(code=asked.get("dossier", "")).first()
    zone = zone or (dossier and dossier.zone)
    city = zone.city if zone else dossier.city if dossier else user.agency.city if user.agency else ""
    record = Obstacle(raised_by=user.agency, raised_on=today, zone=zone, dossier=dossier)
    record.agency = dossier.lead_agency if dossier else zone.managing_agency if zone else user.agency
    record.code = verbs.next_code(city, today)
    if any(subject and subject.publicity == Publicity.RESTRICTED for subject in (zone, dossier)):
        record.publicity = Publicity.RESTRICTED
    return record


def paper_named(request):
    """A document that was just added for the form; zone and dossier are named by their codes."""
    return opened_with(request, ObstacleForm, "document")


@page
def obstacle_new(request):
    record = begun(request)
    check_may_add(request, record)
    form = ObstacleForm(request.POST or None, instance=record, user=request.user, initial=paper_named(request))
    context = {"title": _("Nêu vướng mắc"), "crumbs": way_to(), "cancel_url": reverse("planning:obstacles")}
    return correct(request, form, address=obstacle_address, template="planning/obstacle_edit.html", **context)


@page
def obstacle_edit(request, code):
    record = get_visible_or_404(Obstacle.objects, request.user, code=code)
    check_may_edit(request.user, record)
    form = ObstacleForm(request.POST or None, instance=record, user=request.user, initial=paper_named(request))
    context = {"title": _("Sửa vướng mắc"), "crumbs": way_to(record), "cancel_url": obstacle_address(record)}
    return correct(request, form, address=obstacle_address, template="planning/obstacle_edit.html", **context)


ACTING = Acting(
    "obstacle",
    "planning/obstacle_form.html",
    lambda user: read_obstacles(user, timezone.localdate()),
    lambda obstacle, user: changes_of_obstacle(obstacle),
    way_to,
    obstacle_address,
)
TELL = Verb(UpdateForm, verbs.tell, gettext_lazy("Cập nhật vướng mắc"))


@page
def obstacle_update(request, code):
    record = ACTING.own(request, verbs.may_tell, code=code)
    decides = verbs.may_decide(request.user, record)
    done = _("Đã ghi cập nhật.") if decides else _("Đã ghi cập nhật; cập nhật được tính khi được duyệt.")
    return ACTING.do(request, record, TELL, done=done, decides=decides)


@page
def obstacle_decide(request, code, pk):
    record = ACTING.own(request, verbs.may_decide, code=code)
    update = get_visible_or_404(ObstacleUpdate.objects, request.user, obstacle=record, pk=pk)
    form = DecideForm(request.POST or None, record=record, user=request.user)
    words = {"title": _("Duyệt cập nhật"), "done": _("Đã ghi kết quả duyệt.")}
    return ACTING.act_on(request, form, partial(verbs.decide, update), update=update, **words)
