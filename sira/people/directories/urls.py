"""Signing in by a directory."""

from django.urls import path

from sira.people.directories import views

app_name = "directories"
urlpatterns = [
    path("sign-in/by/<slug:key>/", views.begin, name="begin"),
    path("sign-in/by/<slug:key>/back/", views.back, name="back"),
]
