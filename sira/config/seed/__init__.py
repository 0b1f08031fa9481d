"""`sira seed`: adds made-up tickets for measuring.

A few dozen pattern tickets are worked by the real operations; all others are copies of them with requesters, words and
times of their own, so that rows have the shape and the size of real ones. Run again, it adds more.
"""

import argparse
import random
import sys
import time

from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.utils import timezone

from sira.config import demo, migrating, packs
from sira.config.demo import organisation
from sira.config.demo.organisation import Desk
from sira.config.seed import copying, crowd, patterns
from sira.config.seed.words import Writer
from sira.people.models import Person

BATCH = 2000
LANGUAGES = ("en", "tr", "fa", "pl")
TICKETS_A_PERSON = 25


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="sira seed", description="Add made-up tickets for measuring.")
    parser.add_argument("--tickets", type=int, required=True, metavar="N", help="how many to add")
    given = parser.parse_args(arguments)
    if given.tickets < 1:
        parser.error("--tickets: at least 1")
    migrating.bring_up_to_date()
    packs.load_all(at=timezone.now())
    started = time.monotonic()
    try:
        seed(given.tickets)
    except ProgrammingError as error:
        if "session_replication_role" not in str(error):
            raise
        raise SystemExit("sira seed: needs a superuser of the database, to write without triggers.") from None
    sys.stdout.write(f"{given.tickets} tickets added in {time.monotonic() - started:.0f} s.\n")
    return 0


def seed(tickets: int) -> None:
    """Add so many tickets, in transactions of a few thousand, then bring what the triggers keep up to date."""
    at, chance = timezone.now(), random.Random(tickets)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        if not organisation.is_there():
            demo.fill(0, at=at)
        people = max(10, tickets // TICKETS_A_PERSON // len(LANGUAGES))
        crowds = {language: crowd.make(language, people, at=at) for language in LANGUAGES}
        made = patterns.work(Desk(agents=list(Person.objects.agents()), requesters=crowds), chance, at=at)
    requesters = {
        language: [(one.pk, one.email, one.organisation_id) for one in people] for language, people in crowds.items()
    }
    writers = {language: Writer(language, random.Random(f"{language}{tickets}")) for language in LANGUAGES}
    plan = copying.plan(made, max(0, tickets - len(made)), chance, at=at)
    shapes = copying.shapes_of(made)
    for start in range(0, len(plan), BATCH):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off; SET LOCAL session_replication_role = replica")
            copying.write(cursor, shapes, plan[start : start + BATCH], requesters, writers, chance, at=at)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
