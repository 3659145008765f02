"""The list pages and their maps. What a list is stands in zones/listings.py."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.keyset import MOST_COUNTED, WrongCursor, conditions, window
from accounts.templatetags.portal import number
from zones import mapping
from zones.clusters import MOST_SINGLE, read_view
from zones.listings import LISTINGS, Question

PAGE_SIZE, LARGEST_PAGE, WIDE = 50, 200, 9
MOST_LISTED = 100  # beside a map that cannot show every record at once
VIEWS = {"list": gettext_lazy("Bảng"), "map": gettext_lazy("Bản đồ"), "both": gettext_lazy("Bản đồ và bảng")}
MAPS = {"zones": "zones:map", "facilities": "zones:facilities_map"}
NEW = {
    "zones": ("zones:new", gettext_lazy("Thêm khu, cụm")),
    "facilities": ("zones:facility_new", gettext_lazy("Thêm cơ sở")),
    "projects": ("zones:project_new", gettext_lazy("Thêm dự án")),
    "documents": ("zones:document_new", gettext_lazy("Thêm văn bản")),
}
FORMATS = {"xlsx": gettext_lazy("Excel"), "csv": "CSV", "geojson": "GeoJSON"}


NO_CONDITION = ("page", "page_size", "cursor", "columns", "view")


class Counted(Paginator):
    """Pages of rows whose number is already known from the sums, so that nothing is counted twice."""

    def __init__(self, question, per_page):
        self.count = question.totals["rows"]
        super().__init__(question.rows_for(shown_columns(question)), per_page)


def numbered_page(question):
    """A page by its number."""
    page = Counted(question, page_size(question.request)).get_page(question.request.GET.get("page"))
    numbers = page.paginator.get_elided_page_range(page.number)
    return {"page": page, "page_range": numbers, "records": page.object_list}


def page_behind(question):
    """A page by its cursor; the first one when the conditions have changed since the cursor was given."""
    request, rows = question.request, question.rows_for(shown_columns(question))
    of = request.path + conditions(request.GET, *NO_CONDITION)
    try:
        found = window(rows, page_size(request), request.GET.get("cursor", ""), of)
    except WrongCursor:
        found = window(rows, page_size(request), "", of)
    by_key = {record.pk: record for record in rows.filter(pk__in=found.keys).order_by()}
    return {"window": found, "records": [by_key[key] for key in found.keys if key in by_key]}


@require_safe
def records(request, what):
    """One of the four lists, filtered, sorted and paged by its address."""
    question = Question(LISTINGS[what], request)
    view = chosen_view(question)
    context = head(question)
    if view != "list" and context["count"]:
        context |= map_of(question, view)
    if view != "map":
        context |= page_behind(question) if question.listing.large else numbered_page(question)
        context |= table(question, context.pop("records"))
    return render(request, "zones/record_list.html", context, status=400 if question.errors else 200)


@require_safe
def features(request, what):
    """The GeoJSON of a list's map, by the same address as the list; of very many records what `bbox` shows."""
    question = Question(LISTINGS[what], request)
    if question.errors:
        return JsonResponse({"errors": [f"{label}: {text}" for label, text in question.errors]}, status=400)
    try:
        view = read_view(request)
    except ValueError as problem:
        return JsonResponse({"errors": [f"bbox: {problem}"]}, status=400)
    return JsonResponse(mapping.shown(question, view), content_type="application/geo+json")


def chosen_view(question):
    view = question.request.GET.get("view")
    return view if question.listing.mapped and view in VIEWS else "list"


def page_size(request):
    asked = request.GET.get("page_size", "")
    return min(max(int(asked), 1), LARGEST_PAGE) if asked.isdecimal() and len(asked) < 6 else PAGE_SIZE


def head(question):
    """Everything around the rows: what is filtered, the sums with what they rest on, the ways out."""
    listing, request, shown = question.listing, question.request, shown_columns(question)
    rows = question.totals["rows"]
    sums = question.spell_sums(question.totals) if rows else []
    return {
        "count": _("hơn %(most)s") % {"most": number(MOST_COUNTED)} if rows is None else rows,
        "unsummed": rows is None and listing.sums,
        "title": listing.title,
        "noun": listing.noun,
        "filter": question.filter,
        "errors": question.errors,
        "chips": question.chips,
        "sums": [(one.label, one.value, f"{one.unit} ({known_of(one, rows)})".strip()) for one in sums],
        "basis": question.basis if rows and len(question.basis) > 1 else [],
        "known": question.frame.known and question.cut_off,
        "choices": [(column.key, column.title, column in shown) for column in listing.columns[1:]],
        "views": [(key, label, key == chosen_view(question)) for key, label in VIEWS.items()] if listing.mapped else [],
        "exports": exports(question) if rows != 0 else [],
        "new": NEW.get(listing.what) if listing.may_add(request.user) else None,
        "empty_text": listing.empty if is_whole(question) else "",
    }


def is_whole(question):
    """Is the list asked for without any condition? Then it is empty because nothing is there yet."""
    return not (question.errors or question.chips or question.frame.day or question.frame.known)


def known_of(one, count):
    return _("%(known)s trong %(count)s có số liệu") % {"known": one.known, "count": count}


def exports(question):
    query = question.request.GET.copy()
    query.pop("cursor", None)
    what, query = question.listing.what, query.urlencode()
    offered = [key for key in FORMATS if key != "geojson" or question.listing.mapped]
    return [(f"{reverse('reports:export', args=[what, key])}?{query}", FORMATS[key]) for key in offered]


def shown_columns(question):
    """The columns that the address names, or the usual ones; the name always comes first."""
    first, *others = question.listing.columns
    asked = set(question.request.GET.getlist("columns"))
    chosen = [column for column in others if column.key in asked]
    return [first, *(chosen or [column for column in others if column.shown])]


def table(question, records):
    shown, query = shown_columns(question), question.frame.query
    sorted_by = question.request.GET.get("ordering", "")
    rows = [[cell(column, record, query) for column in shown] for record in question.listing.worked_out(records)]
    heads = [heading(column, sorted_by) for column in shown]
    return {"heads": heads, "rows": rows, "caption": question.listing.title, "wide": len(shown) > WIDE}


def heading(column, sorted_by):
    """A head of the table; a click sorts by it, a second click turns the order round."""
    direction = {column.sort: "ascending", f"-{column.sort}": "descending"}.get(sorted_by, "") if column.sort else ""
    turned = f"-{column.sort}" if direction == "ascending" else column.sort
    first = f"-{column.sort}" if column.is_number and not direction else turned
    return {
        "label": column.title,
        "unit": column.measured_in,
        "hint": column.hint,
        "number": column.is_number,
        "sort": column.sort and first,
        "direction": direction,
    }


def cell(column, record, query):
    return {
        "text": column.state_label(record) if column.state else column.spell(record),
        "url": f"{column.link(record)}{'?' if query else ''}{query}" if column.link else "",
        "number": column.is_number,
        "state": column.state(record) if column.state else "",
        "long": column.long,
    }


def map_of(question, view):
    """The map's address; where it stands alone, the list beside it holds all that it shows, or the first of many."""
    listing = question.listing
    context = {
        "map_features": f"{reverse(MAPS[listing.what])}?{question.request.GET.urlencode()}",
        "tiles": settings.TILE_URL,
    }
    if view == "map":
        rows = question.rows[: MOST_SINGLE + 1]
        if len(rows) > MOST_SINGLE:
            rows = rows[:MOST_LISTED]
            context["map_first"] = MOST_LISTED
        context["map_items"] = [item(question, record) for record in rows]
    return context


def item(question, record):
    """A record in the list beside the map, with its place for a map that has not drawn it."""
    own = mapping.properties(question, record)
    place = {} if record.lat is None else {"at": f"{record.lat},{record.lon}"}
    return own | place | {"note": own["kind"]}
