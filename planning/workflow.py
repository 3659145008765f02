"""The verbs of a dossier. `advance` is the only way in which its status changes; nothing is undone by editing.

Every verb locks the dossier, asks the table of moves, and stores the step, what it makes of the zone, and the next
clock in one transaction."""

import copy
from collections import defaultdict
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import check_may_edit
from accounts.audit import because
from planning import conditions, tracks
from planning.holding import held
from planning.models import Dossier, Extension, Pause, Step
from planning.models.dossier import next_number
from planning.reckoning import Office, Reckoning
from planning.rule_choice import choose_rules
from zones.models import Precision, ZoneStatus
from zones.recording import record_many, remove, withdraw_many

REPEATED = ("state", "state_since", "state_precision", "due_on", "due_rule", "ended")  # of what the steps say


@dataclass(frozen=True)
class Option:
    """A move that may follow. `refusal` says why this person may not make it; `findings`: what the law's tests say."""

    move: tracks.Move
    refusal: str
    findings: tuple = ()

    @property
    def target(self):
        return self.move.target

    @property
    def failed(self):
        """The tests that did not pass: a reason must be written, but nothing is blocked."""
        return [finding for finding in self.findings if finding.outcome == "failed"]


def moves_for(dossier, user, *, office=None, on=None):
    """What may follow on the state of `dossier`, with the law's tests as of `on` (today), and who may make it."""
    office = office or Office(timezone.localdate())
    day, moves = on or office.today, dossier.table.moves_from(dossier.state)
    judged = {move.code: rule_day_after(dossier, move, day) for move in moves}
    codes = defaultdict(dict)
    for move in moves:
        codes[judged[move.code]] |= dict.fromkeys(move.tests)
    found = {rule_day: tested(tests, dossier, office.book, rule_day, day) for rule_day, tests in codes.items()}
    return [
        Option(
            move,
            refusal(move, dossier, user),
            tuple(one for one in found[judged[move.code]] if one.code in move.tests),
        )
        for move in moves
    ]


def rule_day_after(dossier, move, on):
    """The day by whose rules the dossier would be judged after `move`; where a person must choose, still its own."""
    trial = copy.copy(dossier)
    try:
        choose_rules(trial, move, on, "", "")
    except ValidationError:
        return dossier.rule_day
    return trial.rule_day


def tested(codes, dossier, book, rule_day, day):
    """What the law's tests say, each asked once."""
    return conditions.check(dossier, codes, book, rule_day or day, day) if codes else []


def refusal(move, dossier, user):
    """Why `user` may not make `move`; empty when they may."""
    role = user.role_rules
    if role.edit == "everything":
        return ""
    if role.edit != "own agency" or not user.agency_id:
        return _("Vai trò của bạn không ghi bước của hồ sơ.")
    if not takes_part(move, dossier, user.agency):
        named = tracks.AUTHORITIES[move.authority].name
        return _("Bước này do %(lead)s hoặc %(authority)s ghi.") % {"lead": dossier.lead_agency, "authority": named}
    if move.decides and not role.approve:
        return _("Bước này là quyết định: người duyệt hoặc thủ trưởng cơ quan ghi.")
    return ""


def takes_part(move, dossier, agency):
    """The lead agency records every move; the authority of the move its own, when it is in the dossier's circle."""
    if agency.pk == dossier.lead_agency_id:
        return True
    if agency.kind not in tracks.AUTHORITIES[move.authority].kinds:
        return False
    committee = agency.kind == agency.Kind.COMMITTEE and agency.city == dossier.city
    return committee or agency in dossier.cooperating.all()


@transaction.atomic
def open_dossier(dossier, state, *, by, on, precision=Precision.DAY, document=None, source="", note=""):
    """Open `dossier` (unsaved) in `state`, as a document or source shows it; a dossier under way begins where it is."""
    check_may_edit(by, dossier)
    dossier.rule_day = dossier.rule_day or (on if precision == Precision.DAY else None)
    dossier.full_clean()
    if state not in dossier.table.states:
        raise ValidationError({"state": _("Tuyến này không có trạng thái đó.")})
    check_day(dossier, on, timezone.localdate(), precision)
    dossier.save(force_insert=True)
    dossier.cooperating.set(getattr(dossier, "invited", ()))
    given = {"on": on, "on_precision": precision, "document": document, "source": source, "note": note}
    store(Step(dossier=dossier, kind=Step.Kind.OBSERVED, to_state=state, **given), by)
    refresh(dossier)
    return dossier


@transaction.atomic
def advance(dossier, code, *, by, on, document=None, note="", agency=None, seen=None, rule_set=""):
    """Make the move `code`: the one way in which a dossier's status changes.

    `on`: the day of the document; `agency`: who holds the dossier now, when the table does not say; `rule_set` ("old",
    "new"): the choice of a person, with `note`, where a change of law fits neither clause. Returns the Step."""
    dossier = held(Dossier.objects, dossier.pk, seen)
    move = dossier.table.moves.get(code)
    if move is None or dossier.state not in move.sources:
        raise ValidationError(_("Từ trạng thái này không có bước đó."), "no_such_move")
    if why := refusal(move, dossier, by):
        raise PermissionDenied(why)
    office = Office(timezone.localdate())
    check_day(dossier, on, office.today)
    check_evidence(move, document)
    choose_rules(dossier, move, on, rule_set, note)
    findings = tested(move.tests, dossier, office.book, dossier.rule_day, on)
    if (move.needs_note or any(one.outcome == "failed" for one in findings)) and not note.strip():
        raise ValidationError({"note": _("Nói rõ lý do của bước này.")})
    because(note)
    step = Step(dossier=dossier, kind=Step.Kind.MOVE, move=code, from_state=dossier.state, to_state=move.target)
    step.on, step.document, step.note, step.agency = on, document, note, agency
    step.source = "" if document else _("Ghi nhận của %(agency)s") % {"agency": by.agency or by}
    step.findings = [finding.as_json() for finding in findings]
    store(step, by)
    stand_still(dossier, move, step)
    tell_zone(dossier, move, step, by)
    refresh(dossier, office)
    return step


def check_past(on, precision, today):
    """What has happened is not in the future; of a month, quarter or year (stored as its last day) its first day."""
    first_month = {Precision.YEAR: 1, Precision.QUARTER: (on.month - 1) // 3 * 3 + 1, Precision.MONTH: on.month}
    begins = on.replace(month=first_month[precision], day=1) if precision in first_month else on
    if begins > today:
        raise ValidationError({"on": _("Ngày này ở tương lai. Dự kiến được ghi là mốc.")})


def check_day(dossier, on, today, precision=Precision.DAY):
    """A step is not in the future and not before the step that it follows."""
    check_past(on, precision, today)
    last = dossier.pk and dossier.steps.standing().exclude(to_state="").last()
    if last and last.on_precision == Precision.DAY and on < last.on:
        raise ValidationError({"on": _("Trước ngày của bước liền trước (%(day)s).") % {"day": f"{last.on:%d/%m/%Y}"}})


def check_evidence(move, document):
    if not move.evidence:
        return
    wanted = {"product": move.product}
    if document is None:
        raise ValidationError({"document": _("Bước này cần văn bản: %(product)s.") % wanted})
    if document.type not in move.evidence:
        raise ValidationError({"document": _("Văn bản không đúng loại: cần %(product)s.") % wanted})


@transaction.atomic
def observe(
    dossier, state, *, by, on, precision=Precision.DAY, document=None, source="", note="", agency=None, seen=None
):
    """Record a state as a document or source shows it, where the moves that led there are not at hand."""
    dossier = held(Dossier.objects, dossier.pk, seen)
    check_may_edit(by, dossier)
    check_day(dossier, on, timezone.localdate(), precision)
    if state not in dossier.table.states:
        raise ValidationError({"state": _("Tuyến này không có trạng thái đó.")})
    step = Step(dossier=dossier, kind=Step.Kind.OBSERVED, from_state=dossier.state, to_state=state, agency=agency)
    step.on, step.on_precision, step.document, step.source, step.note = on, precision, document, source, note
    store(step, by)
    refresh(dossier)
    return step


@transaction.atomic
def note_event(dossier, event, *, by, on, precision=Precision.DAY, document=None, source="", note="", seen=None):
    """Record what happened to the dossier without changing its state."""
    dossier = held(Dossier.objects, dossier.pk, seen)
    check_may_edit(by, dossier)
    check_past(on, precision, timezone.localdate())
    step = Step(dossier=dossier, kind=Step.Kind.EVENT, event=event, on=on, on_precision=precision)
    step.document, step.source, step.note = document, source, note
    store(step, by)
    dossier.save()
    return step


def store(step, by):
    """Give the step its place and keep it."""
    step.number, step.recorded_by = next_number(step.dossier), by
    step.full_clean(exclude=["dossier", "recorded_by", "origin"])
    step.save(force_insert=True)


@transaction.atomic
def retract(step, *, by, note, seen=None):
    """Take back the last step of a dossier that was put down wrongly; it stays readable, with the reason."""
    dossier = held(Dossier.objects, step.dossier.pk, seen)
    check_may_edit(by, dossier)
    if not note.strip():
        raise ValidationError({"note": _("Nói rõ vì sao rút bước này.")})
    if step.to_state and dossier.steps.standing().exclude(to_state="").last() != step:
        raise ValidationError(_("Chỉ rút được bước cuối cùng."), "not_last")
    because(note)
    Step.objects.filter(pk=step.pk, retracted_at__isnull=True).update(retracted_at=timezone.now(), retracted_note=note)
    reopen(dossier, step)
    withdraw_many(ZoneStatus.objects.in_force().filter(origin__startswith=origin_of(step)), by=by, note=note)
    refresh(dossier)


def reopen(dossier, step):
    """What the step did to the clock is undone with it."""
    if step.kind != Step.Kind.MOVE:
        return
    move = dossier.table.moves.get(step.move)
    if move and move.pauses:
        for pause in dossier.pauses.filter(kind=move.pauses, end_on__isnull=True, start_on=step.on):
            pause.delete()
    if move and move.resumes:
        for pause in dossier.pauses.filter(kind=move.resumes, end_on=step.on)[:1]:
            pause.end_on = None
            pause.save()


def stand_still(dossier, move, step):
    """Begin or end the pause that the move brings with it."""
    if move.resumes:
        for pause in dossier.pauses.filter(kind=move.resumes, end_on__isnull=True):
            end(pause, step.on)
    if move.pauses:
        given = {"kind": move.pauses, "start_on": step.on, "reason": step.note or str(move.name)}
        Pause.objects.create(dossier=dossier, document=step.document, source=step.source, **given)


def end(pause, on):
    pause.end_on = on
    pause.full_clean(exclude=["dossier"])
    pause.save()


@transaction.atomic
def pause(dossier, kind, *, by, start_on, reason, document=None, source="", seen=None):
    """Stop the clock of a dossier: it is being supplemented, or suspended."""
    dossier = held(Dossier.objects, dossier.pk, seen)
    check_may_edit(by, dossier)
    if start_on > timezone.localdate():
        raise ValidationError({"start_on": _("Ngày này ở tương lai.")})
    stopped = Pause(dossier=dossier, kind=kind, start_on=start_on, reason=reason, document=document, source=source)
    stopped.full_clean()
    because(reason)
    stopped.save()
    refresh(dossier)
    return stopped


@transaction.atomic
def resume(stopped, *, by, end_on, seen=None):
    """Let the clock run again from the day after `end_on`."""
    dossier = held(Dossier.objects, stopped.dossier.pk, seen)
    check_may_edit(by, dossier)
    if stopped.end_on:
        raise ValidationError(_("Lần tạm dừng này đã kết thúc."), "ended")
    if end_on > timezone.localdate():
        raise ValidationError({"end_on": _("Ngày này ở tương lai.")})
    end(stopped, end_on)
    refresh(dossier)
    return stopped


@transaction.atomic
def extend(dossier, rule, *, by, length, unit, granted_on, document, from_expiry=False, note="", seen=None):
    """Give one clock of the dossier more time, by a document."""
    dossier = held(Dossier.objects, dossier.pk, seen)
    check_may_edit(by, dossier)
    if rule not in {span.rule for span in dossier.table.spans}:
        raise ValidationError({"rule": _("Tuyến này không có thời hạn đó.")})
    more = Extension(dossier=dossier, rule=rule, length=length, unit=unit, granted_on=granted_on, document=document)
    more.from_expiry, more.note = from_expiry, note
    more.full_clean(exclude=["dossier"])
    because(note)
    more.save()
    refresh(dossier)
    return more


@transaction.atomic
def invite(dossier, agencies, *, by, note="", seen=None):
    """Say which agencies take part beside the lead: they may record the moves that are theirs in law."""
    dossier = held(Dossier.objects, dossier.pk, seen)
    check_may_edit(by, dossier)
    because(note)
    dossier.cooperating.set(agencies)
    refresh(dossier)


@transaction.atomic
def take_back(record, *, by, note):
    """Take away a pause, an extension or an expected date that was put down wrongly; the history keeps it."""
    dossier = held(Dossier.objects, record.dossier.pk, None)
    remove(record, by=by, reason=note)
    refresh(dossier)


def origin_of(step):
    return f"step:{step.pk}:"


def tell_zone(dossier, move, step, by):
    """Entering a state may say something about the zone: its status, that it is established, that it operates."""
    state = dossier.table.states[step.to_state]
    said = {"main": state.main, "established": state.established, "operating": state.operating}
    if not dossier.zone_id:
        return
    record_many(
        [
            ZoneStatus(
                zone_id=dossier.zone_id,
                phase_id=dossier.phase_id,
                aspect=aspect,
                value=value,
                is_start=True,
                as_of=step.on,
                document=step.document,
                source=step.source,
                note=step.note,
                origin=f"{origin_of(step)}{aspect}",
            )
            for aspect, value in said.items()
            if value and aspect not in move.keeps
        ],
        by=by,
    )


def refresh(dossier, office=None):
    """Bring what the dossier repeats of its steps and clocks up to date, and save it."""
    office = office or Office(timezone.localdate())
    whole = Dossier.objects.reckonable().get(pk=dossier.pk)
    whole.rule_day, whole.rule_reason = dossier.rule_day, dossier.rule_reason
    bring_up(whole, office)
    whole.save()
    for name in (*REPEATED, "version"):
        setattr(dossier, name, getattr(whole, name))


def bring_up(dossier, office):
    """Set the repeated columns of a dossier from `Dossier.objects.reckonable()`."""
    found = Reckoning(dossier, office)
    last = found.visits[-1] if found.visits else None
    dossier.state = last.state.code if last else ""
    dossier.state_since = last.step.on if last else None
    dossier.state_precision = last.step.on_precision if last else Precision.DAY
    nearest = next((run for run in found.running if run.lateness), None)
    dossier.due_on = nearest.due.day if nearest else None
    dossier.due_rule = nearest.span.rule if nearest else ""
    dossier.ended = bool(last and last.state.final and not nearest)  # approved, but still to be made public: not ended


@transaction.atomic
def refresh_clocks():
    """After a rule or a day off was changed: every open dossier's due day anew. Returns how many changed.

    No version is counted up: whoever has a form of the dossier open has seen nothing that is no longer so."""
    office, changed = Office(timezone.localdate()), 0
    held = Dossier.objects.select_for_update(of=("self",)).open().order_by("pk").values_list("pk", flat=True)
    for dossier in Dossier.objects.filter(pk__in=list(held)).reckonable():
        before = {name: getattr(dossier, name) for name in REPEATED}
        bring_up(dossier, office)
        after = {name: getattr(dossier, name) for name in REPEATED}
        if after != before:
            changed += Dossier.objects.filter(pk=dossier.pk).update(**after)
    return changed
