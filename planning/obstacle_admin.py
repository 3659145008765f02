"""Django admin for obstacles. What is told of them and decided goes through planning/obstacles.py: it is read here."""

from django.contrib import admin
from django.urls import reverse

from accounts.access import prefetch_visible
from accounts.admin import ReadOnly, RecordAdmin, ScopedAdmin, ScopedInline
from planning import obstacle_notices, obstacles
from planning.models import Obstacle, ObstacleUpdate
from zones.models import Document

TOLD = [
    "kind", "on", "text", "expected_on", "document", "agency", "recorded_at", "recorded_by", "decision", "decided_at",
    "decided_by", "decision_note",
]  # fmt: skip


class UpdateInline(ReadOnly, ScopedInline):
    """Added and decided on at the obstacle's own page."""

    model = ObstacleUpdate
    fields = readonly_fields = TOLD

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related(prefetch_visible("document", Document, request.user))


@admin.register(Obstacle)
class ObstacleAdmin(RecordAdmin):
    deletable = True
    list_display = ["code", "title", "cause", "zone", "agency", "raised_on", "expected_on", "resolved_on"]
    list_display_links = ["code", "title"]
    list_filter = [
        "city",
        "cause",
        "publicity",
        ("expected_on", admin.DateFieldListFilter),
        ("resolved_on", admin.EmptyFieldListFilter),
    ]
    list_select_related = ["zone", "agency"]
    search_fields = ["search", "zone__search"]
    autocomplete_fields = ["zone", "dossier", "agency", "raised_by", "officer", "document"]
    readonly_fields = ["expected_on", "resolved_on"]
    inlines = [UpdateInline]

    def view_on_site(self, obstacle):
        return reverse("planning:obstacle", args=[obstacle.code])

    def save_model(self, request, obj, form, change):
        obstacles.set_expected(obj)
        super().save_model(request, obj, form, change)
        if not change or "agency" in form.changed_data:
            obstacle_notices.given(obj, request.user)


@admin.register(ObstacleUpdate)
class ObstacleUpdateAdmin(ReadOnly, ScopedAdmin):
    """Written once, at the obstacle's own page."""

    list_display = ["obstacle", "kind", "on", "text", "agency", "decision", "recorded_at"]
    list_filter = ["kind", "decision", "obstacle__city", ("on", admin.DateFieldListFilter)]
    list_select_related = ["obstacle", "agency"]
    search_fields = ["obstacle__search"]
    fields = readonly_fields = ["obstacle", *TOLD]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related(prefetch_visible("document", Document, request.user))
