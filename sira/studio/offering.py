"""A published process is put to use: people ask for it in the portal under a name, and it leads what they ask."""

import re
from datetime import datetime
from itertools import chain, count, product
from string import ascii_uppercase
from typing import Any

from django import forms
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from sira.catalogue import offering
from sira.catalogue.models import RequestType
from sira.people.models import Person
from sira.plumbing import turns
from sira.plumbing.refusals import Refused
from sira.processes import naming
from sira.processes.bpmn.compiling import examine
from sira.processes.bpmn.reading import read
from sira.processes.models import ProcessVersion
from sira.studio.asked_first import asked_first, start_form
from sira.studio.called import forms_by_name
from sira.studio.house.naming import AUTO
from sira.studio.keys import latin
from sira.studio.shelves.shelf import PUBLISHED
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
    turns.take("offering")  # keys and prefixes that are free now have to be free when they are written
    known = offered(process)
    kind = known.type if known else TicketType.objects.offered().filter(process_key=process.key).order_by("id").first()
    return offering.offer(
        known.key if known else _free_key(process, RequestType), name=name, type=kind or _made(process, name),
        form_key=form_key, by=by, description=description, audience=audience,
        organisations=list(known.organisations.all()) if known else (),
    )  # fmt: skip


def key_of(process: ProcessVersion) -> str:
    return slugify(process.key)[:LONGEST_KEY]


def offered(process: ProcessVersion) -> RequestType | None:
    """Under the key of the process; under another one where something else had that already."""
    key = key_of(process)
    led = RequestType.objects.filter(type__process_key=process.key)
    return led.filter(key__regex=rf"^({key}|{key[:36]}-[0-9]+)$").order_by("id").first()


def _made(process: ProcessVersion, name: str) -> TicketType:
    return TicketType.objects.create(
        key=_free_key(process, TicketType), name=name[:80], prefix=_free_prefix(name), process_key=process.key
    )


def _free_key(process: ProcessVersion, model: type[RequestType] | type[TicketType]) -> str:
    key, taken = key_of(process), set(model._default_manager.values_list("key", flat=True))
    return next(one for number in count(1) if (one := key if number == 1 else f"{key[:36]}-{number}") not in taken)


def _free_prefix(name: str) -> str:
    """Three letters of the name, more behind them where others have those.

    Two to five letters and no digit: a mail names a ticket so (intake.threading).
    """
    letters = NO_LETTER.sub("", latin(name).upper())[:3]
    letters = letters if len(letters) > 1 else "REQ"
    more = chain.from_iterable(product(ascii_uppercase, repeat=length) for length in (0, 1, 2))
    taken = set(TicketType.objects.values_list("prefix", flat=True))
    return next(one for behind in more if (one := letters + "".join(behind)) not in taken)


class OfferForm(forms.Form):
    name = forms.CharField(label=_("People ask for"), max_length=80, widget=forms.TextInput(attrs=AUTO))
    description = forms.CharField(
        label=_("One line about it"), max_length=300, required=False, widget=forms.TextInput(attrs=AUTO)
    )
    form_key = forms.ChoiceField(label=_("Form to fill"), choices=list, required=False)
    audience = forms.ChoiceField(label=_("Who may ask"), choices=list)

    def __init__(self, *args: Any, process: ProcessVersion, **more: Any) -> None:
        self.process = process
        known = offered(process)
        names = ("name", "description", "form_key", "audience")
        graph, _findings = examine(read(process.source), process.key)
        first = {"name": process.name, "form_key": start_form(graph) if graph else ""}
        initial = {name: getattr(known, name) for name in names} if known else first
        super().__init__(*args, **more | {"initial": {"audience": RequestType.Audience.EVERYBODY} | initial})
        fields: Any = self.fields
        fields["form_key"].choices = [("", _("subject and description alone")), *forms_by_name()]
        step: Any = next(asked_first(graph), None) if graph else None
        if step is not None:
            fields["form_key"].help_text = _(
                "The drawing asks for the form “%(form)s” itself, in “%(step)s”."
                " Chosen here too, it is filled in twice."
            ) % {
                "form": dict(fields["form_key"].choices).get(step.plan.form, step.plan.form),
                "step": naming.step(step),
            }
        # Which organisations is chosen elsewhere; what was offered to some stays so until somebody says otherwise.
        some = RequestType.Audience.ORGANISATIONS
        chosen = known is not None and known.audience == some
        fields["audience"].choices = [one for one in RequestType.Audience.choices if chosen or one[0] != some]

    def carry_out(self, *, by: Person, at: datetime) -> RequestType:
        return put_to_use(self.process, **self.cleaned_data, by=by)
