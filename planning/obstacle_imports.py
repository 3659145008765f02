"""Obstacles from a file, by their code. A file writes their own fields; what is told and decided is written on the page
of the obstacle. A new one may be given to another agency by the one that raises it, which is told of it."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from planning import obstacle_notices, obstacles
from planning.models import Dossier, Obstacle
from planning.obstacle_lists import OBSTACLES, obstacle_address, obstacle_related
from zones.importing.lookups import FURTHER
from zones.importing.plan import store
from zones.importing.targets import TARGETS, Target, fixed
from zones.models.importing import KINDS

FIXED = {
    "agency": _("Sửa bằng cột “Mã cơ quan tháo gỡ”."),
    "raised_by": _("Sửa bằng cột “Mã cơ quan nêu”."),
}
WORKED_OUT = ("subject", "expected", "state", "time", "told", "told_on", "is_stale", "city")


def every_obstacle(user, day, known):
    """Those raised later, too: a code is taken by them as well."""
    found = Obstacle.objects.visible_to(user).select_related("agency", "raised_by")
    return found.prefetch_related(*obstacle_related(user))


def write_obstacles(plan, target, by):
    """With the day now expected; every agency is told of what is new to it."""
    new = []
    for draft in plan.accepted:
        record, held = draft.record, draft.record.expected_on
        obstacles.set_expected(record)
        if draft.before and record.expected_on != held:
            draft.before.setdefault("expected_on", held)
        if draft.is_new or "agency" in draft.before:
            new.append(record)
    store(plan, target, by)
    for record in new:
        obstacle_notices.given(record, by)


HELD_UP = Target(
    "obstacles",
    replace(
        OBSTACLES,
        rows=every_obstacle,
        columns=fixed(OBSTACLES.columns, FIXED),
    ),
    ("code",),
    obstacle_address,
    default=lambda user: {"agency": user.agency, "raised_by": user.agency},
    unread=WORKED_OUT,
    named=lambda obstacle: f"{obstacle.code} {obstacle.title}".strip(),
    write=write_obstacles,
)


def register():
    """Add obstacles to the kinds of files that are read."""
    KINDS["obstacles"], TARGETS["obstacles"] = _("Vướng mắc"), HELD_UP
    FURTHER["dossier"] = (Dossier, _("hồ sơ"), lambda dossier: (dossier.code, dossier.title))
