"""Dossiers over REST: read with clocks and next moves, opened, corrected, and moved by the verbs of the workflow."""

from functools import partial

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from accounts.access import prefetch_visible
from accounts.api import ByCode, ById, CleanModelSerializer, VersionedViewSet
from accounts.models import CODE_SHAPE, Agency
from planning import tracks, workflow
from planning.api import acting, telling
from planning.filters import DossierFilterSet
from planning.models import Dossier, Milestone
from planning.reckoning import Office, Reckoning
from zones.models import Document, Facility, Phase, Zone

MOST_AGENCIES = 50
WORKED_OUT = ["city", "state", "state_since", "state_precision", "ended", "due_on", "due_rule"]
LINKS = {
    "self": ("/api/v1/dossiers/", ""),
    "page": ("/dossiers/", "/"),
    "steps": ("/api/v1/steps?dossier=", ""),
    "milestones": ("/api/v1/milestones?dossier=", ""),
}


class DossierSerializer(CleanModelSerializer):
    """One matter about a zone or a facility on one track, and where it stands today."""

    zone = ByCode(Zone, read_only=True, allow_null=True)
    phase = ById(Phase, read_only=True, allow_null=True)
    facility = ByCode(Facility, read_only=True, allow_null=True)
    track = serializers.ChoiceField(tracks.choices, read_only=True)
    lead_agency = ByCode(Agency, help_text=_("Mã cơ quan chủ trì."))
    cooperating = ByCode(Agency, many=True, required=False, help_text=_("Mã các cơ quan phối hợp."))
    state_label = serializers.SerializerMethodField(help_text=_("Trạng thái bằng lời của bảng."))
    days_late = serializers.SerializerMethodField(help_text=_("Số ngày đã quá hạn, đến hôm nay."))
    links = serializers.SerializerMethodField()

    class Meta:
        model = Dossier
        fields = [
            "id", "code", "title", "track", "zone", "phase", "facility", "city", "lead_agency", "cooperating",
            "publicity", "state", "state_label", "state_since", "state_precision", "ended", "due_on", "due_rule",
            "days_late", "rule_day", "rule_reason", "source", "note", "etag", "links",
        ]  # fmt: skip
        read_only_fields = [*WORKED_OUT, "rule_day", "rule_reason"]

    def get_state_label(self, dossier) -> str:
        return str(dossier.state_now.name) if dossier.state_now else ""

    def get_days_late(self, dossier) -> int:
        overdue = dossier.due_on and not dossier.ended and (timezone.localdate() - dossier.due_on).days
        return max(overdue or 0, 0)

    def get_links(self, dossier) -> dict[str, str]:
        return {name: f"{before}{dossier.code}{after}" for name, (before, after) in LINKS.items()}

    def to_internal_value(self, data):
        if isinstance(data, dict) and len(data.get("cooperating") or ()) > MOST_AGENCIES:
            raise serializers.ValidationError({"cooperating": [_("Nhiều nhất %(n)s.") % {"n": MOST_AGENCIES}]})
        return super().to_internal_value(data)

    def validate(self, data):
        """The cooperating agencies are no column of the dossier: they are stored with it."""
        self.invited = data.pop("cooperating", None)
        return super().validate(data)

    @transaction.atomic
    def update(self, instance, validated_data):
        dossier = super().update(instance, validated_data)
        if self.invited is not None:
            dossier.cooperating.set(self.invited)
        return dossier


NEW_DOSSIER = {
    "code": "HS-HN-CCN-CN3-TL",
    "title": "Thành lập Cụm công nghiệp CN3",
    "track": "legal",
    "zone": "HN-CCN-CN3",
    "lead_agency": "HN-SCT",
    "start": {"state": "dossier_submitted", "on": "2026-09-16", "document": 7},
}


@extend_schema_serializer(examples=[OpenApiExample("A dossier of a cluster", NEW_DOSSIER, request_only=True)])
class NewDossierSerializer(DossierSerializer):
    """As it is opened: what it is about, and where it stands (`start`)."""

    zone = ByCode(Zone, required=False, allow_null=True, help_text=_("Mã khu, cụm; hoặc facility."))
    phase = ById(Phase, required=False, allow_null=True)
    facility = ByCode(Facility, required=False, allow_null=True)
    track = serializers.ChoiceField(tracks.choices)
    start = acting.StartSerializer(write_only=True)

    class Meta(DossierSerializer.Meta):
        fields = [*DossierSerializer.Meta.fields, "start"]
        read_only_fields = WORKED_OUT

    def validate(self, data):
        self.start = data.pop("start")
        return super().validate(data)

    def create(self, validated_data):
        self.draft.invited = self.invited or ()
        return workflow.open_dossier(self.draft, by=self.context["request"].user, **self.start)


class DossierDetailSerializer(DossierSerializer):
    """A dossier with its next moves, its clocks explained, and whose days they were."""

    moves = serializers.SerializerMethodField(help_text=_("Các bước có thể tiếp theo."))
    clocks = telling.ClockSerializer(source="reckoning.runs", many=True, read_only=True)
    pauses = telling.PauseSerializer(many=True, read_only=True)
    extensions = telling.ExtensionSerializer(many=True, read_only=True)
    milestones = telling.MilestoneSerializer(many=True, read_only=True)
    used = telling.UsedSerializer(source="reckoning.used", many=True, read_only=True)
    delay = telling.DelaySerializer(source="reckoning", read_only=True)

    class Meta(DossierSerializer.Meta):
        fields = [
            *DossierSerializer.Meta.fields, "moves", "clocks", "pauses", "extensions", "milestones", "used", "delay",
        ]  # fmt: skip

    @extend_schema_field(telling.MoveSerializer(many=True))
    def get_moves(self, dossier):
        user = self.context["request"].user
        options = workflow.moves_for(dossier, user, office=dossier.reckoning.office)
        return telling.MoveSerializer(options, many=True, context={"table": dossier.table}).data


verb = partial(acting.verb, told=DossierDetailSerializer)


class DossierViewSet(VersionedViewSet):
    """Hồ sơ: đang ở đâu, thời hạn nào đang chạy, bước nào tiếp theo."""

    model = Dossier
    serializer_class = DossierSerializer
    filterset_class = DossierFilterSet
    lookup_field = "code"
    lookup_value_regex = CODE_SHAPE
    guarded = ("advance", "observe", "events", "pause", "resume", "extend", "retract")
    changes_by_day = True

    def get_serializer_class(self):
        return {"list": DossierSerializer, "create": NewDossierSerializer}.get(self.action, DossierDetailSerializer)

    def get_queryset(self):
        dossiers, user = super().get_queryset(), self.request.user
        if self.action == "list":
            return dossiers.select_related("zone", "phase", "facility", "lead_agency").prefetch_related("cooperating")
        own = Milestone.objects.visible_to(user).prefetch_related(prefetch_visible("document", Document, user))
        papers = Prefetch("pauses__document", Document.objects.visible_to(user))
        return dossiers.reckonable(user).prefetch_related(papers, Prefetch("milestones", own))

    def check_object_permissions(self, request, record):
        """Who may make a move says the table of moves; everything else is its lead agency's."""
        if self.action != "advance":
            super().check_object_permissions(request, record)

    def retrieve(self, request, *args, **kwargs):
        """Một hồ sơ với các bước tiếp theo, các thời hạn được giải thích, và ngày nào của ai."""
        return self.answer(self.get_object())

    def answer(self, record, status=200):
        """As it stands today, for this caller."""
        record.reckoning = Reckoning(record, Office(timezone.localdate()))
        return super().answer(record, status)

    @verb(acting.AdvanceSerializer)
    def advance(self, dossier, **given):
        """Ghi một bước theo bảng của tuyến."""
        workflow.advance(dossier, **given)

    @verb(acting.ObserveSerializer)
    def observe(self, dossier, **given):
        """Ghi trạng thái như văn bản hoặc nguồn cho thấy."""
        workflow.observe(dossier, **given)

    @verb(acting.EventSerializer)
    def events(self, dossier, **given):
        """Ghi một sự việc không đổi trạng thái."""
        workflow.note_event(dossier, **given)

    @verb(acting.StopSerializer)
    def pause(self, dossier, **given):
        """Tạm dừng thời hạn."""
        workflow.pause(dossier, **given)

    @verb(acting.ResumeSerializer)
    def resume(self, dossier, kind, **given):
        """Cho thời hạn chạy tiếp."""
        stopped = dossier.pauses.filter(kind=kind, end_on__isnull=True).first()
        if stopped is None:
            raise serializers.ValidationError({"kind": [_("Hồ sơ không đang tạm dừng vì lý do này.")]})
        workflow.resume(stopped, **given)

    @verb(acting.ExtendSerializer)
    def extend(self, dossier, **given):
        """Gia hạn một thời hạn, theo văn bản."""
        workflow.extend(dossier, **given)

    @verb(acting.RetractSerializer)
    def retract(self, dossier, step, **given):
        """Rút một bước ghi nhầm; bước đó vẫn đọc được, kèm lý do."""
        if step.dossier_id != dossier.pk:
            raise serializers.ValidationError({"step": [_("Không có bản ghi này.")]})
        workflow.retract(step, **given)
