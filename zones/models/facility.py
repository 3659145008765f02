"""Standalone production facilities (cơ sở sản xuất riêng lẻ): producers outside of any zone."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Access, AccessQuerySet, City, Publicity
from accounts.models import CODE, Agency, Record
from accounts.text import SORT_KEY_LENGTH, Prose, TextLine, fold, sort_key
from zones.models.area import NOT_NEGATIVE
from zones.models.document import Document
from zones.models.place import AdminUnit, PointPrecision
from zones.models.zone import Zone


class FindQuerySet(AccessQuerySet):
    def find(self, text):
        """The rows in whose search text every word of `text` begins a word."""
        found = self
        for word in fold(text).split():
            found = found.filter(search__contains=f" {word}")
        return found


class Facility(Record):
    """A standalone producer and what is to become of it.

    Land in hectares, floor area in m² with its survey day. Classes as in the relocation programmes of the provinces."""

    class RelocationClass(models.TextChoices):
        UNCLASSIFIED = "", _("chưa phân loại")
        COMPULSORY = "compulsory", _("bắt buộc di dời")
        ENCOURAGED = "encouraged", _("khuyến khích di dời")
        MAY_STAY = "may_stay", _("được ở lại")

    class Reason(models.TextChoices):
        NONE = "", "–"
        CONSTRUCTION = "construction", _("vi phạm xây dựng, đô thị")
        ENVIRONMENT = "environment", _("vi phạm môi trường không khắc phục được")
        FIRE = "fire", _("vi phạm phòng cháy không khắc phục được")
        PLANNING = "planning", _("không phù hợp quy hoạch sử dụng đất")

    code = TextLine(_("mã"), max_length=40, unique=True, validators=[CODE])
    name = TextLine(_("tên"), max_length=255)
    city = models.CharField(_("thành phố"), max_length=3, choices=City.choices)
    unit = models.ForeignKey(
        AdminUnit, models.PROTECT, null=True, blank=True, related_name="facilities", verbose_name=_("xã, phường")
    )
    address = TextLine(_("địa chỉ"), max_length=300, blank=True)
    vsic_code = TextLine(_("mã ngành VSIC"), max_length=10, blank=True)
    trade = TextLine(_("ngành nghề"), max_length=200, blank=True)
    land_area_ha = models.DecimalField(
        _("diện tích đất (ha)"), max_digits=12, decimal_places=4, null=True, blank=True, validators=NOT_NEGATIVE
    )
    floor_area_m2 = models.DecimalField(
        _("diện tích sàn (m²)"), max_digits=12, decimal_places=2, null=True, blank=True, validators=NOT_NEGATIVE
    )
    surveyed_on = models.DateField(_("ngày khảo sát"), null=True, blank=True)
    workers = models.PositiveIntegerField(
        _("lao động (người)"), null=True, blank=True, validators=[MaxValueValidator(2_000_000)]
    )
    relocation_class = models.CharField(
        _("phân loại di dời"), max_length=10, choices=RelocationClass.choices, blank=True, default=""
    )
    relocation_reason = models.CharField(_("lý do"), max_length=12, choices=Reason.choices, blank=True, default="")
    destination = models.ForeignKey(
        Zone, models.PROTECT, null=True, blank=True, related_name="arriving", verbose_name=_("khu, cụm tiếp nhận")
    )
    wave = models.PositiveSmallIntegerField(_("đợt di dời"), null=True, blank=True, validators=[MaxValueValidator(99)])
    relocation_due_on = models.DateField(_("hạn di dời"), null=True, blank=True)
    lat = models.FloatField(_("vĩ độ"), null=True, blank=True, validators=[MinValueValidator(6), MaxValueValidator(24)])
    lon = models.FloatField(
        _("kinh độ"), null=True, blank=True, validators=[MinValueValidator(102), MaxValueValidator(118)]
    )
    point_precision = models.CharField(
        _("độ tin cậy của điểm"), max_length=11, choices=PointPrecision.choices, blank=True, default=""
    )
    managing_agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="facilities", verbose_name=_("cơ quan quản lý")
    )
    publicity = models.CharField(
        _("mức công khai"), max_length=10, choices=Publicity.choices, default=Publicity.INTERNAL
    )
    as_of = models.DateField(_("số liệu đến ngày"))
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("văn bản")
    )
    source = TextLine(_("nguồn"), max_length=500, blank=True)
    note = Prose(_("ghi chú"), blank=True)
    name_sort = models.CharField(max_length=SORT_KEY_LENGTH, editable=False, default="")
    search = models.TextField(editable=False, default="")

    objects = FindQuerySet.as_manager()
    access = Access(city="city", agency="managing_agency", publicity="publicity")

    class Meta:
        verbose_name = _("cơ sở sản xuất riêng lẻ")
        verbose_name_plural = pgettext_lazy("nhiều", "cơ sở sản xuất riêng lẻ")
        ordering = ["name_sort", "pk"]
        indexes = [
            models.Index(fields=["name_sort", "id"], name="facility_name_sort"),
            models.Index(fields=["city", "name_sort", "id"], name="facility_city_name"),
            models.Index(fields=["relocation_class", "name_sort", "id"], name="facility_class_name"),
            models.Index(fields=["city", "relocation_class", "name_sort", "id"], name="facility_city_class_name"),
            models.Index(fields=["wave", "name_sort", "id"], name="facility_wave_name"),
            models.Index(fields=["land_area_ha"], name="facility_land"),
            models.Index(fields=["floor_area_m2"], name="facility_floor"),
            models.Index(fields=["workers"], name="facility_workers"),
            models.Index(fields=["relocation_due_on"], name="facility_due"),
            models.Index(fields=["lat", "lon"], name="facility_point"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(document__isnull=False) | ~models.Q(source=""),
                name="facility_has_a_source",
                violation_error_message=_("Cần một văn bản hoặc một nguồn."),
            ),
            models.CheckConstraint(
                condition=models.Q(lat__isnull=True, lon__isnull=True) | models.Q(lat__isnull=False, lon__isnull=False),
                name="facility_point_whole",
                violation_error_message=_("Vĩ độ và kinh độ đi cùng nhau."),
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        if self.relocation_class == self.RelocationClass.COMPULSORY and not self.relocation_reason:
            raise ValidationError({"relocation_reason": _("Di dời bắt buộc cần lý do.")})
        if self.as_of and self.as_of > timezone.localdate():
            raise ValidationError({"as_of": _("Ngày số liệu ở tương lai.")})
        if self.lat is not None and not self.point_precision:
            raise ValidationError({"point_precision": _("Nói rõ điểm này được xác định thế nào.")})

    DERIVED = ("name_sort", "search")

    def derive(self):
        """Fill the columns that follow from others, before any way into the database."""
        self.name_sort = sort_key(self.name)
        self.search = (
            f" {fold(' '.join([self.name, self.code, self.code.replace('-', ' '), self.address, self.trade]))}"
        )

    def save(self, *args, **kwargs):
        self.derive()
        super().save(*args, **kwargs)
