"""The page of one opinion, its verbs, the link with which it is answered, its points. See planning/consulting.py."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.access import get_visible_or_404
from accounts.audit import because
from accounts.models import StaleRecord
from planning import answer_letter, consulting
from planning.consultation_forms import (
    AnswerForm,
    EndLinkForm,
    LeaveOutForm,
    LinkForm,
    MoreTimeForm,
    PointForm,
    RecordAnswerForm,
    SettleForm,
    SplitRows,
    split_initial,
)
from planning.consultation_lists import consultation_address, opinion_address
from planning.consultation_profile import (
    OpinionProfile,
    changes_of_opinion,
    changes_of_point,
    read_opinions,
    read_points,
    untold,
)
from planning.models import OpinionItem
from planning.views.acting import Acting, Verb
from planning.views.consultations import ACT
from planning.views.consultations import way_to as way_to_consultation
from zones.forms import ReasonForm
from zones.uploads import download
from zones.views.editing import confirm, correct, page, within

VERBS = {
    "answer": Verb(
        AnswerForm,
        consulting.answer,
        gettext_lazy("Trả lời ý kiến"),
        gettext_lazy("Ngày trả lời là hôm nay. Sửa được cho đến khi ý kiến được tách thành điểm."),
        gettext_lazy("Đã gửi câu trả lời."),
        gettext_lazy("Gửi câu trả lời"),
    ),
    "record": Verb(
        RecordAnswerForm,
        consulting.record_answer,
        gettext_lazy("Ghi văn bản trả lời"),
        gettext_lazy("Văn bản giấy hoặc thư điện tử của cơ quan được hỏi, do cơ quan lấy ý kiến ghi thay."),
    ),
    "more_time": Verb(
        MoreTimeForm,
        consulting.more_time,
        gettext_lazy("Gia hạn trả lời"),
        gettext_lazy("Chỉ cho cơ quan này; hạn cũ còn trong lịch sử."),
    ),
    "leave_out": Verb(
        LeaveOutForm,
        consulting.leave_out,
        gettext_lazy("Bỏ cơ quan này khỏi danh sách?"),
        gettext_lazy("Chỉ bỏ được khi chưa gửi."),
        gettext_lazy("Đã bỏ khỏi danh sách."),
        gettext_lazy("Bỏ khỏi danh sách"),
    ),
    "link_end": Verb(
        EndLinkForm,
        consulting.end_link,
        gettext_lazy("Ngừng liên kết trả lời?"),
        gettext_lazy("Ai giữ liên kết sẽ không mở được nữa."),
        gettext_lazy("Liên kết không còn dùng được."),
        gettext_lazy("Ngừng liên kết"),
    ),
}
LINK = Verb(
    LinkForm,
    consulting.make_link,
    gettext_lazy("Liên kết trả lời"),
    submit=gettext_lazy("Tạo liên kết"),
    template="planning/consultation_link_form.html",
)
MAY = {"answer": consulting.may_answer}


def may_run(user, request):
    return consulting.may_run(user, request.consultation)


def readable(request, pk):
    return get_visible_or_404(read_opinions(request.user, None), request.user, pk=pk)


def way_to(opinion):
    return [*way_to_consultation(opinion.consultation), (opinion_address(opinion), str(opinion.agency))]


ACTING = Acting(
    "opinion", ACT, lambda user: read_opinions(user, None), changes_of_opinion, way_to, opinion_address, untold
)


@require_safe
def opinion(request, pk):
    user, record = request.user, readable(request, pk)
    context = {"title": str(record.agency), "opinion": record, "profile": OpinionProfile(record, user)}
    context |= {"consultation": record.consultation, "crumbs": way_to_consultation(record.consultation)}
    context["history"] = ACTING.history(request, record, request.GET.get("page"))
    return render(request, "planning/consultation_opinion.html", context)


@require_safe
def document(request, pk):
    """The paper that is put to the agencies, for whoever was asked about it or may see it."""
    paper = OpinionProfile(readable(request, pk), request.user).document
    if paper is None:
        raise Http404(_("Không tìm thấy."))
    return download(paper)


@page
def verb(request, pk, what):
    """Show the form of a verb, or do it and go to the opinion; to the consultation when there is none any more."""
    record = ACTING.own(request, MAY.get(what, may_run), pk=pk)
    context = {"consultation": record.consultation}
    if what == "leave_out":
        context["cancel_url"] = within(request, consultation_address(record.consultation))
    return ACTING.do(request, record, VERBS[what], **context)


@page
def link(request, pk):
    """Make a link, show it this once with a letter around it, and mail it where there is an address."""
    record = ACTING.own(request, may_run, pk=pk)
    then = partial(link_made, request, record)
    return ACTING.do(request, record, LINK, then=then, consultation=record.consultation)


def link_made(request, record, given):
    made, token = given
    address = request.build_absolute_uri(reverse("planning:answer_link", args=[token]))
    context = {"title": LINK.title, "opinion": made, "consultation": record.consultation, "crumbs": way_to(record)}
    context |= {"address": address, "letter": answer_letter.letter(made, address)}
    context["mailed"] = answer_letter.mail(made, context["letter"])
    context["cancel_url"] = within(request, opinion_address(record))
    return render(request, "planning/consultation_link.html", context)


@page
def split(request, pk):
    """The points that are seen in the letter, to be corrected; then they are put down."""
    record = ACTING.own(request, may_run, pk=pk)
    initial, following = split_initial(record)
    rows = SplitRows(request.POST or None, initial=initial)
    context = {"title": _("Tách thành điểm"), "opinion": record, "rows": rows, "crumbs": way_to(record)}
    context |= {"consultation": record.consultation, "cancel_url": within(request, opinion_address(record))}
    context |= {"following": following, "standing": OpinionItem.objects.visible_to(request.user).filter(request=record)}
    if request.method == "POST" and rows.is_valid():
        if "more" in request.POST:
            context["rows"] = rows.with_more()
        elif done := divided(request, record, rows, context):
            return done
    return render(request, "planning/consultation_split.html", context, status=409 if "stale" in context else 200)


def divided(request, record, rows, context):
    """Put the points down and go to the opinion; None when that was refused, and the page says why."""
    seen = request.POST.get("version", "")
    try:
        consulting.split(record, by=request.user, points=rows.points, seen=int(seen) if seen.isdecimal() else 0)
    except StaleRecord:
        context |= {"stale": True, "opinion": readable(request, record.pk)}
    except ValidationError as problem:
        context["refused"] = problem.messages
    else:
        messages.success(request, _("Đã tách thành các điểm; xử lý từng điểm ở trang của đợt lấy ý kiến."))
        return redirect(request.get_full_path() if context["following"] else context["cancel_url"])
    return None


# Points ---------------------------------------------------------------------------------------------------------------

SETTLE = Verb(SettleForm, consulting.settle, gettext_lazy("Xử lý điểm góp ý"))


POINTS = Acting(
    "point",
    ACT,
    lambda user: read_points(),
    changes_of_point,
    lambda point: way_to(point.request),
    lambda point: consultation_address(point.request.consultation),
)


def own_point(request, pk):
    return POINTS.own(request, lambda user, point: may_run(user, point.request), pk=pk)


@page
def settle(request, pk):
    point = own_point(request, pk)
    return POINTS.do(request, point, SETTLE, opinion=point.request, consultation=point.request.consultation)


@page
def point_edit(request, pk):
    """Correct the words of a point that was split wrongly."""
    point = own_point(request, pk)
    form = PointForm(request.POST or None, instance=point, user=request.user)
    back = opinion_address(point.request)
    context = {"title": _("Sửa điểm góp ý"), "crumbs": way_to(point.request), "cancel_url": back}
    return correct(request, form, address=lambda made: back, **context)


@page
def point_remove(request, pk):
    point = own_point(request, pk)
    text = _("%(point)s. Chỉ bỏ khi đã tách nhầm; lịch sử vẫn giữ điểm này.") % {"point": point}
    context = {"title": _("Bỏ điểm góp ý này?"), "text": text, "crumbs": way_to(point.request)}

    def act(given):
        because(given["reason"])
        consulting.remove_point(point, by=request.user)

    form, done = ReasonForm(request.POST or None), _("Đã bỏ; lịch sử vẫn giữ.")
    return confirm(request, form, act, back=opinion_address(point.request), done=done, submit=_("Bỏ"), **context)
