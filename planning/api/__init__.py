"""Dossiers, directives, plans and law over REST. config/api.py gives each viewset its address."""

from planning.api.consultations import ConsultationViewSet, SilenceRuleViewSet
from planning.api.directives import DirectiveViewSet
from planning.api.dossiers import DossierViewSet
from planning.api.duties import TaskViewSet
from planning.api.law import Explain, HolidayViewSet, RuleViewSet
from planning.api.obstacles import ObstacleViewSet
from planning.api.opinions import OpinionViewSet, PointViewSet
from planning.api.plans import PlanEntryViewSet, PlanViewSet, SessionViewSet
from planning.api.steps import MilestoneViewSet, StepViewSet

__all__ = [
    "ConsultationViewSet",
    "DirectiveViewSet",
    "DossierViewSet",
    "Explain",
    "HolidayViewSet",
    "MilestoneViewSet",
    "ObstacleViewSet",
    "OpinionViewSet",
    "PlanEntryViewSet",
    "PlanViewSet",
    "PointViewSet",
    "RuleViewSet",
    "SessionViewSet",
    "SilenceRuleViewSet",
    "StepViewSet",
    "TaskViewSet",
]
