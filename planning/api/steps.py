"""The steps of dossiers over REST, and the dates that somebody expects or promised."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.access import prefetch_visible
from accounts.api import ByCode, ReadViewSet, VersionedViewSet
from accounts.models import Agency
from accounts.rest import KeysetPages
from planning.api import telling
from planning.books import MilestoneFilterSet
from planning.filters import StepFilterSet
from planning.models import Dossier, Milestone, Step
from zones.api.removing import Removable
from zones.api.shared import DocumentedSerializer
from zones.models import Document


class StepSerializer(DocumentedSerializer):
    """One step: a move, a state as a source showed it, or an event. One that was taken back says when and why."""

    dossier = ByCode(Dossier, help_text=_("Mã hồ sơ."))
    zone = serializers.CharField(source="dossier.zone.code", allow_null=True, default=None, help_text=_("Mã khu, cụm."))
    label = serializers.CharField(help_text=_("Bước bằng lời của bảng."))
    agency = ByCode(Agency, allow_null=True, help_text=_("Cơ quan giữ hồ sơ sau bước này."))
    findings = telling.FindingSerializer(many=True, help_text=_("Điều kiện của luật vào lúc đó."))
    recorded_by = serializers.StringRelatedField(allow_null=True, help_text=_("Người ghi nhận."))

    class Meta:
        model = Step
        fields = [
            "id", "dossier", "zone", "number", "kind", "label", "move", "event", "from_state", "to_state", "on",
            "on_precision", "agency", "document", "document_label", "document_hidden", "source", "note", "findings",
            "recorded_at", "recorded_by", "retracted_at", "retracted_note",
        ]  # fmt: skip
        read_only_fields = fields


class StepViewSet(ReadViewSet):
    """Các bước của hồ sơ. Ghi bằng các động từ của hồ sơ, không sửa ở đây."""

    model = Step
    serializer_class = StepSerializer
    filterset_class = StepFilterSet
    pagination_class = KeysetPages

    def get_queryset(self):
        steps = super().get_queryset().select_related("dossier__zone", "agency", "recorded_by")
        return steps.prefetch_related(prefetch_visible("document", Document, self.request.user))


class MilestoneViewSet(Removable, VersionedViewSet):
    """Mốc dự kiến của hồ sơ."""

    model = Milestone
    serializer_class = telling.MilestoneSerializer
    filterset_class = MilestoneFilterSet

    def get_queryset(self):
        milestones = super().get_queryset().select_related("dossier__lead_agency")
        return milestones.prefetch_related(prefetch_visible("document", Document, self.request.user))
