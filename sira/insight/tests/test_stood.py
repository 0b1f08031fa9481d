"""How work stood at the beginning of an hour: counted once, as every board counts, and forgotten soon."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils.timezone import now

from sira.insight import counting, stood
from sira.insight import scope as scopes
from sira.insight.figures import figures
from sira.insight.models import Stood
from sira.tickets.tests.cast import Desk
from sira.workspace.tests.test_queues import shuffle

AN_HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [4, 5])
def test_it_equals_the_figures_of_that_moment_for_any_groups(desk, seed):
    shuffle(desk, seed=seed, many=60)
    hour = stood.hour_of(now())
    assert stood.keep(hour) == Stood.objects.count() > 3
    for groups in ((), (0,), (desk.it.pk,), (0, desk.it.pk, desk.hr.pk)):
        then = stood.before(hour + AN_HOUR + 59 * MINUTE, groups=groups)
        found = figures(scopes.today(hour, groups), counting.STANDING)
        assert then.hour == hour
        assert dict(then.counts) == {name: one.value for name, one in found.items()}
    own = stood.before(hour + AN_HOUR, groups=(desk.hr.pk,), agent=desk.jonas.pk).counts
    assert own["open"] == sum(
        one.n
        for one in counting.tallies.counts()
        if (one.group == desk.hr.pk or one.agent == desk.jonas.pk) and one.status != "resolved"
    )


@pytest.mark.django_db
def test_each_hour_is_counted_once_and_not_when_it_has_gone_on(desk):
    desk.ticket()
    hour = stood.hour_of(now())
    assert stood.keep(hour + 3 * MINUTE) == 0 and stood.before(hour + AN_HOUR) is None
    assert stood.keep(hour + MINUTE) and stood.keep(hour + MINUTE) == 0
    desk.ticket()
    assert stood.before(hour + AN_HOUR).counts["open"] == 1
    for later in range(1, 6):
        stood.keep(hour + later * AN_HOUR)
    assert stood.before(hour + AN_HOUR) is None and Stood.objects.values("hour").distinct().count() == 4


@pytest.mark.django_db
def test_an_hour_without_open_work_is_known_too(desk):
    hour = stood.hour_of(now())
    stood.keep(hour)
    assert stood.before(hour + AN_HOUR).counts["open"] == 0


def test_two_workers_at_once_count_it_once(committing):
    desk, hour = Desk(), stood.hour_of(now())
    desk.ticket()

    def keep(_number: int) -> int:
        try:
            return stood.keep(hour)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as threads:
        assert sorted(threads.map(keep, range(3)))[:2] == [0, 0]
    assert stood.before(hour + AN_HOUR).counts["open"] == 1
