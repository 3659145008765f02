"""A figure in a table of the home page: the number as a link to the list that it counts.

Written in Python: a hundred of them take a template as long as all the rest of the page."""

from django import template
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.templatetags.portal import number

register = template.Library()
LINK = '<a href="{}?{}">{}</a>'
RESTS_ON = '<span class="note" title="{}">{}/{}</span>&ensp;' + LINK
PLACES = {"integer": 0, "percent": 1}


@register.filter
def linked(one, url):
    """A figure about zones, and on how many of them it rests when not on all; `url`: their list."""
    if one.kind == "integer":
        return counted(one, url) if one.n else nothing("0")
    return nothing("–") if one.value is None else resting(one, url, _("Số khu, cụm có số liệu"))


@register.filter
def facilities_linked(one, url):
    """A figure about facilities, and on how many of them it rests when not on all; `url`: their list."""
    if not one.n:
        return nothing("–" if one.value is None else "0")
    return resting(one, url, _("Số cơ sở có số liệu"))


def resting(one, url, words):
    if one.whole:
        return counted(one, url)
    n, of = number(one.n, 0), number(one.of, 0)
    return format_html(RESTS_ON, words, n, of, url, one.query, written(one))


def counted(one, url):
    return format_html(LINK, url, one.query, written(one))


def nothing(text):
    return format_html('<span class="note">{}</span>', text)


def written(one):
    return number(one.value, PLACES.get(one.kind, 4))
