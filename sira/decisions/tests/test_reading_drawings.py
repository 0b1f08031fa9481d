import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sira.decisions.dmn import DrawingProblem, compile_drawing, read
from sira.decisions.feel import FeelProblem
from sira.decisions.tests.drawings import DMN, drawing, priority_table, table

PIECES = [
    "<",
    ">",
    "/>",
    '"',
    "<context>",
    "<input/>",
    "<rule/>",
    "FIRST",
    "",
    "&amp;",
    "]]>",
    "<text>[</text>",
    "\x00",
]


@settings(max_examples=200)
@given(st.data())
def test_a_damaged_drawing_is_refused_or_decides(data):
    source = priority_table()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(source)))
        upto = data.draw(st.integers(at, min(at + 60, len(source))))
        source = source[:at] + data.draw(st.sampled_from(PIECES)) + source[upto:]
    try:
        model = compile_drawing(read(source))
        model.decide({"impact": "high", "urgency": "low"})
    except (DrawingProblem, FeelProblem) as problem:
        assert str(problem)


def test_a_drawing_of_five_thousand_decisions_opens_within_seconds():
    decisions = "".join(
        f'<decision id="d{n}" name="d{n}">'
        f'<informationRequirement><requiredDecision href="#d{n + 1}"/></informationRequirement>'
        f"<literalExpression><text>d{n + 1} + 1</text></literalExpression></decision>"
        for n in range(5_000)
    )
    last = '<decision id="d5000" name="d5000"><literalExpression><text>1</text></literalExpression></decision>'
    start = time.process_time()
    model = compile_drawing(read(f'<definitions {DMN} name="x" namespace="urn:x">{decisions}{last}</definitions>'))
    assert model.problems == []
    assert model.decide({}, decision="d4990").result == 11
    assert time.process_time() - start < 10


def test_boxes_within_boxes_without_end_are_refused():
    depth = 2_000
    source = (
        f'<definitions {DMN} name="x" namespace="urn:x"><decision id="d" name="d">'
        + "<list>" * depth
        + "</list>" * depth
        + "</decision></definitions>"
    )
    try:
        read(source)
    except DrawingProblem as problem:
        assert problem.code == "too_deep"
    else:
        raise AssertionError("it was opened")


def problems_of(source):
    try:
        return [str(problem) for problem in compile_drawing(read(source)).problems]
    except DrawingProblem as problem:
        return [str(problem)]


def test_a_text_may_name_an_encoding_it_no_longer_has():
    source = '<?xml version="1.0" encoding="UTF-16"?>' + priority_table()
    assert read(source) == read(source.encode("utf-16")) == read(priority_table())


def test_another_language_for_all_expressions_is_refused_at_the_first():
    source = priority_table().replace('name="Priority"', 'name="Priority" expressionLanguage="urn:xpath"', 1)
    assert problems_of(source) == [
        "Priority › Impact: An expression is written in “urn:xpath”; only FEEL is evaluated here."
    ]
    assert problems_of(source.replace("urn:xpath", "http://www.omg.org/spec/FEEL/20140401")) == []


@pytest.mark.parametrize(
    ("was", "becomes", "problem"),
    [
        ("<text>impact</text>", "<text/>", "Priority › Impact: Input column 1 asks for nothing"),
        ('hitPolicy="UNIQUE"', 'hitPolicy="COLLECT" aggregation="MEAN"', "The way of collecting “MEAN” does not exist"),
        ('<output name="Level">', '<output name="Level"/><output name="Level">', "each needs a name of its own"),
    ],
)
def test_what_a_table_leaves_out_is_said(was, becomes, problem):
    source = priority_table().replace(was, becomes)
    if "<output " in was:
        source = source.replace("<outputEntry>", "<outputEntry><text>1</text></outputEntry><outputEntry>")
    (found,) = problems_of(source)
    assert problem in found


def test_a_table_without_an_output_decides_nothing():
    source = re.sub(r"<output .*?</output>|<outputEntry>.*?</outputEntry>", "", priority_table())
    assert problems_of(source) == ["Priority: The table has no output column, so it decides nothing."]


def test_a_function_in_another_language_is_refused_by_its_name():
    function = '<businessKnowledgeModel id="f" name="rate"><encapsulatedLogic kind="Java"/></businessKnowledgeModel>'
    source = drawing("Price", "1").replace("</definitions>", f"{function}</definitions>")
    assert problems_of(source) == ["rate: An expression is written in “Java”; only FEEL is evaluated here."]


def test_types_of_dmn_1_1_may_carry_any_prefix():
    old = 'xmlns="http://www.omg.org/spec/DMN/20151101/dmn.xsd"'
    source = drawing("Double", "a * 2", inputs=("a",)).replace(DMN, old)
    source = source.replace('<variable name="a"/>', '<variable name="a" typeRef="ns1:number"/>')
    assert compile_drawing(read(source)).decide({"a": 2}).result == 4
    assert problems_of(source) == []


def test_a_table_of_more_rows_than_somebody_would_wait_for_is_refused_soon():
    start = time.process_time()
    (found,) = problems_of(table({"A": "a"}, [(str(number), "1") for number in range(20_001)]))
    assert "more than 20,000 rows" in found and time.process_time() - start < 10
