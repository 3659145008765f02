"""Directives of the leaders and the tasks in them: one lead, many partners, a deadline as it was written, a proof."""

import datetime

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Access, AccessQuerySet, City, Publicity
from accounts.models import CODE, Agency, Record, User
from accounts.text import Prose, TextLine, fold
from planning import clock
from planning.clock.limits import last_of_period
from planning.models.dossier import NEEDS_SOURCE, SOURCED, Dossier
from zones.models import Document, Precision, Zone
from zones.models.facility import FindQuerySet

PERIODS = {Precision.MONTH: 1, Precision.QUARTER: 3, Precision.YEAR: 12}  # months; known by their last day
FAR = datetime.date(datetime.MAXYEAR - 1, 12, 31)  # the calendar knows what comes after it


class TaskClass(models.TextChoices):
    """The classes of báo cáo 1270/BC-TCTTTg (2017) under QĐ 42/2014/QĐ-TTg, and tasks without a deadline."""

    DONE_ON_TIME = "done_on_time", _("hoàn thành đúng hạn")
    DONE_LATE = "done_late", _("hoàn thành quá hạn")
    OPEN_IN_TIME = "open_in_time", _("chưa hoàn thành, trong hạn")
    OPEN_OVERDUE = "open_overdue", _("chưa hoàn thành, quá hạn")
    NO_DEADLINE = "no_deadline", _("không giao thời hạn")
    DONE_NO_DEADLINE = "done_no_deadline", _("hoàn thành, không giao thời hạn")


def given_to(agency):
    """The tasks that an agency leads or takes part in, or one did that was merged into it; both by an index."""
    leading = Task.objects.filter(Agency.which_is_now(agency, "lead_agency")).order_by()
    taking_part = Task.cooperating.through.objects.filter(Agency.which_is_now(agency, "agency"))
    return Task.objects.filter(pk__in=leading.values("pk").union(taking_part.values("task")))


class Directive(Record):
    """A conclusion notice, plan, decision or letter that sets tasks; the office `agency` follows them and confirms."""

    code = TextLine(_("mã"), max_length=40, unique=True, validators=[CODE])
    number = TextLine(_("số, ký hiệu"), max_length=80, blank=True)
    title = TextLine(_("trích yếu"), max_length=500)
    city = models.CharField(
        _("thành phố"), max_length=3, choices=City.choices, blank=True, help_text=_("Để trống: giao cả nước.")
    )
    issuer = TextLine(_("cơ quan ban hành"), max_length=255, blank=True)
    issued_on = models.DateField(_("ngày ban hành"), null=True, blank=True)
    issued_precision = models.CharField(
        _("độ chính xác của ngày"), max_length=8, choices=Precision.choices, default=Precision.DAY
    )
    concluded_by = TextLine(_("người kết luận"), max_length=200, blank=True)
    met_on = models.DateField(_("ngày họp"), null=True, blank=True)
    cutoff_on = models.DateField(
        _("mốc số liệu"), null=True, blank=True, help_text=_("Ngày mà số liệu phải chốt theo văn bản.")
    )
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="directives", verbose_name=_("cơ quan theo dõi, đôn đốc")
    )
    publicity = models.CharField(
        _("mức công khai"), max_length=10, choices=Publicity.choices, default=Publicity.INTERNAL
    )
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="directives", verbose_name=_("văn bản")
    )
    text = Prose(_("toàn văn"), blank=True)
    source = TextLine(_("nguồn"), max_length=500, blank=True)
    note = Prose(_("ghi chú"), blank=True)
    search = models.TextField(editable=False, default="")

    objects = FindQuerySet.as_manager()
    access = Access(
        city="city",
        agency="agency",
        publicity="publicity",
        also=lambda agency: given_to(agency).order_by().values("directive"),
    )
    DERIVED = ("search",)

    class Meta:
        verbose_name = _("văn bản chỉ đạo")
        verbose_name_plural = pgettext_lazy("nhiều", "văn bản chỉ đạo")
        ordering = ["-issued_on", "code"]
        indexes = [models.Index(fields=["city", "-issued_on"], name="directive_city_issued")]
        constraints = [
            models.CheckConstraint(
                condition=Q(document__isnull=False) | ~Q(source=""),
                name="directive_has_a_source",
                violation_error_message=_("Cần một văn bản hoặc một nguồn."),
            )
        ]

    def __str__(self):
        return self.number or self.title

    def derive(self):
        """Fill the columns that follow from others, before any way into the database."""
        self.search = f" {fold(' '.join([self.number, self.title, self.issuer, self.code.replace('-', ' ')]))}"

    def save(self, *args, **kwargs):
        self.derive()
        super().save(*args, **kwargs)


class TaskQuerySet(FindQuerySet):
    def due_then(self, day):
        """The tasks with `then_due_on`, the deadline that held at the end of `day`: extensions given since do not
        count, nor does one whose event had not yet happened. Today it is the stored one."""
        if day >= timezone.localdate():
            return self.annotate(then_due_on=F("due_on"))
        given = TaskExtension.objects.filter(task=OuterRef("pk"), granted_on__lte=day).order_by("-granted_on", "-pk")
        first = Case(When(anchored_on__gt=day, then=None), default="first_due_on", output_field=models.DateField())
        return self.annotate(then_due_on=Coalesce(Subquery(given.values("due_on")[:1]), first))

    def classed(self, day):
        """The tasks with `then_due_on` and `task_class` as they were at the end of `day`; what was done later was not
        done yet."""
        found = self.due_then(day)
        done = Q(done_on__isnull=False, done_on__lte=day)
        late = Q(done_on__gt=F("then_due_on"))
        return found.annotate(
            task_class=Case(
                When(done & Q(then_due_on__isnull=True), then=Value(TaskClass.DONE_NO_DEADLINE.value)),
                When(done & late, then=Value(TaskClass.DONE_LATE.value)),
                When(done, then=Value(TaskClass.DONE_ON_TIME.value)),
                When(then_due_on__isnull=True, then=Value(TaskClass.NO_DEADLINE.value)),
                When(then_due_on__lt=day, then=Value(TaskClass.OPEN_OVERDUE.value)),
                default=Value(TaskClass.OPEN_IN_TIME.value),
                output_field=models.CharField(max_length=16),
            )
        )

    def given_by(self, day):
        """Those that had been given by the end of `day`; a day of issue known only as a month, quarter or year counts
        from its first day on, one that is not known at all always."""
        given = Q(directive__issued_on__isnull=True) | Q(directive__issued_on__lte=day)
        for precision, months in PERIODS.items():
            last = last_of_period(min(day, FAR), months)
            given |= Q(directive__issued_precision=precision, directive__issued_on__lte=last)
        return self.filter(given)


class Task(Record):
    """One numbered task of a directive: one lead, many cooperating agencies, a deadline with its precision, a product.

    `first_due_on` is the deadline as given, `due_on` the one that holds now (the last extension's); both are the last
    day on which it is still in time. A deadline may hang on an event (`term_length`, `term_unit`, `event`): it is not
    known until `anchored_on`. Only planning/duties.py writes `due_on`, `done_on` and what goes with them.

    A task is seen like its directive, and by those who have to do it. The office that follows the directive corrects
    it; what its lead may do says planning/duties.py."""

    class Every(models.TextChoices):
        NEVER = "", _("một lần")
        WEEK = "week", _("hằng tuần")
        MONTH = "month", _("hằng tháng")
        QUARTER = "quarter", _("hằng quý")
        HALF = "half", _("sáu tháng một lần")
        YEAR = "year", _("hằng năm")
        ALWAYS = "always", _("thường xuyên")

    directive = models.ForeignKey(Directive, models.PROTECT, related_name="tasks", verbose_name=_("văn bản chỉ đạo"))
    number = models.PositiveSmallIntegerField(_("số thứ tự"), validators=[MinValueValidator(1)])
    content = Prose(_("nội dung nhiệm vụ"))
    product = TextLine(_("sản phẩm"), max_length=300, blank=True)
    lead_agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="led_tasks", verbose_name=_("cơ quan chủ trì")
    )
    lead_text = TextLine(_("cơ quan chủ trì như văn bản ghi"), max_length=300, blank=True)
    cooperating = models.ManyToManyField(
        Agency, blank=True, related_name="cooperating_tasks", verbose_name=_("cơ quan phối hợp")
    )
    cooperating_text = TextLine(_("cơ quan phối hợp như văn bản ghi"), max_length=500, blank=True)
    officer = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("người phụ trách")
    )
    zones = models.ManyToManyField(Zone, blank=True, related_name="tasks", verbose_name=_("khu, cụm liên quan"))
    dossiers = models.ManyToManyField(Dossier, blank=True, related_name="tasks", verbose_name=_("hồ sơ liên quan"))
    deadline_text = TextLine(_("thời hạn như văn bản ghi"), max_length=300, blank=True)
    first_due_on = models.DateField(_("hạn được giao"), null=True, blank=True)
    due_precision = models.CharField(
        _("độ chính xác của hạn"), max_length=8, choices=Precision.choices, default=Precision.DAY
    )
    every = models.CharField(_("định kỳ"), max_length=8, choices=Every.choices, blank=True, default="")
    term_length = models.PositiveSmallIntegerField(
        _("thời hạn"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(999)]
    )
    term_unit = models.CharField(
        _("đơn vị"), max_length=2, blank=True, choices=[(unit.value, unit.label) for unit in clock.Unit]
    )
    event = TextLine(_("kể từ sự kiện"), max_length=200, blank=True)
    anchored_on = models.DateField(_("ngày sự kiện xảy ra"), null=True, blank=True)
    source = TextLine(_("nguồn"), max_length=500, blank=True)
    note = Prose(_("ghi chú"), blank=True)

    due_on = models.DateField(_("hạn hiện nay"), null=True, editable=False)
    done_on = models.DateField(_("ngày hoàn thành"), null=True, editable=False)
    confirmed_at = models.DateTimeField(_("xác nhận lúc"), null=True, editable=False)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("người xác nhận")
    )
    search = models.TextField(editable=False, default="")

    objects = TaskQuerySet.as_manager()
    access = Access(
        city="directive__city",
        agency="directive__agency",
        publicity="directive__publicity",
        also=lambda agency: given_to(agency).order_by().values("pk"),
    )
    DERIVED = ("search",)

    class Meta:
        verbose_name = _("nhiệm vụ")
        verbose_name_plural = pgettext_lazy("nhiều", "nhiệm vụ")
        ordering = ["directive", "number"]
        indexes = [
            models.Index(fields=["lead_agency", "due_on"], name="task_lead_due"),
            models.Index(fields=["due_on", "id"], name="task_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["directive", "number"],
                name="task_once",
                violation_error_message=_("Văn bản này đã có nhiệm vụ số đó."),
            )
        ]

    def __str__(self):
        return f"{self.directive} – {self.number}"

    def clean(self):
        super().clean()
        if bool(self.term_length) != bool(self.term_unit) or (self.term_length and not self.event):
            raise ValidationError({"term_length": _("Hạn theo sự kiện cần độ dài, đơn vị và sự kiện.")})
        if self.term_length and self.term_length > clock.LONGEST[clock.Unit(self.term_unit)]:
            raise ValidationError({"term_length": _("Dài hơn một trăm năm.")})
        if self.first_due_on and self.term_length and not self.anchored_on:
            raise ValidationError({"first_due_on": _("Hạn là một ngày, hoặc tính từ một sự kiện, không phải cả hai.")})

    @property
    def waits_for(self):
        """The event that its deadline waits for; empty when it is known or there is none."""
        return self.event if self.term_length and not self.anchored_on else ""

    @property
    def term(self):
        return clock.Term(self.term_length, clock.Unit(self.term_unit)) if self.term_length else None

    def derive(self):
        """Fill the columns that follow from others, before any way into the database."""
        number = self.directive.number if self.directive_id else ""
        self.search = f" {fold(' '.join([self.content, self.product, self.lead_text, number]))}"

    def save(self, *args, **kwargs):
        self.derive()
        super().save(*args, **kwargs)


def of_task(rows):
    """Seen where the task is; `rows()` are those of the model."""
    return Access(
        city="task__directive__city",
        agency="task__directive__agency",
        publicity="task__directive__publicity",
        also=lambda agency: rows().filter(task__in=given_to(agency).order_by().values("pk")).order_by().values("pk"),
    )


class TaskExtension(models.Model):
    """More time for a task, by a document. Both dates are kept; added by planning/duties.py, never changed."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="extensions", verbose_name=_("nhiệm vụ"))
    from_due_on = models.DateField(_("hạn cũ"), null=True)
    due_on = models.DateField(_("hạn mới"))
    granted_on = models.DateField(_("ngày cho gia hạn"))
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("văn bản")
    )
    source = TextLine(_("nguồn"), max_length=500, blank=True)
    note = Prose(_("lý do"))
    recorded_at = models.DateTimeField(_("ghi nhận lúc"), default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("người ghi nhận")
    )

    objects = AccessQuerySet.as_manager()
    access = of_task(lambda: TaskExtension.objects)
    written_once = frozenset()

    class Meta:
        verbose_name = _("gia hạn nhiệm vụ")
        verbose_name_plural = pgettext_lazy("nhiều", "gia hạn nhiệm vụ")
        ordering = ["granted_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=SOURCED, name="task_extension_has_a_source", violation_error_message=NEEDS_SOURCE
            )
        ]

    def __str__(self):
        return f"{self.task} → {self.due_on:%d/%m/%Y}"


class TaskReport(models.Model):
    """What is said of a task on a day: progress, that it is done (with its proof), why it is late; by the office that
    follows it, that it is not accepted as done, or that it wants an explanation (until `answer_by`).

    Added by planning/duties.py, never changed."""

    class Kind(models.TextChoices):
        PROGRESS = "progress", _("tiến độ")
        DONE = "done", _("báo cáo hoàn thành")
        EXPLANATION = "explanation", _("giải trình chậm")
        RETURNED = "returned", _("chưa được xác nhận")
        ASKED = "asked", _("yêu cầu giải trình")

    task = models.ForeignKey(Task, models.PROTECT, related_name="reports", verbose_name=_("nhiệm vụ"))
    kind = models.CharField(_("loại"), max_length=11, choices=Kind.choices)
    on = models.DateField(_("ngày"))
    text = Prose(_("nội dung"))
    answer_by = models.DateField(_("trả lời trước ngày"), null=True, blank=True)
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("cơ quan báo cáo")
    )
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("văn bản kết quả")
    )
    recorded_at = models.DateTimeField(_("ghi nhận lúc"), default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("người ghi nhận")
    )

    objects = AccessQuerySet.as_manager()
    access = of_task(lambda: TaskReport.objects)
    written_once = frozenset()

    class Meta:
        verbose_name = _("báo cáo nhiệm vụ")
        verbose_name_plural = pgettext_lazy("nhiều", "báo cáo nhiệm vụ")
        ordering = ["on", "pk"]
        indexes = [
            models.Index(fields=["task", "-on"], name="task_report_on"),
            models.Index(fields=["answer_by"], name="task_report_asked", condition=Q(kind="asked")),
        ]

    def __str__(self):
        return f"{self.task}: {self.get_kind_display()}"
