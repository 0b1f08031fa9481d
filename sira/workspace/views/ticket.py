"""The ticket's page: queue at the left, the ticket in the middle, the person and the reasons at the right."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sira.people.models import Person, SupportGroup
from sira.shell import formats
from sira.shell.parts import part_or_page
from sira.tickets import downloads, lifecycle, stages, tasks
from sira.tickets.models import Category, Message, MessageFile, Service, Ticket, TicketLink
from sira.tickets.wording import named
from sira.workspace import conversation, why
from sira.workspace.access import for_agents, ticket_for
from sira.workspace.views.queue import queue_context

FRAME_POLICY = "sandbox; default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'"


@require_GET
@for_agents
def ticket(request: HttpRequest, number: str) -> HttpResponse:
    found = ticket_for(request.user, number)
    if found.merged_into is not None and "stay" not in request.GET:
        return redirect(found.merged_into)
    if found.has_news and found.agent_id == request.user.pk:
        Ticket.objects.filter(pk=found.pk).update(has_news=False)
    context = ticket_context(found, request.user)
    if request.headers.get("HX-Target", "").endswith("ticket"):
        return part_or_page(request, part="workspace/_ticket.html", page="workspace/ticket.html", context=context)
    context |= queue_context(request)
    return part_or_page(request, part="workspace/_ticket.html", page="workspace/ticket.html", context=context)


def ticket_context(found: Ticket, reader: Person) -> dict[str, Any]:
    at = now()
    open_tasks = tasks.open_tasks(found)
    fields, _tasks = lifecycle.missing_before_end(found, resolution="said in the form")
    return {
        "place": "workspace",
        "ticket": found,
        "line": conversation.line_of(found, reader=reader),
        "reasons": why.reasons_of(found),
        "promises": why.promises_of(found, at=at),
        "shown_times": shown_times(found),
        "tasks": open_tasks,
        "missing": [wording_of(name) for name in fields],
        "closed_why": closed_why(fields, [task.name for task in open_tasks if task.mandatory]),
        "people": found.participants.select_related("person").order_by("id"),
        "links": found.links.select_related("target").order_by("id"),
        "linked_from": found.linked_from.select_related("source").order_by("id"),
        "merged_here": found.merges_into.filter(undone_at=None).select_related("source"),
        "others": others_of(found, reader),
        "groups_to_choose": [(row.pk, named(row)) for row in SupportGroup.objects.order_by("name")],
        "agents": colleagues_of(found),
        "categories": sorted(((row.pk, named(row)) for row in Category.objects.all()), key=lambda one: one[1]),
        "services": sorted(((row.pk, named(row)) for row in Service.objects.all()), key=lambda one: one[1]),
        "levels": Ticket.Level.choices,
        "priorities": Ticket.Priority.choices,
        "type_name": named(found.type),
        "group_name": named(found.group) if found.group else "",
        "category_name": named(found.category) if found.category else "",
        "service_name": named(found.service) if found.service else "",
        "is_active": found.status in Ticket.ACTIVE,
        "sends": [("send", _("Send")), ("waiting", _("Send, set waiting"))],
        "acts": ("begin", "wait", "resume", "reopen", "watch"),
        "link_kinds": TicketLink.Kind.choices,
        "watches": found.participants.filter(person=reader, kind="watcher").exists(),
        "looked_at": at,
    }


def shown_times(found: Ticket) -> dict[str, str]:
    """When each stage was reached, as the stage line shows it."""
    language, zone, at = get_language() or "en", timezone.get_current_timezone(), now()
    reached = stages.times_of(found).items()
    return {stage: formats.moment(moment, language, now=at, zone=zone) for stage, moment in reached}


def wording_of(name: str) -> str:
    from_words = {"category": _("Category"), "service": _("Service"), "resolution": _("Resolution")}
    return from_words.get(name, name)


def closed_why(fields: list[str], task_names: list[str]) -> str:
    """Why the way to resolve is closed, in one sentence; empty if it is open."""
    if fields and task_names:
        return _("Resolve needs “%(fields)s” and the task “%(tasks)s”") % {
            "fields": "”, “".join(map(wording_of, fields)),
            "tasks": "”, “".join(task_names),
        }
    if fields:
        return _("Resolve needs “%(fields)s”") % {"fields": "”, “".join(map(wording_of, fields))}
    if task_names:
        return _("Resolve needs the task “%(tasks)s”") % {"tasks": "”, “".join(task_names)}
    return ""


def others_of(found: Ticket, reader: Person) -> list[Ticket]:
    """Other tickets of the same person that the reader may see, newest first."""
    rows = Ticket.objects.visible_to(reader).filter(requester=found.requester_id).exclude(pk=found.pk)
    return list(rows.order_by("-id")[:6])


def colleagues_of(found: Ticket) -> list[tuple[int, str]]:
    rows = Person.objects.agents()
    if found.group_id:
        rows = rows.filter(memberships__group=found.group_id)
    return list(rows.order_by("name").values_list("pk", "name")[:200])


@require_GET
@for_agents
def mail_frame(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """The HTML of a mail, sanitised when it came, alone in a frame that runs nothing and loads nothing from outside."""
    found = ticket_for(request.user, number)
    message = get_object_or_404(Message.objects.filter(ticket=found).visible_to(request.user), pk=key)
    body = f'<!doctype html><meta charset="utf-8"><base target="_blank"><body dir="auto">{message.html}'
    response = HttpResponse(body)
    response["Content-Security-Policy"] = FRAME_POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


@require_GET
@for_agents
def file(request: HttpRequest, key: int) -> HttpResponse:
    return downloads.give(get_object_or_404(MessageFile, pk=key), to=request.user)  # type: ignore[return-value]
