"""Who is told what of a task: the lead of a new one and of questions, the office that follows of the answers."""

from django.urls import reverse

from accounts import notices
from planning.models import TaskReport


def doers(task):
    """The officer, or the people of the lead who put down."""
    return [task.officer] if task.officer_id else notices.staff_of(task.lead_agency)


def answerable(task):
    return [*doers(task), *notices.deciders_of(task.lead_agency)]


def followers(task):
    return notices.staff_of(task.directive.agency)


def confirmers(task):
    return notices.deciders_of(task.directive.agency)


TOLD = {
    TaskReport.Kind.DONE: ("task_claimed", confirmers),
    TaskReport.Kind.EXPLANATION: ("task_explained", followers),
    TaskReport.Kind.ASKED: ("task_asked", answerable),
    TaskReport.Kind.RETURNED: ("task_returned", doers),
}  # kind of report → the notice, and who gets it


def given(task, by):
    """Tell the lead, the partners and the officer of a task that was put down; each is told once."""
    people = [*doers(task), *(person for agency in task.cooperating.all() for person in notices.staff_of(agency))]
    words = {"agency": task.directive.issuer or str(task.directive.agency), "due": task.due_on or task.deadline_text}
    tell(task, people, by, "given", "task_given", **words)


def reported(task, report):
    """Tell the office that follows of a claim to be confirmed and of an explanation; the lead of a question."""
    words = {"agency": str(report.agency or report.recorded_by), "on": report.on, "text": report.text}
    words["answer_by"] = report.answer_by
    occasion, by = f"report:{report.pk}", report.recorded_by
    if report.kind in TOLD:
        kind, whom = TOLD[report.kind]
        tell(task, whom(task), by, occasion, kind, **words)


def confirmed(task):
    occasion = f"confirmed:{task.confirmed_at.isoformat()}"
    tell(task, doers(task), task.confirmed_by, occasion, "task_confirmed", on=task.done_on)


def extended(task, extension):
    days = {"due": extension.due_on, "before": extension.from_due_on}
    tell(task, doers(task), extension.recorded_by, f"extension:{extension.pk}", "task_extended", **days)


def tell(task, people, by, occasion, kind, **words):
    others = {person.pk: person for person in people if person != by}
    key, address = f"task:{task.pk}:{occasion}", reverse("planning:task", args=[task.pk])
    notices.tell(others.values(), key=key, kind=kind, subject=task.content, about=task, address=address, given=words)
