"""The lists of the register, and one list as an address asks for it: rows, sums, chips and the basis of each sum.

Page, map and export read the same `Question`, so they hold the same rows in the same order."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, Model, Prefetch, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django_filters import FilterSet

from accounts.access import may_edit
from accounts.context import read_frame
from accounts.keyset import count_up_to
from accounts.templatetags.portal import number, percent
from zones import columns
from zones.columns import Column
from zones.filters import (
    AreaBookFilterSet,
    DocumentFilterSet,
    FacilityFilterSet,
    MeasurementBookFilterSet,
    StatusBookFilterSet,
    TenantProjectFilterSet,
    ZoneFilterSet,
)
from zones.forms.correcting import NumberField
from zones.models import Document, Facility, Measurement, TenantProject, Zone, ZoneArea, ZoneStatus
from zones.models.area import OccupancyBasis, occupancy_pct
from zones.rows import (
    FACILITY_JOINED,
    ZONE_JOINED,
    document_related,
    document_rows,
    facility_related,
    facility_rows,
    fact_rows,
    project_rows,
    zone_related,
    zone_rows,
)
from zones.totals import of_stored, stored_totals, zones_of_stored

ZONE_BASIS = (
    gettext_lazy("Địa bàn có dấu (?): suy từ đơn vị hành chính cũ hoặc nguồn chỉ nêu phạm vi, còn phải xác định."),
    gettext_lazy(
        "Diện tích: theo quyết định thành lập; chưa có thì theo quy hoạch phân khu, quy hoạch tỉnh, nguồn nêu."
    ),
    gettext_lazy("Lấp đầy: Σ tử số / Σ mẫu số của các khu có đủ cả hai; tỷ lệ nguồn công bố không được cộng."),
)  # how the figures of zones are to be understood
FRAMED = ("city", "ordering")  # chosen in the frame and in the heads of the table, so never a chip


@dataclass(frozen=True, eq=False)
class Listing:
    """One list: what it holds, what it can be asked, what its rows say. `sums`: columns that are added up."""

    what: str
    title: Any
    noun: Any
    model: type[Model]
    filterset: type[FilterSet]
    columns: tuple[Column, ...]
    rows: Callable[..., QuerySet]
    empty: Any
    sums: tuple[str, ...] = ()
    mapped: bool = False
    joined: tuple[str, ...] = ()  # related records that `rows` reads with each record, by the attribute of a column
    related: Callable[..., tuple[Prefetch, ...]] = lambda user: ()  # and those that it reads after them
    worked_out: Callable[[Iterable], Iterable] = iter  # gives the rows that are read what no column of theirs holds
    of_today: bool = False  # whatever day the address names
    large: bool = False  # paged by cursor, never counted or added up beyond MOST_COUNTED rows for a page

    @property
    def summed(self):
        return [column for column in self.columns if column.key in self.sums]

    @property
    def state(self):
        """The column that a map marks its records by."""
        return next(column for column in self.columns if column.state)

    def may_add(self, user):
        """May `user` add a record that their own agency would manage? What belongs to another record is added there."""
        managed_by = self.model.access.agency
        if self.model is TenantProject:
            return may_edit(user, TenantProject(zone=Zone(managing_agency=user.agency)))
        if not managed_by or "__" in managed_by:
            return False
        return may_edit(user, self.model(**{managed_by: user.agency}))


ZONES = Listing(
    what="zones",
    title=gettext_lazy("Khu, cụm công nghiệp"),
    noun=pgettext_lazy("nhiều", "khu, cụm"),
    model=Zone,
    filterset=ZoneFilterSet,
    columns=columns.ZONE,
    rows=zone_rows,
    joined=ZONE_JOINED,
    related=zone_related,
    sums=("area_ha", "industrial_ha", "leased_ha"),
    mapped=True,
    empty=gettext_lazy(
        "Sổ chưa có khu, cụm nào. Dữ liệu ban đầu được nạp khi cài đặt, sau đó từng khu được thêm ở đây."
    ),
)
FACILITIES = Listing(
    what="facilities",
    title=gettext_lazy("Cơ sở sản xuất riêng lẻ"),
    noun=pgettext_lazy("nhiều", "cơ sở"),
    model=Facility,
    filterset=FacilityFilterSet,
    columns=columns.FACILITY,
    rows=facility_rows,
    joined=FACILITY_JOINED,
    related=facility_related,
    sums=("land_area_ha", "workers"),
    mapped=True,
    empty=gettext_lazy("Chưa có cơ sở nào. Cơ sở nằm ngoài khu, cụm được thêm từ phiếu khảo sát của cơ quan quản lý."),
    large=True,
)
PROJECTS = Listing(
    what="projects",
    title=gettext_lazy("Dự án thứ cấp"),
    noun=pgettext_lazy("nhiều", "dự án"),
    model=TenantProject,
    filterset=TenantProjectFilterSet,
    columns=columns.PROJECT,
    rows=project_rows,
    related=document_related,
    sums=("land_leased_ha", "registered_musd", "registered_bn", "workers"),
    empty=gettext_lazy(
        "Chưa có dự án nào. Dự án thuê đất trong khu, cụm được thêm theo giấy chứng nhận đăng ký đầu tư."
    ),
)
DOCUMENTS = Listing(
    what="documents",
    title=gettext_lazy("Văn bản"),
    noun=pgettext_lazy("nhiều", "văn bản"),
    model=Document,
    filterset=DocumentFilterSet,
    columns=columns.DOCUMENT,
    rows=document_rows,
    empty=gettext_lazy("Chưa có văn bản nào. Văn bản được thêm ở đây rồi chọn làm căn cứ khi ghi số liệu."),
)
AREAS = Listing(
    what="areas",
    title=gettext_lazy("Sổ diện tích"),
    noun=pgettext_lazy("nhiều", "số liệu"),
    model=ZoneArea,
    filterset=AreaBookFilterSet,
    columns=columns.AREA,
    rows=fact_rows(ZoneArea),
    related=document_related,
    empty=gettext_lazy("Chưa có số liệu diện tích nào. Số liệu được ghi ở trang của từng khu, hoặc nhập từ tệp."),
    large=True,
)
STATUSES = Listing(
    what="statuses",
    title=gettext_lazy("Sổ tình trạng"),
    noun=pgettext_lazy("nhiều", "số liệu"),
    model=ZoneStatus,
    filterset=StatusBookFilterSet,
    columns=columns.STATUS,
    rows=fact_rows(ZoneStatus),
    related=document_related,
    empty=gettext_lazy("Chưa có tình trạng nào. Tình trạng được ghi ở trang của từng khu, hoặc nhập từ tệp."),
    large=True,
)
MEASUREMENTS = Listing(
    what="measurements",
    title=gettext_lazy("Sổ số đo"),
    noun=pgettext_lazy("nhiều", "số liệu"),
    model=Measurement,
    filterset=MeasurementBookFilterSet,
    columns=columns.MEASUREMENT,
    rows=fact_rows(Measurement, "indicator"),
    related=document_related,
    empty=gettext_lazy("Chưa có số đo nào. Số đo được ghi ở trang của từng khu, hoặc nhập từ tệp."),
    large=True,
)
LISTINGS = {
    listing.what: listing for listing in (ZONES, FACILITIES, PROJECTS, DOCUMENTS, AREAS, STATUSES, MEASUREMENTS)
}


@dataclass(frozen=True)
class SumOf:
    """Σ of one column over the rows, and how many of them have it."""

    label: str
    value: Any
    unit: str
    known: int


class Question:
    """One list as an address asks for it."""

    def __init__(self, listing, request):
        self.listing, self.request, self.frame = listing, request, read_frame(request)
        if listing.of_today:
            self.frame = replace(self.frame, as_of=timezone.localdate(), known=None, known_problem="")
        rows = listing.rows(request.user, self.frame.day, self.frame.known)
        self.filter = listing.filterset(request.GET, rows, request=request)
        for field in self.filter.form.fields.values():
            field.localize = field.widget.is_localized = isinstance(field, NumberField)  # typed by people

    @cached_property
    def errors(self):
        """What in the address cannot be read: [(label, message)]. Then there are no rows, rather than wrong ones."""
        fields = self.filter.form.fields
        found = [(fields[name].label, text) for name, texts in self.filter.errors.items() for text in texts]
        problem = self.frame.known_problem
        return [*found, (_("Theo ghi nhận đến lúc"), problem)] if problem else found

    @cached_property
    def rows(self):
        return self.filter.queryset.none() if self.errors else self.filter.qs

    def rows_for(self, columns):
        """The rows for a table of these columns: a related record of which none of them tells is not read."""
        tellable = {column.attribute for column in self.listing.columns}
        untold = tellable - {column.attribute for column in columns}
        rows = self.rows.prefetch_related(None)
        if set(self.listing.joined) & untold:
            rows = rows.select_related(None)
            if joined := set(self.listing.joined) - untold:
                rows = rows.select_related(*joined)
        related = self.listing.related(self.request.user)
        return rows.prefetch_related(*(one for one in related if one.prefetch_to not in untold))

    @cached_property
    def totals(self):
        """What the head of the page says: `rows`, and the sums of all rows unless those are too many to add up.

        `rows` is None when there are more than MOST_COUNTED, and not known otherwise."""
        if not (self.errors or self.frame.day or self.frame.known) and (stored := self.stored()):
            return stored
        if not self.listing.large:
            return self.reckoned
        counted = count_up_to(self.rows)
        return {"rows": None} if counted is None else self.reckoned

    def stored(self):
        """The totals from the sums that are kept current, where these answer what is asked; otherwise None."""
        user, query = self.request.user, self.request.GET
        if self.listing is ZONES:
            return zones_of_stored(user, query)
        found = stored_totals(user, query) if self.listing is FACILITIES else None
        return found and of_stored(found)

    @cached_property
    def reckoned(self):
        """Number of rows, Σ and number of known values of each summed column, and of each basis, in one statement."""
        asked = {"rows": Count("pk")}
        for column in self.listing.summed:
            asked |= {f"{column.key}_sum": Sum(column.key), f"{column.key}_known": Count(column.key)}
        if self.listing is ZONES:
            asked |= {
                "occupied": Sum("occupied_ha"),
                "occupiable": Sum("occupiable_ha"),
                "counted": Count("occupiable_ha"),
            }
            asked |= {f"by_{basis}": Count("pk", filter=Q(occupancy_basis=basis)) for basis in OccupancyBasis.values}
        return self.rows.order_by().aggregate(**asked)

    @property
    def count(self):
        return self.reckoned["rows"]

    @property
    def sums(self):
        return self.spell_sums(self.reckoned)

    def spell_sums(self, reckoned):
        found = []
        for column in self.listing.summed:
            value, known = reckoned[f"{column.key}_sum"], reckoned[f"{column.key}_known"]
            found.append(SumOf(str(column.title), number(value), column.measured_in, known))
        if self.listing is ZONES:
            pct = occupancy_pct(reckoned["occupied"], reckoned["occupiable"])
            found.append(SumOf(_("Lấp đầy Σ/Σ"), percent(pct), "", reckoned["counted"]))
        return found

    @property
    def basis(self):
        """How each figure of the list is to be understood, line by line."""
        return [self.cut_off, *(self.basis_of_zones() if self.listing is ZONES else [])]

    @property
    def coverage(self):
        """Of how many rows each sum was made, for what leaves the portal."""
        return [
            _("%(label)s: cộng của %(known)s trong %(count)s %(noun)s có số liệu.")
            % {"label": one.label, "known": one.known, "count": self.count, "noun": self.listing.noun}
            for one in self.sums
        ]

    def basis_of_zones(self):
        counts = {basis: self.totals[f"by_{basis}"] for basis in OccupancyBasis}
        return [
            *(str(line) for line in ZONE_BASIS),
            *(
                _("Lấp đầy của %(count)s khu: %(basis)s.") % {"count": count, "basis": basis.label}
                for basis, count in counts.items()
                if count
            ),
        ]

    @property
    def cut_off(self):
        text = _("Số liệu đến ngày %(day)s") % {"day": f"{self.frame.as_of:%d/%m/%Y}"}
        if self.frame.known:
            text += _(", như sổ đã ghi nhận đến lúc %(moment)s") % {
                "moment": f"{timezone.localtime(self.frame.known):%H:%M %d/%m/%Y}"
            }
        return f"{text}."

    @property
    def chips(self):
        """The conditions in force: [(label, value, the address without it)]."""
        found = []
        for name, bound in self.filter.form.fields.items():
            if name not in FRAMED and name not in self.filter.errors:
                found += [
                    (bound.label, self.spelled(bound, text), self.without(name, text)) for text in self.given(name)
                ]
        return found

    def given(self, name):
        return [text for text in self.request.GET.getlist(name) if text.strip()]

    def spelled(self, field, text):
        if hasattr(field, "queryset"):
            return field.label_from_instance(field.to_python(text))
        words = {str(value): label for value, label in getattr(field, "choices", [])}
        value = words.get(text) or field.to_python(text)
        if isinstance(value, Decimal) and field.decimal_places != 0:
            return number(value)
        return f"{value:%d/%m/%Y}" if isinstance(value, datetime.date) else str(value)

    def without(self, name, text):
        left = self.request.GET.copy()
        left.setlist(name, [other for other in left.getlist(name) if other != text])
        left.pop("page", None)
        left.pop("cursor", None)
        return left.urlencode()

    @property
    def conditions(self):
        """The conditions in words, for what leaves the portal."""
        chosen = [f"{label}: {value}" for label, value, _without in self.chips]
        return [f"{_('Thành phố')}: {self.frame.city_label}", *chosen]
