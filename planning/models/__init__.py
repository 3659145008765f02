"""What is being decided: rules and days off, dossiers and their steps, plans, sessions."""

from planning.models.dossier import Dossier, Extension, Milestone, Pause, Step
from planning.models.plan import Plan, PlanEntry
from planning.models.rule import Holiday, Rule, RuleBook
from planning.models.session import CouncilSession, SessionDossier

__all__ = [
    "CouncilSession",
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
]  # fmt: skip
