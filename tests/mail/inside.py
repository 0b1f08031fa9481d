"""Imported beside a desk, with its settings: makes the people a test needs, or tells what stands in the tables."""

from django.utils import timezone

from sira.calendars import editing
from sira.calendars.models import Calendar
from sira.intake.models import Received
from sira.notifications.models import OutgoingMail
from sira.people import persons
from sira.people.automation import automation
from sira.people.models import SupportGroup
from sira.tickets.models import HistoryEntry, Message, Ticket


def people() -> dict:
    at = timezone.now()
    if not Calendar.objects.exists():
        editing.create("Always", time_zone="UTC", week=[[[0, 24 * 60]]] * 7, by=automation(), at=at)
    it, _made = SupportGroup.objects.update_or_create(
        key="it",
        defaults={"name": "IT", "strategy": "round_robin", "address": "help@desk.test", "signature": "Your IT"},
    )
    SupportGroup.objects.update_or_create(
        key="hr", defaults={"name": "HR", "strategy": "free", "address": "hr@desk.test"}
    )
    ayse = persons.create_person(
        name="Ayşe Demir", email="ayse@client.test", role="agent", organisation=None, language="en",
        time_zone="UTC", by=automation(), at=at,
    )  # fmt: skip
    it.memberships.all().delete()
    persons.put_in_group(ayse, it, leads=True, by=automation())
    return {}


def told() -> dict:
    def rows(queryset, *names):
        return [dict(zip(names, row, strict=True)) for row in queryset.order_by("pk").values_list(*names)]

    return {
        "tickets": rows(Ticket.objects, "number", "subject", "requester__email", "group__key", "agent__email", "stage"),
        "messages": rows(
            Message.objects, "ticket__number", "author__email", "text", "from_desk", "is_internal", "is_automatic",
            "message_id", "trouble",
        ),
        "mails": rows(OutgoingMail.objects, "kind", "to", "state", "answer", "attempts"),
        "history": rows(HistoryEntry.objects, "ticket__number", "fact__kind", "fact__facts"),
        "received": rows(Received.objects, "source", "key", "state"),
    }  # fmt: skip
