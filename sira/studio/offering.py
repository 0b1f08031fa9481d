"""A published process is put to use: people ask for it in the portal under a name, and it leads what they ask."""

import re
from datetime import datetime
from itertools import count
from typing import Any

from django import forms
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from sira.catalogue import offering
from sira.catalogue.models import RequestType
from sira.people.models import Person
from sira.plumbing.refusals import Refused
from sira.processes.models import ProcessVersion
from sira.studio.beginning import OWN_LETTERS
from sira.studio.house.forms import AUTO
from sira.studio.shelves.shelf import PUBLISHED
from sira.studio.views.beside import forms_by_name
from sira.tickets.models import TicketType

LONGEST_KEY = 40
NO_LETTER = re.compile(r"[^A-Z]")


class NotPublished(Refused):
    code = "process_not_published"
    status = 409
    message = _("Publish the process first: only then can a request be led by it.")


@transaction.atomic
def put_to_use(
    process: ProcessVersion, *, name: str, description: str, form_key: str, audience: str, by: Person
) -> RequestType:
    """Offer it, or change how it is offered. The type of ticket that it leads is made where none is led by it yet.

    Raises NotPublished, NotAllowed, NameMissing, NoForm.
    """
    if not ProcessVersion.objects.filter(key=process.key, status=PUBLISHED).exists():
        raise NotPublished
    kind = TicketType.objects.filter(process_key=process.key).order_by("id").first() or _made(process, name)
    return offering.offer(
        key_of(process), name=name, type=kind, form_key=form_key, by=by, description=description, audience=audience
    )


def key_of(process: ProcessVersion) -> str:
    return slugify(process.key)[:LONGEST_KEY]


def offered(process: ProcessVersion) -> RequestType | None:
    return RequestType.objects.filter(key=key_of(process), type__process_key=process.key).first()


def _made(process: ProcessVersion, name: str) -> TicketType:
    return TicketType.objects.create(
        key=_free_key(process), name=name[:80], prefix=_free_prefix(name), process_key=process.key
    )


def _free_key(process: ProcessVersion) -> str:
    key, taken = key_of(process), set(TicketType.objects.values_list("key", flat=True))
    return next(one for number in count(1) if (one := key if number == 1 else f"{key[:36]}-{number}") not in taken)


def _free_prefix(name: str) -> str:
    """Three letters of the name, a number behind them where others have those."""
    letters = NO_LETTER.sub("", slugify(name.translate(OWN_LETTERS)).upper())[:3] or "REQ"
    taken = set(TicketType.objects.values_list("prefix", flat=True))
    return next(one for number in count(1) if (one := letters if number == 1 else f"{letters}{number}") not in taken)


class OfferForm(forms.Form):
    name = forms.CharField(label=_("People ask for"), max_length=80, widget=forms.TextInput(attrs=AUTO))
    description = forms.CharField(
        label=_("One line about it"), max_length=300, required=False, widget=forms.TextInput(attrs=AUTO)
    )
    form_key = forms.ChoiceField(label=_("Form to fill"), choices=list, required=False)
    audience = forms.ChoiceField(
        label=_("Who may ask"),
        choices=[one for one in RequestType.Audience.choices if one[0] != RequestType.Audience.ORGANISATIONS],
    )

    def __init__(self, *args: Any, process: ProcessVersion, **more: Any) -> None:
        self.process = process
        known = offered(process)
        names = ("name", "description", "form_key", "audience")
        initial = {name: getattr(known, name) for name in names} if known else {"name": process.name}
        super().__init__(*args, **more | {"initial": {"audience": RequestType.Audience.EVERYBODY} | initial})
        field: Any = self.fields["form_key"]
        field.choices = [("", _("subject and description alone")), *forms_by_name()]

    def carry_out(self, *, by: Person, at: datetime) -> RequestType:
        return put_to_use(self.process, **self.cleaned_data, by=by)
