"""Where people of the desk ask for leave, once the desk has taken the process for it."""

from django.urls import reverse

from sira.catalogue.models import RequestType
from sira.people.models import Person

PROCESS = "leave_request"


def way_to_ask(person: Person) -> str:
    """The form that begins the process of leave; nothing where none is offered. One query."""
    offered = RequestType.objects.offered_to(person).filter(type__process_key=PROCESS)
    key = offered.values_list("key", flat=True).first()
    return reverse("portal:ask", args=[key]) if key else ""
