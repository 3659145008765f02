"""The list of dossiers, the page of one, and the forms that open or correct it. They speak of today."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.access import get_visible_or_404, may_edit
from accounts.history import history_page
from accounts.templatetags.portal import number
from planning import tracks
from planning.columns import dossier_address, subject_address
from planning.consultation_lists import consultation_rows
from planning.duty_lists import brief_tasks
from planning.filters import by_clock
from planning.forms import DossierForm, OpenForm, SubjectForm, take
from planning.listings import DOSSIERS, STEPS
from planning.models import Dossier
from planning.obstacle_lists import OBSTACLES, brief_obstacles
from planning.profile import Profile, changes_of
from planning.views.acting import opened_with
from planning.views.steps import own_dossier, way_to
from zones.listings import Question
from zones.models import Facility, Phase, Zone
from zones.views.editing import check_may_add, correct, page, within
from zones.views.lists import head, numbered_page, table

TABS = (
    ("next", gettext_lazy("Bước tiếp theo")),
    ("clocks", gettext_lazy("Thời hạn")),
    ("steps", gettext_lazy("Các bước")),
    ("expected", gettext_lazy("Mốc dự kiến")),
    ("used", gettext_lazy("Ai giữ bao lâu")),
    ("tasks", gettext_lazy("Nhiệm vụ")),
    ("consultations", gettext_lazy("Lấy ý kiến")),
    ("obstacles", gettext_lazy("Vướng mắc")),
    ("about", gettext_lazy("Thông tin")),
    ("history", gettext_lazy("Lịch sử")),
)
LONGEST = 39  # of a code, without the dash before its end


@require_safe
def dossiers(request):
    question = Question(DOSSIERS, request)
    context = listed(question) | {"new": None, "may_open": DOSSIERS.may_add(request.user)}
    context["sums"] = standing(question.rows)
    return render(request, "planning/dossier_list.html", context, status=400 if question.errors else 200)


@require_safe
def steps(request):
    question = Question(STEPS, request)
    return render(
        request, "planning/step_list.html", listed(question) | {"new": None}, status=400 if question.errors else 200
    )


def listed(question):
    context = head(question) | numbered_page(question)
    return context | table(question, context.pop("records")) | {"today": timezone.localdate()}


def standing(rows):
    """How many are under way, late and nearly due: [(label, number, "")]."""
    clocks = by_clock(timezone.localdate())
    found = rows.order_by().aggregate(
        open=Count("pk", filter=Q(ended=False)),
        late=Count("pk", filter=clocks["late"]),
        soon=Count("pk", filter=clocks["soon"]),
    )
    labels = {"open": _("Đang xử lý"), "late": _("Trễ hạn"), "soon": _("Đến hạn trong 14 ngày")}
    return [(label, number(found[key]), "") for key, label in labels.items()]


@require_safe
def dossier(request, code):
    record = get_visible_or_404(Dossier.objects, request.user, code=code)
    today = timezone.localdate()
    context = {"profile": Profile(record, request.user, today), "dossier": record, "today": today, "tabs": TABS}
    context |= {"title": record.title, "crumbs": way_to(), "may_edit": may_edit(request.user, record)}
    context["subject_address"] = subject_address(record)
    context["tasks"] = brief_tasks(request.user, today, dossiers=record)
    context["consultations"] = consultation_rows(request.user, None).filter(dossier=record).prefetch_related(None)
    context["obstacles"] = brief_obstacles(request.user, today, dossier=record)
    context |= {"may_raise": OBSTACLES.may_add(request.user), "of": f"dossier={code}"}
    context["history"] = history_page(changes_of(record), request.user, request.GET.get("page"))
    return render(request, "planning/dossier.html", context)


@page
def dossier_edit(request, code):
    record = own_dossier(request, code)
    form = DossierForm(request.POST or None, instance=record, user=request.user)
    context = {"title": _("Sửa hồ sơ"), "crumbs": way_to(record), "cancel_url": dossier_address(record)}
    return correct(request, form, address=dossier_address, **context)


@page
def dossier_new(request):
    """First what it is about (a GET form), then the dossier itself."""
    check_may_add(request, Dossier(lead_agency=request.user.agency))
    asked = SubjectForm(request.GET if "track" in request.GET else None, user=request.user, initial=request.GET.dict())
    if not asked.is_valid():
        context = {"form": asked, "cancel_url": reverse("planning:dossiers")}
        return render(request, "planning/dossier_subject.html", opening() | context)
    draft = drafted(request, asked.cleaned_data)
    form = OpenForm(request.POST or None, instance=draft, user=request.user, initial=opened_with(request, OpenForm))
    return opened(request, form)


def opening():
    return {"title": _("Mở hồ sơ"), "crumbs": way_to()}


def opened(request, form):
    """Open the dossier and go to its page, or show the form with what is wrong."""
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(within(request, dossier_address(form.open())))
        except IntegrityError:
            form.full_clean()  # whoever was faster has the code now: the form finds what it repeats
            if form.is_valid():
                raise
        except ValidationError as problem:
            take(form, problem)
    context = opening() | {"form": form, "draft": form.instance}
    context |= {"cancel_url": within(request, subject_address(form.instance)), "submit": _("Mở hồ sơ")}
    return render(request, "planning/dossier_open.html", context)


def drafted(request, asked):
    """The dossier that is to be opened, with a code and a title to begin with."""
    subject = asked["zone"] or asked["facility"]
    of = "facility" if isinstance(subject, Facility) else "zone"
    draft = Dossier(**{of: subject}, track=asked["track"], lead_agency=request.user.agency or subject.managing_agency)
    draft.publicity = subject.publicity
    ending, title = tracks.CALLED[draft.track]
    draft.code, draft.title = f"{f'HS-{subject.code}'[: LONGEST - len(ending)]}-{ending}", title.format(subject.name)
    draft.phase = phase_asked(request, subject) if isinstance(subject, Zone) else None
    return draft


def phase_asked(request, zone):
    wanted = request.GET.get("phase", "")
    return Phase.objects.visible_to(request.user).filter(zone=zone, number=wanted if wanted.isdecimal() else 0).first()
