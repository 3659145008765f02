"""What the JSON says of moves, clocks and days, in the words of workflow and reckoning; answers that are of a day."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.api import ByCode
from planning import tracks
from planning.api.acting import UNITS
from planning.models import Dossier, Extension, Milestone, Pause, Rule
from planning.reckoning import CAUSES
from zones.api.shared import AS_OF, DocumentedSerializer, InTime

OUTCOMES = ("passed", "failed", "legacy", "unknown")
CLOCK_STATES = ("on", "soon", "late", "done", "done_late", "paused", "unknown")
WAYS = ("forward", "back", "adjust", "annul")


class Texts(serializers.ListField):
    child = serializers.CharField()


class ExplanationSerializer(serializers.Serializer):
    """One line of the explanation; `days` is what it adds in calendar days: start + all of them = due day."""

    text = serializers.CharField()
    day = serializers.DateField(allow_null=True)
    days = serializers.IntegerField(allow_null=True)


class FindingSerializer(serializers.Serializer):
    """One test of the law: a failed one asks for a reason, and blocks nothing."""

    code = serializers.CharField()
    label = serializers.CharField()
    outcome = serializers.ChoiceField(OUTCOMES)
    found = serializers.CharField(allow_blank=True)
    wanted = serializers.CharField(allow_blank=True)
    article = serializers.CharField(allow_blank=True)
    why = serializers.CharField(allow_blank=True)


class MoveSerializer(serializers.Serializer):
    """A move that may follow. `refusal` says why the caller may not make it; empty when they may."""

    code = serializers.CharField(source="move.code")
    name = serializers.CharField(source="move.name")
    target = serializers.CharField()
    target_label = serializers.SerializerMethodField()
    way = serializers.ChoiceField(WAYS, source="move.way")
    authority = serializers.CharField(source="move.authority")
    authority_label = serializers.SerializerMethodField(help_text=_("Thẩm quyền theo luật."))
    law = serializers.CharField(source="move.law")
    product = serializers.CharField(source="move.product", allow_blank=True, help_text=_("Văn bản của bước này."))
    evidence = Texts(source="move.evidence", help_text=_("Loại văn bản phải có; trống: không."))
    decides = serializers.BooleanField(source="move.decides", help_text=_("Là quyết định: người duyệt ghi."))
    needs_note = serializers.BooleanField(source="move.needs_note")
    refusal = serializers.CharField(allow_blank=True)
    tests = FindingSerializer(source="findings", many=True)

    def get_target_label(self, option) -> str:
        return str(self.context["table"].states[option.target].name)

    def get_authority_label(self, option) -> str:
        return str(tracks.AUTHORITIES[option.move.authority].name)


class LatenessSerializer(serializers.Serializer):
    days = serializers.IntegerField(help_text=_("Số ngày trễ."))
    working_days = serializers.IntegerField()
    left = serializers.IntegerField(help_text=_("Số ngày còn lại."))
    working_left = serializers.IntegerField()


class ClockSerializer(serializers.Serializer):
    """One clock of the law as it ran or runs for the dossier, with its sum line by line."""

    rule = serializers.CharField(source="span.rule")
    name = serializers.CharField(source="span.name")
    within = serializers.CharField(source="span.within", allow_blank=True, help_text=_("Nằm trong thời hạn này."))
    article = serializers.CharField(source="rule.article", allow_null=True, default=None)
    certainty = serializers.ChoiceField(Rule.Certainty.choices, source="rule.certainty", allow_null=True, default=None)
    start_on = serializers.DateField(source="start.on")
    ended_on = serializers.DateField(source="ended.on", allow_null=True, default=None)
    due_on = serializers.DateField(source="due.day", allow_null=True)
    state = serializers.ChoiceField(CLOCK_STATES)
    lateness = LatenessSerializer(allow_null=True)
    lines = ExplanationSerializer(source="due.lines", many=True)
    doubts = Texts(source="due.doubts")
    unknown = serializers.CharField(source="due.unknown", allow_blank=True)


class OfAgencySerializer(serializers.Serializer):
    """So many days of one party; `agency` is null where it is not known which."""

    agency = serializers.CharField(source="agency.code", allow_null=True, default=None)
    agency_name = serializers.CharField(source="agency.name", allow_null=True, default=None)
    label = serializers.CharField()
    days = serializers.IntegerField()


class UsedSerializer(OfAgencySerializer):
    holder = serializers.ChoiceField(list(tracks.HOLDERS.items()))
    working_days = serializers.IntegerField()


class DelayShareSerializer(OfAgencySerializer):
    cause = serializers.ChoiceField(list(CAUSES.items()))


class DelaySerializer(serializers.Serializer):
    """How late the dossier is, and by whom: the shares add up to `days`."""

    days = serializers.IntegerField(source="delay")
    shares = DelayShareSerializer(many=True)


class PauseSerializer(DocumentedSerializer):
    class Meta:
        model = Pause
        fields = [
            "id", "kind", "start_on", "end_on", "reason", "document", "document_label", "document_hidden", "source",
        ]  # fmt: skip


class ExtensionSerializer(DocumentedSerializer):
    unit = serializers.ChoiceField(UNITS)

    class Meta:
        model = Extension
        fields = [
            "id", "rule", "length", "unit", "from_expiry", "granted_on", "document", "document_label",
            "document_hidden", "note",
        ]  # fmt: skip


class MilestoneSerializer(DocumentedSerializer):
    """A date that somebody expects or promised."""

    dossier = ByCode(Dossier, help_text=_("Mã hồ sơ."))

    class Meta:
        model = Milestone
        fields = [
            "id", "dossier", "state", "label", "on", "on_precision", "document", "document_label", "document_hidden",
            "source", "note", "etag",
        ]  # fmt: skip


class OnDay(InTime):
    """Classes are of the day `as_of`; they change by themselves, so nothing is answered with 304."""

    parameters = ("as_of",)
    changes_by_day = True

    @property
    def moments(self):
        return (AS_OF,) if self.request is None or self.request.method == "GET" else ()

    @property
    def on(self):
        return self.day or timezone.localdate()

    def retrieve(self, request, *args, **kwargs):
        return self.answer(self.get_object())
