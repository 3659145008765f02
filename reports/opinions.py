"""What became of a consultation: who was asked, who answered and how, and what every single point led to.

One dataclass for the table “tổng hợp, tiếp thu, giải trình ý kiến” in Word, PDF and Excel."""

import datetime
from collections import Counter
from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils import timezone

from accounts.access import get_visible_or_404, prefetch_visible, sees_whole
from accounts.text import sort_key
from planning.consultation_lists import ANSWERED
from planning.models import Consultation, OpinionItem, OpinionRequest
from zones.models import Document


@dataclass(frozen=True)
class Point:
    """One point; or, `item` None, an answer that says something and was not split into points yet."""

    request: OpinionRequest
    item: OpinionItem | None

    @property
    def about(self):
        return self.item.about if self.item else ""

    @property
    def text(self):
        return self.item.text if self.item else self.request.text


@dataclass(frozen=True)
class Opinions:
    """`requests`: those sent by the end of the day that the reader may see, with their `state` then, by agency.

    `whole`: the reader sees every request of the consultation, not only that of the own agency."""

    consultation: Consultation
    cutoff_on: datetime.date
    whole: bool
    requests: tuple[OpinionRequest, ...]
    points: tuple[Point, ...]

    def agencies(self, *states):
        """The names of the agencies in these states."""
        return tuple(str(request.agency) for request in self.requests if request.state in states)

    @property
    def answered(self):
        return tuple(request for request in self.requests if request.state in ANSWERED)

    @property
    def late(self):
        return sum(request.is_late for request in self.answered)

    @property
    def with_more_time(self):
        """Asked with the others and given more time than they."""
        return tuple(one for one in self.requests if one.due_on > self.consultation.due_on)

    @property
    def settled(self):
        """outcome → how many points; "" those not settled yet."""
        return Counter(point.item.outcome for point in self.points if point.item)

    @property
    def unsplit(self):
        return sum(point.item is None for point in self.points)


def asked_about(user, code):
    """The visible consultation of that code, with its letter when that is visible too; 404 when there is none."""
    found = Consultation.objects.select_related("agency__parent", "silence_rule")
    return get_visible_or_404(found.prefetch_related(prefetch_visible("document", Document, user)), user, code=code)


def opinions(user, consultation, on=None) -> Opinions:
    """The answers given by the end of `on` (None: today), as `user` may see them, with what the register says of their
    points now. Four statements, however many there are."""
    day = on or timezone.localdate()
    found = OpinionRequest.objects.visible_to(user).filter(consultation=consultation.pk, sent_on__lte=day).stated(day)
    items = Prefetch("items", OpinionItem.objects.visible_to(user).order_by("number"))
    found = found.select_related("agency").prefetch_related(items, prefetch_visible("document", Document, user))
    requests = tuple(sorted(found, key=lambda request: (sort_key(request.agency.name), request.pk)))
    points = [point for request in requests if request.state in ANSWERED for point in points_of(request)]
    points.sort(key=lambda point: (not point.item, not point.about, sort_key(point.about)))  # a stable sort
    return Opinions(consultation, day, sees_whole(user, consultation), requests, tuple(points))


def points_of(request):
    """The points of an answer; the answer itself while it says something and has none."""
    split = [Point(request, item) for item in request.items.all()]
    return split or ([Point(request, None)] if request.text else [])
