"""Forms of the register: its records, its documents, its facts."""

from zones.forms.facts import FACT_FORMS, WithdrawalForm
from zones.forms.files import FileForm, ReasonForm
from zones.forms.records import (
    DeveloperShareForm,
    DocumentForm,
    DocumentLinkForm,
    FacilityForm,
    PhaseForm,
    PlaceForm,
    TenantProjectForm,
    ZoneForm,
)

__all__ = [
    "FACT_FORMS",
    "DeveloperShareForm",
    "DocumentForm",
    "DocumentLinkForm",
    "FacilityForm",
    "FileForm",
    "PhaseForm",
    "PlaceForm",
    "ReasonForm",
    "TenantProjectForm",
    "WithdrawalForm",
    "ZoneForm",
]
