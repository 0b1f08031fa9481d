"""The bell, and one's own settings of it."""

from django.urls import path

from sira.notifications import views

app_name = "notifications"
urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/waiting/", views.waiting, name="waiting"),
    path("notices/<int:key>/", views.notice, name="notice"),
    path("notices/<int:key>/said/", views.said, name="said"),
    path("profile/notifications/", views.settings, name="settings"),
    path("profile/notifications/devices/", views.add_device, name="add_device"),
    path("profile/notifications/devices/drop/", views.drop_device, name="drop_device"),
    path("profile/notifications/groups/<slug:key>/", views.group, name="group"),
]
