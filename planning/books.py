"""The books beside the dossiers: rules, days off, plans and their entries, sessions. What they can be asked, and what a
row of each says, for REST, the exports and what reads them back."""

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter

from accounts.access import City, Publicity, prefetch_visible
from accounts.text import fold
from planning.models import CouncilSession, Holiday, PlanEntry, Rule
from zones.asking import AskingFilterSet
from zones.columns import Column, basis_of, code_of, related
from zones.filters import AnswerFilter, AnyOfFilter, CityFilter, DayFilter, NumberFilter, Ordering, SearchFilter, given
from zones.listings import Listing, document_related
from zones.models import Precision, Zone
from zones.models.zone import ZoneKind

YEAR = {"min_value": 1900, "max_value": 2199, "decimal_places": 0}


def texts(*columns):
    """A search for words that stand in these columns, whatever their tone marks; for books of some hundred rows."""

    def search(queryset, name, value):
        words, rows = fold(value).split(), queryset.order_by().values_list("pk", *columns)
        told = {pk: fold(" ".join(said)) for pk, *said in rows}
        return queryset.filter(pk__in=[pk for pk, text in told.items() if all(word in text for word in words)])

    return search


# What they can be asked -----------------------------------------------------------------------------------------------


class MilestoneFilterSet(AskingFilterSet):
    dossier = CharFilter(field_name="dossier__code", max_length=40, label=_("Hồ sơ (mã)"))
    on_min = DayFilter(field_name="on", lookup_expr="gte", label=_("Từ ngày"))
    on_max = DayFilter(field_name="on", lookup_expr="lte", label=_("Đến ngày"))
    city = CityFilter(field_name="dossier__city")
    ordering = Ordering("on", dossier=F("dossier__code"))


class RuleFilterSet(AskingFilterSet):
    search = SearchFilter(method=texts("code", "title", "article"))
    code = CharFilter(field_name="code", max_length=60, label=_("Mã"))
    kind = AnyOfFilter(field_name="kind", choices=Rule.Kind.choices, label=_("Loại"))
    certainty = AnyOfFilter(field_name="certainty", choices=Rule.Certainty.choices, label=_("Độ chắc chắn"))
    in_force_on = DayFilter(method="in_force", label=_("Có hiệu lực vào ngày"))
    ordering = Ordering("code", "valid_from", "valid_to")

    def in_force(self, queryset, name, day):
        return queryset.on(day)


class HolidayFilterSet(AskingFilterSet):
    search = SearchFilter(method=texts("name"))
    year = NumberFilter(field_name="on", lookup_expr="year", label=_("Năm"), **YEAR)
    kind = AnyOfFilter(field_name="kind", choices=Holiday.Kind.choices, label=_("Loại"))
    certainty = AnyOfFilter(field_name="certainty", choices=Holiday.Certainty.choices, label=_("Độ chắc chắn"))
    on_min = DayFilter(field_name="on", lookup_expr="gte", label=_("Từ ngày"))
    on_max = DayFilter(field_name="on", lookup_expr="lte", label=_("Đến ngày"))
    ordering = Ordering("on")


class PlanFilterSet(AskingFilterSet):
    search = SearchFilter(method=texts("code", "title"))
    city = CityFilter(field_name="city")
    year = NumberFilter(method="covering", label=_("Kỳ có năm"), **YEAR)
    ordering = Ordering("code", "title", "horizon_from", "horizon_to")

    def covering(self, queryset, name, year):
        began = Q(horizon_from__isnull=True) | Q(horizon_from__lte=year)
        return queryset.filter(began, Q(horizon_to__isnull=True) | Q(horizon_to__gte=year))


class PlanEntryFilterSet(AskingFilterSet):
    search = SearchFilter(method=texts("name", "place_text"))
    plan = CharFilter(field_name="plan__code", max_length=40, label=_("Quy hoạch (mã)"))
    zone = CharFilter(method="of_zone", max_length=40, label=_("Khu, cụm (mã)"))
    linked = AnswerFilter(given("zone"), label=_("Đã gắn với khu trong sổ"))
    kind = AnyOfFilter(field_name="kind", choices=ZoneKind.choices, label=_("Loại khu"))
    intent = AnyOfFilter(
        field_name="intent",
        choices=[(value or "unknown", label) for value, label in PlanEntry.Intent.choices],
        label=_("Định hướng"),
    )
    city = CityFilter(field_name="plan__city")
    ordering = Ordering("number", "name", "area_ha", plan=F("plan__code"))

    def of_zone(self, queryset, name, code):
        return queryset.filter(zone__in=Zone.objects.visible_to(self.request.user).filter(code=code))


class SessionFilterSet(AskingFilterSet):
    search = SearchFilter(method=texts("code", "name"))
    body = AnyOfFilter(field_name="body", choices=CouncilSession.Body.choices, label=_("Cơ quan họp"))
    on_min = DayFilter(field_name="on", lookup_expr="gte", label=_("Từ ngày"))
    on_max = DayFilter(field_name="on", lookup_expr="lte", label=_("Đến ngày"))
    city = CityFilter(field_name="city")
    ordering = Ordering("on", "code", "name")


# What a row says ------------------------------------------------------------------------------------------------------

CITY = Column("city", _("Thành phố"), choices=dict(City.choices), shown=True)
BASIS = (
    Column("document", _("Văn bản"), basis_of, shown=True, names="document"),
    Column("source", _("Nguồn"), long=True),
    Column("note", _("Ghi chú"), long=True),
)
RULE = (
    Column("code", _("Mã"), sort="code", shown=True, also=("Mã quy tắc",)),
    Column("title", _("Nội dung"), shown=True, long=True),
    Column("kind", _("Loại"), choices=dict(Rule.Kind.choices), shown=True),
    Column("value", _("Giá trị"), kind="number", shown=True),
    Column("unit", _("Đơn vị"), choices=dict(Rule.Unit.choices), shown=True),
    Column("moves", _("Ngày cuối nghỉ thì chuyển"), kind="yesno"),
    Column("minimum", _("Là mức ít nhất"), kind="yesno"),
    Column("valid_from", _("Hiệu lực từ"), kind="date", sort="valid_from", shown=True),
    Column("valid_to", _("Đến hết ngày"), kind="date", sort="valid_to", shown=True),
    Column("article", _("Điều khoản"), shown=True, long=True),
    Column("document", _("Văn bản"), basis_of, names="document"),
    Column("certainty", _("Độ chắc chắn"), choices=dict(Rule.Certainty.choices), shown=True),
    Column("note", _("Ghi chú"), long=True),
)
HOLIDAY = (
    Column("on", _("Ngày"), kind="date", sort="on", shown=True),
    Column("kind", _("Loại"), choices=dict(Holiday.Kind.choices), shown=True),
    Column("name", _("Tên"), shown=True, long=True),
    Column("certainty", _("Độ chắc chắn"), choices=dict(Holiday.Certainty.choices), shown=True),
    Column("source", _("Nguồn"), shown=True, long=True),
    Column("note", _("Ghi chú"), long=True),
)
PLAN_ENTRY = (
    Column("name", _("Tên như quy hoạch ghi"), sort="name", shown=True, long=True),
    Column("number", _("Số thứ tự"), kind="integer", sort="number", shown=True),
    Column("plan", _("Quy hoạch"), related("plan"), sort="plan", shown=True, long=True, names="plan"),
    Column("plan_code", _("Mã quy hoạch"), code_of("plan"), sets="plan", names="plan"),
    Column("kind", _("Loại khu"), choices=dict(ZoneKind.choices), shown=True),
    Column("place_text", _("Địa điểm như quy hoạch ghi"), shown=True, long=True),
    Column("area_ha", _("Diện tích"), kind="hectare", sort="area_ha", shown=True),
    Column("intent", _("Định hướng"), choices=dict(PlanEntry.Intent.choices), shown=True),
    Column("stage", _("Giai đoạn đầu tư")),
    Column("zone", _("Khu, cụm"), related("zone"), shown=True, long=True, names="zone"),
    Column("zone_code", _("Mã khu, cụm"), code_of("zone"), sets="zone", names="zone"),
    Column("source", _("Nguồn"), long=True),
    Column("note", _("Ghi chú"), long=True),
)
SESSION = (
    Column("name", _("Tên"), sort="name", shown=True, long=True),
    Column("code", _("Mã"), sort="code", also=("Mã kỳ họp",)),
    CITY,
    Column("body", _("Cơ quan họp"), choices=dict(CouncilSession.Body.choices), shown=True),
    Column("on", _("Ngày họp"), kind="date", precision="on_precision", sort="on", shown=True),
    Column("on_precision", _("Độ chính xác của ngày"), choices=dict(Precision.choices)),
    Column("agency", _("Cơ quan giữ lịch"), related("agency"), long=True, names="agency"),
    Column("agency_code", _("Mã cơ quan giữ lịch"), code_of("agency"), sets="agency", names="agency"),
    Column("publicity", _("Mức công khai"), choices=dict(Publicity.choices)),
    *BASIS,
)


# The lists ------------------------------------------------------------------------------------------------------------


def rule_rows(user, day, known):
    return Rule.objects.visible_to(user).prefetch_related(*document_related(user))


def holiday_rows(user, day, known):
    return Holiday.objects.visible_to(user)


def entry_rows(user, day, known):
    return PlanEntry.objects.visible_to(user).select_related("plan__agency").prefetch_related(*entry_related(user))


def entry_related(user):
    return (prefetch_visible("zone", Zone, user),)


def session_rows(user, day, known):
    found = CouncilSession.objects.visible_to(user).select_related("agency")
    return found.prefetch_related(*document_related(user))


RULES = Listing(
    what="rules",
    title=_("Sổ quy tắc"),
    noun=pgettext_lazy("nhiều", "quy tắc"),
    model=Rule,
    filterset=RuleFilterSet,
    columns=RULE,
    rows=rule_rows,
    related=document_related,
    of_today=True,
    empty=_("Chưa có quy tắc nào. Quy tắc được nạp khi cài đặt; quản trị viên thêm và sửa."),
)
HOLIDAYS = Listing(
    what="holidays",
    title=_("Ngày nghỉ, ngày làm bù"),
    noun=pgettext_lazy("nhiều", "ngày"),
    model=Holiday,
    filterset=HolidayFilterSet,
    columns=HOLIDAY,
    rows=holiday_rows,
    of_today=True,
    empty=_("Chưa có ngày nghỉ nào. Ngày nghỉ được nạp khi cài đặt; quản trị viên thêm và sửa."),
)
PLAN_ENTRIES = Listing(
    what="plan_entries",
    title=_("Danh mục của các quy hoạch"),
    noun=pgettext_lazy("nhiều", "dòng"),
    model=PlanEntry,
    filterset=PlanEntryFilterSet,
    columns=PLAN_ENTRY,
    rows=entry_rows,
    related=entry_related,
    sums=("area_ha",),
    of_today=True,
    empty=_("Chưa có dòng nào. Danh mục được ghi ở trang của quy hoạch, hoặc nhập từ tệp."),
)
SESSIONS = Listing(
    what="sessions",
    title=_("Kỳ họp"),
    noun=pgettext_lazy("nhiều", "kỳ họp"),
    model=CouncilSession,
    filterset=SessionFilterSet,
    columns=SESSION,
    rows=session_rows,
    related=document_related,
    of_today=True,
    empty=_("Chưa có kỳ họp nào."),
)
BOOKS = {listing.what: listing for listing in (RULES, HOLIDAYS, PLAN_ENTRIES, SESSIONS)}
