"""Django admin for agencies, people, keys and the trace; and the bases on which the other apps build theirs.

The admin obeys accounts/access.py like every page: rows and choices are `visible_to` the user, and changes need
`may_edit`."""

from allauth.account.admin import EmailAddress
from allauth.mfa.admin import Authenticator
from axes.admin import AccessAttempt, AccessFailureLog, AccessLog
from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextInputWidget
from django.contrib.auth.admin import Group
from django.contrib.auth.admin import UserAdmin as PeopleAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import IntegrityError, models
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from accounts.access import check_may_edit, may_edit
from accounts.audit import because, watched_models
from accounts.history import in_words, names_of
from accounts.models import Agency, ApiToken, CalendarKey, RowChange, StaleRecord, User
from accounts.text import clean_text, fold

admin.site.site_header = admin.site.site_title = _("Quản trị cổng quy hoạch")
admin.site.index_title = _("Các bảng")
admin.site.unregister([Group, EmailAddress, AccessLog, AccessFailureLog, Authenticator, AccessAttempt])
# Tables and columns of libraries are shown here; they have no Vietnamese names of their own.
for model, app_name, name in (
    (AccessAttempt, _("Đăng nhập"), _("lần nhập sai mật khẩu")),
    (Authenticator, _("Xác thực hai bước"), _("mã đã bật")),
):
    model._meta.app_config.verbose_name = app_name
    model._meta.verbose_name = model._meta.verbose_name_plural = name
for model, column, name in (
    (Authenticator, "type", _("loại")),
    (Authenticator, "created_at", _("lúc tạo")),
    (Authenticator, "last_used_at", _("dùng lần cuối")),
    (ApiToken, "user", _("người dùng")),
    (ApiToken, "token_key", _("đầu khoá")),
    (ApiToken, "created", _("lúc tạo")),
    (ApiToken, "expiry", _("hết hạn")),
):
    model._meta.get_field(column).verbose_name = name
User.groups.through._meta.verbose_name = _("nhóm của người dùng")
User.user_permissions.through._meta.verbose_name = _("quyền riêng của người dùng")


def opens_admin(user):
    return user.is_authenticated and user.is_active and user.role_rules.admin


# Forms --------------------------------------------------------------------------------------------------------------


class ReasonForm(forms.ModelForm):
    """Asks why; the answer stands in the row history."""

    reason = forms.CharField(
        label=_("Lý do sửa"),
        max_length=500,
        required=False,
        widget=AdminTextInputWidget,
        help_text=_("Ghi vào lịch sử thay đổi của bản ghi."),
    )

    def clean_reason(self):
        return clean_text(self.cleaned_data["reason"])


class VersionedForm(forms.ModelForm):
    """Carries the version that was read. When someone else was faster nothing is saved: the user's input stays in the
    form, and each field that differs says what is stored now."""

    version_read = forms.IntegerField(label="", widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["version_read"] = self.instance.version

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk and cleaned.get("version_read") != self.instance.version:
            self.show_both()
        return cleaned

    def show_both(self):
        self.add_error(None, StaleRecord())
        for name in self.changed_data:
            try:
                column = self.instance._meta.get_field(name)
            except FieldDoesNotExist:
                continue
            linked = column.is_relation and getattr(self.instance, name)
            stored = linked or in_words(column, column.value_from_object(self.instance), {}) or "–"
            self.add_error(name, _("Đang lưu: %(stored)s") % {"stored": stored})
        self.data = self.data.copy()
        self.data[self.add_prefix("version_read")] = self.instance.version


class RecordForm(ReasonForm, VersionedForm):
    """The form of a Record: version and reason."""


# Bases --------------------------------------------------------------------------------------------------------------


class Scoped:
    """Rows and choices of a page or an inline of the admin: what the user may see."""

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        related = db_field.remote_field.model
        kwargs.setdefault("queryset", related.objects.visible_to(request.user))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs.setdefault("queryset", db_field.remote_field.model.objects.visible_to(request.user))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_view_permission(self, request, obj=None):
        return opens_admin(request.user)

    def has_change_permission(self, request, obj=None):
        if obj is not None:
            return opens_admin(request.user) and may_edit(request.user, obj)
        return self.has_add_permission(request)

    def has_add_permission(self, request, obj=None):
        edits = opens_admin(request.user) and request.user.role_rules.edit
        return edits == "everything" or (edits == "own agency" and bool(self.model.access.agency))


class ScopedAdmin(Scoped, admin.ModelAdmin):
    """The base of every table. `search_fields` name folded or plain ASCII columns; of a `deletable` table a row may go
    when nothing hangs on it, everywhere else the history must stay."""

    form = ReasonForm
    deletable = False
    folded_search = True
    view_on_site = False
    show_full_result_count = False
    list_per_page = 50
    formfield_overrides = {models.DecimalField: {"localize": True}}

    def has_module_permission(self, request):
        return opens_admin(request.user)

    def has_delete_permission(self, request, obj=None):
        return self.deletable and self.has_change_permission(request, obj)

    def get_search_results(self, request, queryset, search_term):
        try:
            term = clean_text(search_term)
        except ValidationError:
            return queryset.none(), False
        return super().get_search_results(request, queryset, fold(term) if self.folded_search else term)

    def save_model(self, request, obj, form, change):
        check_may_edit(request.user, obj)
        because(form.cleaned_data["reason"])
        super().save_model(request, obj, form, change)

    def changeform_view(self, request, *args, **kwargs):
        """Whoever saves a moment after somebody else gets the form again, which then finds the newer version, or the
        record that has just taken the same name."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except (StaleRecord, IntegrityError):
            return super().changeform_view(request, *args, **kwargs)


class RecordAdmin(ScopedAdmin):
    """A table of Records: versioned."""

    form = RecordForm


class ScopedInline(Scoped, admin.TabularInline):
    """Rows that belong to the record on the page; whoever may change that may change them."""

    extra = 0
    formfield_overrides = ScopedAdmin.formfield_overrides
    show_change_link = False

    def has_change_permission(self, request, obj=None):
        return opens_admin(request.user) and (obj is None or may_edit(request.user, obj))

    has_add_permission = has_delete_permission = has_change_permission


class ReadOnly:
    """A table that nobody changes by hand."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


# Tables -------------------------------------------------------------------------------------------------------------


@admin.register(Agency)
class AgencyAdmin(RecordAdmin):
    deletable = True
    list_display = ["code", "name", "kind", "city", "parent", "valid_from", "valid_to"]
    list_display_links = ["code", "name"]
    list_filter = ["city", "kind", ("valid_to", admin.EmptyFieldListFilter)]
    list_select_related = ["parent"]
    search_fields = ["name_fold", "code"]
    autocomplete_fields = ["parent", "successor"]


class PersonForm(ReasonForm, UserChangeForm):
    """A person, with names and mail address behind the text gate."""

    def clean_email(self):
        return clean_text(self.cleaned_data["email"])


class NewPersonForm(ReasonForm, AdminUserCreationForm):
    """A new person with a first password."""


@admin.register(User)
class UserAdmin(ScopedAdmin, PeopleAdmin):
    form = PersonForm
    add_form = NewPersonForm
    folded_search = False
    list_display = ["username", "last_name", "first_name", "role", "agency", "is_active", "last_login"]
    list_filter = ["role", "is_active", "agency__city"]
    list_select_related = ["agency"]
    search_fields = ["username", "last_name", "first_name", "agency__name_fold"]
    autocomplete_fields = ["agency"]
    filter_horizontal = []
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["username", "password", "is_active"]}),
        (_("Người"), {"fields": ["last_name", "first_name", "position", "email"]}),
        (_("Quyền"), {"fields": ["role", "agency"]}),
        (_("Hoạt động"), {"fields": ["last_login", "date_joined", "reason"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "usable_password", "password1", "password2"]}),
        (_("Người"), {"fields": ["last_name", "first_name", "position", "email"]}),
        (_("Quyền"), {"fields": ["role", "agency", "reason"]}),
    ]


@admin.register(ApiToken)
class ApiTokenAdmin(ScopedAdmin):
    """Keys are made by `manage.py api_token`, which shows them once; here they are found, shortened and revoked."""

    deletable = True
    list_display = ["token_key", "user", "label", "scope", "created", "expiry", "last_used_at"]
    list_filter = ["scope"]
    list_select_related = ["user"]
    search_fields = ["token_key", "user__username"]
    fields = ["user", "token_key", "scope", "label", "expiry", "created", "last_used_at", "reason"]
    readonly_fields = ["user", "token_key", "scope", "created", "last_used_at"]

    def get_queryset(self, request):
        """The keys of the people whom the user may see."""
        return admin.ModelAdmin.get_queryset(self, request).filter(user__in=User.objects.visible_to(request.user))

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return opens_admin(request.user) and request.user.role_rules.edit == "everything"


@admin.register(CalendarKey)
class CalendarKeyAdmin(ReadOnly, ScopedAdmin):
    """People make the keys of their own calendars; here administrators find them and revoke them."""

    form = forms.ModelForm
    folded_search = False
    list_display = ["hint", "user", "label", "created_at", "expires_at", "last_used_at", "revoked_at"]
    list_filter = [("revoked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user"]
    search_fields = ["user__username", "label"]
    fields = ["user", "label", "hint", "created_at", "expires_at", "last_used_at", "revoked_at"]
    actions = ["revoke"]

    def has_revoke_permission(self, request):
        return opens_admin(request.user) and request.user.role_rules.edit == "everything"

    @admin.action(description=_("Thu hồi khoá đã chọn"), permissions=["revoke"])
    def revoke(self, request, keys):
        for key in keys:
            key.revoke()


class TableFilter(admin.SimpleListFilter):
    """The tables by name, without asking the trace which ones it holds."""

    title = _("bảng")
    parameter_name = "table"

    def lookups(self, request, model_admin):
        return sorted((model._meta.db_table, str(model._meta.verbose_name)) for model in watched_models())

    def queryset(self, request, queryset):
        return queryset.filter(table=self.value()) if self.value() else queryset


@admin.register(RowChange)
class RowChangeAdmin(ReadOnly, ScopedAdmin):
    list_display = ["at", "actor", "action", "table_name", "row", "reason"]
    list_filter = ["action", TableFilter]
    list_select_related = ["actor"]
    search_fields = ["row", "request_id", "actor__username"]
    ordering = ["-pk"]
    fields = ["at", "actor", "action", "table_name", "row", "reason", "request_id", "values"]
    readonly_fields = ["table_name", "values"]

    @admin.display(description=_("bảng"), ordering="table")
    def table_name(self, change):
        model = self.tables.get(change.table)
        return model._meta.verbose_name if model else change.table

    @admin.display(description=_("giá trị"))
    def values(self, change):
        return format_html(
            "<table><thead><tr><th>{}</th><th>{}</th><th>{}</th></tr></thead><tbody>{}</tbody></table>",
            _("Mục"),
            _("trước"),
            _("sau"),
            format_html_join("", "<tr><th>{}</th><td>{}</td><td>{}</td></tr>", change.lines),
        )

    def get_object(self, request, object_id, from_field=None):
        change = super().get_object(request, object_id, from_field)
        if change is not None:
            change.lines = list(self.lines(change, request.user))
        return change

    @cached_property
    def tables(self):
        return {model._meta.db_table: model for model in watched_models()}

    def lines(self, change, user):
        """(column, before, after) of every column that the trace holds, in words."""
        model, before, after = self.tables.get(change.table), change.before or {}, change.after or {}
        fields = {field.column: field for field in model._meta.concrete_fields} if model else {}
        names = names_of([change], self.tables, user) if model else {}
        for column in {**before, **after}:
            values, field = (before.get(column), after.get(column)), fields.get(column)
            words = [in_words(field, value, names) if field and field.editable else value for value in values]
            yield field.verbose_name if field else column, *("–" if word in (None, "") else word for word in words)


class SignInAdmin(ReadOnly, admin.ModelAdmin):
    """What the sign-in libraries keep; for administrators to look at."""

    show_full_result_count = False

    def has_view_permission(self, request, obj=None):
        return opens_admin(request.user) and request.user.role_rules.edit == "everything"

    has_module_permission = has_view_permission


@admin.register(Authenticator)
class AuthenticatorAdmin(SignInAdmin):
    list_display = fields = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    list_select_related = ["user"]
    search_fields = ["user__username"]


@admin.register(AccessAttempt)
class AccessAttemptAdmin(SignInAdmin):
    list_display = fields = ["attempt_time", "username", "ip_address", "failures_since_start", "user_agent"]
    search_fields = ["username", "ip_address"]


from accounts import notice_admin, webhook_admin  # noqa: E402, F401, rooms of their own, built on the bases above
