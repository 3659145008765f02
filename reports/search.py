"""One box over the register and the work on it: of each kind the first ten that the reader may see.

Each kind is found the way that its own list finds it, and leads on to that list."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from planning.books import PlanFilterSet
from planning.columns import dossier_address
from planning.consultation_lists import ConsultationFilterSet, consultation_address
from planning.duty_lists import DirectiveFilterSet, TaskFilterSet, directive_address, issued_by, task_address
from planning.filters import DossierFilterSet
from planning.models import Consultation, Directive, Dossier, Obstacle, Plan, Task
from planning.obstacle_lists import ObstacleFilterSet, obstacle_address
from zones.columns import document_address, facility_address, zone_address
from zones.filters import DocumentFilterSet, FacilityFilterSet, ZoneFilterSet
from zones.models import Document, Facility, Zone

SHOWN = 10


@dataclass(frozen=True)
class Kind:
    """What is looked through: the rows that a person may see on the day of the frame, and how one of them is told."""

    title: Any
    page: str
    filterset: type[FilterSet]
    rows: Callable[..., QuerySet]
    address: Callable[[Any], str]
    note: Callable[[Any], str]


@dataclass(frozen=True)
class Group:
    """The first records of one kind: [(name, note, address)]. `more`: the list of all, when there are more."""

    title: str
    items: list
    more: str


def day_of(frame):
    return frame.day or timezone.localdate()


def consultations_on(user, day):
    """Those sent by the end of a past day; today the drafts as well."""
    found = Consultation.objects.visible_to(user)
    return found.filter(sent_on__lte=day) if day else found


KINDS = (
    Kind(
        _("Khu, cụm công nghiệp"),
        "zones:list",
        ZoneFilterSet,
        lambda user, frame: Zone.objects.visible_to(user).on(frame.day, frame.known),
        zone_address,
        lambda zone: f"{zone.kind} · {zone.code}",
    ),
    Kind(
        _("Hồ sơ"),
        "planning:dossiers",
        DossierFilterSet,
        lambda user, frame: Dossier.objects.visible_to(user).select_related("zone"),
        dossier_address,
        lambda dossier: " · ".join(filter(None, (dossier.code, dossier.state_now and str(dossier.state_now.name)))),
    ),
    Kind(
        _("Văn bản chỉ đạo"),
        "planning:directives",
        DirectiveFilterSet,
        lambda user, frame: issued_by(Directive.objects.visible_to(user), day_of(frame)),
        directive_address,
        lambda directive: directive.title,
    ),
    Kind(
        _("Nhiệm vụ"),
        "planning:tasks",
        TaskFilterSet,
        lambda user, frame: Task.objects.visible_to(user).given_by(day_of(frame)).select_related("directive"),
        task_address,
        lambda task: task.content,
    ),
    Kind(
        _("Lấy ý kiến"),
        "planning:consultations",
        ConsultationFilterSet,
        lambda user, frame: consultations_on(user, frame.day),
        consultation_address,
        lambda consultation: " · ".join(filter(None, (consultation.code, consultation.version_text))),
    ),
    Kind(
        _("Vướng mắc"),
        "planning:obstacles",
        ObstacleFilterSet,
        lambda user, frame: Obstacle.objects.visible_to(user).raised_until(day_of(frame)),
        obstacle_address,
        lambda obstacle: obstacle.code,
    ),
    Kind(
        _("Quy hoạch"),
        "planning:plans",
        PlanFilterSet,
        lambda user, frame: Plan.objects.visible_to(user),
        lambda plan: reverse("planning:plan", args=[plan.code]),
        lambda plan: plan.code,
    ),
    Kind(
        _("Văn bản"),
        "zones:documents",
        DocumentFilterSet,
        lambda user, frame: Document.objects.visible_to(user),
        document_address,
        lambda document: document.title,
    ),
    Kind(
        _("Cơ sở sản xuất riêng lẻ"),
        "zones:facilities",
        FacilityFilterSet,
        lambda user, frame: Facility.objects.visible_to(user),
        facility_address,
        lambda facility: " · ".join(filter(None, (facility.code, facility.trade))),
    ),
)


def look_for(text, request, frame):
    """A Group of each kind in which something is found."""
    asked = {"search": text, "city": frame.asked_city}
    return [group for kind in KINDS if (group := found(kind, asked, request, frame)).items]


def found(kind, asked, request, frame):
    asking = kind.filterset(asked_as(asked), kind.rows(request.user, frame), request=request)
    records = list(asking.qs[: SHOWN + 1]) if asking.is_valid() else []
    items = [(str(record), kind.note(record), kind.address(record)) for record in records[:SHOWN]]
    address = (
        f"{reverse(kind.page)}?{urlencode(asked | ({} if frame.is_today else {'as_of': frame.as_of.isoformat()}))}"
    )
    return Group(str(kind.title), items, address if len(records) > SHOWN else "")


def asked_as(asked):
    """As an address would ask it."""
    query = QueryDict(mutable=True)
    query.update(asked)
    return query
