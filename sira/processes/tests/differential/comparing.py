"""One random process after another, through both engines, until they disagree about where it stands."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from sira.processes.bpmn.compiling import compile_process
from sira.processes.bpmn.reading import read
from sira.processes.tests.differential.inventing import Inventor
from sira.processes.tests.differential.players import Ours, Theirs
from sira.processes.tests.differential.refereeing import breach
from sira.processes.tests.differential.undoing import for_ours

TURNS = 40
# Read by the oracle without a word, and then not done.
THEIRS_CANNOT = {"event sub-process"}
BY_ITSELF = ("cw", "bw")  # places that wait for a condition: nobody answers there


@dataclass
class Verdict:
    """said: agree, disagree, theirs cannot, or theirs is wrong (by the letter).  turns: answers that were given."""

    seed: int
    said: str
    turns: int = 0
    why: str = ""
    uses: set[str] = field(default_factory=set)
    source: str = ""
    script: list[str] = field(default_factory=list)


def judge(seed: int) -> Verdict:
    invention = Inventor(seed).invent()
    verdict = Verdict(seed, "agree", uses=invention.uses, source=invention.source)
    for what in sorted(invention.uses & THEIRS_CANNOT):
        verdict.said, verdict.why = "theirs cannot", what
        return verdict
    try:
        theirs = Theirs(invention.source, invention.called)
    except Exception as problem:
        return _cannot(verdict, problem)
    ours, random = Ours(invention.source, invention.called), Random(seed)
    for _turn in range(TURNS):
        if difference := compare(ours, theirs):
            graphs = [ours.graph, *(compile_process(read(for_ours(text))) for text in invention.called.values())]
            wrong = next(filter(None, (breach(graph, theirs.left, theirs.waiting) for graph in graphs)), "")
            verdict.said, verdict.why = ("theirs is wrong", wrong) if wrong else ("disagree", difference)
            return verdict
        answerable = sorted(element for element in ours.waiting if not element.startswith(BY_ITSELF))
        if not answerable:
            return verdict
        element = random.choice(answerable)
        answers: dict[str, Any] = {}
        if element in invention.answers:
            answers = {invention.answers[element]: random.randint(0, 9)}
        verdict.script.append(f"{element} {answers or ''}")
        verdict.turns += 1
        try:
            theirs.finish(element, answers) if answers else theirs.hear(element)
        except Exception as problem:
            return _cannot(verdict, problem)
        ours.finish(element, answers) if answers else ours.hear(element)
    return verdict


def compare(ours: Ours, theirs: Theirs) -> str:
    if ours.waiting != theirs.waiting:
        return f"waiting: ours {dict(ours.waiting)}, theirs {dict(theirs.waiting)}"
    if ours.passed != theirs.passed:
        return f"passed: only ours {ours.passed - theirs.passed}, only theirs {theirs.passed - ours.passed}"
    if ours.ended != theirs.ended:
        return f"ended: ours {ours.ended}, theirs {theirs.ended}"
    return ""


def _cannot(verdict: Verdict, problem: Exception) -> Verdict:
    verdict.said, verdict.why = "theirs cannot", f"{type(problem).__name__}: {str(problem).splitlines()[0][:120]}"
    return verdict
