"""Law as data with dates: thresholds, clocks, and the days on which offices do not work."""

from collections import defaultdict

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Access, AccessQuerySet, City
from accounts.models import Record
from accounts.templatetags.portal import number
from accounts.text import Prose, TextLine
from planning.clock import LONGEST, Calendar, DayOff, Term, Unit
from zones.models import Document
from zones.models.zone import ZoneKind

SATURDAY = 5
TWICE = _("Đã có quy tắc cùng mã và ngày hiệu lực.")
RULE_CODE = RegexValidator(r"^[a-z0-9]+(?:[._][a-z0-9]+)+$", _("Mã quy tắc như ccn.size.max: chữ thường, chấm."))


class RuleQuerySet(AccessQuerySet):
    def on(self, day):
        """The rules in force on `day`."""
        began = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
        return self.filter(began, Q(valid_to__isnull=True) | Q(valid_to__gte=day))

    def book(self):
        """Every rule, to be asked by code and day without another statement."""
        return RuleBook(self.select_related("document"))


class Rule(Record):
    """One threshold or one clock of the law: a value with its unit, its article and the days on which it is in force.

    A clock's value is a length in working days, days, months or years. `moves`: a last day off moves to the next
    working day (Điều 148 khoản 5 Bộ luật Dân sự 2015). `minimum`: “ít nhất”, never moved."""

    class Kind(models.TextChoices):
        CLOCK = "clock", _("thời hạn")
        THRESHOLD = "threshold", _("ngưỡng")

    class Unit(models.TextChoices):
        WORKING_DAY = "wd", pgettext_lazy("đơn vị", "ngày làm việc")
        DAY = "d", pgettext_lazy("đơn vị", "ngày")
        MONTH = "m", pgettext_lazy("đơn vị", "tháng")
        YEAR = "y", pgettext_lazy("đơn vị", "năm")
        HECTARE = "ha", "ha"
        METRE = "metre", _("mét")
        PERCENT = "%", "%"
        POINT = "point", _("điểm")
        SHARE = "share", _("phần")

    class Certainty(models.TextChoices):
        READ = "V", _("đã đọc điều khoản")
        OCR = "V-OCR", _("đã đọc bản quét")
        SECOND_HAND = "V2", _("theo nguồn thứ cấp")
        REMEMBERED = "R", _("chưa kiểm chứng")
        DESIGNED = "D", _("suy luận, không phải luật")

    TIMES = (Unit.WORKING_DAY, Unit.DAY, Unit.MONTH, Unit.YEAR)

    code = TextLine(_("mã"), max_length=60, validators=[RULE_CODE])
    title = TextLine(_("nội dung"), max_length=300)
    kind = models.CharField(_("loại"), max_length=9, choices=Kind.choices)
    value = models.DecimalField(_("giá trị"), max_digits=12, decimal_places=4, validators=[MinValueValidator(0)])
    unit = models.CharField(_("đơn vị"), max_length=5, choices=Unit.choices)
    moves = models.BooleanField(
        _("ngày cuối nghỉ thì chuyển"), default=True, help_text=_("Khoản 5 Điều 148 Bộ luật Dân sự 2015.")
    )
    minimum = models.BooleanField(_("là mức ít nhất"), default=False)
    valid_from = models.DateField(_("hiệu lực từ"), null=True, blank=True)
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    article = TextLine(_("điều khoản"), max_length=300)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("văn bản")
    )
    certainty = models.CharField(_("độ chắc chắn"), max_length=5, choices=Certainty.choices)
    note = Prose(_("ghi chú"), blank=True)

    objects = RuleQuerySet.as_manager()
    access = Access(reference=True)

    class Meta:
        verbose_name = _("quy tắc")
        verbose_name_plural = pgettext_lazy("nhiều", "quy tắc")
        ordering = ["code", F("valid_from").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="rule_once", violation_error_message=TWICE),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(valid_from__isnull=True),
                name="rule_once_undated",
                violation_error_message=TWICE,
            ),
        ]

    def __str__(self):
        return f"{self.title}: {number(self.value)} {self.get_unit_display()}"

    def clean(self):
        super().clean()
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": _("Ngày hết hiệu lực trước ngày có hiệu lực.")})
        if self.kind == self.Kind.CLOCK and self.unit not in self.TIMES:
            raise ValidationError({"unit": _("Thời hạn tính bằng ngày làm việc, ngày, tháng hoặc năm.")})
        if self.kind == self.Kind.CLOCK and self.value is not None and self.value != int(self.value):
            raise ValidationError({"value": _("Thời hạn là số nguyên.")})
        if self.kind == self.Kind.CLOCK and self.value is not None and self.value > LONGEST[Unit(self.unit)]:
            raise ValidationError({"value": _("Dài hơn một trăm năm.")})
        self.refuse_overlap()

    def refuse_overlap(self):
        """Of one code, one rule is in force on any day."""
        others = type(self).objects.filter(code=self.code).exclude(pk=self.pk)
        if self.valid_to:
            others = others.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=self.valid_to))
        if self.valid_from:
            others = others.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=self.valid_from))
        if found := others.first():
            raise ValidationError({"valid_from": _("Trùng hiệu lực với %(rule)s.") % {"rule": found}})

    @property
    def term(self):
        """The clock's length as planning.clock counts it."""
        return Term(int(self.value), Unit(self.unit), moves=self.moves, minimum=self.minimum)

    def holds_on(self, day):
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class RuleBook:
    """The rules by code; `find(code, day)` is the one in force on that day, or None."""

    def __init__(self, rules):
        self.by_code = defaultdict(list)
        for rule in rules:
            self.by_code[rule.code].append(rule)

    def find(self, code, day):
        return next((rule for rule in self.by_code.get(code, ()) if day and rule.holds_on(day)), None)


class SilenceRule(Record):
    """Where the law says that an agency which does not answer in time is deemed to agree.

    For the zones of a kind in a city (empty: of every kind, in both), while it is in force."""

    title = TextLine(_("nội dung"), max_length=300)
    city = models.CharField(_("thành phố"), max_length=3, choices=City.choices, blank=True)
    zone_kind = models.CharField(_("loại khu"), max_length=4, choices=ZoneKind.choices, blank=True)
    valid_from = models.DateField(_("hiệu lực từ"), null=True, blank=True)
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    article = TextLine(_("điều khoản"), max_length=300)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("văn bản")
    )
    certainty = models.CharField(_("độ chắc chắn"), max_length=5, choices=Rule.Certainty.choices)
    note = Prose(_("ghi chú"), blank=True)

    objects = RuleQuerySet.as_manager()
    access = Access(reference=True)

    class Meta:
        verbose_name = _("quy tắc im lặng là đồng ý")
        verbose_name_plural = pgettext_lazy("nhiều", "quy tắc im lặng là đồng ý")
        ordering = ["city", "zone_kind", F("valid_from").asc(nulls_first=True), "pk"]

    def __str__(self):
        return f"{self.title} ({self.article})"

    def clean(self):
        super().clean()
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": _("Ngày hết hiệu lực trước ngày có hiệu lực.")})

    def covers(self, city, zone_kind, day):
        """Does it hold for a matter of `city` about a zone of `zone_kind` ("" without a zone) on `day`?"""
        began = self.valid_from is None or self.valid_from <= day
        lasts = self.valid_to is None or day <= self.valid_to
        return began and lasts and self.city in ("", city) and self.zone_kind in ("", zone_kind)


class HolidayQuerySet(AccessQuerySet):
    def calendar(self):
        """The working calendar that the table describes; one statement."""
        return Calendar(
            DayOff(on, kind, name, certain=certainty == Holiday.Certainty.SEEN)
            for on, kind, name, certainty in self.values_list("on", "kind", "name", "certainty")
        )


class Holiday(Record):
    """A day on which offices rest although it is a working weekday, or work although it is a Saturday."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("nghỉ lễ, Tết")
        IN_LIEU = "compensatory_off", _("nghỉ bù")
        SWAPPED_OFF = "swapped_off", _("nghỉ hoán đổi")
        WORKDAY = "swapped_workday", _("làm bù")

    class Certainty(models.TextChoices):
        SEEN = "seen", _("đã thấy thông báo")
        COMPUTED = "computed", _("tạm tính")

    on = models.DateField(_("ngày"), unique=True)
    kind = models.CharField(_("loại"), max_length=16, choices=Kind.choices)
    name = TextLine(_("tên"), max_length=200)
    certainty = models.CharField(_("độ chắc chắn"), max_length=8, choices=Certainty.choices)
    source = TextLine(_("nguồn"), max_length=500)
    note = Prose(_("ghi chú"), blank=True)

    objects = HolidayQuerySet.as_manager()
    access = Access(reference=True)

    class Meta:
        verbose_name = _("ngày nghỉ, ngày làm bù")
        verbose_name_plural = pgettext_lazy("nhiều", "ngày nghỉ, ngày làm bù")
        ordering = ["on"]

    def __str__(self):
        return f"{self.on:%d/%m/%Y} {self.name}"

    def clean(self):
        super().clean()
        if self.on and self.kind == self.Kind.WORKDAY and self.on.weekday() < SATURDAY:
            raise ValidationError({"kind": _("Ngày làm bù phải là thứ Bảy hoặc Chủ nhật.")})
