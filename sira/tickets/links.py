"""The link in a mail that opens one ticket for one person without signing in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from sira.plumbing.desk_secrets import desk_secrets
from sira.plumbing.mail import keys

PURPOSE = "ticket"
DECIDING = "approval"
# Not asked of the addresses of all rooms: a mail is decided in the worker, which has no need to load every page.
PATH = "/t/{token}/"
DECIDING_PATH = "/decide/{token}/"
VALID = timedelta(days=180)
DECIDES = timedelta(days=30)


@dataclass(frozen=True)
class Opened:
    """Whom a link lets in, and where: ids."""

    ticket: int
    person: int


def ticket_link(opened: Opened, *, at: datetime) -> str:
    """The full address for a mail to this person; it is theirs alone and shows nothing but this ticket."""
    facts: dict[str, str | int] = {"ticket": opened.ticket, "person": opened.person}
    token = keys.link_token(PURPOSE, facts, until=at + VALID, secrets=desk_secrets())
    return settings.SIRA_URL + PATH.format(token=token)


@dataclass(frozen=True)
class Decides:
    """Who may decide what by a link: ids of a ballot and a person."""

    ballot: int
    person: int


def decision_link(decides: Decides, *, at: datetime) -> str:
    """The full address for a mail to this person; it leads to this one decision and to nothing else."""
    facts: dict[str, str | int] = {"ballot": decides.ballot, "person": decides.person}
    token = keys.link_token(DECIDING, facts, until=at + DECIDES, secrets=desk_secrets())
    return settings.SIRA_URL + DECIDING_PATH.format(token=token)


def read_decision_link(token: str, *, at: datetime) -> Decides:
    """Raises LinkRefused. Whether the person may still decide is for the operation to ask."""
    facts = keys.read_link_token(DECIDING, token, at=at, secrets=desk_secrets())
    return Decides(ballot=int(facts["ballot"]), person=int(facts["person"]))


def read_ticket_link(token: str, *, at: datetime) -> Opened:
    """Raises LinkRefused. Whether the person still takes part in the ticket is for the reader of the rows to ask."""
    facts = keys.read_link_token(PURPOSE, token, at=at, secrets=desk_secrets())
    return Opened(ticket=int(facts["ticket"]), person=int(facts["person"]))
