"""Who: agencies, people, their tokens, and the trace of every change."""

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from knox.models import AbstractAuthToken

from accounts.access import NOBODY, ROLES, Access, AccessQuerySet, City, role_choices
from accounts.text import TextLine, fold

CODE_SHAPE = "[A-Z0-9][A-Z0-9-]{1,39}"
CODE = RegexValidator(f"^{CODE_SHAPE}$", _("Mã gồm chữ in hoa không dấu, chữ số và gạch nối."))


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

    class Meta:
        abstract = True

    @property
    def etag(self) -> str:
        return f'"{self.version}"'

    def _do_update(self, base_qs, using, pk_val, values, update_fields, forced_update):
        """Django's UPDATE with `AND version = …`; StaleRecord when no row answers."""
        read = self.version
        values = [(field, param, value) for field, param, value in values if field.name != "version"]
        values.append((self._meta.get_field("version"), None, F("version") + 1))
        if not base_qs.filter(pk=pk_val, version=read)._update(values):
            if base_qs.filter(pk=pk_val).exists():
                raise StaleRecord
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


class RowChangeQuerySet(AccessQuerySet):
    def visible_to(self, user):
        """The whole trace is for the roles that may read it; a record's page shows its own part."""
        reads = user.is_authenticated and user.is_active and user.role_rules.history
        return self.all() if reads else self.filter(NOBODY)

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
        ]

    def __str__(self):
        return f"{self.table} {self.row} {self.action}"
