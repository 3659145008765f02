"""Consultations: who was asked for an opinion, by when, what each said, and what became of every single point.

Luật 47/2024/QH15 Điều 36-37 (agencies, community); Hà Nội, Quyết định 75/2025/QĐ-UBND (silence)."""

import secrets

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, validate_email
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Access, City, Publicity
from accounts.models import CODE, Agency, Record, User
from accounts.text import Prose, TextLine, fold
from planning import clock
from planning.models.counting import how_many
from planning.models.dossier import Dossier
from planning.models.rule import Rule, SilenceRule
from zones.models import Document
from zones.models.facility import FindQuerySet

TERM_UNITS = [(unit.value, unit.label) for unit in (clock.Unit.WORKING_DAY, clock.Unit.DAY)]
# What was asked, and what deadlines and silence hang on: once it was sent, it stays.
ONCE_SENT = ("kind", "city", "agency", "period_rule", "term_length", "term_unit", "silence_rule")
ONCE_SENT += ("questions", "version_text", "document")


class Consultation(Record):
    """One text put to agencies (or, through the communes, to the community) for their opinions within a period.

    A draft until `sent_on`; `due_on` follows from the period. Silence means consent only where `silence_rule` says so.
    Only planning/consulting.py writes `sent_on`, `due_on` and `closed_on`."""

    class Kind(models.TextChoices):
        AGENCIES = "agencies", _("cơ quan, tổ chức")
        COMMUNITY = "community", _("cộng đồng dân cư")

    code = TextLine(_("mã"), max_length=40, unique=True, validators=[CODE])
    title = TextLine(_("lấy ý kiến về"), max_length=500)
    kind = models.CharField(_("lấy ý kiến ai"), max_length=11, choices=Kind.choices, default=Kind.AGENCIES)
    city = models.CharField(_("thành phố"), max_length=3, choices=City.choices)
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="consultations", verbose_name=_("cơ quan lấy ý kiến")
    )
    dossier = models.ForeignKey(
        Dossier, models.PROTECT, null=True, blank=True, related_name="consultations", verbose_name=_("hồ sơ")
    )
    version_text = TextLine(
        _("bản lấy ý kiến"), max_length=200, blank=True, help_text=_("Ví dụ: dự thảo lần 2 ngày 12/10/2026.")
    )
    questions = Prose(_("nội dung cần góp ý"), blank=True)
    document = models.ForeignKey(
        Document,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="consultations",
        verbose_name=_("công văn, dự thảo"),
    )
    term_length = models.PositiveSmallIntegerField(
        _("thời hạn trả lời"), validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    term_unit = models.CharField(
        _("đơn vị"),
        max_length=2,
        choices=TERM_UNITS,
    )
    period_rule = models.ForeignKey(
        Rule, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("thời hạn theo quy tắc")
    )
    silence_rule = models.ForeignKey(
        SilenceRule, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("im lặng là đồng ý theo")
    )
    publicity = models.CharField(
        _("mức công khai"), max_length=10, choices=Publicity.choices, default=Publicity.INTERNAL
    )
    source = TextLine(_("nguồn"), max_length=500, blank=True)
    note = Prose(_("ghi chú"), blank=True)

    sent_on = models.DateField(_("ngày gửi"), null=True, editable=False)
    due_on = models.DateField(_("hạn trả lời"), null=True, editable=False)
    closed_on = models.DateField(_("ngày kết thúc"), null=True, editable=False)
    search = models.TextField(editable=False, default="")

    objects = FindQuerySet.as_manager()
    access = Access(
        city="city",
        agency="agency",
        publicity="publicity",
        also=lambda agency: OpinionRequest.objects.sent_to(agency).values("consultation"),
    )
    DERIVED = ("search",)
    TELLING = ("sent_on", "due_on", "closed_on")  # columns that no form offers, and that the history tells of

    class Meta:
        verbose_name = _("đợt lấy ý kiến")
        verbose_name_plural = pgettext_lazy("nhiều", "đợt lấy ý kiến")
        ordering = [F("sent_on").desc(nulls_first=True), "code"]
        indexes = [models.Index(fields=["city", "-sent_on"], name="consultation_city_sent")]

    def __str__(self):
        return self.title

    @property
    def term(self):
        return clock.Term(self.term_length, clock.Unit(self.term_unit))

    @property
    def zone_kind(self):
        """The kind of the zone that it is about; "" when it is about none."""
        zone = self.dossier.zone if self.dossier_id else None
        return zone.kind if zone else ""

    def clean(self):
        super().clean()
        self.refuse_changed_terms()
        if self.agency_id and self.agency.city not in ("", self.city):
            raise ValidationError({"city": _("Không phải thành phố của cơ quan lấy ý kiến.")})
        if self.dossier_id and self.dossier.city != self.city:
            raise ValidationError({"dossier": _("Hồ sơ này thuộc thành phố khác.")})
        day = self.sent_on or timezone.localdate()
        if self.silence_rule_id and not self.silence_rule.covers(self.city, self.zone_kind, day):
            words = {"day": f"{day:%d/%m/%Y}"}
            raise ValidationError(
                {
                    "silence_rule": _("Quy tắc này không áp dụng cho thành phố, loại khu của hồ sơ vào ngày %(day)s.")
                    % words
                }
            )

    def refuse_changed_terms(self):
        """Whoever was asked answers to what was sent; what has ended is no longer corrected."""
        names = [self._meta.get_field(name).attname for name in ONCE_SENT]
        stored = Consultation.objects.filter(pk=self.pk, sent_on__isnull=False)
        sent = stored.values(*names, "closed_on").first() or {"closed_on": None}
        if sent.pop("closed_on"):
            raise ValidationError(_("Đợt lấy ý kiến đã kết thúc."), "closed")
        changed = [name for name, held in sent.items() if getattr(self, name) != held]
        if changed:
            raise ValidationError({name.removesuffix("_id"): _("Đã gửi lấy ý kiến nên không đổi.") for name in changed})

    def derive(self):
        """Fill the columns that follow from others, before any way into the database."""
        self.search = f" {fold(' '.join([self.title, self.version_text, self.code.replace('-', ' ')]))}"

    def save(self, *args, **kwargs):
        self.derive()
        super().save(*args, **kwargs)


class OpinionState(models.TextChoices):
    """What stands of a request for an opinion on a day."""

    NOT_SENT = "not_sent", _("chưa gửi")
    WAITING = "waiting", _("chờ trả lời")
    SILENT = "silent", _("quá hạn, chưa trả lời")
    DEEMED = "deemed_agreed", _("im lặng, coi như đồng ý")
    AGREE = "agree", _("đồng ý")
    COMMENTS = "agree_with_comments", _("đồng ý, có góp ý")
    DISAGREE = "disagree", _("không đồng ý")


class OpinionQuerySet(FindQuerySet):
    def sent_to(self, agency):
        """What an agency, or one that was merged into it, was asked, once it was sent."""
        return self.filter(Agency.which_is_now(agency, "agency"), sent_on__isnull=False).order_by()

    def stated(self, day):
        """With `state` as it was at the end of `day`, and how many points there are and are not settled yet."""
        answered = Q(answered_on__isnull=False, answered_on__lte=day)
        found = self.annotate(
            state=Case(
                When(answered, then=F("outcome")),
                When(Q(sent_on__isnull=True) | Q(sent_on__gt=day), then=Value(OpinionState.NOT_SENT.value)),
                When(due_on__gte=day, then=Value(OpinionState.WAITING.value)),
                When(consultation__silence_rule__isnull=False, then=Value(OpinionState.DEEMED.value)),
                default=Value(OpinionState.SILENT.value),
                output_field=models.CharField(max_length=20),
            )
        )
        items = OpinionItem.objects.filter(request=OuterRef("pk")).order_by()
        open_ones = items.filter(outcome="")
        return found.annotate(points=how_many(items, "request"), open_points=how_many(open_ones, "request"))


class OpinionRequest(Record):
    """One agency that is asked for its opinion, and what it answered.

    It answers in the portal or by a signed link (`link_nonce`, `link_until`: the one that is good now); an answer on
    paper is put down by the office that asks. Only planning/consulting.py writes the answer."""

    class Outcome(models.TextChoices):
        AGREE = OpinionState.AGREE.value, OpinionState.AGREE.label
        COMMENTS = OpinionState.COMMENTS.value, OpinionState.COMMENTS.label
        DISAGREE = OpinionState.DISAGREE.value, OpinionState.DISAGREE.label

    class Via(models.TextChoices):
        PORTAL = "portal", _("trên cổng")
        LINK = "link", _("qua liên kết")
        PAPER = "paper", _("văn bản, ghi thay")

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="requests", verbose_name=_("đợt lấy ý kiến")
    )
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="opinion_requests", verbose_name=_("cơ quan được hỏi")
    )
    contact_email = TextLine(
        _("thư điện tử nhận liên kết"),
        max_length=254,
        validators=[validate_email],
        blank=True,
        help_text=_("Để trống khi cơ quan này trả lời trên cổng hoặc bằng văn bản."),
    )
    note = Prose(_("ghi chú"), blank=True)

    sent_on = models.DateField(_("ngày gửi"), null=True, editable=False)
    due_on = models.DateField(_("hạn trả lời"), null=True, editable=False)
    answered_on = models.DateField(_("ngày trả lời"), null=True, editable=False)
    outcome = models.CharField(_("ý kiến"), max_length=20, choices=Outcome.choices, blank=True, editable=False)
    text = Prose(_("nội dung ý kiến"), blank=True, editable=False)
    reply_number = TextLine(_("số văn bản góp ý"), max_length=80, blank=True, editable=False)
    signed_by = TextLine(_("người ký, chức vụ"), max_length=200, blank=True, editable=False)
    document = models.ForeignKey(
        Document,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("văn bản góp ý"),
    )
    via = models.CharField(_("trả lời bằng"), max_length=6, choices=Via.choices, blank=True, editable=False)
    recorded_at = models.DateTimeField(_("ghi nhận lúc"), null=True, editable=False)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("người ghi nhận")
    )
    link_nonce = models.CharField(max_length=32, blank=True, default="", editable=False)
    link_until = models.DateTimeField(_("liên kết dùng được đến"), null=True, editable=False)

    objects = OpinionQuerySet.as_manager()
    access = Access(
        city="consultation__city",
        agency="consultation__agency",
        publicity="consultation__publicity",
        also=lambda agency: OpinionRequest.objects.sent_to(agency).values("pk"),
    )
    TELLING = ("sent_on", "due_on", "answered_on", "outcome", "text", "reply_number", "signed_by", "document", "via")
    TELLING += ("link_until",)
    NAMING = ("agency",)  # what the history calls a row by

    class Meta:
        verbose_name = _("ý kiến")
        verbose_name_plural = pgettext_lazy("nhiều", "ý kiến")
        ordering = ["consultation", "agency__name", "pk"]
        indexes = [models.Index(fields=["agency", "due_on"], name="opinion_agency_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "agency"],
                name="opinion_asked_once",
                violation_error_message=_("Cơ quan này đã có trong đợt lấy ý kiến."),
            )
        ]

    def __str__(self):
        return f"{self.agency}: {self.consultation}"

    @property
    def is_late(self):
        return bool(self.answered_on and self.due_on and self.answered_on > self.due_on)

    def new_nonce(self):
        """Make every link that was given before useless."""
        self.link_nonce = secrets.token_urlsafe(16)


class OpinionItem(Record):
    """One point of an opinion: accepted, in part, rejected; why; and where in which version.

    The office that asked for the opinion splits it and settles each point (bảng tổng hợp, tiếp thu, giải trình)."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("tiếp thu")
        IN_PART = "in_part", _("tiếp thu một phần")
        REJECTED = "rejected", _("không tiếp thu, giải trình")

    request = models.ForeignKey(OpinionRequest, models.PROTECT, related_name="items", verbose_name=_("ý kiến của"))
    number = models.PositiveSmallIntegerField(_("số thứ tự"), validators=[MinValueValidator(1)])
    about = TextLine(_("nhóm vấn đề hoặc phần, mục"), max_length=300, blank=True)
    said_by = TextLine(
        _("người góp ý"), max_length=200, blank=True, help_text=_("Khi không phải chính cơ quan được hỏi.")
    )
    text = Prose(_("nội dung góp ý"))
    outcome = models.CharField(_("xử lý"), max_length=8, choices=Outcome.choices, blank=True)
    response = Prose(_("tiếp thu, giải trình"), blank=True)
    place = TextLine(_("chỗ đã sửa"), max_length=300, blank=True, help_text=_("Mục, điều, trang."))
    in_version = TextLine(_("trong bản"), max_length=200, blank=True)

    access = Access(
        city="request__consultation__city",
        agency="request__consultation__agency",
        publicity="request__consultation__publicity",
        also=lambda agency: (
            OpinionItem.objects.filter(request__in=OpinionRequest.objects.sent_to(agency).values("pk"))
            .order_by()
            .values("pk")
        ),
    )

    class Meta:
        verbose_name = _("điểm góp ý")
        verbose_name_plural = pgettext_lazy("nhiều", "điểm góp ý")
        ordering = ["request", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "number"],
                name="opinion_item_once",
                violation_error_message=_("Ý kiến này đã có điểm số đó."),
            )
        ]

    def __str__(self):
        return f"{self.number}. {self.text[:80]}"

    def clean(self):
        super().clean()
        if self.request_id and self.request.consultation.closed_on:
            raise ValidationError(_("Đợt lấy ý kiến đã kết thúc."), "closed")
        if self.outcome and not self.response.strip():
            raise ValidationError({"response": _("Nêu tiếp thu thế nào, hoặc vì sao không tiếp thu.")})
        if self.outcome in (self.Outcome.ACCEPTED, self.Outcome.IN_PART) and not self.place.strip():
            raise ValidationError({"place": _("Nêu đã sửa ở mục, điều, trang nào.")})
        if self.place and not self.in_version.strip():
            raise ValidationError({"in_version": _("Nêu sửa trong bản nào.")})
