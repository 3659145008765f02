"""Tenant projects (dự án thứ cấp) inside zones."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Access, Publicity
from accounts.models import CODE, Record
from accounts.text import Prose, TextLine, fold
from zones.models.area import NOT_NEGATIVE
from zones.models.document import Document
from zones.models.facility import FindQuerySet
from zones.models.zone import OF_ZONE, Zone

MONEY = {"max_digits": 16, "decimal_places": 4, "null": True, "blank": True, "validators": [MinValueValidator(0)]}


class TenantProject(Record):
    """An investor's project in a zone. FDI capital is in triệu USD, DDI capital in tỷ đồng; they are never added."""

    class Origin(models.TextChoices):
        FDI = "FDI", _("đầu tư nước ngoài (FDI)")
        DDI = "DDI", _("đầu tư trong nước (DDI)")

    class Status(models.TextChoices):
        OPERATING = "operating", _("đang hoạt động")
        IMPLEMENTING = "implementing", _("đang triển khai")
        STOPPED = "stopped", _("dừng hoạt động")

    code = TextLine(_("mã"), max_length=40, unique=True, validators=[CODE])
    zone = models.ForeignKey(Zone, models.PROTECT, related_name="projects", verbose_name=_("khu, cụm"))
    name = TextLine(_("tên dự án"), max_length=255)
    investor = TextLine(_("nhà đầu tư"), max_length=255, blank=True)
    country = TextLine(_("quốc tịch nhà đầu tư"), max_length=80, blank=True)
    origin = models.CharField(_("nguồn vốn"), max_length=3, choices=Origin.choices)
    irc_no = TextLine(_("số GCNĐKĐT"), max_length=40, blank=True)
    irc_on = models.DateField(_("ngày cấp GCNĐKĐT"), null=True, blank=True)
    registered_musd = models.DecimalField(_("vốn đăng ký (triệu USD)"), **MONEY)
    realised_musd = models.DecimalField(_("vốn thực hiện (triệu USD)"), **MONEY)
    registered_bn = models.DecimalField(_("vốn đăng ký (tỷ đồng)"), **MONEY)
    realised_bn = models.DecimalField(_("vốn thực hiện (tỷ đồng)"), **MONEY)
    rate_vnd_usd = models.DecimalField(
        _("tỷ giá (đồng/USD)"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
    )
    land_leased_ha = models.DecimalField(
        _("đất thuê (ha)"), max_digits=12, decimal_places=4, null=True, blank=True, validators=NOT_NEGATIVE
    )
    workers = models.PositiveIntegerField(
        _("lao động (người)"), null=True, blank=True, validators=[MaxValueValidator(2_000_000)]
    )
    vsic_code = TextLine(_("mã ngành VSIC"), max_length=10, blank=True)
    status = models.CharField(_("tình trạng"), max_length=12, choices=Status.choices)
    publicity = models.CharField(
        _("mức công khai"), max_length=10, choices=Publicity.choices, default=Publicity.INTERNAL
    )
    as_of = models.DateField(_("số liệu đến ngày"))
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("văn bản")
    )
    source = TextLine(_("nguồn"), max_length=500, blank=True)
    note = Prose(_("ghi chú"), blank=True)
    search = models.TextField(editable=False, default="")

    objects = FindQuerySet.as_manager()
    access = Access(city="zone__city", agency="zone__managing_agency", publicity="publicity", within=OF_ZONE)

    class Meta:
        verbose_name = _("dự án thứ cấp")
        verbose_name_plural = pgettext_lazy("nhiều", "dự án thứ cấp")
        ordering = ["name", "pk"]
        indexes = [
            models.Index(fields=["zone", "status"], name="project_zone_status"),
            models.Index(fields=["name", "id"], name="project_name"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(document__isnull=False) | ~models.Q(source=""),
                name="project_has_a_source",
                violation_error_message=_("Cần một văn bản hoặc một nguồn."),
            )
        ]

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        fdi = self.origin == self.Origin.FDI
        for name in ("registered_bn", "realised_bn") if fdi else ("registered_musd", "realised_musd"):
            if getattr(self, name) is not None:
                raise ValidationError({name: _("Vốn FDI ghi bằng triệu USD, vốn DDI ghi bằng tỷ đồng.")})
        if self.as_of and self.as_of > timezone.localdate():
            raise ValidationError({"as_of": _("Ngày số liệu ở tương lai.")})

    DERIVED = ("search",)

    def derive(self):
        """Fill the columns that follow from others, before any way into the database."""
        self.search = f" {fold(' '.join([self.name, self.code, self.investor]))}"

    def save(self, *args, **kwargs):
        self.derive()
        super().save(*args, **kwargs)
