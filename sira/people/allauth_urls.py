"""The pages of django-allauth under the names by which it looks for them.

Only signing in and out are its own; the others would show a page that is not ours, so they lead to where ours is.
"""

from allauth.account import views as allauth_views
from django.urls import path
from django.views.generic import RedirectView

from sira.people import views

to_sign_in = RedirectView.as_view(pattern_name="account_login")
to_profile = RedirectView.as_view(pattern_name="people:profile")

urlpatterns = [
    path("sign-in/", views.SignInView.as_view(), name="account_login"),
    path("sign-out/", allauth_views.LogoutView.as_view(template_name="people/sign_out.html"), name="account_logout"),
    path("sign-in/closed/", views.closed, name="account_inactive"),
    path("sign-in/new/", to_sign_in, name="account_signup"),
    path("sign-in/reset/", RedirectView.as_view(pattern_name="people:forgotten"), name="account_reset_password"),
    path("sign-in/reauthenticate/", to_sign_in, name="account_reauthenticate"),
    path("sign-in/unverified/", to_sign_in, name="account_email_verification_sent"),
    path("profile/addresses/", to_profile, name="account_email"),
    path("profile/password/change/", to_profile, name="account_change_password"),
    path("profile/password/set/", to_profile, name="account_set_password"),
]
