"""The lists of dossiers and of their steps, in the manner of zones/listings.py. They speak of today."""

from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.access import prefetch_visible
from planning import columns
from planning.filters import DossierFilterSet, StepFilterSet
from planning.models import Dossier, Step
from planning.models.dossier import reckoned_with
from planning.reckoning import Office, Reckoning
from zones.listings import Listing
from zones.models import Document


def dossier_rows(user, day, known):
    return Dossier.objects.visible_to(user).reckonable(user)


def step_rows(user, day, known):
    found = Step.objects.visible_to(user)
    found = found.select_related("dossier__zone", "dossier__facility", "dossier__lead_agency", "agency")
    return found.prefetch_related(*step_related(user))


def step_related(user):
    return (prefetch_visible("document", Document, user),)


def reckoned(dossiers):
    """The dossiers with what their clocks say today; for the rows that are read, never for a whole list at once."""
    office = Office(timezone.localdate())
    for dossier in dossiers:
        dossier.reckoning = Reckoning(dossier, office)
        yield dossier


DOSSIERS = Listing(
    what="dossiers",
    title=gettext_lazy("Hồ sơ"),
    noun=pgettext_lazy("nhiều", "hồ sơ"),
    model=Dossier,
    filterset=DossierFilterSet,
    columns=columns.DOSSIER,
    rows=dossier_rows,
    of_today=True,
    empty=gettext_lazy("Chưa có hồ sơ nào. Hồ sơ được mở từ trang các tuyến của một khu, hoặc ở đây."),
    related=reckoned_with,
    worked_out=reckoned,
)
STEPS = Listing(
    what="steps",
    title=gettext_lazy("Sổ bước hồ sơ"),
    noun=pgettext_lazy("nhiều", "bước"),
    model=Step,
    filterset=StepFilterSet,
    columns=columns.STEP,
    rows=step_rows,
    related=step_related,
    of_today=True,
    empty=gettext_lazy("Chưa có bước nào. Mỗi bước được ghi ở trang của hồ sơ, kèm ngày và văn bản."),
)
LISTINGS = {listing.what: listing for listing in (DOSSIERS, STEPS)}
