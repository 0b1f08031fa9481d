"""What people type to be known by a directory."""

from django import forms
from django.utils.translation import gettext_lazy as _


class NameForm(forms.Form):
    login = forms.CharField(
        label=_("Login name"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "dir": "ltr"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
