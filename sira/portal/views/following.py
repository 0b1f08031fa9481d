"""The page of one request and what can be done there, for somebody signed in or with the link from a mail."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from sira.channels.web import receiving
from sira.insight import expecting
from sira.people.opened import forget
from sira.plumbing.refusals import Refused
from sira.portal import access, presenting
from sira.portal.access import Access
from sira.processes.models import Task
from sira.promises import explaining
from sira.promises.models import Clock
from sira.shell.parts import part_or_page, say
from sira.shell.signed_out import for_signed_in
from sira.surveys import marking
from sira.surveys.models import Mark
from sira.tickets import downloads, lifecycle, permissions, pictures, stages, task_sheets, tasks
from sira.tickets.models import Message, MessageFile, Ticket

SHOWN = 3  # messages not folded
UNSHOWN = ("words", "html", "full_text", "recipients")  # long, and of no use to the page
View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Shown:
    """A message with the addresses of its files. pictures: by name, those that stand in its text."""

    said: Message
    files: list[tuple[MessageFile, str]]
    pictures: dict[str, str]

    @property
    def from_their_side(self) -> bool:
        """Said by requester or somebody on copy, not by the desk."""
        return not self.said.from_desk


def either_way(view: View) -> tuple[View, View]:
    """The view for somebody signed in, and for who came by a link, in that person's language."""

    @wraps(view)
    def signed_in(request: HttpRequest, number: str, **more: object) -> HttpResponseBase:
        return view(request, access.signed_in(request, number), **more)

    @wraps(view)
    def by_link(request: HttpRequest, number: str, **more: object) -> HttpResponseBase:
        opened = access.by_link(request, number, at=now())
        with translation.override(opened.person.language), timezone.override(opened.person.time_zone):
            response = view(request, opened, **more)
            response.headers["Content-Language"] = opened.person.language
            return response

    return for_signed_in(signed_in), access.held_here("portal:ticket", by="number")(by_link)


@require_GET
def _show(request: HttpRequest, opened: Access) -> HttpResponse:
    return _ticket(request, opened)


def _ticket(
    request: HttpRequest,
    opened: Access,
    *,
    typed: str = "",
    token: str = "",
    refusal: str | Promise = "",
    status: int = 200,
) -> HttpResponse:
    ticket = opened.ticket
    messages = list(opened.messages.select_related("author").prefetch_related("files").defer(*UNSHOWN).order_by("id"))
    context = {
        "place": "requests",
        "access": opened,
        "urls": {
            name: opened.url(name) for name in ("ticket", "answer", "confirm", "reopen", "withdraw", "why", "mark")
        },
        "ticket": ticket,
        "topics": presenting.topics_of([ticket]),
        "card": presenting.cards([ticket], opened.person, at=now())[0],
        "guess": expecting.guess_for(ticket, at=now()),
        "times": stages.times_of(ticket),
        "messages_before": _with_urls(messages[:-SHOWN], opened),
        "messages_shown": _with_urls(messages[-SHOWN:], opened),
        "message_count": len(messages),
        "typed": typed,
        "token": token or receiving.new_token(),
        "refusal": refusal,
        "forms": forms_for(opened),
        "may_withdraw": ticket.status in Ticket.ACTIVE and ticket.requester_id == opened.person.pk,
        "may_write": permissions.may_answer(opened.person, ticket),
        **_mark(opened),
        "may_reopen": ticket.status == Ticket.Status.CLOSED and lifecycle.may_be_reopened(ticket, at=now()),
    }
    page = "portal/ticket_by_link.html" if opened.by_link else "portal/ticket.html"
    return part_or_page(request, part="portal/_ticket.html", page=page, context=context, status=status)


def _mark(opened: Access) -> dict[str, object]:
    """The mark it was given, and whether it can be given one."""
    if not marking.may_mark(opened.person, opened.ticket):
        return {"may_mark": False}
    return {
        "may_mark": True,
        "mark_values": Mark.Value.choices,
        "mark": Mark.objects.filter(ticket=opened.ticket).first(),
    }


def forms_for(opened: Access) -> list[tuple[str, str]]:
    """Forms that the process asks this reader for: their words and addresses."""
    if opened.ticket.requester_id != opened.person.pk:
        return []
    rows = Task.objects.filter(subject=opened.ticket.pk, kind__in=tasks.OF_REQUESTER, state=Task.State.OPEN)
    found = rows.filter(assignee=opened.person).select_related("sheet").order_by("id")
    return [(task_sheets.asked(one).text or one.name, opened.form_url(one.pk)) for one in found]


def _with_urls(messages: Sequence[Message], opened: Access) -> list[Shown]:
    return [_with_url(one, opened) for one in messages]


def _with_url(message: Message, opened: Access) -> Shown:
    in_text, beside = pictures.parted(message, message.files.all()) if message.from_desk else ([], message.files.all())
    return Shown(
        message,
        [(file, opened.url("file", file.pk)) for file in beside],
        {file.name: opened.url("picture", file.pk) for file in in_text},
    )


@require_POST
def _answer(request: HttpRequest, opened: Access) -> HttpResponse:
    text, files = request.POST.get("text", ""), request.FILES.getlist("files")
    token = request.POST.get("token") or receiving.new_token()
    if not text.strip() and not files:
        return _ticket(request, opened, token=token, refusal=_("Write something or attach a file."), status=422)
    try:
        receipt = receiving.answer(opened.ticket, text, by=opened.person, files=files, token=token, at=now())
    except Refused as refused:
        return _ticket(request, opened, typed=text, token=token, refusal=refused.message, status=refused.status)
    # Here, or in the follow-up that a late answer has opened.
    return access.lead_to(request, replace(opened, ticket=receipt.ticket), at=now(), anchor="#last")


@require_POST
def _confirm(request: HttpRequest, opened: Access) -> HttpResponse:
    if opened.ticket.status != Ticket.Status.CLOSED:  # a second press finds it done
        lifecycle.confirm(opened.ticket, by=opened.person, at=now())
    return say(request, redirect(opened.url()), _("Thank you. It is closed; write here if it comes back."))


@require_POST
def _reopen(request: HttpRequest, opened: Access) -> HttpResponse:
    if opened.ticket.status in Ticket.DONE:
        lifecycle.reopen(opened.ticket, by=opened.person, at=now())
    return say(request, redirect(opened.url() + "#answer"), _("It goes on. Write what still doesn't work."))


@require_POST
def _withdraw(request: HttpRequest, opened: Access) -> HttpResponse:
    """Not needed any more; a second press finds it done."""
    if opened.ticket.status in Ticket.ACTIVE:
        lifecycle.withdraw(opened.ticket, by=opened.person, at=now())
    return say(request, redirect(opened.url()), _("It is withdrawn. Whoever was asked about it is told."))


@require_GET
def _why(request: HttpRequest, opened: Access) -> HttpResponse:
    """Why this time: what was promised, from when, in whose hours, and which pauses were added."""
    clocks = [clock for clock in explaining.clocks_of(opened.ticket.pk) if not clock.withdrawn]
    found = [explaining.explain(clock, at=now()) for clock in clocks if clock.target in Clock.Target.values]
    context = {"place": "requests", "access": opened, "urls": {"ticket": opened.url()}, "ticket": opened.ticket}
    page = "portal/why_by_link.html" if opened.by_link else "portal/why.html"
    return part_or_page(request, part="portal/_why.html", page=page, context=context | {"promises": found})


@require_GET
def _file(request: HttpRequest, opened: Access, pk: int) -> HttpResponseBase:
    return downloads.as_download(opened.file(pk))


@require_GET
def _picture(request: HttpRequest, opened: Access, pk: int) -> HttpResponseBase:
    return pictures.as_picture(opened.file(pk))


@never_cache
@require_safe
def link(request: HttpRequest, key: str) -> HttpResponse:
    """Opening changes nothing, since programs that look through mails open links."""
    response = access.lead_to(request, access.by_key(key, at=now()), at=now())
    response.status_code = 303
    return response


@never_cache
@require_POST
def link_leave(request: HttpRequest, number: str) -> HttpResponse:
    """For a machine that others use too."""
    response = say(request, redirect("portal:start"), _("Closed on this device. The link in the mail opens it again."))
    forget(response, number)
    return response


ticket, link_ticket = either_way(_show)
answer, link_answer = either_way(_answer)
confirm, link_confirm = either_way(_confirm)
reopen, link_reopen = either_way(_reopen)
withdraw, link_withdraw = either_way(_withdraw)
why, link_why = either_way(_why)
file, link_file = either_way(_file)
picture, link_picture = either_way(_picture)
