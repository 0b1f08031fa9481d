"""What a dry run begins with: a ticket of the desk as it came, or an invented one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import now

from sira.people.models import Person
from sira.processes.bpmn.graph import Graph
from sira.studio.asked_first import begun_with
from sira.studio.rehearsal import filling, inventing, past
from sira.studio.rehearsal.acting import Cast, cast_of
from sira.studio.rehearsal.desk import Desk
from sira.studio.rehearsal.scene import TicketScene
from sira.tickets.models import Ticket


@dataclass(frozen=True)
class Begun:
    """What is played and who answers in it. ticket: the real one, if there is one.
    asker: who asks for an invented one.  asked: what they have filled in."""

    scene: TicketScene
    cast: Cast
    at: datetime
    ticket: Ticket | None = None
    asker: Person | None = None
    asked: Sequence[inventing.Asked] = ()


def begun(graph: Graph, given: Mapping[str, str], by: Person) -> Begun:
    """Of the ticket that is named and that they see, else of an invented one."""
    number = given.get("ticket", "").strip().upper()
    seen = Ticket.objects.visible_to(by).select_related(*past.RELATED)
    found = seen.filter(number=number).first() if number else None
    desk = Desk()
    if found is not None:
        record = past.records([found])[0]
        return Begun(record.scene(desk), cast_of(record, desk.forms), found.opened_at, found)
    at = now().replace(second=0, microsecond=0)
    asker = inventing.who_asks(given.get("requester.mail", ""))
    form = next((desk.forms[key] for key in begun_with(graph) if key in desk.forms), {})
    answers = inventing.typed_over(form, filling.invented(form, at, by.email or ""), given)
    asked = inventing.asked(form, answers)
    others = {path: text for path, text in given.items() if path not in {one.path for one in asked}}
    facts = inventing.invented(others, inventing.first_type(graph.key), asker, answers)
    told = str(asker or by), (asker.email if asker else "") or "", str(facts["requester"]["language"])
    scene = TicketScene(desk, facts, told)
    return Begun(scene, Cast(forms=desk.forms), at, None, asker, asked)
