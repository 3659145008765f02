"""How figures are written on every page: 1.234,5 and – for what is not known."""

from django import template
from django.utils.formats import number_format

register = template.Library()
UNKNOWN = "–"


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
