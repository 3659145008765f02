"""FilterSets that are quickly made: every list makes one of twenty filters for every request.

Of what a request is asked with only that is made anew which hangs on the request; the rest is shared with the class."""

from copy import copy
from functools import partial

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.translation import get_language
from django_filters import FilterSet

from accounts.text import clean_text

UNASKED = {}  # (filter set, field, language) → the field as a page shows it where nothing is asked


class Filters(dict):
    """The filters of a class. Each request gets its own ones, which share choices, conditions and words with these."""

    def __deepcopy__(self, memo):
        return {name: for_one_request(one) for name, one in self.items()}


def for_one_request(shared):
    own = copy(shared)
    own.extra = dict(shared.extra)  # the records to choose from are noted there
    own.method = shared.method  # bound to the filter it is called for
    own.__dict__.pop("_field", None)
    return own


class Fields(dict):
    """Fields that were made for one form alone: it takes them as they are instead of copying each."""

    def __deepcopy__(self, memo):
        return self


class AskingForm(forms.Form):
    """A form of the fields given, without a class of its own for every request."""

    def __init__(self, fields, *args, **kwargs):
        self.base_fields = Fields(fields)
        super().__init__(*args, **kwargs)

    def clean(self):
        """What no text of the register can hold is not looked for in it either."""
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, str):
                try:
                    clean_text(value)
                except ValidationError as problem:
                    self.add_error(name, problem)


class AskingFilterSet(FilterSet):
    @classmethod
    def get_filters(cls):
        return Filters(super().get_filters())

    def get_form_class(self):
        return partial(AskingForm, {name: one.field for name, one in self.filters.items()})

    def written(self):
        """The fields of the form as a page shows them."""
        return format_html_join("\n", "{}", ((self.field_written(bound),) for bound in self.form))

    def field_written(self, bound):
        """One field; of those that offer the same to everybody, what stands there unasked is written once."""
        if self.data.getlist(bound.name) or bound.errors or hasattr(bound.field, "queryset"):
            return written(bound)
        key = type(self), bound.name, get_language()
        if key not in UNASKED:
            UNASKED[key] = written(bound)
        return UNASKED[key]


def written(bound):
    return render_to_string("partials/field.html", {"field": bound, "plain": True})
