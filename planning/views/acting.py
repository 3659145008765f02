"""What is done to a record, one thing on a page: the form of a verb is shown, or the verb is done.

Whoever may not do it gets 403, whoever may not see the record 404; when someone was faster, both are shown."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from accounts.access import get_visible_or_404
from accounts.history import history_page
from accounts.models import StaleRecord
from planning.forms import VerbForm
from planning.holding import refuse_unless
from zones.views.editing import within

RECORDED = _("Đã ghi.")


@dataclass(frozen=True)
class Verb:
    """One thing that may be done: its form, what it calls, its words, its page where it has one of its own."""

    form: type[VerbForm]
    act: Callable
    title: Any
    about: Any = ""
    done: Any = RECORDED
    submit: Any = ""  # words on the button
    template: str = ""


@dataclass(frozen=True)
class Acting:
    """Where verbs are done to one kind of record: its name in the page, the page, `read(user)` its rows as the page
    needs them, `changes(record, user)` its history, `way_to(record)` the crumbs, `address(record)` where it goes on."""

    name: str
    template: str
    read: Callable
    changes: Callable
    way_to: Callable
    address: Callable
    untold: Callable = lambda user, record: ()  # the fields that the history does not tell this user

    def own(self, request, may, **key):
        """The visible record, if this user may do that to it."""
        record = get_visible_or_404(self.read(request.user), request.user, **key)
        refuse_unless(may(request.user, record))
        return record

    def history(self, request, record, wanted):
        """One page of the record's history, as this user may read it."""
        user = request.user
        return history_page(self.changes(record, user), user, wanted, self.untold(user, record))

    def do(self, request, record, verb, **context):
        """Show the form of a verb, begun with what the address names, or do it."""
        opened = opened_with(request, verb.form)
        form = verb.form(request.POST or None, record=record, user=request.user, initial=opened)
        words = {name: getattr(verb, name) for name in ("title", "about", "done", "submit", "template")}
        return self.act_on(request, form, partial(verb.act, record), **words | context)

    def act_on(self, request, form, act, *, done=RECORDED, then=None, template="", **context):
        """Show the form, or do it and go to `cancel_url`, or on to `then(what it gave)`; show what was refused."""
        record, template, status = form.record, template or self.template, 200
        way = {"crumbs": self.way_to(record), "cancel_url": within(request, self.address(record))}
        context = {self.name: record, "form": form} | way | context
        if request.method == "POST" and form.is_valid():
            try:
                made = act(**form.given())
            except StaleRecord:
                context, status = context | self.both(request, form), 409
            except ValidationError as problem:
                form.take(problem)
            else:
                return then(made) if then else went(request, context["cancel_url"], done)
        return render(request, template, context, status=status)

    def both(self, request, form):
        """What was recorded meanwhile, beside yours; what was typed is kept, the next try knows of theirs."""
        fresh = get_visible_or_404(self.read(request.user), request.user, pk=form.record.pk)
        form.renew(fresh)
        theirs = self.history(request, fresh, None)["events"][:1]
        return {self.name: fresh, "theirs": theirs, "possible": form.is_possible()}


def went(request, url, done):
    """Go there and say that it is done."""
    messages.success(request, done)
    return redirect(url)


def opened_with(request, form_class, *names):
    """What the address says for the fields of a form (of `names` only, where some are given): a document that was just
    added, a state, a day."""
    fields = set(form_class.base_fields) & set(names or form_class.base_fields)
    named = fields & set(request.GET) - {"version", "phase"}  # a phase is named by its number
    return {name: request.GET[name] for name in named}
