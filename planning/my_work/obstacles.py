"""The obstacles that a person's agency has to remove, and the updates that wait to be decided on."""

from django.db.models import F, Q
from django.utils.translation import gettext as _

from planning import obstacle_lists as listed
from planning import obstacle_profile
from planning.marks import Mark
from planning.models import ObstacleUpdate
from planning.my_work.line import Duty


def to_remove(user, today, calendar):
    """The obstacles that stand and that the agency, or the person, has to remove: overdue and silent ones first."""
    theirs = Q(officer=user) | Q(agency=user.agency_id) if user.agency_id else Q(officer=user)
    found = listed.obstacles_on(user, today).filter(theirs, state__in=listed.OPEN)
    found = found.select_related("agency", "raised_by").prefetch_related(*listed.subject_related(user))
    found = found.order_by("rank", F("then_expected_on").asc(nulls_last=True), "raised_on", "pk")
    return [obstacle_line(one, listed.time_left(one, calendar), user) for one in found]


def obstacle_line(obstacle, time, user):
    words, following = listed.told_in_words(obstacle), obstacle_profile.next_of(obstacle, user)
    where = [(listed.subject_name(obstacle), listed.subject_address(obstacle))]
    mark = Mark("soon", words) if obstacle.is_stale and time.state != "late" else time
    due = listed.expected_in_words(obstacle) or _("chưa có ngày dự kiến")
    raised = {"agency": obstacle.raised_by or _("không rõ ai"), "day": f"{obstacle.raised_on:%d/%m/%Y}"}
    asked = _("%(agency)s nêu ngày %(day)s") % raised
    told = _("cập nhật gần nhất: %(when)s") % {"when": words}
    address, lead = listed.obstacle_address(obstacle), str(obstacle.agency)
    return Duty(obstacle.title, address, where, due, mark, asked, lead, told, following.words, following.address)


def undecided(user):
    """The updates of obstacles that wait for this person: their agency's, all for whoever may change all."""
    role, found = user.role_rules, ObstacleUpdate.objects.visible_to(user)
    if role.edit != "everything":
        found = found.filter(obstacle__agency=user.agency_id) if role.approve and user.agency_id else found.none()
    found = found.filter(decision=ObstacleUpdate.Decision.WAITING).order_by("on", "pk")
    return [update_line(one) for one in found.select_related("obstacle__agency", "agency", "recorded_by")]


def update_line(update):
    obstacle = update.obstacle
    asked = ", ".join(str(part) for part in (update.agency, update.recorded_by) if part)
    new = _("ngày dự kiến mới %(day)s") % {"day": f"{update.expected_on:%d/%m/%Y}"} if update.expected_on else ""
    mark = Mark("soon", _("chờ duyệt từ %(day)s") % {"day": f"{update.on:%d/%m/%Y}"})
    address, act = listed.obstacle_address(obstacle), obstacle_profile.decide_address(obstacle, update.pk)
    lead, due, action = str(obstacle.agency), new or update.get_kind_display(), _("Duyệt hoặc trả lại")
    return Duty(obstacle.title, address, [], due, mark, asked, lead, update.text, action, act)
