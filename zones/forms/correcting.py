"""Correcting a record: what the form was opened with travels with it, so that two people at once lose nothing."""

import re
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.db.models.fields import BLANK_CHOICE_DASH
from django.utils.formats import get_format
from django.utils.translation import gettext_lazy as _

from accounts.access import City
from accounts.audit import because
from accounts.history import in_words, last_change
from accounts.models import Agency, StaleRecord

NOT_CHOSEN = ("", "–")
NOT_A_NUMBER = _("Không đọc được số này; cần dạng 1.234,5.")
WHICH_NUMBER = _("“%(text)s” có thể là %(whole)s hay %(part)s. Ghi rõ %(whole)s hoặc %(part)s.")


class DayInput(forms.DateInput):
    """dd/mm/yyyy, typed as offices write it."""

    def __init__(self):
        super().__init__(
            format="%d/%m/%Y", attrs={"placeholder": _("ngày/tháng/năm"), "inputmode": "numeric", "autocomplete": "off"}
        )


def well_written(text):
    """Nothing, or one number, its thousands marked by threes or not at all, or with a point as machines write it.
    Django alone would take the marks out wherever they stand and read 1.2.3 as 123."""
    point, mark = (re.escape(get_format(name)) for name in ("DECIMAL_SEPARATOR", "THOUSAND_SEPARATOR"))
    return re.fullmatch(rf"([-+]?(\d+|\d{{1,3}}({mark}\d{{3}})+)({point}\d+)?|[-+]?\d+\.\d+)?", text.strip())


def reads_two_ways(text):
    """1.234 is a thousand and more to one, one and a bit to another; in English that is 1,234."""
    return re.fullmatch(rf"[-+]?\d+{re.escape(get_format('THOUSAND_SEPARATOR'))}\d{{3}}", text.strip())


def check_written(text, *, whole=False):
    """ValidationError when a number cannot be read, or not for sure; of `whole` numbers 1.234 has one reading only."""
    if not well_written(text):
        raise ValidationError(NOT_A_NUMBER, "invalid")
    if not whole and reads_two_ways(text):
        mark, point = get_format("THOUSAND_SEPARATOR"), get_format("DECIMAL_SEPARATOR")
        ways = {"text": text.strip(), "whole": text.strip().replace(mark, "")}
        raise ValidationError(WHICH_NUMBER, "two ways", ways | {"part": text.strip().replace(mark, point)})


class NumberInput(forms.TextInput):
    """Shows a number with its thousands marked, but for where that would read two ways: it is handed in as shown."""

    def format_value(self, value):
        shown = super().format_value(value)
        if shown and not isinstance(value, str) and reads_two_ways(shown):
            return shown.replace(get_format("THOUSAND_SEPARATOR"), "")
        return shown


def without_zeros(value):
    """78.1950 hectares are typed as 78,195."""
    return Decimal(f"{value.normalize():f}") if isinstance(value, Decimal) else value


class NumberField(forms.DecimalField):
    """What a list is asked: as people write it where `localize` is set, as machines do otherwise."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value):
        if self.localize:
            check_written(value or "")
        return super().to_python(value)


class ScopedForm(forms.ModelForm):
    """A form whose choices are limited to what its user may see; an agency to one whose records they may change."""

    owner = "zone"

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                field.empty_label = field.empty_label and NOT_CHOSEN[1]
                if field.queryset is not None:
                    field.queryset = field.queryset.visible_to(user)
            elif isinstance(field, forms.ChoiceField):
                field.choices = [NOT_CHOSEN if pair in BLANK_CHOICE_DASH else pair for pair in field.choices]
            if isinstance(field, forms.DateField):
                field.widget = DayInput()
            if isinstance(field, forms.DecimalField) and field.localize:
                field.widget = NumberInput(attrs=field.widget.attrs | {"inputmode": "decimal"})
                field.widget.is_localized, field.widget.is_required = True, field.required
        self.initial = {name: without_zeros(value) for name, value in self.initial.items()}
        self.scope()

    def clean(self):
        super().clean()
        for name, field in self.fields.items():
            if field.localize and name not in self.errors:
                try:
                    check_written(self[name].data or "", whole=not isinstance(field, forms.DecimalField))
                except ValidationError as problem:
                    self.add_error(name, problem)

    def _get_validation_exclusions(self):
        """The record that this one belongs to is no field of the form, yet what must be unique within it is checked."""
        left_out = super()._get_validation_exclusions()
        return left_out - ({self.owner} - set(self.fields))

    def scope(self):
        """Narrow the choices further; a form with agencies or places says how."""

    def keep_hidden(self, name):
        """A related record that the writer may not see is not theirs to replace: it stays."""
        pk = getattr(self.instance, f"{name}_id")
        if pk and name in self.fields and not self.fields[name].queryset.filter(pk=pk).exists():
            del self.fields[name]

    def own_agency(self, name):
        """Who changes only what their agency manages gives a record to that agency and, where it has one, its city."""
        field = self.fields[name]
        if self.user.role_rules.edit != "everything":
            field.queryset = Agency.objects.filter(pk=self.user.agency_id)
            field.empty_label = None
            field.required = True
            if "city" in self.fields and (own := self.user.agency.city):
                self.fields["city"].choices = [(city, label) for city, label in City.choices if city == own]


class RecordForm(ScopedForm):
    """Fields of a Record, the version they were read at, what they held then, and why they change."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label=_("Lý do sửa"),
        required=False,
        max_length=300,
        strip=True,
        help_text=_("Được ghi vào lịch sử cùng tên người sửa."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["version"], self.fields["reason"]
            return
        self.initial["version"] = self.instance.version
        for name in self.own_fields:
            self.fields[name].show_hidden_initial = True
        self.order_fields(["version", *self.own_fields, "reason"])

    @property
    def own_fields(self):
        return [name for name in self.fields if name not in ("version", "reason")]

    def save(self, commit=True):
        """StaleRecord when someone else saved since the form was opened."""
        if self.instance.pk and self.cleaned_data["version"] != self.instance.version:
            raise StaleRecord
        if reason := self.cleaned_data.get("reason"):
            because(reason)
        return super().save(commit)

    def is_stale(self):
        return self.instance.pk is not None and self["version"].data != str(self.instance.version)


def merged(form):
    """The form anew on the stored record: what the user changed kept, everything else as it is stored now."""
    stored = type(form)._meta.model.objects.get(pk=form.instance.pk)
    theirs = type(form)(instance=stored, user=form.user)
    data = {"version": str(stored.version), "reason": form.data.get("reason", "")}
    for name in form.own_fields:
        now = as_submitted(theirs[name])
        data[f"initial-{name}"] = now
        data[name] = form.data.get(name, "") if name in form.changed_data else now
    filled = type(form)(
        {name: value for name, value in data.items() if value is not None}, instance=stored, user=form.user
    )
    filled.fields["reason"].widget = forms.HiddenInput()
    return filled, conflict(form, stored, filled)


def as_submitted(bound):
    """What the browser would send for this field, were it left alone; None for an unticked box."""
    value, widget = bound.value(), bound.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "on" if value else None
    widget.is_localized = bound.field.localize
    shown = widget.format_value(value)
    return (shown[0] if isinstance(shown, list) else shown) or ""


def conflict(form, stored, filled):
    """What partials/conflict.html shows: who was faster, and yours, theirs and kept of each field."""
    lines = []
    for name in form.own_fields:
        field = stored._meta.get_field(name)
        yours, theirs = (worded(record, field) for record in (form.instance, stored))
        lines.append(
            {
                "label": form[name].label,
                "yours": yours,
                "theirs": theirs,
                "differs": yours != theirs,
                "field": filled[name],
            }
        )
    change = last_change(stored)
    return {"by": change.actor or _("hệ thống"), "at": change.at, "lines": lines}


def worded(record, field):
    related = (
        {(field.related_model, record.__dict__[field.attname]): str(getattr(record, field.name))}
        if field.is_relation
        else {}
    )
    return in_words(field, record.__dict__[field.attname], related)
