"""Names that expressions can or cannot tell apart."""

import pytest

from sira.decisions import feel
from sira.decisions.publishing import problems_of
from sira.decisions.tests.drawings import drawing


def told(*inputs: str) -> list[str]:
    return [str(problem) for problem in problems_of(drawing("Result", "1", inputs=inputs))]


def test_a_field_called_like_a_built_in_function_takes_nothing_away_from_it():
    facts = {"count": 2, "date": "soon", "items": [1, 2, 3]}
    for text in ("count(items) > count", 'date = "soon"', 'date("2026-12-24") > date("2026-12-23")'):
        assert feel.compile_expression(text, tuple(facts)).evaluate(facts) is True
    assert not told("count", "date")


def test_names_that_only_begin_alike_are_told_apart():
    facts = {"order": 1, "order date": 2}
    assert feel.compile_expression("order date - order", tuple(facts)).evaluate(facts) == 1
    assert not told("order", "order date")


@pytest.mark.parametrize(
    ("names", "word"),
    [(("price", "tax", "price - tax"), "“price” with a “-”"), (("a", "a and b"), "“and”"), (("if late",), "“if”")],
)
def test_a_name_that_reads_as_an_expression_keeps_a_table_from_being_published(names, word):
    assert any(word in line and "Rename" in line for line in told(*names))
