"""Who: agencies, people, their tokens, and the trace of every change."""

import secrets

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import connections, models
from django.db.models import F, Q, Value
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from knox.models import AbstractAuthToken

from accounts.access import NOBODY, ROLES, Access, AccessQuerySet, City, role_choices
from accounts.audit import Horizon
from accounts.jsonrows import Text
from accounts.text import TextLine, fold

CODE_SHAPE = "[A-Z0-9][A-Z0-9-]{1,39}"
CODE = RegexValidator(f"^{CODE_SHAPE}$", _("Mã gồm chữ in hoa không dấu, chữ số và gạch nối."))


def new_salt():
    return secrets.token_hex(16)


class StaleRecord(ValidationError):
    """Someone else was faster: the stored version is no longer the one that was read."""

    def __init__(self):
        super().__init__(_("Bản ghi vừa được người khác sửa. Xem lại giá trị mới rồi ghi lại."), "stale")


class Record(models.Model):
    """A row that people correct: it carries a version, and a save from an older version is refused.

    `version` counts corrections; the API shows it as ETag and asks for it in If-Match."""

    version = models.PositiveIntegerField(_("phiên bản"), default=1, editable=False)

    objects = AccessQuerySet.as_manager()
    access = Access()

    DERIVED: tuple[str, ...] = ()  # columns that follow from others

    class Meta:
        abstract = True

    def derive(self):
        """Fill the columns of DERIVED, before any way into the database."""

    @property
    def etag(self) -> str:
        return f'"{self.version}"'

    @staticmethod
    def etag_in_sql():
        return Text(Value('"'), "version", Value('"'))

    def _do_update(self, base_qs, using, pk_val, values, update_fields, forced_update):
        """Django's UPDATE with `AND version = …`; StaleRecord when no row answers."""
        read = self.version
        values = [(field, param, value) for field, param, value in values if field.name != "version"]
        values.append((self._meta.get_field("version"), None, F("version") + 1))
        if not base_qs.filter(pk=pk_val, version=read)._update(values):
            if base_qs.filter(pk=pk_val).exists() or not self._state.adding:
                raise StaleRecord  # deleted meanwhile: Django would make the row anew
            return False
        self.version = read + 1
        return True


class Agency(Record):
    """A body of the State or a party of the plan. Renamed or merged, the old row keeps its name and its days."""

    class Kind(models.TextChoices):
        COMMITTEE = "ubnd", _("Uỷ ban nhân dân")
        DEPARTMENT = "department", _("Sở, ngành")
        BOARD = "board", _("Ban quản lý khu")
        CENTRAL = "central", _("Cơ quan trung ương")
        INSTITUTE = "institute", _("Viện, đơn vị sự nghiệp")
        CONSULTANT = "consultant", _("Đơn vị tư vấn")
        DISTRICT = "district", _("UBND cấp huyện (đến 30/6/2025)")
        COMMUNE = "commune", _("UBND xã, phường, đặc khu")
        ENTERPRISE = "enterprise", _("Doanh nghiệp")

    code = TextLine(_("mã"), max_length=40, unique=True, validators=[CODE])
    name = TextLine(_("tên"), max_length=255)
    name_fold = models.CharField(max_length=255, editable=False, default="")
    kind = models.CharField(_("loại"), max_length=20, choices=Kind.choices)
    city = models.CharField(_("thành phố"), max_length=3, choices=City.choices, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("cơ quan cấp trên")
    )
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name=_("cơ quan kế thừa")
    )
    valid_from = models.DateField(_("có từ ngày"), null=True, blank=True)
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    source = TextLine(_("nguồn"), max_length=500, blank=True)

    access = Access(reference=True)

    class Meta:
        verbose_name = _("cơ quan")
        verbose_name_plural = pgettext_lazy("nhiều", "cơ quan")
        ordering = ["city", "kind", "name", "pk"]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.name_fold = fold(self.name)
        super().save(*args, **kwargs)

    def now(self):
        """The ids of this agency and of those that it was merged or renamed into, in two steps at most."""
        heir = self.successor
        return [self.pk, *([heir.pk] if heir else []), *([heir.successor_id] if heir and heir.successor_id else [])]

    def is_now(self, agency_id):
        """Is this the agency `agency_id`, or was it merged or renamed into it?"""
        return agency_id in self.now()

    @staticmethod
    def which_is_now(agency, path=""):
        """The condition that the agency at `path` is `agency` (None: no row fits), or was merged or renamed into it. It
        asks for ids, so that the table at hand is not joined with that of the agencies."""
        if agency is None:
            return NOBODY
        own = Q(pk=getattr(agency, "pk", agency)) | Q(successor=agency) | Q(successor__successor=agency)
        return Q(**{f"{path}__in": Agency.objects.filter(own).order_by().values("pk")}) if path else own


class UserQuerySet(AccessQuerySet):
    def visible_to(self, user):
        """Administrators and auditors see everybody; others see themselves."""
        if user.is_authenticated and user.is_active and user.role_rules.history:
            return self
        return self.filter(pk=user.pk) if user.is_authenticated else self.none()


class People(UserManager.from_queryset(UserQuerySet)):
    """Django's user manager with the portal's visibility."""

    use_in_migrations = False

    def create_superuser(self, username, email=None, password=None, **fields):
        """What `manage.py createsuperuser` makes is an administrator."""
        return super().create_superuser(username, email, password, **({"role": "administrator"} | fields))


class User(AbstractUser):
    """A person or a machine account. What they may do hangs on `role` (roles.toml) and `agency`."""

    first_name = TextLine(pgettext_lazy("của người", "tên"), max_length=150, blank=True)
    last_name = TextLine(_("họ và tên đệm"), max_length=150, blank=True)
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("cơ quan")
    )
    position = TextLine(_("chức vụ"), max_length=120, blank=True)
    role = models.CharField(_("vai trò"), max_length=20, choices=role_choices, default="viewer")

    objects = People()
    access = Access()

    class Meta:
        verbose_name = _("người dùng")
        verbose_name_plural = pgettext_lazy("nhiều", "người dùng")
        ordering = ["username"]

    def __str__(self):
        return self.get_full_name() or self.username

    def get_full_name(self):
        """Family name first, as Vietnamese names are written."""
        return f"{self.last_name} {self.first_name}".strip()

    @property
    def role_rules(self):
        return ROLES[self.role]

    def save(self, *args, **kwargs):
        """Django admin opens for the roles that say so; only administrators are superusers."""
        self.is_staff = self.role_rules.admin
        self.is_superuser = self.role == "administrator"
        super().save(*args, **kwargs)


class ApiToken(AbstractAuthToken):
    """A key for another system: stored hashed, shown once, with an end and a scope."""

    class Scope(models.TextChoices):
        READ = "read", _("Chỉ đọc")
        WRITE = "write", _("Đọc và ghi")

    scope = models.CharField(_("phạm vi"), max_length=5, choices=Scope.choices, default=Scope.READ)
    label = TextLine(_("dùng cho"), max_length=120, blank=True)
    last_used_at = models.DateTimeField(_("dùng lần cuối"), null=True, blank=True)

    access = Access()

    class Meta:
        verbose_name = _("khoá API")
        verbose_name_plural = pgettext_lazy("nhiều", "khoá API")

    def __str__(self):
        return f"{self.user} · {self.token_key}"


class CalendarKey(models.Model):
    """A revocable key in the address of a personal calendar, which calendar programs read without signing in.

    Only its SHA-256 is stored; the calendar shows what its person may see at the moment it is asked for."""

    user = models.ForeignKey(User, models.CASCADE, related_name="calendar_keys", verbose_name=_("người dùng"))
    label = TextLine(_("dùng cho"), max_length=120, blank=True)
    digest = models.CharField("SHA-256", max_length=64, unique=True, editable=False)
    hint = models.CharField(_("bốn ký tự cuối"), max_length=4, editable=False)
    created_at = models.DateTimeField(_("tạo lúc"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("hết hạn lúc"), editable=False)
    last_used_at = models.DateTimeField(_("dùng lần cuối"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("thu hồi lúc"), null=True, editable=False)

    objects = AccessQuerySet.as_manager()
    access = Access()

    class Meta:
        verbose_name = _("khoá lịch")
        verbose_name_plural = pgettext_lazy("nhiều", "khoá lịch")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"{self.user} · …{self.hint}"

    def revoke(self):
        """Make it useless from this moment on."""
        if self.revoked_at is None:
            self.revoked_at = timezone.now()
            self.save(update_fields=["revoked_at"])


class NoticeQuerySet(AccessQuerySet):
    def visible_to(self, user):
        """One's own."""
        return self.filter(user=user) if user.is_authenticated and user.is_active else self.none()


class Notice(models.Model):
    """What the portal tells one person: a deadline that comes or has passed, a question, an answer.

    `key` names the occasion: a person is told of each once. `about`, `about_id`: the record (as “app.model”), which is
    asked again, whether they may still see it, before the notice is shown. `kind` chooses the sentence
    (accounts/notices.py), `given` fills it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notices", verbose_name=_("người nhận"))
    key = models.CharField(_("dịp"), max_length=120, editable=False)
    kind = models.CharField(_("loại"), max_length=24, editable=False)
    subject = TextLine(_("về việc"), max_length=500)
    given = models.JSONField(default=dict, editable=False)
    about = models.CharField(max_length=60, editable=False)
    about_id = models.BigIntegerField(editable=False)
    address = models.CharField(_("địa chỉ"), max_length=300, editable=False)
    at = models.DateTimeField(_("lúc"), default=timezone.now, editable=False)
    read_at = models.DateTimeField(_("đã xem lúc"), null=True, editable=False)
    mailed_at = models.DateTimeField(_("đã gửi thư lúc"), null=True, editable=False)

    objects = NoticeQuerySet.as_manager()
    access = Access()

    class Meta:
        verbose_name = _("thông báo")
        verbose_name_plural = pgettext_lazy("nhiều", "thông báo")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["user", "read_at"], name="notice_unread"),
            models.Index(fields=["about", "about_id"], name="notice_about"),
        ]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notice_once")]

    def __str__(self):
        return self.subject


class Letter(models.Model):
    """The mail of one day to one person, with what they had not been told by mail: sent once, tried again when refused.

    It is claimed before it is handed to the mail server: one that stays claimed was cut off in between, and nobody
    knows whether it arrived."""

    class State(models.TextChoices):
        CLAIMED = "claimed", _("đang gửi")
        SENT = "sent", _("đã gửi")
        REFUSED = "refused", _("máy chủ thư từ chối, sẽ gửi lại")

    user = models.ForeignKey(User, models.CASCADE, related_name="letters", verbose_name=_("người nhận"))
    on = models.DateField(_("ngày"), editable=False)
    state = models.CharField(_("tình trạng"), max_length=8, choices=State.choices, editable=False)
    notices = models.PositiveIntegerField(_("số thông báo"), default=0, editable=False)
    tries = models.PositiveSmallIntegerField(_("số lần gửi"), default=0, editable=False)
    error = models.CharField(_("lỗi"), max_length=300, blank=True, editable=False)
    at = models.DateTimeField(_("lúc"), default=timezone.now, editable=False)

    objects = NoticeQuerySet.as_manager()
    access = Access()

    class Meta:
        verbose_name = _("thư nhắc việc")
        verbose_name_plural = pgettext_lazy("nhiều", "thư nhắc việc")
        ordering = ["-on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "on"], name="letter_once_a_day")]

    def __str__(self):
        return f"{self.user} {self.on:%d/%m/%Y}"


class IdempotentRequest(models.Model):
    """What a request with an `Idempotency-Key` was answered, so that the same request again changes nothing.

    Written in the transaction of its effect (accounts/idempotency.py), read by its caller only, kept a week."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("người gọi"))
    key = models.CharField("Idempotency-Key", max_length=128, editable=False)
    address = models.CharField(_("địa chỉ"), max_length=500, editable=False)
    body_sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    status = models.PositiveSmallIntegerField(default=0, editable=False)
    headers = models.JSONField(default=dict, editable=False)
    body = models.TextField(default="", editable=False)
    created_at = models.DateTimeField(_("lúc"), default=timezone.now, db_index=True, editable=False)

    objects = AccessQuerySet.as_manager()
    access = Access()

    class Meta:
        verbose_name = _("yêu cầu gửi một lần")
        verbose_name_plural = pgettext_lazy("nhiều", "yêu cầu gửi một lần")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once")]

    def __str__(self):
        return f"{self.address} {self.key}"


class WebhookQuerySet(AccessQuerySet):
    def visible_to(self, user):
        """One's own; all of them for the roles that read the history."""
        if not (user.is_authenticated and user.is_active):
            return self.none()
        return self.all() if user.role_rules.history else self.filter(owner=user)


class Webhook(Record):
    """An address of another system to which the feed of changes is pushed, as far as `owner` may see it.

    The secret that signs is not stored: it is derived from the server's key and `salt`. `cursor`, `failing_since`,
    `next_try_at` and `claimed_until` are the sender's (accounts/webhooks.py)."""

    class State(models.TextChoices):
        SENDING = "sending", _("đang gửi")
        FAILING = "failing", _("đang lỗi, sẽ gửi lại")
        STOPPED = "stopped", _("đã ngừng vì lỗi quá lâu")
        OFF = "off", _("đã tắt")

    owner = models.ForeignKey(
        User,
        models.CASCADE,
        related_name="webhooks",
        verbose_name=_("người sở hữu"),
        help_text=_("Chỉ gửi những gì người này được xem."),
    )
    url = TextLine(_("địa chỉ nhận"), max_length=500)
    label = TextLine(_("dùng cho"), max_length=120, blank=True)
    kinds = models.JSONField(_("loại bản ghi"), default=list, blank=True, help_text=_("Không chọn: mọi loại."))
    actions = models.JSONField(_("việc"), default=list, blank=True, help_text=_("Không chọn: mọi việc."))
    active = models.BooleanField(_("đang bật"), default=True)
    salt = models.CharField(max_length=32, default=new_salt, editable=False)
    cursor = models.CharField(max_length=64, editable=False)
    failing_since = models.DateTimeField(_("lỗi từ lúc"), null=True, editable=False)
    next_try_at = models.DateTimeField(_("gửi lại lúc"), default=timezone.now, editable=False)
    claimed_until = models.DateTimeField(null=True, editable=False)

    objects = WebhookQuerySet.as_manager()
    access = Access(agency="owner__agency")

    class Meta:
        verbose_name = _("địa chỉ nhận thay đổi")
        verbose_name_plural = pgettext_lazy("nhiều", "địa chỉ nhận thay đổi")
        ordering = ["pk"]

    def __str__(self):
        return self.label or self.url

    def save(self, *args, **kwargs):
        """Begins with what comes after it was made; what somebody corrects is tried again at once."""
        from accounts.feed import read

        if not self.cursor:
            self.cursor = read(self.owner, "now").next
        self.failing_since, self.next_try_at = None, timezone.now()
        super().save(*args, **kwargs)

    @property
    def secret(self):
        """What both sides sign with."""
        return salted_hmac("accounts.Webhook", self.salt, algorithm="sha256").hexdigest()

    @property
    def state(self):
        if self.active:
            return self.State.FAILING if self.failing_since else self.State.SENDING
        return self.State.STOPPED if self.failing_since else self.State.OFF

    def clean(self):
        """Only kinds and actions that there are, an address that may be called, not too many of one owner."""
        from accounts.webhooks import check_webhook

        super().clean()
        check_webhook(self)

    def _do_update(self, base_qs, using, pk_val, values, update_fields, forced_update):
        """A correction leaves the place in the feed to the sender."""
        own = [one for one in values if one[0].name not in ("cursor", "claimed_until")]
        return super()._do_update(base_qs, using, pk_val, own, update_fields, forced_update)


class WebhookDelivery(models.Model):
    """The log: what was sent to a webhook, and what came back."""

    webhook = models.ForeignKey(
        Webhook, models.CASCADE, related_name="deliveries", verbose_name=_("địa chỉ nhận thay đổi")
    )
    at = models.DateTimeField(_("lúc"), default=timezone.now, editable=False)
    delivery = models.CharField(_("mã lần gửi"), max_length=32, editable=False)
    test = models.BooleanField(_("gửi thử"), default=False, editable=False)
    first_cursor = models.CharField(_("từ"), max_length=64, editable=False)
    last_cursor = models.CharField(_("đến"), max_length=64, editable=False)
    events = models.PositiveIntegerField(_("số thay đổi"), editable=False)
    status = models.PositiveSmallIntegerField(_("mã trả lời"), null=True, editable=False)
    duration_ms = models.PositiveIntegerField(_("mất (ms)"), editable=False)
    response = models.CharField(_("trả lời"), max_length=200, editable=False)
    error = models.CharField(_("lỗi"), max_length=300, editable=False)

    objects = AccessQuerySet.as_manager()
    access = Access()

    class Meta:
        verbose_name = _("lần gửi thay đổi")
        verbose_name_plural = pgettext_lazy("nhiều", "lần gửi thay đổi")
        ordering = ["-pk"]

    def __str__(self):
        return self.delivery


class RowChangeQuerySet(AccessQuerySet):
    def visible_to(self, user):
        """The whole trace is for the roles that may read it; a record's page shows its own part."""
        reads = user.is_authenticated and user.is_active and user.role_rules.history
        return self.all() if reads else self.filter(NOBODY)

    def settled(self):
        """In the order of the feed, up to where nothing can come in between any more.

        PostgreSQL gives ids out before the commit: there transactions are the order, and one that runs beside an older
        one waits for it. SQLite has one writer: `tx` is 0, and ids are in order."""
        ended = {"tx__lt": Horizon()} if connections[self.db].vendor == "postgresql" else {}
        return self.filter(**ended).order_by("tx", "pk")

    def after(self, tx, pk):
        """The rows behind this place of the feed."""
        return self.filter(TupleGreaterThan(Tuple(F("tx"), F("pk")), (tx, pk)))

    def of(self, *records):
        """The changes of these rows, newest first."""
        return self.filter_rows([(record._meta.db_table, record.pk) for record in records])

    def filter_rows(self, rows):
        """The changes of rows given as (table, id), newest first."""
        tables = {}
        for table, pk in rows:
            tables.setdefault(table, []).append(str(pk))
        wanted = NOBODY
        for table, ids in tables.items():
            wanted |= models.Q(table=table, row__in=ids)
        return self.filter(wanted).select_related("actor").order_by("-pk")


class RowChange(models.Model):
    """One row before and after one statement. Written by database triggers (accounts/audit.py), never by Python."""

    class Action(models.TextChoices):
        INSERT = "insert", _("Thêm")
        UPDATE = "update", _("Sửa")
        DELETE = "delete", _("Xoá")

    at = models.DateTimeField(_("lúc"))
    table = models.CharField(_("bảng"), max_length=63)
    row = models.CharField(_("dòng"), max_length=40)
    action = models.CharField(_("việc"), max_length=6, choices=Action.choices)
    actor = models.ForeignKey(
        User, models.DO_NOTHING, null=True, db_constraint=False, related_name="+", verbose_name=_("người làm")
    )
    request_id = models.CharField(_("mã yêu cầu"), max_length=64, default="")
    reason = models.TextField(_("lý do"), default="")
    tx = models.BigIntegerField(_("giao dịch"), editable=False, db_default=0)
    before = models.JSONField(_("trước"), null=True)
    after = models.JSONField(_("sau"), null=True)

    objects = RowChangeQuerySet.as_manager()
    access = Access()

    class Meta:
        verbose_name = _("thay đổi")
        verbose_name_plural = pgettext_lazy("nhiều", "lịch sử thay đổi")
        indexes = [
            models.Index(fields=["table", "row"], name="rowchange_table_row"),
            models.Index(fields=["-at"], name="rowchange_at"),
            models.Index(fields=["tx", "id"], name="rowchange_feed"),
        ]

    def __str__(self):
        return f"{self.table} {self.row} {self.action}"
