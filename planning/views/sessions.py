"""The sessions, the chain of each dossier that is meant to reach one, and their forms. They speak of today."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.access import check_may_edit, get_visible_or_404, may_edit
from accounts.context import read_frame
from accounts.history import history_page
from accounts.models import RowChange
from planning.models import CouncilSession, Dossier, SessionDossier
from planning.plan_forms import MoveForm, SessionDossierForm, SessionForm
from planning.sessions import changes, day_doubt, items_of, move_session
from zones.models.fact import spelled
from zones.views.editing import check_may_add, correct, page, remove_link, within
from zones.views.records import rows_of

SHOWN = ["city", "body", "agency", "publicity", "document", "source", "note"]


def session_address(session):
    return reverse("planning:session", args=[session.code])


def crumbs(session=None):
    way = [(reverse("planning:sessions"), _("Kỳ họp"))]
    return [*way, (session_address(session), session.name)] if session else way


def read_session(request, code):
    session = get_visible_or_404(CouncilSession.objects, request.user, code=code)
    session.when = spelled(session.on, session.on_precision)
    return session


def own_session(request, code):
    """The visible session, if this user may change it."""
    session = read_session(request, code)
    check_may_edit(request.user, session)
    return session


@require_safe
def sessions(request):
    frame, today = read_frame(request), timezone.localdate()
    seen = Q(items__in=SessionDossier.objects.visible_to(request.user))
    found = CouncilSession.objects.visible_to(request.user).annotate(dossiers=Count("items", filter=seen))
    if frame.city:
        found = found.filter(city=frame.city)
    for one in (found := list(found)):
        one.when = spelled(one.on, one.on_precision)
    context = {"title": _("Kỳ họp"), "today": today, "ahead": [one for one in found if one.on >= today]}
    context["past"] = [one for one in reversed(found) if one.on < today]
    context["may_add"] = may_edit(request.user, CouncilSession(agency=request.user.agency))
    return render(request, "planning/session_list.html", context)


@require_safe
def session(request, code):
    record, user, today = read_session(request, code), request.user, timezone.localdate()
    context = {"title": record.name, "session": record, "today": today, "crumbs": crumbs()}
    context["items"] = [(item, may_edit(user, item.link)) for item in items_of(record, user, today)]
    context["doubt"] = day_doubt(record)
    context |= {"may_edit": may_edit(user, record), "may_add": Dossier.objects.editable_by(user).exists()}
    context["rows"] = rows_of(record, SHOWN, user)
    context["history"] = history_page(RowChange.objects.of(record), user, request.GET.get("page"))
    return render(request, "planning/session.html", context)


@page
def session_new(request):
    record = CouncilSession(agency=request.user.agency)
    check_may_add(request, record)
    form = SessionForm(request.POST or None, instance=record, user=request.user)
    context = {"title": _("Thêm kỳ họp"), "crumbs": crumbs(), "cancel_url": reverse("planning:sessions")}
    return correct(request, form, address=session_address, **context)


@page
def session_edit(request, code):
    record = own_session(request, code)
    form = SessionForm(request.POST or None, instance=record, user=request.user)
    context = {"title": _("Sửa kỳ họp"), "crumbs": crumbs(record), "cancel_url": session_address(record)}
    return correct(request, form, address=session_address, **context)


@page
def session_move(request, code):
    """First what would become of the dossiers; then, when just that day is confirmed, the move."""
    record = own_session(request, code)
    form = MoveForm(request.POST or None, session=record)
    context = {"form": form, "session": record, "title": _("Đổi ngày họp"), "crumbs": crumbs(record)}
    context["cancel_url"] = within(request, session_address(record))
    if request.method == "POST" and form.is_valid():
        on, context["precision"] = form.cleaned_data["on"]
        if request.POST.get("confirmed") == on.isoformat() and moved_on(request, form, record):
            return redirect(within(request, session_address(record)))
        context |= {"on": on, "changes": changes(record, request.user, on, timezone.localdate())}
    return render(request, "planning/session_move.html", context)


def moved_on(request, form, record):
    """Move the session and say what became impossible; False, with the reason on the form, when that cannot be."""
    given, (on, precision) = form.cleaned_data, form.cleaned_data["on"]
    try:
        found = move_session(
            record, on, by=request.user, precision=precision, note=given["reason"], seen=given["version"]
        )
    except ValidationError as problem:
        form.add_error(None, problem.messages)
        return False
    lost = sum(bool(one.moved.impossible) for one in found)
    told = ngettext("%(n)s hồ sơ không còn kịp.", "%(n)s hồ sơ không còn kịp.", lost) % {"n": lost} if lost else ""
    messages.success(request, f"{_('Đã đổi ngày họp.')} {told}".strip())
    return True


@page
def item_new(request, code):
    """Put a dossier on the list; whoever leads the dossier may."""
    record = read_session(request, code)
    check_may_add(request, SessionDossier(session=record, dossier=Dossier(lead_agency=request.user.agency)))
    link = SessionDossier(session=record)
    form = SessionDossierForm(request.POST or None, instance=link, user=request.user)
    context = {"title": _("Đưa hồ sơ vào kỳ họp"), "crumbs": crumbs(record), "cancel_url": session_address(record)}
    return correct(request, form, address=lambda made: session_address(record), **context)


@page
def item_remove(request, code, pk):
    record = read_session(request, code)
    link = get_visible_or_404(SessionDossier.objects, request.user, session=record, pk=pk)
    check_may_edit(request.user, link)
    text = _("%(dossier)s không trình ở %(session)s nữa; lịch sử vẫn giữ.") % {
        "dossier": link.dossier,
        "session": record,
    }
    title = _("Đưa hồ sơ ra khỏi kỳ họp?")
    return remove_link(request, link, back=session_address(record), title=title, text=text, crumbs=crumbs(record))
