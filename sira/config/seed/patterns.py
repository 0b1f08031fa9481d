"""Pattern tickets, worked by the real operations: each with three messages, in every state, in four languages."""

import hashlib
import json
import random
import uuid
from datetime import datetime, timedelta

from sira.config.demo import SAMPLE
from sira.config.demo.life import LONGEST_AGO, Story, _somewhere, _used_up
from sira.config.demo.organisation import Desk
from sira.intake import receiving
from sira.intake.incoming import Incoming, Sender, Threads
from sira.intake.receiving import Receipt
from sira.notifications.models import OutgoingMail
from sira.tickets import assigning, lifecycle, waiting
from sira.tickets.messages import Said
from sira.tickets.models import Category, Ticket, TicketType

# How many patterns of each end there are in a language.
ENDS = {"closed": 6, "resolved": 2, "waiting": 2, "held": 1, "in_work": 3, "opened": 2}


def work(desk: Desk, chance: random.Random, *, at: datetime) -> list[tuple[str, str, Ticket]]:
    """(end, language, ticket) of each. Their mails count as sent."""
    stories = json.loads((SAMPLE / "stories.json").read_text(encoding="utf-8"))
    made = []
    for language, told in stories.items():
        for end, count in ENDS.items():
            for _each in range(count):
                story = Pattern(desk, chance.choice(told), language, chance.randint(2, 38), chance)
                made.append((end, language, story.live(end, at)))
    OutgoingMail.objects.filter(subject__in=[ticket.pk for *_how, ticket in made]).update(
        state=OutgoingMail.State.SENT, sent_at=at, next_at=None, placeholders=None, settled=None, unseen=None
    )
    return made


class Pattern(Story):
    """A story whose requester writes mails."""

    def live(self, end: str, now: datetime) -> Ticket:
        ago = {"closed": (LONGEST_AGO, 9), "resolved": (2, 1)}.get(end)
        ticket = self.write("text", _somewhere(self, now, *ago) if ago else _used_up(self, now)).ticket
        if end == "opened":
            self.write("question", self.later(20), ticket)
            self.write("reply", self.later(20), ticket)
            return self.fresh(ticket)
        agent = self.agent_of(ticket)
        if ticket.agent_id is None:
            assigning.take(ticket, by=agent, at=self.later(5))
        self.ask_back(ticket, agent)
        if end == "waiting":
            waiting.wait_for_requester(ticket, by=agent, at=self.later(1))
            self.note(ticket, agent)
            return self.fresh(ticket)
        self.write("reply", self.later(30), ticket)
        if end == "held":
            waiting.hold(ticket, until=now + timedelta(days=60), by=agent, at=self.later(5))
        elif end != "in_work":
            lifecycle.resolve(ticket, by=agent, resolution=self.words("resolution"), at=self.later(60))
        if end == "closed":
            lifecycle.confirm(ticket, by=self.requester, at=self.later(60))
        return self.fresh(ticket)

    def write(self, key: str, at: datetime, ticket: Ticket | None = None) -> Receipt:
        """A mail of the requester comes in."""
        self.at, digest = at, self.chance.randbytes(32)
        return receiving.receive(
            Incoming(
                channel=Ticket.Channel.MAIL,
                key=digest.hex(),
                raw=digest,
                fingerprint=uuid.UUID(bytes=hashlib.sha256(digest).digest()[:16]),
                subject=self.words("subject"),
                said=Said(
                    text=self.words(key),
                    language=self.language,
                    message_id=f"<{digest.hex()[:24]}@seeded.example>",
                    recipients={"to": ["help@localhost"], "cc": []},
                ),
                sender=Sender(self.requester.email),
                threads=Threads(),
                person=self.requester,
                ticket=ticket,
                type=TicketType.objects.get(key=self.told["type"]),
                category=Category.objects.get(key=self.told["category"]),
                impact=self.told["impact"],
                urgency=self.told["urgency"],
                tags=self.told["tags"],
            ),
            at=at,
        )

    def fresh(self, ticket: Ticket) -> Ticket:
        return Ticket.objects.get(pk=ticket.pk)
