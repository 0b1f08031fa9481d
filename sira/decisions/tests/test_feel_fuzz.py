import time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sira.decisions.feel import FeelProblem, Limits, compile_expression, compile_unary
from sira.decisions.tests import random_feel

FACTS = {"a": 1, "b c": "text", "d-e": [1, {"a": None}]}
LIMITS = Limits(steps=20_000, seconds=0.5)
few = settings(max_examples=400, suppress_health_check=list(HealthCheck))


def survives(text: str) -> None:
    start = time.monotonic()
    for compile_ in (compile_expression, compile_unary):
        try:
            compiled = compile_(text, FACTS)
            if compile_ is compile_expression:
                compiled.evaluate(FACTS, limits=LIMITS)
            else:
                compiled.matches(3, FACTS, limits=LIMITS)
        except FeelProblem as problem:
            assert str(problem)
    assert time.monotonic() - start < 5


@few
@given(st.randoms(use_true_random=False))
def test_whatever_is_written_is_answered_or_refused(rng):
    survives(random_feel.any_text(rng))


@few
@given(st.text())
def test_any_text_is_answered_or_refused(text):
    survives(text)


def test_lists_that_hold_each_other_over_and_over_are_walked_once():
    """Found by throwing expressions at random: each round doubled what `.year` had to look through."""
    survives("[for a in 3..1e3 return partial.year..3]")
    survives("for a in 1..1000 return partial.x.y")
    shared = compile_expression("{a: [{x: 1}], b: [a, a], c: [b, b], d: [c, c]}.d.x", FACTS)
    assert shared.evaluate(FACTS) == [[[[1], [1]], [[1], [1]]], [[[1], [1]], [[1], [1]]]]
