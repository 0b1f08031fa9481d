import random
import re
from decimal import Decimal
from itertools import product
from time import process_time

import pytest

from sira.decisions.compiled import compile_source
from sira.decisions.dmn.coverage import Coverage, looked_through
from sira.decisions.dmn.drawing import Table
from sira.decisions.dmn.regions import Region
from sira.decisions.feel.temporal import NANOS, Date, DaysDuration
from sira.decisions.tests.drawings import table

LEVELS = {"Impact": "impact", "Urgency": "urgency"}


def found_in(inputs, rules, **more) -> Coverage:
    drawing = compile_source(table(inputs, rules, **more)).drawing
    box = drawing.decisions[0].box
    assert isinstance(box, Table)
    return looked_through(box, drawing)


def words(region: Region) -> list[object]:
    return [
        None
        if stretches is None
        else [one.low if one.single else (one.low, one.high) if not one.other else "other" for one in stretches]
        for stretches in region.stretches()
    ]


def test_a_range_that_no_rule_covers_is_a_gap_with_an_example():
    found = found_in({"Age": "age"}, [("< 10", '"a"'), ("[20..30]", '"b"'), ("> 30", '"c"')])
    assert [words(gap) for gap in found.gaps] == [[[(Decimal(10), Decimal(20))]]]
    stretch = found.gaps[0].stretches()[0][0]
    assert (stretch.low_included, stretch.high_included) == (True, False)
    assert found.gaps[0].example() == [Decimal(10)]


def test_a_table_that_answers_everything_has_no_gap():
    found = found_in(LEVELS, [('"high"', '"high"', "1"), ('"high"', 'not("high")', "2"), ('not("high")', "-", "3")])
    assert (found.gaps, found.meetings, found.never) == ([], [], [])


def test_other_words_than_those_named_are_a_gap():
    found = found_in(LEVELS, [('"high"', "-", "1"), ('"low"', "-", "2")])
    assert [words(gap) for gap in found.gaps] == [[["other"], None]]


def test_both_truth_values_are_asked():
    found = found_in({"VIP": "vip"}, [("true", "1")])
    assert [words(gap) for gap in found.gaps] == [[[False]]]


def test_rules_that_meet_are_told_where_only_one_may_match():
    rules = [("< 10", '"a"'), ("[5..20]", '"b"'), ("> 20", '"c"')]
    found = found_in({"Age": "age"}, rules)
    assert [(one.first, one.second, words(one.region)) for one in found.conflicts] == [
        (1, 2, [[(Decimal(5), Decimal(10))]])
    ]
    assert found_in({"Age": "age"}, rules, policy="FIRST").meetings == []


def test_where_any_may_match_only_different_results_are_a_conflict():
    same = [("< 10", '"a"'), ("< 5", '"a"'), (">= 10", '"c"')]
    other = [("< 10", '"a"'), ("< 5", '"b"'), (">= 10", '"c"')]
    assert found_in({"Age": "age"}, same, policy="ANY").conflicts == []
    assert [(one.first, one.second) for one in found_in({"Age": "age"}, other, policy="ANY").conflicts] == [(1, 2)]


def test_a_rule_behind_others_that_take_everything_never_wins():
    rules = [("< 10", '"a"'), (">= 10", '"b"'), ("5", '"c"')]
    assert found_in({"Age": "age"}, rules, policy="FIRST").never == [3]


def test_a_default_answers_what_no_rule_does():
    assert found_in({"Age": "age"}, [("< 10", '"a"')], policy="UNIQUE", default='"z"').gaps == []


def test_a_cell_that_calculates_might_match_so_no_gap_is_claimed():
    found = found_in({"Age": "age"}, [("< 10", '"a"'), ("? > 10 + 2", '"b"')])
    assert (found.gaps, found.unread) == ([], [(2, 1)])


def test_allowed_values_close_what_would_be_a_gap():
    source = table({"Impact": "impact"}, [('"high"', "1"), ('"low"', "2")]).replace(
        "</inputExpression>", '</inputExpression><inputValues><text>"high","low"</text></inputValues>'
    )
    drawing = compile_source(source).drawing
    assert looked_through(drawing.decisions[0].box, drawing).gaps == []


def test_a_table_of_two_thousand_rows_is_looked_at_within_a_moment():
    rules = [(f"[{row}..{row + 1})", f'"{row % 7}"', f'"{row}"') for row in range(2_000)]
    began = process_time()
    found = found_in({"Age": "age", "Day": "day"}, rules)
    assert found.gaps or found.incomplete
    assert process_time() - began < 10


def test_days_that_no_rule_covers_are_a_gap_with_a_day_in_it():
    rules = [('[date("2026-01-01")..date("2026-06-30")]', "1"), ('> date("2026-07-10")', "2")]
    found = found_in({"First day": "date(first)"}, rules)
    before, between = found.gaps[0].stretches()[0]
    assert (before.low, before.high, before.high_included) == (None, Date(2026, 1, 1), False)
    assert (between.low, between.high, between.high_included) == (Date(2026, 6, 30), Date(2026, 7, 10), True)
    assert found.gaps[0].example() == [Date(2025, 12, 31)] and found.unread == []


def test_lengths_of_time_meet_as_numbers_do():
    rules = [('< duration("P3D")', "1"), ('>= duration("P2D")', "2"), ('duration("P1Y")', "3")]
    (one,) = found_in({"How long": "length"}, rules).conflicts
    (stretch,) = one.region.stretches()[0]
    assert (one.first, one.second, stretch.low_included, stretch.high_included) == (1, 2, True, False)


# -- exactly what asking every input would tell ---------------------------------------------------------------------

NUMBERS = [Decimal(value) / 2 for value in range(-2, 16)]
TEXTS = ["a", "b", "c", "none of them"]
DAYS = [Date(2026, 12, day) for day in range(20, 30)]
SPANS = [DaysDuration(half * 1800 * NANOS) for half in range(-2, 16)]
VALUES = {"number": NUMBERS, "string": TEXTS, "boolean": [True, False], "date": DAYS, "days": SPANS}


def a_cell(kind, chance):
    if chance.random() < 0.25:
        return "-"
    if kind in ("number", "date", "days"):
        low, high = sorted(chance.sample(range(7), 2))
        if kind == "date":
            low, high = f'date("2026-12-{21 + low}")', f'date("2026-12-{21 + high}")'
        elif kind == "days":
            low, high = f'duration("PT{low}H")', f'duration("PT{high}H")'
        return chance.choice(
            [
                f"< {low}",
                f"<= {low}",
                f"> {high}",
                f">= {high}",
                f"{low}",
                f"{chance.choice('[(')}{low}..{high}{chance.choice('])')}",
                f"{low}, {high}",
                f"not({low})",
            ]
        )
    if kind == "string":
        some = ", ".join(f'"{text}"' for text in chance.sample(TEXTS[:3], chance.randint(1, 2)))
        return chance.choice([some, f"not({some})"])
    return chance.choice(["true", "false"])


def matching(model, facts):
    return [row for step in model.decide(facts).steps for table in step.tables for row in table.rows]


def holds(region, values, named):
    """Whether these inputs lie in the region."""
    for stretches, value, texts in zip(region.stretches(), values, named, strict=True):
        if stretches is not None and not any(inside(one, value, texts) for one in stretches):
            return False
    return True


def inside(stretch, value, texts):
    if stretch.other:
        return value not in texts
    if isinstance(value, str | bool):
        return stretch.low == value
    if type(stretch.low or stretch.high) is not type(value):
        return stretch.low is None and stretch.high is None
    above = stretch.low is None or value > stretch.low or (stretch.low_included and value == stretch.low)
    return above and (stretch.high is None or value < stretch.high or (stretch.high_included and value == stretch.high))


@pytest.mark.parametrize("seed", [*range(120), 1325])
def test_gaps_and_meetings_are_those_that_asking_every_input_finds(seed):
    chance = random.Random(seed)
    kinds = [chance.choice(list(VALUES)) for _ in range(chance.randint(1, 3))]
    inputs = {f"Input {number}": f"in{number}" for number in range(len(kinds))}
    rules = [(*(a_cell(kind, chance) for kind in kinds), str(row)) for row in range(chance.randint(1, 6))]
    every = compile_source(table(inputs, rules, policy="COLLECT"))
    unique = found_in(inputs, rules)
    first = found_in(inputs, rules, policy="FIRST")

    empty, pairs, winners = set(), set(), set()
    kept = [sorted(set(VALUES[kind]), key=str) for kind in kinds]
    for values in product(*kept):
        rows = matching(every, dict(zip(inputs.values(), values, strict=True)))
        if not rows:
            empty.add(values)
        else:
            winners.add(rows[0])
        pairs |= {(one, other) for one in rows for other in rows if one < other}

    named = [{text for rule in rules for text in re.findall('"([^"]*)"', rule[at])} for at in range(len(kinds))]
    assert not unique.incomplete
    assert {values for values in product(*kept) if any(holds(gap, values, named) for gap in unique.gaps)} == empty
    assert {(one.first, one.second) for one in unique.meetings} == pairs
    assert set(first.never) == set(range(1, len(rules) + 1)) - winners
    for gap in unique.gaps:
        example = [kept[at][0] if value is None else value for at, value in enumerate(gap.example())]
        assert matching(every, dict(zip(inputs.values(), example, strict=True))) == []
