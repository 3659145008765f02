"""Facts of area: there is never one "area", each figure says which kind it is. Hectares, four decimals."""

from decimal import ROUND_HALF_UP, Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.templatetags.portal import number, percent
from zones.models.fact import Fact
from zones.models.zone import OF_ZONE, ZoneKind

NOT_NEGATIVE = [MinValueValidator(Decimal(0), message=_("Diện tích không được âm."))]


class ZoneArea(Fact):
    """Hectares of one kind of land of a zone or one of its phases."""

    class Kind(models.TextChoices):
        IN_PLAN = "in_plan", _("theo quy hoạch tỉnh, thành phố")
        STUDY = "study", _("nghiên cứu lập quy hoạch")
        ZONING = "zoning", _("theo quy hoạch phân khu")
        DECISION = "decision", _("theo quyết định thành lập, chủ trương đầu tư")
        STATED = "stated", _("tổng diện tích nguồn nêu, chưa rõ loại")
        STATE_LEASED = "state_leased", _("Nhà nước đã giao, cho thuê")
        CLEARED = "cleared", _("đã giải phóng mặt bằng")
        INDUSTRIAL = "industrial", _("đất công nghiệp")
        SERVICE = "service", _("đất dịch vụ")
        READY = "ready", _("đất công nghiệp đủ điều kiện cho thuê")
        LEASED = "leased", _("đất công nghiệp đã cho thuê")
        AVAILABLE = "available", _("đất công nghiệp còn cho thuê được")

    # The kinds that can stand for the whole zone, best first.
    WHOLE = (Kind.DECISION, Kind.ZONING, Kind.IN_PLAN, Kind.STATED, Kind.STUDY)

    zone = models.ForeignKey("zones.Zone", models.PROTECT, related_name="areas", verbose_name=_("khu, cụm"))
    phase = models.ForeignKey(
        "zones.Phase", models.PROTECT, null=True, blank=True, related_name="areas", verbose_name=_("giai đoạn")
    )
    kind = models.CharField(_("loại diện tích"), max_length=12, choices=Kind.choices)
    value_ha = models.DecimalField(_("diện tích (ha)"), max_digits=12, decimal_places=4, validators=NOT_NEGATIVE)

    access = OF_ZONE
    subject_fields = ("zone_id", "phase_id", "kind")

    class Meta(Fact.Meta):
        verbose_name = _("diện tích")
        verbose_name_plural = pgettext_lazy("nhiều", "diện tích")
        indexes = [*Fact.Meta.indexes, models.Index(fields=["zone", "kind", "-as_of"], name="area_zone_kind")]

    def __str__(self):
        return f"{self.get_kind_display()}: {number(self.value_ha)} ha"


class LandUse(Fact):
    """One line of a land-use balance (cơ cấu sử dụng đất); the lines of one document are one balance."""

    class Code(models.TextChoices):
        CN = "CN", _("Công nghiệp, kho tàng")
        DV = "DV", _("Dịch vụ")
        HC = "HC", _("Hành chính")
        AN = "AN", _("An ninh")
        CX = "CX", _("Cây xanh")
        MN = "MN", _("Mặt nước")
        GT = "GT", _("Giao thông")
        HTKT = "HTKT", _("Hạ tầng kỹ thuật")
        P = "P", _("Bãi đỗ xe")
        NT = "NT", _("Nghĩa trang")
        OTHER = "K", _("Khác")

    # Decisions say "khoảng": the lines of a balance may miss their total by this much.
    TOLERANCE_HA = Decimal("0.05")

    zone = models.ForeignKey("zones.Zone", models.PROTECT, related_name="land_uses", verbose_name=_("khu, cụm"))
    phase = models.ForeignKey(
        "zones.Phase", models.PROTECT, null=True, blank=True, related_name="land_uses", verbose_name=_("giai đoạn")
    )
    code = models.CharField(_("loại đất"), max_length=4, choices=Code.choices)
    value_ha = models.DecimalField(_("diện tích (ha)"), max_digits=12, decimal_places=4, validators=NOT_NEGATIVE)

    access = OF_ZONE
    subject_fields = ("zone_id", "phase_id", "code")

    class Meta(Fact.Meta):
        verbose_name = _("cơ cấu sử dụng đất")
        verbose_name_plural = pgettext_lazy("nhiều", "cơ cấu sử dụng đất")
        indexes = [*Fact.Meta.indexes, models.Index(fields=["zone", "code", "-as_of"], name="landuse_zone_code")]

    def __str__(self):
        return f"{self.code}: {number(self.value_ha)} ha"


class OccupancyBasis(models.TextChoices):
    """How occupancy is counted; the law of each kind and time has its own way."""

    CCN_2024 = "ccn_2024", _("đất CN đã cho thuê hoặc đã có chủ trương, GCNĐKĐT / tổng đất CN (NĐ 32/2024 Đ2.7)")
    KCN_2022 = "kcn_2022", _("đất CN + dịch vụ đã cho thuê / đất CN + dịch vụ (NĐ 35/2022 Đ2.22)")
    KCN_2013 = "kcn_2013", _("đất CN đã cho thuê / đất CN (NĐ 164/2013)")
    KCNC_2026 = "kcnc_2026", _("đất đã đưa vào sử dụng / đất giao, cho thuê theo phân khu (NĐ 260/2026 Đ3.4)")
    READY = "ready", _("đất CN đã cho thuê / đất CN đủ điều kiện cho thuê")
    CLEARED = "cleared", _("đất CN đã cho thuê / đất đã giải phóng mặt bằng")
    UNSTATED = "unstated", _("nguồn không nêu cách tính")


LEGAL_BASIS = {
    ZoneKind.CCN: OccupancyBasis.CCN_2024,
    ZoneKind.KCN: OccupancyBasis.KCN_2022,
    ZoneKind.KCX: OccupancyBasis.KCN_2022,
    ZoneKind.KCNC: OccupancyBasis.KCNC_2026,
}


class Occupancy(Fact):
    """Occupancy as numerator, denominator and basis. A bare percentage that a source printed is kept, never summed."""

    zone = models.ForeignKey("zones.Zone", models.PROTECT, related_name="occupancies", verbose_name=_("khu, cụm"))
    phase = models.ForeignKey(
        "zones.Phase", models.PROTECT, null=True, blank=True, related_name="occupancies", verbose_name=_("giai đoạn")
    )
    basis_code = models.CharField(_("cách tính"), max_length=10, choices=OccupancyBasis.choices)
    numerator_ha = models.DecimalField(
        _("tử số (ha)"), max_digits=12, decimal_places=4, null=True, blank=True, validators=NOT_NEGATIVE
    )
    denominator_ha = models.DecimalField(
        _("mẫu số (ha)"), max_digits=12, decimal_places=4, null=True, blank=True, validators=NOT_NEGATIVE
    )
    stated_pct = models.DecimalField(
        _("tỷ lệ nguồn công bố (%)"), max_digits=6, decimal_places=2, null=True, blank=True, validators=NOT_NEGATIVE
    )

    access = OF_ZONE
    subject_fields = ("zone_id", "phase_id")

    class Meta(Fact.Meta):
        verbose_name = _("tỷ lệ lấp đầy")
        verbose_name_plural = pgettext_lazy("nhiều", "tỷ lệ lấp đầy")
        indexes = [*Fact.Meta.indexes, models.Index(fields=["zone", "-as_of"], name="occupancy_zone")]
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(numerator_ha__isnull=False, denominator_ha__isnull=False)
                | models.Q(stated_pct__isnull=False),
                name="occupancy_says_something",
                violation_error_message=_("Cần tử số và mẫu số, hoặc tỷ lệ mà nguồn công bố."),
            ),
        ]

    def __str__(self):
        return (
            f"{number(self.numerator_ha)} / {number(self.denominator_ha)} ha"
            if self.counted
            else percent(self.stated_pct)
        )

    @property
    def counted(self):
        return self.numerator_ha is not None and self.denominator_ha is not None

    def clean(self):
        super().clean()
        if self.counted and self.numerator_ha > self.denominator_ha:
            raise ValidationError({"numerator_ha": _("Tử số lớn hơn mẫu số.")})


def occupancy_pct(numerator_ha, denominator_ha):
    """Σ/Σ in percent, two decimals, halves up; None (shown as –) when either is missing or the denominator is 0."""
    if numerator_ha is None or not denominator_ha:
        return None
    return (Decimal(numerator_ha) / Decimal(denominator_ha) * 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
