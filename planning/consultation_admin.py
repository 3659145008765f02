"""Django admin for consultations, opinions, points and the rules of silence. Who is asked, what was answered and what
became of a point go through planning/consulting.py, so they are read here."""

from django.contrib import admin
from django.urls import reverse

from accounts.access import prefetch_visible
from accounts.admin import ReadOnly, RecordAdmin, ScopedInline
from planning.models import Consultation, OpinionItem, OpinionRequest, SilenceRule
from zones.models import Document

ASKED = ["sent_on", "due_on"]
ANSWERED = ["answered_on", "outcome", "text", "reply_number", "signed_by", "document", "via"]
SETTLED = ["outcome", "response", "place", "in_version"]


@admin.register(SilenceRule)
class SilenceRuleAdmin(RecordAdmin):
    deletable = True
    list_display = ["title", "city", "zone_kind", "valid_from", "valid_to", "article", "certainty"]
    list_filter = ["city", "zone_kind", "certainty", ("valid_to", admin.EmptyFieldListFilter)]
    search_fields = ["title"]
    folded_search = False
    autocomplete_fields = ["document"]


class OpinionInline(ReadOnly, ScopedInline):
    """Invited and answered on the pages of the consultation."""

    model = OpinionRequest
    fields = readonly_fields = ["agency", *ASKED, "answered_on", "outcome", "via"]
    show_change_link = True


class PointInline(ReadOnly, ScopedInline):
    """Split and settled on the page of the opinion."""

    model = OpinionItem
    fields = readonly_fields = ["number", "about", "said_by", "text", *SETTLED]
    show_change_link = True


@admin.register(Consultation)
class ConsultationAdmin(RecordAdmin):
    deletable = True
    list_display = ["code", "title", "kind", "city", "agency", "sent_on", "due_on", "closed_on", "publicity"]
    list_display_links = ["code", "title"]
    list_filter = ["city", "kind", "publicity", ("sent_on", admin.DateFieldListFilter)]
    list_select_related = ["agency"]
    search_fields = ["search"]
    autocomplete_fields = ["agency", "dossier", "document", "period_rule", "silence_rule"]
    readonly_fields = ["sent_on", "due_on", "closed_on"]
    inlines = [OpinionInline]

    def view_on_site(self, consultation):
        return reverse("planning:consultation", args=[consultation.code])


class MadeByVerbs:
    """Rows come and go by the verbs of the consultation; their own words may be corrected."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) if obj is not None else super().has_add_permission(request)


@admin.register(OpinionRequest)
class OpinionRequestAdmin(MadeByVerbs, RecordAdmin):
    list_display = ["agency", "consultation", *ASKED, "answered_on", "outcome"]
    list_filter = ["outcome", "via", "consultation__city", ("due_on", admin.DateFieldListFilter)]
    list_select_related = ["agency", "consultation"]
    search_fields = ["consultation__search", "agency__name_fold"]
    readonly_fields = ["consultation", "agency", *ASKED, *ANSWERED, "recorded_at", "recorded_by", "link_until"]
    inlines = [PointInline]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related(prefetch_visible("document", Document, request.user))

    def view_on_site(self, opinion):
        return reverse("planning:opinion", args=[opinion.pk])


@admin.register(OpinionItem)
class OpinionItemAdmin(MadeByVerbs, RecordAdmin):
    list_display = ["request", "number", "about", "text", "outcome"]
    list_display_links = ["request", "number", "text"]
    list_filter = ["outcome", "request__consultation__city"]
    list_select_related = ["request__agency", "request__consultation"]
    search_fields = ["request__consultation__search"]
    readonly_fields = ["request", "number", *SETTLED]
