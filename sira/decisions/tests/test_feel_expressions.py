from datetime import UTC, datetime
from decimal import Decimal

import pytest

from sira.decisions.feel import FeelProblem, compile_expression, compile_unary


def value(text: str, **context: object) -> object:
    return compile_expression(text, set(context)).evaluate(context)


def test_ordinary_python_values_go_in_and_come_out():
    opened = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert value('opened + duration("PT4H")', opened=opened) == datetime(2026, 3, 2, 13, tzinfo=UTC)
    assert value("price * 1.1", price=Decimal("10")) == Decimal("11.0")
    assert value("[a, b].name", a={"name": "x"}, b={"name": None}) == ["x", None]


def test_a_name_may_hold_spaces_and_signs_if_it_is_known():
    assert compile_expression("due-date", {"due-date"}).evaluate({"due-date": 3}) == 3
    assert compile_expression("due-date", {"due", "date"}).evaluate({"due": 5, "date": 3}) == 2
    assert compile_expression("Support group.Open tickets > 3", {"Support group"}).evaluate(
        {"Support group": {"Open tickets": 4}}
    )


def test_an_unknown_name_is_empty_and_pointed_out():
    expression = compile_expression("priorty = 1", {"priority"})
    notes = []
    assert expression.evaluate({"priority": 1}, notes=notes) is False
    assert expression.unknown == (("priorty", 0, False),)
    assert notes[0].code == "unknown_name"


@pytest.mark.parametrize("text", ["5 + nope(1)", "5 + nope /* of */\n (1)", "5 + (nope)(1)", "5 + count(nope(b: 1))"])
def test_an_unknown_name_that_is_called_is_told_apart_from_one_that_may_be_a_fact(text):
    assert [(one.name, one.called) for one in compile_expression(text).unknown] == [("nope", True)]
    assert [(one.name, one.called) for one in compile_unary(text).unknown] == [("nope", True)]
    assert [one.called for one in compile_expression("fact in (1, 2)").unknown] == [False]


def test_unary_tests_hold_for_what_a_cell_allows():
    assert compile_unary('"P1", "P2"').matches("P2")
    assert not compile_unary('not("P1", "P2")').matches("P2")
    assert compile_unary("[1..3), > 7").matches(8)
    assert compile_unary("-").matches(None)
    assert compile_unary("? > limit", {"limit"}).matches(4, {"limit": 3})


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("1 +", (1, 4), "ends too early"),
        ('"open', (1, 1), "quotation mark"),
        ("if a then b", (1, 12), "else"),
        ("a =\n  ! b", (2, 3), "no meaning"),
        ("(" * 300, (1, 61), "nested too deeply"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_place(text, where, what):
    with pytest.raises(FeelProblem) as refused:
        compile_expression(text)
    assert (refused.value.line, refused.value.column) == where
    assert what in str(refused.value)
