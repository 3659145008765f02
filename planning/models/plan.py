"""Plans of a city's zones, and what each says of which zone."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Access, City, Publicity
from accounts.models import CODE, Agency, Record
from accounts.text import Prose, TextLine
from zones.models import Document, Zone
from zones.models.area import NOT_NEGATIVE
from zones.models.zone import ZoneKind


class Plan(Record):
    """A development plan (quy hoạch, phương án phát triển): whose, until when, by which document.

    `stated_count` and `stated_area_ha` are the totals that the plan itself gives, when its list is not at hand."""

    code = TextLine(_("mã"), max_length=40, unique=True, validators=[CODE])
    title = TextLine(_("tên"), max_length=300)
    city = models.CharField(_("thành phố"), max_length=3, choices=City.choices)
    kinds = models.JSONField(_("loại khu"), default=list, help_text=_("Các loại khu mà quy hoạch nêu."))
    horizon_from = models.PositiveSmallIntegerField(_("từ năm"), null=True, blank=True)
    horizon_to = models.PositiveSmallIntegerField(_("đến năm"), null=True, blank=True)
    vision_to = models.PositiveSmallIntegerField(_("tầm nhìn đến năm"), null=True, blank=True)
    in_force_from = models.DateField(_("hiệu lực từ"), null=True, blank=True)
    in_force_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    stated_count = models.PositiveIntegerField(_("số khu mà quy hoạch nêu"), null=True, blank=True)
    stated_area_ha = models.DecimalField(
        _("tổng diện tích mà quy hoạch nêu (ha)"),
        max_digits=12,
        decimal_places=4,
        null=True,
        blank=True,
        validators=NOT_NEGATIVE,
    )
    complete = models.BooleanField(
        _("danh mục đầy đủ"), default=False, help_text=_("Danh mục dưới đây là toàn bộ danh mục của quy hoạch.")
    )
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="plans", verbose_name=_("cơ quan giữ hồ sơ")
    )
    publicity = models.CharField(
        _("mức công khai"), max_length=10, choices=Publicity.choices, default=Publicity.INTERNAL
    )
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="plans", verbose_name=_("văn bản phê duyệt")
    )
    source = TextLine(_("nguồn"), max_length=500, blank=True)
    note = Prose(_("ghi chú"), blank=True)

    access = Access(city="city", agency="agency", publicity="publicity")

    class Meta:
        verbose_name = _("quy hoạch")
        verbose_name_plural = pgettext_lazy("nhiều", "quy hoạch")
        ordering = ["city", "horizon_from", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(document__isnull=False) | ~Q(source=""),
                name="plan_has_a_source",
                violation_error_message=_("Cần một văn bản hoặc một nguồn."),
            )
        ]

    def __str__(self):
        return self.title

    def clean(self):
        super().clean()
        if unknown := set(self.kinds or ()) - set(ZoneKind.values):
            raise ValidationError({"kinds": _("Không có loại khu %(kinds)s.") % {"kinds": ", ".join(sorted(unknown))}})
        if self.horizon_from and self.horizon_to and self.horizon_to < self.horizon_from:
            raise ValidationError({"horizon_to": _("Năm cuối trước năm đầu.")})


class PlanEntry(Record):
    """One line of a plan's list: name, place and area as the plan says, and which zone of the register it means."""

    class Intent(models.TextChoices):
        NEW = "new", _("lập mới")
        KEEP = "keep", _("giữ, tiếp tục")
        EXPAND = "expand", _("mở rộng")
        CONVERT = "convert", _("chuyển đổi")
        REMOVE = "remove", _("đưa ra khỏi quy hoạch")
        UNKNOWN = "", _("quy hoạch không nêu")

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="entries", verbose_name=_("quy hoạch"))
    number = models.PositiveSmallIntegerField(_("số thứ tự"))
    name = TextLine(_("tên như quy hoạch ghi"), max_length=200)
    kind = models.CharField(_("loại"), max_length=4, choices=ZoneKind.choices)
    place_text = TextLine(_("địa điểm như quy hoạch ghi"), max_length=300, blank=True)
    area_ha = models.DecimalField(
        _("diện tích (ha)"), max_digits=12, decimal_places=4, null=True, blank=True, validators=NOT_NEGATIVE
    )
    intent = models.CharField(_("định hướng"), max_length=7, choices=Intent.choices, blank=True, default="")
    stage = TextLine(_("giai đoạn đầu tư"), max_length=60, blank=True)
    zone = models.ForeignKey(
        Zone, models.PROTECT, null=True, blank=True, related_name="plan_entries", verbose_name=_("khu trong sổ")
    )
    source = TextLine(_("nguồn"), max_length=500, blank=True)
    note = Prose(_("ghi chú"), blank=True)

    access = Access(city="plan__city", agency="plan__agency", publicity="plan__publicity")

    class Meta:
        verbose_name = _("dòng của quy hoạch")
        verbose_name_plural = pgettext_lazy("nhiều", "dòng của quy hoạch")
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"],
                name="plan_entry_once",
                violation_error_message=_("Quy hoạch này đã có dòng số đó."),
            )
        ]

    def __str__(self):
        return self.name
