"""Measures routing on a database of its own; prints one JSON object.

python -m bench.routing [--tickets N] [--only decide|race|month]

decide: one decision with 500 rules and 200 agents, milliseconds of CPU, this process and the server together, for one
call that commits.  race: two processes deal N tickets of two groups to the same people at once.  month: planned
against real shares over a simulated month.
"""

import argparse
import json
import multiprocessing
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from statistics import median
from time import process_time
from typing import Any

from django.db import connection, transaction

from bench._server import cpu  # first: it tells Django where the database is
from sira.calendars import editing
from sira.decisions import publishing
from sira.people.automation import automation
from sira.people.models import Membership, Person, SupportGroup
from sira.people.tests.cast import an_agent
from sira.plumbing import settled
from sira.routing import agents, tallying
from sira.routing.models import Dealt
from sira.routing.routing import route
from sira.routing.tests import month
from sira.routing.work import Work
from sira.workforce import planning, working
from sira.workforce.presence import set_presence

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
RULES, AGENTS, TIMES = 500, 200, 300
RULE = """<rule id="r{0}"><inputEntry id="i{0}"><text>"c{0}"</text></inputEntry>
<inputEntry id="j{0}"><text>-</text></inputEntry><outputEntry id="o{0}"><text>"it"</text></outputEntry></rule>"""
TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="Routing"
    namespace="urn:bench">
<inputData id="t" name="ticket"><variable name="ticket"/></inputData>
<decision id="routing" name="routing"><variable name="routing"/>
<informationRequirement id="n"><requiredInput href="#t"/></informationRequirement>
<decisionTable id="tt" hitPolicy="FIRST">
<input id="a"><inputExpression id="ax" typeRef="string"><text>ticket.category</text></inputExpression></input>
<input id="b"><inputExpression id="bx" typeRef="string"><text>ticket.language</text></inputExpression></input>
<output id="o" name="group" typeRef="string"/>{rules}</decisionTable></decision></definitions>"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--tickets", type=int, default=0, help="of race and month; default 10,000 and 20,000")
    arguments.add_argument("--only", choices=PARTS)
    given = arguments.parse_args()
    figures: dict[str, Any] = {"bench": "routing"}
    for name, part in PARTS.items():
        if given.only in (None, name):
            figures[name] = part(given.tickets)
    json.dump(figures, sys.stdout, indent=2)


def decide(_tickets: int) -> dict[str, float]:
    rules = "".join(RULE.format(number) for number in range(RULES))
    publishing.publish("routing", TABLE.format(rules=rules), at=NOON - timedelta(days=1))
    group, people = a_group("it", AGENTS)
    figures = {"floor_ms": floor()}
    for name, prepare in SETTINGS.items():
        prepare(group, people)
        figures[f"{name}_ms"] = each(decide_one)
    return figures


FACTS = {"ticket": {"category": f"c{RULES - 1}", "language": "en"}}


def decide_one(number: int) -> None:
    """As for a mail: in a transaction that changes no set-up."""
    with transaction.atomic(), settled.remembered():
        route(number, FACTS, at=NOON, work=Work(language="en"))


def a_group(key: str, size: int) -> tuple[SupportGroup, list[Person]]:
    group = SupportGroup.objects.create(key=key, name=key, strategy="round_robin")
    people = [an_agent(f"Agent {number}", time_zone="UTC") for number in range(size)]
    Membership.objects.bulk_create(Membership(group=group, person=person) for person in people)
    return group, people


def in_turn(group: SupportGroup, people: list[Person]) -> None:
    """As it is."""
    analyse()


def in_shifts(group: SupportGroup, people: list[Person]) -> None:
    desk = automation()
    week = [[(540, 1080)]] * 7
    calendar = editing.create("Bench", time_zone="UTC", week=week, by=desk, at=NOON - timedelta(days=3))
    pattern = planning.keep_pattern("Office", [week, week], by=desk, at=NOON)
    for person in people:
        working.set_hours(person, calendar=calendar, by_shifts=True, by=desk, at=NOON)
        planning.put_on_rota(person, pattern, since=NOON.date(), by=desk, at=NOON - timedelta(hours=11))
    for person in people[:20]:
        set_presence(person, "away", by=person, at=NOON)
    analyse()


def with_caps(group: SupportGroup, people: list[Person]) -> None:
    for person in people:
        working.set_limits(person, by=automation(), at=NOON, day_cap=500, week_cap=2000, month_cap=8000)
    analyse()


def in_shares(group: SupportGroup, people: list[Person]) -> None:
    SupportGroup.objects.filter(pk=group.pk).update(strategy="shares")


SETTINGS = {"in_turn": in_turn, "in_shifts": in_shifts, "with_caps": with_caps, "in_shares_with_caps": in_shares}


def race(tickets: int) -> dict[str, int]:
    """Two processes, each with a group of its own, the same fifty people, caps a day of 150 and capacity besides."""
    tickets = tickets or 10_000
    most = 150
    _group, people = a_group("left", 50)
    right = SupportGroup.objects.create(key="right", name="right", strategy="least_load")
    Membership.objects.bulk_create(Membership(group=right, person=person) for person in people)
    for person in people:
        working.set_limits(person, by=automation(), at=NOON, day_cap=most)
    connection.close()
    context = multiprocessing.get_context("fork")
    with context.Pool(2) as workers:
        given: Counter[int | None] = Counter()
        for counts in workers.map(deal, [("left", tickets // 2), ("right", tickets // 2)]):
            given.update(counts)
    counted: Counter[int | None] = Counter()
    for key, n in Dealt.objects.filter(person__in=people).values_list("person", "n"):
        counted[key] += n
    return {
        "tickets": tickets,
        "dealt": sum(n for key, n in given.items() if key is not None),
        "left_waiting": given[None],
        "most_of_anybody": max(counted.values()),
        "cap": most,
        "caps_broken": sum(n > most for n in counted.values()),
        "counted_wrong": sum(counted[key] != given[key] for key in counted) + tallying.drift(),
    }


def deal(asked: tuple[str, int]) -> Counter[int | None]:
    key, times = asked
    group, given = SupportGroup.objects.get(key=key), Counter[int | None]()
    for _ in range(times):
        with transaction.atomic():
            agent = agents.choose_agent(group, at=NOON).agent
        given[agent.pk if agent else None] += 1
    connection.close()
    return given


def a_month(tickets: int) -> dict[str, Any]:
    begin = process_time()
    result = month.live(month.a_group_for_a_month(day_cap=60), tickets or 20_000)
    total = sum(result.real.values())
    return {
        "dealt": total,
        "waited_for_a_shift": result.waited,
        "waited_though_somebody_was_free": result.idle,
        "given_to_somebody_not_there": result.wrong,
        "days_over_a_cap": result.over_cap,
        "worst_deviation_from_plan_tickets": round(result.worst(), 2),
        "people": [
            {"share": share, "planned": round(result.planned[one], 1), "real": result.real[one]}
            for one, share in result.shares.items()
        ],
        "cpu_s": round(process_time() - begin, 1),
    }


PARTS = {"decide": decide, "race": race, "month": a_month}


def analyse() -> None:
    """What autovacuum does for a desk; the measurement's server has none."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def each(call: Any) -> float:
    """Milliseconds of CPU for one call, the median of ten rows of calls."""
    for number in range(20):
        call(number)
    rows = []
    for row in range(10):
        before = cpu.used()
        for number in range(TIMES // 10):
            call(1000 + row * TIMES + number)
        rows.append((cpu.used() - before) / (TIMES // 10) * 1000)
    return round(median(rows), 2)


def floor() -> float:
    """The smallest thing that commits: an empty transaction with one statement."""

    def one(_number: int) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    return each(one)


if __name__ == "__main__":
    main()
