from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sira.routing.debts import Debts, accrued, paid
from sira.routing.strategies import least_loaded, most_owed, most_skilled, next_in_turn


def test_the_turn_goes_round():
    assert [next_in_turn([3, 1, 2], last) for last in (None, 1, 2, 3)] == [1, 2, 3, 1]


def test_the_turn_goes_on_when_the_last_one_has_left():
    assert next_in_turn([10, 30], 20) == 30
    assert next_in_turn([10, 30], 30) == 10


@given(st.sets(st.integers(1, 1000), min_size=1, max_size=30))
def test_everybody_gets_the_same_number(people):
    last, dealt = None, Counter()
    for _ in range(10 * len(people)):
        last = next_in_turn(sorted(people), last)
        dealt[last] += 1
    assert set(dealt.values()) == {10}


def test_the_least_load_wins_and_equals_take_turns():
    assert least_loaded([1, 2, 3], {1: 4, 2: 1, 3: 2}, None) == 2
    assert least_loaded([1, 2, 3], {1: 4}, 2) == 3
    assert least_loaded([1, 2, 3], {}, None) == 1


@st.composite
def percentages(draw):
    """Whole per cents of two to twelve people that make a hundred."""
    cuts = sorted(draw(st.sets(st.integers(1, 99), min_size=1, max_size=11)))
    return dict(enumerate(after - before for before, after in zip([0, *cuts], [*cuts, 100], strict=True)))


def dealt_in_shares(shares, times, debts=None, away=lambda turn: ()):
    debts, given = debts or Debts(), []
    for turn in range(times):
        present = [one for one in shares if one not in away(turn)]
        found = accrued(present, shares, debts)
        given.append(most_owed(present, shares, found.owed))
        debts = kept(debts, found.turns, paid(found, debts, given[-1]))
    return given, debts


def kept(before, turns, changed):
    """As the rows are: those who changed, and the others as they were."""
    owed = {**before.owed, **{one: owe for one, (owe, _since) in changed.items()}}
    since = {**before.since, **{one: at for one, (_owe, at) in changed.items()}}
    return Debts(turns, owed, {one: at for one, at in since.items() if at is not None})


def worst_of_any_200(given, shares):
    return max(
        abs(given[begin : begin + 200].count(one) - 2 * share)
        for begin in range(0, len(given) - 199, 7)
        for one, share in shares.items()
    )


@given(percentages())
def test_over_any_200_tickets_nobody_is_more_than_one_away_from_their_share(shares):
    given_to, _debts = dealt_in_shares(shares, 500)
    assert worst_of_any_200(given_to, shares) <= 1


@given(percentages(), st.data())
def test_that_also_holds_after_people_were_away_and_came_back(shares, data):
    spells = data.draw(
        st.lists(st.tuples(st.sampled_from(sorted(shares)), st.integers(0, 150), st.integers(1, 150)), max_size=8)
    )
    stays = max(shares)

    def away(turn):
        return {one for one, begin, length in spells if begin <= turn < begin + length and one != stays}

    _given, debts = dealt_in_shares(shares, 300, away=away)
    assert worst_of_any_200(dealt_in_shares(shares, 450, debts)[0], shares) <= 1


def test_who_was_away_for_long_is_neither_flooded_nor_loses_the_share():
    shares = {1: 50, 2: 30, 3: 20}
    _given, debts = dealt_in_shares(shares, 700, away=lambda turn: {1})
    back, _debts = dealt_in_shares(shares, 200, debts)
    assert back[:10].count(1) in (4, 5, 6)
    assert Counter(back) == {1: 100, 2: 60, 3: 40}


def test_while_somebody_is_away_the_others_share_by_their_shares():
    given_to, _debts = dealt_in_shares({1: 50, 2: 30, 3: 20}, 500, away=lambda turn: {1})
    assert Counter(given_to) == {2: 300, 3: 200}


def test_a_ticket_changes_what_is_kept_of_who_came_who_went_and_who_got_it():
    shares = {1: 40, 2: 30, 3: 20, 4: 10}
    _given, debts = dealt_in_shares(shares, 60, away=lambda turn: {1})
    found = accrued([1, 2, 4], shares, debts)
    changed = paid(found, debts, 4)
    assert changed.keys() == {1, 3, 4}
    assert changed[1] == (found.owed[1], found.turns) and changed[3] == (found.owed[3], None)
    assert changed[4] == (pytest.approx(found.owed[4] - 1), found.turns)


def test_who_left_the_group_is_owed_nothing_when_they_come_back():
    _given, debts = dealt_in_shares({1: 50, 2: 30, 3: 20}, 7)
    found = accrued([1, 2], {1: 50, 2: 50}, debts)
    assert paid(found, debts, 1)[3] == (0.0, None)


def test_the_best_skilled_gets_it_and_of_equals_the_least_loaded():
    assert most_skilled([1, 2, 3], {1: 3, 2: 5, 3: 5}, {2: 4, 3: 1}, None) == 3
    assert most_skilled([1, 2], {}, {}, 1) == 2
