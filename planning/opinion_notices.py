"""Who is told what of a consultation: the agencies that are asked; of their answers, the office that asked."""

from django.urls import reverse

from accounts import notices
from planning.models import OpinionRequest


def asked(requests, by):
    """Tell the people of every agency that it was asked; two statements for any number of agencies."""
    staff = notices.Staff([request.agency_id for request in requests])
    notices.tell_all([occasion(one, staff.officers(one.agency_id), by) for one in requests])


def occasion(request, people, by):
    others = tuple(person for person in people if person != by)
    given = {"agency": str(request.consultation.agency), "due": request.due_on}
    return notices.Occasion(
        others,
        f"opinion:{request.pk}:asked",
        "opinion_asked",
        request.consultation.title,
        OpinionRequest._meta.label_lower,
        request.pk,
        address(request),
        given,
    )


def answered(request, by):
    """Tell the office that asked; an answer that is corrected on the same day is told once."""
    people = [person for person in notices.staff_of(request.consultation.agency) if person != by]
    key, given = f"opinion:{request.pk}:answered:{request.answered_on}", {"on": request.answered_on}
    given["agency"] = str(request.agency)
    about = {"subject": request.consultation.title, "about": request, "address": address(request)}
    notices.tell(people, key=key, kind="opinion_answered", given=given, **about)


def address(request):
    return reverse("planning:opinion", args=[request.pk])
