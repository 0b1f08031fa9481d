"""What came and went is summed as it happens, and a recount finds the same."""

import random
from datetime import datetime, time, timedelta

import pytest
from django.db import connection
from django.db.models import Sum
from django.utils.timezone import now

from sira.people.automation import automation
from sira.tickets import assigning, conversation, editing, flows, lifecycle, merging, waiting
from sira.tickets.flowing import COLUMNS
from sira.tickets.messages import Said
from sira.tickets.models import Category, Flow, Hour, Ticket
from sira.tickets.tests.cast import monday

pytestmark = pytest.mark.django_db


def of_day(day=None) -> dict[str, int]:
    found = Flow.objects.filter(day=day or monday(9).date()).aggregate(**{f"all_{name}": Sum(name) for name in COLUMNS})
    return {name: found[f"all_{name}"] for name in COLUMNS if found[f"all_{name}"]}


def test_a_life_is_counted_by_its_days(desk):
    ticket = desk.ticket(at=monday(9))
    assert of_day() == {"opened": 1, "standing": 1}
    conversation.answer(ticket, Said(text="Restart it."), by=desk.jonas, at=monday(9, 30))
    lifecycle.resolve(ticket, by=desk.jonas, resolution="Restarted.", at=monday(10))
    assert of_day() == {
        "opened": 1,
        "solved": 1,
        "kept": 1,
        "answer_kept": 1,
        "first_contact": 1,
        "answered": 1,
        "answer_seconds": 1800,
        "measured": 1,
        "solve_seconds": 3600,
    }
    lifecycle.reopen(ticket, by=desk.tom, at=monday(11))
    assert of_day() == {"opened": 1, "standing": 1}
    lifecycle.resolve(ticket, by=desk.jonas, resolution="Replaced.", at=monday(33))
    assert of_day(monday(33).date())["reopened"] == 1
    assert flows.drift() == []


def test_what_a_machine_did_is_no_answer(desk):
    ticket = desk.ticket(at=monday(9))
    lifecycle.resolve(ticket, by=automation(), resolution="By itself.", at=monday(9, 5))
    ticket.refresh_from_db()
    assert (ticket.answered_in, ticket.answer_kept, ticket.kept) == (None, True, True)
    assert "answered" not in of_day()


@pytest.mark.parametrize("seed", range(6))
def test_sums_never_drift_whatever_happens(desk, seed):
    chance = random.Random(seed)
    tickets: list[Ticket] = []
    for step in range(60):
        at = monday(0) + timedelta(hours=step)
        ticket = chance.choice(tickets) if tickets else None
        what = chance.choice(
            ["open", "open", "wait", "resume", "resolve", "reopen", "group", "category", "merge", "sql"]
        )
        try:
            if what == "open" or ticket is None:
                tickets.append(desk.ticket(at=at, requester=desk.tom))
            elif what == "wait":
                waiting.wait_for_requester(ticket, by=desk.ada, at=at)
            elif what == "resume":
                waiting.resume(ticket, by=desk.ada, at=at)
            elif what == "resolve":
                lifecycle.resolve(ticket, by=desk.ada, resolution="Done.", at=at)
            elif what == "reopen":
                lifecycle.reopen(ticket, by=desk.tom, at=at)
            elif what == "group":
                assigning.assign(ticket, group=chance.choice([desk.it, desk.hr]), agent=None, by=desk.ada, at=at)
            elif what == "category":
                one = chance.choice(list(Category.objects.all()[:4]))
                editing.set_fields(ticket, {"category": one}, seen={}, by=desk.ada, at=at)
            elif what == "merge":
                merging.merge(ticket, chance.choice(tickets), by=desk.ada, at=at)
            else:
                with connection.cursor() as cursor:
                    cursor.execute("UPDATE tickets_ticket SET channel = 'phone' WHERE id = %s", [ticket.pk])
        except Exception as refused:
            if type(refused).__module__.startswith("django.db"):
                raise
    assert flows.drift() == []
    before = all_that_stands()
    assert fold() > 0
    assert not Flow.objects.filter(is_summed=False).exists()
    assert flows.drift() == []
    assert all_that_stands() == before
    flows.recount()
    assert flows.drift() == []


def fold() -> int:
    flows.FOLD_FROM, kept = 1, flows.FOLD_FROM
    try:
        return flows.fold(monday(9))
    finally:
        flows.FOLD_FROM = kept


def of_hours() -> dict[tuple, tuple]:
    """What tickets_hour holds: (hours before this one, group) -> (opened, solved)."""
    this_hour = now().replace(minute=0, second=0, microsecond=0)
    found = {}
    for row in Hour.objects.all():
        begins = datetime.combine(row.day, time(row.hour), flows.desk_zone())
        found[(this_hour - begins) / timedelta(hours=1), row.group_id] = (row.opened, row.solved)
    return found


def test_what_is_added_up_keeps_its_hour_by_group_and_old_days_lose_theirs(desk):
    at = now()
    first = desk.ticket(at=at - timedelta(hours=3))
    desk.ticket(at=at - timedelta(hours=3))
    desk.ticket(at=at - timedelta(days=flows.HOURS_KEPT + 2))
    lifecycle.resolve(first, by=desk.jonas, resolution="Done.", at=at - timedelta(hours=1))
    assert of_hours() == {} and fold() > 0
    assert of_hours() == {(3, first.group_id): (2, 0), (1, first.group_id): (0, 1)}
    lifecycle.reopen(first, by=desk.tom, at=at)
    assert flows.drift() == [] and fold() > 0
    assert {key: sums for key, sums in of_hours().items() if any(sums)} == {(3, first.group_id): (2, 0)}
    assert flows.drift() == []
    Hour.objects.filter(opened=2).update(opened=3)
    assert len(flows.drift()) == 1
    flows.recount()
    assert flows.drift() == [] and of_hours() == {(3, first.group_id): (2, 0)}


def all_that_stands() -> set[tuple]:
    rows = Flow.objects.values_list("day", "group").annotate(Sum("standing"), Sum("waiting"))
    return {row for row in rows if any(row[-2:])}


def test_a_sum_that_is_wrong_is_found(desk):
    desk.ticket(at=monday(9))
    Flow.objects.update(opened=2)
    assert len(flows.drift()) == 2  # the day and its hour


def test_the_days_follow_the_zone_of_the_desk(desk, settings):
    desk.ticket(at=monday(23))
    settings.TIME_ZONE = "Asia/Tehran"
    assert flows.follow_zone() is True and flows.follow_zone() is False
    assert of_day(monday(24 + 1).date()) == {"opened": 1, "standing": 1}
