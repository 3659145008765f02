"""Standalone producers and the tenant projects of zones."""

from django.utils.translation import gettext_lazy as _

from accounts.access import prefetch_visible
from accounts.api import ByCode, ById, VersionedViewSet
from accounts.models import CODE_SHAPE, Agency
from accounts.rest import KeysetPages
from zones.api.bulk import BulkRecords, in_bulk
from zones.api.removing import Removable
from zones.api.shared import AsFeature, DocumentedSerializer, OnMap
from zones.filters import FacilityFilterSet, TenantProjectFilterSet
from zones.mapping import point
from zones.models import AdminUnit, Document, Facility, TenantProject, Zone
from zones.totals import stored_totals


class FacilitySerializer(AsFeature, DocumentedSerializer):
    """A producer outside of any zone. Land in hectares, floor in m², workers in persons."""

    unit = ById(AdminUnit, required=False, allow_null=True, help_text=_("Mã số (id) của xã, phường."))
    managing_agency = ByCode(Agency, help_text=_("Mã cơ quan quản lý."))
    destination = ByCode(Zone, required=False, allow_null=True, help_text=_("Mã khu, cụm tiếp nhận."))

    class Meta:
        model = Facility
        fields = [
            "id", "code", "name", "city", "unit", "address", "vsic_code", "trade", "land_area_ha", "floor_area_m2",
            "surveyed_on", "workers", "relocation_class", "relocation_reason", "destination", "wave",
            "relocation_due_on", "lat", "lon", "point_precision", "managing_agency", "publicity", "as_of",
            "document", "document_label", "document_hidden", "source", "note", "etag",
        ]  # fmt: skip

    def geometry_of(self, facility, row):
        return point(facility)


class FacilityViewSet(Removable, OnMap, VersionedViewSet):
    """Cơ sở sản xuất riêng lẻ, ngoài khu, cụm."""

    model = Facility
    serializer_class = FacilitySerializer
    filterset_class = FacilityFilterSet
    pagination_class = KeysetPages
    bulk = in_bulk(BulkRecords, "Facility", "code")
    lookup_field = "code"
    lookup_value_regex = CODE_SHAPE

    def count_known(self):
        totals = stored_totals(self.request.user, self.request.query_params)
        return totals and totals["facilities"]

    def get_queryset(self):
        user = self.request.user
        facilities = super().get_queryset().select_related("managing_agency", "unit")
        return facilities.prefetch_related(
            prefetch_visible("destination", Zone, user), prefetch_visible("document", Document, user)
        )


class TenantProjectSerializer(DocumentedSerializer):
    """A project inside a zone. FDI capital in triệu USD (musd), DDI capital in tỷ đồng (bn), never added."""

    zone = ByCode(Zone, help_text=_("Mã khu, cụm."))

    class Meta:
        model = TenantProject
        fields = [
            "id", "code", "zone", "name", "investor", "country", "origin", "irc_no", "irc_on", "registered_musd",
            "realised_musd", "registered_bn", "realised_bn", "rate_vnd_usd", "land_leased_ha", "workers", "vsic_code",
            "status", "publicity", "as_of", "document", "document_label", "document_hidden", "source", "note", "etag",
        ]  # fmt: skip


class TenantProjectViewSet(Removable, VersionedViewSet):
    """Dự án thứ cấp trong khu, cụm."""

    model = TenantProject
    serializer_class = TenantProjectSerializer
    filterset_class = TenantProjectFilterSet
    bulk = in_bulk(BulkRecords, "TenantProject", "code")
    lookup_field = "code"
    lookup_value_regex = CODE_SHAPE

    def get_queryset(self):
        projects = super().get_queryset().select_related("zone")
        return projects.prefetch_related(prefetch_visible("document", Document, self.request.user))
