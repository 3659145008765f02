"""Dossiers: one matter about a zone or a facility on one track; its steps, pauses, extensions and expected dates."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Max, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.access import Access, AccessQuerySet, City, Publicity, prefetch_visible
from accounts.context import YEARS
from accounts.models import CODE, Agency, Record, User
from accounts.text import Prose, TextLine, fold
from planning import clock, tracks
from zones.models import Document, Facility, Phase, Precision, Zone

OF_SUBJECT = Access(
    city="zone__city",
    agency="zone__managing_agency",
    publicity="zone__publicity",
    withdrawn="zone__withdrawn",
    optional="zone",
    within=Access(
        city="facility__city", agency="facility__managing_agency", publicity="facility__publicity", optional="facility"
    ),
)
SOURCED = Q(document__isnull=False) | ~Q(source="")
NEEDS_SOURCE = _("Cần một văn bản hoặc một nguồn.")


class DossierQuerySet(AccessQuerySet):
    def find(self, text):
        """The dossiers in whose search text every word of `text` begins a word."""
        found = self
        for word in fold(text).replace("-", " ").split():
            found = found.filter(search__contains=f" {word}")
        return found

    def open(self):
        """Those that have not come to an end."""
        return self.filter(ended=False)

    def reckonable(self, user=None):
        """With all that planning/reckoning.py reads, in a fixed number of statements."""
        return self.select_related("zone", "phase", "facility", "lead_agency").prefetch_related(*reckoned_with(user))

    def overdue(self, day):
        """Those whose running clock ended before `day`."""
        return self.filter(ended=False, due_on__lt=day)


def reckoned_with(user=None):
    """The rows beside a dossier that reckoning reads; for a person only the documents that they may see."""
    papers = prefetch_visible("document", Document, user) if user else "document"
    return (
        Prefetch("cooperating"),
        Prefetch("pauses"),
        Prefetch("steps", Step.objects.select_related("agency").order_by("number")),
        Prefetch("extensions", Extension.objects.prefetch_related(papers)),
    )


class Dossier(Record):
    """A zone (or one phase of it, or a standalone facility) on one track: legal, planning 1/2000, land …

    `state`, `state_since`, `due_on` and `ended` repeat what the steps say; only planning/workflow.py writes them.
    `rule_day` is the day by whose rules it is judged; `rule_reason` says why when a person had to choose it."""

    code = TextLine(_("mã"), max_length=40, unique=True, validators=[CODE])
    title = TextLine(_("tên hồ sơ"), max_length=300)
    zone = models.ForeignKey(
        Zone, models.PROTECT, null=True, blank=True, related_name="dossiers", verbose_name=_("khu, cụm")
    )
    phase = models.ForeignKey(
        Phase, models.PROTECT, null=True, blank=True, related_name="dossiers", verbose_name=_("giai đoạn")
    )
    facility = models.ForeignKey(
        Facility, models.PROTECT, null=True, blank=True, related_name="dossiers", verbose_name=_("cơ sở")
    )
    track = models.CharField(_("tuyến"), max_length=20, choices=tracks.choices)
    city = models.CharField(_("thành phố"), max_length=3, choices=City.choices, editable=False)
    lead_agency = models.ForeignKey(Agency, models.PROTECT, related_name="dossiers", verbose_name=_("cơ quan chủ trì"))
    cooperating = models.ManyToManyField(
        Agency, blank=True, related_name="cooperating_dossiers", verbose_name=_("cơ quan phối hợp")
    )
    publicity = models.CharField(
        _("mức công khai"), max_length=10, choices=Publicity.choices, default=Publicity.INTERNAL
    )
    rule_day = models.DateField(_("theo quy định ngày"), null=True, blank=True)
    rule_reason = Prose(_("vì sao theo bộ quy định này"), blank=True)
    source = TextLine(_("nguồn"), max_length=500, blank=True)
    note = Prose(_("ghi chú"), blank=True)

    state = models.CharField(_("trạng thái"), max_length=32, editable=False, default="")
    state_since = models.DateField(_("từ ngày"), null=True, editable=False)
    state_precision = models.CharField(max_length=8, choices=Precision.choices, editable=False, default=Precision.DAY)
    due_on = models.DateField(_("hạn"), null=True, editable=False)
    due_rule = models.CharField(max_length=60, editable=False, default="")
    ended = models.BooleanField(_("đã kết thúc"), default=False, editable=False)
    search = models.TextField(editable=False, default="")

    objects = DossierQuerySet.as_manager()
    access = Access(city="city", agency="lead_agency", publicity="publicity", within=OF_SUBJECT)

    DERIVED = ("city", "search")

    class Meta:
        verbose_name = _("hồ sơ")
        verbose_name_plural = pgettext_lazy("nhiều", "hồ sơ")
        ordering = ["code"]
        indexes = [
            models.Index(fields=["city", "track", "state"], name="dossier_city_track_state"),
            models.Index(fields=["due_on", "id"], name="dossier_due"),
            models.Index(fields=["lead_agency"], name="dossier_lead"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(zone__isnull=False, facility__isnull=True) | Q(zone__isnull=True, facility__isnull=False),
                name="dossier_of_one_subject",
                violation_error_message=_("Hồ sơ thuộc về một khu, cụm hoặc một cơ sở."),
            ),
            models.CheckConstraint(
                condition=Q(phase__isnull=True) | Q(zone__isnull=False),
                name="dossier_phase_of_a_zone",
                violation_error_message=_("Giai đoạn thuộc về một khu, cụm."),
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def subject(self):
        """The zone or the facility that it is about."""
        return self.zone if self.zone_id else self.facility

    @property
    def table(self):
        """The table of moves that it goes by: of its track, its kind of zone, its day.

        Where a zone's kind was corrected to one that has no such track: any table of the track."""
        kind = self.zone.kind if self.zone_id else tracks.FACILITY
        return tracks.table(self.track, kind, self.rule_day) or tracks.any_table(self.track)

    @property
    def state_now(self):
        """Its state as the table describes it; None before the first step."""
        return self.table.states.get(self.state)

    def clean(self):
        super().clean()
        if self.phase_id and self.phase.zone_id != self.zone_id:
            raise ValidationError({"phase": _("Giai đoạn này thuộc khu khác.")})
        if bool(self.zone_id) == bool(self.facility_id):
            raise ValidationError({"zone": _("Hồ sơ thuộc về một khu, cụm hoặc một cơ sở.")})
        kind = self.zone.kind if self.zone_id else tracks.FACILITY
        if self.track and not tracks.table(self.track, kind, self.rule_day):
            raise ValidationError({"track": _("Loại khu này không có tuyến đó.")})

    def derive(self):
        """Fill the columns that follow from others, before any way into the database."""
        subject = self.subject
        self.city = subject.city
        words = [self.code.replace("-", " "), self.title, subject.name, subject.code.replace("-", " ")]
        self.search = f" {fold(' '.join(words))}"

    def save(self, *args, **kwargs):
        self.derive()
        super().save(*args, **kwargs)


OF_DOSSIER = Access(
    city="dossier__city",
    agency="dossier__lead_agency",
    publicity="dossier__publicity",
    within=Access(
        city="dossier__zone__city",
        agency="dossier__zone__managing_agency",
        publicity="dossier__zone__publicity",
        withdrawn="dossier__zone__withdrawn",
        optional="dossier__zone",
        within=Access(
            city="dossier__facility__city",
            agency="dossier__facility__managing_agency",
            publicity="dossier__facility__publicity",
            optional="dossier__facility",
        ),
    ),
)


class StepQuerySet(AccessQuerySet):
    def standing(self):
        """The steps that nobody has taken back, in the order in which they were made."""
        return self.filter(retracted_at__isnull=True).order_by("number")


class Step(models.Model):
    """One step of a dossier: a move of its table, a state as a source found it, or an event that changes no state.

    Added by planning/workflow.py only, never changed; one put down wrongly is taken back, with the reason."""

    class Kind(models.TextChoices):
        MOVE = "move", _("bước")
        OBSERVED = "observed", _("ghi theo nguồn")
        EVENT = "event", _("sự việc")

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="steps", verbose_name=_("hồ sơ"))
    number = models.PositiveIntegerField(_("thứ tự"))
    kind = models.CharField(_("loại"), max_length=8, choices=Kind.choices)
    move = models.CharField(_("bước"), max_length=40, blank=True, editable=False)
    event = TextLine(_("sự việc"), max_length=200, blank=True)
    from_state = models.CharField(_("từ trạng thái"), max_length=32, blank=True, editable=False)
    to_state = models.CharField(_("đến trạng thái"), max_length=32, blank=True, editable=False)
    on = models.DateField(_("ngày"))
    on_precision = models.CharField(_("độ chính xác"), max_length=8, choices=Precision.choices, default=Precision.DAY)
    agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cơ quan giữ hồ sơ sau bước này"),
    )
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="steps", verbose_name=_("văn bản")
    )
    source = TextLine(_("nguồn"), max_length=500, blank=True)
    note = Prose(_("ghi chú"), blank=True)
    findings = models.JSONField(_("điều kiện"), default=list, blank=True, editable=False)
    recorded_at = models.DateTimeField(_("ghi nhận lúc"), default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("người ghi nhận")
    )
    retracted_at = models.DateTimeField(_("rút lúc"), null=True, blank=True, editable=False)
    retracted_note = Prose(_("lý do rút"), blank=True, editable=False)
    origin = models.CharField(max_length=120, null=True, blank=True, unique=True, editable=False)

    objects = StepQuerySet.as_manager()
    access = OF_DOSSIER
    written_once = frozenset({"retracted_at", "retracted_note"})

    class Meta:
        verbose_name = _("bước của hồ sơ")
        verbose_name_plural = pgettext_lazy("nhiều", "bước của hồ sơ")
        ordering = ["dossier", "number"]
        indexes = [models.Index(fields=["on", "id"], name="step_on")]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "number"], name="step_number_once"),
            models.CheckConstraint(condition=SOURCED, name="step_has_a_source", violation_error_message=NEEDS_SOURCE),
        ]

    def __str__(self):
        return self.label

    @property
    def label(self):
        """What was done, in the table's words."""
        table = self.dossier.table
        if self.kind == self.Kind.MOVE:
            return str(table.moves[self.move].name) if self.move in table.moves else self.move
        return self.event or (str(table.states[self.to_state].name) if self.to_state in table.states else self.to_state)


class Pause(Record):
    """The clock stands still: the dossier is being supplemented, or was suspended. Both days are not counted."""

    class Kind(models.TextChoices):
        SUPPLEMENT = "supplement", _("bổ sung hồ sơ")
        SUSPENSION = "suspension", _("tạm dừng")

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="pauses", verbose_name=_("hồ sơ"))
    kind = models.CharField(_("loại"), max_length=10, choices=Kind.choices)
    start_on = models.DateField(_("từ ngày"))
    end_on = models.DateField(_("đến ngày"), null=True, blank=True)
    reason = Prose(_("lý do"))
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("văn bản")
    )
    source = TextLine(_("nguồn"), max_length=500, blank=True)

    access = OF_DOSSIER

    class Meta:
        verbose_name = _("tạm dừng thời hạn")
        verbose_name_plural = pgettext_lazy("nhiều", "tạm dừng thời hạn")
        ordering = ["start_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_on__isnull=True) | Q(end_on__gte=models.F("start_on")),
                name="pause_ends_after_it_begins",
                violation_error_message=_("Ngày kết thúc trước ngày bắt đầu."),
            ),
            models.UniqueConstraint(
                fields=["dossier", "kind"],
                condition=Q(end_on__isnull=True),
                name="pause_open_once",
                violation_error_message=_("Hồ sơ đang tạm dừng vì lý do này."),
            ),
        ]

    def __str__(self):
        return self.get_kind_display()

    def clean(self):
        super().clean()
        if self.start_on and self.start_on.year not in YEARS:
            raise ValidationError({"start_on": _("Năm từ 1900 đến 2199.")})

    @property
    def interval(self):
        """The pause as planning.clock counts it."""
        return clock.Pause(self.start_on, self.end_on, str(self.get_kind_display()))


class Extension(Record):
    """More time for one clock of a dossier, by a document. `from_expiry`: counted from the day on which it ended."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="extensions", verbose_name=_("hồ sơ"))
    rule = TextLine(_("thời hạn được gia hạn"), max_length=60)
    length = models.PositiveSmallIntegerField(_("thêm"), validators=[MinValueValidator(1)])
    unit = models.CharField(_("đơn vị"), max_length=2, choices=[(unit.value, unit.label) for unit in clock.Unit])
    from_expiry = models.BooleanField(_("kể từ ngày hết hạn"), default=False)
    granted_on = models.DateField(_("ngày cho gia hạn"))
    document = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name=_("văn bản"))
    note = Prose(_("ghi chú"), blank=True)

    access = OF_DOSSIER

    class Meta:
        verbose_name = _("gia hạn")
        verbose_name_plural = pgettext_lazy("nhiều", "gia hạn")
        ordering = ["granted_on", "pk"]

    def __str__(self):
        return f"+{self.length} {self.get_unit_display()}"

    def clean(self):
        super().clean()
        if self.unit and self.length and self.length > clock.LONGEST[clock.Unit(self.unit)]:
            raise ValidationError({"length": _("Dài hơn một trăm năm.")})

    @property
    def term(self):
        """The extension as planning.clock counts it."""
        try:
            document = str(self.document)
        except Document.DoesNotExist:  # hidden from whoever asks
            document = gettext("văn bản hạn chế")
        return clock.Extension(self.length, clock.Unit(self.unit), document, from_expiry=self.from_expiry)


class Milestone(Record):
    """A date that somebody expects or promised: a plan, not an event. Kept beside what then really happened."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="milestones", verbose_name=_("hồ sơ"))
    state = TextLine(_("trạng thái dự kiến"), max_length=32, blank=True)
    label = TextLine(_("mốc"), max_length=200)
    on = models.DateField(_("ngày dự kiến"))
    on_precision = models.CharField(_("độ chính xác"), max_length=8, choices=Precision.choices, default=Precision.DAY)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("văn bản")
    )
    source = TextLine(_("nguồn"), max_length=500, blank=True)
    note = Prose(_("ghi chú"), blank=True)
    origin = models.CharField(max_length=120, null=True, blank=True, unique=True, editable=False)

    access = OF_DOSSIER

    class Meta:
        verbose_name = _("mốc dự kiến")
        verbose_name_plural = pgettext_lazy("nhiều", "mốc dự kiến")
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=SOURCED, name="milestone_has_a_source", violation_error_message=NEEDS_SOURCE
            )
        ]

    def __str__(self):
        return self.label


def next_number(dossier):
    """The place of a new step; steps taken back keep theirs."""
    return (dossier.steps.aggregate(last=Max("number"))["last"] or 0) + 1
