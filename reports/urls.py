"""Addresses of reports and exports."""

from django.urls import path

from reports.exporting import export
from reports.views.opinions import opinions_document
from reports.views.progress import progress, progress_file, report_list
from reports.views.search import search

app_name = "reports"
urlpatterns = [
    path("reports/", report_list, name="list"),
    path("reports/progress/", progress, name="progress"),
    path("reports/progress.<slug:format>", progress_file, name="progress_file"),
    path("consultations/<slug:code>/opinions.<slug:format>", opinions_document, name="opinions_document"),
    path("search/", search, name="search"),
    path("export/<slug:what>.<slug:format>", export, name="export"),
]
