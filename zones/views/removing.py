"""Taking back a record that was put down wrongly: asked once more, with the reason that goes into the history."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import check_may_edit, get_visible_or_404
from zones.columns import document_address, facility_address, project_address, zone_address
from zones.forms import ReasonForm
from zones.models import Document, Facility, Phase, TenantProject
from zones.recording import remove
from zones.views.documents import crumbs
from zones.views.editing import confirm, crumbs_of, own_zone, page, within
from zones.views.records import facility_crumbs, project_crumbs

ZONE_GOES = gettext_lazy(
    "Khu, cụm cùng mọi số liệu và dự án của nó không còn ở danh sách, bản đồ và báo cáo. "
    "Chỉ rút khi đã ghi nhầm; sổ vẫn giữ các dòng và lịch sử."
)


def ask(request, record, *, cancel_url, **context):
    """Confirm, remove, and go back to the list that the record was in."""
    check_may_edit(request.user, record)
    context = {
        "title": _("Xoá %(name)s?") % {"name": record},
        "text": _("Chỉ xoá khi đã ghi nhầm; lịch sử vẫn giữ nội dung của bản ghi cùng lý do."),
        "submit": _("Xoá"),
        "done": _("Đã xoá; lịch sử vẫn giữ."),
    } | context

    def act(given):
        remove(record, by=request.user, reason=given["reason"])

    form = ReasonForm(request.POST or None)
    return confirm(request, form, act, cancel_url=within(request, cancel_url), **context)


@page
def zone_remove(request, code):
    zone = own_zone(request, code)
    words = {"title": _("Rút %(name)s khỏi sổ?") % {"name": zone}, "text": ZONE_GOES, "submit": _("Rút khỏi sổ")}
    words["done"] = _("Đã rút khỏi sổ; lịch sử vẫn giữ.")
    return ask(
        request, zone, cancel_url=zone_address(zone), back=reverse("zones:list"), crumbs=crumbs_of(zone), **words
    )


@page
def phase_remove(request, code, pk):
    phase = get_visible_or_404(Phase.objects, request.user, zone__code=code, pk=pk)
    edit = reverse("zones:edit", args=[code])
    return ask(request, phase, cancel_url=edit, back=edit, crumbs=crumbs_of(phase.zone))


@page
def facility_remove(request, code):
    record = get_visible_or_404(Facility.objects, request.user, code=code)
    way = {"back": reverse("zones:facilities"), "cancel_url": facility_address(record)}
    return ask(request, record, crumbs=[*facility_crumbs(), (way["cancel_url"], record.name)], **way)


@page
def project_remove(request, code):
    record = get_visible_or_404(TenantProject.objects, request.user, code=code)
    way = {"back": reverse("zones:projects"), "cancel_url": project_address(record)}
    return ask(request, record, crumbs=[*project_crumbs(), (way["cancel_url"], record.name)], **way)


@page
def document_remove(request, pk):
    record = get_visible_or_404(Document.objects, request.user, pk=pk)
    way = {"back": reverse("zones:documents"), "cancel_url": document_address(record)}
    return ask(request, record, crumbs=crumbs(record), **way)
