"""Obstacles (vướng mắc): what holds a zone or a dossier up, whose it is to remove, how, by when, and what is new."""

import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import NOBODY, Access, AccessQuerySet, City, Publicity
from accounts.models import CODE, Agency, Record, User
from accounts.text import Prose, TextLine, fold
from planning.models.dossier import NEEDS_SOURCE, SOURCED, Dossier
from zones.models import Document, Zone
from zones.models.facility import FindQuerySet

STALE_RULE = "obstacle.stale"  # days without an approved update; a rule, so that it changes with the days


class ObstacleState(models.TextChoices):
    """What stands of an obstacle on a day."""

    RESOLVED = "resolved", _("đã tháo gỡ")
    OVERDUE = "overdue", _("quá ngày dự kiến")
    IN_TIME = "in_time", _("đang tháo gỡ")
    NO_DATE = "no_date", _("chưa có ngày dự kiến")


def concerning(agency):
    """The obstacles that an agency, or one that was merged into it, has to remove or has raised."""
    own, raised = Agency.which_is_now(agency, "agency"), Agency.which_is_now(agency, "raised_by")
    return Obstacle.objects.filter(own | raised).order_by()


class ObstacleQuerySet(FindQuerySet):
    def stated(self, day, stale_days=None):
        """With `state`, `then_expected_on`, `told_on` and `is_stale` as they were at the end of `day`: only updates
        that are approved and of that day or before count. `stale_days` None: nothing is stale."""
        told = ObstacleUpdate.objects.filter(
            obstacle=OuterRef("pk"), decision=ObstacleUpdate.Decision.APPROVED, on__lte=day
        ).order_by("-on", "-pk")
        found = self.annotate(told_on=Coalesce(Subquery(told.values("on")[:1]), F("raised_on")))
        if day >= timezone.localdate():  # what is stored holds
            found, resolved = found.annotate(then_expected_on=F("expected_on")), Q(resolved_on__isnull=False)
        else:
            dated = told.filter(expected_on__isnull=False)
            turned = told.filter(kind__in=(ObstacleUpdate.Kind.RESOLVED, ObstacleUpdate.Kind.REOPENED))
            found = found.annotate(
                turn=Coalesce(Subquery(turned.values("kind")[:1]), Value("")),
                then_expected_on=Coalesce(Subquery(dated.values("expected_on")[:1]), F("first_expected_on")),
            )
            resolved = Q(turn=ObstacleUpdate.Kind.RESOLVED)
        silent = NOBODY
        if stale_days is not None:
            silent = ~resolved & Q(told_on__lt=day - datetime.timedelta(days=stale_days))
        return found.annotate(
            state=Case(
                When(resolved, then=Value(ObstacleState.RESOLVED.value)),
                When(then_expected_on__isnull=True, then=Value(ObstacleState.NO_DATE.value)),
                When(then_expected_on__lt=day, then=Value(ObstacleState.OVERDUE.value)),
                default=Value(ObstacleState.IN_TIME.value),
                output_field=models.CharField(max_length=10),
            ),
            is_stale=Case(When(silent, then=True), default=False, output_field=models.BooleanField()),
        )

    def raised_until(self, day):
        """Those that had been raised by the end of `day`."""
        return self.filter(raised_on__lte=day)


class Obstacle(Record):
    """What holds up a zone or a dossier: its cause, who has to remove it, the solution proposed and the day expected.

    `first_expected_on` is the day as first said, `expected_on` the last approved one. Only planning/obstacles.py writes
    `expected_on` and `resolved_on`."""

    class Cause(models.TextChoices):
        CLEARANCE = "clearance", _("giải phóng mặt bằng")
        LAND = "land", _("đất đai: thu hồi, giao, cho thuê, giá")
        PLANNING = "planning", _("quy hoạch")
        PROCEDURE = "procedure", _("thủ tục, thẩm quyền")
        LAW = "law", _("quy định pháp luật")
        INVESTOR = "investor", _("nhà đầu tư hạ tầng")
        CAPITAL = "capital", _("vốn")
        INFRASTRUCTURE = "infrastructure", _("hạ tầng kết nối, điện, nước")
        ENVIRONMENT = "environment", _("môi trường, phòng cháy")
        COORDINATION = "coordination", _("phối hợp giữa các cơ quan")
        OTHER = "other", _("khác")

    code = TextLine(_("mã"), max_length=40, unique=True, validators=[CODE])
    title = TextLine(_("vướng mắc"), max_length=500)
    cause = models.CharField(_("nguyên nhân"), max_length=14, choices=Cause.choices)
    detail = Prose(_("diễn giải"), blank=True)
    zone = models.ForeignKey(
        Zone, models.PROTECT, null=True, blank=True, related_name="obstacles", verbose_name=_("khu, cụm")
    )
    dossier = models.ForeignKey(
        Dossier, models.PROTECT, null=True, blank=True, related_name="obstacles", verbose_name=_("hồ sơ")
    )
    city = models.CharField(_("thành phố"), max_length=3, choices=City.choices, editable=False)
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="obstacles", verbose_name=_("cơ quan chịu trách nhiệm tháo gỡ")
    )
    raised_by = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="raised_obstacles",
        verbose_name=_("cơ quan nêu vướng mắc"),
    )
    officer = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="obstacles", verbose_name=_("người phụ trách")
    )
    raised_on = models.DateField(_("ngày nêu"))
    solution = Prose(_("giải pháp đề xuất"), blank=True)
    first_expected_on = models.DateField(_("ngày dự kiến xong"), null=True, blank=True)
    publicity = models.CharField(
        _("mức công khai"), max_length=10, choices=Publicity.choices, default=Publicity.INTERNAL
    )
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("văn bản")
    )
    source = TextLine(_("nguồn"), max_length=500, blank=True)
    note = Prose(_("ghi chú"), blank=True)

    expected_on = models.DateField(_("ngày dự kiến hiện nay"), null=True, editable=False)
    resolved_on = models.DateField(_("ngày tháo gỡ xong"), null=True, editable=False)
    search = models.TextField(editable=False, default="")

    objects = ObstacleQuerySet.as_manager()
    access = Access(
        city="city",
        agency="agency",
        publicity="publicity",
        also=lambda agency: concerning(agency).values("pk"),
        raised="raised_by",
    )
    DERIVED = ("city", "search")

    class Meta:
        verbose_name = _("vướng mắc")
        verbose_name_plural = pgettext_lazy("nhiều", "vướng mắc")
        ordering = ["-raised_on", "code"]
        indexes = [
            models.Index(fields=["agency", "expected_on"], name="obstacle_agency_expected"),
            models.Index(fields=["city", "-raised_on"], name="obstacle_city_raised"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(zone__isnull=False) | Q(dossier__isnull=False),
                name="obstacle_of_a_subject",
                violation_error_message=_("Chọn khu, cụm hoặc hồ sơ đang vướng."),
            ),
            models.CheckConstraint(
                condition=SOURCED, name="obstacle_has_a_source", violation_error_message=NEEDS_SOURCE
            ),
        ]

    def __str__(self):
        return self.title

    def clean(self):
        super().clean()
        dossier = self.held("dossier")
        if self.zone_id and dossier and dossier.zone_id != self.zone_id:
            raise ValidationError({"dossier": _("Hồ sơ này thuộc khu, cụm khác.")})
        subject = self.held("zone") or dossier
        city = subject.city if subject else ""
        if self.agency_id and city and self.agency.city not in ("", city):
            raise ValidationError({"agency": _("Cơ quan này thuộc thành phố khác.")})
        if self.raised_on and self.raised_on > timezone.localdate():
            raise ValidationError({"raised_on": _("Ngày này ở tương lai.")})
        if self.raised_on and self.first_expected_on and self.first_expected_on < self.raised_on:
            raise ValidationError({"first_expected_on": _("Ngày dự kiến trước ngày nêu.")})
        if self.raised_on and self.pk and self.updates.filter(on__lt=self.raised_on).exists():
            raise ValidationError({"raised_on": _("Đã có cập nhật trước ngày này.")})

    def held(self, name):
        """The zone or dossier, also where whoever reads the record may not see it; None without one."""
        key, field = getattr(self, f"{name}_id"), self._meta.get_field(name)
        return key and (getattr(self, name) or field.related_model.objects.get(pk=key))

    def derive(self):
        """Fill the columns that follow from others, before any way into the database. The name of the zone is no part
        of `search`: it is found by the zones that the reader may see."""
        dossier = self.held("dossier")
        if dossier and not self.zone_id:
            self.zone_id = dossier.zone_id
        subject = self.held("zone") or dossier
        self.city = subject.city if subject else ""
        self.search = f" {fold(' '.join([self.title, self.detail, self.code.replace('-', ' ')]))}"

    def save(self, *args, **kwargs):
        self.derive()
        super().save(*args, **kwargs)


class ObstacleUpdate(models.Model):
    """What is new of an obstacle: it counts once somebody with the right to approve has let it stand.

    Added and decided on by planning/obstacles.py, never changed otherwise."""

    class Kind(models.TextChoices):
        PROGRESS = "progress", _("tiến độ")
        RESOLVED = "resolved", _("đã tháo gỡ xong")
        REOPENED = "reopened", _("vướng lại")

    class Decision(models.TextChoices):
        WAITING = "", _("chờ duyệt")
        APPROVED = "approved", _("đã duyệt")
        REFUSED = "refused", _("trả lại")

    obstacle = models.ForeignKey(Obstacle, models.PROTECT, related_name="updates", verbose_name=_("vướng mắc"))
    kind = models.CharField(_("loại"), max_length=8, choices=Kind.choices, default=Kind.PROGRESS)
    on = models.DateField(_("ngày"))
    text = Prose(_("nội dung"))
    expected_on = models.DateField(_("ngày dự kiến mới"), null=True, blank=True)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("văn bản")
    )
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("cơ quan cập nhật")
    )
    recorded_at = models.DateTimeField(_("ghi nhận lúc"), default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("người ghi nhận")
    )
    decision = models.CharField(
        _("duyệt"), max_length=8, choices=Decision.choices, blank=True, default="", editable=False
    )
    decided_at = models.DateTimeField(_("duyệt lúc"), null=True, editable=False)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("người duyệt")
    )
    decision_note = Prose(_("ý kiến của người duyệt"), blank=True, editable=False)

    objects = AccessQuerySet.as_manager()
    access = Access(
        city="obstacle__city",
        agency="obstacle__agency",
        publicity="obstacle__publicity",
        also=lambda agency: ObstacleUpdate.objects.filter(obstacle__in=concerning(agency)).order_by().values("pk"),
    )
    written_once = frozenset({"decision", "decided_at", "decided_by", "decision_note"})
    TELLING = ("decision", "decision_note")  # columns that no form offers, and that the history tells of

    class Meta:
        verbose_name = _("cập nhật vướng mắc")
        verbose_name_plural = pgettext_lazy("nhiều", "cập nhật vướng mắc")
        ordering = ["on", "pk"]
        indexes = [
            models.Index(fields=["obstacle", "-on"], name="obstacle_update_on"),
            models.Index(fields=["obstacle"], name="obstacle_update_waiting", condition=Q(decision="")),
        ]

    def __str__(self):
        return f"{self.obstacle} {self.on:%d/%m/%Y}"
