"""The shape of what administrators write about webhooks and tokens."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sira.people.rights import Right
from sira.tickets.models import HistoryEntry


class WebhookForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=forms.URLInput(attrs={"dir": "ltr", "placeholder": "https://hooks.example.org/sira"}),
    )
    kinds = forms.MultipleChoiceField(
        label=_("What is told"),
        choices=HistoryEntry.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: everything."),
    )


class ChangedWebhookForm(WebhookForm):
    is_active = forms.BooleanField(label=_("Calls are made"), required=False)


class TokenForm(forms.Form):
    """mail: whom the program acts as; it may what they may."""

    name = forms.CharField(label=_("What will use it"), max_length=120)
    mail = forms.EmailField(label=_("Acts as (mail address)"), widget=forms.EmailInput(attrs={"dir": "ltr"}))
    days = forms.IntegerField(label=_("Good for so many days"), min_value=1, max_value=730, initial=365)
    reads_only = forms.BooleanField(label=_("May only read"), required=False)
    rights = forms.MultipleChoiceField(
        label=_("Rights it carries"),
        choices=Right.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: all that the person has now."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mail"].error_messages["invalid"] = _("This is not a complete mail address. Check it.")
