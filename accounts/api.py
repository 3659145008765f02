"""What endpoints are made of: fields scoped by visibility, a serializer that obeys the model, versioned viewsets."""

import copy
import math
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.operations import BaseDatabaseOperations
from django.http import Http404
from django.utils.http import parse_etags
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.validators import UniqueValidator
from rest_framework.viewsets import GenericViewSet

from accounts.access import Visible, check_may_edit
from accounts.idempotency import Once
from accounts.models import Agency, StaleRecord
from accounts.reading import Reading
from accounts.rest import PreconditionRequired, Stale

INTEGER_RANGES = BaseDatabaseOperations.integer_field_ranges
PAGING = ("page", "page_size")


class VisibleRelation:
    """Another record, when the reader may see it: a hidden one reads as null and cannot be chosen."""

    default_error_messages = {
        "does_not_exist": _("Không có bản ghi này."),
        "invalid": _("Giá trị không đúng kiểu."),
        "incorrect_type": _("Giá trị không đúng kiểu."),
    }

    def __init__(self, model, **kwargs):
        self.related_model = model
        written = {} if kwargs.get("read_only") else {"queryset": model.objects.none()}
        super().__init__(**written, **kwargs)

    def get_queryset(self):
        return self.related_model.objects.visible_to(self.context["request"].user)

    def use_pk_only_optimization(self):
        return False

    def to_internal_value(self, data):
        """Looked up once for all rows of a request."""
        known, key = self.context.setdefault("known", {}), (self.related_model, type(data), str(data))
        if key not in known:
            known[key] = super().to_internal_value(data)
        return known[key]

    def get_attribute(self, record):
        """The related record as prefetched through `visible_to`; asked here, through the same rule, when it was not."""
        relation = record._meta.get_field(self.source)
        pk = getattr(record, relation.attname)
        if pk is not None and not relation.is_cached(record):
            relation.set_cached_value(record, self.get_queryset().filter(pk=pk).first())
        return relation.get_cached_value(record) if pk is not None else None

    def hidden(self, record):
        return getattr(record, f"{self.source}_id") is not None and self.get_attribute(record) is None


class ByCode(VisibleRelation, serializers.SlugRelatedField):
    """Given and taken as the code of the other record."""

    def __init__(self, model, **kwargs):
        super().__init__(model, slug_field="code", **kwargs)

    def to_internal_value(self, data):
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class ById(VisibleRelation, serializers.PrimaryKeyRelatedField):
    """Given and taken as the id of the other record."""


class FiniteFloatField(serializers.FloatField):
    def to_internal_value(self, data):
        value = super().to_internal_value(data)
        if not math.isfinite(value):
            self.fail("invalid")
        return value


def names_of(constraint):
    """The fields that a constraint speaks of."""
    condition = getattr(constraint, "condition", None)
    return {*getattr(constraint, "fields", ()), *(condition.referenced_base_fields if condition else ())}


class CleanModelSerializer(serializers.ModelSerializer):
    """A ModelSerializer that obeys the model's own rules: clean(), constraints, and who may leave the record like this.

    Decimals are JSON numbers. A field that does not exist is refused, and so is a computed one unless the whole record
    is sent back (PUT). Null in place of a related record that the writer cannot see leaves it as it is."""

    serializer_field_mapping = serializers.ModelSerializer.serializer_field_mapping | {
        models.FloatField: FiniteFloatField
    }

    def get_validators(self):
        return []

    def get_uniqueness_extra_kwargs(self, field_names, declared_fields, extra_kwargs):
        return extra_kwargs, {}

    def build_standard_field(self, field_name, model_field):
        """Uniqueness is the model's to judge, after its gate; whole numbers fit PostgreSQL's columns on SQLite too."""
        field_class, kwargs = super().build_standard_field(field_name, model_field)
        if issubclass(field_class, serializers.IntegerField):
            low, high = INTEGER_RANGES[model_field.get_internal_type()]
            kwargs["min_value"] = max(low, kwargs.get("min_value", low))
            kwargs["max_value"] = min(high, kwargs.get("max_value", high))
        if issubclass(field_class, serializers.ChoiceField):
            kwargs.pop("validators", None)  # what is in the list needs no range, and each database has another
        if "validators" in kwargs:
            kwargs["validators"] = [one for one in kwargs["validators"] if not isinstance(one, UniqueValidator)]
        return field_class, kwargs

    def to_internal_value(self, data):
        if isinstance(data, Mapping):
            self.refuse_what_cannot_be_written(data)
        return super().to_internal_value(data)

    def refuse_what_cannot_be_written(self, data):
        whole = self.instance is not None and not self.partial
        problems = {}
        for name in data:
            if name not in self.fields:
                problems[name] = [_("Không có trường này.")]
            elif self.fields[name].read_only and not whole:
                problems[name] = [_("Trường này chỉ đọc.")]
        if problems:
            raise serializers.ValidationError(problems)

    def validate(self, data):
        self.draft = copy.copy(self.instance) if self.instance is not None else self.Meta.model()
        for name, value in data.items():
            if not (value is None and self.instance is not None and self.is_hidden(name)):
                setattr(self.draft, name, value)
        check_may_edit(self.context["request"].user, self.draft)
        self.draft.full_clean(exclude=self.relations, validate_constraints=False)
        self.check_constraints(data)
        return data

    @property
    def relations(self):
        """What is there for sure: looked up just now, or held by the database since."""
        return [field.name for field in self.Meta.model._meta.concrete_fields if field.many_to_one]

    def is_hidden(self, name):
        field = self.fields.get(name)
        return isinstance(field, VisibleRelation) and field.hidden(self.instance)

    def check_constraints(self, data):
        """The model's constraints, each told at the fields that it speaks of."""
        problems = {}
        for constraint in self.Meta.model._meta.constraints:
            if self.instance is not None and not names_of(constraint) & data.keys():
                continue  # the stored row keeps it already
            try:
                constraint.validate(self.Meta.model, self.draft)
            except ValidationError as error:
                named = getattr(constraint, "fields", ()) or names_of(constraint)
                own = [name for name in sorted(named) if name in self.fields and not self.fields[name].read_only]
                for name in own or [api_settings.NON_FIELD_ERRORS_KEY]:
                    problems.setdefault(name, []).extend(error.messages)
        if problems:
            raise serializers.ValidationError(problems)

    def create(self, validated_data):
        self.draft.save()
        return self.draft

    def update(self, instance, validated_data):
        return self.create(validated_data)


class ScopedViewSet(Visible, Once, GenericViewSet):
    """Rows that the caller may see. An unknown query parameter is refused: an ignored filter gives wrong totals."""

    lookup_value_regex = r"\d{1,18}"
    parameters = ()  # what the endpoint reads beside its filters, pages and formats

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        unknown = set(request.query_params) - self.known_parameters()
        if unknown and self.action:
            raise serializers.ValidationError({name: [_("Không có tham số này.")] for name in sorted(unknown)})

    def filter_queryset(self, queryset):
        """A list is filtered; a record that an address names is that record."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def get_object(self):
        """Django's own words for what is not there name the model, in English."""
        try:
            return super().get_object()
        except Http404:
            raise Http404(_("Không tìm thấy.")) from None

    def known_parameters(self):
        known = {"format", *(self.parameters if self.request.method in SAFE_METHODS else ())}
        if self.action == "list":
            filterset = getattr(self, "filterset_class", None)
            known |= {*self.paginator.parameters, *(filterset.base_filters if filterset else ())}
        return known


class ReadViewSet(Reading, ScopedViewSet):
    """Records that are listed and read here and changed elsewhere."""


class VersionedViewSet(ReadViewSet):
    """Records with a version: the ETag of what was read is demanded back in If-Match before a change.

    Without it 428, with an old one 412."""

    def create(self, request, *args, **kwargs):
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        response = self.answer(self.again(serializer.save()), status=201)
        key = response.data.get("properties", response.data)[self.lookup_field.replace("pk", "id")]
        response.headers["Location"] = f"{request.path.rstrip('/')}/{key}"
        return response

    def update(self, request, *args, partial=False, **kwargs):
        record = self.get_object()
        self.check_precondition(record)
        serializer = self.get_serializer(record, data=request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        try:
            saved = serializer.save()
        except StaleRecord:
            self.refuse_stale(self.again(record))
        return self.answer(self.again(saved))

    def partial_update(self, request, *args, **kwargs):
        return self.update(request, *args, partial=True, **kwargs)

    def check_precondition(self, record):
        """`*` names no version that was read, so it counts as no precondition at all."""
        given = self.request.headers.get("If-Match", "").strip()
        if given in ("", "*"):
            raise PreconditionRequired
        if record.etag not in parse_etags(given):
            self.refuse_stale(record)

    def refuse_stale(self, record):
        raise Stale(headers={"ETag": record.etag}, current_etag=record.etag)

    def again(self, record):
        """The record as it now stands, read the way that every reader reads it."""
        found = self.get_queryset().filter(pk=record.pk).first()
        if found is None:
            raise Http404(_("Không tìm thấy."))
        return found

    def answer(self, record, status=200):
        return Response(self.get_serializer(record).data, status=status, headers={"ETag": record.etag})


class AgencySerializer(CleanModelSerializer):
    parent = ByCode(Agency, required=False, allow_null=True)
    successor = ByCode(Agency, required=False, allow_null=True)

    class Meta:
        model = Agency
        fields = ["code", "name", "kind", "city", "parent", "successor", "valid_from", "valid_to", "source"]
