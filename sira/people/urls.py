"""Signing in and one's own profile."""

from django.urls import path

from sira.people import factor_views, views

app_name = "people"
urlpatterns = [
    path("sign-in/link/", views.ask_for_link, name="ask_for_link"),
    path("sign-in/link/sent/", views.link_sent, name="link_sent"),
    path("sign-in/link/<str:secret>/", views.open_link, name="open_link"),
    path("sign-in/password/", views.forgotten, name="forgotten"),
    path("session/", views.session, name="session"),
    path("profile/", views.profile, name="profile"),
    path("profile/password/", views.change_password, name="password"),
    path("profile/prove/mail/", factor_views.prove_by_mail, name="prove_by_mail"),
    path("profile/sessions/", factor_views.sessions, name="sessions"),
    path("profile/sessions/end/", factor_views.end_other_sessions, name="end_other_sessions"),
    path("profile/sessions/<int:key>/end/", factor_views.end_session, name="end_session"),
]
