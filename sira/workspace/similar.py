"""Tickets that speak of the same thing: those whose messages share at least two of the subject's words."""

from dataclasses import dataclass
from itertools import combinations

from django.db import connection

from sira.people.models import Person
from sira.plumbing.words.asking import asked
from sira.plumbing.words.tokens import indexed
from sira.tickets.models import Ticket

WORDS = 5  # of the subject, the longest ones, which are rarer
CANDIDATES = 400  # newest messages that are looked at
SHOWN = 5


@dataclass(frozen=True)
class Alike:
    """shared: how many of the words."""

    ticket: Ticket
    shared: int


def similar(ticket: Ticket, reader: Person) -> list[Alike]:
    """Resolved ones first where they share as much, then the newest; only what the reader works on."""
    terms = [term.query for term in asked(ticket.subject).terms if term.query and not term.unwanted]
    terms = sorted(dict.fromkeys(terms), key=len, reverse=True)[:WORDS]
    if len(terms) < 2:
        return []
    line = indexed("words")
    pairs = " | ".join(f"({one} & {other})" for one, other in combinations(terms, 2))
    score = " + ".join([f"({line} @@ %s::tsquery)::int"] * len(terms))
    sql = (
        f"SELECT ticket_id, max(score) FROM (SELECT ticket_id, {score} AS score FROM tickets_message"
        f" WHERE {line} @@ %s::tsquery AND ticket_id <> %s ORDER BY id DESC LIMIT {CANDIDATES}) hits"
        f" GROUP BY ticket_id ORDER BY 2 DESC, 1 DESC LIMIT {4 * SHOWN}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*terms, pairs, ticket.pk])
        shared = dict(cursor.fetchall())
    shown = Ticket.objects.worked_by(reader).filter(pk__in=shared).only("number", "subject", "stage", "status")
    found = [Alike(one, shared[one.pk]) for one in shown]
    found.sort(key=lambda one: (-one.shared, one.ticket.status not in Ticket.DONE, -one.ticket.pk))
    return found[:SHOWN]
