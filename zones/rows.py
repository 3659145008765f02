"""The records of each list as a reader may see them on a day, with the related records that their columns tell of."""

from django.db.models import DateField, Prefetch, Q, Value
from django.utils import timezone

from accounts.access import prefetch_visible
from zones.models import Document, Facility, TenantProject, Zone, ZoneUnit
from zones.models.standing import FOREVER

ZONE_JOINED, FACILITY_JOINED = ("managing_agency",), ("managing_agency", "unit")


def zone_rows(user, day, known):
    return (
        Zone.objects.visible_to(user)
        .on(day, known)
        .annotate(figures_until=Value(day or timezone.localdate(), DateField()))
        .select_related(*ZONE_JOINED)
        .prefetch_related(*zone_related(user))
    )


def zone_related(user):
    places = ZoneUnit.objects.select_related("unit").order_by("unit__name_fold")
    return Prefetch("places", places), prefetch_visible("parent", Zone, user)


def facility_rows(user, day, known):
    """The facilities whose figures are of `day` or earlier."""
    found = Facility.objects.visible_to(user).select_related(*FACILITY_JOINED)
    return up_to(found.prefetch_related(*facility_related(user)), day)


def facility_related(user):
    return prefetch_visible("destination", Zone, user), *document_related(user)


def document_related(user):
    return (prefetch_visible("document", Document, user),)


def project_rows(user, day, known):
    """The projects whose figures are of `day` or earlier."""
    found = TenantProject.objects.visible_to(user).select_related("zone__managing_agency")
    return up_to(found.prefetch_related(*document_related(user)), day)


def document_rows(user, day, known):
    """The documents issued up to `day`, and those whose day is not known."""
    found = Document.objects.visible_to(user).select_related("agency")
    return found.filter(Q(issued_on__isnull=True) | Q(issued_on__lte=day)) if day else found


def fact_rows(model, *related):
    """The facts in force that hold on the day, as a list of their own."""

    def rows(user, day, known):
        visible = model.objects.visible_to(user)
        found = visible.on(day or FOREVER, known) if day or known else visible.in_force()
        found = found.select_related("zone__managing_agency", "phase", *related)
        return found.prefetch_related(*document_related(user))

    return rows


def up_to(records, day):
    return records.filter(as_of__lte=day) if day else records
