"""Figures from sums equal a count of the tickets, whatever they are narrowed by."""

import random
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from sira.insight import expecting, trends
from sira.insight.counting import STANDING
from sira.insight.figures import DEFINITIONS, by_kind, figures
from sira.insight.models import Expectation
from sira.insight.scope import Scope, groups_seen, last_days
from sira.tickets import assigning, conversation, lifecycle, waiting
from sira.tickets.messages import Said
from sira.tickets.models import Ticket
from sira.tickets.tests.cast import monday

PAGE = Path(__file__).parents[3] / "docs/reference/figures.md"


def busy(desk, *, seed: int, many: int = 40) -> None:
    """A fortnight of tickets with answers, waits, solutions late and in time, and some that come back."""
    chance = random.Random(seed)
    for number in range(many):
        at = monday(9) + timedelta(hours=chance.randrange(0, 24 * 12))
        asks = chance.choice([desk.tom, desk.hannah])
        ticket = desk.ticket(at=at, requester=asks, category=chance.choice(["network", "hardware", None]))
        assigning.assign(ticket, group=chance.choice([desk.it, desk.hr]), agent=None, by=desk.ada, at=at)
        if chance.random() < 0.7:
            conversation.answer(ticket, Said(text="Hello"), by=desk.ada, at=at + timedelta(minutes=20))
        later = at + timedelta(hours=chance.randrange(1, 90))
        match chance.randrange(4):
            case 0:
                waiting.wait_for_requester(ticket, by=desk.ada, at=later)
            case 1 | 2:
                lifecycle.resolve(ticket, by=desk.ada, resolution=f"Done {number}", at=later)
                if chance.random() < 0.3:
                    lifecycle.reopen(ticket, by=asks, at=later + timedelta(hours=1))
                    lifecycle.resolve(ticket, by=desk.ada, resolution="Again", at=later + timedelta(hours=2))


AT = monday(24 * 13)


@pytest.mark.parametrize("narrowed", ["", "group", "category", "organisation", "channel"])
def test_the_sums_equal_a_count_in_plain_sql(desk, narrowed):
    busy(desk, seed=1)
    scope = last_days(AT, 10)
    where, more = {
        "": ("true", {}),
        "group": (f"group_id = {desk.it.pk}", {"groups": (desk.it.pk,)}),
        "category": (
            f"category_id = {Ticket.objects.exclude(category=None).first().category_id}",
            {"category": Ticket.objects.exclude(category=None).first().category_id},
        ),
        "organisation": (f"organisation_id = {desk.halden.pk}", {"organisation": desk.halden.pk}),
        "channel": ("channel = 'mail'", {"channel": "mail"}),
    }[narrowed]
    found = figures(Scope(scope.at, scope.since, scope.until, **more))
    days = f"(resolved_at AT TIME ZONE 'Europe/Warsaw')::date BETWEEN '{scope.since}' AND '{scope.until}'"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), count(*) FILTER (WHERE kept), count(*) FILTER (WHERE NOT kept),"
            f" count(*) FILTER (WHERE reopens > 0), count(*) FILTER (WHERE first_contact), avg(answered_in)"
            f" FROM tickets_ticket WHERE {where} AND {days}"
        )
        solved, kept, missed, reopened, first_contact, answered_in = cursor.fetchone()
        cursor.execute(
            f"SELECT count(*) FILTER (WHERE status <> 'resolved'), count(*) FILTER (WHERE status = 'waiting'),"
            f" count(*) FILTER (WHERE status <> 'resolved' AND agent_id IS NULL)"
            f" FROM tickets_ticket WHERE status <> 'closed' AND {where}"
        )
        standing = cursor.fetchone()
    assert solved > 1
    assert (found["solved"].value, found["kept"].value, found["missed"].value) == (solved, kept, missed)
    assert found["reopen_rate"].counted == reopened and found["first_contact_rate"].counted == first_contact
    assert found["kept_share"].value == (kept / (kept + missed) if kept + missed else None)
    assert (
        found["answer_time"].value is None or abs(found["answer_time"].value.total_seconds() - float(answered_in)) < 1
    )
    assert tuple(found[name].value for name in ("open", "waiting", "unassigned")) == standing


def test_every_figure_of_now_is_the_same_from_the_tally_and_from_the_tickets(desk):
    busy(desk, seed=2)
    scope = last_days(AT, 5)
    narrowed = figures(Scope(scope.at, scope.since, scope.until, channel="mail"), STANDING)
    assert {name: one.value for name, one in figures(scope, STANDING).items()} == {
        name: one.value for name, one in narrowed.items()
    }


def test_lines_and_steps_add_up_to_the_whole(desk):
    busy(desk, seed=3)
    scope = last_days(AT, 14)
    whole = figures(scope)
    for by in ("group_id", "category_id", "channel"):
        lines = by_kind(scope, by)
        for name in ("open", "waiting", "opened", "solved"):
            assert sum(line[name] for line in lines) == whole[name].value
    for weekly in (False, True):
        steps = trends.trend(scope, ("opened", "solved"), weekly=weekly)
        assert sum(step.figures["solved"].value for step in steps) == whole["solved"].value
    assert sum(age.open for age in trends.ages(scope)) == whole["open"].value
    assert len(trends.forecast(scope)) == 7


def test_an_agent_reads_figures_of_their_groups_and_of_what_has_none(desk):
    assert groups_seen(desk.zeynep) == (0, desk.hr.pk)
    assert groups_seen(desk.ada) == ()


def test_the_page_of_figures_names_every_one():
    told = PAGE.read_text(encoding="utf-8")
    assert [name for name in DEFINITIONS if f"`{name}`" not in told] == []


def test_a_guess_is_learnt_once_there_are_enough_and_told_with_its_hit_rate(desk):
    for number in range(expecting.ENOUGH - 1):
        solved(desk, number)
    assert expecting.learn(AT) == 0
    ticket = desk.ticket(at=monday(9))
    assert expecting.guess_for(ticket, at=monday(9)) is None
    solved(desk, 20)
    assert expecting.learn(AT) >= 1
    guess = expecting.guess_for(ticket, at=monday(9))
    assert guess.count == 20 and guess.half_at < guess.most_at <= monday(15)
    assert expecting.guess_for(ticket, at=monday(17)) is None, "nothing is said of what takes longer than most"
    found = expecting.hit_rate()
    assert found.count == 4 and 0 <= found.share <= 1
    assert Expectation.objects.filter(category=None, priority=None).get().count == 20


def solved(desk, number: int) -> Ticket:
    ticket = desk.ticket(at=monday(9))
    assigning.assign(ticket, group=desk.it, agent=desk.jonas, by=desk.ada, at=monday(9))
    return lifecycle.resolve(ticket, by=desk.jonas, resolution="Done", at=monday(10, 15 * (number % 20)))


def test_eight_of_ten_are_within_the_length_that_is_told():
    lengths = [timedelta(hours=hours) for hours in range(1, 11)]
    assert expecting.quantile(lengths, 0.8) == timedelta(hours=8)
    assert expecting.quantile(lengths[:1], 0.8) == timedelta(hours=1)
