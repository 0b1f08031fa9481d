"""The sample organisation: people, groups, calendars and some hundred tickets in four languages, made by the desk's own
operations as if they had happened over the last weeks."""

import argparse
import json
import sys
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from sira.config import migrating, packs
from sira.config.demo import answers, hours, life, organisation, under_way

SAMPLE = packs.PACKS / "sample"
TICKETS = 300
# role, address, password: for looking around; a desk with these people is not meant for work.
SIGN_INS = [
    (role, address, f"look-around-{role}")
    for role, address in json.loads((SAMPLE / "organisation.json").read_text(encoding="utf-8"))["sign_ins"].items()
]


def main(arguments: list[str]) -> int:
    """`sira demo`: fill an empty desk with a living sample organisation."""
    parser = argparse.ArgumentParser(prog="sira demo", description="Fill an empty desk with a sample organisation.")
    parser.add_argument("--tickets", type=int, default=TICKETS)
    given = parser.parse_args(arguments)
    migrating.bring_up_to_date()
    packs.load_all(at=timezone.now())
    if organisation.is_there():
        sys.stdout.write("The sample organisation is already there.\n")
        return 0
    fill(given.tickets, at=timezone.now())
    return 0


@transaction.atomic
def fill(tickets: int, *, at: datetime) -> None:
    """All or nothing, so that a start that was broken off begins anew."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    told = json.loads((SAMPLE / "organisation.json").read_text(encoding="utf-8"))
    stories = json.loads((SAMPLE / "stories.json").read_text(encoding="utf-8"))
    desk = organisation.make(told, {address: password for _role, address, password in SIGN_INS}, at=at)
    for name in told["templates"]:
        packs.load_pack(packs.PACKS / name, at=at)
    hours.share_work(desk, told["working_time"], at=at)
    life.live(desk, stories, tickets, at=at)
    answers.write(json.loads((SAMPLE / "articles.json").read_text(encoding="utf-8")), at=at)
    answers.mark_tickets(at=at)
    answers.keep_macros(json.loads((SAMPLE / "macros.json").read_text(encoding="utf-8")), at=at)
    hours.plan(desk, told["working_time"], at=at)
    if tickets:  # without any, the organisation alone is wanted
        under_way.tell(json.loads((SAMPLE / "requests.json").read_text(encoding="utf-8")), at=at)
    life.all_mails_sent()
