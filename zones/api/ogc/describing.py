"""The OpenAPI document of /api/ogc/: GIS programs read from it which properties they may filter by."""

from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator

from accounts.openapi import PortalSchema

LINK = {
    "type": "object",
    "required": ["href", "rel"],
    "properties": {name: {"type": "string"} for name in ("href", "rel", "type", "title")},
}
LINKS = {"type": "array", "items": LINK}
TEXT, COUNT = {"type": "string"}, {"type": "integer", "minimum": 0}


def an_object(required, **properties):
    return {"type": "object", "required": required.split(), "properties": properties}


LANDING = an_object("title description links", title=TEXT, description=TEXT, links=LINKS)
CONFORMS = an_object("conformsTo", conformsTo={"type": "array", "items": TEXT})
SIDES = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4}
SPATIAL = an_object("bbox crs", bbox={"type": "array", "items": SIDES}, crs=TEXT)
COLLECTION = an_object(
    "id title description itemType crs storageCrs links",
    id=TEXT, title=TEXT, description=TEXT, itemType=TEXT, crs={"type": "array", "items": TEXT}, storageCrs=TEXT,
    links=LINKS, extent=an_object("spatial", spatial=SPATIAL),
)  # fmt: skip
ALL_COLLECTIONS = an_object("links collections", links=LINKS, collections={"type": "array", "items": COLLECTION})
ABOUT = {"type": "array", "items": an_object("label text", label=TEXT, text=TEXT)}
GEOMETRY = an_object(
    "type coordinates",
    type={"type": "string", "enum": ["Point", "Polygon", "MultiPolygon"]},
    coordinates={"type": "array", "items": {}},
) | {"nullable": True}
NUMBER = {"type": "number"}
KINDS = {
    "yesno": {"type": "boolean"},
    "integer": {"type": "integer"},
    "date": {"type": "string", "format": "date"},
    "number": NUMBER,
    "hectare": NUMBER,
    "percent": NUMBER,
}


def feature_schema(collection):
    """A feature of the collection; each property with its title and unit, and its type where it is no text.

    Days are texts here: of a property that is a date GDAL would make `datetime`, which asks for the day of figures."""
    told = {
        column.key: KINDS.get(column.kind, {}) | {"title": column.heading, "nullable": True}
        for column in collection.listing.columns
    }
    return an_object(
        "type id geometry properties",
        type={"type": "string", "enum": ["Feature"]},
        id=TEXT,
        geometry=GEOMETRY,
        properties={"type": "object", "properties": told},
    )


def page_schema(collection):
    return an_object(
        "type links timeStamp numberReturned about features",
        type={"type": "string", "enum": ["FeatureCollection"]},
        links=LINKS,
        timeStamp={"type": "string", "format": "date-time"},
        numberMatched=COUNT,
        numberReturned=COUNT,
        about=ABOUT,
        features={"type": "array", "items": feature_schema(collection)},
    )


class FeatureSchema(PortalSchema):
    """The portal's schema of an address that gives features."""

    def _is_list_view(self, serializer=None):
        return hasattr(self.view, "filterset_class")

    def features(self):
        collection = self.view.collection
        if self._is_list_view():
            return page_schema(collection)
        schema = feature_schema(collection)
        return schema | {"properties": schema["properties"] | {"links": LINKS}}


class Generator(SchemaGenerator):
    """Addresses are told from the landing page on, as the standard writes them."""

    def get_schema(self, request=None, public=False):
        found = super().get_schema(request, public)
        told = {"info": found["info"] | {"description": "OGC API - Features: docs/ogc.md."}}
        return found | told | {"servers": [{"url": reverse("ogc-landing").rstrip("/")}]}
