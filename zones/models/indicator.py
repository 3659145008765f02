"""Indicators and their measured values by period."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.access import Access, AccessQuerySet, City, seen_by
from accounts.text import TextLine
from zones.models.fact import Fact, FactQuerySet
from zones.models.zone import OF_ZONE


class Indicator(models.Model):
    """What is measured, in which unit, and whether it is a stock (luỹ kế) or a flow (trong kỳ)."""

    class Measure(models.TextChoices):
        STOCK = "stock", _("luỹ kế")
        FLOW = "flow", _("trong kỳ")

    code = TextLine(_("mã"), max_length=40, unique=True)
    name_vi = TextLine(_("tên"), max_length=200)
    name_en = TextLine(_("tên tiếng Anh"), max_length=200, blank=True)
    unit = TextLine(_("đơn vị tính"), max_length=40)
    measure = models.CharField(_("cách đo"), max_length=5, choices=Measure.choices)
    legal_source = TextLine(_("căn cứ"), max_length=300, blank=True)

    objects = AccessQuerySet.as_manager()
    access = Access(reference=True)

    class Meta:
        verbose_name = _("chỉ tiêu")
        verbose_name_plural = pgettext_lazy("nhiều", "chỉ tiêu")
        ordering = ["code"]

    def __str__(self):
        return self.name_en if self.name_en and get_language() == "en" else self.name_vi


class MeasurementQuerySet(FactQuerySet):
    def visible_to(self, user):
        """Values of visible zones, and the published figures of whole cities."""
        if not (user.is_authenticated and user.is_active):
            return self.none()
        return self.filter(Q(zone__isnull=True) | seen_by(user, self.model.access))


class Measurement(Fact):
    """The value of one indicator for a zone, or for a whole city as some source published it."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="values", verbose_name=_("chỉ tiêu"))
    zone = models.ForeignKey(
        "zones.Zone", models.PROTECT, null=True, blank=True, related_name="measurements", verbose_name=_("khu, cụm")
    )
    phase = models.ForeignKey(
        "zones.Phase", models.PROTECT, null=True, blank=True, related_name="measurements", verbose_name=_("giai đoạn")
    )
    city = models.CharField(_("thành phố"), max_length=3, choices=City.choices, blank=True)
    period_start = models.DateField(_("từ"), null=True, blank=True)
    period_end = models.DateField(_("đến"), null=True, blank=True)
    value = models.DecimalField(_("giá trị"), max_digits=20, decimal_places=4, null=True, blank=True)
    value_text = TextLine(
        _("giá trị bằng chữ"), max_length=200, blank=True, help_text=_("Khi nguồn không cho một con số.")
    )

    objects = MeasurementQuerySet.as_manager()
    access = OF_ZONE
    subject_fields = ("indicator_id", "zone_id", "phase_id", "city", "period_start", "period_end")

    class Meta(Fact.Meta):
        verbose_name = _("số đo")
        verbose_name_plural = pgettext_lazy("nhiều", "số đo")
        indexes = [
            *Fact.Meta.indexes,
            models.Index(fields=["zone", "indicator", "-as_of"], name="measurement_zone"),
            models.Index(fields=["city", "indicator", "-as_of"], name="measurement_city"),
            models.Index(fields=["as_of", "recorded_at", "id"], name="measurement_newest"),
        ]
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(zone__isnull=False, city="") | (Q(zone__isnull=True) & ~Q(city="")),
                name="measurement_of_zone_or_city",
                violation_error_message=_("Số đo thuộc một khu, cụm hoặc một thành phố."),
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False) | ~Q(value_text=""),
                name="measurement_says_something",
                violation_error_message=_("Cần một giá trị."),
            ),
        ]

    def __str__(self):
        return f"{self.indicator}: {self.value if self.value is not None else self.value_text}"

    def clean(self):
        super().clean()
        if self.period_start and self.period_end and self.period_start > self.period_end:
            raise ValidationError({"period_end": _("Kỳ kết thúc trước khi bắt đầu.")})
