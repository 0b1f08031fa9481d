"""Lists are complete, in order, without repeats, forwards and backwards, and their counts are true."""

import random
from datetime import UTC, timedelta

import pytest
from django.utils.timezone import now

from sira.tickets.models import Ticket
from sira.workspace import counting, queues
from sira.workspace.queues import Queue

FAR = timedelta(days=365_000)


def shuffle(desk, *, seed: int, many: int = 40) -> None:
    """Tickets with random places, deadlines, groups, agents and states, many of them at the same instant."""
    dice, at = random.Random(seed), now()
    first = desk.ticket()
    Ticket.objects.filter(pk=first.pk).update(instance=None)
    columns = {field.attname: getattr(first, field.attname) for field in Ticket._meta.concrete_fields}
    rows = []
    for number in range(many):
        status = dice.choice(["open", "open", "waiting", "held", "resolved", "closed"])
        due = at + timedelta(hours=dice.randint(-3, 6)) if status in ("open", "held") else None
        done = status in ("resolved", "closed")
        rows.append(
            Ticket(
                **columns
                | {
                    "id": first.pk + 1000 + number,
                    "number": f"INC-{first.pk + 1000 + number}",
                    "instance_id": None,
                    "group_id": dice.choice([desk.it.pk, desk.it.pk, desk.hr.pk, None]),
                    "agent_id": dice.choice([None, desk.jonas.pk, desk.ayse.pk, desk.zeynep.pk]),
                    "priority": dice.choice([1, 2, 3, 4, None]),
                    "status": status,
                    "stage": "closed" if status == "closed" else "testing" if done else "in_work",
                    "resolution": "Done." if done else "",
                    "opened_at": at - timedelta(hours=dice.randint(0, 60)),
                    "resolved_at": at - timedelta(hours=dice.randint(0, 60)) if done else None,
                    "closed_at": at if status == "closed" else None,
                    "held_until": at + timedelta(days=1) if status == "held" else None,
                    "due_at": due,
                    "warn_at": due - timedelta(hours=2) if due else None,
                    "turn_at": due or at.replace(year=2900),
                }
            )
        )
    Ticket.objects.bulk_create(rows)


def walk(queue, person, at, *, size) -> tuple[list[int], list[int]]:
    """All pages to the end, and all pages back to the beginning."""
    page, there = queues.page_of(queue, person, at=at, size=size), []
    while True:
        there += page.ids
        if page.older is None:
            break
        page = queues.page_of(queue, person, at=at, after=page.older, size=size)
    back = list(page.ids)
    while page.newer is not None:
        page = queues.page_of(queue, person, at=at, before=page.newer, size=size)
        back = page.ids + back
    return there, back


@pytest.mark.parametrize("seed", range(3))
def test_every_list_is_complete_both_ways_and_counted_right(desk, seed):
    shuffle(desk, seed=seed)
    at = now()
    for person in (desk.jonas, desk.zeynep, desk.ada):
        counts = counting.counts_for(person, at=at, groups=queues.groups_of(person))
        for scope in queues.SCOPES:
            queue = Queue(scope)
            whole = queues.page_of(queue, person, at=at, size=1000).ids
            there, back = walk(queue, person, at, size=random.Random(seed).choice([1, 3, 7]))
            assert there == whole and back == whole
            assert [len(set(whole))] == [len(whole)] == queues.capped_counts([queue], person, at=at, cap=1000)
            assert set(whole) <= set(Ticket.objects.worked_by(person).values_list("pk", flat=True))
            if scope not in (*queues.TODAY, "due_today", "undealt"):  # opened from elsewhere; no count beside them
                assert counts[scope] == len(whole), (person, scope)


def test_filters_narrow_and_nobody_is_a_value(desk):
    shuffle(desk, seed=5)
    at = now()
    for name, column, value in (("priority", "priority", 2), ("group", "group", desk.it.pk), ("agent", "agent", None)):
        found = queues.page_of(Queue("all", {name: [value or 0]}), desk.ada, at=at, size=1000).ids
        wanted = Ticket.objects.active().filter(**{column: value})
        assert sorted(found) == sorted(wanted.values_list("pk", flat=True))


def test_a_key_survives_its_address():
    key = (now(), 42)
    assert queues.read_key(queues.write_key(key), UTC) == key
    for text in ("", "x", "1_", "_1", "nan_1", "1e400_2", "1_-2"):
        assert queues.read_key(text, UTC) is None
