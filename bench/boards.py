"""Measures the boards on a database of their own; prints one JSON object.

python -m bench.boards [--tickets N]

Milliseconds are of CPU, this process and the server together, for one page asked by a manager.
"""

import argparse
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from django.db import connection
from django.test import Client

from bench._server import cpu  # first: it tells Django where the database is
from bench.routing import floor
from sira.boards import asking, composing, tiles
from sira.insight import counting
from sira.people.models import Person, SupportGroup
from sira.tickets import flows
from sira.tickets.models import Category, Ticket
from sira.tickets.tests.cast import Desk, a_group, a_person

TIMES = 15
YEARS_BACK = 2


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--tickets", type=int, default=100_000)
    count = arguments.parse_args().tickets
    now = datetime.now(UTC)
    desk = Desk()
    manager = a_person("Maria Manager", role="manager")
    fill(desk, count, now)
    client = Client(SERVER_NAME="localhost")
    client.force_login(manager)
    addresses = {
        "board_now_ms": "/boards/",
        "below_it_ms": "/boards/below/",
        "figures_4_weeks_ms": "/boards/figures/",
        "figures_12_weeks_ms": "/boards/figures/?period=quarter",
        "figures_of_a_category_ms": f"/boards/figures/?category={Category.objects.earliest('pk').pk}",
    }
    figures = {name: page(client, address) for name, address in addresses.items()}
    found = {"bench": "boards", "tickets": count, "floor_ms": floor(), **figures, **parts(manager, now), **sizes()}
    json.dump(found, sys.stdout, indent=2)


def fill(desk: Desk, count: int, now: datetime) -> None:
    """Twenty groups and categories, three channels; two years, as they came; an eleventh of the last weeks is open."""
    groups = [a_group(f"g{number}").pk for number in range(20)]
    agents = [a_person(f"Agent{number} Bench", role="agent").pk for number in range(60)]
    categories = [Category.objects.create(key=f"c{number}", name=f"Category {number}").pk for number in range(20)]
    pattern = desk.ticket()
    names = [field.column for field in Ticket._meta.concrete_fields]
    opened = "%(now)s::timestamptz - (1 - n / %(count)s.0) * %(back)s::interval"
    due = "%(now)s::timestamptz + (random() - 0.1) * '5 days'::interval"
    given = {
        "id": "1000000 + n",
        "number": "'INC-' || (1000000 + n)",
        "opened_at": "came",
        "changed_at": "came",
        "group_id": "(%(groups)s::bigint[])[1 + n %% 20]",
        "category_id": "(%(categories)s::bigint[])[1 + (n / 20) %% 3 * 7 + n %% 5]",
        "agent_id": "CASE WHEN n %% 9 = 0 THEN NULL ELSE (%(agents)s::bigint[])[1 + n %% 60] END",
        "channel": "(ARRAY['mail', 'mail', 'mail', 'portal', 'phone'])[1 + n %% 5]",
        "status": "CASE WHEN stands THEN (ARRAY['open', 'open', 'waiting'])[1 + n %% 3] ELSE 'closed' END",
        "stage": "CASE WHEN stands THEN 'in_work' ELSE 'closed' END",
        "resolution": "CASE WHEN stands THEN '' ELSE 'Done' END",
        "resolved_at": "CASE WHEN stands THEN NULL ELSE came + random() * '2 days'::interval END",
        "closed_at": "CASE WHEN stands THEN NULL ELSE came + '5 days'::interval END",
        "due_at": "CASE WHEN stands THEN due END",
        "warn_at": "CASE WHEN stands THEN due - random() * '2 days'::interval END",
        "turn_at": "CASE WHEN stands THEN due ELSE '2900-01-01'::timestamptz END",
        "instance_id": "NULL",
        "kept": "CASE WHEN stands THEN NULL ELSE n %% 17 > 0 END",
        "solved_in": "CASE WHEN stands THEN NULL ELSE 3600 + n %% 9000 END",
        "answered_in": "CASE WHEN stands THEN NULL ELSE 60 + n %% 3000 END",
        "answer_kept": "CASE WHEN stands THEN NULL ELSE n %% 23 > 0 END",
        "first_contact": "CASE WHEN stands THEN NULL ELSE n %% 3 = 0 END",
    }
    columns = ", ".join(given.get(name, f"pattern.{name}") for name in names)
    values = {
        "now": now,
        "back": timedelta(days=365 * YEARS_BACK),
        "groups": groups,
        "agents": agents,
        "categories": categories,
        "count": count,
        "pattern": pattern.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            f"INSERT INTO tickets_ticket ({', '.join(names)}) SELECT {columns} FROM tickets_ticket pattern, LATERAL"
            f" (SELECT n, came, due, came > %(now)s::timestamptz - '40 days'::interval AND n %% 11 = 0 AS stands FROM"
            f" (SELECT n, {opened} AS came, {due} AS due FROM generate_series(1, %(count)s) n OFFSET 0) made) rows"
            " WHERE pattern.id = %(pattern)s",
            values,
        )
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute(
            "INSERT INTO tickets_tally (group_id, agent_id, status, priority, n) SELECT group_id, agent_id, status,"
            " priority, count(*) FROM tickets_ticket WHERE status <> 'closed' AND id > 1000000 GROUP BY 1, 2, 3, 4"
        )
    flows.recount()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def page(client: Client, address: str) -> float:
    assert client.get(address).status_code == 200
    client.get(address)
    before = cpu.used()
    for _time in range(TIMES):
        client.get(address)
    return round((cpu.used() - before) / TIMES * 1000, 1)


def parts(manager: Person, now: datetime) -> dict[str, float]:
    """What is late, and each tile of four weeks, by itself."""
    asked = asking.read({}, manager, at=now)
    asks: dict[str, Callable[[], object]] = {"late": lambda: counting.late(manager, at=now)}
    asks |= {f"tile_{key}": partial(composing.FILL[key], asked) for key in tiles.ALL}
    found = {}
    for name, ask in asks.items():
        ask()
        before = cpu.used()
        for _time in range(10):
            ask()
        found[f"{name}_ms"] = round((cpu.used() - before) / 10 * 1000, 1)
    return found


def sizes() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), (SELECT count(*) FROM tickets_ticket WHERE status <> 'closed') FROM tickets_flow"
        )
        rows, standing = cursor.fetchone()
    return {"flow_rows": rows, "open": standing, "groups": SupportGroup.objects.count()}


if __name__ == "__main__":
    main()
