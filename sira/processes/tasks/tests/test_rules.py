"""How votes add up."""

import pytest

from sira.processes.tasks.rules import (
    APPROVED,
    REJECTED,
    UNDECIDED,
    VETO,
    NotARule,
    Rule,
    Vote,
    of_steps,
    outcome,
    read,
)

SIGNS = {"y": Vote("yes"), "n": Vote("no"), "o": Vote("open"), "Y": Vote("yes", True), "N": Vote("no", True),
         "O": Vote("open", True)}  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "votes", "result"),
    [
        ("all", "yyo", UNDECIDED),
        ("all", "yyy", APPROVED),
        ("all", "yno", REJECTED),
        ("one", "oyo", APPROVED),
        ("one", "nno", UNDECIDED),
        ("one", "nnn", REJECTED),
        ("majority", "yyo", APPROVED),
        ("majority", "yoo", UNDECIDED),
        ("majority", "yynn", REJECTED),
        ("majority", "yyno", UNDECIDED),
        ("2", "yyooo", APPROVED),
        ("2 of 3", "yno", UNDECIDED),
        ("2 of 3", "nno", REJECTED),
        ("all", "", REJECTED),
        ("2", "yyO", UNDECIDED),
        ("2", "yyY", APPROVED),
        ("2", "yyN", REJECTED),
    ],
)
def test_votes_decide_as_soon_as_the_open_ones_cannot_change_it(rule: str, votes: str, result: str):
    assert outcome([SIGNS[sign] for sign in votes], read(rule))[0] == result


def test_where_everybody_has_a_veto_one_no_is_enough():
    assert outcome([SIGNS[sign] for sign in "yno"], read("one"), all_veto=True) == (REJECTED, VETO)


@pytest.mark.parametrize("text", ["none", "0", "3 of 2", "-1", "half", "2 from 3", "=approvers"])
def test_what_is_no_rule_is_refused(text: str):
    with pytest.raises(NotARule):
        read(text)


def test_each_step_has_its_rule():
    assert of_steps("all, 2 of 3") == [Rule("all"), Rule(2, 3)]
