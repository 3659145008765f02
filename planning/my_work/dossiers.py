"""The dossiers of a person's agency whose clock presses."""

from django.utils.translation import gettext as _

from planning import clock
from planning.columns import dossier_address, subject_address
from planning.marks import Mark, left_mark
from planning.models import Dossier
from planning.my_work.line import NEAR, Duty


def pressing(user, today, calendar):
    """The open dossiers of the agency that are late or due soon."""
    found = Dossier.objects.visible_to(user).filter(ended=False, due_on__lte=today + NEAR)
    found = found.filter(lead_agency=user.agency_id) if user.agency_id else found.none()
    found = found.select_related("zone", "facility", "lead_agency").order_by("due_on", "pk")
    return [dossier_line(one, clock.lateness(one.due_on, today, calendar)) for one in found]


def dossier_line(dossier, lateness):
    mark: Mark = left_mark(lateness)
    where = [(str(dossier.subject), subject_address(dossier))]
    due, lead, address = f"{dossier.due_on:%d/%m/%Y}", str(dossier.lead_agency), dossier_address(dossier)
    asked = _("Thời hạn của hồ sơ theo luật")
    return Duty(dossier.title, address, where, due, mark, asked, lead, "", _("Làm bước tiếp theo"), f"{address}#next")
