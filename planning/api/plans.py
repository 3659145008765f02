"""Plans with their entries, and sessions with the dossiers that are meant to reach them."""

from django.db import transaction
from django.db.models import Prefetch
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from accounts.access import prefetch_visible
from accounts.api import ByCode, CleanModelSerializer, VersionedViewSet
from accounts.models import CODE_SHAPE, Agency, StaleRecord
from planning.api.acting import NOTE, GivenSerializer
from planning.books import PlanEntryFilterSet, PlanFilterSet, SessionFilterSet
from planning.models import CouncilSession, Dossier, Plan, PlanEntry, SessionDossier
from zones.api.removing import Removable
from zones.api.shared import DocumentedSerializer
from zones.models import Document, Zone
from zones.models.zone import ZoneKind


class PlanSerializer(DocumentedSerializer):
    """A development plan; `stated_count` and `stated_area_ha` are the totals that it gives itself."""

    kinds = serializers.ListField(
        child=serializers.ChoiceField(ZoneKind.choices), max_length=len(ZoneKind), help_text=_("Các loại khu.")
    )
    agency = ByCode(Agency, required=False, allow_null=True, help_text=_("Mã cơ quan giữ hồ sơ."))
    links = serializers.SerializerMethodField()

    class Meta:
        model = Plan
        fields = [
            "id", "code", "title", "city", "kinds", "horizon_from", "horizon_to", "vision_to", "in_force_from",
            "in_force_to", "stated_count", "stated_area_ha", "complete", "agency", "publicity", "document",
            "document_label", "document_hidden", "source", "note", "etag", "links",
        ]  # fmt: skip

    def get_links(self, plan) -> dict[str, str]:
        return {
            "self": f"/api/v1/plans/{plan.code}",
            "page": f"/plans/{plan.code}/",
            "entries": f"/api/v1/plan-entries?plan={plan.code}",
        }


class PlanViewSet(Removable, VersionedViewSet):
    """Quy hoạch, phương án phát triển."""

    model = Plan
    serializer_class = PlanSerializer
    filterset_class = PlanFilterSet
    lookup_field = "code"
    lookup_value_regex = CODE_SHAPE

    def get_queryset(self):
        plans = super().get_queryset().select_related("agency")
        return plans.prefetch_related(prefetch_visible("document", Document, self.request.user))


class PlanEntrySerializer(CleanModelSerializer):
    """One line of a plan's list, as the plan says it, and the zone of the register that it means."""

    plan = ByCode(Plan, help_text=_("Mã quy hoạch."))
    zone = ByCode(Zone, required=False, allow_null=True, help_text=_("Mã khu, cụm trong sổ."))

    class Meta:
        model = PlanEntry
        fields = [
            "id", "plan", "number", "name", "kind", "place_text", "area_ha", "intent", "stage", "zone", "source",
            "note", "etag",
        ]  # fmt: skip


class PlanEntryViewSet(Removable, VersionedViewSet):
    """Dòng trong danh mục của quy hoạch."""

    model = PlanEntry
    serializer_class = PlanEntrySerializer
    filterset_class = PlanEntryFilterSet

    def get_queryset(self):
        entries = super().get_queryset().select_related("plan__agency")
        return entries.prefetch_related(prefetch_visible("zone", Zone, self.request.user))


class ItemSerializer(serializers.Serializer):
    """A dossier that is meant to be decided at the session."""

    dossier = serializers.CharField(source="dossier.code", help_text=_("Mã hồ sơ."))
    title = serializers.CharField(source="dossier.title")
    note = serializers.CharField(allow_blank=True)


class NewItemSerializer(GivenSerializer):
    dossier = ByCode(Dossier, help_text=_("Mã hồ sơ."))
    note = serializers.CharField(**NOTE)


class SessionSerializer(DocumentedSerializer):
    """A session of the council or of the committee, and the dossiers for it that the reader may see."""

    agency = ByCode(Agency, required=False, allow_null=True, help_text=_("Mã cơ quan giữ lịch."))
    dossiers = ItemSerializer(source="items", many=True, read_only=True)

    class Meta:
        model = CouncilSession
        fields = [
            "id", "code", "name", "city", "body", "on", "on_precision", "agency", "publicity", "dossiers", "document",
            "document_label", "document_hidden", "source", "note", "etag",
        ]  # fmt: skip


class SessionViewSet(Removable, VersionedViewSet):
    """Kỳ họp và các hồ sơ trình kỳ họp."""

    model = CouncilSession
    serializer_class = SessionSerializer
    filterset_class = SessionFilterSet
    lookup_field = "code"
    lookup_value_regex = CODE_SHAPE
    guarded = ("dossiers",)

    def get_queryset(self):
        user = self.request.user
        items = SessionDossier.objects.visible_to(user).select_related("dossier").order_by("dossier__code")
        sessions = super().get_queryset().select_related("agency")
        return sessions.prefetch_related(Prefetch("items", items), prefetch_visible("document", Document, user))

    @extend_schema(request=NewItemSerializer, responses=SessionSerializer)
    @action(detail=True, methods=["post"])
    def dossiers(self, request, *args, **kwargs):
        """Đưa một hồ sơ vào kỳ họp."""
        session = self.get_object()
        self.check_precondition(session)
        asked = NewItemSerializer(data=request.data, context=self.get_serializer_context())
        asked.is_valid(raise_exception=True)
        item = SessionDossier(session=session, **asked.validated_data)
        item.full_clean()
        return self.changed(session, item.save)

    @extend_schema(responses=SessionSerializer)
    @action(detail=True, methods=["delete"], url_path=f"dossiers/(?P<dossier>{CODE_SHAPE})")
    def without(self, request, *args, dossier, **kwargs):
        """Đưa một hồ sơ ra khỏi kỳ họp."""
        session = self.get_object()
        self.check_precondition(session)
        item = next((one for one in session.items.all() if one.dossier.code == dossier), None)
        if item is None:
            raise Http404(_("Không tìm thấy."))
        return self.changed(session, item.delete)

    def changed(self, session, act):
        """The session as it stands after `act`, which counts as a correction of it."""
        try:
            with transaction.atomic():
                session.save()
                act()
        except StaleRecord:
            self.refuse_stale(self.again(session))
        return self.answer(self.again(session))
