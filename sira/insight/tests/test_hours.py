"""The hours of today beside what is usual: the same weekday of the weeks before."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from django.utils.timezone import now

from sira.insight import hours
from sira.insight.scope import today
from sira.tickets import flows, lifecycle
from sira.tickets.models import Flow, Ticket

pytestmark = pytest.mark.django_db
WEEK, HOUR = timedelta(days=7), timedelta(hours=1)


@pytest.fixture
def at():
    """Half past twelve of this very day: sums of these weeks alone are kept."""
    return datetime.combine(flows.desk_day(now()), time(12, 30), flows.desk_zone())


@pytest.fixture
def weeks(desk, at):
    """Two tickets at ten today, one solved at eleven; one, three, none at ten of the three weeks before."""
    for week, many in ((1, 1), (2, 3), (3, 0)):
        for _ticket in range(many):
            desk.ticket(at=at - week * WEEK - 2 * HOUR)
    desk.ticket(at=at - 4 * WEEK)
    first, _second = desk.ticket(at=at - 2 * HOUR), desk.ticket(at=at - 2 * HOUR)
    lifecycle.resolve(first, by=desk.jonas, resolution="Done.", at=at - HOUR)


def of_hour(found, hour):
    return next(one for one in found.hours if one.hour == hour)


@pytest.mark.parametrize("is_added_up", [False, True])
def test_an_hour_says_what_came_and_went_and_what_is_usual(weeks, at, is_added_up):
    if is_added_up:
        flows.FOLD_FROM, kept = 1, flows.FOLD_FROM
        flows.fold(at)
        flows.FOLD_FROM = kept
        assert not Flow.objects.filter(is_summed=False).exists()
    found = hours.today(today(at))
    assert (of_hour(found, 10).opened, of_hour(found, 10).solved, of_hour(found, 10).usual) == (2, 0, (0, 3))
    assert (of_hour(found, 11).opened, of_hour(found, 11).solved) == (0, 1)
    assert [one.hour for one in found.hours] == [*range(8, 18)]


def test_what_stood_open_at_this_hour_is_what_had_come_and_was_not_solved(weeks, at):
    found = hours.today(today(at))
    # Six stand open: what came since is taken off. At half past twelve of the fourth week before the first came.
    assert found.usual_open(6) == (0, 5)
    assert found.more_since == [1, 2, 5, 6]


def test_a_young_desk_has_no_usual(desk, at):
    desk.ticket(at=at - HOUR)
    found = hours.today(today(at))
    assert found.usual_open(1) is None and of_hour(found, 11).usual is None


def test_a_group_has_its_own_hours_and_a_channel_is_counted_alike(desk, weeks, at):
    Ticket.objects.filter(pk=desk.ticket(at=at).pk).update(group=desk.hr)
    Ticket.objects.exclude(group=desk.hr).update(group=desk.it)
    scope = today(at)
    of_all, of_it = hours.today(scope), hours.today(today(at, (desk.it.pk,)))
    assert sum(one.opened for one in of_all.hours) == 3 and sum(one.opened for one in of_it.hours) == 2
    counted = hours.today(replace(scope, channel="mail"))
    assert [(one.hour, one.opened, one.solved) for one in counted.hours] == [
        (one.hour, one.opened, one.solved) for one in of_all.hours
    ]
    assert counted.usual_open(7) is None
