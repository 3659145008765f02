"""Django admin for webhooks: who gets which changes, a trial at once, and the log of what came back."""

from django import forms
from django.contrib import admin, messages
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from accounts import feed
from accounts.admin import ReadOnly, RecordAdmin, RecordForm, ScopedAdmin
from accounts.models import RowChange, Webhook, WebhookDelivery
from accounts.webhooks import send_test

SHOWN = 10


def kind_choices():
    return [(name, kind.model._meta.verbose_name) for name, kind in feed.kinds().items()]


class Boxes(forms.MultipleChoiceField):
    """Values to tick; none means all of them."""

    widget = forms.CheckboxSelectMultiple


class WebhookForm(RecordForm):
    kinds = Boxes(
        label=capfirst(_("loại bản ghi")), choices=kind_choices, required=False, help_text=_("Không chọn: mọi loại.")
    )
    actions = Boxes(
        label=capfirst(_("việc")),
        choices=RowChange.Action.choices,
        required=False,
        help_text=_("Không chọn: mọi việc."),
    )


@admin.register(Webhook)
class WebhookAdmin(RecordAdmin):
    form = WebhookForm
    deletable = True
    change_form_template = "admin/accounts/webhook/change_form.html"
    list_display = ["name", "url", "owner", "state_in_words", "failing_since", "next_try_at"]
    list_filter = ["active", ("failing_since", admin.EmptyFieldListFilter)]
    list_select_related = ["owner"]
    search_fields = ["url", "label", "owner__username"]
    folded_search = False
    autocomplete_fields = ["owner"]
    fields = [
        "owner", "url", "label", "kinds", "actions", "active", "state_in_words", "failing_since", "next_try_at", "log",
        "reason", "version_read",
    ]  # fmt: skip
    readonly_fields = ["state_in_words", "failing_since", "next_try_at", "log"]

    @admin.display(description=_("địa chỉ nhận thay đổi"), ordering="label")
    def name(self, hook):
        return str(hook)

    @admin.display(description=_("tình trạng"))
    def state_in_words(self, hook):
        return hook.state.label if hook.pk else "–"

    @admin.display(description=_("nhật ký gửi"))
    def log(self, hook):
        """The last deliveries, with the way to all of them."""
        if not hook.pk:
            return "–"
        rows = [
            (f"{localtime(one.at):%d/%m/%Y %H:%M:%S}", one.events, one.status or "–", one.error or one.response)
            for one in hook.deliveries.all()[:SHOWN]
        ]
        return format_html(
            "<table><thead><tr><th>{}</th><th>{}</th><th>{}</th><th>{}</th></tr></thead><tbody>{}</tbody></table>"
            '<p><a href="{}?webhook__id__exact={}">{}</a></p>',
            _("lúc"),
            _("số thay đổi"),
            _("mã trả lời"),
            _("trả lời hoặc lỗi"),
            format_html_join("", "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>", rows),
            reverse("admin:accounts_webhookdelivery_changelist"),
            hook.pk,
            _("Xem cả nhật ký"),
        )

    def changeform_view(self, request, object_id=None, *args, **kwargs):
        """The trial goes out when what was typed is stored: no transaction waits for the receiver."""
        response = super().changeform_view(request, object_id, *args, **kwargs)
        if request.POST.get("_continue") == "test" and response.status_code == 302 and object_id:
            self.tell_trial(request, send_test(Webhook.objects.visible_to(request.user).get(pk=object_id)))
        return response

    def tell_trial(self, request, delivery):
        if delivery.error:
            told = _("Gửi thử không được: %(error)s") % {"error": delivery.error}
            messages.error(request, f"{told} {delivery.response}")
        else:
            said = {"status": delivery.status, "ms": delivery.duration_ms, "response": delivery.response}
            messages.success(request, _("Bên nhận đã nhận (%(status)s, %(ms)s ms): %(response)s") % said)

    def response_add(self, request, hook, post_url_continue=None):
        """The secret that signs, this once."""
        context = {**self.admin_site.each_context(request), "hook": hook, "opts": self.opts, "title": hook}
        return TemplateResponse(request, "admin/accounts/webhook/secret.html", context)


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnly, ScopedAdmin):
    form = forms.ModelForm
    list_display = ["at", "webhook", "test", "events", "status", "duration_ms", "error", "response"]
    list_filter = ["test", "status", "webhook"]
    list_select_related = ["webhook"]
    search_fields = ["delivery", "webhook__url", "error"]
    folded_search = False
    ordering = ["-pk"]
