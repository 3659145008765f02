"""The opinions that a person's agency owes, and those that it asked for and has not settled."""

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.translation import gettext as _

from planning import consulting
from planning.columns import subject_address
from planning.consultation_lists import consultation_address, opinion_address, opinions_on, told
from planning.marks import Mark
from planning.models import Consultation, Dossier, OpinionItem, OpinionRequest, OpinionState
from planning.my_work.line import Duty


def to_answer(user, calendar):
    """What the agency was asked and has not answered, but for what its silence has settled by a rule."""
    if not user.agency_id:
        return []
    found = opinions_on(user, None).filter(pk__in=OpinionRequest.objects.sent_to(user.agency).values("pk"))
    found = found.filter(state__in=(OpinionState.WAITING, OpinionState.SILENT), consultation__closed_on=None)
    found = found.select_related("consultation__agency", "agency__successor__successor").order_by("due_on", "pk")
    matters = Dossier.objects.visible_to(user).select_related("zone", "facility")
    found = told(found.prefetch_related(Prefetch("consultation__dossier", matters)), calendar)
    return [opinion_line(one, user) for one in found]


def opinion_line(request, user):
    asking, due, address = request.consultation, f"{request.due_on:%d/%m/%Y}", opinion_address(request)
    may = consulting.may_answer(user, request)
    words, act = (_("Trả lời"), f"{address}answer/") if may else (_("Xem"), address)
    where = subjects_of(asking.dossier)
    return Duty(
        asking.title, address, where, due, request.time, str(asking.agency), str(request.agency), "", words, act
    )


def subjects_of(dossier):
    return [(str(dossier.subject), subject_address(dossier))] if dossier else []


def to_settle(user):
    """The consultations that the agency runs in which an answer is not split or a point not settled yet."""
    if not user.agency_id:
        return []
    answers = OpinionRequest.objects.filter(consultation=OuterRef("pk"), outcome__in=consulting.WITH_REASONS)
    points = OpinionItem.objects.filter(request__consultation=OuterRef("pk"), outcome="")
    found = Consultation.objects.visible_to(user).filter(agency=user.agency_id, closed_on=None, sent_on__isnull=False)
    found = found.annotate(unsplit=Exists(answers.filter(items=None)), unsettled=Exists(points))
    found = found.filter(Q(unsplit=True) | Q(unsettled=True)).select_related("agency").order_by("due_on", "pk")
    matters = Dossier.objects.visible_to(user).select_related("zone", "facility")
    return [matter_line(one, user) for one in found.prefetch_related(Prefetch("dossier", matters))]


def matter_line(consultation, user):
    address = consultation_address(consultation)
    words, act = (_("Tách thành điểm"), address) if consultation.unsplit else (_("Xử lý góp ý"), f"{address}settle/")
    if not consulting.may_run(user, consultation):
        words, act = _("Xem"), address
    where, asker = subjects_of(consultation.dossier), str(consultation.agency)
    return Duty(consultation.title, address, where, "", Mark("", ""), asker, asker, "", words, act)
