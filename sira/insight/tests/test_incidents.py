"""On a real desk's incidents the figures equal a count that shares nothing with them."""

import csv
import gzip
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from sira.insight.figures import by_kind, figures
from sira.insight.scope import Scope
from sira.insight.trends import trend
from sira.plumbing import rows
from sira.tickets import flows
from sira.tickets.models import Category, Ticket, TicketType

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "data" / "incidents"
FILES = sorted(FOLDER.glob("*.csv.gz"))
ZONE = ZoneInfo("Europe/Warsaw")
MOST = 4000


def instant(text: str) -> datetime | None:
    return None if text == "?" else datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=ZONE)


def incidents() -> list[dict[str, str]]:
    last: dict[str, dict[str, str]] = {}
    with gzip.open(FILES[0], "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            before = last.get(row["number"])
            if before is None or int(row["sys_mod_count"]) >= int(before["sys_mod_count"]):
                last[row["number"]] = row
    return list(last.values())[:MOST]


@pytest.mark.skipif(not FILES, reason="the incidents are not beside the repository (../shared/data)")
def test_figures_of_real_incidents_equal_a_count_in_plain_sql(desk):
    real = TicketType.objects.create(key="real", prefix="REA", name="Real")
    categories: dict[str, Category] = {}
    made = []
    for row in incidents():
        opened, solved = instant(row["opened_at"]), instant(row["resolved_at"])
        assert opened is not None
        word = row["category"]
        if word not in categories:
            categories[word] = Category.objects.create(key=f"c{len(categories)}", name=word)
        kept = row["made_sla"] == "true"
        made.append(
            Ticket(
                type=real,
                number=row["number"],
                subject="An incident",
                requester=desk.tom,
                channel="phone",
                category=categories[word],
                group=desk.it,
                priority=int(row["priority"][0]),
                status="closed" if solved else "open",
                stage="closed" if solved else "opened",
                resolution="Done" if solved else "",
                opened_at=opened,
                changed_at=opened,
                turn_at=opened,
                resolved_at=solved,
                closed_at=solved,
                kept=kept if solved else None,
                reopens=int(row["reopen_count"]),
            )
        )
    for start in range(0, len(made), 500):
        rows.insert(made[start : start + 500])
    assert flows.drift() == []
    since, until = date(2016, 3, 3), date(2016, 4, 20)
    at = datetime(2016, 5, 1, tzinfo=ZONE)
    scope = Scope(at, since, until)
    found = figures(scope)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE plain (opened date, solved date, kept bool, reopens int, word text)")
        for row in incidents():
            opened, solved = instant(row["opened_at"]), instant(row["resolved_at"])
            values = [opened and opened.date(), solved and solved.date(), row["made_sla"] == "true"]
            cursor.execute(
                "INSERT INTO plain VALUES (%s, %s, %s, %s, %s)", [*values, row["reopen_count"], row["category"]]
            )
        days = [since, until]
        cursor.execute("SELECT count(*) FROM plain WHERE opened BETWEEN %s AND %s", days)
        assert found["opened"].value == cursor.fetchone()[0] > 100
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE kept), count(*) FILTER (WHERE reopens > 0) FROM plain"
            " WHERE solved BETWEEN %s AND %s",
            days,
        )
        solved_count, kept_count, reopened = cursor.fetchone()
        assert (found["solved"].value, found["kept"].value) == (solved_count, kept_count)
        assert found["kept_share"].value == kept_count / solved_count
        assert found["reopen_rate"].value == reopened / solved_count
        cursor.execute("SELECT count(*) FROM plain WHERE solved IS NULL")
        assert found["open"].value == cursor.fetchone()[0]
        cursor.execute("SELECT word, count(*) FROM plain WHERE opened BETWEEN %s AND %s GROUP BY 1", days)
        named = {categories[word].pk: count for word, count in cursor.fetchall()}
        assert {one["key"]: one["opened"] for one in by_kind(scope, "category_id") if one["opened"]} == named
        cursor.execute("SELECT opened, count(*) FROM plain WHERE opened BETWEEN %s AND %s GROUP BY 1", days)
        of_days = dict(cursor.fetchall())
    steps = trend(scope, ("opened",), weekly=False)
    assert {step.since: step.figures["opened"].value for step in steps if step.figures["opened"].value} == of_days
    assert len(steps) == (until - since) // timedelta(days=1) + 1
