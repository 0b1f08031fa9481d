"""A small desk for tests: two groups, a few people, the drawing and tables that ship."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sira.calendars import editing as calendars
from sira.config import packs
from sira.people import roles
from sira.people.models import Address, Membership, Organisation, Person, SupportGroup
from sira.tickets.messages import Said
from sira.tickets.models import Category, Ticket, TicketType
from sira.tickets.opening import Asked, open_ticket

PACK = Path(packs.__file__).parents[2] / "packs" / "helpdesk"
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
WEEK = [[[9 * 60, 18 * 60]]] * 5 + [[], []]


def monday(hour: int, minute: int = 0) -> datetime:
    """A working Monday; every calendar of the cast works 9 to 18 UTC from Monday to Friday."""
    return MONDAY + timedelta(hours=hour, minutes=minute)


def a_person(name: str, *, role: str = "requester", **more: object) -> Person:
    mail = f"{name.split()[0].lower().replace('ş', 's')}@desk.example"
    person = Person.objects.create(name=name, email=mail, role=role, created_at=MONDAY, **more)
    Address.objects.create(person=person, kind="mail", value=mail)
    return person


def a_group(key: str, *members: Person, lead: Person | None = None, **more: object) -> SupportGroup:
    group = SupportGroup.objects.create(key=key, name=key.upper(), **more)
    for person in members:
        Membership.objects.create(group=group, person=person, leads=person == lead)
    return group


def holding(person: Person, *names: str, by: Person, **place: object) -> Person:
    """With a made role of these rights, given for the place."""
    key = f"role-{person.pk}-{'-'.join(names)}"
    role = roles.MadeRole.objects.filter(key=key).first() or roles.make_role(key, name=key, rights_of_it=names, by=by)
    roles.give_role(person, role, by=by, **place)  # type: ignore[arg-type]
    return Person.objects.get(pk=person.pk)


class Desk:
    """it, hr: groups; ayse leads it with jonas, zeynep is hr; hannah asks; ada administers."""

    def __init__(self) -> None:
        self.halden = Organisation.objects.create(name="Halden Clinics", kind="customer")
        self.ayse = a_person("Ayşe Demir", role="lead")
        self.jonas = a_person("Jonas Weber", role="agent")
        self.zeynep = a_person("Zeynep Kaya", role="agent")
        self.ada = a_person("Ada Admin", role="administrator")
        calendars.create("Weekdays", time_zone="UTC", week=WEEK, by=self.ada, at=MONDAY)
        self.hannah = a_person("Hannah Brooks", organisation=self.halden)
        self.tom = a_person("Tom Whitfield")
        self.it = a_group("it", self.ayse, self.jonas, lead=self.ayse)
        self.hr = a_group("hr", self.zeynep)
        packs.load_pack(PACK, at=MONDAY)
        self.incident = TicketType.objects.get(key="incident")

    def ticket(self, *, at: datetime | None = None, subject: str = "VPN drops", **more: object) -> Ticket:
        more.setdefault("said", Said(text="It drops every few minutes."))
        asked = Asked(
            type=more.pop("type", self.incident),  # type: ignore[arg-type]
            subject=subject,
            requester=more.pop("requester", self.tom),  # type: ignore[arg-type]
            channel="mail",
            category=Category.objects.filter(key=more.pop("category", "network")).first(),
            **more,  # type: ignore[arg-type]
        )
        return open_ticket(asked, by=asked.requester, at=at or monday(9))[0]
