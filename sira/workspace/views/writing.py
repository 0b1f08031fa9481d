"""The composer: what is said in a ticket, kept while it is written, and taken back before it leaves."""

import re
from datetime import datetime

from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sira.channels.web.receiving import kept
from sira.plumbing.refusals import Refused
from sira.shell.laying_out import pictures_named
from sira.shell.parts import announce, say
from sira.tickets import later, mentions, pictures, unsending, waiting
from sira.tickets.mentions import Noted
from sira.tickets.messages import PICTURES, Said
from sira.tickets.models import Message, Ticket
from sira.tickets.models_aside import LaterAnswer
from sira.workspace import drafts, macros
from sira.workspace.access import DeskRequest, for_agents, ticket_for
from sira.workspace.models import Macro
from sira.workspace.views.doing import acting
from sira.workspace.views.later import ask_when
from sira.workspace.views.onward import after_answer
from sira.workspace.views.ticket import THEN, done, go, with_queue

DIGEST = re.compile(r"[0-9a-f]{64}")
A_YEAR = 365 * 24 * 3600


class NothingSaid(Refused):
    code = "nothing_said"
    status = 422
    message = gettext_lazy("Write something first, or attach a file.")


class NoPicture(Refused):
    code = "no_picture"
    status = 422
    message = gettext_lazy("Only pictures of up to 8 MB stand in a text. It goes along as a file.")


@acting
def answer(request: DeskRequest, found: Ticket) -> HttpResponse:
    """A note, or an answer and what follows it in one step: `then` is send, waiting or resolve, or a macro's acts."""
    person, at, given = request.user, now(), request.POST
    if given.get("macro", "").isdecimal():
        return by_macro(request, found, at=at)
    said, then = said_in(request, found), given.get("then", "")
    if then == "later" and given.get("kind") != "note":
        return ask_when(request, found, said)
    if given.get("kind") == "note":
        noted = mentions.note(found, said, by=person, at=at)
        response = over(request, done(request, found.number), found, said.text)
        return say(request, response, of_mentions(noted)) if noted.told or noted.untold else response
    if then == "resolve":
        kept = later.keep(found, said, goes_at=at + unsending.HELD, follows=then, by=person, at=at)
        return held(request, over(request, after_answer(request, found), found, said.text, then), kept)
    with transaction.atomic():
        message = unsending.answer(found, said, by=person, at=at)
        if then == "waiting" and found.status in Ticket.ACTIVE:
            waiting.wait_for_requester(found, by=person, at=at)
    return leaving(request, over(request, after_answer(request, found), found, said.text, then), message)


def by_macro(request: DeskRequest, found: Ticket, *, at: datetime) -> HttpResponse:
    """Its words as they were changed before, and its acts, which can be taken back as an answer can."""
    person = request.user
    macro = get_object_or_404(macros.of_person(person), pk=request.POST["macro"])
    text = request.POST.get("text", "").strip()
    if not macro.acts and macro.kind != Macro.Kind.NOTE:
        message = unsending.answer(found, Said(text=text), by=person, at=at)
        return leaving(request, after_answer(request, found), message)
    kept = macros.begin(macro, found, text=text, by=person, at=at)
    return held(request, after_answer(request, found), kept)


def held(request: DeskRequest, response: HttpResponse, kept: LaterAnswer) -> HttpResponse:
    """As leaving, where more than a mail waits."""
    way = with_queue(f"{kept.ticket.get_absolute_url()}later/{kept.pk}/call-off/", request.GET)
    words = _("Resolves in {n} s") if kept.follows == "resolve" else _("Happens in {n} s")
    return say(request, response, words, undo=way, count=int(unsending.HELD.total_seconds()))


def leaving(request: DeskRequest, response: HttpResponse, message: Message) -> HttpResponse:
    """Says how long the answer can be taken back."""
    way = with_queue(f"{message.ticket.get_absolute_url()}messages/{message.pk}/take-back/", request.GET)
    return say(request, response, _("Answer goes out in {n} s"), undo=way, count=int(unsending.HELD.total_seconds()))


def of_mentions(noted: Noted) -> str:
    parts = []
    if noted.told:
        parts.append(_("%(who)s will hear of it.") % {"who": ", ".join(map(str, noted.told))})
    if noted.untold:
        who = ", ".join(map(str, noted.untold))
        parts.append(_("Not told, since the ticket is not theirs to read: %(who)s.") % {"who": who})
    return " ".join(parts)


def over(request: DeskRequest, response: HttpResponse, found: Ticket, text: str, then: str = "") -> HttpResponse:
    """It was said: draft and text may go. What was chosen beside Send is offered first the next time."""
    drafts.end(request.user, found)
    if then:
        response.set_cookie(THEN, then, max_age=A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure())
    return announce(response, sent={"key": found.number, "text": text})


def said_in(request: DeskRequest, found: Ticket) -> Said:
    """The text and the files of a composer; the files are in the store from here on.  Raises NothingSaid, TooLarge."""
    text = request.POST.get("text", "").strip()
    again = request.POST.getlist("kept")
    may_have_files = again or pictures_named(text)
    files = drafts.files_of(drafts.draft_of(request.user, found), again, text) if may_have_files else []
    files += [kept(upload) for upload in request.FILES.getlist("files")]
    if not text and not files:
        raise NothingSaid()
    return Said(text=text, files=files)


@require_POST
@for_agents
def keep_draft(request: DeskRequest, number: str) -> JsonResponse:
    """409 with the other text where another window has kept one meanwhile."""
    found, given = ticket_for(request.user, number), request.POST
    kind = "note" if given.get("kind") == "note" else "answer"
    seen = given.get("seen", "")
    known = int(seen) if seen.isdecimal() and len(seen) < 9 else 0
    out = [bytes.fromhex(one) for one in given.getlist("out") if DIGEST.fullmatch(one)]
    text = given.get("text", "")
    try:
        draft = drafts.keep(request.user, found, kind=kind, text=text, seen=known, without=out, at=now())
    except drafts.NewerElsewhere as refused:
        return JsonResponse(drafts.told(refused.newer), status=409)
    return JsonResponse({"revision": draft.revision if draft else 0})


@require_POST
@for_agents
def keep_picture(request: DeskRequest, number: str) -> JsonResponse:
    """A picture pasted into the composer, kept with the draft at once. Raises NoPicture, TooManyFiles."""
    found, given, upload = ticket_for(request.user, number), request.POST, request.FILES.get("picture")
    if upload is None or upload.content_type not in PICTURES or not 0 < (upload.size or 0) <= pictures.LARGEST:
        raise NoPicture()
    file, kind = kept(upload), "note" if given.get("kind") == "note" else "answer"
    draft = drafts.add_file(request.user, found, file, kind=kind, text=given.get("text", ""), at=now())
    return JsonResponse({"revision": draft.revision, "name": file.name, "digest": file.digest.hex()})


@acting
def take_back(request: DeskRequest, found: Ticket, key: int) -> HttpResponse:
    """The answer comes back into the composer."""
    message = get_object_or_404(Message, pk=key, ticket=found)
    at = now()
    taken = unsending.take_back(message, by=request.user, at=at)
    drafts.give_back(request.user, found, text=taken.text, files=taken.files, at=at)
    words = _("Not sent. Your text is in the composer again.")
    return go(request, with_queue(found.get_absolute_url(), request.GET), words)
