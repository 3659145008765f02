"""Addresses of reports and exports."""

app_name = "reports"
urlpatterns = []
