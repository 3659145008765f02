"""Zones, their phases, places and developers. What a zone *is* stands here; what is *said about it* are facts."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Access, AccessQuerySet, City, Publicity
from accounts.jsonrows import Text
from accounts.models import CODE, Agency, Record
from accounts.text import SORT_KEY_LENGTH, Prose, TextLine, fold, sort_key
from zones.models.place import AdminUnit, PointPrecision
from zones.models.standing import ZoneQuerySet

OF_ZONE = Access(
    city="zone__city", agency="zone__managing_agency", publicity="zone__publicity", withdrawn="zone__withdrawn"
)


class ZoneKind(models.TextChoices):
    KCN = "KCN", _("Khu công nghiệp")
    KCX = "KCX", _("Khu chế xuất")
    KCNC = "KCNC", _("Khu công nghệ cao")
    CCN = "CCN", _("Cụm công nghiệp")


class Zone(Record):
    """An industrial park, export-processing zone, high-tech park or industrial cluster.

    The `now_…` columns repeat what the ledger says today, for lists that filter and sort; only zones/recording.py
    writes them. Read figures through `Zone.objects.on(day)`, which gives `status`, `area_ha` … for any day."""

    class ParkType(models.TextChoices):
        GENERAL = "general", _("thông thường")
        EPZ = "epz", _("chế xuất")
        SUPPORTING = "supporting", _("hỗ trợ")
        SPECIALISED = "specialised", _("chuyên ngành")
        ECO = "eco", _("sinh thái")
        HIGHTECH = "hightech_ip", _("công nghệ cao")
        CRAFT = "craft_village", _("làng nghề")
        UNKNOWN = "", _("chưa rõ")

    class Relation(models.TextChoices):
        EXPANSION = "expansion", _("mở rộng của")
        PHASE = "phase", _("giai đoạn của")
        NONE = "", "–"

    code = TextLine(_("mã"), max_length=40, unique=True, validators=[CODE])
    name = TextLine(_("tên"), max_length=200)
    kind = models.CharField(_("loại"), max_length=4, choices=ZoneKind.choices)
    park_type = models.CharField(_("loại hình"), max_length=14, choices=ParkType.choices, blank=True, default="")
    city = models.CharField(_("thành phố"), max_length=3, choices=City.choices)
    place_text = TextLine(_("địa điểm như nguồn ghi"), max_length=300, blank=True)
    managing_agency = models.ForeignKey(Agency, models.PROTECT, related_name="zones", verbose_name=_("cơ quan quản lý"))
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("khu gốc")
    )
    relation = models.CharField(
        _("quan hệ với khu gốc"), max_length=10, choices=Relation.choices, blank=True, default=""
    )
    inner_city = models.BooleanField(_("trong nội thành"), null=True, blank=True)
    term_years = models.PositiveSmallIntegerField(
        _("thời hạn (năm)"), null=True, blank=True, validators=[MaxValueValidator(200)]
    )
    lat = models.FloatField(_("vĩ độ"), null=True, blank=True, validators=[MinValueValidator(6), MaxValueValidator(24)])
    lon = models.FloatField(
        _("kinh độ"), null=True, blank=True, validators=[MinValueValidator(102), MaxValueValidator(118)]
    )
    point_precision = models.CharField(
        _("độ tin cậy của điểm"), max_length=11, choices=PointPrecision.choices, blank=True, default=""
    )
    publicity = models.CharField(
        _("mức công khai"), max_length=10, choices=Publicity.choices, default=Publicity.INTERNAL
    )
    source = TextLine(_("nguồn"), max_length=500, blank=True)
    source_on = models.DateField(_("ngày của nguồn"), null=True, blank=True)
    note = Prose(_("ghi chú"), blank=True)
    units = models.ManyToManyField(AdminUnit, through="ZoneUnit", related_name="zones", verbose_name=_("địa bàn"))

    name_sort = models.CharField(max_length=SORT_KEY_LENGTH, editable=False, default="")
    search = models.TextField(editable=False, default="")
    withdrawn = models.BooleanField(_("đã rút khỏi sổ"), default=False, editable=False)
    ledger = models.PositiveIntegerField(default=0, editable=False)
    now_status = models.CharField(max_length=20, editable=False, default="")
    now_established = models.BooleanField(null=True, editable=False)
    now_established_on = models.DateField(null=True, editable=False)
    now_operating = models.BooleanField(null=True, editable=False)
    now_area_ha = models.DecimalField(max_digits=12, decimal_places=4, null=True, editable=False)
    now_area_kind = models.CharField(max_length=12, editable=False, default="")
    now_industrial_ha = models.DecimalField(max_digits=12, decimal_places=4, null=True, editable=False)
    now_leased_ha = models.DecimalField(max_digits=12, decimal_places=4, null=True, editable=False)
    now_occupied_ha = models.DecimalField(max_digits=12, decimal_places=4, null=True, editable=False)
    now_occupiable_ha = models.DecimalField(max_digits=12, decimal_places=4, null=True, editable=False)
    now_occupancy_basis = models.CharField(max_length=10, editable=False, default="")
    now_stated_pct = models.DecimalField(max_digits=6, decimal_places=2, null=True, editable=False)
    now_has_boundary = models.BooleanField(default=False, editable=False)
    now_has_decision = models.BooleanField(default=False, editable=False)

    objects = ZoneQuerySet.as_manager()
    access = Access(city="city", agency="managing_agency", publicity="publicity", withdrawn="withdrawn")

    class Meta:
        verbose_name = _("khu, cụm")
        verbose_name_plural = pgettext_lazy("nhiều", "khu, cụm")
        ordering = ["name_sort", "pk"]
        indexes = [
            models.Index(fields=["city", "kind", "now_status"], name="zone_city_kind_status"),
            models.Index(fields=["name_sort", "id"], name="zone_name_sort"),
            models.Index(fields=["managing_agency"], name="zone_agency"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True, relation="") | (Q(parent__isnull=False) & ~Q(relation="")),
                name="zone_parent_with_relation",
                violation_error_message=_("Khu gốc và quan hệ với khu gốc đi cùng nhau."),
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="zone_not_its_own_parent",
                violation_error_message=_("Một khu không thể là khu gốc của chính nó."),
            ),
            models.CheckConstraint(
                condition=Q(lat__isnull=True, lon__isnull=True) | Q(lat__isnull=False, lon__isnull=False),
                name="zone_point_whole",
                violation_error_message=_("Vĩ độ và kinh độ đi cùng nhau."),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def etag(self) -> str:
        """Changes with every correction and with every fact."""
        return f'"{self.version}.{self.ledger}"'

    @staticmethod
    def etag_in_sql():
        return Text(Value('"'), "version", Value("."), "ledger", Value('"'))

    def clean(self):
        super().clean()
        if self.lat is not None and not self.point_precision:
            raise ValidationError({"point_precision": _("Nói rõ điểm này được xác định thế nào.")})

    DERIVED = ("name_sort", "search")

    def derive(self):
        """Fill the columns that follow from others, before any way into the database."""
        self.name_sort = sort_key(self.name)
        self.search = search_text(self.code, self.name, self.kind)

    def save(self, *args, **kwargs):
        self.derive()
        super().save(*args, **kwargs)

    def _do_update(self, base_qs, using, pk_val, values, update_fields, forced_update):
        """A correction leaves the ledger's columns alone, or it would undo a fact recorded since this row was read."""
        own = [one for one in values if one[0].name != "ledger" and not one[0].name.startswith("now_")]
        return super()._do_update(base_qs, using, pk_val, own, update_fields, forced_update)


KIND_WORDS = re.compile(
    r"^(khu cong nghiep cong nghe cao|khu cong nghe cao|khu cong nghiep ho tro|khu cong nghiep|khu che xuat"
    r"|cum cong nghiep lang nghe|cum cong nghiep tap trung|cum cong nghiep)\s+"
)
NUMERALS = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}


def search_text(code, name, kind):
    """What the search box looks through: folded name, code, kind, initials and short forms, each word after a space.

    "Khu công nghiệp Lê Minh Xuân 2" is found as "LMX 2", "lmx2" and "kcn le minh xuan"; "giai đoạn 3" also as "gd3"."""
    folded = re.sub(r"[^\w\s]", " ", fold(name))
    own = KIND_WORDS.sub("", folded)
    words = [NUMERALS.get(word, word) for word in own.split()]
    plain = " ".join(words)
    before_phase = re.split(r"\b(?:giai doan|mo rong)\b", plain)[0].split()
    initials = "".join(word[0] for word in before_phase if not word.isdigit())
    short = [initials, initials + "".join(word for word in before_phase if word.isdigit())]
    if phase := re.search(r"giai doan (\d+)", plain):
        short += [f"gd{phase[1]}", f"gd {phase[1]}"]
    if "mo rong" in plain:
        short.append("mr")
    return " " + " ".join([folded, plain, fold(code), fold(code).replace("-", " "), kind.lower(), *short])


class ZoneUnit(models.Model):
    """A zone lies in a unit, during the unit's time; not `certain` when the data only narrows it down to some."""

    zone = models.ForeignKey(Zone, models.CASCADE, related_name="places", verbose_name=_("khu, cụm"))
    unit = models.ForeignKey(AdminUnit, models.PROTECT, related_name="zone_links", verbose_name=_("đơn vị hành chính"))
    certain = models.BooleanField(_("chắc chắn"), default=True)
    source = TextLine(_("nguồn"), max_length=500, blank=True)

    objects = AccessQuerySet.as_manager()
    access = OF_ZONE

    class Meta:
        verbose_name = _("địa bàn của khu, cụm")
        verbose_name_plural = pgettext_lazy("nhiều", "địa bàn của khu, cụm")
        constraints = [models.UniqueConstraint(fields=["zone", "unit"], name="zone_unit_once")]

    def __str__(self):
        return f"{self.zone} – {self.unit}"


class Phase(Record):
    """A phase (giai đoạn) of a zone; its areas and statuses are facts that name it."""

    zone = models.ForeignKey(Zone, models.PROTECT, related_name="phases", verbose_name=_("khu, cụm"))
    number = models.PositiveSmallIntegerField(
        _("giai đoạn số"), validators=[MinValueValidator(1), MaxValueValidator(99)]
    )
    name = TextLine(_("tên"), max_length=200, blank=True)
    source = TextLine(_("nguồn"), max_length=500, blank=True)
    note = Prose(_("ghi chú"), blank=True)

    access = OF_ZONE

    class Meta:
        verbose_name = _("giai đoạn")
        verbose_name_plural = pgettext_lazy("nhiều", "giai đoạn")
        ordering = ["zone", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "number"],
                name="phase_once",
                violation_error_message=_("Khu này đã có giai đoạn số đó."),
            )
        ]

    def __str__(self):
        return self.name or _("Giai đoạn %(number)s") % {"number": self.number}


class Developer(Record):
    """An infrastructure developer (chủ đầu tư hạ tầng)."""

    class Kind(models.TextChoices):
        ENTERPRISE = "enterprise", _("doanh nghiệp")
        PUBLIC = "public", _("đơn vị sự nghiệp, ban quản lý dự án")
        UNKNOWN = "", _("chưa rõ")

    name = TextLine(_("tên"), max_length=255, unique=True)
    kind = models.CharField(_("loại"), max_length=10, choices=Kind.choices, blank=True, default="")
    tax_code = TextLine(_("mã số thuế"), max_length=20, blank=True)
    country = TextLine(_("quốc tịch"), max_length=80, blank=True)
    search = models.CharField(max_length=300, editable=False, default="")

    access = Access(reference=True)

    class Meta:
        verbose_name = _("chủ đầu tư hạ tầng")
        verbose_name_plural = pgettext_lazy("nhiều", "chủ đầu tư hạ tầng")
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.search = f" {fold(self.name)}"
        super().save(*args, **kwargs)


class DeveloperShare(models.Model):
    """A developer's part in a zone. A KCN has one or many (NĐ 35/2022 Đ6.5)."""

    zone = models.ForeignKey(Zone, models.PROTECT, related_name="developers", verbose_name=_("khu, cụm"))
    phase = models.ForeignKey(
        Phase, models.PROTECT, null=True, blank=True, related_name="developers", verbose_name=_("giai đoạn")
    )
    developer = models.ForeignKey(
        Developer, models.PROTECT, related_name="shares", verbose_name=_("chủ đầu tư hạ tầng")
    )
    area_ha = models.DecimalField(
        _("diện tích (ha)"), max_digits=12, decimal_places=4, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    valid_from = models.DateField(_("từ ngày"), null=True, blank=True)
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    source = TextLine(_("nguồn"), max_length=500, blank=True)
    note = Prose(_("ghi chú"), blank=True)

    objects = AccessQuerySet.as_manager()
    access = OF_ZONE

    class Meta:
        verbose_name = _("phần của chủ đầu tư")
        verbose_name_plural = pgettext_lazy("nhiều", "phần của chủ đầu tư")
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "developer"],
                condition=Q(phase__isnull=True, valid_from__isnull=True),
                name="share_once",
            )
        ]

    def __str__(self):
        return f"{self.developer} – {self.zone}"
