"""The open page on which an agency answers by link, without an account. Whoever holds the link is that agency.

The page names no other agency and tells nothing else of the portal. A link that is no good, for whatever reason, finds
one and the same page."""

from functools import wraps

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.models import StaleRecord
from planning import consulting
from planning.consultation_forms import LinkAnswerForm
from planning.consultation_profile import silence_words
from planning.models import OpinionRequest
from zones.uploads import download
from zones.views.editing import page

# Not no-referrer: with that a browser sends a form as of no origin, which the guard of forms refuses. Of the address
# other hosts, and the portal itself, hear the host only.
REFERRER = "strict-origin"


def by_link(view):
    """Find the request that the link is for, or say that it is no good."""

    @wraps(view)
    def found(request, token):
        try:
            return kept_out(view(request, consulting.by_link(token)))
        except (OpinionRequest.DoesNotExist, Http404):
            return gone(request, token)

    return found


def gone(request, rest):
    return kept_out(render(request, "planning/answer_gone.html", status=404))


def kept_out(response):
    """Out of caches and indexes."""
    response["Referrer-Policy"], response["X-Robots-Tag"] = REFERRER, "noindex, nofollow"
    response["Cache-Control"] = "no-store"
    return response


@page
@by_link
def answer(request, opinion):
    token = request.resolver_match.kwargs["token"]
    form, status = LinkAnswerForm(request.POST or None, record=opinion), 200
    context = {"opinion": opinion, "consultation": opinion.consultation, "form": form, "token": token}
    if request.method == "GET" and "thanks" in request.GET and opinion.answered_on:
        return render(request, "planning/answer_thanks.html", context)
    if request.method == "POST" and form.is_valid():
        try:
            consulting.answer_by_link(token, **form.given())
        except StaleRecord:
            context["opinion"], status = consulting.by_link(token), 409
            form.renew(context["opinion"])
        except ValidationError as problem:
            form.take(problem)
        else:
            return redirect(f"{request.path}?thanks")
    context |= {"silence": silence_words(opinion.consultation), "stale": status == 409}
    return render(request, "planning/answer.html", context, status=status)


@require_safe
@by_link
def document(request, opinion):
    """The paper that is put to the agency."""
    if not opinion.consultation.document:
        raise Http404
    return download(opinion.consultation.document)
