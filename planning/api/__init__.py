"""Dossiers, directives, plans and law over REST. config/api.py gives each viewset its address."""

from planning.api.dossiers import DossierViewSet
from planning.api.duties import DirectiveViewSet, TaskViewSet
from planning.api.law import Explain, HolidayViewSet, RuleViewSet
from planning.api.plans import PlanEntryViewSet, PlanViewSet, SessionViewSet
from planning.api.steps import MilestoneViewSet, StepViewSet

__all__ = [
    "DirectiveViewSet",
    "DossierViewSet",
    "Explain",
    "HolidayViewSet",
    "MilestoneViewSet",
    "PlanEntryViewSet",
    "PlanViewSet",
    "RuleViewSet",
    "SessionViewSet",
    "StepViewSet",
    "TaskViewSet",
]
