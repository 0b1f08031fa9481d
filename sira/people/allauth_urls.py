"""The pages of django-allauth under the names by which it looks for them.

Its views stand under pages of ours; what would show a page that is not ours leads to where ours is.
"""

from allauth.mfa.webauthn import views as webauthn
from django.urls import path
from django.views.generic import RedirectView

from sira.people import factor_views as factors
from sira.people import views

to_sign_in = RedirectView.as_view(pattern_name="account_login")
to_factors = RedirectView.as_view(pattern_name="mfa_index")
to_profile = RedirectView.as_view(pattern_name="people:profile")

urlpatterns = [
    path("sign-in/", views.SignInView.as_view(), name="account_login"),
    path("sign-out/", views.SignOutView.as_view(), name="account_logout"),
    path("sign-in/closed/", views.closed, name="account_inactive"),
    path("sign-in/new/", to_sign_in, name="account_signup"),
    path("sign-in/reset/", RedirectView.as_view(pattern_name="people:forgotten"), name="account_reset_password"),
    path("sign-in/second-factor/", factors.Passed.as_view(), name="mfa_authenticate"),
    path("sign-in/passkey/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("sign-in/unverified/", to_sign_in, name="account_email_verification_sent"),
    path("profile/addresses/", to_profile, name="account_email"),
    path("profile/prove/", factors.Prove.as_view(), name="account_reauthenticate"),
    path("profile/prove/code/", factors.ProveByCode.as_view(), name="mfa_reauthenticate"),
    path("profile/prove/passkey/", factors.ProveByKey.as_view(), name="mfa_reauthenticate_webauthn"),
    path("profile/second-factor/", factors.Factors.as_view(), name="mfa_index"),
    path("profile/second-factor/app/", factors.SetUpApp.as_view(), name="mfa_activate_totp"),
    path("profile/second-factor/app/remove/", factors.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("profile/second-factor/keys/", to_factors, name="mfa_list_webauthn"),
    path("profile/second-factor/keys/add/", factors.AddKey.as_view(), name="mfa_add_webauthn"),
    path("profile/second-factor/keys/<int:pk>/remove/", factors.RemoveKey.as_view(), name="mfa_remove_webauthn"),
    path("profile/second-factor/codes/", factors.Codes.as_view(), name="mfa_view_recovery_codes"),
    path("profile/second-factor/codes/new/", factors.NewCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("profile/password/change/", to_profile, name="account_change_password"),
    path("profile/password/set/", to_profile, name="account_set_password"),
]
