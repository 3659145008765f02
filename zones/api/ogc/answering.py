"""What a GIS program is answered: links, descriptions of the collections, features."""

from dataclasses import dataclass

from django.db.models import Max, Min
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import FilterSet

from accounts.rest import GeoJSONRenderer
from zones.api.ogc.asking import CRS84
from zones.filters import AnswerFilter, FacilityFilterSet, ZoneFilterSet
from zones.listings import FACILITIES, ZONE_BASIS, ZONES, Listing
from zones.mapping import holding, shape

JSON, GEOJSON, HTML = "application/json", GeoJSONRenderer.media_type, "text/html"
SCHEMA = "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
CONFORMANCE = [
    f"http://www.opengis.net/spec/ogcapi-features-{part}"
    for part in ("1/1.0/conf/core", "1/1.0/conf/oas30", "1/1.0/conf/geojson", "2/1.0/conf/crs")
]
MOST_COUNTED = 10_000
ANSWERS = {"1": "true", "0": "false"}


class PropertyFilters:
    """Filters of GIS programs: what is named as a property means the property. They write yes and no as 1 and 0."""

    def __init__(self, data, *args, **kwargs):
        data = data.copy()
        for name, own in self.base_filters.items():
            if isinstance(own, AnswerFilter) and data.get(name) in ANSWERS:
                data[name] = ANSWERS[data[name]]
        super().__init__(data, *args, **kwargs)


class ZoneFeatureFilterSet(PropertyFilters, ZoneFilterSet):
    """As the list of zones, but for what takes the code of another record."""

    agency = parent = ordering = None


class FacilityFeatureFilterSet(PropertyFilters, FacilityFilterSet):
    """As the list of facilities, but for what takes the code of another record."""

    agency = unit = destination = ordering = None


@dataclass(frozen=True)
class Collection:
    """A list of the register as GIS programs see it. `page`: the same list for people. `basis`: how figures count."""

    listing: Listing
    filterset: type[FilterSet]
    description: str
    page: str
    basis: tuple = ()

    @property
    def name(self):
        return self.listing.what


COLLECTIONS = {
    "zones": Collection(
        ZONES,
        ZoneFeatureFilterSet,
        gettext_lazy("Ranh giới của khu, cụm; khu chưa có ranh giới là một điểm, chưa rõ vị trí thì không có hình."),
        "zones:list",
        ZONE_BASIS,
    ),
    "facilities": Collection(
        FACILITIES,
        FacilityFeatureFilterSet,
        gettext_lazy("Điểm của các cơ sở sản xuất nằm ngoài khu, cụm."),
        "zones:facilities",
    ),
}


def link(request, href, rel, kind, title):
    return {"href": request.build_absolute_uri(href), "rel": rel, "type": kind, "title": str(title)}


def landing(request):
    """Where everything begins."""
    title = _("Khu, cụm công nghiệp và cơ sở sản xuất riêng lẻ")
    return {
        "title": title,
        "description": _("Sổ khu, cụm công nghiệp cho phần mềm bản đồ, theo OGC API - Features."),
        "links": [
            link(request, reverse("ogc-landing"), "self", JSON, title),
            link(request, reverse("ogc-api"), "service-desc", OPENAPI, _("Mô tả giao diện (OpenAPI)")),
            link(request, reverse("ogc-conformance"), "conformance", JSON, _("Các phần của tiêu chuẩn")),
            link(request, reverse("ogc-collections"), "data", JSON, _("Các lớp dữ liệu")),
        ],
    }


def describe_all(request):
    return {
        "links": [link(request, reverse("ogc-collections"), "self", JSON, _("Các lớp dữ liệu"))],
        "collections": [describe(request, collection) for collection in COLLECTIONS.values()],
    }


def describe(request, collection):
    """One collection: what it holds, where it lies, where its features are."""
    title, name = collection.listing.title, collection.name
    found = {
        "id": name,
        "title": str(title),
        "description": str(collection.description),
        "itemType": "feature",
        "crs": [CRS84],
        "storageCrs": CRS84,
        "links": [
            link(request, reverse(f"ogc-{name}"), "self", JSON, title),
            link(request, reverse(f"ogc-{name}-items"), "items", GEOJSON, title),
            link(request, reverse(collection.page), "alternate", HTML, title),
            link(request, reverse(f"ogc-{name}-schema"), "describedby", SCHEMA, _("Các thuộc tính")),
        ],
    }
    box = extent(collection, request.user)
    return found | ({"extent": {"spatial": {"bbox": [box], "crs": CRS84}}} if box else {})


def extent(collection, user):
    """[west, south, east, north] of what the reader may see today; None when nothing has a place yet."""
    records = collection.listing.model.objects.visible_to(user)
    boxes = [tuple(records.aggregate(w=Min("lon"), s=Min("lat"), e=Max("lon"), n=Max("lat")).values())]
    if collection.listing is ZONES:
        sides = {"w": Min("min_lon"), "s": Min("min_lat"), "e": Max("max_lon"), "n": Max("max_lat")}
        boxes.append(tuple(holding(user, None).aggregate(**sides).values()))
    boxes = [box for box in boxes if None not in box]
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return [min(west), min(south), max(east), max(north)]


def about(collection, day):
    """What the figures are, in words, as in the exported files."""
    cut_off = _("Số liệu đến ngày %(day)s") % {"day": f"{day or timezone.localdate():%d/%m/%Y}"}
    said = [(_("Danh sách"), collection.listing.title), (_("Số liệu đến ngày"), f"{cut_off}.")]
    said += [(_("Cách tính"), line) for line in collection.basis]
    return [{"label": label, "text": str(text)} for label, text in said]


def feature(collection, record):
    """A record with its whole boundary or its point; properties by the columns' keys, choices as codes."""
    properties = {column.key: column.value(record) for column in collection.listing.columns}
    return {"type": "Feature", "id": record.code, "geometry": shape(record), "properties": properties}


def item(request, collection, record):
    """One feature with its links, and the page of the same record for people."""
    page, name = collection.listing.columns[0].link(record), collection.name
    links = [
        link(request, reverse(f"ogc-{name}-item", args=[record.code]), "self", GEOJSON, record.name),
        link(request, page, "alternate", HTML, record.name),
        link(request, reverse(f"ogc-{name}"), "collection", JSON, collection.listing.title),
    ]
    return feature(collection, record) | {"links": links}


def feature_page(request, collection, records, *, matched, day, following):
    """A page of features; `following`: the cursor of the next one, when there is one."""
    name, title = collection.name, collection.listing.title
    links = [
        link(request, request.get_full_path(), "self", GEOJSON, title),
        link(request, reverse(f"ogc-{name}"), "collection", JSON, title),
    ]
    if following:
        query = request.GET.copy()
        query["cursor"] = following
        links.append(link(request, f"{request.path}?{query.urlencode()}", "next", GEOJSON, _("Trang sau")))
    return {
        "type": "FeatureCollection",
        "links": links,
        "timeStamp": f"{timezone.now():%Y-%m-%dT%H:%M:%SZ}",
        **({"numberMatched": matched} if matched <= MOST_COUNTED else {}),
        "numberReturned": len(records),
        "about": about(collection, day),
        "features": [feature(collection, record) for record in records],
    }
