"""A duty from the directive to its proof: who may say what, and that nothing is rewritten."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from accounts.audit import acting
from accounts.models import Notice, RowChange, StaleRecord
from planning import duties, my_work
from planning.models import Directive, Holiday, Task, TaskExtension, TaskReport
from tests import factories as make

pytestmark = pytest.mark.django_db
FAR = datetime.date(2099, 1, 1)
PAPER = {"source": "Công văn 15/UBND-KT"}


def day(text):
    return datetime.datetime.strptime(text, "%d/%m/%Y").date()


@pytest.fixture
def office():
    """The office that follows the directive."""
    return make.agency(kind="department")


@pytest.fixture
def lead():
    return make.agency()


@pytest.fixture
def partner():
    return make.agency()


@pytest.fixture
def task(office, lead, partner):
    of = make.directive(agency=office, issued_on=day("01/03/2026"))
    return make.task(of, lead_agency=lead, cooperating=[partner], first_due_on=day("30/06/2026"))


@pytest.fixture
def waiting(office, lead, partner):
    """A task whose deadline waits for an event."""
    of = make.directive(agency=office, issued_on=day("01/03/2026"))
    term = {"term_length": 15, "term_unit": "wd", "event": "nhận đủ ý kiến"}
    return make.task(of, lead_agency=lead, cooperating=[partner], **term)


@pytest.fixture
def directive_without_day(office):
    return make.directive(agency=office, issued_on=None)


@pytest.fixture
def officer(lead):
    return make.user("editor", agency=lead)


@pytest.fixture
def approver(office):
    return make.user("approver", agency=office)


def report(task, by, on="01/06/2026", text="Đã trình Uỷ ban", **given):
    return duties.report(task, by=by, on=day(on), text=text, **given)


def say_done(task, by, on="20/06/2026", **given):
    return report(task, by, on, "Đã có quyết định", kind="done", **given)


def extend(task, by, due="31/08/2026", on="25/06/2026", **given):
    return duties.extend(task, by=by, due_on=day(due), granted_on=day(on), **{"note": "Chờ ý kiến Bộ"} | PAPER | given)


def anchor(task, by, on="02/06/2026"):
    return duties.anchor(task, by=by, on=day(on))


def send_back(task, by, on="22/06/2026", text="Thiếu quyết định", **given):
    return duties.send_back(task, by=by, on=day(on), text=text, **given)


def confirm_claimed(task, by):
    say_done(task, make.administrator())
    return duties.confirm(task, by=by)


def send_back_claimed(task, by):
    say_done(task, make.administrator())
    return send_back(task, by)


def link(task, by, **given):
    return duties.link(task, by=by, **{"officer": None, "zones": [], "dossiers": []} | given)


def ask(task, by, on="05/07/2026", answer_by="15/07/2026", text="Vì sao chậm?", **given):
    return duties.ask(task, by=by, on=day(on), answer_by=day(answer_by), text=text, **given)


def explain(task, by, on="08/07/2026", text="Chờ ý kiến Bộ", **given):
    return report(task, by, on, text, kind="explanation", **given)


VERBS = {
    "link": link,
    "ask": ask,
    "explain": explain,
    "report": report,
    "finish": say_done,
    "confirm": confirm_claimed,
    "send back": send_back_claimed,
    "extend": extend,
    "anchor": anchor,
}
WRITERS = ("editor", "approver", "head", "machine")
READERS = ("viewer", "city", "auditor")
# What a role may do in the agency that stands in this relation to the task; all others nothing.
ALLOWED = {
    **{(role, "lead"): {"link", "report", "explain", "finish", "anchor"} for role in WRITERS},
    **{(role, "partner"): {"report"} for role in WRITERS},
    **{(role, "office"): {"link", "ask"} for role in ("editor", "machine")},
    **{(role, "office"): {"link", "ask", "confirm", "send back", "extend", "anchor"} for role in ("approver", "head")},
    **{("administrator", of): set(VERBS) for of in ("office", "lead", "partner", "stranger", "none")},
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("of", ["office", "lead", "partner", "stranger", "none"])
@pytest.mark.parametrize("role", [*WRITERS, *READERS, "administrator"])
def test_who_may_do_what_by_role_and_agency(request, role, of, verb):
    task = request.getfixturevalue("waiting" if verb == "anchor" else "task")
    agencies = {"stranger": make.agency, "none": lambda: None}
    agency = agencies[of]() if of in agencies else request.getfixturevalue(of)
    person = make.user(role, agency=agency)
    before = Task.objects.values().get(pk=task.pk)
    if verb in ALLOWED.get((role, of), ()):
        VERBS[verb](task, person)
        assert Task.objects.get(pk=task.pk).version > before["version"]
        return
    with pytest.raises(PermissionDenied), transaction.atomic():
        VERBS[verb](task, person)
    assert Task.objects.values().get(pk=task.pk) == before
    assert not TaskReport.objects.filter(recorded_by=person).exists()
    assert not TaskExtension.objects.exists()


def test_nobody_leads_a_task_without_a_lead():
    task = make.task(lead_agency=make.agency())
    Task.objects.filter(pk=task.pk).update(lead_agency=None)
    for agency in (None, make.agency()):
        with pytest.raises(PermissionDenied):
            say_done(task, make.user("editor", agency=agency))


def test_from_the_directive_to_the_proof(task, officer, approver, partner):
    paper = make.document(number="123/QĐ-UBND")
    report(task, make.user("editor", agency=partner), "01/05/2026", "Đã có ý kiến")
    said = say_done(task, officer, "20/06/2026", document=paper)
    task.refresh_from_db()
    assert (task.done_on, duties.claimed(task)) == (None, said)  # not done until the office says so
    duties.confirm(task, by=approver, note="Đủ hồ sơ")
    task.refresh_from_db()
    assert (task.done_on, task.confirmed_by, duties.claimed(task)) == (day("20/06/2026"), approver, None)
    assert task.confirmed_at is not None
    kinds = list(task.reports.values_list("kind", "agency", "document"))
    assert kinds == [("progress", partner.pk, None), ("done", officer.agency_id, paper.pk)]


def test_the_day_done_is_that_of_the_report_not_of_the_confirmation(task, officer, approver):
    say_done(task, officer, "30/06/2026")
    duties.confirm(task, by=approver)
    assert Task.objects.classed(day("01/07/2026")).get(pk=task.pk).task_class == "done_on_time"


def test_what_is_sent_back_is_open_again_until_it_is_reported_anew(task, officer, approver):
    say_done(task, officer)
    send_back(task, approver)
    with pytest.raises(ValidationError, match="chưa báo cáo hoàn thành"):
        duties.confirm(task, by=approver)
    say_done(task, officer, "02/07/2026")
    duties.confirm(task, by=approver)
    assert Task.objects.classed(day("03/07/2026")).get(pk=task.pk).task_class == "done_late"


def test_a_confirmation_given_wrongly_is_taken_back_and_both_stay_readable(task, officer, approver):
    say_done(task, officer)
    duties.confirm(task, by=approver)
    send_back(task, approver, "01/07/2026", "Quyết định chưa ký")
    task.refresh_from_db()
    assert (task.done_on, task.confirmed_at, task.confirmed_by) == (None, None, None)
    assert [report.kind for report in task.reports.order_by("pk")] == ["done", "returned"]
    changes = RowChange.objects.filter(table="planning_task", row=str(task.pk), action="update")
    assert [change.after["done_on"] for change in changes.order_by("pk") if "done_on" in change.after] == [
        "2026-06-20",
        None,
    ]


def test_nothing_is_confirmed_or_sent_back_that_was_not_reported_done(task, officer, approver):
    report(task, officer)
    for verb in (lambda: duties.confirm(task, by=approver), lambda: send_back(task, approver)):
        with pytest.raises(ValidationError, match="chưa báo cáo hoàn thành"):
            verb()


def test_a_task_that_is_done_takes_no_report_extension_or_anchor(task, officer, approver):
    say_done(task, officer)
    duties.confirm(task, by=approver)
    for verb in (
        lambda: report(task, officer),
        lambda: say_done(task, officer),
        lambda: extend(task, approver),
        lambda: anchor(task, approver),
    ):
        with pytest.raises(ValidationError, match="đã được xác nhận hoàn thành"):
            verb()


def test_a_question_waits_until_the_lead_explains_and_both_are_kept(task, officer, approver, partner):
    question = ask(task, approver)
    assert duties.asked(task) == question and question.answer_by == day("15/07/2026")
    report(task, make.user("editor", agency=partner), "06/07/2026")
    assert duties.asked(task) == question
    explain(task, officer)
    assert duties.asked(task) is None
    assert [one.get_kind_display() for one in task.reports.order_by("pk")] == [
        "yêu cầu giải trình",
        "tiến độ",
        "giải trình chậm",
    ]


@pytest.mark.parametrize(
    ("given", "field"),
    [({"answer_by": "04/07/2026"}, "answer_by"), ({"on": "01/01/2099"}, "on"), ({"text": " "}, "text")],
)
def test_a_question_that_cannot_be_answered_is_refused(task, approver, given, field):
    with pytest.raises(ValidationError) as refused:
        ask(task, approver, **given)
    assert field in refused.value.message_dict
    assert not task.reports.exists()


def test_one_question_at_a_time_and_none_of_a_task_that_is_done(task, officer, approver):
    ask(task, approver)
    with pytest.raises(ValidationError, match="chưa được trả lời"):
        ask(task, approver)
    say_done(task, officer, "08/07/2026")
    duties.confirm(task, by=approver)
    with pytest.raises(ValidationError, match="đã được xác nhận"):
        ask(task, approver)


def told():
    """Who has been told what: {(person, kind)}."""
    return set(Notice.objects.values_list("user", "kind"))


def test_each_step_tells_those_whom_it_concerns_and_not_the_one_who_took_it(task, office, lead, officer, approver):
    head, clerk = make.user("head", agency=lead), make.user("editor", agency=office)
    ask(task, approver)
    assert told() == {(officer.pk, "task_asked"), (head.pk, "task_asked")}
    explain(task, officer)
    assert (clerk.pk, "task_explained") in told()
    say_done(task, officer, "09/07/2026")
    assert (approver.pk, "task_claimed") in told() and (clerk.pk, "task_claimed") not in told()
    send_back(task, approver, "10/07/2026")
    extend(task, approver, on="11/07/2026")
    say_done(task, officer, "12/07/2026")
    duties.confirm(task, by=approver)
    assert {kind for person, kind in told() if person == officer.pk} == {
        "task_asked",
        "task_returned",
        "task_extended",
        "task_confirmed",
    }


def test_who_looks_after_a_task_is_told_alone_and_only_once(task, lead, officer, approver, partner):
    helper, other = make.user("editor", agency=partner), make.user("editor", agency=lead)
    for _time in range(2):
        link(task, approver, officer=other)
    assert told() == {(other.pk, "task_given"), (helper.pk, "task_given")}
    assert Notice.objects.count() == 2
    ask(task, approver)
    assert (officer.pk, "task_asked") not in told() and (other.pk, "task_asked") in told()


def test_a_restricted_directive_is_seen_by_those_who_have_its_tasks(office, lead, partner):
    of = make.directive(agency=office, publicity="restricted", issued_on=day("01/03/2026"))
    task = make.task(of, lead_agency=lead, cooperating=[partner])
    other = make.task(of, lead_agency=make.agency())
    said, more = make.task_report(task, on=day("01/06/2026")), make.task_extension(task, granted_on=day("01/06/2026"))
    for agency in (lead, partner):
        person = make.user("editor", agency=agency)
        assert list(Directive.objects.visible_to(person)) == [of]
        assert list(Task.objects.visible_to(person)) == [task]
        assert list(TaskReport.objects.visible_to(person)) == [said]
        assert list(TaskExtension.objects.visible_to(person)) == [more]
        assert not Task.objects.editable_by(person).exists() and not Directive.objects.editable_by(person).exists()
    stranger = make.user("editor", agency=make.agency())
    for model in (Directive, Task, TaskReport, TaskExtension):
        assert not model.objects.visible_to(stranger).exists()
    assert list(Task.objects.visible_to(make.user("editor", agency=other.lead_agency))) == [other]


def test_the_duty_of_an_agency_that_was_merged_is_its_successors(task, lead, officer, partner):
    heir = make.agency()
    between = make.agency(successor=heir)
    for agency, successor in ((lead, between), (partner, heir)):
        agency.successor = successor
        agency.save()
    person, task = make.user("editor", agency=heir), Task.objects.get(pk=task.pk)
    Directive.objects.update(publicity="restricted")
    assert list(Task.objects.visible_to(person)) == [task]
    report(task, person)
    say_done(task, person)
    assert not duties.may_report(make.user("editor", agency=make.agency()), task)
    groups = {group.id: group.duties for group in my_work.work(person, day("10/07/2026")).groups}
    assert [duty.what for duty in groups["open"]] == [task.content]


def test_an_extension_keeps_both_dates(task, approver):
    extend(task, approver, "31/07/2026", "20/06/2026")
    extend(task, approver, "31/08/2026", "25/07/2026")
    task.refresh_from_db()
    assert (task.first_due_on, task.due_on) == (day("30/06/2026"), day("31/08/2026"))
    assert list(task.extensions.values_list("from_due_on", "due_on")) == [
        (day("30/06/2026"), day("31/07/2026")),
        (day("31/07/2026"), day("31/08/2026")),
    ]


def test_two_extensions_of_one_day_are_both_taken(task, approver):
    extend(task, approver, "31/07/2026", "20/06/2026")
    extend(task, approver, "31/08/2026", "20/06/2026")
    assert Task.objects.get(pk=task.pk).due_on == day("31/08/2026")


def test_the_lead_says_who_looks_after_a_task_but_not_who_takes_part(task, officer, approver, partner, office):
    zone = make.zone()
    link(task, officer, officer=officer, zones=[zone])
    with pytest.raises(PermissionDenied):
        link(task, officer, cooperating=[])
    link(task, approver, officer=officer, zones=[zone], cooperating=[office])
    task.refresh_from_db()
    assert (task.officer, list(task.zones.all()), list(task.cooperating.all())) == (officer, [zone], [office])


def test_a_zone_that_the_reader_may_not_see_stays_linked(task, officer):
    hidden, seen = make.zone(publicity="restricted"), make.zone()
    task.zones.set([hidden, seen])
    link(task, officer, zones=[])
    assert list(task.zones.all()) == [hidden]


def test_the_deadline_that_holds_now_is_that_of_the_classes_today(task, waiting, approver):
    extend(task, approver, "31/07/2026", "20/06/2026")
    extend(waiting, approver, "31/07/2026", "20/06/2026")
    anchor(waiting, approver, "22/06/2026")
    for one in Task.objects.classed(day("30/06/2026")):  # reckoned anew; from today on the stored one is read
        assert one.then_due_on == one.due_on == day("31/07/2026")


def test_the_event_makes_the_deadline_known_by_working_days(waiting, officer):
    make.holiday(day("08/06/2026"))
    anchor(waiting, officer, "02/06/2026")
    waiting.refresh_from_db()
    assert (waiting.first_due_on, waiting.due_on) == (day("24/06/2026"), day("24/06/2026"))
    told = duties.explained(waiting, Holiday.objects.calendar())
    assert told.day == waiting.due_on
    assert told.lines


def test_an_unknown_deadline_says_what_it_waits_for_and_none_says_so(waiting):
    calendar = Holiday.objects.calendar()
    assert duties.explained(waiting, calendar).day is None
    assert "nhận đủ ý kiến" in str(duties.explained(waiting, calendar))
    assert duties.explained(make.task(), calendar).unknown == "Văn bản không giao thời hạn."


def wrong(field, verb):
    with pytest.raises(ValidationError) as refused, transaction.atomic():
        verb()
    assert list(refused.value.message_dict) == [field]


def test_wrong_input_is_refused_by_its_field(task, waiting, officer, approver):
    extend(task, approver, "31/07/2026", "20/06/2026")
    say_done(task, officer)
    before = list(Task.objects.values()), TaskReport.objects.count(), TaskExtension.objects.count()
    wrong("on", lambda: duties.report(task, by=officer, on=FAR, text="Xong"))
    wrong("text", lambda: report(task, officer, text=""))
    wrong("document", lambda: report(task, officer, text=" ", kind="done"))
    wrong("kind", lambda: report(task, officer, kind="returned"))
    wrong("kind", lambda: report(task, officer, kind="finished"))
    wrong("text", lambda: report(task, officer, text="Xong\u202e"))
    wrong("on", lambda: duties.send_back(task, by=approver, on=FAR, text="Thiếu"))
    wrong("text", lambda: send_back(task, approver, text="  "))
    wrong("due_on", lambda: extend(task, approver, "31/07/2026", "25/06/2026"))  # not after the one that holds
    wrong("granted_on", lambda: extend(task, approver, "31/08/2026", "19/06/2026"))  # before the last extension
    wrong("granted_on", lambda: duties.extend(task, by=approver, due_on=FAR, granted_on=FAR, note="Lùi", **PAPER))
    wrong("note", lambda: extend(task, approver, note=""))
    wrong("__all__", lambda: extend(task, approver, source=""))
    wrong("on", lambda: duties.anchor(waiting, by=officer, on=FAR))
    with pytest.raises(ValidationError, match="không tính từ sự kiện"):
        anchor(task, approver)
    assert (list(Task.objects.values()), TaskReport.objects.count(), TaskExtension.objects.count()) == before


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"term_length": 9}, "term_length"),
        ({"term_length": 9, "term_unit": "m"}, "term_length"),
        ({"term_length": 500, "term_unit": "y", "event": "phê duyệt"}, "term_length"),
        ({"term_length": 0, "term_unit": "m", "event": "phê duyệt"}, "term_length"),
        ({"term_length": 9, "term_unit": "m", "event": "phê duyệt", "first_due_on": FAR}, "first_due_on"),
        ({"number": 0}, "number"),
    ],
)
def test_a_deadline_is_a_day_or_runs_from_an_event(task, given, field):
    for name, value in {"first_due_on": None, **given}.items():
        setattr(task, name, value)
    with pytest.raises(ValidationError) as refused:
        task.full_clean()
    assert field in refused.value.message_dict


def test_whoever_read_an_older_task_is_told(task, officer, approver):
    seen = task.version
    report(task, officer, seen=seen)
    for verb in (
        lambda: report(task, officer, seen=seen),
        lambda: duties.confirm(task, by=approver, seen=seen),
        lambda: send_back(task, approver, seen=seen),
        lambda: extend(task, approver, seen=seen),
        lambda: duties.anchor(task, by=approver, on=day("01/06/2026"), seen=seen),
    ):
        with pytest.raises(StaleRecord):
            verb()
    assert task.reports.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_people_at_once_one_gets_the_task(database_for_many):
    task = make.task(first_due_on=day("30/06/2026"))
    people = [make.administrator(), make.administrator()]

    def extended(person):
        try:
            return bool(extend(task, person, seen=task.version))
        except StaleRecord:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(extended, people)) == [False, True]
    assert task.extensions.count() == 1


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_lets_nobody_rewrite_a_report_or_an_extension(task, officer, approver, change):
    report(task, officer)
    extend(task, approver)
    for model in (TaskReport, TaskExtension):
        rows = model.objects.filter(task=task)
        verb = {"update": lambda rows=rows: rows.update(recorded_by=None), "delete": rows.delete}[change]
        with pytest.raises(DatabaseError), transaction.atomic():
            verb()
        assert rows.get().recorded_by is not None


def test_the_history_says_who_and_why(task, officer):
    with acting(officer):
        report(task, officer, text="Đã trình Uỷ ban")
    change = RowChange.objects.filter(table="planning_taskreport", action="insert").latest("pk")
    assert (change.actor, change.reason) == (officer, "Đã trình Uỷ ban")


# Days that cannot be --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "why"), [("05/06/0202", "Năm từ 1900"), ("28/02/2026", "ban hành"), ("01/01/2099", "tương lai")]
)
def test_a_day_of_a_report_or_an_extension_that_cannot_be_is_refused(task, officer, approver, on, why):
    given = {"due_on": FAR, "granted_on": day(on), "note": "Chờ", **PAPER}
    with pytest.raises(ValidationError, match=why):
        duties.report(task, by=officer, on=day(on), text="Đang làm")
    with pytest.raises(ValidationError, match=why) as refused:
        duties.extend(task, by=approver, **given)
    assert list(refused.value.message_dict) == ["granted_on"]


def test_a_deadline_far_from_any_calendar_is_no_extension(directive_without_day, approver):
    waits = make.task(directive_without_day)
    with pytest.raises(ValidationError, match="Năm từ 1900") as refused:
        duties.extend(waits, by=approver, due_on=day("01/06/0202"), granted_on=day("01/06/2026"), note="Chờ", **PAPER)
    assert list(refused.value.message_dict) == ["due_on"]


def test_where_the_day_of_issue_is_not_known_any_past_day_will_do(directive_without_day, approver):
    assert duties.report(make.task(directive_without_day), by=make.administrator(), on=day("01/01/1990"), text="Xong")


@pytest.mark.parametrize(
    ("precision", "first"), [("month", "01/06/2026"), ("quarter", "01/04/2026"), ("year", "01/01/2026")]
)
def test_a_directive_of_a_month_a_quarter_or_a_year_may_be_reported_on_from_its_first_day(office, precision, first):
    last = {"month": "30/06/2026", "quarter": "30/06/2026", "year": "31/12/2026"}[precision]
    of = make.directive(agency=office, issued_on=day(last), issued_precision=precision)
    made = make.task(of)
    assert duties.report(made, by=make.administrator(), on=day(first), text="Đang làm")
    with pytest.raises(ValidationError, match="ban hành"):
        duties.report(made, by=make.administrator(), on=day(first) - datetime.timedelta(1), text="Đang làm")


def test_an_event_may_have_happened_before_the_directive_but_in_no_such_year(waiting, officer):
    with pytest.raises(ValidationError, match="Năm từ 1900"):
        duties.anchor(waiting, by=officer, on=day("05/06/0202"))
    assert duties.anchor(waiting, by=officer, on=day("05/01/2026")).due_on == day("26/01/2026")
