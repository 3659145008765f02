"""Directives over REST, with how many of their tasks there were, were open and overdue on any day."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.access import sees_whole
from accounts.api import ByCode, VersionedViewSet
from accounts.models import CODE_SHAPE, Agency
from planning.api.telling import OnDay
from planning.duty_lists import DirectiveFilterSet, counted_directives, issued_by
from planning.models import Directive
from zones.api.removing import Removable
from zones.api.shared import DocumentedSerializer


class DirectiveSerializer(DocumentedSerializer):
    """A document of the leaders that sets tasks; `agency` follows them and confirms."""

    agency = ByCode(Agency, help_text=_("Mã cơ quan theo dõi, đôn đốc."))
    tasks = serializers.IntegerField(source="given", read_only=True, help_text=_("Số nhiệm vụ."))
    open = serializers.IntegerField(read_only=True, help_text=_("Số nhiệm vụ chưa hoàn thành."))
    overdue = serializers.IntegerField(read_only=True, help_text=_("Số nhiệm vụ quá hạn."))
    links = serializers.SerializerMethodField()

    class Meta:
        model = Directive
        fields = [
            "id", "code", "number", "title", "city", "issuer", "issued_on", "issued_precision", "concluded_by",
            "met_on", "cutoff_on", "agency", "publicity", "document", "document_label", "document_hidden", "text",
            "source", "note", "tasks", "open", "overdue", "etag", "links",
        ]  # fmt: skip

    def to_representation(self, directive):
        """Whoever sees it only for a task of theirs does not read its text, which tells of the others."""
        row = super().to_representation(directive)
        if "text" in row and not sees_whole(self.context["request"].user, directive):
            row["text"] = ""
        return row

    def get_links(self, directive) -> dict[str, str]:
        return {
            "self": f"/api/v1/directives/{directive.code}",
            "page": f"/directives/{directive.code}/",
            "tasks": f"/api/v1/tasks?directive={directive.code}",
        }


class DirectiveViewSet(OnDay, Removable, VersionedViewSet):
    """Văn bản chỉ đạo của lãnh đạo, với số nhiệm vụ vào ngày as_of."""

    model = Directive
    serializer_class = DirectiveSerializer
    filterset_class = DirectiveFilterSet
    lookup_field = "code"
    lookup_value_regex = CODE_SHAPE

    def get_queryset(self):
        """One is found whatever the day, as its page is; the list has those issued by the day asked for."""
        found = counted_directives(self.request.user, self.day).order_by(*Directive._meta.ordering)
        return issued_by(found, self.on) if self.action == "list" else found

    def retrieve(self, request, *args, **kwargs):
        """Một văn bản chỉ đạo."""
        return super().retrieve(request, *args, **kwargs)
