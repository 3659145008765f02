"""The verbs of a consultation: invite, send, give more time, answer (in the portal, by link, on paper), split, settle.

Each locks the consultation, then what it changes, checks who may, and writes in one transaction."""

import datetime
import re

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts.access import may_edit
from accounts.audit import acting, because
from planning import clock, opinion_notices
from planning.duties import known, past
from planning.holding import held, refuse_unless
from planning.models import Consultation, Holiday, OpinionItem, OpinionRequest, Rule

SALT = "planning.consulting.answer"
LINK_DAYS = 60  # the longest that a link is good for
COMMUNITY = "planning.opinion.community"  # the rule of the longest period, and with _min of the shortest one
POINT = re.compile(r"^\s*(?:\d+(?:\.\d+)*[.)]|[a-zđ][.)]|[-–•*+])\s+")

Via, Outcome = OpinionRequest.Via, OpinionRequest.Outcome
WITH_REASONS = (Outcome.COMMENTS, Outcome.DISAGREE)  # what says something that has to be split and settled


def may_run(user, consultation):
    """The office that asks prepares, sends, splits and settles."""
    return may_edit(user, consultation)


def may_answer(user, request):
    """The agency that was asked answers for itself."""
    role = user.role_rules
    own = role.edit == "own agency" and request.agency.is_now(user.agency_id)
    return request.sent_on is not None and (own or role.edit == "everything")


def held_request(request, seen):
    """The request with its consultation, held in that order: nothing ends the one while the other is answered."""
    consultation = held(Consultation.objects, request.consultation_id, None)
    found = held(OpinionRequest.objects, request.pk, seen)
    found.consultation = consultation
    return found


def still_open(consultation):
    if consultation.closed_on:
        raise ValidationError(_("Đợt lấy ý kiến đã kết thúc."), "closed")


def was_sent(request):
    if request.sent_on is None:
        raise ValidationError(_("Chưa gửi cho cơ quan này."), "not_sent")


# Asking ---------------------------------------------------------------------------------------------------------------


@transaction.atomic
def invite(consultation, *, by, agencies, on=None, seen=None):
    """Ask further agencies; after the consultation was sent, from the day `on`, with the same length of time."""
    consultation = held(Consultation.objects, consultation.pk, seen)
    refuse_unless(may_run(by, consultation))
    still_open(consultation)
    asked = {consultation.agency_id, *consultation.requests.values_list("agency", flat=True)}
    if any(agency.city not in ("", consultation.city) for agency in agencies):
        raise ValidationError({"agencies": _("Chỉ hỏi cơ quan của thành phố này và cơ quan trung ương.")})
    made = [OpinionRequest(consultation=consultation, agency=agency) for agency in agencies if agency.pk not in asked]
    if not made:
        raise ValidationError({"agencies": _("Chọn ít nhất một cơ quan chưa được hỏi.")})
    if consultation.sent_on:
        due_on = due_after(consultation, after_sending(consultation, on))
    for request in made:
        if consultation.sent_on:
            request.sent_on, request.due_on = on, due_on
        request.full_clean()
        request.save(force_insert=True)
    consultation.save()
    if consultation.sent_on:
        opinion_notices.asked(made, by)
    return made


def after_sending(consultation, on):
    if on is None or on < consultation.sent_on:
        day = f"{consultation.sent_on:%d/%m/%Y}"
        raise ValidationError({"on": _("Ngày gửi không sớm hơn ngày gửi của đợt (%(day)s).") % {"day": day}})
    past(on)
    return on


def due_after(consultation, on):
    """The last day for an answer that is asked for on `on`."""
    return explained(consultation, on, Holiday.objects.calendar()).day


def explained(consultation, on, calendar):
    """How that day is counted, line by line (planning.clock.Due)."""
    return clock.due(consultation.term, on, calendar, waiting_for=_("ngày gửi"))


@transaction.atomic
def leave_out(request, *, by, seen=None):
    """Take an agency that was not written to yet off the list."""
    request = held_request(request, seen)
    refuse_unless(may_run(by, request.consultation))
    if request.sent_on:
        raise ValidationError(_("Đã gửi cho cơ quan này."), "sent")
    request.delete()


@transaction.atomic
def send(consultation, *, by, on, seen=None):
    """The letter has gone out on `on`: every agency on the list now has its clock."""
    consultation = held(Consultation.objects, consultation.pk, seen)
    refuse_unless(may_run(by, consultation))
    past(on)
    if consultation.sent_on:
        raise ValidationError(_("Đợt lấy ý kiến này đã gửi."), "sent")
    requests = list(consultation.requests.select_for_update(of=("self",)).select_related("agency"))
    if not requests:
        raise ValidationError(_("Chưa chọn cơ quan nào để hỏi."), "nobody")
    consultation.sent_on = on
    check_community(consultation)
    consultation.due_on = due_after(consultation, on)
    consultation.full_clean()
    for request in requests:
        request.consultation, request.sent_on, request.due_on = consultation, on, consultation.due_on
        request.save()
    consultation.save()
    opinion_notices.asked(requests, by)
    return consultation


def check_community(consultation):
    """A community is asked for no shorter and no longer than the law says (Luật 47/2024/QH15 Điều 37 khoản 7)."""
    if consultation.kind != Consultation.Kind.COMMUNITY:
        return
    rules = {rule.code: rule for rule in Rule.objects.on(consultation.sent_on).filter(code__startswith=COMMUNITY)}
    asked = consultation.term_length if consultation.term_unit == clock.Unit.DAY else None
    for code, wrong in ((f"{COMMUNITY}_min", lambda limit: asked < limit), (COMMUNITY, lambda limit: asked > limit)):
        if (rule := rules.get(code)) and (asked is None or wrong(int(rule.value))):
            raise ValidationError({"term_length": _("Thời hạn không đúng quy tắc: %(rule)s.") % {"rule": rule}})


@transaction.atomic
def more_time(request, *, by, due_on, note, seen=None):
    """Give one agency more time; the history keeps the day before."""
    request = held_request(request, seen)
    refuse_unless(may_run(by, request.consultation))
    still_open(request.consultation)
    known(due_on, "due_on")
    if request.sent_on is None or request.answered_on:
        raise ValidationError(_("Chỉ gia hạn cho cơ quan đã được hỏi mà chưa trả lời."), "not_waiting")
    if due_on <= request.due_on:
        day = f"{request.due_on:%d/%m/%Y}"
        raise ValidationError({"due_on": _("Hạn mới phải sau hạn đang có (%(day)s).") % {"day": day}})
    because(note)
    request.due_on = due_on
    request.save()
    return request


@transaction.atomic
def close(consultation, *, by, on, seen=None):
    """The consultation is over: every agency has answered or let its time pass, and every point is settled."""
    consultation = held(Consultation.objects, consultation.pk, seen)
    refuse_unless(may_run(by, consultation))
    still_open(consultation)
    past(on)
    if consultation.sent_on is None or on < consultation.sent_on:
        raise ValidationError({"on": _("Đợt lấy ý kiến chưa gửi, hoặc gửi sau ngày này.")})
    if last := consultation.requests.filter(answered_on__gt=on).order_by("answered_on").last():
        raise ValidationError({"on": _("Có ý kiến trả lời ngày %(day)s.") % {"day": f"{last.answered_on:%d/%m/%Y}"}})
    if left := unfinished(consultation, on):
        raise ValidationError(left, "unsettled")
    for request in consultation.requests.exclude(link_nonce=""):
        drop_link(request)
    consultation.closed_on = on
    consultation.save()
    return consultation


def unfinished(consultation, on):
    """What stands in the way of the end, a sentence each."""
    requests, points = consultation.requests.all(), OpinionItem.objects.filter(request__consultation=consultation)
    found = (
        (requests.filter(answered_on=None, due_on__gte=on), _("Còn %(n)s cơ quan chưa đến hạn trả lời.")),
        (requests.filter(outcome__in=WITH_REASONS, items=None), _("Còn %(n)s ý kiến chưa tách thành điểm.")),
        (points.filter(outcome=""), _("Còn %(n)s điểm góp ý chưa xử lý.")),
    )
    return [words % {"n": number} for rows, words in found if (number := rows.count())]


@transaction.atomic
def reopen(consultation, *, by, note, seen=None):
    """Take the end back, and say why."""
    consultation = held(Consultation.objects, consultation.pk, seen)
    refuse_unless(may_run(by, consultation))
    if not consultation.closed_on:
        raise ValidationError(_("Đợt lấy ý kiến chưa kết thúc."), "open")
    because(note)
    consultation.closed_on = None
    consultation.save()
    return consultation


# Answering ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def answer(request, *, by, seen=None, **said):
    """The agency answers in the portal, today, whatever day it would like it to be; or corrects what it answered."""
    request = held_request(request, seen)
    refuse_unless(may_answer(by, request))
    return put_down(request, Via.PORTAL, first_day(request), by, **said)


def first_day(request):
    """The day of an answer that the agency gives itself: a correction keeps that of the first one."""
    return request.answered_on or timezone.localdate()


@transaction.atomic
def record_answer(request, *, by, on, seen=None, **said):
    """The office that asked puts down an answer that came on paper on `on`."""
    request = held_request(request, seen)
    refuse_unless(may_run(by, request.consultation))
    past(on)
    return put_down(request, Via.PAPER, on, by, **said)


@transaction.atomic
def answer_by_link(token, *, seen=None, **said):
    """Whoever holds the link answers for the agency, without an account; a link that is no good finds nothing.

    The history names nobody, also when the browser has someone signed in."""
    request = held_request(by_link(token), seen)
    by_link(token)  # it may have been ended while we waited
    if not str(said.get("signed_by", "")).strip():
        raise ValidationError({"signed_by": _("Ghi họ tên, chức vụ người trả lời.")})
    with acting(None, reason=_("Trả lời qua liên kết")):
        return put_down(request, Via.LINK, first_day(request), None, **{"document": request.document} | said)


def put_down(request, via, on, by, *, outcome, text="", reply_number="", signed_by="", document=None):
    """Write the answer; a later one takes its place, and the history keeps the earlier."""
    said = {"text": text, "reply_number": reply_number, "signed_by": signed_by}
    said = {name: cleaned(request, name, value) for name, value in said.items()}
    still_open(request.consultation)
    was_sent(request)
    if on < request.sent_on:
        day = f"{request.sent_on:%d/%m/%Y}"
        raise ValidationError({"on": _("Ngày trả lời trước ngày gửi (%(day)s).") % {"day": day}})
    if outcome not in Outcome.values:
        raise ValidationError({"outcome": _("Chọn đồng ý, đồng ý có góp ý hoặc không đồng ý.")})
    if outcome != Outcome.AGREE and not said["text"].strip():
        raise ValidationError({"text": _("Nêu nội dung góp ý hoặc lý do không đồng ý.")})
    if request.items.exists() and said["text"].strip() != request.text.strip():
        raise ValidationError(_("Ý kiến đã được tách thành các điểm; liên hệ cơ quan lấy ý kiến để sửa."), "split")
    request.answered_on, request.outcome, request.via = on, outcome, via
    request.document, request.recorded_at, request.recorded_by = document, timezone.now(), by
    for name, value in said.items():
        setattr(request, name, value)
    request.save()
    opinion_notices.answered(request, by)
    return request


def cleaned(record, name, value):
    """A field that no form offers is cleaned like any other."""
    try:
        return record._meta.get_field(name).clean(value, record)
    except ValidationError as problem:
        raise ValidationError({name: problem.messages}) from None


# Links ----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def make_link(request, *, by, days, contact_email=None, seen=None):
    """(the request, a token with which its agency answers without an account, for `days` days).

    Links that were given before are good for nothing any more. `contact_email` None: as it stands."""
    request = held_request(request, seen)
    refuse_unless(may_run(by, request.consultation))
    still_open(request.consultation)
    was_sent(request)
    if not 1 <= days <= LINK_DAYS:
        raise ValidationError({"days": _("Từ 1 đến %(n)s ngày.") % {"n": LINK_DAYS}})
    if contact_email is not None:
        request.contact_email = cleaned(request, "contact_email", contact_email)
    request.new_nonce()
    request.link_until = timezone.now() + datetime.timedelta(days=days)
    request.save()
    return request, signing.dumps([request.pk, request.link_nonce], salt=SALT, compress=False)


@transaction.atomic
def end_link(request, *, by, seen=None):
    """Make the link good for nothing."""
    request = held_request(request, seen)
    refuse_unless(may_run(by, request.consultation))
    return drop_link(request)


def drop_link(request):
    request.link_nonce, request.link_until = "", None
    request.save()
    return request


def by_link(token):
    """The request that a token is for; OpinionRequest.DoesNotExist when it is forged, ended, replaced or too late."""
    try:
        pk, nonce = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise OpinionRequest.DoesNotExist from None
    request = OpinionRequest.objects.select_related("consultation__agency", "consultation__document", "agency").get(
        pk=pk, link_until__gt=timezone.now(), sent_on__isnull=False, consultation__closed_on=None
    )
    if not request.link_nonce or not constant_time_compare(request.link_nonce, nonce):
        raise OpinionRequest.DoesNotExist
    return request


# Points ---------------------------------------------------------------------------------------------------------------


def points_in(text):
    """What looks like the points of an opinion: its numbered or dashed lines, its paragraphs otherwise."""
    lines = [line for line in text.splitlines() if line.strip()]
    marked = any(POINT.match(line) for line in lines)
    found = []
    for line in lines:
        if POINT.match(line) or not found or not marked:
            found.append(POINT.sub("", line).strip())
        else:
            found[-1] = f"{found[-1]}\n{line.strip()}"
    return [point for point in found if point]


@transaction.atomic
def split(request, *, by, points, seen=None):
    """Put down the points of an opinion: `points` are dicts of text, about, said_by. They follow those there are."""
    request = held_request(request, seen)
    refuse_unless(may_run(by, request.consultation))
    still_open(request.consultation)
    if not request.answered_on:
        raise ValidationError(_("Cơ quan này chưa trả lời."), "not_answered")
    if not points:
        raise ValidationError(_("Ghi ít nhất một điểm góp ý."), "nothing")
    last = request.items.order_by("-number").values_list("number", flat=True).first() or 0
    made = [OpinionItem(request=request, number=number, **point) for number, point in enumerate(points, last + 1)]
    for item in made:
        item.full_clean()
        item.save(force_insert=True)
    request.save()
    return made


@transaction.atomic
def settle(item, *, by, outcome, response, place="", in_version="", about=None, seen=None):
    """Say what becomes of a point: accepted, in part, rejected; why, and where in which version it shows."""
    consultation = held(Consultation.objects, item.request.consultation_id, None)
    item = held(OpinionItem.objects, item.pk, seen)
    refuse_unless(may_run(by, consultation))
    still_open(consultation)
    item.outcome, item.response, item.place, item.in_version = outcome, response, place, in_version
    item.about = item.about if about is None else about
    item.full_clean()
    item.save()
    return item


@transaction.atomic
def remove_point(item, *, by, seen=None):
    """Take away a point that was split off wrongly; the history keeps it."""
    consultation = held(Consultation.objects, item.request.consultation_id, None)
    item = held(OpinionItem.objects, item.pk, seen)
    refuse_unless(may_run(by, consultation))
    still_open(consultation)
    item.delete()
