"""The read side of endpoints: lists, single records, and only the fields that were asked for."""

import json

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.utils.http import parse_etags
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from accounts import jsonrows

READING = ("list", "retrieve")


class Reading:
    """Lists and records; `?fields=code,name` leaves out the rest. PostgreSQL writes plain JSON by itself."""

    shaping = ("fields",)  # the parameters, beside filters and pages, that decide what a row says

    def list(self, request, *args, **kwargs):
        statement = self.is_plain and jsonrows.statement_of(self)
        if not statement:
            page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
            return self.get_paginated_response(self.get_serializer(page, many=True).data)
        keys = self.paginator.keys(self.filter_queryset(statement.rows), request, self)
        told = jsonrows.told(self, keys)
        around = json.dumps(self.paginator.envelope([]), ensure_ascii=False, separators=(",", ":"))
        return in_json(f"{around[:-2]}{','.join(told[key][0] for key in keys if key in told)}]}}")

    def retrieve(self, request, *args, **kwargs):
        text, etag = (self.told_by_database() if self.is_plain else None) or self.told_by_serializer()
        headers = {"ETag": etag} if etag else {}
        if etag and etag in parse_etags(request.headers.get("If-None-Match", "")):
            return Response(status=304, headers=headers)
        return in_json(text, headers) if isinstance(text, str) else Response(text, headers=headers)

    @property
    def is_plain(self):
        return self.request.accepted_renderer.format == JSONRenderer.format

    def told_by_database(self):
        """(JSON, ETag) of the record that the address names; None when only the serializer can tell it."""
        field = self.model._meta.get_field(self.lookup_field.replace("pk", "id"))
        try:
            key = field.to_python(self.kwargs[self.lookup_field])
        except ValidationError:
            raise Http404(_("Không tìm thấy.")) from None
        found = jsonrows.told(self, [key])
        if found is not None and key not in found:
            raise Http404(_("Không tìm thấy."))
        return found and found[key]

    def told_by_serializer(self):
        record = self.get_object()
        return self.get_serializer(record).data, getattr(record, "etag", "")

    def get_serializer(self, *args, **kwargs):
        """With the fields that were not asked for left untold."""
        serializer = super().get_serializer(*args, **kwargs)
        if self.action in READING and (names := self.request.query_params.get("fields")):
            leave_out(getattr(serializer, "child", serializer).fields, names.split(","))
        return serializer

    def known_parameters(self):
        return super().known_parameters() | ({"fields"} if self.action in READING else set())


def leave_out(fields, asked):
    """Fields that are only written are not told."""
    told = {name for name, field in fields.items() if not field.write_only}
    if unknown := sorted(set(asked) - told):
        raise serializers.ValidationError(
            {"fields": [_("Không có trường %(name)s.") % {"name": one} for one in unknown]}
        )
    for name in told - set(asked):
        fields[name].write_only = True


def in_json(text, headers=None):
    return HttpResponse(text.encode(), content_type="application/json", headers=headers)
