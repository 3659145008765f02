"""How figures are written on every page: 1.234,5 and – for what is not known."""

from django import template
from django.forms.utils import flatatt
from django.utils.formats import number_format
from django.utils.html import format_html

register = template.Library()
UNKNOWN = "–"
NUMBER, LONG = flatatt({"class": "number"}), flatatt({"class": "long"})


@register.filter
def number(value, places=4):
    """A number with thousands marks and at most `places` decimals, without trailing zeros; – when unknown."""
    if value is None or value == "":
        return UNKNOWN
    text = f"{value:.{places}f}" if places else f"{value:.0f}"
    whole, _, part = text.partition(".")
    return number_format(f"{whole}.{part.rstrip('0')}".rstrip("."), use_l10n=True, force_grouping=True)


@register.filter
def percent(value):
    """A percentage with one decimal: 94,8 %; – when unknown."""
    return UNKNOWN if value is None else f"{number(value, 1)} %"


@register.filter
def signed(value, places=4):
    """A difference with its sign: +3,5 or −3,5; – when unknown."""
    if value is None:
        return UNKNOWN
    text = number(abs(value), places)
    return text if text == "0" else f"{'−' if value < 0 else '+'}{text}"


@register.filter
def cells(row):
    """The cells of one row of partials/table.html, of which the first is its name.

    Written in Python, a row at once: four hundred cells take a template as long as all the rest of a list."""
    name, *others = row
    form, told = inside(name)
    forms, values = [f'<th scope="row">{form}</th>'], list(told)
    for cell in others:
        form, told = inside(cell)
        forms.append(f"<td{NUMBER if cell.get('number') else LONG if cell.get('long') else ''}>{form}</td>")
        values += told
    return format_html("".join(forms), *values)


def inside(cell):
    """What stands in a cell: its form and the values that go in there."""
    if cell.get("state"):
        return '<span class="state {}">{}</span>', (cell["state"], cell["text"])
    if cell.get("url"):
        return '<a href="{}">{}</a>', (cell["url"], cell["text"])
    return "{}", (cell["text"] or UNKNOWN,)
