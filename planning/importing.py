"""What files can be imported into beside the register: days off, rules, the lists of plans, sessions."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from planning import workflow
from planning.books import HOLIDAYS, PLAN_ENTRIES, RULES, SESSIONS
from planning.models import Plan
from zones.importing.lookups import FURTHER
from zones.importing.targets import TARGETS, Target
from zones.models.importing import KINDS


def plan_address(entry):
    return reverse("planning:plan", args=[entry.plan.code]) if entry.plan_id else ""


PLANNING = (
    Target(
        "holidays",
        HOLIDAYS,
        ("on",),
        lambda holiday: reverse("planning:holidays"),
        identity=("on",),
        after=workflow.refresh_clocks,
        section="main",
    ),
    Target(
        "rules",
        RULES,
        ("code", "valid_from"),
        lambda rule: reverse("planning:rules"),
        identity=("code", "valid_from"),
        after=workflow.refresh_clocks,
        section="main",
    ),
    Target(
        "plan_entries",
        PLAN_ENTRIES,
        ("plan_code", "number"),
        plan_address,
        identity=("plan", "number"),
        section="main",
    ),
    Target(
        "sessions",
        SESSIONS,
        ("code",),
        lambda session: reverse("planning:session", args=[session.code]),
        default=lambda user: {"agency": user.agency},
    ),
)
NAMES = {
    "holidays": _("Ngày nghỉ, ngày làm bù"),
    "rules": _("Quy tắc, thời hạn"),
    "plan_entries": _("Danh mục của quy hoạch"),
    "sessions": _("Kỳ họp"),
}


def register():
    """Add these kinds to those of the register."""
    KINDS.update(NAMES)
    TARGETS.update({target.what: target for target in PLANNING})
    FURTHER["plan"] = (Plan, _("quy hoạch"), lambda plan: (plan.code, plan.title))
