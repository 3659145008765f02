"""What is being decided: rules and days off, dossiers and their steps, plans, sessions."""

from planning.models.directive import Directive, Task, TaskClass, TaskExtension, TaskReport
from planning.models.dossier import Dossier, Extension, Milestone, Pause, Step
from planning.models.plan import Plan, PlanEntry
from planning.models.rule import Holiday, Rule, RuleBook
from planning.models.session import CouncilSession, SessionDossier

__all__ = [
    "CouncilSession",
    "Directive",
    "Dossier",
    "Extension",
    "Holiday",
    "Milestone",
    "Pause",
    "Plan",
    "PlanEntry",
    "Rule",
    "RuleBook",
    "SessionDossier",
    "Step",
    "Task",
    "TaskClass",
    "TaskExtension",
    "TaskReport",
]  # fmt: skip
