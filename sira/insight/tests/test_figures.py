"""Figures from sums equal a count of the tickets, whatever they are narrowed by."""

import random
from datetime import datetime, timedelta
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


def test_a_guess_is_learnt_once_there_are_enough(desk):
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
    assert expecting.hit_rate() is None, "all of them came before anything was learnt"
    assert Expectation.objects.filter(category=None, priority=None).get().count == 20


def test_the_hit_rate_asks_whether_what_was_told_was_kept(desk):
    for number in range(expecting.ENOUGH):
        solved(desk, number)
    for minutes in (60, 200, 420):  # it was told that 8 of 10 end within 4 hours and 45 minutes
        solved(desk, 0, opened=monday(9) + timedelta(days=1), minutes=minutes)
    expecting.learn(AT)
    found = expecting.hit_rate()
    assert (found.count, round(found.share, 2)) == (3, 0.67)


def solved(desk, number: int, *, opened: datetime | None = None, minutes: int = 0) -> Ticket:
    opened = opened or monday(9)
    ticket = desk.ticket(at=opened)
    assigning.assign(ticket, group=desk.it, agent=desk.jonas, by=desk.ada, at=opened)
    until = opened + timedelta(minutes=minutes or 60 + 15 * (number % 20))
    return lifecycle.resolve(ticket, by=desk.jonas, resolution="Done", at=until)


def test_who_reads_a_guess_is_told_of_the_narrowest_kind_that_has_taught_enough_by_then():
    narrow, whole = (1, 7, 3), (1, None, None)

    def of(kind, *, day: int, hours: float):
        opened = monday(9) + timedelta(days=day)
        kinds = expecting.kinds_of(*kind)
        return expecting.Ended(kinds, opened, opened + timedelta(hours=hours), timedelta(hours=hours))

    taught = [of(narrow, day=0, hours=hours) for hours in range(1, 21)]
    of_another = [of((1, 8, 3), day=0, hours=40) for _ in range(19)]
    told = [of(narrow, day=3, hours=hours) for hours in (15.5, 16, 17)]
    broad = [of((1, 8, 4), day=3, hours=hours) for hours in (39, 41)]
    too_early, of_no_kind = of(narrow, day=0.5, hours=1), of((2, None, None), day=3, hours=1)
    ended = [*told, *broad, *taught, *of_another, too_early, of_no_kind]
    found = expecting.lived_again(ended)
    assert {kind: (one.told, one.kept) for kind, one in found.items() if one.told} == {narrow: (3, 2), whole: (2, 1)}
    assert len(found[whole].lengths) == len(ended) - 1 and len(found[2, None, None].lengths) == 1


def test_eight_of_ten_are_within_the_length_that_is_told():
    lengths = [timedelta(hours=hours) for hours in range(1, 11)]
    assert expecting.quantile(lengths, 0.8) == timedelta(hours=8)
    assert expecting.quantile(lengths[:1], 0.8) == timedelta(hours=1)
