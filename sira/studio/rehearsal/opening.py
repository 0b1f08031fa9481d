"""What a dry run begins with: a ticket of the desk as it came, or an invented one."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.timezone import now

from sira.people.models import Person
from sira.studio.rehearsal import inventing, past
from sira.studio.rehearsal.acting import Cast, cast_of
from sira.studio.rehearsal.desk import Desk
from sira.studio.rehearsal.scene import TicketScene
from sira.tickets.models import Ticket, TicketType


def begun(given: Mapping[str, str], by: Person) -> tuple[TicketScene, Cast, datetime, Ticket | None]:
    """The scene and who answers in it: of the ticket that is named and that they see, else of an invented one."""
    number = given.get("ticket", "").strip().upper()
    seen = Ticket.objects.visible_to(by).select_related(*past.RELATED)
    found = seen.filter(number=number).first() if number else None
    desk = Desk()
    if found is not None:
        record = past.records([found])[0]
        return record.scene(desk), cast_of(record, desk.forms), found.opened_at, found
    first = TicketType.objects.order_by("id").values_list("key", flat=True).first()
    facts = inventing.invented(given, first or "")
    language = str(facts["requester"]["language"])
    scene = TicketScene(desk, facts, (str(by), "", language))
    return scene, Cast(forms=desk.forms), now().replace(second=0, microsecond=0), None
