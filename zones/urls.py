"""Addresses of zones, facilities, tenant projects and documents. A zone's own page is reports.views.zone_profile."""

from django.urls import path

from zones.views import documents, editing, lists, records

app_name = "zones"
urlpatterns = [
    path("zones/", lists.records, {"what": "zones"}, name="list"),
    path("zones/map.json", lists.features, {"what": "zones"}, name="map"),
    path("facilities/", lists.records, {"what": "facilities"}, name="facilities"),
    path("facilities/map.json", lists.features, {"what": "facilities"}, name="facilities_map"),
    path("projects/", lists.records, {"what": "projects"}, name="projects"),
    path("documents/", lists.records, {"what": "documents"}, name="documents"),
    path("zones/new/", editing.zone_new, name="new"),
    path("zones/<slug:code>/map.json", records.zone_features, name="zone_map"),
    path("zones/<slug:code>/edit/", editing.zone_edit, name="edit"),
    path("zones/<slug:code>/phases/new/", editing.phase_new, name="phase_new"),
    path("zones/<slug:code>/phases/<int:pk>/edit/", editing.phase_edit, name="phase_edit"),
    path("zones/<slug:code>/places/new/", editing.place_new, name="place_new"),
    path("zones/<slug:code>/places/<int:pk>/remove/", editing.place_remove, name="place_remove"),
    path("zones/<slug:code>/developers/new/", editing.developer_new, name="developer_new"),
    path("zones/<slug:code>/developers/<int:pk>/remove/", editing.developer_remove, name="developer_remove"),
    path("zones/<slug:code>/facts/<slug:kind>/new/", editing.fact_new, name="fact_new"),
    path("zones/<slug:code>/facts/<slug:kind>/<int:pk>/withdraw/", editing.fact_withdraw, name="fact_withdraw"),
    path("facilities/new/", records.facility_new, name="facility_new"),
    path("facilities/<slug:code>/", records.facility, name="facility"),
    path("facilities/<slug:code>/edit/", records.facility_edit, name="facility_edit"),
    path("projects/new/", records.project_new, name="project_new"),
    path("projects/<slug:code>/", records.project, name="project"),
    path("projects/<slug:code>/edit/", records.project_edit, name="project_edit"),
    path("documents/new/", documents.document_new, name="document_new"),
    path("documents/<int:pk>/", documents.document, name="document"),
    path("documents/<int:pk>/edit/", documents.document_edit, name="document_edit"),
    path("documents/<int:pk>/upload/", documents.document_upload, name="document_upload"),
    path("documents/<int:pk>/file/", documents.document_file, name="document_file"),
    path("documents/<int:pk>/links/new/", documents.link_new, name="link_new"),
    path("documents/<int:pk>/links/<int:link>/remove/", documents.link_remove, name="link_remove"),
]
