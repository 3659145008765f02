"""Facts of status. Established and operating are two facts: a cluster may operate unestablished."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zones.models.fact import Fact
from zones.models.zone import OF_ZONE


class ZoneStatus(Fact):
    """The zone's status in one aspect from a day on.

    `main` is the planning status in one word; `established` and `operating` are yes or no. With `is_start` the day is
    the one on which it began (a decision, the first lease), otherwise only a day on which it was seen to hold."""

    class Aspect(models.TextChoices):
        MAIN = "main", _("Tình trạng")
        ESTABLISHED = "established", _("Đã thành lập")
        OPERATING = "operating", _("Đã hoạt động")

    class Main(models.TextChoices):
        PROPOSED = "proposed", _("Đề xuất")
        IN_PLAN = "in_plan", _("Trong quy hoạch")
        INVESTMENT_APPROVED = "investment_approved", _("Đã chấp thuận chủ trương đầu tư")
        ESTABLISHED = "established", _("Đã thành lập")
        UNDER_CONSTRUCTION = "under_construction", _("Đang xây dựng hạ tầng")
        OPERATING = "operating", _("Đang hoạt động")
        SUSPENDED = "suspended", _("Tạm dừng, chậm triển khai")
        ANNULLED = "annulled", _("Bãi bỏ quyết định thành lập")
        CONVERTED = "converted", _("Đã chuyển đổi")
        REMOVED = "removed", _("Đưa ra khỏi quy hoạch")
        NOT_LISTED = "not_listed", _("Không có trong danh sách của nguồn")

    class YesNo(models.TextChoices):
        YES = "yes", _("Có")
        NO = "no", _("Không")

    zone = models.ForeignKey("zones.Zone", models.PROTECT, related_name="statuses", verbose_name=_("khu, cụm"))
    phase = models.ForeignKey(
        "zones.Phase", models.PROTECT, null=True, blank=True, related_name="statuses", verbose_name=_("giai đoạn")
    )
    aspect = models.CharField(_("phương diện"), max_length=12, choices=Aspect.choices, default=Aspect.MAIN)
    value = models.CharField(_("giá trị"), max_length=20, choices=[*Main.choices, *YesNo.choices])
    is_start = models.BooleanField(_("là ngày bắt đầu"), default=False)

    access = OF_ZONE
    subject_fields = ("zone_id", "phase_id", "aspect")

    class Meta(Fact.Meta):
        verbose_name = _("tình trạng")
        verbose_name_plural = pgettext_lazy("nhiều", "tình trạng")
        indexes = [*Fact.Meta.indexes, models.Index(fields=["zone", "aspect", "-as_of"], name="status_zone_aspect")]

    def __str__(self):
        return f"{self.get_aspect_display()}: {self.get_value_display()}"

    def clean(self):
        super().clean()
        allowed = self.Main if self.aspect == self.Aspect.MAIN else self.YesNo
        if self.value and self.value not in allowed.values:
            raise ValidationError({"value": _("Giá trị này không hợp với phương diện đã chọn.")})
