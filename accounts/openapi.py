"""How endpoints describe themselves: what all of them share is said once here, not at each of them."""

import copy

from django.utils.translation import gettext_lazy as _
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiParameter

from accounts.idempotency import HEADER as HEADER_ONCE
from accounts.idempotency import KEY, Once
from accounts.reading import READING, Reading
from accounts.rest import TITLES, GeoJSONRenderer

HEADER = OpenApiParameter.HEADER
ETAG = OpenApiParameter(
    "ETag", str, HEADER, response=[200, 201, 304], description=_("Phiên bản, gửi lại trong If-Match.")
)
IF_MATCH = OpenApiParameter(
    "If-Match", str, HEADER, required=True, description=_("ETag của bản đã đọc. Thiếu: 428; đã cũ: 412.")
)
IF_NONE_MATCH = OpenApiParameter("If-None-Match", str, HEADER, description=_("ETag đã có; 304 nếu chưa đổi."))
FIELDS = OpenApiParameter("fields", str, description=_("Chỉ trả những trường này, cách nhau bằng dấu phẩy."))
ONCE = OpenApiParameter(
    HEADER_ONCE,
    {"type": "string", "pattern": f"^{KEY.pattern}$"},
    HEADER,
    description=_("Khoá do bên gọi đặt (như UUID). Gửi lại cùng khoá, cùng nội dung: chỉ ghi một lần, trả lời như cũ."),
)
REPLAYED = OpenApiParameter(
    "Idempotent-Replayed", bool, HEADER, response=[200, 201], description=_("true: câu trả lời của lần gửi trước.")
)
CHANGING = ("PUT", "PATCH", "DELETE")
LANGUAGE = OpenApiParameter("Accept-Language", str, HEADER, description=_("Ngôn ngữ của nhãn và lỗi: vi hoặc en."))

PROBLEM = {
    "type": "object",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "detail", "instance", "request_id"],
    "properties": {
        "type": {"type": "string", "example": "about:blank"},
        "title": {"type": "string", "example": "Yêu cầu chưa hợp lệ"},
        "status": {"type": "integer", "example": 400},
        "detail": {"type": "string"},
        "instance": {"type": "string", "example": "/api/v1/zones"},
        "request_id": {"type": "string", "description": "Also in X-Request-ID and in the log."},
        "errors": {
            "type": "object",
            "additionalProperties": {},
            "example": {"lat": ["Vĩ độ và kinh độ đi cùng nhau."]},
        },
        "current_etag": {"type": "string", "description": "With 412: what to send next, after reading again."},
        "current": {
            "type": "object",
            "nullable": True,
            "description": "With 409: the fact or import as it stands now.",
        },
        "rows": {
            "type": "array",
            "items": {"type": "object"},
            "description": "With 400 from an import: the first 50 rejected rows, with cells and reasons.",
        },
    },
}
GEOMETRY = {
    "type": "object",
    "nullable": True,
    "required": ["type", "coordinates"],
    "properties": {
        "type": {"type": "string", "enum": ["Point", "Polygon", "MultiPolygon"]},
        "coordinates": {"type": "array", "items": {}},
    },
}
SHARED = (400, 401, 404, 406, 429)
WRITING = (403, 409, 413, 415)


class TokenScheme(KnoxTokenScheme):
    """`Authorization: Bearer …` in the OpenAPI document."""

    target_class = "accounts.rest.TokenAuthentication"
    name = "token"


class PortalSchema(AutoSchema):
    """spectacular's schema with our headers, problems and GeoJSON."""

    @property
    def versioned(self):
        """Does this address read or change one record that has an ETag?"""
        one = getattr(self.view, "action", "") in ("retrieve", "create") or self.guarded
        return hasattr(self.view, "check_precondition") and one

    @property
    def guarded(self):
        """Does it change a record, so that the version that was read must be sent?"""
        return self.method in CHANGING or getattr(self.view, "action", "") in getattr(self.view, "guarded", ())

    @property
    def conditions(self):
        """The headers that ask for a version. What changes by the day is never the same as before."""
        if self.guarded:
            return [IF_MATCH]
        return [] if self.method != "GET" or getattr(self.view, "changes_by_day", False) else [IF_NONE_MATCH]

    @property
    def once(self):
        """Does this address take an Idempotency-Key?"""
        return self.method == "POST" and isinstance(self.view, Once)

    def get_override_parameters(self):
        parameters = [LANGUAGE, *getattr(self.view, "moments", ())]
        if self.method == "GET" and isinstance(self.view, Reading) and self.view.action in READING:
            parameters.append(FIELDS)
        if self.versioned:
            parameters += [ETAG, *self.conditions]
        if self.once:
            parameters += [ONCE, REPLAYED]
        return parameters

    def _get_filter_parameters(self):
        """A filter that offers words takes words, whatever the type of its column; a number says its bounds."""
        parameters = super()._get_filter_parameters()
        for parameter in parameters:
            schema, chosen = parameter["schema"], self.view.filterset_class.base_filters[parameter["name"]]
            if schema.get("type") == "boolean" and "enum" in schema:
                schema["type"] = "string"
            for bound, limit in (("minimum", "min_value"), ("maximum", "max_value")):
                if limit in chosen.extra:
                    schema[bound] = chosen.extra[limit]
        return parameters

    def _get_pagination_parameters(self):
        parameters = super()._get_pagination_parameters()
        for parameter in parameters:
            if parameter["schema"]["type"] == "integer":
                parameter["schema"]["minimum"] = 1
        return parameters

    def _get_response_bodies(self, direction="response"):
        bodies = super()._get_response_bodies(direction)
        for body in bodies.values():
            if GeoJSONRenderer.media_type in body.get("content", {}):
                body["content"][GeoJSONRenderer.media_type] = {"schema": self.features()}
        if self.versioned and IF_NONE_MATCH in self.conditions:
            bodies["304"] = {"description": "Not modified"}
        for status in self.refusals():
            content = {"application/problem+json": {"schema": self.component("Problem", PROBLEM).ref}}
            bodies.setdefault(str(status), {"description": str(TITLES[status]), "content": content})
        return bodies

    def refusals(self):
        writing = self.method not in ("GET", "HEAD")
        guarded = (412, 428) if self.versioned and self.guarded else ()
        return sorted({*SHARED, *(WRITING if writing else ()), *guarded, *((422,) if self.once else ())})

    def features(self):
        """A Feature, or a FeatureCollection with the page's numbers as foreign members."""
        feature = {
            "type": "object",
            "required": ["type", "id", "geometry", "properties"],
            "properties": {
                "type": {"type": "string", "enum": ["Feature"]},
                "id": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
                "geometry": self.component("Geometry", GEOMETRY).ref,
                "properties": {"type": "object", "additionalProperties": {}},
            },
        }
        feature = self.component("Feature", feature)
        if not self._is_list_view():
            return feature.ref
        collection = self._get_paginator().get_paginated_response_schema({"type": "array", "items": feature.ref})
        named = {"type": {"type": "string", "enum": ["FeatureCollection"]}, **collection["properties"]}
        named["features"] = named.pop("results")
        collection |= {"properties": named, "required": ["type", "count", "features"]}
        return self.component("FeatureCollection", collection).ref

    def component(self, name, schema):
        """A named part of the document; a copy, because spectacular rewrites what it is given."""
        component = ResolvedComponent(name, ResolvedComponent.SCHEMA, copy.deepcopy(schema), name)
        self.registry.register_on_missing(component)
        return component
