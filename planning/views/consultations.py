"""The lists of consultations, opinions and points, the page of a consultation, and its verbs, one on a page.

Each verb is of planning/consulting.py."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from accounts.access import Publicity, check_may_edit, get_visible_or_404
from accounts.context import read_day, read_frame
from planning import consulting
from planning.consultation_forms import (
    CloseForm,
    ConsultationForm,
    InviteForm,
    ReopenForm,
    SendForm,
    next_code,
    period_for,
    silence_for,
)
from planning.consultation_lists import CONSULTATIONS, LISTINGS, consultation_address
from planning.consultation_profile import (
    ConsultationProfile,
    changes_of_consultation,
    due_if_sent,
    read_consultations,
    silence_words,
    untold,
)
from planning.models import Consultation, Dossier
from planning.models.consultation import ONCE_SENT
from planning.settling import SettlePage
from planning.views.acting import Acting, Verb, opened_with
from zones.listings import Question
from zones.views.editing import check_may_add, correct, page, within
from zones.views.lists import head, numbered_page, table
from zones.views.records import rows_of

TABS = (
    ("agencies", gettext_lazy("Các cơ quan")),
    ("points", gettext_lazy("Tiếp thu, giải trình")),
    ("about", gettext_lazy("Thông tin")),
    ("history", gettext_lazy("Lịch sử")),
)


ACT, EDIT = "planning/consultation_act.html", "planning/consultation_edit.html"
VERBS = {
    "invite": Verb(
        InviteForm,
        consulting.invite,
        gettext_lazy("Mời cơ quan cho ý kiến"),
        gettext_lazy("Cơ quan đã có trong danh sách không hiện ở đây."),
        gettext_lazy("Đã thêm vào danh sách."),
        gettext_lazy("Thêm vào danh sách"),
        "planning/consultation_invite.html",
    ),
    "send": Verb(
        SendForm,
        consulting.send,
        gettext_lazy("Gửi lấy ý kiến"),
        gettext_lazy("Từ ngày gửi, mọi cơ quan trong danh sách thấy nội dung và có hạn trả lời."),
        gettext_lazy("Đã ghi ngày gửi; các cơ quan có tài khoản được báo trên cổng."),
        gettext_lazy("Gửi"),
        "planning/consultation_send.html",
    ),
    "close": Verb(
        CloseForm,
        consulting.close,
        gettext_lazy("Kết thúc lấy ý kiến"),
        gettext_lazy(
            "Mọi cơ quan đã trả lời hoặc đã qua hạn, mọi điểm góp ý đã xử lý. Liên kết trả lời hết dùng được."
        ),
        gettext_lazy("Đã kết thúc đợt lấy ý kiến."),
    ),
    "reopen": Verb(
        ReopenForm,
        consulting.reopen,
        gettext_lazy("Lấy ý kiến lại"),
        gettext_lazy("Đợt này lại nhận câu trả lời; ngày kết thúc trước còn trong lịch sử."),
    ),
}


def way_to(consultation=None):
    way = [(reverse("planning:consultations"), _("Lấy ý kiến"))]
    return [*way, (consultation_address(consultation), str(consultation))] if consultation else way


@require_safe
def listed(request, what):
    """The list of consultations, of what every agency was asked, or of the points."""
    question = Question(LISTINGS[what], request)
    context = head(question) | numbered_page(question)
    context |= table(question, context.pop("records")) | {"new": None, "what": what}
    context["may_add"] = what == "consultations" and CONSULTATIONS.may_add(request.user)
    return render(request, "planning/consultation_list.html", context, status=400 if question.errors else 200)


ACTING = Acting(
    "consultation",
    ACT,
    lambda user: read_consultations(),
    changes_of_consultation,
    way_to,
    consultation_address,
    untold,
)


def readable(request, code):
    return get_visible_or_404(read_consultations(), request.user, code=code)


def own(request, code):
    """The visible consultation, if this user runs it."""
    record = readable(request, code)
    check_may_edit(request.user, record)
    return record


@require_safe
def consultation(request, code):
    record, user = readable(request, code), request.user
    profile = ConsultationProfile(record, user, read_frame(request).as_of)
    context = {"title": record.title, "consultation": record, "profile": profile, "crumbs": way_to(), "tabs": TABS}
    context["history"] = ACTING.history(request, record, request.GET.get("page"))
    return render(request, "planning/consultation.html", context)


@page
def consultation_new(request):
    record = drafted(request)
    check_may_add(request, record)
    form = form_for(request, record)
    context = {"title": _("Thêm đợt lấy ý kiến"), "crumbs": way_to(), "cancel_url": reverse("planning:consultations")}
    return correct(request, form, address=consultation_address, template=EDIT, **context)


def form_for(request, record):
    """The form of a consultation, opened with a document that was just added for it."""
    opened = opened_with(request, ConsultationForm, "document")
    return ConsultationForm(request.POST or None, instance=record, user=request.user, initial=opened)


def drafted(request):
    """A consultation to begin with: about the dossier that the address names, with the period and silence it calls
    for, under the next free code."""
    agency, today = request.user.agency, timezone.localdate()
    dossiers = Dossier.objects.visible_to(request.user).select_related("zone")
    code = request.GET.get("dossier", "")
    dossier = dossiers.filter(code=code).first() if code.isprintable() else None
    city = (dossier.city if dossier else "") or (agency.city if agency else "") or read_frame(request).city
    record = Consultation(agency=agency, dossier=dossier, city=city)
    record.code = next_code(city, today.year) if city else ""
    if dossier:
        record.title = dossier.title
        record.publicity = Publicity.RESTRICTED if dossier.publicity == Publicity.RESTRICTED else Publicity.INTERNAL
    record.period_rule, record.silence_rule = period_for(record, today), silence_for(record, today) if dossier else None
    if rule := record.period_rule:
        record.term_length, record.term_unit = rule.term.length, rule.term.unit.value
    return record


@page
def consultation_edit(request, code):
    record = own(request, code)
    form = form_for(request, record)
    context = {"title": _("Sửa đợt lấy ý kiến"), "crumbs": way_to(record), "cancel_url": consultation_address(record)}
    context |= {"consultation": record, "fixed": rows_of(record, ONCE_SENT, request.user) if record.sent_on else ()}
    return correct(request, form, address=consultation_address, template=EDIT, **context)


@page
def verb(request, code, what):
    """Show the form of a verb, or do it and go to the consultation."""
    record = own(request, code)
    return ACTING.do(request, record, VERBS[what], **(deadline(request, record) if what == "send" else {}))


def deadline(request, record):
    """The last day for an answer, line by line, when the letter goes out on the day that the address names."""
    try:
        on = read_day(request.GET.get("on", "") or request.POST.get("on", ""))
    except ValueError:
        on = timezone.localdate()
    return {
        "due": due_if_sent(record, on),
        "on": on,
        "silence": silence_words(record),
        "asked": record.requests.count(),
    }


@page
def settle_all(request, code):
    """Many points at once; each row is written for itself, and what could not be written stays as it was typed."""
    record = own(request, code)
    points = SettlePage(record, request)
    context = {"title": _("Xử lý góp ý"), "consultation": record, "points": points, "crumbs": way_to(record)}
    context["cancel_url"] = within(request, consultation_address(record))
    if request.method == "POST":
        done = points.write()
        said = ngettext("Đã ghi %(n)s điểm.", "Đã ghi %(n)s điểm.", points.written) % {"n": points.written}
        if done:
            messages.success(request, said)
            return redirect(request.get_full_path())
        context["said"] = said
    return render(request, "planning/consultation_settle.html", context, status=409 if points.is_stale else 200)
