"""Rules of the language that people rely on, and those that are easily got wrong."""

import pytest

from sira.decisions.feel import FeelProblem, Limits, built_in, compile_expression
from sira.decisions.feel.builtins.conversion import text_of_value
from sira.decisions.feel.kinds import to_feel


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("0.1 + 0.2", "0.3"),
        ("1 / 3", "0.3333333333333333333333333333333333"),
        ("1 / 0", "null"),
        ("0 ** -1", "null"),
        ('string length("\\u0000")', "1"),
        ('"\\u0000" = "\\uFFFD"', "true"),
        ('"a" + 1', "null"),
        ("-3 ** 2", "9"),
        ("true and null", "null"),
        ("false and null", "false"),
        ("null or true", "true"),
        ('1 = "1"', "null"),
        ("null = null", "true"),
        ("[1, [2, 3]] = [1, [2, 3]]", "true"),
        ('@"2024-01-31" + @"P1M"', "2024-02-29"),
        ('@"2024-03-31T00:30:00@Europe/Warsaw" + @"PT2H"', "2024-03-31T03:30:00@Europe/Warsaw"),
        ('@"2024-06-01T12:00:00+02:00" = @"2024-06-01T10:00:00Z"', "true"),
        ('@"2024-06-01T12:00:00" = @"2024-06-01T12:00:00Z"', "false"),
        ('@"2024-06-01" - @"2024-05-01"', "P31D"),
        ('@"P1Y" > @"P11M"', "true"),
        ('@"P1M" > @"P30D"', "null"),
        ("5 in [1..5)", "false"),
        ("[1..10][item > 8]", "[9, 10]"),
        ("for i in 3..1 return i", "[3, 2, 1]"),
        ("for i in 1..4 return if i < 3 then 1 else partial[-1] + partial[-2]", "[1, 1, 2, 3]"),
        ("{f: function(n) if n = 0 then 1 else n * f(n - 1), r: f(5)}.r", "120"),
        ("some x in [1, 2], y in [2, 3] satisfies x = y", "true"),
        ("{a: 1, b: {c: a + 1}}.b.c", "2"),
        ("[{n: 1}, {n: 2}][n > 1].n", "[2]"),
        ("sum([])", "null"),
        ('sort(["b", "a"])', '["a", "b"]'),
        ('replace("abracadabra", "(a)(b)", "$2$1")', '"baracadbara"'),
        ('matches("ABC", "abc", "i")', "true"),
        ('range("[1..)").end', "null"),
        ('string length("🐎")', "1"),
        ('upper case("straße")', '"STRASSE"'),
        ('string join(["a", null, "b"], "-")', '"a-b"'),
        ("overlaps([1..5], [5..8])", "true"),
        ("meets([1..5], (5..8])", "false"),
        ("every x in [] satisfies false", "true"),
    ],
)
def test_values(text, result):
    assert text_of_value(to_feel(compile_expression(text).evaluate({}))) == result


@pytest.mark.parametrize(
    "text",
    [
        "for a in 1..1000, b in 1..1000, c in 1..1000 return 1",
        "{f: function(n) g(n), g: function(n) n}.f(1) + count(for i in 1..9999999 return i)",
        '{s: "xxxxxxxxxxxxxxxxxxxx", d: for i in 1..100000 return s + s}',
        "string(" + "for i in 1..40 return [partial, partial]" + ")",
        'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "((a+)+)+(x+x+)+$")',
        "[1..999999999999][item > 1]",
    ],
)
def test_what_would_never_end_is_stopped(text):
    try:
        compile_expression(text).evaluate({}, limits=Limits(steps=50_000, seconds=1))
    except FeelProblem as problem:
        assert problem.code in {"too_many_steps", "too_slow", "too_large", "endless_recursion"}


@pytest.mark.parametrize(
    "text", ["__import__", "open", "eval", '(function() external {java: {class: "java.lang.System"}})()']
)
def test_nothing_of_the_host_can_be_reached(text):
    assert compile_expression(text).evaluate({}) is None


def test_a_higher_room_adds_the_desks_own_functions():
    @built_in("doubled for the test", "n: number")
    def doubled(value):
        return value * 2

    assert compile_expression("doubled for the test(21) + 0").evaluate({}) == 42


@pytest.mark.parametrize(
    "pattern", ["((a{1000}){1000}){1000}", "(?:a{99999}){99999}", "((a?){9999}){9999}", "(a|b){50000}"]
)
def test_a_pattern_that_would_fill_the_memory_is_refused_before_it_is_made(pattern):
    with pytest.raises(FeelProblem, match="The pattern repeats too much"):
        compile_expression("matches(a, p)", ["a", "p"]).evaluate({"a": "a", "p": pattern})


def test_groups_do_not_remember_more_than_is_allowed():
    with pytest.raises(FeelProblem, match="too large"):
        compile_expression("matches(a, p)", ["a", "p"]).evaluate(
            {"a": "a" * 900_000, "p": "(" * 90 + "a" + ")" * 90 + "*"}
        )


def test_a_pattern_may_repeat_as_patterns_of_desks_do():
    text = "matches(a, p)"
    given = {"a": "TR33 0006 1005 1978 6457 8413 26", "p": "^[A-Z]{2}[0-9]{2}( [0-9]{4}){5} [0-9]{2}$"}
    assert compile_expression(text, given).evaluate(given) is True
