"""A desk seeded once, in which every secret text carries a word of its own, so that a leak names itself.

The ids of each table begin at another thousand: an id in an address belongs to one thing only,
and who owns it is known.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from sira.api import tokens
from sira.decisions.models import DecisionVersion
from sira.forms.models import FormVersion
from sira.people import roles
from sira.people.models import Organisation, Person, SupportGroup
from sira.plumbing.desk_files import desk_files
from sira.processes.models import ProcessVersion, Task
from sira.processes.tasks.models import Ballot, TaskFile
from sira.processes.tests.drawing import drawing, end, service, start
from sira.tickets import conversation, links
from sira.tickets.messages import Attached, Said
from sira.tickets.models import MessageFile, Ticket
from sira.tickets.tests.cast import a_person
from sira.tickets.tests.office import Office, approve, purchase, task
from sira.workforce.absences import ask_leave
from sira.workspace.models import SavedView
from tests.security import belongings
from tests.security.things import Thing

# Tables that have ids in addresses; what is not here keeps its small numbers.
APART = (
    "people_person",
    "people_organisation",
    "tickets_ticket",
    "tickets_message",
    "tickets_messagefile",
    "processes_task",
    "tasks_ballot",
    "workforce_absence",
    "workspace_savedview",
    "notifications_outgoingmail",
)


@dataclass
class World:
    people: dict[str, Person]
    tokens: dict[str, str]
    group: SupportGroup
    things: list[Thing] = field(default_factory=list)

    def add(
        self, kind: str, row: Any, seen_by: frozenset[str], *, workers: frozenset[str] | None = None,
        by: str = "pk", word: str = "",
    ) -> None:  # fmt: skip
        """What a room keeps under this name; who may see it may work on it, unless `workers` says otherwise."""
        self.things.append(Thing(kind, str(getattr(row, by)), seen_by, workers or seen_by, word))

    def named(self, *kinds: str) -> list[Thing]:
        return [thing for thing in self.things if thing.kind in kinds]

    def forbidden_words(self, actor: str) -> list[str]:
        return [thing.word for thing in self.things if thing.word and actor not in thing.seen_by]


def build() -> World:
    for number, table in enumerate(APART, start=1):
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, number * 1000])
    office = Office()
    sharing = Organisation.objects.create(name="Rigel", kind="customer", shares_tickets=True)
    people = {
        "requester": office.hannah,
        "stranger": a_person("Tove Stranger"),
        "colleague": a_person("Rana Rigel", organisation=sharing),
        "agent": office.jonas,
        "agent_elsewhere": office.zeynep,
        "lead": office.ayse,
        "manager": a_person("Mira Manager", role=Person.Role.MANAGER),
        "administrator": office.ada,
        "approver": office.marta,
        "helper": a_person("Hank Helper", role=Person.Role.AGENT),
        "partner": a_person("Pia Partner"),
    }
    made = _made_roles(people, office, sharing)
    at = timezone.now()
    world = World(people, {key: tokens.make(key, person=one, at=at)[1] for key, one in people.items()}, office.it)
    all_seeing = {"manager", "administrator"}
    here, elsewhere = {"agent", "lead"} | all_seeing, {"agent_elsewhere", "helper"} | all_seeing
    _ticket(world, office.ticket(at=at, requester=office.hannah, subject="canary-it"), {"requester"}, here)
    pay = office.ticket(at=at, requester=office.zeynep, subject="canary-hr", category="payroll")
    _ticket(world, pay, {"agent_elsewhere"}, elsewhere)
    shared = a_person("Rico Rigel", organisation=sharing)
    asked = office.ticket(at=at, requester=shared, subject="canary-rigel", category="payroll")
    _ticket(world, asked, {"colleague"}, elsewhere | {"partner"})
    _approval(world, office)
    _house(world)
    for kind, row in made:
        world.add(kind, row, frozenset({"administrator"}), by="key" if kind == "role" else "pk")
    belongings.build(world, office)
    return world


def _made_roles(people: dict[str, Person], office: Office, customer: Organisation) -> list[tuple[str, Any]]:
    """The helper, an agent of no group, has one for another's group; the partner, who works for nobody else, one for a
    customer. What each sees is that and no more.  Given back: what addresses name of it."""
    by = office.ada
    helping = roles.make_role("helping", name="canary-helping", rights_of_it=["see_all"], by=by)
    working = roles.make_role("working", name="canary-working", rights_of_it=["work"], by=by)
    given = roles.give_role(people["helper"], helping, group=office.hr, by=by)
    roles.give_role(people["partner"], working, organisation=customer, by=by)
    for key in ("helper", "partner"):
        people[key].refresh_from_db()
    spare = roles.make_role("spare", name="canary-spare", rights_of_it=["work"], by=by)
    return [("role", spare), ("holder", people["helper"]), ("given", given)]


def _ticket(world: World, ticket: Ticket, readers: set[str], workers: set[str]) -> None:
    at, by = timezone.now(), ticket.requester
    ticket.refresh_from_db()
    sees = frozenset(readers | workers)
    word = ticket.subject
    numbers = {"kind": "number", "seen_by": sees, "worked_by": frozenset(workers)}
    world.things.append(Thing(name=ticket.number, word=word, **numbers))
    kept = desk_files().keep([f"{word}-in-a-file".encode()])
    for internal in (False, True):
        worker = world.people[sorted(workers - {"manager", "administrator"})[0]]
        attached = Attached(
            name=f"{word}-{'note' if internal else 'said'}.txt",
            size=kept.size,
            digest=kept.digest,
            content_type="text/plain",
        )
        said = Said(text=f"{word}-{'note' if internal else 'said'}", files=[attached], html=f"<b>{word}-in-html</b>")
        if internal:
            message = conversation.note(ticket, said, by=worker, at=at)
        else:
            message = conversation.hear(ticket, said, by=by, at=at, channel=Ticket.Channel.PORTAL)
        reads = frozenset(workers) if internal else sees
        parts = {"seen_by": reads, "worked_by": frozenset(workers)}
        world.things.append(Thing("message", str(message.pk), word=said.text, **parts))
        file = MessageFile.objects.get(message=message)
        world.things.append(Thing("file", str(file.pk), word="", **parts))
    for row in Task.objects.filter(subject=ticket.pk):
        world.things.append(Thing("task", str(row.pk), sees, frozenset(workers)))
    for (key,) in OUTGOING(ticket):
        world.things.append(Thing("mail", str(key), frozenset(workers), frozenset(workers)))
    link = links.ticket_link(links.Opened(ticket.pk, by.pk), at=at)
    world.things.append(Thing("link", link.rstrip("/").rpartition("/")[2], frozenset(), frozenset()))


def OUTGOING(ticket: Ticket) -> list[tuple[int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM notifications_outgoingmail WHERE subject = %s", [ticket.pk])
        return cursor.fetchall()


def _approval(world: World, office: Office) -> None:
    """A purchase that waits for a manager's word; only they, and those who see all, know of it by the approval."""
    wanted = office.asks(purchase(approve("=requester.manager")), at=timezone.now())
    Ticket.objects.filter(pk=wanted.pk).update(group=office.hr)
    insiders = {"agent_elsewhere", "helper", "manager", "administrator"}
    world.things.append(Thing("number", wanted.number, frozenset(insiders | {"approver"}), frozenset(insiders)))
    for ballot in Ballot.objects.filter(approval__subject=wanted.pk):
        world.things.append(Thing("ballot", str(ballot.pk), frozenset({"approver"}), frozenset({"approver"})))
        link = links.decision_link(links.Decides(ballot.pk, ballot.approver_id), at=timezone.now())
        world.things.append(Thing("decision_link", link.rstrip("/").rpartition("/")[2], frozenset(), frozenset()))
    steps = (start(), task("do", "work", groups="hr"), service("shut", "sira:close"), end())
    work = office.draws(drawing(*steps, key="errand", ways="start > do > shut > end"), key="errand")
    errand = office.ticket(type=work, subject="canary-errand", at=timezone.now())
    Ticket.objects.filter(pk=errand.pk).update(group=office.hr)
    parts = {"seen_by": frozenset(insiders), "worked_by": frozenset(insiders)}
    world.things.append(Thing("errand", errand.number, word="canary-errand", **parts))
    for row in Task.objects.filter(subject=errand.pk):
        world.things.append(Thing("errand_task", str(row.pk), **parts))
        kept = desk_files().keep([b"canary-errand-in-a-file"])
        named = {"name": "canary-errand-shown.txt", "size": kept.size, "digest": kept.digest}
        file = TaskFile.objects.create(task=row, by=office.zeynep, at=timezone.now(), **named)
        world.things.append(Thing("task_file", str(file.pk), **parts))
    does = insiders | {"agent", "lead"}  # whose group the task is given to, on a ticket that they do not work on
    steps = (start(), task("do", "work", groups="it"), service("shut", "sira:close"), end())
    work = office.draws(drawing(*steps, key="handed", ways="start > do > shut > end"), key="handed")
    handed = office.ticket(type=work, subject="canary-handed", at=timezone.now())
    Ticket.objects.filter(pk=handed.pk).update(group=office.hr)
    row = Task.objects.get(subject=handed.pk)
    parts = {"seen_by": frozenset(does), "worked_by": frozenset(does)}
    world.things.append(Thing("handed_task", str(row.pk), word="canary-handed", **parts))


def _house(world: World) -> None:
    at = timezone.now()
    zeynep, everybody = world.people["agent_elsewhere"], frozenset(world.people)
    away = ask_leave(
        zeynep,
        starts_at=at + timedelta(days=3),
        ends_at=at + timedelta(days=4),
        by=zeynep,
        at=at,
        note="canary-leave",
    )
    planners = {"manager", "administrator"}
    sees = frozenset({"agent_elsewhere"} | planners)
    world.things.append(Thing("absence", str(away.pk), sees, frozenset(planners), word="canary-leave"))
    view = SavedView.objects.create(owner=zeynep, name="canary-view", scope="groups", filters={})
    mine = frozenset({"agent_elsewhere"})
    world.things.append(Thing("view", str(view.pk), mine, mine, word="canary-view"))
    administrators = frozenset({"administrator"})
    workers = frozenset({"agent", "agent_elsewhere", "lead", "manager", "administrator", "helper"})
    for key, person in world.people.items():
        partner = {"partner"} if person.organisation and person.organisation.name == "Rigel" else set()
        world.things.append(Thing("person", str(person.pk), workers | partner | {key}, administrators | {key}))
    for organisation in Organisation.objects.all():
        world.things.append(Thing("organisation", str(organisation.pk), everybody, administrators))
    world.things.append(Thing("category", "hardware", administrators, administrators))
    for group in ("it", "hr"):
        world.things.append(Thing("group", group, workers | {"partner"}, administrators))
    for kind, model in (("decisions", DecisionVersion), ("processes", ProcessVersion), ("forms", FormVersion)):
        row: Any = model.objects.filter(status="published").order_by("id").first()
        world.things.append(Thing(kind, f"{row.key}/{row.version}", administrators, administrators))
