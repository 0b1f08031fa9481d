"""Answers that are kept for later: chosen in the composer, sent at once after all, or called off."""

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sira.shell import formats
from sira.shell.parts import announce, say
from sira.tickets import later
from sira.tickets.messages import Said
from sira.tickets.models import Ticket
from sira.tickets.models_aside import LaterAnswer
from sira.workspace import drafts
from sira.workspace.access import DeskRequest
from sira.workspace.later_forms import LaterForm
from sira.workspace.models import Draft
from sira.workspace.views.asking import ask, question
from sira.workspace.views.doing import acting
from sira.workspace.views.ticket import done, go, with_queue


def ask_when(request: DeskRequest, found: Ticket, said: Said) -> HttpResponse:
    """What stands in the composer is kept as the draft, and its author is asked when it goes."""
    drafts.put(request.user, found, text=said.text, files=list(said.files), at=now())
    form = LaterForm(found, request.user)
    form.initial["text"] = said.text
    return ask(request, found, "later", form)


@question("later")
def keep(request: DeskRequest, found: Ticket, form: LaterForm) -> HttpResponse:
    given, files = form.cleaned_data, drafts.all_files(drafts.draft_of(request.user, found))
    said = Said(text=given["text"].strip(), files=files)
    with transaction.atomic():  # the news of the one must find the other gone
        kept = later.keep(found, said, goes_at=given["goes_at"], follows=given["follows"], by=request.user, at=now())
        drafts.end(request.user, found)
    time = formats.full(kept.goes_at, get_language() or "en", zone=timezone.get_current_timezone())
    response = announce(done(request, found.number), sent={"key": found.number, "text": said.text})
    return say(request, response, _("Kept. It goes out: %(time)s") % {"time": time})


@acting
def send_now(request: DeskRequest, found: Ticket, key: int) -> None:
    later.send_now(kept_of(found, key), by=request.user, at=now())


@acting
def call_off(request: DeskRequest, found: Ticket, key: int) -> HttpResponse:
    """Its words come back into the composer of whoever calls it off, to be changed or forgotten."""
    at, here = now(), with_queue(found.get_absolute_url(), request.GET)
    kept = kept_of(found, key)
    taken = later.call_off(kept, by=request.user, at=at)
    if taken.text or taken.files:
        kind = Draft.Kind.NOTE if kept.given.get("note") else Draft.Kind.ANSWER
        drafts.give_back(request.user, found, text=taken.text, files=taken.files, at=at, kind=kind)
        return go(request, here, _("Not sent. Your text is in the composer again."))
    return go(request, here, _("Called off. Nothing was done."))


def kept_of(found: Ticket, key: int) -> LaterAnswer:
    """Raises GoneAlready, since it may have left while the page stood open."""
    row = LaterAnswer.objects.filter(ticket=found, pk=key).first()
    if row is None:
        raise later.GoneAlready
    return row
