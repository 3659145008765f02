"""What the lists of dossiers and of their steps can be asked; page, API and exports share it.

Each gets rows that already are `visible_to(user)`. “Late” and “soon” are of today."""

import datetime

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter

from accounts.models import Agency
from planning import tracks
from planning.models import Dossier, Step
from zones.asking import AskingFilterSet
from zones.filters import (
    TYPED_CODE,
    AnswerFilter,
    AnyOfFilter,
    CityFilter,
    CodeFilter,
    DayFilter,
    Ordering,
    SearchFilter,
    find,
)
from zones.models import Facility, Zone
from zones.models.zone import ZoneKind

NEAR = datetime.timedelta(days=14)
CLOCKS = {
    "late": _("Trễ hạn"),
    "soon": _("Đến hạn trong 14 ngày"),
    "later": _("Còn hạn hơn 14 ngày"),
    "none": _("Không có ngày đến hạn"),
}


def states():
    """Every state of every table by its code, in the order of the tables: [(code, name)]."""
    named = {}
    for table in tracks.TABLES:
        for state in table.states.values():
            named.setdefault(state.code, state.name)
    return list(named.items())


def by_clock(today):
    """{kind of due day: its condition} of the open dossiers."""
    running = Q(ended=False)
    return {
        "late": running & Q(due_on__lt=today),
        "soon": running & Q(due_on__gte=today, due_on__lte=today + NEAR),
        "later": running & Q(due_on__gt=today + NEAR),
        "none": running & Q(due_on__isnull=True),
    }


def leading(user):
    return Q(pk__in=Dossier.objects.visible_to(user).values("lead_agency"))


def with_dossiers(user):
    return Q(pk__in=Dossier.objects.visible_to(user).values("zone"))


def moving(user):
    return Q(pk__in=Dossier.objects.visible_to(user).values("facility"))


class DossierFilterSet(AskingFilterSet):
    search = SearchFilter(method=find)
    clock = ChoiceFilter(choices=list(CLOCKS.items()), method="of_clock", label=_("Thời hạn"), empty_label=_("Tất cả"))
    track = AnyOfFilter(field_name="track", choices=tracks.choices, label=_("Tuyến"))
    state = ChoiceFilter(field_name="state", choices=states, label=_("Trạng thái"), empty_label=_("Tất cả"))
    open = AnswerFilter({"true": Q(ended=False), "false": Q(ended=True)}, label=_("Đang xử lý"))
    agency = CodeFilter(Agency, leading, field_name="lead_agency", label=_("Cơ quan chủ trì"))
    zone = CodeFilter(Zone, with_dossiers, field_name="zone", label=_("Khu, cụm"))
    facility = CodeFilter(Facility, moving, field_name="facility", label=_("Cơ sở"), widget=TYPED_CODE)
    kind = AnyOfFilter(field_name="zone__kind", choices=ZoneKind.choices, label=_("Loại khu, cụm"))
    due_min = DayFilter(field_name="due_on", lookup_expr="gte", label=_("Hạn từ ngày"))
    due_max = DayFilter(field_name="due_on", lookup_expr="lte", label=_("Hạn đến ngày"))
    city = CityFilter(field_name="city")
    ordering = Ordering(
        "code",
        "track",
        "state",
        "state_since",
        "due_on",
        "city",
        zone=F("zone__name_sort"),
        lead=F("lead_agency__name"),
    )

    def of_clock(self, queryset, name, value):
        return queryset.filter(by_clock(timezone.localdate())[value])


def of_dossiers(queryset, name, value):
    return queryset.filter(dossier__in=Dossier.objects.find(value))


class StepFilterSet(AskingFilterSet):
    search = SearchFilter(method=of_dossiers)
    dossier = CharFilter(field_name="dossier__code", max_length=40, label=_("Hồ sơ (mã)"))
    track = AnyOfFilter(field_name="dossier__track", choices=tracks.choices, label=_("Tuyến"))
    kind = AnyOfFilter(field_name="kind", choices=Step.Kind.choices, label=_("Loại"))
    to_state = ChoiceFilter(
        field_name="to_state", choices=states, label=_("Trạng thái sau bước"), empty_label=_("Tất cả")
    )
    agency = CodeFilter(Agency, leading, field_name="dossier__lead_agency", label=_("Cơ quan chủ trì"))
    zone = CodeFilter(Zone, with_dossiers, field_name="dossier__zone", label=_("Khu, cụm"))
    on_min = DayFilter(field_name="on", lookup_expr="gte", label=_("Từ ngày"))
    on_max = DayFilter(field_name="on", lookup_expr="lte", label=_("Đến ngày"))
    standing = AnswerFilter(
        {"true": Q(retracted_at__isnull=True), "false": Q(retracted_at__isnull=False)}, label=_("Còn giá trị")
    )
    city = CityFilter(field_name="dossier__city")
    ordering = Ordering("on", dossier=F("dossier__code"))
