"""allauth's forms for a second factor, with the desk's words."""

from typing import Any

from allauth.account.forms import ReauthenticateForm as ByPassword
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from sira.plumbing.refusals import Refused

PLAIN = {"autocomplete": "one-time-code", "inputmode": "text", "dir": "ltr"}


def as_code(form: Any) -> None:
    form.fields["code"].label = _("Code")
    form.fields["code"].widget.attrs = dict(PLAIN)
    form.fields["code"].error_messages["required"] = _("Write the code first.")


class CodeForm(AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        as_code(self)


class ProveForm(ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        as_code(self)


class AppForm(ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        as_code(self)
        self.fields["code"].label = _("Code that the app shows now")


class KeyForm(AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the key")
        self.fields["name"].max_length = 60
        self.fields["passwordless"].label = _("Sign in with this key alone")
        self.fields["passwordless"].help_text = _("The device then asks for your finger, face or PIN.")


class PasswordForm(ByPassword):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Password")
        self.fields["password"].widget.attrs.pop("placeholder", None)

    def clean_password(self) -> str:
        """What a directory refuses is said beside the field, as where one signs in."""
        try:
            return str(super().clean_password())
        except Refused as refused:
            raise forms.ValidationError(str(refused.message), code=refused.code) from None
