"""Tickets that speak of the same thing: those whose messages share at least two of the subject's words.

Looked for among what the subject's rarer words find, and the newest messages. The newest messages with two of the words
would not do: for rare words the database walks back through the whole table, for common ones it compares all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from django.db import connection

from sira.people.models import Person
from sira.plumbing.words.asking import Asked, Term, asked
from sira.plumbing.words.tokens import indexed
from sira.tickets.models import Ticket

WORDS = 5  # of the subject, the longest ones, which are rarer
NEWEST = 300  # messages that are looked at whatever they say
COMMON = 5  # of those with a word: it says too little to look further
RARE = 1000  # messages that a word is in at most, for it to say what a ticket is about
CANDIDATES = 300  # newest messages with such words
SHOWN = 5


@dataclass(frozen=True)
class Alike:
    """shared: how many of the words."""

    ticket: Ticket
    shared: int


def similar(ticket: Ticket, reader: Person) -> list[Alike]:
    """Resolved ones first where they share as much, then the newest; only what the reader works on."""
    words = [term for term in asked(ticket.subject).terms if term.query and not term.unwanted]
    words = sorted(dict.fromkeys(words), key=lambda term: len(term.query), reverse=True)[:WORDS]
    if len(words) < 2:
        return []
    shared = sharing(words, ticket)
    shown = Ticket.objects.worked_by(reader).filter(pk__in=shared).only("number", "subject", "stage", "status")
    found = [Alike(one, shared[one.pk]) for one in shown]
    found.sort(key=lambda one: (-one.shared, one.ticket.status not in Ticket.DONE, -one.ticket.pk))
    return found[:SHOWN]


def sharing(words: Sequence[Term], ticket: Ticket) -> dict[int, int]:
    """Other tickets, with how many of the words a message of theirs has: two at least."""
    has = [Asked((word,)).condition("words") for word in words]
    # Materialized, so that no LIMIT has the planner think it cheap to read the table from its beginning.
    rare = [
        f"w{at} AS MATERIALIZED (SELECT id FROM tickets_message WHERE {indexed('words')} @@ %s::tsquery"
        f" AND (SELECT count(*) FROM newest WHERE {condition}) < {COMMON})"
        for at, (condition, _values) in enumerate(has)
    ]
    few = [
        f"SELECT id FROM w{at} WHERE (SELECT count(*) FROM (SELECT FROM w{at} LIMIT {RARE + 1}) most) <= {RARE}"
        for at in range(len(words))
    ]
    sql = f"""
        WITH newest AS MATERIALIZED (SELECT id, words FROM tickets_message ORDER BY id DESC LIMIT {NEWEST}),
            {", ".join(rare)},
            found AS (SELECT id FROM ({" UNION ".join(few)}) few ORDER BY id DESC LIMIT {CANDIDATES}),
            scored AS (
                SELECT ticket_id, {" + ".join(f"({condition})::int" for condition, _values in has)} AS score
                  FROM tickets_message
                 WHERE id = ANY (ARRAY(SELECT id FROM found UNION SELECT id FROM newest)) AND ticket_id <> %s)
        SELECT ticket_id, max(score) FROM scored WHERE score > 1
         GROUP BY ticket_id ORDER BY 2 DESC, 1 DESC LIMIT {4 * SHOWN}
    """
    looked_for = [[word.query, *values] for word, (_condition, values) in zip(words, has, strict=True)]
    of_scores = [value for _condition, values in has for value in values]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*chain(*looked_for), *of_scores, ticket.pk])
        return dict(cursor.fetchall())
