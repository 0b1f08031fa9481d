"""Signing in by a directory."""

from django.urls import path

from sira.people.directories import views

app_name = "directories"
urlpatterns = [
    path("sign-in/by/<slug:key>/", views.begin, name="begin"),
    path("sign-in/by/<slug:key>/back/", views.back, name="back"),
    path("sign-in/by/<slug:key>/connect/", views.connect, name="connect"),
    path("sign-in/by/<slug:key>/answer/", views.answer, name="answer"),
    path("sign-in/by/<slug:key>/metadata/", views.metadata, name="metadata"),
]
