"""How a group's tickets are dealt, and the fairness report."""

from django.urls import path

from sira.routing import views

app_name = "routing"
urlpatterns = [
    path("team/groups/<slug:key>/dealing/", views.dealing, name="dealing"),
    path("team/groups/<slug:key>/fairness/", views.fair, name="fairness"),
]
