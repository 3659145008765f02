"""The register over REST. config/api.py gives each viewset its address."""

from zones.api.documents import DocumentViewSet
from zones.api.facilities import FacilityViewSet, TenantProjectViewSet
from zones.api.facts import FACT_VIEWSETS
from zones.api.importing import ImportViewSet
from zones.api.places import AdminUnitViewSet, AgencyViewSet, DeveloperViewSet, IndicatorViewSet
from zones.api.zones import PhaseViewSet, ZoneViewSet

__all__ = [
    "FACT_VIEWSETS",
    "AdminUnitViewSet",
    "AgencyViewSet",
    "DeveloperViewSet",
    "DocumentViewSet",
    "FacilityViewSet",
    "ImportViewSet",
    "IndicatorViewSet",
    "PhaseViewSet",
    "TenantProjectViewSet",
    "ZoneViewSet",
]
