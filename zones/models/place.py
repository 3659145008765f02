"""Places: administrative units of every era and how old ones passed into new ones."""

from django.db import models
from django.db.models import ExpressionWrapper, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Access, AccessQuerySet, City
from accounts.text import TextLine, fold


class PointPrecision(models.TextChoices):
    """How far a point can be trusted."""

    SURVEYED = "surveyed", _("đo đạc")
    ADDRESS = "address", _("theo địa chỉ")
    UNIT_CENTRE = "unit_centre", _("tâm đơn vị hành chính")
    UNKNOWN = "", _("chưa có")


class AdminUnitQuerySet(AccessQuerySet):
    def in_force(self, day):
        """The units that existed on `day`."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day), Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        )


class AdminUnit(models.Model):
    """A province, district or commune. Codes are issued again: a unit is its code in its own time.

    Districts ended on 30/6/2025 (Nghị quyết 202/2025/QH15). `lat`, `lon`: centre, degrees WGS 84."""

    class Level(models.TextChoices):
        PROVINCE = "province", _("Tỉnh, thành phố")
        DISTRICT = "district", _("Quận, huyện (đến 30/6/2025)")
        COMMUNE = "commune", _("Xã, phường, đặc khu")

    level = models.CharField(_("cấp"), max_length=10, choices=Level.choices)
    code = TextLine(_("mã"), max_length=10)
    name = TextLine(_("tên"), max_length=120)
    name_fold = models.CharField(max_length=120, editable=False, default="")
    city = models.CharField(_("thành phố"), max_length=3, choices=City.choices, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("thuộc")
    )
    valid_from = models.DateField(_("có từ ngày"), null=True, blank=True)
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    lat = models.FloatField(_("vĩ độ"), null=True, blank=True)
    lon = models.FloatField(_("kinh độ"), null=True, blank=True)
    area_km2 = models.DecimalField(_("diện tích (km²)"), max_digits=12, decimal_places=4, null=True, blank=True)
    source = TextLine(_("nguồn"), max_length=500, blank=True)

    objects = AdminUnitQuerySet.as_manager()
    access = Access(reference=True)

    class Meta:
        verbose_name = _("đơn vị hành chính")
        verbose_name_plural = pgettext_lazy("nhiều", "đơn vị hành chính")
        ordering = ["level", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["level", "code"], condition=Q(valid_to__isnull=True), name="unit_once_today"
            ),
            models.UniqueConstraint(fields=["level", "code", "valid_to"], name="unit_once_an_era"),
        ]
        indexes = [models.Index(fields=["name_fold"], name="unit_name_fold")]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.name_fold = fold(self.name)
        super().save(*args, **kwargs)

    @property
    def is_former(self):
        return self.valid_to is not None

    @staticmethod
    def is_former_in_sql():
        return ExpressionWrapper(Q(valid_to__isnull=False), models.BooleanField())

    def existed_on(self, day):
        """The same as `in_force(day)`, of one unit that is at hand."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class UnitSuccession(models.Model):
    """An old commune passed into a new one, whole or in part. One old unit may have several heirs."""

    old = models.ForeignKey(AdminUnit, models.PROTECT, related_name="heirs", verbose_name=_("đơn vị cũ"))
    new = models.ForeignKey(AdminUnit, models.PROTECT, related_name="forebears", verbose_name=_("đơn vị mới"))
    whole = models.BooleanField(_("toàn bộ"), help_text=_("Bỏ chọn khi đơn vị cũ bị chia cho nhiều đơn vị mới."))
    on = models.DateField(_("từ ngày"))
    source = TextLine(_("nguồn"), max_length=500, blank=True)

    objects = AccessQuerySet.as_manager()
    access = Access(reference=True)

    class Meta:
        verbose_name = _("kế thừa đơn vị hành chính")
        verbose_name_plural = pgettext_lazy("nhiều", "kế thừa đơn vị hành chính")
        constraints = [models.UniqueConstraint(fields=["old", "new"], name="succession_once")]

    def __str__(self):
        return f"{self.old} → {self.new}"
