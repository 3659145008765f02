"""Tasks over REST: read with the class of any day, put down, and moved by planning/duties.py."""

from functools import partial

from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from accounts.access import check_may_edit, prefetch_visible
from accounts.api import ByCode, CleanModelSerializer, VersionedViewSet
from accounts.models import Agency
from planning import duties, duty_notices
from planning.api import acting, telling
from planning.duty_lists import TaskFilterSet, tasks_on
from planning.models import Directive, Dossier, Holiday, Task, TaskClass, TaskExtension, TaskReport
from zones.api.removing import Removable
from zones.api.shared import DocumentedSerializer
from zones.models import Document, Zone

MOST_LINKS = 50
TEXT = {"max_length": 5_000}


# Tasks ----------------------------------------------------------------------------------------------------------------


class DueSerializer(serializers.Serializer):
    """The deadline as it was given, with its sum line by line; extensions stand beside it."""

    day = serializers.DateField(allow_null=True)
    lines = telling.ExplanationSerializer(many=True)
    doubts = telling.Texts()
    unknown = serializers.CharField(allow_blank=True, help_text=_("Còn chờ việc gì; trống: đã biết."))


NEW_TASK = {
    "directive": "TB-53-2016",
    "number": 1,
    "content": "Rà soát các cụm công nghiệp chậm triển khai",
    "lead_agency": "HN-SCT",
    "deadline_text": "trong tháng 4/2016",
    "first_due_on": "2016-04-30",
    "due_precision": "month",
}


@extend_schema_serializer(examples=[OpenApiExample("A task of a notice", NEW_TASK, request_only=True)])
class TaskSerializer(CleanModelSerializer):
    """One numbered task; `task_class` and `then_due_on` are of the day `as_of`, `due_on` holds today."""

    directive = ByCode(Directive, help_text=_("Mã văn bản chỉ đạo."))
    directive_number = serializers.CharField(source="directive.number", read_only=True)
    lead_agency = ByCode(Agency, required=False, allow_null=True, help_text=_("Mã cơ quan chủ trì."))
    cooperating = ByCode(Agency, many=True, required=False, help_text=_("Mã các cơ quan phối hợp."))
    zones = ByCode(Zone, many=True, required=False, help_text=_("Mã các khu, cụm liên quan."))
    dossiers = ByCode(Dossier, many=True, required=False, help_text=_("Mã các hồ sơ liên quan."))
    officer = serializers.StringRelatedField(allow_null=True, help_text=_("Người phụ trách."))
    first_due_on = acting.DayField(
        required=False, allow_null=True, help_text=_("Hạn như văn bản giao; tính ra khi hạn theo sự kiện.")
    )
    then_due_on = serializers.DateField(read_only=True, allow_null=True, help_text=_("Hạn vào ngày as_of."))
    task_class = serializers.ChoiceField(TaskClass.choices, read_only=True)
    days_late = serializers.SerializerMethodField(help_text=_("Số ngày trễ vào ngày as_of."))
    due = serializers.SerializerMethodField(help_text=_("Hạn được giao và cách tính."))
    confirmed_by = serializers.StringRelatedField(allow_null=True)
    links = serializers.SerializerMethodField()

    class Meta:
        model = Task
        fields = [
            "id", "directive", "directive_number", "number", "content", "product", "lead_agency", "lead_text",
            "cooperating", "cooperating_text", "officer", "zones", "dossiers", "deadline_text", "first_due_on",
            "due_precision", "every", "term_length", "term_unit", "event", "anchored_on", "due_on", "then_due_on",
            "task_class", "days_late", "due", "done_on", "confirmed_at", "confirmed_by", "source", "note", "etag",
            "links",
        ]  # fmt: skip
        read_only_fields = ["anchored_on", "due_on", "done_on", "confirmed_at"]

    @property
    def calendar(self):
        """The working calendar, asked once for all rows of a request."""
        if "calendar" not in self.context:
            self.context["calendar"] = Holiday.objects.visible_to(self.context["request"].user).calendar()
        return self.context["calendar"]

    def get_days_late(self, task) -> int:
        until = {TaskClass.DONE_LATE: task.done_on, TaskClass.OPEN_OVERDUE: self.context["view"].on}
        return (until[task.task_class] - task.then_due_on).days if task.task_class in until else 0

    @extend_schema_field(DueSerializer)
    def get_due(self, task):
        return DueSerializer(duties.explained(task, self.calendar)).data

    def get_links(self, task) -> dict[str, str]:
        return {
            "self": f"/api/v1/tasks/{task.pk}",
            "page": f"/tasks/{task.pk}/",
            "directive": f"/api/v1/directives/{task.directive.code}",
        }

    def to_internal_value(self, data):
        many = [name for name in LINKED if isinstance(data, dict) and len(data.get(name) or ()) > MOST_LINKS]
        if many:
            raise serializers.ValidationError({name: [_("Nhiều nhất %(n)s.") % {"n": MOST_LINKS}] for name in many})
        return super().to_internal_value(data)

    def validate(self, data):
        """What it is linked to is no column of a task: it is stored with it. A task stays with an own directive."""
        self.linked = {name: data.pop(name) for name in LINKED if name in data}
        if self.instance is not None:
            check_may_edit(self.context["request"].user, self.instance)
        return super().validate(data)

    @transaction.atomic
    def create(self, validated_data):
        duties.set_due(self.draft, self.calendar)
        task = super().create(validated_data)
        for name, wanted in self.linked.items():
            link(getattr(task, name), LINKED[name].objects.visible_to(self.context["request"].user), wanted)
        duty_notices.given(task, self.context["request"].user)
        return task


LINKED = {"cooperating": Agency, "zones": Zone, "dossiers": Dossier}


def link(linked, visible, wanted):
    """Link exactly the records of `wanted` and those that the writer does not see."""
    kept = {record.pk for record in wanted}
    linked.remove(*(record for record in visible.filter(pk__in=linked.values("pk")) if record.pk not in kept))
    linked.add(*wanted)


class ReportSerializer(DocumentedSerializer):
    """What an agency said of a task on a day."""

    agency = ByCode(Agency, allow_null=True)
    recorded_by = serializers.StringRelatedField(allow_null=True)

    class Meta:
        model = TaskReport
        fields = [
            "id", "kind", "on", "text", "answer_by", "agency", "document", "document_label", "document_hidden",
            "recorded_at", "recorded_by",
        ]  # fmt: skip


class MoreTimeSerializer(DocumentedSerializer):
    """More time: the day before and the day since."""

    class Meta:
        model = TaskExtension
        fields = [
            "id", "from_due_on", "due_on", "granted_on", "document", "document_label", "document_hidden", "source",
            "note",
        ]  # fmt: skip


class TaskDetailSerializer(TaskSerializer):
    """A task with its reports, its extensions, and the actions that the caller may take."""

    reports = ReportSerializer(many=True, read_only=True)
    extensions = MoreTimeSerializer(many=True, read_only=True)
    may = serializers.SerializerMethodField(help_text=_("Các việc mà người gọi được làm."))

    class Meta(TaskSerializer.Meta):
        fields = [*TaskSerializer.Meta.fields, "reports", "extensions", "may"]

    @extend_schema_field(telling.Texts)
    def get_may(self, task):
        user = self.context["request"].user
        return [name for name, allowed in MAY.items() if allowed(user, task)]


# What is sent with each verb -----------------------------------------------------------------------------------------

KINDS = [(kind.value, kind.label) for kind in (duties.PROGRESS, duties.EXPLANATION)]


class SaidSerializer(acting.GivenSerializer):
    on = acting.DayField(help_text=_("Ngày của báo cáo."))
    text = serializers.CharField(**TEXT)
    document = acting.paper(help_text=_("Văn bản (id)."))


class ProgressSerializer(SaidSerializer):
    """How it goes, or why it is late."""

    kind = serializers.ChoiceField(KINDS, required=False, default=duties.PROGRESS)


class DoneSerializer(SaidSerializer):
    """It is done; the document is the proof. It counts when the office that follows the directive has confirmed it."""


class ConfirmSerializer(acting.GivenSerializer):
    note = serializers.CharField(**acting.NOTE)


class SendBackSerializer(acting.GivenSerializer):
    """It is not accepted as done."""

    on = acting.DayField()
    text = serializers.CharField(**TEXT, help_text=_("Vì sao chưa xác nhận."))


class AskSerializer(acting.GivenSerializer):
    """The lead is asked to explain; its report of the kind `explanation` is the answer."""

    on = acting.DayField()
    answer_by = acting.DayField(help_text=_("Trả lời chậm nhất ngày."))
    text = serializers.CharField(**TEXT, help_text=_("Cần giải trình điều gì."))


class TaskExtendSerializer(acting.GivenSerializer):
    """More time, by a document or a source."""

    due_on = acting.DayField(help_text=_("Hạn mới."))
    granted_on = acting.DayField(help_text=_("Ngày cho gia hạn."))
    note = serializers.CharField(**TEXT, help_text=_("Lý do."))
    document = acting.paper()
    source = serializers.CharField(**acting.SOURCE)


class AnchorSerializer(acting.GivenSerializer):
    """The event that the deadline waits for has happened."""

    on = acting.DayField()


class LinksSerializer(acting.GivenSerializer):
    """Who looks after it and what it is about; what is left out stays as it is."""

    officer = serializers.CharField(
        max_length=150, required=False, allow_null=True, help_text=_("Tên đăng nhập của người thuộc cơ quan chủ trì.")
    )
    zones = ByCode(Zone, many=True, required=False)
    dossiers = ByCode(Dossier, many=True, required=False)
    note = serializers.CharField(**acting.NOTE)

    def validate_officer(self, name):
        if name is None:
            return None
        found = duties.person_named(name)
        if found is None:
            raise serializers.ValidationError(_("Không phải người của cơ quan chủ trì."))
        return found

    def validate(self, data):
        many = [name for name in ("zones", "dossiers") if len(data.get(name) or ()) > MOST_LINKS]
        if many:
            raise serializers.ValidationError({name: [_("Nhiều nhất %(n)s.") % {"n": MOST_LINKS}] for name in many})
        return {"zones": None, "dossiers": None} | data


MAY = {
    "report": duties.may_report,
    "done": duties.may_finish,
    "confirm": duties.may_confirm,
    "send-back": duties.may_confirm,
    "ask": duties.may_ask,
    "extend": duties.may_confirm,
    "anchor": duties.may_anchor,
    "links": duties.may_link,
}
verb = partial(acting.verb, told=TaskDetailSerializer)


class TaskViewSet(acting.Acts, telling.OnDay, Removable, VersionedViewSet):
    """Nhiệm vụ: ai làm, hạn nào, đã xong chưa vào ngày as_of."""

    model = Task
    filterset_class = TaskFilterSet
    may, guarded = MAY, tuple(name.replace("-", "_") for name in MAY)

    def get_serializer_class(self):
        return TaskSerializer if self.action == "list" else TaskDetailSerializer

    def get_queryset(self):
        user = self.request.user
        tasks = (
            tasks_on(user, self.day) if self.action == "list" else self.told(super().get_queryset().classed(self.on))
        )
        tasks = tasks.select_related("directive__agency", "lead_agency", "officer", "confirmed_by")
        return tasks.prefetch_related(*(prefetch_visible(name, model, user) for name, model in LINKED.items()))

    def told(self, tasks):
        """With what was reported and granted."""
        user = self.request.user
        papers = prefetch_visible("document", Document, user)
        said = TaskReport.objects.visible_to(user).select_related("agency", "recorded_by").prefetch_related(papers)
        more = TaskExtension.objects.visible_to(user).prefetch_related(papers)
        return tasks.prefetch_related(Prefetch("reports", said), Prefetch("extensions", more))

    def retrieve(self, request, *args, **kwargs):
        """Một nhiệm vụ với hạn được giải thích, các báo cáo và các lần gia hạn."""
        return super().retrieve(request, *args, **kwargs)

    @verb(ProgressSerializer)
    def report(self, task, **given):
        """Báo cáo tiến độ, hoặc giải trình vì sao chậm."""
        duties.report(task, **given)

    @verb(DoneSerializer)
    def done(self, task, **given):
        """Báo cáo hoàn thành, kèm văn bản kết quả."""
        duties.report(task, kind=duties.DONE, **given)

    @verb(ConfirmSerializer)
    def confirm(self, task, **given):
        """Xác nhận hoàn thành."""
        duties.confirm(task, **given)

    @verb(SendBackSerializer)
    def send_back(self, task, **given):
        """Chưa xác nhận hoàn thành, nêu lý do."""
        duties.send_back(task, **given)

    @verb(AskSerializer)
    def ask(self, task, **given):
        """Yêu cầu cơ quan chủ trì giải trình."""
        duties.ask(task, **given)

    @verb(TaskExtendSerializer)
    def extend(self, task, **given):
        """Gia hạn nhiệm vụ; cả hạn cũ và hạn mới đều được giữ."""
        duties.extend(task, **given)

    @verb(AnchorSerializer)
    def anchor(self, task, **given):
        """Sự kiện mà hạn chờ đã xảy ra."""
        duties.anchor(task, **given)

    @verb(LinksSerializer)
    def links(self, task, **given):
        """Người phụ trách, khu và hồ sơ liên quan."""
        duties.link(task, **{"officer": task.officer} | given)
