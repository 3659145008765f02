"""The ledger: a fact is added, never overwritten. It knows two times: from when it holds, and when we learnt it."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessQuerySet
from accounts.text import Prose, TextLine


class Precision(models.TextChoices):
    """How exactly a day is known. A month, quarter or year is stored as its last day."""

    DAY = "day", _("ngày")
    MONTH = "month", _("tháng")
    QUARTER = "quarter", _("quý")
    YEAR = "year", _("năm")
    UNKNOWN = "unknown", _("không rõ ngày")


class Standing(models.TextChoices):
    """What the register makes of a value when sources disagree: the one it uses, or one that is kept beside it."""

    ADOPTED = "adopted", _("số dùng")
    REPORTED = "reported", _("số nguồn khác")


class FactQuerySet(AccessQuerySet):
    def on(self, day, known=None):
        """What holds on `day`, as known at `known` (now when None).

        A superseded value keeps holding on the days before its successor begins; a withdrawn one never held."""
        gone = Q(superseded_at__isnull=False) if known is None else Q(superseded_at__lte=known)
        found = self.filter(as_of__lte=day).exclude(gone & Q(superseded_as_of__lte=day))
        return found if known is None else found.filter(recorded_at__lte=known)

    def known(self, moment):
        """What the ledger said at `moment`, whichever day it speaks of."""
        return self.filter(recorded_at__lte=moment).filter(Q(superseded_at__isnull=True) | Q(superseded_at__gt=moment))

    def in_force(self):
        """What nobody has superseded or withdrawn."""
        return self.filter(superseded_at__isnull=True)

    def best_first(self, *before):
        """The order of belief: adopted before reported, dated before undated, late before early."""
        undated = Case(When(as_of_precision=Precision.UNKNOWN, then=Value(1)), default=Value(0))
        return self.order_by(*before, "standing", undated, "-as_of", "-recorded_at", "-pk")


class Fact(models.Model):
    """One value, from one day on, resting on a document or a named source."""

    as_of = models.DateField(_("từ ngày"), help_text=_("Ngày mà giá trị bắt đầu đúng."))
    as_of_precision = models.CharField(
        _("độ chính xác"), max_length=8, choices=Precision.choices, default=Precision.DAY
    )
    recorded_at = models.DateTimeField(_("ghi nhận lúc"), default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        "accounts.User",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("người ghi nhận"),
    )
    document = models.ForeignKey(
        "zones.Document", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("văn bản")
    )
    source = TextLine(
        _("nguồn"),
        max_length=500,
        blank=True,
        help_text=_("Khi không có văn bản: địa chỉ trang, tên báo cáo, người cung cấp."),
    )
    source_on = models.DateField(_("ngày của nguồn"), null=True, blank=True)
    standing = models.CharField(_("cách dùng"), max_length=8, choices=Standing.choices, default=Standing.ADOPTED)
    note = Prose(_("ghi chú"), blank=True)
    superseded_by = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="supersedes",
        verbose_name=_("được thay bằng"),
    )
    superseded_at = models.DateTimeField(_("bị thay lúc"), null=True, blank=True, editable=False)
    superseded_as_of = models.DateField(_("không còn đúng từ ngày"), null=True, blank=True, editable=False)
    origin = models.CharField(max_length=120, null=True, blank=True, unique=True, editable=False)

    objects = FactQuerySet.as_manager()
    written_once = frozenset({"superseded_by", "superseded_at", "superseded_as_of"})
    subject_fields = ("zone_id", "phase_id")

    class Meta:
        abstract = True
        ordering = ["-as_of", "-recorded_at", "-pk"]
        indexes = [  # what people recorded lately, and when what nobody in person recorded was loaded
            models.Index(fields=["recorded_at"], condition=Q(recorded_by__isnull=False), name="%(class)s_recorded"),
            models.Index(fields=["recorded_at"], condition=Q(recorded_by__isnull=True), name="%(class)s_loaded"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(document__isnull=False) | ~Q(source=""),
                name="%(class)s_has_a_source",
                violation_error_message=_("Cần một văn bản hoặc một nguồn."),
            )
        ]

    def clean(self):
        super().clean()
        if self.phase_id and self.phase.zone_id != self.zone_id:
            raise ValidationError({"phase": _("Giai đoạn này thuộc khu khác.")})
        if self.as_of and self.as_of > timezone.localdate():
            raise ValidationError(
                {"as_of": _("Ngày này ở tương lai. Dự kiến được ghi ở phần quy hoạch, không phải số liệu.")}
            )

    def holds_on(self, day, known=None):
        """The same as `on(day, known)`, of a fact at hand that began by then and was known."""
        gone = self.superseded_at is not None and (known is None or self.superseded_at <= known)
        return not (gone and self.superseded_as_of is not None and self.superseded_as_of <= day)

    def same_subject(self):
        """The facts that say the same kind of thing about the same subject."""
        return type(self).objects.filter(**{name: getattr(self, name) for name in self.subject_fields})


def dated(fact):
    """The fact's day as precisely as it is known: 31/12/2017 with precision year is "2017"."""
    return spelled(fact.as_of, fact.as_of_precision)


def spelled(day, precision):
    """A day as precisely as it is known, "" when it is not."""
    return {
        Precision.YEAR: f"{day:%Y}",
        Precision.QUARTER: f"Q{(day.month + 2) // 3}/{day:%Y}",
        Precision.MONTH: f"{day:%m/%Y}",
        Precision.UNKNOWN: "",
    }.get(precision, f"{day:%d/%m/%Y}")
