import time

from hypothesis import given, settings
from hypothesis import strategies as st

from sira.decisions.dmn import DrawingProblem, compile_drawing, read
from sira.decisions.feel import FeelProblem
from sira.decisions.tests.drawings import DMN, priority_table

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


@settings(max_examples=200, deadline=None)
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
