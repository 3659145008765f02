"""What is sent with each verb of a dossier (planning/workflow.py), how a verb becomes an action, who may take it."""

from collections.abc import Callable, Mapping
from functools import wraps

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import exceptions, serializers
from rest_framework.decorators import action

from accounts.api import ByCode, ById
from accounts.context import YEARS
from accounts.models import Agency, StaleRecord
from planning import clock
from planning.holding import NOT_YOURS
from planning.models import Pause, Step
from planning.rule_choice import NEW, OLD
from zones.models import Document, Precision

UNITS = [(unit.value, unit.label) for unit in clock.Unit]
TEXT = {"required": False, "allow_blank": True, "default": ""}
NOTE = TEXT | {"max_length": 5_000}
SOURCE = TEXT | {"max_length": 500, "help_text": _("Nguồn, khi không có văn bản.")}
STATE = {"max_length": 32, "help_text": _("Mã trạng thái trong bảng của tuyến.")}


def verb(serializer_class, told, path=""):
    """An action of a record: it asks for the version that was read, and answers the record as it then stands.
    `path`: its address where that is not the name of the method."""

    def wrap(act):
        @extend_schema(request=serializer_class, responses=told)
        @action(detail=True, methods=["post"], url_path=path or act.__name__.replace("_", "-"))
        @wraps(act)
        def method(view, request, *args, **kwargs):
            record = view.get_object()
            view.check_precondition(record)
            asked = serializer_class(data=request.data, context=view.get_serializer_context())
            asked.is_valid(raise_exception=True)
            try:
                act(view, record, **asked.validated_data, by=request.user, seen=record.version)
            except StaleRecord:
                view.refuse_stale(view.again(record))
            return view.answer(view.again(record))

        return method

    return wrap


class Acts:
    """Views whose verbs have rules of their own. `may`: the address of a verb → who may; the record's own fields are
    for whoever may edit it."""

    may: Mapping[str, Callable] = {}

    def check_object_permissions(self, request, record):
        allowed = self.may.get(getattr(getattr(self, self.action, None), "url_path", ""))
        if allowed is None:
            super().check_object_permissions(request, record)
        elif not allowed(request.user, record):
            raise exceptions.PermissionDenied(NOT_YOURS)


def paper(**given):
    return ById(Document, **{"required": False, "allow_null": True, "default": None} | given)


class DayField(serializers.DateField):
    """A day of a year that a calendar of this portal may speak of."""

    def to_internal_value(self, value):
        day = super().to_internal_value(value)
        if day.year not in YEARS:
            raise serializers.ValidationError([_("Năm từ 1900 đến 2199.")])
        return day


class GivenSerializer(serializers.Serializer):
    """A field that does not exist is refused."""

    def to_internal_value(self, data):
        if isinstance(data, Mapping) and (unknown := [name for name in data if name not in self.fields]):
            raise serializers.ValidationError({name: [_("Không có trường này.")] for name in unknown})
        return super().to_internal_value(data)


class LengthSerializer(GivenSerializer):
    """A length in a unit, of a hundred years at most."""

    length = serializers.IntegerField(min_value=0, max_value=max(clock.LONGEST.values()))
    unit = serializers.ChoiceField(UNITS)

    def validate(self, given):
        if "unit" in given and given.get("length", 0) > clock.LONGEST[clock.Unit(given["unit"])]:
            raise serializers.ValidationError({"length": [_("Dài hơn một trăm năm.")]})
        return given


class DatedSerializer(GivenSerializer):
    """A day, as exactly as it is known, and what it rests on."""

    on = DayField(help_text=_("Ngày của văn bản hoặc sự việc."))
    precision = serializers.ChoiceField(Precision.choices, required=False, default=Precision.DAY)
    document = paper()
    source = serializers.CharField(**SOURCE)
    note = serializers.CharField(**NOTE)


class StartSerializer(DatedSerializer):
    """Where a dossier stands when it is opened."""

    state = serializers.CharField(**STATE)


MADE = {"move": "accept", "on": "2026-10-05", "document": 7}


@extend_schema_serializer(examples=[OpenApiExample("A move", MADE, request_only=True)])
class AdvanceSerializer(GivenSerializer):
    """A move of the dossier's table; `moves` of the dossier says which may follow."""

    move = serializers.CharField(source="code", max_length=40)
    on = DayField(help_text=_("Ngày của văn bản."))
    document = paper(help_text=_("Văn bản (id), khi bước cần."))
    note = serializers.CharField(**NOTE)
    agency = ByCode(
        Agency, required=False, allow_null=True, default=None, help_text=_("Cơ quan giữ hồ sơ sau bước này.")
    )
    rule_set = serializers.ChoiceField(
        [(OLD, _("quy định cũ")), (NEW, _("quy định mới"))],
        required=False,
        allow_blank=True,
        default="",
        help_text=_("Chỉ khi luật chuyển tiếp chưa rõ; kèm note."),
    )


class ObserveSerializer(DatedSerializer):
    """A state as a document or source shows it."""

    state = serializers.CharField(**STATE)
    agency = ByCode(Agency, required=False, allow_null=True, default=None)


class EventSerializer(DatedSerializer):
    """What happened without changing the state."""

    event = serializers.CharField(max_length=200)


class StopSerializer(GivenSerializer):
    kind = serializers.ChoiceField(Pause.Kind.choices)
    start_on = DayField()
    reason = serializers.CharField(max_length=5_000)
    document = paper()
    source = serializers.CharField(**SOURCE)


class ResumeSerializer(GivenSerializer):
    kind = serializers.ChoiceField(Pause.Kind.choices, help_text=_("Lần tạm dừng đang mở của loại này."))
    end_on = DayField(help_text=_("Ngày cuối của lần tạm dừng."))


class ExtendSerializer(LengthSerializer):
    rule = serializers.CharField(max_length=60, help_text=_("Thời hạn được gia hạn."))
    length = serializers.IntegerField(min_value=1, max_value=32_767)
    granted_on = DayField()
    document = ById(Document)
    from_expiry = serializers.BooleanField(required=False, default=False)
    note = serializers.CharField(**NOTE)


class RetractSerializer(GivenSerializer):
    step = ById(Step, help_text=_("Bước (id) bị ghi nhầm."))
    note = serializers.CharField(max_length=5_000, help_text=_("Vì sao rút."))
