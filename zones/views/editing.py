"""Changing the register: how any record is corrected; zones and what belongs to them; facts.

Whoever may see a record but not change it gets 403; whoever may not see it, 404."""

from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import check_may_edit, get_visible_or_404, may_edit
from accounts.audit import because
from accounts.context import read_frame
from accounts.models import StaleRecord
from zones.columns import zone_address
from zones.forms import FACT_FORMS, DeveloperShareForm, PhaseForm, PlaceForm, ReasonForm, WithdrawalForm, ZoneForm
from zones.forms.correcting import merged
from zones.forms.facts import initial_from
from zones.models import DeveloperShare, Phase, Zone, ZoneUnit
from zones.models.standing import FOREVER
from zones.recording import FactConflict, withdraw
from zones.statements import read_statements, stated

page = require_http_methods(["GET", "HEAD", "POST"])


def within(request, url, since=None):
    """`url` with the city and the day that the reader is looking at, unless it says its own. A day before `since`,
    from which what they wrote holds, gives way to today: the page should show it."""
    frame = read_frame(request)
    if since and since > frame.as_of:
        frame = replace(frame, as_of=timezone.localdate())
    return url if "?" in url else f"{url}{frame.tail}"


def own_zone(request, code):
    """The visible zone, if this user may change it."""
    zone = get_visible_or_404(Zone.objects, request.user, code=code)
    check_may_edit(request.user, zone)
    return zone


def crumbs_of(zone):
    return [(reverse("zones:list"), _("Khu, cụm")), (zone_address(zone), zone.name)]


def correct(request, form, *, address, cancel_url, template="pages/form.html", **context):
    """Show a record's form, or save it and go to `address(record)`; when someone was faster, show both values."""
    context["cancel_url"] = within(request, cancel_url)
    valid = request.method == "POST" and form.is_valid()
    if request.method == "POST" and is_stale(form):
        return conflicting(request, form, template, context)
    if valid:
        check_may_edit(request.user, form.instance)
        try:
            with transaction.atomic():
                record = form.save()
        except StaleRecord:
            return conflicting(request, form, template, context)
        except IntegrityError:
            form.full_clean()  # whoever was faster has been stored by now: the form finds what it repeats
            if form.is_valid():
                raise
        else:
            messages.success(request, _("Đã ghi."))
            return redirect(within(request, address(record)))
    return render(request, template, {"form": form, **context})


def is_stale(form):
    return hasattr(form, "is_stale") and form.is_stale()


def conflicting(request, form, template, context):
    fresh, conflict = merged(form)
    return render(request, template, {"form": fresh, "conflict": conflict, **context}, status=409)


def check_may_add(request, record):
    """A new record starts with the user's own agency; whoever could not change it then may not add it."""
    if not may_edit(request.user, record):
        raise PermissionDenied(_("Tài khoản này không được thêm bản ghi."))


@page
def zone_new(request):
    zone = Zone(managing_agency=request.user.agency)
    check_may_add(request, zone)
    form = ZoneForm(request.POST or None, instance=zone, user=request.user)
    crumbs = [(reverse("zones:list"), _("Khu, cụm"))]
    return correct(
        request, form, address=zone_address, title=_("Thêm khu, cụm"), crumbs=crumbs, cancel_url=reverse("zones:list")
    )


@page
def zone_edit(request, code):
    zone = own_zone(request, code)
    form = ZoneForm(request.POST or None, instance=zone, user=request.user)
    links = {
        "places": zone.places.select_related("unit").order_by("unit__level", "unit__name"),
        "shares": zone.developers.select_related("developer", "phase").order_by("pk"),
        "phases": zone.phases.order_by("number"),
    }
    context = {
        "title": _("Sửa %(name)s") % {"name": zone.name},
        "crumbs": crumbs_of(zone),
        "cancel_url": zone_address(zone),
    }
    return correct(
        request, form, address=zone_address, template="zones/zone_form.html", zone_code=zone.code, **links, **context
    )


def belonging(request, code, form_class, record, title):
    """Add to a zone, or correct, what belongs to it: a phase, a place, a developer's part."""
    zone = own_zone(request, code)
    record.zone = zone
    form = form_class(request.POST or None, instance=record, user=request.user)
    edit = reverse("zones:edit", args=[code])
    return correct(request, form, address=lambda record: edit, title=title, crumbs=crumbs_of(zone), cancel_url=edit)


@page
def phase_new(request, code):
    return belonging(request, code, PhaseForm, Phase(), _("Thêm giai đoạn"))


@page
def phase_edit(request, code, pk):
    phase = get_visible_or_404(Phase.objects, request.user, zone__code=code, pk=pk)
    return belonging(request, code, PhaseForm, phase, _("Sửa giai đoạn"))


@page
def place_new(request, code):
    return belonging(request, code, PlaceForm, ZoneUnit(), _("Thêm địa bàn"))


@page
def developer_new(request, code):
    return belonging(request, code, DeveloperShareForm, DeveloperShare(), _("Thêm chủ đầu tư hạ tầng"))


@page
def place_remove(request, code, pk):
    return remove(request, code, ZoneUnit, pk, _("Bỏ địa bàn này khỏi khu?"))


@page
def developer_remove(request, code, pk):
    return remove(request, code, DeveloperShare, pk, _("Bỏ chủ đầu tư này khỏi khu?"))


def remove(request, code, model, pk, title):
    """Take away a place or a developer that was put down wrongly."""
    zone = own_zone(request, code)
    link = get_visible_or_404(model.objects, request.user, zone=zone, pk=pk)
    text = _("%(what)s. Chỉ bỏ khi đã ghi nhầm; lịch sử vẫn giữ dòng này.") % {"what": link}
    back = reverse("zones:edit", args=[code])
    return remove_link(request, link, back=back, title=title, text=text, crumbs=crumbs_of(zone))


def remove_link(request, link, **context):
    """Ask why, then take away what ties one record to another; the history keeps it."""

    def act(given):
        because(given["reason"])
        link.delete()

    form, done = ReasonForm(request.POST or None), _("Đã bỏ; lịch sử vẫn giữ.")
    return confirm(request, form, act, done=done, submit=_("Bỏ"), **context)


def confirm(request, form, act, *, done, back, **context):
    """Ask before `act(what the form says)` takes something back; then go `back` and say that it is `done`."""
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except ValidationError as problem:
            form.add_error(None, problem.messages)
        else:
            messages.success(request, done)
            return redirect(within(request, back))
    return render(request, "pages/confirm.html", {"form": form, "cancel_url": within(request, back), **context})


def form_of(kind):
    if kind not in FACT_FORMS:
        raise Http404
    return FACT_FORMS[kind]


@page
def fact_new(request, code, kind):
    """Add a fact; the page shows beside the form what stands now."""
    zone, form_class = own_zone(request, code), form_of(kind)
    standing = read_statements(request.user, FOREVER, None, [form_class.Meta.model], zone=zone)
    form = fact_form(request, form_class, zone, standing)
    title = _("Ghi số liệu: %(what)s") % {"what": form_class.Meta.model._meta.verbose_name}
    context = {"zone": zone, "kind": kind, "title": title, "crumbs": crumbs_of(zone)}
    context["cancel_url"] = within(request, zone_address(zone))
    context |= {"form": form, "standing": [line for line in standing if line.holds]}
    if request.method == "POST" and form.is_valid():
        return recorded(request, form, context)
    return render(request, "zones/fact_form.html", context)


def fact_form(request, form_class, zone, standing):
    fact = form_class.Meta.model(zone=zone)
    if request.method == "POST":
        return form_class(request.POST, request.FILES, instance=fact, user=request.user, standing=standing)
    opened = opened_with(request, form_class, standing)
    return form_class(instance=fact, user=request.user, standing=standing, initial=opened)


def recorded(request, form, context):
    """Write the fact and go to the zone; when someone was faster, show both values."""
    try:
        form.record()
    except FactConflict as conflict:
        return both_values(request, form, conflict.current, context)
    except ValidationError as problem:
        form.add_error(None, problem.messages)
        return render(request, "zones/fact_form.html", context)
    said = _("Đã ghi: %(fact)s. Số cũ vẫn được giữ trong sổ.") % {"fact": form.instance}
    messages.success(request, said)
    return redirect(within(request, zone_address(context["zone"]), since=form.instance.as_of))


def opened_with(request, form_class, standing):
    """What the form starts with: the fact to be corrected (`of`), and over it the values that the address names, but
    for `as_of`: that is the day in view, not one from which a figure would hold."""
    corrected = [line.fact for line in standing if str(line.fact.pk) == request.GET.get("of")]
    held = initial_from(corrected[0], form_class) if corrected else {}
    named = set(form_class.base_fields) & set(request.GET) - {"as_of"}
    return held | {name: request.GET[name] for name in named}


def both_values(request, form, current, context):
    """Yours and theirs side by side; what was typed is kept, and the next try knows of theirs."""
    lines = read_statements(request.user, FOREVER, None, [type(form.instance)], zone=form.instance.zone)
    data = form.as_given()
    data["seen"] = max(line.fact.pk for line in lines)
    kept = type(form)(data, instance=form.instance, user=form.user, standing=lines)
    theirs = next((line for line in lines if current and line.fact.pk == current.pk), None)
    yours = stated(form.instance, form.cleaned_data["document"])
    return render(
        request, "zones/fact_conflict.html", context | {"form": kept, "yours": yours, "theirs": theirs}, status=409
    )


@page
def fact_withdraw(request, code, kind, pk):
    zone, model = own_zone(request, code), form_of(kind).Meta.model
    fact = get_visible_or_404(model.objects, request.user, zone=zone, pk=pk)
    line = read_statements(request.user, FOREVER, None, [model], pk=fact.pk)[0]
    text = _("%(what)s. Chỉ rút số chưa bao giờ đúng; số đã đổi thì ghi số mới thay thế.") % {
        "what": f"{line.label}: {line.value} {line.unit}"
    }
    context = {"title": _("Rút số liệu này?"), "text": text, "submit": _("Rút số liệu"), "crumbs": crumbs_of(zone)}
    context |= {"back": zone_address(zone), "done": _("Đã rút số liệu; sổ vẫn giữ số này cùng lý do.")}
    form = WithdrawalForm(request.POST or None)
    return confirm(request, form, lambda given: withdraw(fact, by=request.user, note=given["note"]), **context)
