"""Imported files: who brought what, when, from which file, and what became of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import NOBODY, Access, AccessQuerySet
from accounts.models import Agency
from accounts.text import Prose, TextLine

KINDS: dict = {}  # what can be imported: its code and its name; an app above the register adds its own


def kinds():
    return list(KINDS.items())


class ImportQuerySet(AccessQuerySet):
    def visible_to(self, user):
        """A person's own agency's imports; all of them for the roles that read the history."""
        if not (user.is_authenticated and user.is_active):
            return self.none()
        if user.role_rules.history:
            return self.all()
        return self.filter(Q(agency=user.agency_id) if user.agency_id else Q(uploaded_by=user))

    def editable_by(self, user):
        """The imports that `user` may apply or undo: those of their own agency, when their role edits."""
        if not (user.is_authenticated and user.is_active) or user.role_rules.edit == "nothing":
            return self.filter(NOBODY)
        return self.visible_to(user)


class Import(models.Model):
    """One uploaded sheet on its way into the register: previewed, then applied as a whole or not at all, or undone.

    `plan_sha256` is the digest of the preview: applying works on the same outcomes or not at all."""

    class What(models.TextChoices):
        """The kinds of the register itself."""

        ZONES = "zones", _("Khu, cụm")
        AREAS = "areas", _("Diện tích")
        STATUSES = "statuses", _("Tình trạng")
        FACILITIES = "facilities", _("Cơ sở sản xuất riêng lẻ")
        PROJECTS = "projects", _("Dự án thứ cấp")
        MEASUREMENTS = "measurements", _("Số đo theo chỉ tiêu")
        DOCUMENTS = "documents", _("Văn bản")

    class State(models.TextChoices):
        SHEET = "sheet", _("Chờ chọn trang tính")
        REFUSED = "refused", _("Không đọc được")
        PREVIEWED = "previewed", _("Đã xem trước, chưa ghi")
        APPLIED = "applied", _("Đã ghi vào sổ")
        UNDONE = "undone", _("Đã hoàn tác")

    what = models.CharField(_("nhập vào"), max_length=20, choices=kinds)
    state = models.CharField(_("tình trạng"), max_length=9, choices=State.choices, editable=False)
    file = models.FileField(_("tệp"), upload_to="imports", editable=False)
    file_name = TextLine(_("tên tệp"), max_length=255, editable=False)
    file_sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    sheets = models.JSONField(_("các trang tính"), default=list, editable=False)
    sheet = TextLine(_("trang tính"), max_length=120, blank=True)
    skip_rejected = models.BooleanField(_("bỏ qua dòng lỗi"), default=False)
    problem = Prose(_("vì sao không đọc được"), blank=True, editable=False)
    rows = models.PositiveIntegerField(_("số dòng"), default=0, editable=False)
    created = models.PositiveIntegerField(_("thêm"), default=0, editable=False)
    updated = models.PositiveIntegerField(_("sửa"), default=0, editable=False)
    unchanged = models.PositiveIntegerField(_("giữ nguyên"), default=0, editable=False)
    rejected = models.PositiveIntegerField(_("lỗi"), default=0, editable=False)
    preview = models.FileField(upload_to="imports", blank=True, editable=False)
    plan_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, editable=False, related_name="imports", verbose_name=_("cơ quan")
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name=_("người tải lên")
    )
    uploaded_at = models.DateTimeField(_("tải lên lúc"), default=timezone.now, editable=False)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+",
        verbose_name=_("người ghi vào sổ"),
    )  # fmt: skip
    applied_at = models.DateTimeField(_("ghi vào sổ lúc"), null=True, editable=False)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+",
        verbose_name=_("người hoàn tác"),
    )  # fmt: skip
    undone_at = models.DateTimeField(_("hoàn tác lúc"), null=True, editable=False)
    undo_reason = Prose(_("lý do hoàn tác"), blank=True, editable=False)

    objects = ImportQuerySet.as_manager()
    access = Access(agency="agency")

    class Meta:
        verbose_name = _("tệp nhập")
        verbose_name_plural = pgettext_lazy("nhiều", "tệp nhập")
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["file_sha256", "what", "sheet", "skip_rejected"],
                condition=Q(state="applied"),
                name="import_applied_once",
                violation_error_message=_("Tệp này đã được ghi vào sổ."),
            )
        ]

    def __str__(self):
        return self.file_name


KINDS.update(Import.What.choices)
