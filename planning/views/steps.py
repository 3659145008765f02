"""What is done to a dossier, one thing on a page; each form calls its verb of planning/workflow.py."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import check_may_edit, get_visible_or_404
from planning import workflow
from planning.columns import dossier_address
from planning.forms import (
    AdvanceForm,
    CooperatingForm,
    EventForm,
    ExtendForm,
    MilestoneForm,
    ObserveForm,
    PauseForm,
    ResumeForm,
)
from planning.models import Dossier, Extension, Milestone, Pause, Step
from planning.profile import Profile, changes_of
from planning.views.acting import Acting, Verb, opened_with
from zones.forms import WithdrawalForm
from zones.views.editing import confirm, correct, page, within

VERBS = {
    "observe": Verb(
        ObserveForm,
        workflow.observe,
        gettext_lazy("Ghi trạng thái theo nguồn"),
        gettext_lazy("Khi văn bản hoặc nguồn cho thấy hồ sơ đang ở đâu mà chưa rõ các bước đã đi."),
    ),
    "event": Verb(
        EventForm,
        workflow.note_event,
        gettext_lazy("Ghi sự việc"),
        gettext_lazy("Việc đã xảy ra mà trạng thái của hồ sơ không đổi."),
    ),
    "pause": Verb(
        PauseForm,
        workflow.pause,
        gettext_lazy("Tạm dừng thời hạn"),
        gettext_lazy("Từ ngày yêu cầu bổ sung đến ngày nhận bổ sung không tính vào thời hạn, kể cả hai ngày đó."),
    ),
    "extend": Verb(
        ExtendForm,
        workflow.extend,
        gettext_lazy("Gia hạn"),
        gettext_lazy("Thêm thời gian cho một thời hạn, theo văn bản; hạn cũ vẫn đọc được trong cách tính."),
    ),
    "cooperating": Verb(CooperatingForm, workflow.invite, gettext_lazy("Cơ quan phối hợp")),
}


def way_to(dossier=None):
    way = [(reverse("planning:dossiers"), _("Hồ sơ"))]
    return [*way, (dossier_address(dossier), dossier.code)] if dossier else way


def own_dossier(request, code):
    """The visible dossier, if this user may change it."""
    dossier = get_visible_or_404(Dossier.objects, request.user, code=code)
    check_may_edit(request.user, dossier)
    return dossier


ACTING = Acting(
    "dossier",
    "planning/step_form.html",
    lambda user: Dossier.objects,
    lambda dossier, user: changes_of(dossier),
    way_to,
    dossier_address,
)


@page
def verb(request, code, what):
    return ACTING.do(request, own_dossier(request, code), VERBS[what], today=timezone.localdate())


@page
def advance(request, code, move):
    """Make one move: its day, its document, who holds the dossier then."""
    dossier = get_visible_or_404(Dossier.objects, request.user, code=code)
    profile = Profile(dossier, request.user, timezone.localdate())
    chosen = allowed(profile.option(move))
    if not chosen.possible and request.method != "POST":
        return gone_on(request, dossier, chosen)
    given = {"record": dossier, "user": request.user, "initial": opened_with(request, AdvanceForm)}
    form = AdvanceForm(request.POST or None, option=chosen.option, **given)
    words = {"title": chosen.move.name, "done": _("Đã ghi bước: %(move)s.") % {"move": chosen.move.name}}
    act = partial(workflow.advance, dossier, move)
    return ACTING.act_on(request, form, act, next=chosen, today=profile.office.today, **words)


def allowed(chosen):
    """The move, if there is one of that name and the reader may make it."""
    if chosen is None:
        raise Http404(_("Không tìm thấy."))
    if chosen.refusal:
        raise PermissionDenied(chosen.refusal)
    return chosen


def gone_on(request, dossier, chosen):
    """The dossier left the state from which the move was offered."""
    words = {"move": chosen.move.name, "state": dossier.state_now and dossier.state_now.name}
    messages.warning(request, _("Hồ sơ đang ở “%(state)s”: từ đó không có bước “%(move)s”.") % words)
    return redirect(within(request, dossier_address(dossier)))


@page
def resume(request, code, pk):
    dossier = own_dossier(request, code)
    stopped = get_visible_or_404(Pause.objects, request.user, dossier=dossier, pk=pk)
    form = ResumeForm(request.POST or None, record=dossier, user=request.user)
    words = {"title": _("Kết thúc tạm dừng: %(pause)s") % {"pause": stopped}, "done": _("Thời hạn được tính tiếp.")}
    return ACTING.act_on(request, form, partial(workflow.resume, stopped), today=timezone.localdate(), **words)


@page
def retract(request, code, pk):
    dossier = own_dossier(request, code)
    step = get_visible_or_404(Step.objects, request.user, dossier=dossier, pk=pk, retracted_at=None)
    step.dossier = dossier
    text = _("%(step)s. Chỉ rút bước đã ghi nhầm; bước vẫn đọc được cùng lý do. Quyết định đã đổi thì ghi bước mới.")
    context = {"title": _("Rút bước này?"), "text": text % {"step": step}, "submit": _("Rút bước")}
    return ask(request, dossier, partial(workflow.retract, step), _("Đã rút bước."), **context)


def ask(request, dossier, act, done, **context):
    """Ask why before something is taken back."""
    form, back = WithdrawalForm(request.POST or None), dossier_address(dossier)
    context |= {"crumbs": way_to(dossier), "back": back, "done": done}
    return confirm(request, form, lambda given: act(by=request.user, note=given["note"]), **context)


REMOVED = {"pauses": Pause, "extensions": Extension, "milestones": Milestone}


@page
def take_back(request, code, what, pk):
    """Take away a pause, an extension or an expected date that was put down wrongly."""
    dossier = own_dossier(request, code)
    record = get_visible_or_404(REMOVED[what].objects, request.user, dossier=dossier, pk=pk)
    text = _("%(what)s: %(record)s. Chỉ bỏ khi đã ghi nhầm; lịch sử vẫn giữ dòng này.")
    context = {"text": text % {"what": record._meta.verbose_name, "record": record}}
    context |= {"title": _("Bỏ dòng này?"), "submit": _("Bỏ")}
    return ask(request, dossier, partial(workflow.take_back, record), _("Đã bỏ; lịch sử vẫn giữ."), **context)


@page
def milestone_new(request, code):
    return milestone_form(request, Milestone(dossier=own_dossier(request, code)), _("Thêm mốc dự kiến"))


@page
def milestone_edit(request, code, pk):
    dossier = own_dossier(request, code)
    record = get_visible_or_404(Milestone.objects, request.user, dossier=dossier, pk=pk)
    return milestone_form(request, record, _("Sửa mốc dự kiến"))


def milestone_form(request, record, title):
    dossier, initial = record.dossier, opened_with(request, MilestoneForm)
    form = MilestoneForm(request.POST or None, instance=record, user=request.user, initial=initial)
    context = {"title": title, "crumbs": way_to(dossier), "cancel_url": dossier_address(dossier)}
    return correct(request, form, address=lambda made: dossier_address(dossier), **context)
