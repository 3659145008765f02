"""What a zone is told with and written with: the units that it lies in, and its developers' shares.

A list that is sent takes the place of the stored one, in the same change and version as the zone's own record; of a row
that says the same as before nothing is written into the history."""

from collections.abc import Mapping

from django.db.models import Case, F, Value, When
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.api import ById
from accounts.text import clean_text
from zones.models import AdminUnit, Developer, DeveloperShare, Phase, ZoneUnit

MOST = 100


class BelongingSerializer(serializers.ModelSerializer):
    """One row of such a list. What it only tells may be sent back; a field that does not exist is refused."""

    def to_internal_value(self, data):
        if isinstance(data, Mapping) and (unknown := [name for name in data if name not in self.fields]):
            raise serializers.ValidationError({name: [_("Không có trường này.")] for name in unknown})
        return super().to_internal_value(data)


class PlaceSerializer(BelongingSerializer):
    """A unit that the zone lies in; `era` is "former" for units that ended on 30/6/2025. Written by the unit's `id`."""

    id = ById(AdminUnit, source="unit", help_text=_("Mã số (id) của đơn vị hành chính."))
    code = serializers.CharField(source="unit.code", read_only=True)
    name = serializers.CharField(source="unit.name", read_only=True)
    level = serializers.CharField(source="unit.level", read_only=True)
    era = serializers.SerializerMethodField()

    class Meta:
        model = ZoneUnit
        fields = ["id", "code", "name", "level", "era", "certain", "source"]

    def get_era(self, place) -> str:
        return "former" if place.unit.is_former else "today"

    def sql_era(self):
        return Case(When(unit__valid_to__isnull=True, then=Value("today")), default=Value("former"))

    def validate(self, data):
        if "unit" not in data:
            raise serializers.ValidationError({"id": [_("Cần id của đơn vị hành chính.")]})
        if data["unit"].level == AdminUnit.Level.PROVINCE:
            raise serializers.ValidationError({"id": [_("Chọn quận, huyện, xã hoặc phường.")]})
        return data


class DeveloperName(serializers.CharField):
    def get_attribute(self, share):
        return share.developer.name


class ShareSerializer(BelongingSerializer):
    """A developer's share. Written by the developer's `id`, or by `name`: one who is not in the list yet is added."""

    id = ById(Developer, source="developer", required=False, help_text=_("Mã số (id) của chủ đầu tư."))
    name = DeveloperName(required=False, max_length=255, help_text=_("Tên; chưa có trong danh sách thì được thêm."))
    phase = ById(Phase, required=False, allow_null=True, help_text=_("Mã số (id) của giai đoạn."))

    def sql_name(self):
        return F("developer__name")

    class Meta:
        model = DeveloperShare
        fields = ["id", "name", "phase", "area_ha", "valid_from", "valid_to", "source", "note"]

    def validate(self, data):
        name, known = clean_text(data.pop("name", "")), data.get("developer")
        if known and name and name != known.name:
            raise serializers.ValidationError({"name": [_("Chủ đầu tư có id này mang tên khác.")]})
        if not (known or name):
            raise serializers.ValidationError({"id": [_("Cần id hoặc tên của chủ đầu tư.")]})
        developers = Developer.objects.visible_to(self.context["request"].user)
        data["developer"] = known or developers.filter(name=name).first() or Developer(name=name)
        return data


def place_key(place):
    return place.unit_id


def share_key(share):
    return share.developer.name, share.phase_id, share.valid_from


BELONGINGS = {"places": ("units", ZoneUnit, place_key), "developers": ("developers", DeveloperShare, share_key)}


def check(zone, relation, rows):
    """Each row once, in the zone's own city, of a phase of its own."""
    field, model, key = BELONGINGS[relation]
    drafts = [model(**row) for row in rows]
    wrong = []
    if len({key(draft) for draft in drafts}) < len(drafts):
        wrong.append(_("Có dòng trùng nhau."))
    if any(draft.unit.city != zone.city for draft in drafts if model is ZoneUnit):
        wrong.append(_("Đơn vị hành chính thuộc thành phố khác."))
    if any(draft.phase and draft.phase.zone_id != zone.pk for draft in drafts if model is DeveloperShare):
        wrong.append(_("Giai đoạn này thuộc khu khác."))
    if wrong:
        raise serializers.ValidationError({field: wrong})


def store(zone, relation, rows):
    """Make the stored rows say what `rows` say: those of the same key are corrected, others added, the rest removed."""
    _field, model, key = BELONGINGS[relation]
    standing = {key(row): row for row in getattr(zone, relation).select_related()}
    for data in rows:
        row = standing.pop(key(model(**data)), None) or model(zone=zone)
        if data.get("developer") and data["developer"].pk is None:
            data["developer"].save()
        for name, value in data.items():
            setattr(row, name, value)
        row.save()
    for row in standing.values():
        row.delete()
