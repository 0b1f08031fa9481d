"""Signing in and one's own profile."""

from django.urls import path

from sira.people import views

app_name = "people"
urlpatterns = [
    path("sign-in/link/", views.ask_for_link, name="ask_for_link"),
    path("sign-in/link/sent/", views.link_sent, name="link_sent"),
    path("sign-in/link/<str:secret>/", views.open_link, name="open_link"),
    path("sign-in/password/", views.forgotten, name="forgotten"),
    path("profile/", views.profile, name="profile"),
    path("profile/password/", views.change_password, name="password"),
]
