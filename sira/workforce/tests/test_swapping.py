import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from sira.people.automation import automation
from sira.people.tests.cast import an_agent
from sira.plumbing.refusals import NotAllowed
from sira.workforce import planning, swapping
from sira.workforce.models import Shift, Swap
from sira.workforce.refusals import AlreadyAsked, AlreadyDecided, AlreadyOver, NotTheirs, ShiftsOverlap

MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def a_shift(person, starts, hours=8):
    return planning.add_shift(person, starts_at=starts, ends_at=starts + hours * HOUR, by=automation(), at=MONDAY)


@pytest.fixture
def two(db):
    nadia, berk = an_agent("Nadia", time_zone="UTC"), an_agent("Berk", time_zone="UTC")
    return nadia, berk, a_shift(nadia, MONDAY + DAY), a_shift(berk, MONDAY + 2 * DAY)


def who(*shifts):
    return [Shift.objects.get(pk=shift.pk).person for shift in shifts]


def test_a_swap_happens_when_the_colleague_agrees(two):
    nadia, berk, hers, his = two
    swap = swapping.ask(hers, his, by=nadia, at=MONDAY)
    assert who(hers, his) == [nadia, berk]
    swapping.answer(swap, "agreed", by=berk, at=MONDAY)
    assert who(hers, his) == [berk, nadia]
    assert Shift.objects.get(pk=hers.pk).by_hand


def test_a_swap_that_is_refused_or_withdrawn_changes_nothing(two):
    nadia, berk, hers, his = two
    swapping.answer(swapping.ask(hers, his, by=nadia, at=MONDAY), "refused", by=berk, at=MONDAY)
    swap = swapping.ask(hers, his, by=nadia, at=MONDAY)
    swapping.answer(swap, "withdrawn", by=nadia, at=MONDAY)
    with pytest.raises(AlreadyDecided):
        swapping.answer(swap, "agreed", by=berk, at=MONDAY)
    assert who(hers, his) == [nadia, berk]


def test_only_who_was_asked_may_agree(two):
    nadia, _berk, hers, his = two
    swap = swapping.ask(hers, his, by=nadia, at=MONDAY)
    for other in (nadia, an_agent("Stranger")):
        with pytest.raises(NotAllowed):
            swapping.answer(swap, "agreed", by=other, at=MONDAY)
    with pytest.raises(AlreadyAsked):
        swapping.ask(hers, his, by=nadia, at=MONDAY)


def test_one_asks_with_a_shift_of_ones_own_that_is_not_over(two):
    nadia, _berk, hers, his = two
    with pytest.raises(NotTheirs):
        swapping.ask(his, hers, by=nadia, at=MONDAY)
    with pytest.raises(AlreadyOver):
        swapping.ask(hers, his, by=nadia, at=MONDAY + 9 * DAY)


def test_nobody_comes_to_work_twice_at_once(two):
    nadia, berk, hers, his = two
    swap = swapping.ask(hers, his, by=nadia, at=MONDAY)
    a_shift(berk, hers.starts_at + HOUR)
    with pytest.raises(ShiftsOverlap):
        swapping.ask(a_shift(nadia, hers.starts_at + 2 * HOUR), his, by=nadia, at=MONDAY)
    with pytest.raises(ShiftsOverlap):
        swapping.answer(swap, "agreed", by=berk, at=MONDAY)
    assert Swap.objects.get().state == "asked" and who(hers, his) == [nadia, berk]


def test_a_shift_that_was_given_away_meanwhile_is_not_swapped(two):
    nadia, berk, hers, his = two
    swap = swapping.ask(hers, his, by=nadia, at=MONDAY)
    planning.give_shift(hers, an_agent("Ceren"), by=automation(), at=MONDAY)
    with pytest.raises(NotTheirs):
        swapping.answer(swap, "agreed", by=berk, at=MONDAY)


def test_two_leads_who_swap_the_same_shifts_crosswise_wait_for_each_other(committing):
    nadia, berk = an_agent("Nadia", time_zone="UTC"), an_agent("Berk", time_zone="UTC")
    hers, his = a_shift(nadia, MONDAY + DAY), a_shift(berk, MONDAY + 2 * DAY)
    wrong: list[Exception] = []

    def swap(one, other):
        try:
            for _time in range(20):
                swapping.swap_shifts(one, other, by=automation(), at=MONDAY)
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=swap, args=pair) for pair in ((hers, his), (his, hers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == [] and who(hers, his) == [nadia, berk]
