"""Pages of one facility and of one tenant project with their forms, and the map of one zone."""

from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import check_may_edit, get_visible_or_404, may_edit
from accounts.history import history_page, in_words
from accounts.models import RowChange
from zones import mapping
from zones.columns import document_address, facility_address, project_address, zone_address
from zones.forms import FacilityForm, TenantProjectForm
from zones.listings import ZONES, Question
from zones.models import Document, Facility, TenantProject, Zone
from zones.profile import read_place
from zones.views.editing import check_may_add, correct, page

MARGIN = 0.03  # degrees, some 3 km around the zone: enough to see the next communes
PAGES = {Document: document_address, Zone: zone_address}


def rows_of(record, names, user):
    """(label, text, address) of the fields; a related record that `user` may not see is only said to be there."""
    return [(field.verbose_name, *text_of(record, field, user)) for field in map(record._meta.get_field, names)]


def text_of(record, field, user):
    value = record.__dict__[field.attname]
    if not field.is_relation or value is None:
        return in_words(field, value, {}), ""
    related = field.related_model.objects.visible_to(user).filter(pk=value).first()
    names = {(field.related_model, value): str(related)} if related else {}
    address = PAGES[field.related_model](related) if related and field.related_model in PAGES else ""
    return in_words(field, value, names), address


def show(request, record, form_class, address, **context):
    """One record: what it is, what it rests on, who changed it; `address` is the name of its page's address."""
    names = [name for name in form_class.Meta.fields if name != "name"]
    history = history_page(RowChange.objects.of(record), request.user, request.GET.get("page"))
    context |= {
        "title": str(record),
        "record": record,
        "rows": rows_of(record, names, request.user),
        "history": history,
    }
    context |= {"may_edit": may_edit(request.user, record), "agency": agency_of(record)}
    context |= {act: reverse(f"{address}_{act}", args=[record.code]) for act in ("edit", "remove")}
    return render(request, "zones/record.html", context)


def agency_of(record):
    return record.managing_agency if isinstance(record, Facility) else record.zone.managing_agency


def facility_crumbs():
    return [(reverse("zones:facilities"), _("Cơ sở sản xuất"))]


def project_crumbs():
    return [(reverse("zones:projects"), _("Dự án thứ cấp"))]


@require_safe
def zone_features(request, code):
    """The GeoJSON of one zone's small map: its feature as on the map of the list, names of the units it lies in."""
    zone = get_visible_or_404(Zone.objects, request.user, code=code)
    question = Question(ZONES, request)
    question.rows = question.rows.filter(pk=zone.pk)
    found, place = mapping.features(question), read_place(zone)
    found["labels"] = mapping.labels(question, [*place.current, *place.former])
    if "bounds" in found:
        found["bounds"] = [
            [edge - MARGIN for edge in found["bounds"][0]],
            [edge + MARGIN for edge in found["bounds"][1]],
        ]
    return JsonResponse(found, content_type="application/geo+json")


@require_safe
def facility(request, code):
    record = get_visible_or_404(Facility.objects, request.user, code=code)
    lead = _("Cơ sở sản xuất riêng lẻ")
    return show(request, record, FacilityForm, "zones:facility", crumbs=facility_crumbs(), lead=lead, has_dossiers=True)


@require_safe
def project(request, code):
    record = get_visible_or_404(TenantProject.objects, request.user, code=code)
    lead = _("Dự án thứ cấp trong %(zone)s") % {"zone": record.zone}
    return show(request, record, TenantProjectForm, "zones:project", crumbs=project_crumbs(), lead=lead)


@page
def facility_new(request):
    record = Facility(managing_agency=request.user.agency)
    check_may_add(request, record)
    form = FacilityForm(request.POST or None, instance=record, user=request.user)
    context = {
        "title": _("Thêm cơ sở sản xuất"),
        "crumbs": facility_crumbs(),
        "cancel_url": reverse("zones:facilities"),
    }
    return correct(request, form, address=facility_address, **context)


@page
def facility_edit(request, code):
    record = get_visible_or_404(Facility.objects, request.user, code=code)
    check_may_edit(request.user, record)
    form = FacilityForm(request.POST or None, instance=record, user=request.user)
    context = {"title": _("Sửa %(name)s") % {"name": record.name}, "cancel_url": facility_address(record)}
    return correct(request, form, address=facility_address, crumbs=facility_crumbs(), **context)


@page
def project_new(request):
    check_may_add(request, TenantProject(zone=Zone(managing_agency=request.user.agency)))
    form = TenantProjectForm(request.POST or None, user=request.user, initial=starting_zone(request))
    context = {"title": _("Thêm dự án thứ cấp"), "crumbs": project_crumbs(), "cancel_url": reverse("zones:projects")}
    return correct(request, form, address=project_address, **context)


def starting_zone(request):
    """`zone=CODE` in the address of the zone's page chooses the zone."""
    asked = request.GET.get("zone", "")
    return {"zone": Zone.objects.editable_by(request.user).filter(code=asked if asked.isprintable() else "").first()}


@page
def project_edit(request, code):
    record = get_visible_or_404(TenantProject.objects, request.user, code=code)
    check_may_edit(request.user, record)
    form = TenantProjectForm(request.POST or None, instance=record, user=request.user)
    context = {"title": _("Sửa %(name)s") % {"name": record.name}, "cancel_url": project_address(record)}
    return correct(request, form, address=project_address, crumbs=project_crumbs(), **context)
