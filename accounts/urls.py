"""Addresses of what is one's own."""

from django.urls import path

from accounts.views import notices

app_name = "accounts"
urlpatterns = [
    path("notices/", notices.notice_list, name="notices"),
    path("notices/read/", notices.notice_read, name="notices_read"),
    path("notices/<int:pk>/read/", notices.notice_read, name="notice_read"),
    path("notices/<int:pk>/open/", notices.notice_open, name="notice_open"),
]
