"""What did we owe for a ticket at an instant of the past? By which rule, in which hours."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from sira.calendars.working_time import FIRST_YEAR, LAST_YEAR
from sira.decisions.models import Reason
from sira.promises import explaining
from sira.promises.explaining import State, Stretch
from sira.shell.names import named
from sira.tickets.wording_of_promises import promise_name
from sira.workspace import table_words
from sira.workspace.access import DeskRequest, for_agents, ticket_for

LATIN = str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789")


@require_GET
@for_agents
def owed(request: DeskRequest, number: str) -> HttpResponse:
    """on: a local instant; without one, now. What is none, or out of reach, is said and the page answers for now."""
    ticket = ticket_for(request.user, number)
    asked = request.GET.get("on", "")
    on = instant(asked)
    at = on or now()
    found = explaining.owed(ticket.pk, on=at)
    context = {
        "place": "workspace",
        "ticket": ticket,
        "at": at,
        "asked": timezone.localtime(at).strftime("%Y-%m-%dT%H:%M"),
        "is_unread": bool(asked) and on is None,
        "promises": [shown(target, one) for target, one in found.items()],
    }
    return render(request, "boards/owed.html", context)


def instant(text: str) -> datetime | None:
    try:
        read = parse_datetime(text.translate(LATIN))
    except ValueError:
        return None
    if read is None or not FIRST_YEAR < read.year < LAST_YEAR:
        return None
    return read if timezone.is_aware(read) else timezone.make_aware(read)


def shown(target: str, one: Stretch) -> dict[str, Any]:
    return {
        "name": promise_name(target, one.rule.get("name", "")),
        "state": one.state,
        "state_words": State(one.state).label,
        "budget": one.budget,
        "due_at": one.due_at,
        "calendar": one.edition.calendar.name,
        "edition": one.edition.number,
        "rule": rule_of(one.rule),
        "since": one.since,
        "until": one.until if one.ended_by else None,
    }


def rule_of(rule: dict[str, Any]) -> dict[str, Any] | None:
    """Table, version and rows, as they stood then; the version is kept for ever."""
    reason = Reason.objects.select_related("version").filter(pk=rule.get("reason") or 0).first()
    if reason is None or reason.version is None:
        return None
    rows = [row for table in reason.detail.get("matched", []) for row in table.get("rows", [])]
    return {
        "name": named(reason.version),
        "key": reason.version.key,
        "version": reason.version.version,
        "rows": ", ".join(map(str, rows)),
        "inputs": table_words.asked_and_said(reason),
    }
