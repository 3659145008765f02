"""Django admin for notices and letters: who was told what, and what became of the mail. Nobody changes them."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin import ReadOnly, ScopedAdmin
from accounts.letters import is_cut_off
from accounts.models import Letter, Notice, User
from accounts.notices import sentence


class ToldAdmin(ReadOnly, ScopedAdmin):
    """What people were told; administrators and auditors see that of everybody."""

    folded_search = False
    list_select_related = ["user"]
    search_fields = ["user__username"]

    def get_queryset(self, request):
        return admin.ModelAdmin.get_queryset(self, request).filter(user__in=User.objects.visible_to(request.user))


@admin.register(Notice)
class NoticeAdmin(ToldAdmin):
    list_display = ["at", "user", "subject", "said", "read_at", "mailed_at"]
    list_filter = [("read_at", admin.EmptyFieldListFilter), ("mailed_at", admin.EmptyFieldListFilter)]
    fields = ["at", "user", "subject", "said", "address", "key", "read_at", "mailed_at"]
    readonly_fields = fields

    @admin.display(description=_("nội dung"))
    def said(self, notice):
        return sentence(notice)


@admin.register(Letter)
class LetterAdmin(ToldAdmin):
    list_display = ["on", "user", "state_in_words", "notices", "tries", "error", "at"]
    list_filter = ["state", "on"]
    fields = ["on", "user", "state_in_words", "notices", "tries", "error", "at"]
    readonly_fields = fields

    @admin.display(description=_("tình trạng"), ordering="state")
    def state_in_words(self, letter):
        """A letter that was cut off while it was sent may have arrived or not."""
        return _("đứt quãng khi gửi, không rõ đã tới chưa") if is_cut_off(letter) else letter.get_state_display()
