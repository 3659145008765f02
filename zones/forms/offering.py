"""Records offered to choose from in the filter of a list: written quickly, and typed where there are too many."""

from functools import lru_cache
from itertools import chain, islice

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.translation import gettext
from django_filters.fields import ModelChoiceField, ModelChoiceIterator

MOST_OFFERED = 500
OPTION = {True: '<option value="{}" selected>{}</option>', False: '<option value="{}">{}</option>'}
TOLD = ("id", "code", "name", "name_vi", "name_en", "valid_to")  # what the label of a record is made of


class Offer(forms.Select):
    """A select written in Python: a template takes longer over four hundred options than the rest of the page.

    Of more than MOST_OFFERED records nobody finds one in a select: then its code is typed."""

    def render(self, name, value, attrs=None, renderer=None):
        chosen = set(self.format_value(value))
        offered = [(str(key), str(label)) for key, label in islice(self.choices, MOST_OFFERED + 2)]
        attributes = self.build_attrs(self.attrs, (attrs or {}) | {"name": name})
        if len(offered) > MOST_OFFERED + 1:  # one is the empty choice
            typed = attributes | {"value": next(iter(chosen), ""), "maxlength": 40, "autocomplete": "off"}
            return format_html("<input{}>", flatatt(typed))
        return format_html("<select{}>{}</select>", flatatt(attributes), written(tuple(offered), frozenset(chosen)))


@lru_cache(maxsize=100)
def written(offered, chosen):
    """The options of a select. Kept by what they say, so whoever is offered other records gets other options."""
    form = "\n".join(OPTION[key in chosen] for key, _label in offered)
    return format_html(form, *chain.from_iterable(offered))


class Offered(ModelChoiceIterator):
    """Reads no more than can be offered, and of each record no more than is told."""

    def __init__(self, field):
        super().__init__(field)
        columns = {column.name for column in self.queryset.model._meta.concrete_fields}
        self.queryset = self.queryset.only(*(name for name in TOLD if name in columns))

    def __iter__(self):
        yield "", self.field.empty_label
        for record in self.queryset[: MOST_OFFERED + 1]:
            yield self.field.prepare_value(record), self.field.label_from_instance(record)


class OfferField(ModelChoiceField):
    """One of the records that are offered; any other that the reader may see can be named in the address."""

    iterator = Offered
    widget = Offer


class Places(Offered):
    """Hundreds of units, read as what they are called: making a record of each takes longer than asking for them."""

    def __iter__(self):
        yield "", self.field.empty_label
        for pk, name, valid_to in self.queryset.values_list("pk", "name", "valid_to")[: MOST_OFFERED + 1]:
            yield pk, name if valid_to is None else former(name)


def former(name):
    return gettext("%(name)s (cũ)") % {"name": name}


class PlaceField(OfferField):
    iterator = Places

    def label_from_instance(self, unit):
        return former(unit.name) if unit.is_former else unit.name
