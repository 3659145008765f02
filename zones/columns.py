"""What a row of each list says: one list of columns per record, for the page, the exports and what reads them back.

A column's key is its stable name (address, GeoJSON); its title is what people read. `value` is the plain value: text,
number, date, yes or no, None when unknown. `spell` writes it for people."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import City, Publicity
from accounts.templatetags.portal import number
from zones.models import Document, Facility, TenantProject, Zone, ZoneArea, ZoneStatus
from zones.models.area import OccupancyBasis, occupancy_pct
from zones.models.fact import Precision, Standing, spelled
from zones.models.place import PointPrecision
from zones.models.zone import ZoneKind

NUMERIC = ("integer", "number", "hectare", "percent")
PLACES = {"integer": 0, "percent": 1}
UNITS = {"hectare": _("ha"), "percent": "%"}
YES_NO = {True: _("Có"), False: _("Không")}


@dataclass(frozen=True, eq=False)
class Column:
    """`kind`: text, state, yesno, date or one of NUMERIC. `sort`: its name in `ordering`. `shown`: on the page unless
    the reader chose otherwise. `precision`: the field that says how exactly a date is known.
    `hint`: what a mark in its cells means.

    For what is read back from a file: `sets`: the attribute that a cell sets (`key` when empty). `names`: the kind of
    record that a cell names, by code or by name. `figure`: the ledger's figure that a cell states. `fixed`: where else
    it is changed; such a cell must say what the register says. `also`: other heads that files give it."""

    key: str
    title: Any
    read: Callable[[Any], Any] | None = None
    kind: str = "text"
    unit: Any = ""
    sort: str = ""
    shown: bool = False
    long: bool = False
    choices: Mapping | None = None
    precision: str = ""
    hint: Any = ""
    link: Callable[[Any], str] | None = None
    state: Callable[[Any], str] | None = None
    sets: str = ""
    names: str = ""
    figure: str = ""
    fixed: Any = ""
    also: tuple[str, ...] = ()

    @property
    def attribute(self):
        return self.sets or self.key

    @property
    def is_number(self):
        return self.kind in NUMERIC

    @property
    def measured_in(self):
        return str(self.unit or UNITS.get(self.kind, ""))

    @property
    def heading(self):
        """Title and unit in one line, as the head of an exported column."""
        return f"{self.title} ({self.measured_in})" if self.measured_in else str(self.title)

    def value(self, record):
        found = self.read(record) if self.read else getattr(record, self.key)
        return None if found == "" else found

    def label(self, record):
        """The value for a cell of a table: choices and yes or no in words, numbers and dates as they are."""
        value = self.value(record)
        if value is not None and (words := YES_NO if self.kind == "yesno" else self.choices):
            return str(words.get(value, value))
        return value

    def state_label(self, record):
        """What the mark of a state means, in words; there are words for the unknown as well."""
        return self.spell(record) or str(self.choices.get("", gettext("Chưa rõ")))

    def spell(self, record):
        """The value as the page writes it; "" when unknown."""
        value = self.label(record)
        if value is None:
            return ""
        if self.is_number:
            return number(value, PLACES.get(self.kind, 4))
        if self.kind == "date":
            precision = getattr(record, self.precision) if self.precision else Precision.DAY
            return spelled(value, precision)
        return str(value)


def zone_address(zone):
    return reverse("zone", args=[zone.code])


def facility_address(facility):
    return reverse("zones:facility", args=[facility.code])


def project_address(project):
    return reverse("zones:project", args=[project.code])


def document_address(document):
    return reverse("zones:document", args=[document.pk])


def zone_state(zone):
    """The status as a mark on page and map; what is no longer a zone has one mark."""
    gone = (ZoneStatus.Main.ANNULLED, ZoneStatus.Main.CONVERTED)
    return ZoneStatus.Main.REMOVED if zone.status in gone else zone.status or "unknown"


def relocation_state(facility):
    return {"compulsory": "late", "encouraged": "soon", "may_stay": "on-track"}.get(
        facility.relocation_class, "unknown"
    )


def units_of(zone, *, former):
    """The names of the zone's units, today's or ended ones; "?" where the data only narrows it down to some."""
    places = [place for place in zone.places.all() if place.unit.is_former == former]
    return "; ".join(place.unit.name + ("" if place.certain else " (?)") for place in places)


def place_of(zone):
    """Where the zone lies, in today's units if they are known, otherwise in those of its time."""
    ended = units_of(zone, former=True)
    return units_of(zone, former=False) or (gettext("%(units)s (cũ)") % {"units": ended} if ended else "")


def year_established(zone):
    """The year: the exact day is often not known and stands, with its document, on the zone's own page."""
    return zone.established_on and zone.established_on.year


def figures_until(zone):
    """The day whose figures a list gives; None where no day was asked for."""
    return getattr(zone, "figures_until", None)


def basis_of(record):
    """The document of a record, never the number of one that the reader may not see."""
    if record.document:
        return str(record.document)
    return gettext("văn bản hạn chế") if record.document_id else None


def related(name):
    """The name of a related record, when there is one that the reader may see."""
    return lambda record: str(getattr(record, name) or "")


def code_of(name):
    """The code of a related record, when there is one that the reader may see."""
    return lambda record: getattr(getattr(record, name), "code", None)


def of_zone(fact):
    return zone_address(fact.zone)


ON_ZONE_PAGE = _("Ghi ở trang của khu.")
PLACES_ON_ZONE_PAGE = _("Địa bàn ghi ở trang sửa của khu.")
STATUS_BY_FACTS = _("Ghi ở trang của khu, hoặc nhập tệp “Tình trạng”.")
FROM_THE_LEDGER = _("Cột này được tính từ sổ, không sửa trực tiếp.")


def project_state(project):
    return {"implementing": "under_construction", "stopped": "suspended"}.get(project.status, project.status)


ZONE = (
    Column("name", _("Tên"), sort="name", shown=True, link=zone_address, also=("Tên khu, cụm", "Tên khu")),
    Column("code", _("Mã"), sort="code", also=("Mã khu, cụm", "Mã khu")),
    Column("kind", _("Loại"), sort="kind", shown=True, also=("Loại khu, cụm",)),
    Column("kind_name", _("Loại khu"), attrgetter("kind"), choices=dict(ZoneKind.choices), sets="kind"),
    Column("park_type", _("Loại hình"), choices=dict(Zone.ParkType.choices)),
    Column("city", _("Thành phố"), sort="city", choices=dict(City.choices)),
    Column(
        "place", _("Địa bàn"), place_of, shown=True, long=True, hint=_("(?) còn phải xác định"),
        fixed=PLACES_ON_ZONE_PAGE,
    ),
    Column(
        "current_place", _("Địa bàn từ 1/7/2025"), lambda zone: units_of(zone, former=False),
        fixed=PLACES_ON_ZONE_PAGE,
    ),
    Column(
        "former_place", _("Địa bàn trước 1/7/2025"), lambda zone: units_of(zone, former=True),
        fixed=PLACES_ON_ZONE_PAGE,
    ),
    Column("place_text", _("Địa điểm như nguồn ghi")),
    Column(
        "agency", _("Cơ quan quản lý"), related("managing_agency"), long=True, sets="managing_agency", names="agency"
    ),
    Column(
        "agency_code", _("Mã cơ quan quản lý"), code_of("managing_agency"), sets="managing_agency", names="agency"
    ),
    Column(
        "status", _("Tình trạng"), kind="state", sort="status", shown=True,
        choices=dict(ZoneStatus.Main.choices), state=zone_state, figure="status",
    ),
    Column("established", _("Đã thành lập"), kind="yesno", fixed=STATUS_BY_FACTS),
    Column(
        "established_year", _("Năm thành lập"), year_established, sort="established_on", fixed=STATUS_BY_FACTS
    ),
    Column("operating", _("Đã hoạt động"), kind="yesno", fixed=STATUS_BY_FACTS),
    Column("area_ha", _("Diện tích"), kind="hectare", sort="area_ha", shown=True, figure="area"),
    Column("area_kind", _("Diện tích theo"), choices=dict(ZoneArea.Kind.choices), long=True, figure="area"),
    Column(
        "industrial_ha", _("Đất công nghiệp"), kind="hectare", sort="industrial_ha", shown=True, figure="industrial",
        also=("Diện tích đất công nghiệp",),
    ),
    Column(
        "leased_ha", _("Đã cho thuê"), kind="hectare", sort="leased_ha", shown=True, figure="leased",
        also=("Diện tích đã cho thuê", "Đất công nghiệp đã cho thuê"),
    ),
    Column("occupied_ha", _("Lấp đầy: tử số"), kind="hectare", fixed=ON_ZONE_PAGE),
    Column("occupiable_ha", _("Lấp đầy: mẫu số"), kind="hectare", fixed=ON_ZONE_PAGE),
    Column(
        "occupancy", _("Lấp đầy"), lambda zone: occupancy_pct(zone.occupied_ha, zone.occupiable_ha),
        kind="percent", sort="occupancy", shown=True, fixed=ON_ZONE_PAGE,
    ),
    Column(
        "occupancy_basis", _("Cách tính lấp đầy"), choices=dict(OccupancyBasis.choices), long=True, fixed=ON_ZONE_PAGE
    ),
    Column("stated_pct", _("Lấp đầy nguồn công bố"), kind="percent", fixed=ON_ZONE_PAGE),
    Column("parent", _("Khu gốc"), related("parent"), names="zone"),
    Column("parent_code", _("Mã khu gốc"), code_of("parent"), sets="parent", names="zone"),
    Column("relation", _("Quan hệ với khu gốc"), choices=dict(Zone.Relation.choices)),
    Column("term_years", _("Thời hạn"), kind="integer", unit=_("năm")),
    Column("inner_city", _("Trong nội thành"), kind="yesno"),
    Column("has_decision", _("Có văn bản làm căn cứ"), kind="yesno", fixed=FROM_THE_LEDGER),
    Column("has_boundary", _("Có ranh giới"), kind="yesno", fixed=FROM_THE_LEDGER),
    Column("lat", _("Vĩ độ"), kind="number", unit="°"),
    Column("lon", _("Kinh độ"), kind="number", unit="°"),
    Column("point_precision", _("Độ tin cậy của điểm"), choices=dict(PointPrecision.choices)),
    Column("publicity", _("Mức công khai"), choices=dict(Publicity.choices)),
    Column("source", _("Nguồn"), long=True),
    Column("source_on", _("Ngày của nguồn"), kind="date"),
    Column("note", _("Ghi chú"), long=True),
    Column("as_of", _("Số liệu đến ngày"), figures_until, kind="date", fixed=FROM_THE_LEDGER),
)  # fmt: skip

FACILITY = (
    Column("name", _("Tên"), sort="name", shown=True, link=facility_address, also=("Tên cơ sở",)),
    Column("code", _("Mã"), sort="code", also=("Mã cơ sở",)),
    Column("city", _("Thành phố"), sort="city", choices=dict(City.choices)),
    Column("unit", _("Xã, phường"), related("unit"), shown=True, names="unit"),
    Column("unit_code", _("Mã xã, phường"), code_of("unit"), sets="unit", names="unit"),
    Column("address", _("Địa chỉ"), long=True),
    Column("trade", _("Ngành nghề"), shown=True, long=True),
    Column("vsic_code", _("Mã ngành VSIC")),
    Column("land_area_ha", _("Diện tích đất"), kind="hectare", sort="land_area_ha", shown=True),
    Column("floor_area_m2", _("Diện tích sàn"), kind="number", unit="m²", sort="floor_area_m2"),
    Column("surveyed_on", _("Ngày khảo sát"), kind="date"),
    Column("workers", _("Lao động"), kind="integer", unit=_("người"), sort="workers", shown=True),
    Column(
        "relocation_class", _("Phân loại di dời"), kind="state", sort="relocation_class", shown=True,
        choices=dict(Facility.RelocationClass.choices), state=relocation_state,
    ),
    Column("relocation_reason", _("Lý do"), choices=dict(Facility.Reason.choices), long=True),
    Column("destination", _("Khu, cụm tiếp nhận"), related("destination"), shown=True, names="zone"),
    Column(
        "destination_code", _("Mã khu, cụm tiếp nhận"), code_of("destination"), sets="destination", names="zone"
    ),
    Column("wave", _("Đợt"), kind="integer", sort="wave"),
    Column("relocation_due_on", _("Hạn di dời"), kind="date", sort="relocation_due_on", shown=True),
    Column("lat", _("Vĩ độ"), kind="number", unit="°"),
    Column("lon", _("Kinh độ"), kind="number", unit="°"),
    Column("point_precision", _("Độ tin cậy của điểm"), choices=dict(PointPrecision.choices)),
    Column(
        "agency", _("Cơ quan quản lý"), related("managing_agency"), long=True, sets="managing_agency", names="agency"
    ),
    Column(
        "agency_code", _("Mã cơ quan quản lý"), code_of("managing_agency"), sets="managing_agency", names="agency"
    ),
    Column("publicity", _("Mức công khai"), choices=dict(Publicity.choices)),
    Column("as_of", _("Số liệu đến ngày"), kind="date"),
    Column("document", _("Văn bản"), basis_of, names="document"),
    Column("source", _("Nguồn"), long=True),
    Column("note", _("Ghi chú"), long=True),
)  # fmt: skip

PROJECT = (
    Column("name", _("Tên dự án"), sort="name", shown=True, link=project_address),
    Column("code", _("Mã"), sort="code", also=("Mã dự án",)),
    Column("zone", _("Khu, cụm"), related("zone"), sort="zone", shown=True, long=True, names="zone"),
    Column("zone_code", _("Mã khu, cụm"), code_of("zone"), sets="zone", names="zone"),
    Column("investor", _("Nhà đầu tư"), shown=True, long=True),
    Column("country", _("Quốc tịch")),
    Column("origin", _("Nguồn vốn"), sort="origin", shown=True),
    Column(
        "status", _("Tình trạng"), kind="state", sort="status", shown=True,
        choices=dict(TenantProject.Status.choices), state=project_state,
    ),
    Column("irc_no", _("Số GCNĐKĐT")),
    Column("irc_on", _("Ngày cấp GCNĐKĐT"), kind="date", sort="irc_on"),
    Column(
        "registered_musd", _("Vốn đăng ký FDI"), kind="number", unit=_("triệu USD"), sort="registered_musd", shown=True
    ),
    Column("realised_musd", _("Vốn thực hiện FDI"), kind="number", unit=_("triệu USD")),
    Column("registered_bn", _("Vốn đăng ký DDI"), kind="number", unit=_("tỷ đồng"), sort="registered_bn", shown=True),
    Column("realised_bn", _("Vốn thực hiện DDI"), kind="number", unit=_("tỷ đồng")),
    Column("rate_vnd_usd", _("Tỷ giá"), kind="number", unit=_("đồng/USD")),
    Column("land_leased_ha", _("Đất thuê"), kind="hectare", sort="land_leased_ha", shown=True),
    Column("workers", _("Lao động"), kind="integer", unit=_("người"), sort="workers", shown=True),
    Column("vsic_code", _("Mã ngành VSIC")),
    Column("publicity", _("Mức công khai"), choices=dict(Publicity.choices)),
    Column("as_of", _("Số liệu đến ngày"), kind="date"),
    Column("document", _("Văn bản"), basis_of, names="document"),
    Column("source", _("Nguồn"), long=True),
    Column("note", _("Ghi chú"), long=True),
)  # fmt: skip

DOCUMENT = (
    Column(
        "number", _("Số, ký hiệu"), sort="number", shown=True, link=document_address, also=("Số văn bản", "Số hiệu")
    ),
    Column(
        "type",
        _("Loại"),
        also=("Loại văn bản",),
        choices=dict(Document.Type.choices),
        sort="type",
        shown=True,
        long=True,
    ),
    Column("year", _("Năm"), sort="year"),
    Column("issuer", _("Cơ quan ban hành"), sort="issuer", shown=True, long=True),
    Column("title", _("Trích yếu"), sort="title", shown=True, long=True),
    Column("issued_on", _("Ngày ban hành"), kind="date", precision="issued_precision", sort="issued_on", shown=True),
    Column("issued_precision", _("Độ chính xác của ngày"), choices=dict(Precision.choices)),
    Column("signed_on", _("Ngày ký"), kind="date"),
    Column("city", _("Thành phố"), choices=dict(City.choices)),
    Column(
        "has_file", _("Có tệp"), lambda document: bool(document.file), kind="yesno", shown=True,
        fixed=_("Tệp được tải lên ở trang của văn bản."),
    ),
    Column("file_sha256", "SHA-256", fixed=_("Tệp được tải lên ở trang của văn bản.")),
    Column("agency", _("Cơ quan giữ hồ sơ"), related("agency"), long=True, names="agency"),
    Column("agency_code", _("Mã cơ quan giữ hồ sơ"), code_of("agency"), sets="agency", names="agency"),
    Column("publicity", _("Mức công khai"), choices=dict(Publicity.choices)),
    Column("source", _("Nguồn"), long=True),
    Column("note", _("Ghi chú"), long=True),
    Column("id", _("Mã số trong sổ"), kind="integer"),
)  # fmt: skip

TIME_AND_SOURCE = (
    Column("as_of", _("Từ ngày"), kind="date", precision="as_of_precision", sort="as_of", shown=True),
    Column("as_of_precision", _("Độ chính xác của ngày"), choices=dict(Precision.choices)),
    Column("standing", _("Cách dùng"), choices=dict(Standing.choices)),
    Column("document", _("Văn bản"), basis_of, shown=True, names="document"),
    Column("source", _("Nguồn"), shown=True, long=True),
    Column("source_on", _("Ngày của nguồn"), kind="date"),
    Column("note", _("Ghi chú"), long=True),
    Column("id", _("Mã số trong sổ"), kind="integer"),
)
OF_ZONE = (
    Column("zone", _("Khu, cụm"), related("zone"), sort="zone", shown=True, long=True, names="zone", link=of_zone),
    Column("zone_code", _("Mã khu, cụm"), code_of("zone"), sets="zone", names="zone", also=("Mã", "Mã khu")),
    Column("phase", _("Giai đoạn số"), lambda fact: fact.phase and fact.phase.number, kind="integer", names="phase"),
)

AREA = (
    *OF_ZONE,
    Column("kind", _("Loại diện tích"), choices=dict(ZoneArea.Kind.choices), shown=True, long=True),
    Column("value_ha", _("Diện tích"), kind="hectare", shown=True),
    *TIME_AND_SOURCE,
)

STATUS = (
    *OF_ZONE,
    Column("aspect", _("Phương diện"), choices=dict(ZoneStatus.Aspect.choices), shown=True),
    Column("value", _("Giá trị"), choices=dict([*ZoneStatus.Main.choices, *ZoneStatus.YesNo.choices]), shown=True),
    Column("is_start", _("Là ngày bắt đầu"), kind="yesno"),
    *TIME_AND_SOURCE,
)

MEASUREMENT = (
    Column("indicator", _("Chỉ tiêu"), related("indicator"), shown=True, long=True, names="indicator"),
    Column("indicator_code", _("Mã chỉ tiêu"), code_of("indicator"), sets="indicator", names="indicator"),
    Column("unit", _("Đơn vị tính"), attrgetter("indicator.unit"), shown=True, fixed=_("Đơn vị tính là của chỉ tiêu.")),
    Column("zone", _("Khu, cụm"), related("zone"), sort="zone", shown=True, long=True, names="zone"),
    *OF_ZONE[1:],
    Column("city", _("Thành phố"), choices=dict(City.choices), shown=True),
    Column("period_start", _("Kỳ từ ngày"), kind="date", shown=True),
    Column("period_end", _("Kỳ đến ngày"), kind="date", shown=True),
    Column("value", _("Giá trị"), kind="number", shown=True),
    Column("value_text", _("Giá trị bằng chữ"), shown=True),
    *TIME_AND_SOURCE,
)
