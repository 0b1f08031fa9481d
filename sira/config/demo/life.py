"""What happened at the sample desk: each ticket is told as a small story, step by step, up to where it stands today."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils import timezone, translation

from sira.calendars.compiled import edition_in_force, working_time
from sira.calendars.working_time import WorkingTime
from sira.config.demo.organisation import Desk
from sira.notifications.models import OutgoingMail
from sira.people.models import Person
from sira.plumbing.desk_files import desk_files
from sira.processes import timers
from sira.tickets import assigning, conversation, lifecycle, linking, merging, waiting
from sira.tickets.messages import Attached, Said
from sira.tickets.models import Category, Participant, Ticket, TicketLink, TicketType
from sira.tickets.opening import Asked, open_ticket

# How far the tickets have come, in shares of a hundred.
ENDS = [
    ("closed", 46),
    ("resolved", 8),
    ("waiting", 9),
    ("held", 5),
    ("in_work", 12),
    ("assigned", 8),
    ("opened", 12),
]
CHANNELS = ["mail", "mail", "mail", "portal", "portal", "phone", "walk_in"]
NEWS = timedelta(days=1)  # what is younger stands behind the bell
# Working time that an open ticket has used of its promise, so that some are safe, some at risk and some broken.
USED = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 0.85, 0.9, 1.2]
BUDGETS = {1: 2.0, 2: 4.0, 3: 18.0, 4: 45.0}  # working hours to the solution, by priority
FIRST_ANSWER = {1: 0.25, 2: 0.5, 3: 2.0, 4: 4.0}
LONGEST_AGO = 45  # days


class Story:
    """One ticket's life; time goes on in working hours from when it was opened."""

    def __init__(self, desk: Desk, told: dict[str, Any], language: str, number: int, chance: random.Random) -> None:
        self.desk, self.told, self.language, self.chance = desk, told, language, chance
        self.number = str(number)
        self.requester = chance.choice(desk.requesters[language])
        self.hours = working_time(edition_in_force(None))

    def words(self, key: str) -> str:
        return str(self.told[key]).replace("{n}", self.number)

    def open(self, at: datetime) -> Ticket:
        asked = Asked(
            type=TicketType.objects.get(key=self.told["type"]),
            subject=self.words("subject"),
            requester=self.requester,
            said=Said(text=self.words("text"), files=self.files(), language=self.language),
            channel=self.chance.choice(CHANNELS),
            category=Category.objects.get(key=self.told["category"]),
            impact=self.told["impact"],
            urgency=self.told["urgency"],
            tags=self.told["tags"],
        )
        self.at = at
        return open_ticket(asked, by=self.requester, at=at)[0]

    def files(self) -> list[Attached]:
        name = self.told.get("file")
        if not name:
            return []
        content = f"{self.words('subject')}\n{self.words('text')}\n".encode()
        kept = desk_files().keep([content])
        return [Attached(name=name, size=kept.size, digest=kept.digest, content_type="text/plain")]

    def later(self, minutes: int) -> datetime:
        """So much working time further on, never ahead of today."""
        self.at = min(self.hours.add(self.at, timedelta(minutes=minutes)), timezone.now())
        return self.at

    def agent_of(self, ticket: Ticket) -> Person:
        ticket.refresh_from_db()
        if ticket.agent is not None:
            return ticket.agent
        members = [one for one in self.desk.agents if one.memberships.filter(group=ticket.group_id).exists()]
        return self.chance.choice([one for one in members if one.name != "Lena Fischer"])

    def take(self, ticket: Ticket) -> Person:
        agent = self.agent_of(ticket)
        if ticket.agent_id is None:
            assigning.take(ticket, by=agent, at=self.later(self.chance.randint(5, 60)))
        return agent

    def ask_back(self, ticket: Ticket, agent: Person) -> None:
        said = Said(text=self.words("question"), language=self.language)
        conversation.answer(ticket, said, by=agent, at=self.later(self.chance.randint(3, 40)))

    def reply(self, ticket: Ticket) -> None:
        said = Said(text=self.words("reply"), language=self.language)
        conversation.hear(ticket, said, by=self.requester, channel="mail", at=self.later(self.chance.randint(5, 90)))

    def note(self, ticket: Ticket, agent: Person) -> None:
        said = Said(text=self.words("note"), language=self.language)
        conversation.note(ticket, said, by=agent, at=self.later(self.chance.randint(2, 30)))

    def work(self, ticket: Ticket) -> Person:
        agent = self.take(ticket)
        self.ask_back(ticket, agent)
        self.reply(ticket)
        if self.chance.random() < 0.6:
            self.note(ticket, agent)
        return agent

    def resolve(self, ticket: Ticket) -> Person:
        agent = self.work(ticket)
        budget = BUDGETS[ticket.priority or 3] * 60
        at = self.later(int(budget * self.chance.choice([0.2, 0.3, 0.5, 0.7, 0.9, 1.3])))
        lifecycle.resolve(ticket, by=agent, resolution=self.words("resolution"), at=at)
        return agent


def live(desk: Desk, stories: dict[str, list[dict[str, Any]]], tickets: int, *, at: datetime) -> None:
    """The same every time, apart from the date it is told on."""
    chance = random.Random(1405)
    ends = [end for end, share in ENDS for _each in range(share)]
    chance.shuffle(ends)
    languages = list(stories)
    for index in range(tickets):
        language = languages[index % len(languages)]
        told = chance.choice(stories[language])
        story = Story(desk, told, language, chance.randint(2, 38), chance)
        with translation.override(language):
            PATHS[ends[index % len(ends)]](story, at)
    _relate(desk, at=at)


def _closed(story: Story, now: datetime) -> Ticket:
    ticket = story.open(_somewhere(story, now, LONGEST_AGO, 6))
    story.resolve(ticket)
    if story.chance.random() < 0.15:
        conversation.hear(
            ticket, Said(text=story.words("reply")), by=story.requester, channel="mail", at=story.later(60)
        )
        agent = story.agent_of(ticket)
        lifecycle.resolve(ticket, by=agent, resolution=story.words("resolution"), at=story.later(90))
    if story.chance.random() < 0.5:
        lifecycle.confirm(ticket, by=story.requester, at=story.later(120))
    else:
        timers.pump(story.later(3 * 9 * 60 + 1))
    return ticket


def _resolved(story: Story, now: datetime) -> Ticket:
    ticket = story.open(_somewhere(story, now, 6, 3))
    story.resolve(ticket)
    return ticket


def _waiting(story: Story, now: datetime) -> Ticket:
    ticket = story.open(_somewhere(story, now, 9, 1))
    agent = story.take(ticket)
    story.ask_back(ticket, agent)
    waiting.wait_for_requester(ticket, by=agent, at=story.later(1))
    return ticket


def _held(story: Story, now: datetime) -> Ticket:
    ticket = story.open(_used_up(story, now))
    agent = story.work(ticket)
    waiting.hold(ticket, until=now + timedelta(days=story.chance.randint(1, 9)), by=agent, at=story.later(5))
    return ticket


def _in_work(story: Story, now: datetime) -> Ticket:
    ticket = story.open(_used_up(story, now))
    agent = story.work(ticket)
    if story.chance.random() < 0.3:
        copy = story.chance.choice(story.desk.requesters[story.language])
        conversation.add_participant(ticket, copy, kind=Participant.Kind.COPY, by=agent, at=story.later(1))
    return ticket


def _assigned(story: Story, now: datetime) -> Ticket:
    ticket = story.open(_used_up(story, now, FIRST_ANSWER))
    story.take(ticket)
    return ticket


def _opened(story: Story, now: datetime) -> Ticket:
    return story.open(_used_up(story, now, FIRST_ANSWER))


PATHS: dict[str, Callable[[Story, datetime], Ticket]] = {
    "closed": _closed,
    "resolved": _resolved,
    "waiting": _waiting,
    "held": _held,
    "in_work": _in_work,
    "assigned": _assigned,
    "opened": _opened,
}


def _somewhere(story: Story, now: datetime, longest: int, shortest: int) -> datetime:
    """Some working moment between so many days ago."""
    ago = now - timedelta(days=shortest) - (longest - shortest) * timedelta(days=story.chance.random())
    return at_work(story.hours, ago, timedelta(minutes=story.chance.randint(1, 240)), now=now)


def at_work(hours: WorkingTime, ago: datetime, minutes: timedelta, *, now: datetime) -> datetime:
    """So much working time after then; from a weekend on the way it would be ahead of today, so days earlier."""
    while (moment := hours.add(ago, minutes)) > now:
        ago -= timedelta(days=1)
    return moment


def _used_up(story: Story, now: datetime, budgets: dict[int, float] = BUDGETS) -> datetime:
    """A moment from which the working time until now is some share of what is promised."""
    matrix = {(1, 1): 1, (1, 2): 2, (2, 1): 2, (1, 3): 3, (2, 2): 3, (3, 1): 3}
    budget = budgets[matrix.get((story.told["impact"], story.told["urgency"]), 4)]
    wanted = timedelta(hours=budget * story.chance.choice(USED))
    ago = now
    while story.hours.between(ago, now) < wanted:
        ago -= timedelta(minutes=5)
    return ago


def _relate(desk: Desk, *, at: datetime) -> None:
    """Some tickets have to do with each other, and two pairs are one."""
    active = list(Ticket.objects.active().filter(group__key="it", category__key="network").order_by("pk"))
    lead = desk.agents[0]
    for first, second in zip(active[::2], active[1::2], strict=False):
        linking.link(second, first, kind=TicketLink.Kind.RELATED, by=lead, at=at)
    for source, target in zip(active[:4:2], active[1:5:2], strict=False):
        merging.merge(source, target, by=lead, at=at)


def all_mails_sent() -> None:
    """The mails of the past were sent in the past, and but for the newest somebody has looked at them."""
    OutgoingMail.objects.filter(state=OutgoingMail.State.QUEUED).update(
        state=OutgoingMail.State.SENT, sent_at=F("queued_at"), next_at=None, placeholders=None, settled=None
    )
    OutgoingMail.objects.filter(unseen=True, queued_at__lt=timezone.now() - NEWS).update(unseen=False)
    with connection.cursor() as cursor:
        cursor.execute(_IN_ORDER)
        cursor.execute("UPDATE notifications_outgoingmail SET id = -id WHERE id < 0")


# Each ticket told its own story from beginning to end: what all of them wrote is numbered as it went out. By way of
# numbers that nothing has, since no two rows may share one even while it is done.
_IN_ORDER = """
    UPDATE notifications_outgoingmail mail SET id = -ordered.id
      FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM notifications_outgoingmail) ordered
      JOIN (SELECT id, row_number() OVER (ORDER BY queued_at, id) AS place FROM notifications_outgoingmail) told
        ON told.place = ordered.place
     WHERE mail.id = told.id
"""
