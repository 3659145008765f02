"""Planning dossiers: general plan, zoning plan 1/2000, detailed plan 1/500: the same steps with clocks of their own.

A plan that lies within an approved higher plan needs no task of its own (steps 2 to 5 fall away); the detailed plan of
a cluster never has one (Decree 32/2024 Art 15(2)). Agencies and residents are asked at the same time."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from planning.tracks.planning_moves import CLUSTERS, DECREE, LAW, adopting, drafting, later, tasks
from planning.tracks.shapes import COOPERATING, OPINION, Span, State, Table, Transition, by_code, of

ALL = of("KCN", "KCX", "KCNC", "CCN")
PARKS = ALL - {"CCN"}
EARLIER = "Luật Quy hoạch đô thị 2009, Luật Xây dựng 2014"
NEW_LAW, LAST_OF_OLD = date(2025, 7, 1), date(2025, 6, 30)
HIGHER = f"Luật 47/2024/QH15, {DECREE}: đồ án nằm trong quy hoạch cấp trên đã duyệt; Điều 7 Nghị định 35/2022/NĐ-CP"


@dataclass(frozen=True)
class Level:
    """A level of planning, the kinds of zones concerned, and the codes of its approved task and approved plan.

    `task` is empty where there never is one; `skip` is the law by which steps 2 to 5 fall away."""

    code: str
    track: str
    name: Any
    kinds: frozenset
    task: str
    approved: str
    skip: str = HIGHER


ZONING_NAME, DETAILED_NAME = _("Quy hoạch phân khu 1/2000"), _("Quy hoạch chi tiết 1/500")
LEVELS = (
    Level("general", "general", _("Quy hoạch chung"), ALL, "general_task", "general_plan"),
    Level("zoning", "zoning", ZONING_NAME, ALL, "zoning_task", "zoning_approved"),
    Level("detailed", "detailed", DETAILED_NAME, PARKS, "detail_task", "detail_plan_approved"),
    Level("detailed-ccn", "detailed", DETAILED_NAME, of("CCN"), "", "detail_plan_approved", skip=CLUSTERS),
)
APPROVED = {
    "general_task": _("Đã phê duyệt nhiệm vụ quy hoạch chung"),
    "general_plan": _("Đã phê duyệt quy hoạch chung"),
    "zoning_task": _("Đã phê duyệt nhiệm vụ quy hoạch phân khu"),
    "zoning_approved": _("Đã phê duyệt quy hoạch phân khu"),
    "detail_task": _("Đã phê duyệt nhiệm vụ quy hoạch chi tiết"),
    "detail_plan_approved": _("Đã phê duyệt quy hoạch chi tiết"),
}


def task_states(level):
    yield State("task_prepared", _("Đã lập hồ sơ nhiệm vụ"))
    yield State("task_consulting", _("Lấy ý kiến nhiệm vụ"), OPINION, "department")
    yield State("task_appraising", _("Thẩm định nhiệm vụ"), COOPERATING, "planning")
    yield State(level.task, APPROVED[level.task])


def states_of(level):
    """The states of a level, in the order of the work."""
    return by_code(
        State("assigned", _("Đã giao lập quy hoạch")),
        *(task_states(level) if level.task else ()),
        State("plan_preparing", _("Đang lập đồ án")),
        State("plan_consulting", _("Lấy ý kiến cơ quan và cộng đồng"), OPINION, "department"),
        State("agencies_answered", _("Cơ quan đã góp ý, còn chờ cộng đồng"), OPINION, "commune"),
        State("community_answered", _("Cộng đồng đã góp ý, còn chờ cơ quan"), OPINION, "department"),
        State("digested", _("Đã tiếp thu, giải trình")),
        State("appraising", _("Hội đồng thẩm định đồ án"), COOPERATING, "planning"),
        State("supplementing", _("Hoàn thiện đồ án theo yêu cầu")),
        State("appraised", _("Đã có kết luận thẩm định")),
        State("agreed", _("Sở đã thống nhất")),
        State("submitted", _("Đã trình phê duyệt"), COOPERATING, "committee"),
        State(level.approved, APPROVED[level.approved], final=True),
        State("published", _("Đã công bố công khai"), final=True),
        State("adjusting_local", _("Đang điều chỉnh cục bộ")),
        State("adjustment_appraising", _("Thẩm định điều chỉnh cục bộ"), COOPERATING, "planning"),
        State("plan_annulled", _("Đã huỷ bỏ đồ án"), final=True),
    )


def spans_of(level):
    """The clocks of a level. Those of agencies and residents run side by side, each until its own answers are in."""
    asked = of("plan_consulting")
    if level.task:
        yield Span(f"planning.{level.track}.task.prepare", _("Lập nhiệm vụ"), of("assigned"))
        yield Span("planning.task.opinion", _("Góp ý nhiệm vụ"), of("task_consulting"))
        yield Span("planning.task.appraise", _("Thẩm định nhiệm vụ"), of("task_appraising"))
    drawn = of("plan_preparing") | ({level.task} if level.task else frozenset())
    yield Span(f"planning.{level.track}.prepare", _("Lập đồ án"), drawn)
    yield Span("planning.opinion.agencies", _("Cơ quan góp ý đồ án"), asked | {"community_answered"})
    community = asked | {"agencies_answered"}
    yield Span("planning.opinion.community", _("Lấy ý kiến cộng đồng"), community)
    shortest = _("Lấy ý kiến cộng đồng, ít nhất")
    yield Span("planning.opinion.community_min", shortest, community, within="planning.opinion.community")
    yield Span("planning.appraise", _("Thẩm định đồ án"), of("appraising"), held=of("supplementing"))
    yield Span("planning.publish", _("Công bố quy hoạch"), of(level.approved))
    yield Span("planning.adjust.appraise", _("Thẩm định điều chỉnh cục bộ"), of("adjustment_appraising"))


def path_of(level):
    task = ("task_prepared", "task_consulting", "task_appraising", level.task) if level.task else ()
    drawn = ("plan_preparing", "plan_consulting", "digested", "appraising", "appraised", "agreed", "submitted")
    return ("assigned", *task, *drawn, level.approved, "published")


def tables_of(level):
    """The tables of a level before and from 1/7/2025. Of the clocks of the earlier laws none is known to us."""
    task_moves = tasks(level.task) if level.task else ()
    moves = by_code(*task_moves, *drafting(level.task, level.skip), *adopting(level.approved), *later(level.approved))
    states, start, path = states_of(level), of("assigned", "plan_preparing"), path_of(level)
    for code, law, spans, begins, ends in (
        ("earlier", EARLIER, (), None, LAST_OF_OLD),
        ("47-2024", f"{LAW}, {DECREE}", tuple(spans_of(level)), NEW_LAW, None),
    ):
        shape = (states, moves, spans, start, path)
        yield Table(f"{level.code}-{code}", level.track, level.name, law, level.kinds, *shape, begins, ends)


TABLES = tuple(table for level in LEVELS for table in tables_of(level))
TRANSITIONS = tuple(
    Transition(level.track, level.kinds, NEW_LAW, of("assigned", "adjusting_local"), frozenset(), LAW)
    for level in LEVELS
)
