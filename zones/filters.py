"""What lists can be asked: one FilterSet per record, shared by page, API, export, map and dashboard links.

Each gets rows that already are `visible_to(user)`; a ZoneFilterSet gets `Zone.objects.visible_to(user).on(day, known)`,
because its filters read the figures of that day. A value that cannot be read is an error, never passed over."""

from functools import partial

from django import forms
from django.db.models import Case, Exists, F, FloatField, IntegerField, OuterRef, Q, Value, When
from django.db.models.functions import Cast, NullIf
from django.utils.translation import gettext_lazy as _
from django_filters import (
    CharFilter,
    ChoiceFilter,
    DateFilter,
    ModelChoiceFilter,
    MultipleChoiceFilter,
    OrderingFilter,
)
from django_filters import NumberFilter as AnyNumberFilter

from accounts.access import BOTH_CITIES, City
from accounts.models import Agency
from accounts.text import fold
from zones.asking import AskingFilterSet
from zones.forms.correcting import DayInput, NumberField
from zones.forms.offering import OfferField, PlaceField
from zones.geometry import SRIDS
from zones.models import AdminUnit, Document, Facility, Indicator, LandUse, TenantProject, Zone, ZoneArea, ZoneStatus
from zones.models.area import OccupancyBasis
from zones.models.fact import Standing
from zones.models.sums import FacilitySum
from zones.models.zone import ZoneKind

DayFilter = partial(DateFilter, widget=DayInput)  # dd/mm/yyyy
UNKNOWN = "unknown"
ANSWERS = {"true": _("Có"), "false": _("Không"), UNKNOWN: _("Chưa rõ")}
HIDDEN = {"widget": forms.MultipleHiddenInput}
# Which of ten thousand zones receive any of a million facilities is not looked up for every page.
TYPED_CODE = forms.TextInput(attrs={"autocomplete": "off", "maxlength": 40, "placeholder": _("mã khu, cụm")})
HECTARES = {"min_value": 0, "max_value": 99_999_999}
VALUES = [*ZoneStatus.Main.choices, *ZoneStatus.YesNo.choices]
STATUSES = [(value, label) for value, label in ZoneStatus.Main.choices if value != ZoneStatus.Main.NOT_LISTED]


def named(choices):
    """The choices of an enumeration but the empty one."""
    return [(value, label) for value, label in choices.choices if value]


class AnswerFilter(ChoiceFilter):
    """true, false or unknown, each with its own condition."""

    def __init__(self, conditions, **kwargs):
        self.conditions = conditions
        choices = [(answer, ANSWERS[answer]) for answer in conditions]
        super().__init__(choices=choices, empty_label=_("Tất cả"), **kwargs)

    def filter(self, qs, value):
        return qs.filter(self.conditions[value]) if value else qs


def answers(name):
    return {"true": Q(**{name: True}), "false": Q(**{name: False}), UNKNOWN: Q(**{f"{name}__isnull": True})}


def given(name):
    return {"true": Q(**{f"{name}__isnull": False}), "false": Q(**{f"{name}__isnull": True})}


def flagged(name):
    return {"true": Q(**{name: True}), "false": Q(**{name: False})}


class AnyOfFilter(MultipleChoiceFilter):
    """Several values, any of which fits; `unknown` stands for an empty column."""

    def __init__(self, **kwargs):
        super().__init__(distinct=False, **{"widget": forms.CheckboxSelectMultiple} | kwargs)

    def get_filter_predicate(self, v):
        return {self.field_name: "" if v == UNKNOWN else v}


class Ordering(OrderingFilter):
    """`ordering=name,-area_ha` from an allow-list: columns, or named expressions. Unknown values come last, ties are
    settled by the record's own order."""

    def __init__(self, *columns, **expressions):
        self.expressions = {column: F(column) for column in columns} | expressions
        super().__init__(fields=list(self.expressions), widget=forms.HiddenInput, label=_("Thứ tự"))

    def get_ordering_value(self, param):
        expression = self.expressions[param.lstrip("-")]
        return expression.desc(nulls_last=True) if param.startswith("-") else expression.asc(nulls_last=True)

    def filter(self, qs, value):
        given = [param for param in value or () if param]
        if not given:
            return qs
        return qs.order_by(*map(self.get_ordering_value, given), *qs.model._meta.ordering, "pk")


class NumberFilter(AnyNumberFilter):
    field_class = NumberField


class CityFilter(ChoiceFilter):
    """Hidden on pages: the city is chosen in the frame."""

    def __init__(self, *args, **kwargs):
        choices = [*City.choices, (BOTH_CITIES, _("Hai thành phố"))]
        super().__init__(*args, choices=choices, widget=forms.HiddenInput, label=_("Thành phố"), **kwargs)

    def filter(self, qs, value):
        return qs if value == BOTH_CITIES else super().filter(qs, value)


class SearchFilter(CharFilter):
    def __init__(self, **kwargs):
        widget = forms.TextInput(attrs={"type": "search", "autocomplete": "off"})
        super().__init__(label=_("Tìm"), max_length=200, widget=widget, **kwargs)


def find(queryset, name, value):
    return queryset.find(value)


def holds_words(queryset, name, value):
    """The rows in whose folded column every word of the text stands somewhere."""
    for word in fold(value).split():
        queryset = queryset.filter(**{f"{name}__contains": word})
    return queryset


class PlaceFilter(ModelChoiceFilter):
    """An administrative unit of any era."""

    field_class = PlaceField

    def __init__(self, **kwargs):
        super().__init__(queryset=places, label=_("Địa bàn"), empty_label=_("Tất cả"), **kwargs)


def places(request):
    """Today's communes and the districts that ended, of the chosen city; and any other unit that the address names."""
    if request is None:
        return AdminUnit.objects.none()
    asked, city = request.GET.get("unit", ""), request.GET.get("city", "")
    offered = Q(level=AdminUnit.Level.COMMUNE, valid_to__isnull=True) | Q(level=AdminUnit.Level.DISTRICT)
    if city in City.values:
        offered &= Q(city=city)
    if asked.isdecimal() and len(asked) < 16:
        offered |= Q(pk=asked)
    return AdminUnit.objects.visible_to(request.user).filter(offered).order_by("level", "name_fold", "pk")


class CodeFilter(ModelChoiceFilter):
    """A visible record by its code. `offered` tells which ones a page offers, beside the one the address names."""

    field_class = OfferField

    def __init__(self, model, offered, **kwargs):
        self.model_of_choice, self.offered = model, offered
        super().__init__(to_field_name="code", empty_label=_("Tất cả"), **kwargs)

    def get_queryset(self, request):
        records = self.model_of_choice.objects
        if request is None:
            return records.none()
        wanted = self.offered(request.user)
        asked = request.GET.get(self.param, "")
        if asked and asked.isprintable():  # whatever else stands there is no code, and the gate of text would refuse it
            wanted |= Q(code=asked)
        return records.visible_to(request.user).filter(wanted)

    @property
    def param(self):
        return next(name for name, own in self.parent.filters.items() if own is self)


def managers(user):
    return Q(pk__in=Zone.objects.visible_to(user).values("managing_agency"))


def watching(user):
    return Q(pk__in=FacilitySum.objects.visible_to(user).filter(facilities__gt=0).values("managing_agency"))


def divided(user):
    return Q(pk__in=Zone.objects.visible_to(user).filter(parent__isnull=False).values("parent"))


def receiving(user):
    return Q(Exists(Facility.objects.visible_to(user).filter(destination=OuterRef("pk"))))


def with_projects(user):
    return Q(pk__in=TenantProject.objects.visible_to(user).values("zone"))


STAGE = Case(
    *(When(status=stage, then=Value(place)) for place, stage in enumerate(ZoneStatus.Main.values)),
    output_field=IntegerField(),
)
OCCUPANCY = Cast(F("occupied_ha"), FloatField()) / NullIf(Cast(F("occupiable_ha"), FloatField()), Value(0.0))
COUNTED = {"true": ~Q(occupancy_basis=""), "false": Q(occupancy_basis="")}


class ZoneFilterSet(AskingFilterSet):
    search = SearchFilter(method=find)
    kind = AnyOfFilter(field_name="kind", choices=ZoneKind.choices, label=_("Loại"))
    status = AnyOfFilter(field_name="status", choices=[*STATUSES, (UNKNOWN, ANSWERS[UNKNOWN])], label=_("Tình trạng"))
    unit = PlaceFilter(field_name="units", method="in_unit")
    agency = CodeFilter(Agency, managers, field_name="managing_agency", label=_("Cơ quan quản lý"))
    parent = CodeFilter(Zone, divided, field_name="parent", label=_("Khu gốc"))
    area_min = NumberFilter(field_name="area_ha", lookup_expr="gte", label=_("Diện tích từ (ha)"), **HECTARES)
    area_max = NumberFilter(field_name="area_ha", lookup_expr="lte", label=_("Diện tích đến (ha)"), **HECTARES)
    established = AnswerFilter(answers("established"), label=_("Đã thành lập"))
    operating = AnswerFilter(answers("operating"), label=_("Đã hoạt động"))
    has_area = AnswerFilter(given("area_ha"), label=_("Có diện tích"))
    has_decision = AnswerFilter(flagged("has_decision"), label=_("Có văn bản làm căn cứ"))
    has_boundary = AnswerFilter(flagged("has_boundary"), label=_("Có ranh giới"))
    has_industrial = AnswerFilter(
        given("industrial_ha"), label=_("Có diện tích đất công nghiệp"), widget=forms.HiddenInput
    )
    has_leased = AnswerFilter(given("leased_ha"), label=_("Có diện tích đã cho thuê"), widget=forms.HiddenInput)
    has_occupancy = AnswerFilter(COUNTED, label=_("Tính được tỷ lệ lấp đầy"), widget=forms.HiddenInput)
    area_kind = AnyOfFilter(field_name="area_kind", choices=ZoneArea.Kind.choices, label=_("Loại diện tích"), **HIDDEN)
    basis = AnyOfFilter(
        field_name="occupancy_basis", choices=OccupancyBasis.choices, label=_("Cách tính lấp đầy"), **HIDDEN
    )
    city = CityFilter(field_name="city")
    ordering = Ordering(
        "code",
        "kind",
        "city",
        "established_on",
        "area_ha",
        "industrial_ha",
        "leased_ha",
        name=F("name_sort"),
        status=STAGE,
        occupancy=OCCUPANCY,
    )

    def in_unit(self, queryset, name, unit):
        return queryset.in_unit(unit)


class FacilityFilterSet(AskingFilterSet):
    search = SearchFilter(method=find)
    relocation_class = AnyOfFilter(
        field_name="relocation_class",
        choices=[*named(Facility.RelocationClass), (UNKNOWN, _("chưa phân loại"))],
        label=_("Phân loại di dời"),
    )
    reason = AnyOfFilter(field_name="relocation_reason", choices=named(Facility.Reason), label=_("Lý do"))
    unit = PlaceFilter(method="in_unit")
    agency = CodeFilter(Agency, watching, field_name="managing_agency", label=_("Cơ quan quản lý"))
    destination = CodeFilter(
        Zone, receiving, field_name="destination", label=_("Khu, cụm tiếp nhận (mã)"), widget=TYPED_CODE
    )
    has_destination = AnswerFilter(given("destination"), label=_("Đã có nơi đến"))
    wave = NumberFilter(field_name="wave", min_value=0, max_value=99, decimal_places=0, label=_("Đợt di dời"))
    due_min = DayFilter(field_name="relocation_due_on", lookup_expr="gte", label=_("Hạn di dời từ"))
    due_max = DayFilter(field_name="relocation_due_on", lookup_expr="lte", label=_("Hạn di dời đến"))
    area_min = NumberFilter(field_name="land_area_ha", lookup_expr="gte", label=_("Diện tích đất từ (ha)"), **HECTARES)
    area_max = NumberFilter(field_name="land_area_ha", lookup_expr="lte", label=_("Diện tích đất đến (ha)"), **HECTARES)
    has_land = AnswerFilter(given("land_area_ha"), label=_("Có diện tích đất"), widget=forms.HiddenInput)
    has_floor = AnswerFilter(given("floor_area_m2"), label=_("Có diện tích sàn"), widget=forms.HiddenInput)
    has_workers = AnswerFilter(given("workers"), label=_("Có số lao động"), widget=forms.HiddenInput)
    city = CityFilter(field_name="city")
    ordering = Ordering(
        "code",
        "city",
        "relocation_class",
        "wave",
        "relocation_due_on",
        "land_area_ha",
        "floor_area_m2",
        "workers",
        name=F("name_sort"),
    )

    def in_unit(self, queryset, name, unit):
        return queryset.filter(unit__in=AdminUnit.objects.filter(overlapping(unit)))


def overlapping(unit):
    """The units that lie in `unit`, or that it passed into, or that passed into it, wholly or in part."""
    other = "forebears__old" if unit.is_former else "heirs__new"
    within = Q(pk=unit.pk) | Q(parent=unit) | Q(parent__parent=unit)
    return within | Q(**{other: unit}) | Q(**{f"{other}__parent": unit}) | Q(**{f"{other}__parent__parent": unit})


class TenantProjectFilterSet(AskingFilterSet):
    search = SearchFilter(method=find)
    zone = CodeFilter(Zone, with_projects, field_name="zone", label=_("Khu, cụm"))
    origin = AnyOfFilter(field_name="origin", choices=TenantProject.Origin.choices, label=_("Nguồn vốn"))
    status = AnyOfFilter(field_name="status", choices=TenantProject.Status.choices, label=_("Tình trạng"))
    kind = AnyOfFilter(field_name="zone__kind", choices=ZoneKind.choices, label=_("Loại khu, cụm"))
    area_min = NumberFilter(field_name="land_leased_ha", lookup_expr="gte", label=_("Đất thuê từ (ha)"), **HECTARES)
    area_max = NumberFilter(field_name="land_leased_ha", lookup_expr="lte", label=_("Đất thuê đến (ha)"), **HECTARES)
    city = CityFilter(field_name="zone__city")
    ordering = Ordering(
        "name",
        "code",
        "origin",
        "status",
        "irc_on",
        "registered_musd",
        "registered_bn",
        "land_leased_ha",
        "workers",
        zone=F("zone__name_sort"),
    )


class DocumentFilterSet(AskingFilterSet):
    search = SearchFilter(field_name="search", method=holds_words)
    type = AnyOfFilter(field_name="type", choices=Document.Type.choices, label=_("Loại"))
    year = NumberFilter(field_name="year", min_value=1900, max_value=2200, decimal_places=0, label=_("Năm"))
    issuer = CharFilter(field_name="issuer", lookup_expr="icontains", max_length=200, label=_("Cơ quan ban hành"))
    issued_min = DayFilter(field_name="issued_on", lookup_expr="gte", label=_("Ban hành từ"))
    issued_max = DayFilter(field_name="issued_on", lookup_expr="lte", label=_("Ban hành đến"))
    has_file = AnswerFilter({"true": ~Q(file=""), "false": Q(file="")}, label=_("Có tệp"))
    city = CityFilter(field_name="city")
    ordering = Ordering("number", "type", "year", "issuer", "issued_on", "title")


class AdminUnitFilterSet(AskingFilterSet):
    search = SearchFilter(field_name="name_fold", method=holds_words)
    level = AnyOfFilter(field_name="level", choices=AdminUnit.Level.choices, label=_("Cấp"))
    in_force_on = DayFilter(method="in_force", label=_("Có vào ngày"))
    parent = NumberFilter(field_name="parent", min_value=1, max_value=2**53, decimal_places=0, label=_("Thuộc"))
    city = CityFilter(field_name="city")
    ordering = Ordering("code", "level", "valid_from", "valid_to", name=F("name_fold"))

    def in_force(self, queryset, name, day):
        return queryset.in_force(day)


class AgencyFilterSet(AskingFilterSet):
    search = SearchFilter(field_name="name_fold", method=holds_words)
    kind = AnyOfFilter(field_name="kind", choices=Agency.Kind.choices, label=_("Loại"))
    city = CityFilter(field_name="city")
    ordering = Ordering("code", "kind", "city", name=F("name_fold"))


class PhaseFilterSet(AskingFilterSet):
    zone = CharFilter(field_name="zone__code", max_length=40, label=_("Khu, cụm (mã)"))
    city = CityFilter(field_name="zone__city")
    ordering = Ordering("number", zone=F("zone__name_sort"))


class FactFilterSet(AskingFilterSet):
    """What every kind of fact can be asked."""

    zone = CharFilter(field_name="zone__code", max_length=40, label=_("Khu, cụm (mã)"))
    city = CityFilter(field_name="zone__city")
    standing = ChoiceFilter(field_name="standing", choices=Standing.choices, label=_("Cách dùng"))
    as_of_min = DayFilter(field_name="as_of", lookup_expr="gte", label=_("Đúng từ ngày, sớm nhất"))
    as_of_max = DayFilter(field_name="as_of", lookup_expr="lte", label=_("Đúng từ ngày, muộn nhất"))
    in_force = AnswerFilter(
        {"true": Q(superseded_at__isnull=True), "false": Q(superseded_at__isnull=False)}, label=_("Còn hiệu lực")
    )
    document = NumberFilter(
        field_name="document", method="resting_on", min_value=1, max_value=2**53, decimal_places=0, label=_("Văn bản")
    )
    ordering = Ordering("as_of", "recorded_at", zone=F("zone__name_sort"))

    def resting_on(self, queryset, name, pk):
        """Not even that a fact rests on a hidden document is told."""
        return queryset.filter(document__in=Document.objects.visible_to(self.request.user).filter(pk=pk))


class StatusFilterSet(FactFilterSet):
    aspect = AnyOfFilter(field_name="aspect", choices=ZoneStatus.Aspect.choices, label=_("Phương diện"))
    value = AnyOfFilter(field_name="value", choices=VALUES, label=_("Giá trị"))


class AreaFilterSet(FactFilterSet):
    kind = AnyOfFilter(field_name="kind", choices=ZoneArea.Kind.choices, label=_("Loại diện tích"))


class LandUseFilterSet(FactFilterSet):
    code = AnyOfFilter(field_name="code", choices=LandUse.Code.choices, label=_("Loại đất"))


class OccupancyFilterSet(FactFilterSet):
    basis = AnyOfFilter(field_name="basis_code", choices=OccupancyBasis.choices, label=_("Cách tính"))
    counted = AnswerFilter(given("numerator_ha"), label=_("Có tử số và mẫu số"))


class BoundaryFilterSet(FactFilterSet):
    srid = ChoiceFilter(field_name="srid", choices=list(SRIDS.items()), label=_("Hệ toạ độ đã nộp"))


class MeasurementFilterSet(FactFilterSet):
    city = CityFilter(method="of_city")
    indicator = CodeFilter(Indicator, lambda user: Q(), field_name="indicator", label=_("Chỉ tiêu"))

    def of_city(self, queryset, name, city):
        return queryset if city == BOTH_CITIES else queryset.filter(Q(city=city) | Q(zone__city=city))


def of_zones(queryset, name, value):
    return queryset.filter(zone__in=Zone.objects.find(value))


class StatusBookFilterSet(StatusFilterSet):
    """The list of statuses in force, found by the name of their zone."""

    search, in_force = SearchFilter(method=of_zones), None


class AreaBookFilterSet(AreaFilterSet):
    """The list of areas in force."""

    search, in_force = SearchFilter(method=of_zones), None


class MeasurementBookFilterSet(MeasurementFilterSet):
    """The list of measurements in force."""

    search, in_force = SearchFilter(method=of_zones), None
