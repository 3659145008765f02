"""The addresses under /api/ogc/, and what its OpenAPI document covers."""

from django.urls import re_path

from accounts.models import CODE_SHAPE
from zones.api.ogc.answering import COLLECTIONS
from zones.api.ogc.views import Collections, Conformance, Description, Item, Items, Landing, OneCollection, Schema

described = [
    re_path("^$", Landing.as_view(), name="ogc-landing"),
    re_path("^conformance/?$", Conformance.as_view(), name="ogc-conformance"),
    re_path("^collections/?$", Collections.as_view(), name="ogc-collections"),
]
for name, collection in COLLECTIONS.items():
    at = f"^collections/{name}"
    described += [
        re_path(f"{at}/?$", OneCollection.as_view(collection=collection), name=f"ogc-{name}"),
        re_path(f"{at}/schema/?$", Schema.as_view(collection=collection), name=f"ogc-{name}-schema"),
        re_path(f"{at}/items/?$", Items.as_view(collection=collection), name=f"ogc-{name}-items"),
        re_path(f"{at}/items/(?P<code>{CODE_SHAPE})/?$", Item.as_view(collection=collection), name=f"ogc-{name}-item"),
    ]
urlpatterns = [*described, re_path("^api/?$", Description.as_view(patterns=described), name="ogc-api")]
