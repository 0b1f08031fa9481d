"""What the rooms keep beside tickets, one of each, so that no address is walked past a thing that is not there."""

from datetime import timedelta
from typing import TYPE_CHECKING

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.webauthn.internal.auth import WebAuthn
from allauth.usersessions.models import UserSession
from django.utils import timezone

from sira.api.models import Delivery, Webhook
from sira.calendars.models import Calendar, HolidayFeed
from sira.catalogue.models import RequestType
from sira.channels.email.models import BrokenMail, Mailbox
from sira.decisions.models import DecisionVersion
from sira.knowledge import writing
from sira.notifications.models import OutgoingMail
from sira.people import recognition
from sira.people.directories.models import Directory
from sira.people.models import Organisation
from sira.plumbing.desk_secrets import desk_secrets
from sira.plumbing.models import ScannedFile
from sira.plumbing.sealing import seal
from sira.portal.models import Branding
from sira.processes.models import Incident
from sira.promises import contracts, planned, plans
from sira.promises.models import Contract
from sira.studio.models import Example, SetAside
from sira.tickets import assigning, later, lifecycle, linking, links, merging, retention, side_talks
from sira.tickets.messages import Said
from sira.tickets.models import Category, Service, Ticket, TicketType
from sira.tickets.tests.office import Office
from sira.tickets.tests.test_operating import STUCK
from sira.workforce import planning, swapping
from sira.workspace import bulk
from sira.workspace.macros import keep
from sira.workspace.models import Change, Draft, Macro
from tests.security.passkeys import credential
from tests.security.things import Thing

if TYPE_CHECKING:
    from tests.security.world import World

WORKERS = frozenset({"agent", "agent_elsewhere", "lead", "manager", "administrator", "helper", "partner"})
PLANNERS = frozenset({"lead", "manager", "administrator"})
ADMINISTRATORS = frozenset({"administrator"})


def build(world: "World", office: Office) -> None:
    for room in (_house, _mail, _drawings, _team, _desk, _tickets):
        room(world, office)


def _house(world: "World", office: Office) -> None:
    at, ada, everybody = timezone.now(), office.ada, frozenset({*world.people, "nobody"})
    calendar = Calendar.objects.first()
    world.add("calendar", calendar, WORKERS, workers=ADMINISTRATORS)
    address = "https://holidays.example.org/canary.ics"
    world.add("feed", HolidayFeed.objects.create(calendar=calendar, address=address, due_at=at), ADMINISTRATORS)
    plan = plans.keep("canary-plan", name="Plan", marks=planned.STANDARD, by=ada, at=at)
    world.add("plan", plan, ADMINISTRATORS, by="key")
    firm = Organisation.objects.get(name="Firm")
    days = {"starts_at": at - timedelta(days=9), "ends_at": at + timedelta(days=90)}
    contract = contracts.agree(Contract(organisation=firm), name="canary-deal", level="gold", at=at, **days)
    world.add("contract", contract, ADMINISTRATORS, word="canary-deal")
    world.add("customer", firm, WORKERS - {"partner"}, workers=ADMINISTRATORS)
    mark = Branding.objects.create(organisation=None, name="Desk", accent="#335577", changed_at=at)
    world.add("brand", mark, everybody)
    secret = seal("canary-hook-secret", desk_secrets())
    address = "https://hooks.example.org/x"
    hook = Webhook.objects.create(name="canary-hook", url=address, secret=secret, made_by=ada, made_at=at)
    world.add("webhook", hook, ADMINISTRATORS, word="canary-hook")
    sent = Delivery.objects.create(webhook=hook, kind="opened", ticket=1, entry=1, at=at, state="dead", settled_at=at)
    world.add("delivery", sent, ADMINISTRATORS)
    world.add("token", office.ada.tokens.get(), ADMINISTRATORS)
    secret = seal("canary-client-secret", desk_secrets())
    there = Directory.objects.create(
        key="canary", name="House", issuer="http://127.0.0.1:9", client_id="x", secret=secret
    )
    world.add("directory", there, everybody, by="key")
    more = {"kind": "ldap", "issuer": "ldaps://127.0.0.1:9", "secret": secret, "client_id": "cn=desk"}
    by_name = Directory.objects.create(
        key="by-name", name="By name", details={"base": "dc=x", "logins": ["uid"]}, **more
    )
    world.add("by_name", by_name, everybody, by="key")
    told = Directory.objects.create(key="told", name="Told", kind="saml", issuer="told", details={"metadata": "<x/>"})
    world.add("told", told, everybody, by="key")
    ends = at + timedelta(days=1)
    for key in ("requester", "agent"):
        session = UserSession.objects.create(
            user=world.people[key], session_key=f"canary-{key}", ip="192.0.2.1", user_agent="x", last_seen_at=ends
        )
        world.add("session", session, frozenset({key}))
        # A pass key, and for the agent an app too, each removed only with a fresh proof.
        passkey = WebAuthn.add(world.people[key], "canary-key", credential(key.encode())).instance
        world.add("passkey", passkey, frozenset({key}))
    TOTP.activate(world.people["agent"], generate_totp_secret())
    world.add("type", RequestType.objects.first(), everybody, by="key")
    ways = {"ticket_type": TicketType(prefix="SPA"), "spare_category": Category(), "service": Service()}
    for kind, row in ways.items():  # that nothing has, so that they can be removed
        row.key, row.name = kind.replace("_", "-"), "Spare"
        row.save()
        world.add(kind, row, ADMINISTRATORS, by="key")


def _mail(world: "World", office: Office) -> None:
    at = timezone.now()
    secret = seal("canary-password", desk_secrets())
    box = Mailbox.objects.create(name="help", host="imap.example.org", user="canary-box", secret=secret, set_up_at=at)
    world.add("mailbox", box, ADMINISTRATORS, by="name", word="canary-box")
    rule = retention.keep_rule(type=None, group=office.hr, months=1200, forgets="files", by=office.ada, at=at)
    world.add("retention", rule, ADMINISTRATORS)
    broken = BrokenMail.objects.create(raw=b"\0" * 32, tries=3, came_at=at, tried_at=at)
    world.add("unread", broken, ADMINISTRATORS)


def _drawings(world: "World", office: Office) -> None:
    at = timezone.now()
    table = DecisionVersion.objects.filter(status="published").order_by("key").first()
    world.add("table", table, ADMINISTRATORS, by="key")
    world.add("example", Example.objects.create(key=table.key, name="One", facts={}), ADMINISTRATORS)
    aside = SetAside.objects.create(
        kind="decisions", key=table.key, version=1, source=table.source, by=office.ada, at=at
    )
    world.add("aside", aside, ADMINISTRATORS)
    stuck = office.asks(STUCK, group=office.it, at=at)
    incident = Incident.objects.get(instance__subject=stuck.pk)
    world.add("incident", incident, frozenset({"lead", "administrator"}))


def _team(world: "World", office: Office) -> None:
    at = timezone.now()
    world.add("pattern", planning.keep_pattern("Early", [[[[480, 960]]] * 7], by=office.ayse, at=at), PLANNERS)
    world.add("planned", world.people["agent"], PLANNERS)
    shifts = {}
    for key, day in (("agent", 5), ("lead", 6), ("agent_elsewhere", 7)):
        starts = (at + timedelta(days=day)).replace(hour=9, minute=0, second=0, microsecond=0)
        span = {"starts_at": starts, "ends_at": starts + timedelta(hours=8)}
        shifts[key] = planning.add_shift(world.people[key], by=office.ada, at=at, **span)
        world.add("shift", shifts[key], PLANNERS | {key})
    swap = swapping.ask(shifts["agent"], shifts["lead"], by=office.jonas, at=at)
    world.add("swap", swap, frozenset({"agent", "lead"}))


def _desk(world: "World", office: Office) -> None:
    at = timezone.now()
    values = {"name": "canary-macro", "group": office.hr, "kind": "note", "text": "Words", "acts": []}
    above = frozenset({"manager", "administrator"})
    macro = keep(Macro(), values, by=office.ada, at=at)
    world.add("macro", macro, above | {"agent_elsewhere", "helper"}, workers=above, word="canary-macro")
    article = writing.begin(
        writing.Wording("canary-article", "Words of it", ""), language="en", by=office.zeynep, at=at
    )
    world.add("article", article, WORKERS, word="canary-article")
    told = writing.begin(writing.Wording("How it is done", "So.", ""), language="en", by=office.zeynep, at=at)
    writing.arrange(told, audience="public", owner=told.owner, review_on=told.review_on, by=office.ada)
    writing.publish(told, language="en", by=office.ada, at=at)
    world.add("article", told, frozenset({*world.people, "nobody"}), workers=WORKERS)
    many = [Ticket.objects.get(number=one.name) for one in world.named("number")[:1]]
    bulk.carry_out(bulk.ACTS["tags"], many, {"tags": ["several"]}, by=office.jonas, at=at)
    world.add("change", Change.objects.get(), frozenset({"agent"}))


def _tickets(world: "World", office: Office) -> None:
    at = timezone.now()
    here = [office.ticket(at=at, subject=f"canary-pair {place}") for place in range(3)]
    sees = frozenset({"agent", "lead", "manager", "administrator"})
    world.add("pair", here[0], sees, by="number", word="canary-pair")
    world.add("link_row", linking.link(here[0], here[1], kind="related", by=office.jonas, at=at), sees)
    world.add("merge", merging.merge(here[2], here[0], by=office.jonas, at=at), sees)
    world.add("merged", here[2], sees, by="number")
    waits = {"goes_at": at + timedelta(days=1), "by": office.jonas, "at": at}
    world.add("later", later.keep(here[0], Said(text="canary-later"), **waits), sees, word="canary-later")
    draft = Draft.objects.create(owner=office.jonas, ticket=here[0], text="canary-draft", is_shared=True, changed_at=at)
    world.add("shared", draft, sees, word="canary-draft")
    third = recognition.recognise("noc@carrier.example", name="Carrier", at=at)
    question = {"subject": "canary-side", "said": Said(text="Is it down?"), "by": office.jonas, "at": at}
    world.add("talk", side_talks.begin(here[0], to=third, **question), sees, word="canary-side")
    assigning.assign(here[0], group=office.it, agent=office.jonas, by=office.ada, at=at)
    world.add("notice", OutgoingMail.objects.filter(kind="assigned").latest("pk"), frozenset({"agent"}))
    held = ScannedFile.objects.create(digest=bytes(range(32)), found="Eicar", at=at)
    world.things.append(
        Thing("held", bytes(held.digest).hex(), frozenset({"administrator"}), frozenset({"administrator"}))
    )
    done = office.ticket(at=at, requester=office.hannah, subject="canary-solved")
    lifecycle.resolve(done, by=office.jonas, resolution="Done.", at=at)
    asked = frozenset({"requester"})
    world.add("solved", done, sees | asked, workers=sees, by="number", word="canary-solved")
    link = links.ticket_link(links.Opened(done.pk, office.hannah.pk), at=at)
    world.things.append(Thing("solved_link", link.rstrip("/").rpartition("/")[2], frozenset(), frozenset()))
