"""The shape of what people type about themselves."""

import unicodedata
from typing import Any
from zoneinfo import available_timezones

from allauth.account.forms import LoginForm
from django import forms
from django.utils.translation import gettext_lazy as _

from sira.people.models import Person
from sira.plumbing.refusals import Refused


class SignInForm(LoginForm):
    """allauth's own check of the password with its limits; the words are the desk's.

    by_name: whether a directory knows people by other names than their mail address too.
    """

    def __init__(self, *args: Any, by_name: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if by_name:
            self.fields["login"] = forms.CharField(
                max_length=254, widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"})
            )
            self.order_fields(["login", "password", "remember"])
        self.fields["login"].label = _("Mail address or login name") if by_name else _("Mail address")
        self.fields["password"].label = _("Password")
        self.fields["password"].help_text = ""
        self.fields["remember"].label = _("Stay signed in on this device")
        self.fields["remember"].initial = True
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.fields["login"].widget.attrs["dir"] = "ltr"

    def clean(self) -> dict[str, Any]:
        """What a directory refuses is said like any other mistake, and what was typed stays."""
        try:
            return super().clean()
        except Refused as refused:
            raise forms.ValidationError(str(refused.message), code=refused.code) from None


class LinkForm(forms.Form):
    login = forms.EmailField(
        label=_("Mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
        error_messages={
            "required": _("Write your mail address."),
            "invalid": _("This is not a complete mail address. Check it."),
        },
    )


class CodeForm(forms.Form):
    """What a mailed link shows where it was not asked for; spaces between its digits don't matter."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "dir": "ltr"}),
        error_messages={"required": _("Write the code first.")},
    )

    def clean_code(self) -> str:
        return "".join(str(unicodedata.digit(sign)) for sign in self.cleaned_data["code"] if sign.isdigit())


class ProfileForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"})
    )
    language = forms.ChoiceField(label=_("Language"), choices=Person.Language)
    theme = forms.ChoiceField(label=_("Theme"), choices=Person.Theme)
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=lambda: [(zone, zone) for zone in sorted(available_timezones()) if "/" in zone],
        help_text=_("Times on every page are shown in it."),
    )
    after_answer = forms.ChoiceField(label=_("After an answer"), choices=Person.AfterAnswer)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not person.is_agent:
            del self.fields["after_answer"]


class PasswordForm(forms.Form):
    current = forms.CharField(
        label=_("Current password"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    password = forms.CharField(
        label=_("New password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters. A sentence is easy to remember."),
    )

    def __init__(self, *args: Any, person: Person, proved: bool, **kwargs: Any) -> None:
        """proved: the person came in by a link in their mail a moment ago, so the old password is not asked."""
        super().__init__(*args, **kwargs)
        self.person = person
        if proved or not person.has_usable_password():
            del self.fields["current"]

    def clean_current(self) -> str:
        if not self.person.check_password(self.cleaned_data["current"]):
            raise forms.ValidationError(_("This is not your current password. You can set a new one by mail."))
        return self.cleaned_data["current"]
