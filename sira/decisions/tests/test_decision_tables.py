from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sira.decisions.dmn import compile_drawing, read
from sira.decisions.dmn.index import column
from sira.decisions.feel import Run, compile_unary
from sira.decisions.feel.kinds import to_feel
from sira.decisions.feel.scope import Scope
from sira.decisions.tests.drawings import DMN, drawing, table


def decided(source: str, **facts: object) -> object:
    return compile_drawing(read(source)).decide(facts).result


RULES = [("> 0", '"low"'), ("> 10", '"high"'), ("> 100", '"highest"'), ("> 100", '"highest"')]


@pytest.mark.parametrize(
    ("policy", "value", "result"),
    [
        ("UNIQUE", 5, "low"),
        ("UNIQUE", 50, None),
        ("FIRST", 500, "low"),
        ("ANY", 5, "low"),
        ("ANY", 50, None),
        ("PRIORITY", 50, "high"),
        ("PRIORITY", 500, "highest"),
        ("RULE ORDER", 50, ["low", "high"]),
        ("OUTPUT ORDER", 50, ["high", "low"]),
        ("COLLECT", 50, ["low", "high"]),
        ("UNIQUE", -1, None),
    ],
)
def test_each_hit_policy_chooses_among_the_rows_that_match(policy, value, result):
    source = table({"Amount": "amount"}, RULES, policy=policy, allowed='"highest", "high", "low"')
    assert decided(source, amount=value) == result


@pytest.mark.parametrize(("aggregation", "result"), [("SUM", 11), ("MIN", 1), ("MAX", 4), ("COUNT", 4)])
def test_collected_numbers_can_be_put_together(aggregation, result):
    rules = [("> 0", "1"), ("> 1", "2"), ("> 2", "4"), ("> 3", "4"), ("> 99", "8")]
    source = table({"Amount": "amount"}, rules, policy="COLLECT", aggregation=aggregation)
    assert decided(source, amount=5) == result


def test_a_default_answers_where_no_row_matches():
    assert decided(table({"Amount": "amount"}, RULES, policy="FIRST", default='"none"'), amount=-1) == "none"


def test_a_cell_may_look_at_other_inputs():
    source = table(
        {"Amount": "amount", "Limit": "limit"}, [("> limit", "-", '"over"'), ("-", "-", '"fine"')], policy="FIRST"
    )
    assert decided(source, amount=5, limit=3) == "over"
    assert decided(source, amount=2, limit=3) == "fine"


def test_the_trace_names_the_rows_counted_from_one():
    made = compile_drawing(read(table({"Amount": "amount"}, RULES, policy="COLLECT"))).decide({"amount": 50})
    (step,) = made.steps
    assert (step.tables[0].rows, step.tables[0].inputs) == ([1, 2], {"Amount": 50})


def test_rows_that_contradict_a_unique_table_are_told():
    made = compile_drawing(read(table({"Amount": "amount"}, RULES))).decide({"amount": 50})
    assert [(note.code, note.details["rows"]) for note in made.notes] == [("not_unique", "1, 2")]


def test_a_table_drawn_without_inputs_takes_every_fact():
    source = (
        f'<definitions {DMN} name="x" namespace="urn:x"><decision id="dish" name="Dish"><decisionTable>'
        '<input><inputExpression typeRef="integer"><text>guests</text></inputExpression></input><output name="o"/>'
        "<rule><inputEntry><text>&gt; 3</text></inputEntry><outputEntry><text>season</text></outputEntry></rule>"
        "</decisionTable></decision></definitions>"
    )
    model = compile_drawing(read(source))
    assert model.problems == []
    assert model.decide({"guests": 4, "season": "winter"}, decision="dish").result == "winter"


def test_decisions_that_require_each_other_are_pointed_out():
    source = drawing("a", "b + 1").replace(
        "</definitions>",
        '<decision id="e" name="b"><informationRequirement><requiredDecision href="#d"/></informationRequirement>'
        "<literalExpression><text>a</text></literalExpression></decision></definitions>",
    ).replace(
        '<decision id="d" name="a">',
        '<decision id="d" name="a"><informationRequirement><requiredDecision href="#e"/></informationRequirement>',
    )  # fmt: skip
    model = compile_drawing(read(source))
    assert {str(problem) for problem in model.problems} == {
        "“a” requires itself, directly or through others.",
        "“b” requires itself, directly or through others.",
    }
    assert model.decide({}, decision="a").result is None


constants = st.one_of(
    st.integers(-3, 3).map(str), st.sampled_from(['"a"', '"b"', '"c"', "true", "false", "null", 'date("2024-01-02")'])
)
numbers = st.integers(-3, 3)
tests = st.one_of(
    constants,
    st.tuples(st.sampled_from(["<", "<=", ">", ">=", "="]), constants).map(lambda pair: f"{pair[0]} {pair[1]}"),
    st.tuples(st.sampled_from("[(]"), numbers, numbers, st.sampled_from("])[")).map(
        lambda parts: f"{parts[0]}{parts[1]}..{parts[2]}{parts[3]}"
    ),
    st.sampled_from(["? > 1", '["a", "b"]', 'time("10:00:00")']),
)
cells = st.one_of(
    st.just("-"),
    st.lists(tests, min_size=1, max_size=3).map(", ".join),
    st.lists(tests, min_size=1, max_size=3).map(lambda several: f"not({', '.join(several)})"),
)
values = st.one_of(st.none(), st.booleans(), numbers, st.just(Decimal("1.5")), st.sampled_from(["a", "b", "ab", ["a"]]))


@settings(max_examples=300)
@given(st.lists(cells, min_size=1, max_size=12), st.lists(values, min_size=1, max_size=8))
def test_the_index_finds_the_rows_that_trying_every_cell_finds(texts, asked):
    compiled = [compile_unary(text) for text in texts]
    index = column([one.node for one in compiled], [one.holds_in for one in compiled])
    for value in map(to_feel, asked):
        scope = Scope({"?": value}, Run())
        rows, to_try = index.rows(value)
        found = [
            bool(rows >> row & 1) and (not to_try >> row & 1 or one.holds_in(scope, value))
            for row, one in enumerate(compiled)
        ]
        assert found == [one.holds_in(scope, value) for one in compiled]
