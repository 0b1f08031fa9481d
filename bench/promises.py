"""Measures clocks and routing on a database of their own; prints one JSON object.

python -m bench.promises [--clocks N]

Milliseconds are of CPU, this process and the server together, for one call that commits.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from django.db import connection, transaction

from bench._server import cpu  # first: it tells Django where the database is
from bench.routing import floor
from sira.calendars.compiled import edition_in_force
from sira.calendars.tests.desk import monday, office_hours
from sira.decisions import publishing
from sira.people.models import Membership, SupportGroup
from sira.people.tests.cast import an_agent
from sira.promises import clocks, pump
from sira.promises.clocks import Promise
from sira.promises.models import Clock
from sira.promises.storing import insert
from sira.routing.routing import route
from sira.tickets import flows, marked, tallies
from sira.tickets.models import Ticket
from sira.tickets.tests.cast import Desk

HOUR = timedelta(hours=1)
RULE = {"table": "promises", "version": 1, "rules": [3]}
TWO = [Promise("first_answer", 2 * HOUR, rule=RULE), Promise("resolution", 16 * HOUR, rule=RULE)]
SUBJECTS = range(10_000_000, 10_000_300)
ROUTING = Path(__file__).parents[1] / "packs/helpdesk/routing.dmn"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--clocks", type=int, default=100_000)
    count = arguments.parse_args().clocks
    calendar = office_hours().pk
    seed(count, calendar)
    figures = {"running_clocks": count, "floor_ms": floor(), **lives(calendar), **routing(), **marks()}
    json.dump({"bench": "promises", **figures}, sys.stdout, indent=2)


def seed(count: int, calendar: int) -> None:
    """One clock a subject, started at the same instant with budgets of one to forty hours."""
    edition = edition_in_force(calendar)
    for first in range(0, count, 1000):
        subjects = range(first, min(first + 1000, count))
        insert(
            [clocks._started(one, Promise("resolution", (1 + one % 40) * HOUR), edition, monday(9)) for one in subjects]
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE promises_clock")


def lives(calendar: int) -> dict[str, float]:
    return {
        "start_two_clocks_ms": each(lambda one: clocks.start_clocks(one, TWO, calendar, at=monday(9)), SUBJECTS),
        "pause_ms": each(lambda one: clocks.pause(one, at=monday(10)), SUBJECTS),
        "resume_ms": each(lambda one: clocks.resume(one, at=monday(11)), SUBJECTS),
        "new_priority_ms": each(lambda one: clocks.retarget(one, TWO[1:], calendar, at=monday(12)), SUBJECTS),
        "stop_ms": each(lambda one: clocks.stop(one, "resolution", at=monday(13)), SUBJECTS),
    }


def marks() -> dict[str, float]:
    """Every clock falls due at once; each belongs to a ticket, which gets its history and whose people are told."""
    pump._listeners[:] = [marked.came]
    quiet, late = monday(9, 1), monday(9, days=30)
    nothing_due = each(lambda _: pump.pump(quiet), SUBJECTS)
    waited = wall(lambda: pump.pump(quiet))
    tickets()
    before, begun = cpu.used(), perf_counter()
    told = pump.pump(late)
    return {
        "nothing_due_ms": nothing_due,
        "nothing_due_wall_ms": waited,
        "all_due_cpu_s": round(cpu.used() - before, 2),
        "all_due_wall_s": round(perf_counter() - begun, 2),
        "told": told,
        "history_entries": counted(
            "tickets_historyentry entry JOIN tickets_fact fact ON fact.id = entry.fact_id", BROKEN
        ),
        "mails": counted("notifications_outgoingmail", "kind IN ('marks', 'breached')"),
        "people_told": counted("(SELECT DISTINCT person_id FROM notifications_outgoingmail WHERE kind = 'marks') p"),
        "told_when_asked_again": pump.pump(late),
        "bytes_a_clock": round(size() / Clock.objects.count()),
    }


BROKEN = "fact.kind = 'breached'"


def counted(table: str, where: str = "true") -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE {where}")
        return int(cursor.fetchone()[0])


def size() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size('promises_clock')")
        return int(cursor.fetchone()[0])


def tickets() -> None:
    """A ticket for every clock that runs, copied from one, among forty agents in eight groups."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE promises_clock SET subject = subject + 50000000")
    SupportGroup.objects.filter(key="it").update(key="routed")
    desk = Desk()
    pattern = desk.ticket()
    agents = [an_agent(f"Clerk {number}") for number in range(40)]
    groups = [SupportGroup.objects.create(key=f"g{number}", name=f"G{number}") for number in range(8)]
    for place, agent in enumerate(agents):
        Membership.objects.create(group=groups[place % 8], person=agent, leads=place < 8)
    Clock.objects.filter(subject=pattern.pk).delete()
    names = [field.column for field in Ticket._meta.concrete_fields]
    given = {
        "id": "clock.subject",
        "number": "'INC-' || clock.subject",
        "agent_id": "(%s::bigint[])[1 + clock.subject %% 40]",
        "group_id": "(%s::bigint[])[1 + clock.subject %% 8]",
        "instance_id": "NULL",
    }
    columns = ", ".join(given.get(name, f"ticket.{name}") for name in names)
    people = {"agent_id": [one.pk for one in agents], "group_id": [one.pk for one in groups]}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # what triggers count is counted at once below
        cursor.execute(
            f"INSERT INTO tickets_ticket ({', '.join(names)}) SELECT {columns} FROM tickets_ticket ticket"
            " CROSS JOIN (SELECT DISTINCT subject FROM promises_clock) clock WHERE ticket.id = %s",
            [*[people[name] for name in names if name in people], pattern.pk],
        )
    tallies.recount()
    flows.recount()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def routing() -> dict[str, float]:
    """The table, then one of so many agents in turn."""
    publishing.publish("routing", ROUTING.read_text(encoding="utf-8"), at=datetime(2026, 1, 1, tzinfo=UTC))
    group = SupportGroup.objects.create(key="it", name="IT", strategy=SupportGroup.Strategy.ROUND_ROBIN)
    facts = {"ticket": {"category": "network"}, "requester": {"kind": "internal"}}
    figures, agents = {}, 0
    for wanted in (10, 200):
        people = [an_agent(f"Agent {number}") for number in range(agents, wanted)]
        Membership.objects.bulk_create(Membership(group=group, person=person) for person in people)
        agents = wanted
        figures[f"route_among_{wanted}_ms"] = each(lambda one: route(one, facts, at=monday(9)), SUBJECTS)
    return figures


def each(call: Callable[[int], object], subjects: Iterable[int]) -> float:
    """Milliseconds of CPU for one call."""
    subjects = list(subjects)
    before = cpu.used()
    for subject in subjects:
        call(subject)
    return round((cpu.used() - before) / len(subjects) * 1000, 2)


def wall(call: Callable[[], object]) -> float:
    """Median milliseconds from call to answer."""
    times = []
    for _ in range(50):
        begin = perf_counter()
        call()
        times.append(perf_counter() - begin)
    return round(median(times) * 1000, 2)


if __name__ == "__main__":
    main()
