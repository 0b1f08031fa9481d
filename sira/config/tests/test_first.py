"""An empty desk can be entered, and its first mail finds a group and a promise."""

from sira.config import first, packs
from sira.people.models import Person
from sira.tickets.messages import Said
from sira.tickets.models import TicketType
from sira.tickets.opening import Asked, open_ticket
from sira.tickets.tests.cast import a_person, monday


def test_an_empty_desk_takes_its_first_ticket(db: None):
    packs.load_all(at=monday(8))
    address, password = first.begin(at=monday(8))
    administrator = Person.objects.get(email=address)
    assert administrator.check_password(password) and administrator.is_staff
    asked = Asked(
        type=TicketType.objects.get(key="incident"),
        subject="First",
        requester=a_person("Tom Whitfield"),
        said=Said(text="Hello"),
        channel="mail",
    )
    ticket, _message = open_ticket(asked, by=asked.requester, at=monday(9))
    assert ticket.group.memberships.filter(person=administrator).exists()
    assert ticket.due_at
