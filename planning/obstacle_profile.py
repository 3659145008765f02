"""What the page of an obstacle shows to one reader, what may be done to it and by whom, and what comes next."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.access import may_edit, prefetch_visible
from planning import obstacles
from planning.duty_profile import changes_of
from planning.models import STALE_RULE, Holiday, Obstacle, ObstacleState, ObstacleUpdate, Rule
from planning.obstacle_lists import (
    OBSTACLE,
    OBSTACLES,
    expected_in_words,
    obstacle_address,
    obstacle_related,
    subject_address,
    subject_name,
    subject_related,
    time_left,
    timed,
    told_in_words,
)
from zones.columns import Column
from zones.models import Document

WAITING = ObstacleUpdate.Decision.WAITING
DECISIONS = {
    ObstacleUpdate.Decision.APPROVED: "on-track",
    ObstacleUpdate.Decision.REFUSED: "removed",
    WAITING: "soon",
}  # what was decided on an update → the mark of the style sheet
OWNER_ONLY = _("Cơ quan tháo gỡ sửa thông tin của vướng mắc.")
TELLERS = _("Cơ quan tháo gỡ và cơ quan nêu vướng mắc được cập nhật.")
DECIDERS = _("Người duyệt hoặc thủ trưởng của cơ quan tháo gỡ duyệt cập nhật.")


# What comes next --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Next:
    """The one thing to do, and where."""

    words: Any
    address: str


TOLD_NEXT = {
    ObstacleState.OVERDUE: _("Ghi ngày mới"),
    ObstacleState.NO_DATE: _("Ghi ngày xong"),
    ObstacleState.IN_TIME: _("Cập nhật"),
}  # state → what whoever may tell does next


def next_of(obstacle, user):
    """For the reader: to decide on an update that waits, to tell what is new, or to read."""
    if obstacle.waiting and obstacles.may_decide(user, obstacle):
        return Next(_t("Duyệt cập nhật"), decide_address(obstacle, obstacle.waiting))
    if obstacle.state in TOLD_NEXT and obstacles.may_tell(user, obstacle):
        return Next(str(TOLD_NEXT[obstacle.state]), update_address(obstacle))
    return Next(_t("Xem"), obstacle_address(obstacle))


def update_address(obstacle):
    return reverse("planning:obstacle_update", args=[obstacle.code])


def decide_address(obstacle, pk):
    return reverse("planning:obstacle_decide", args=[obstacle.code, pk])


def listed(records, user):
    """The obstacles of one page of the list, with what comes next for `user`."""
    records = list(records)
    prefetch_related_objects(records, *subject_related(user))
    for obstacle in timed(records):
        obstacle.next = next_of(obstacle, user)
        yield obstacle


NEXT = Column("next", _("Việc tiếp theo"), lambda one: one.next.words, shown=True, link=lambda one: one.next.address)


def listing_for(user):
    """The list as its page shows it to `user`."""
    return replace(OBSTACLES, columns=(*OBSTACLE, NEXT), worked_out=partial(listed, user=user))


# The page ---------------------------------------------------------------------------------------------------------


def read_obstacles(user, day):
    """Every obstacle as it stood on a day, with what its page says of it; one raised since is shown as well."""
    found = Obstacle.objects.stated(day, obstacles.stale_days(day))
    found = found.select_related("agency", "raised_by", "officer")
    return found.prefetch_related(*obstacle_related(user))


class ObstacleProfile:
    """One obstacle for one reader, as it stood on the day in view; what may be done to it is of now."""

    def __init__(self, obstacle, user, day):
        obstacle.on_day = day
        self.obstacle, self.user = obstacle, user
        self.time = time_left(obstacle, Holiday.objects.calendar())
        self.subject, self.subject_address = subject_name(obstacle), subject_address(obstacle)
        self.expected, self.told = expected_in_words(obstacle), told_in_words(obstacle)
        self.may_edit, self.may_tell = may_edit(user, obstacle), obstacles.may_tell(user, obstacle)
        self.may_decide = obstacles.may_decide(user, obstacle)
        self.updates = self.read_updates()
        self.waiting = sum(update.decision == WAITING for update in self.updates)

    @property
    def resolved(self):
        return self.obstacle.state == ObstacleState.RESOLVED

    def read_updates(self):
        """Every update, the newest first, with its mark and, where it waits for this reader, where it is decided."""
        papers = prefetch_visible("document", Document, self.user)
        found = self.obstacle.updates.select_related("agency", "recorded_by", "decided_by").prefetch_related(papers)
        updates = list(found.order_by("-on", "-pk"))
        for update in updates:
            update.mark = DECISIONS[update.decision]
            waits = update.decision == WAITING and self.may_decide
            update.decide = decide_address(self.obstacle, update.pk) if waits else ""
        return updates

    @property
    def refusals(self):
        """Who may do what this reader may not."""
        told = [(self.may_edit, OWNER_ONLY), (self.may_tell, TELLERS), (self.may_decide or not self.waiting, DECIDERS)]
        return [words for allowed, words in told if not allowed]


def changes_of_obstacle(obstacle):
    return changes_of(obstacle, ((ObstacleUpdate, "obstacle_id"),))


# How the list is to be understood ---------------------------------------------------------------------------------


NO_RULE = _("Chưa có quy tắc về im lặng (%(code)s) nên không vướng mắc nào bị coi là im lặng.")
SILENCE = _("Im lặng: chưa tháo gỡ và quá %(n)s ngày không có cập nhật nào được duyệt (quy tắc: %(certainty)s).")


def basis(day):
    """How the states and the silence of the list are reckoned, line by line."""
    reckoned = _t("Tình trạng tính đến hết ngày %(day)s, theo các cập nhật đã được duyệt.") % {"day": f"{day:%d/%m/%Y}"}
    rule = Rule.objects.on(day).filter(code=STALE_RULE).first()
    if rule is None:
        return [reckoned, NO_RULE % {"code": STALE_RULE}]
    return [reckoned, SILENCE % {"n": int(rule.value), "certainty": rule.get_certainty_display()}]
