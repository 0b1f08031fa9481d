from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from sira.routing.strategies import least_loaded, next_in_turn


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
