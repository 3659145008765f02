"""What the register refers to: units of every era, agencies, developers, indicators. Administrators change them."""

from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet
from rest_framework import serializers

from accounts.api import AgencySerializer, CleanModelSerializer, ReadViewSet, VersionedViewSet
from accounts.models import Agency
from accounts.text import fold
from zones.api.removing import Removable
from zones.filters import (
    AdminUnitFilterSet,
    AgencyFilterSet,
    AnyOfFilter,
    Ordering,
    SearchFilter,
    holds_words,
    named,
)
from zones.models import AdminUnit, Developer, Indicator


class AgencyViewSet(VersionedViewSet):
    """Cơ quan quản lý nhà nước, ban quản lý, đơn vị."""

    model = Agency
    serializer_class = AgencySerializer
    filterset_class = AgencyFilterSet
    lookup_field = "code"
    lookup_value_regex = r"[^/\x00-\x1f]{1,40}"

    def get_queryset(self):
        return super().get_queryset().select_related("parent", "successor")


class AdminUnitSerializer(serializers.ModelSerializer):
    """A unit is its code in its own time: codes are issued again."""

    is_former = serializers.BooleanField(help_text=_("Đã hết hiệu lực, như quận, huyện từ 1/7/2025."))

    class Meta:
        model = AdminUnit
        fields = [
            "id", "level", "code", "name", "city", "parent", "valid_from", "valid_to", "is_former", "lat", "lon",
            "area_km2", "source",
        ]  # fmt: skip


class AdminUnitViewSet(ReadViewSet):
    """Đơn vị hành chính hiện nay và trước 1/7/2025."""

    model = AdminUnit
    serializer_class = AdminUnitSerializer
    filterset_class = AdminUnitFilterSet


class DeveloperSerializer(CleanModelSerializer):
    class Meta:
        model = Developer
        fields = ["id", "name", "kind", "tax_code", "country", "etag"]


class DeveloperFilterSet(FilterSet):
    search = SearchFilter(field_name="search", method=holds_words)
    kind = AnyOfFilter(field_name="kind", choices=named(Developer.Kind), label=_("Loại"))
    ordering = Ordering("kind", name=F("search"))


class DeveloperViewSet(Removable, VersionedViewSet):
    """Chủ đầu tư hạ tầng."""

    model = Developer
    serializer_class = DeveloperSerializer
    filterset_class = DeveloperFilterSet


class IndicatorSerializer(serializers.ModelSerializer):
    class Meta:
        model = Indicator
        fields = ["code", "name_vi", "name_en", "unit", "measure", "legal_source"]


class IndicatorFilterSet(FilterSet):
    search = SearchFilter(method="with_words")
    measure = AnyOfFilter(field_name="measure", choices=Indicator.Measure.choices, label=_("Cách đo"))
    ordering = Ordering("code", "unit", "measure")

    def with_words(self, queryset, name, value):
        """The few that there are have no folded column: each is read."""
        words = fold(value).split()
        found = [
            one for one in queryset if all(word in fold(f"{one.code} {one.name_vi} {one.name_en}") for word in words)
        ]
        return queryset.filter(pk__in=[one.pk for one in found])


class IndicatorViewSet(ReadViewSet):
    """Chỉ tiêu của số đo."""

    model = Indicator
    serializer_class = IndicatorSerializer
    filterset_class = IndicatorFilterSet
    lookup_field = "code"
    lookup_value_regex = r"[^/\x00-\x1f]{1,40}"
