"""Documents: decisions, letters, plans. Identity is type + number + year + issuer, never the bare number."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, Value, When
from django.db.models.functions import Cast, StrIndex
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Access, AccessQuerySet, City, Publicity
from accounts.jsonrows import Text
from accounts.models import Agency, Record
from accounts.text import Prose, TextLine, fold
from zones.models.fact import Precision

FIRST_YEAR, LAST_YEAR = 1945, 2100


class Document(Record):
    """A document that facts rest on. Số 303/2025/NĐ-CP and 303/2026/NĐ-CP are two documents."""

    class Type(models.TextChoices):
        """Type codes of Nghị định 30/2020/NĐ-CP, Annex III, and what else decides about zones."""

        LAW = "L", _("Luật")
        RESOLUTION = "NQ", _("Nghị quyết")
        DECREE = "NĐ", _("Nghị định")
        CIRCULAR = "TT", _("Thông tư")
        DECISION = "QĐ", _("Quyết định")
        LETTER = "CV", _("Công văn")
        NOTICE = "TB", _("Thông báo")
        PLAN = "KH", _("Kế hoạch")
        PROGRAMME = "CTr", _("Chương trình")
        DIRECTIVE = "CT", _("Chỉ thị")
        REPORT = "BC", pgettext_lazy("một văn bản", "Báo cáo")
        SUBMISSION = "TTr", _("Tờ trình")
        CERTIFICATE = "GCN", _("Giấy chứng nhận đăng ký đầu tư")
        OTHER = "K", _("Văn bản khác")

    type = models.CharField(_("loại"), max_length=4, choices=Type.choices)
    number = TextLine(_("số, ký hiệu"), max_length=80)
    year = models.PositiveSmallIntegerField(
        _("năm"), null=True, blank=True, validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    issuer = TextLine(_("cơ quan ban hành"), max_length=255, blank=True)
    title = TextLine(_("trích yếu"), max_length=500, blank=True)
    signed_on = models.DateField(_("ngày ký"), null=True, blank=True)
    issued_on = models.DateField(_("ngày ban hành"), null=True, blank=True)
    issued_precision = models.CharField(
        _("độ chính xác của ngày"), max_length=8, choices=Precision.choices, default=Precision.DAY
    )
    city = models.CharField(_("thành phố"), max_length=3, choices=City.choices, blank=True)
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="documents", verbose_name=_("cơ quan giữ hồ sơ")
    )
    publicity = models.CharField(
        _("mức công khai"), max_length=10, choices=Publicity.choices, default=Publicity.INTERNAL
    )
    file = models.FileField(_("tệp"), upload_to="documents/", blank=True, editable=False)
    file_name = TextLine(_("tên tệp"), max_length=255, blank=True, editable=False)
    file_sha256 = models.CharField("SHA-256", max_length=64, blank=True, editable=False)
    source = TextLine(_("nguồn"), max_length=500, blank=True)
    note = Prose(_("ghi chú"), blank=True)
    search = models.TextField(editable=False, default="")

    access = Access(city="city", agency="agency", publicity="publicity")

    class Meta:
        verbose_name = _("văn bản")
        verbose_name_plural = pgettext_lazy("nhiều", "văn bản")
        ordering = ["-issued_on", "number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["type", "number", "year", "issuer"],
                name="document_identity",
                violation_error_message=_("Đã có văn bản cùng loại, số, năm và cơ quan ban hành."),
            ),
            models.UniqueConstraint(
                fields=["type", "number", "issuer"],
                condition=models.Q(year__isnull=True),
                name="document_identity_undated",
                violation_error_message=_("Đã có văn bản cùng loại, số và cơ quan ban hành (chưa rõ năm)."),
            ),
        ]

    def __str__(self):
        return f"{self.number} ({self.year})" if self.year and str(self.year) not in self.number else self.number

    @staticmethod
    def label_in_sql():
        """What `str` says."""
        year = Cast("year", models.TextField())
        dated = Text("number", Value(" ("), year, Value(")"))
        lacks_year = Exact(StrIndex("number", year), 0)  # unknown without a year
        return Case(When(lacks_year, then=dated), default="number", output_field=models.TextField())

    def clean(self):
        super().clean()
        for name in ("issued_on", "signed_on"):
            if (day := getattr(self, name)) and not FIRST_YEAR <= day.year <= LAST_YEAR:
                raise ValidationError({name: _("Năm của ngày này không đúng.")})
        day = self.issued_on or self.signed_on
        if day and self.year and day.year != self.year:
            raise ValidationError({"year": _("Năm của văn bản không khớp ngày ban hành.")})

    DERIVED = ("year", "search")

    def derive(self):
        """Fill the columns that follow from others, before any way into the database."""
        if not self.year and (day := self.issued_on or self.signed_on):
            self.year = day.year
        self.search = (
            f" {fold(' '.join([self.get_type_display(), self.number, str(self.year or ''), self.issuer, self.title]))}"
        )

    def save(self, *args, **kwargs):
        self.derive()
        super().save(*args, **kwargs)


class DocumentLink(models.Model):
    """One document acts on another."""

    class Kind(models.TextChoices):
        AMENDS = "amends", _("sửa đổi, bổ sung")
        REPLACES = "replaces", _("thay thế")
        ANNULS = "annuls", _("bãi bỏ")

    document = models.ForeignKey(Document, models.PROTECT, related_name="acts_on", verbose_name=_("văn bản"))
    kind = models.CharField(_("quan hệ"), max_length=8, choices=Kind.choices)
    other = models.ForeignKey(
        Document, models.PROTECT, related_name="acted_on_by", verbose_name=_("văn bản bị tác động")
    )

    objects = AccessQuerySet.as_manager()
    access = Access(
        city="document__city",
        agency="document__agency",
        publicity="document__publicity",
        within=Access(city="other__city", agency="other__agency", publicity="other__publicity"),
    )

    class Meta:
        verbose_name = _("quan hệ văn bản")
        verbose_name_plural = pgettext_lazy("nhiều", "quan hệ văn bản")
        constraints = [
            models.UniqueConstraint(fields=["document", "kind", "other"], name="document_link_once"),
            models.CheckConstraint(condition=~models.Q(document=models.F("other")), name="document_link_not_to_itself"),
        ]

    def __str__(self):
        return f"{self.document} {self.get_kind_display()} {self.other}"
