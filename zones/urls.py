"""Addresses of zones, facilities, tenant projects and documents."""

app_name = "zones"
urlpatterns = []
