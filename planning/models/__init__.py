"""What is being decided: rules and days off, dossiers and their steps, plans, sessions, duties, opinions, obstacles."""

from planning.models.consultation import Consultation, OpinionItem, OpinionRequest, OpinionState
from planning.models.directive import Directive, Task, TaskClass, TaskExtension, TaskReport
from planning.models.dossier import Dossier, Extension, Milestone, Pause, Step
from planning.models.obstacle import STALE_RULE, Obstacle, ObstacleState, ObstacleUpdate
from planning.models.plan import Plan, PlanEntry
from planning.models.rule import Holiday, Rule, RuleBook, SilenceRule
from planning.models.session import CouncilSession, SessionDossier

__all__ = [
    "STALE_RULE",
    "Consultation",
    "CouncilSession",
    "Directive",
    "Dossier",
    "Extension",
    "Holiday",
    "Milestone",
    "Obstacle",
    "ObstacleState",
    "ObstacleUpdate",
    "OpinionItem",
    "OpinionRequest",
    "OpinionState",
    "Pause",
    "Plan",
    "PlanEntry",
    "Rule",
    "RuleBook",
    "SessionDossier",
    "SilenceRule",
    "Step",
    "Task",
    "TaskClass",
    "TaskExtension",
    "TaskReport",
]  # fmt: skip
