import re
from pathlib import Path

import pytest
from django.utils import translation

from sira.decisions import wording
from sira.decisions.dmn import DrawingProblem
from sira.decisions.dmn import problems as drawings
from sira.decisions.feel import FeelProblem, compile_expression
from sira.decisions.feel import problems as expressions

LOCALE = Path(__file__).parents[1] / "locale"


def test_a_problem_in_a_cell_is_said_with_its_place():
    with pytest.raises(FeelProblem) as refused:
        compile_expression("1 +")
    problem = DrawingProblem("feel", where=("Priority", "row 3", "Impact"), cause=refused.value)
    with translation.override("en"):
        assert wording.say(problem) == (
            "Priority › row 3 › Impact: line 1, column 4: The expression ends too early; expected: a value."
        )


@pytest.mark.parametrize("language", ["tr", "fa", "pl"])
def test_every_sentence_is_translated(language):
    text = (LOCALE / language / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    known = {msgid.replace('\\"', '"') for msgid in re.findall(r'^msgid "(.*)"$', text, re.MULTILINE)}
    wanted = {*expressions.SENTENCES.values(), *drawings.SENTENCES.values(), *expressions.WANTED} - {"%(problem)s"}
    assert wanted - known == set()
    assert 'msgstr ""\n\n' not in text
