"""Every address of the desk, room by room."""

from django.urls import include, path

urlpatterns = [
    path("sign-in/", include("allauth.urls")),
]
