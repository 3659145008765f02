"""What and where: places, zones, documents and the ledger of facts."""

from zones.models.area import LandUse, Occupancy, ZoneArea
from zones.models.boundary import Boundary
from zones.models.document import Document, DocumentLink
from zones.models.facility import Facility
from zones.models.fact import Fact, FactQuerySet, Precision, Standing
from zones.models.importing import Import
from zones.models.indicator import Indicator, Measurement
from zones.models.place import AdminUnit, UnitSuccession
from zones.models.project import TenantProject
from zones.models.status import ZoneStatus
from zones.models.sums import FacilityCell, FacilitySum, ZoneSum
from zones.models.zone import Developer, DeveloperShare, Phase, Zone, ZoneUnit

FACTS = (ZoneStatus, ZoneArea, LandUse, Occupancy, Boundary, Measurement)

__all__ = [
    "FACTS",
    "AdminUnit",
    "Boundary",
    "Developer",
    "DeveloperShare",
    "Document",
    "DocumentLink",
    "Facility",
    "FacilityCell",
    "FacilitySum",
    "Fact",
    "FactQuerySet",
    "Import",
    "Indicator",
    "LandUse",
    "Measurement",
    "Occupancy",
    "Phase",
    "Precision",
    "Standing",
    "TenantProject",
    "UnitSuccession",
    "Zone",
    "ZoneArea",
    "ZoneStatus",
    "ZoneSum",
    "ZoneUnit",
]  # fmt: skip
