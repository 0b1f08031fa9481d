"""What a drawing says of an approval, with the people it means found: made when the task opens, and kept with it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache, partial
from typing import Any

from django.utils.translation import gettext as _

from sira.processes.blocks import Step
from sira.processes.bpmn import times
from sira.processes.bpmn.expressions import NotAnExpression, Value, WorkingTime, plain, value
from sira.processes.refusals import Stuck
from sira.processes.tasks import people, rules
from sira.processes.tasks.refusals import BadRule, NobodyToApprove, TooFewApprovers

REMIND, ESCALATE, REJECT = "remind", "escalate", "reject"
AT_DEADLINE = (REMIND, ESCALATE, REJECT)
COMMENTS = ("optional", "rejecting", "always")
TOGETHER, ONE_BY_ONE = "together", "one by one"
DUE, AGAIN = "=working days(3)", "=working days(1)"
NONE = "no"
ALL_STEPS, EACH_STEP = "all steps", "each step"
WORDS = {
    "at_deadline": AT_DEADLINE,
    "comment": COMMENTS,
    "order": (TOGETHER, ONE_BY_ONE),
    "deadline": (ALL_STEPS, EACH_STEP),
    "delegate": ("yes", NONE),
}


@dataclass(frozen=True, slots=True)
class Found:
    """Ids of the people of each step; who fell back on is said."""

    steps: list[list[int]]
    by_fallback: bool = False


@lru_cache(maxsize=2048)
def compiled(text: str) -> Value:
    """A header's text, FEEL if it begins with an equals sign. Raises NotAnExpression."""
    return value(text, frozenset())


def evaluated(text: str, step: Step) -> Any:
    """Raises Stuck."""
    try:
        return compiled(text).of(step.variables, step.at)
    except NotAnExpression as problem:
        raise Stuck(problem.args[0], code="expression_failed") from None


def make(step: Step, assignee: Any, groups: Any) -> dict[str, Any]:
    """The plan of an approval as Approval.plan keeps it.

    assignee, groups: what the drawing's people came to. Raises NobodyToApprove, TooFewApprovers, BadRule, Stuck.
    """
    headers = step.element.headers
    rules_of(headers)
    barred = None if headers.get("own") == "yes" else asker(step.facts)
    found = find(assignee, groups, headers.get("fallback", ""), without=barred)
    texts = [part.strip() for part in headers.get("rule", "all").split(",")]
    for index, asked in enumerate(found.steps):
        must_be_enough(asked, texts, index)
    return {
        "steps": found.steps,
        "fallback": found.by_fallback,
        "rules": texts,
        "barred": barred,
        "vetoes": _vetoes(headers.get("veto", NONE), step),
        "order": ONE_BY_ONE if headers.get("order") == ONE_BY_ONE else TOGETHER,
        "deadline": EACH_STEP if headers.get("deadline") == EACH_STEP else ALL_STEPS,
        "delegate": headers.get("delegate") != NONE,
        "comment": headers.get("comment", "optional"),
        "at_deadline": headers.get("at_deadline", REMIND),
        "fallback_group": headers.get("fallback", ""),
        "remind": _span(headers.get("remind") or AGAIN, step),
        "due": _due(step),
    }


def rules_of(headers: Mapping[str, str]) -> list[rules.Rule]:
    """Raises BadRule."""
    try:
        return rules.of_steps(headers.get("rule", "all"))
    except rules.NotARule as problem:
        raise BadRule(str(problem)) from None


def must_be_enough(asked: Sequence[int], texts: Sequence[str], index: int) -> None:
    """texts: the rules of the plan.  Raises NobodyToApprove, TooFewApprovers."""
    if not asked:
        raise NobodyToApprove
    least = rule_at([rules.read(text) for text in texts], index).asks_at_least()
    if len(asked) < least:
        raise TooFewApprovers(len(asked), least)


def rule_at(wanted: Sequence[rules.Rule], index: int) -> rules.Rule:
    """The last rule holds for all further steps."""
    return wanted[min(index, len(wanted) - 1)]


def asker(facts: Mapping[str, Any]) -> int | None:
    """Who asked for what is to be approved, where the facts tell."""
    requester = facts.get("requester")
    found = requester.get("id") if isinstance(requester, Mapping) else None
    return int(found) if found else None


def find(assignee: Any, groups: Any, fallback: str, *, without: int | None) -> Found:
    """Raises NobodyToApprove."""
    lists = [each for each in assignee if each] if is_steps(assignee) else [assignee]
    steps = [left(people.named(each), without) for each in lists]
    if groups:
        steps[-1] = left([*steps[-1], *people.members(groups)], without)
    if all(steps):
        return Found(steps)
    instead = left(people.members(fallback), without) if fallback else []
    if not instead:
        raise NobodyToApprove
    return Found([asked or instead for asked in steps], by_fallback=True)


def is_steps(given: Any) -> bool:
    """A list of lists: one group of people after the other."""
    return isinstance(given, list) and any(isinstance(each, list) for each in given)


def left(found: Iterable[int], without: int | None) -> list[int]:
    """Each once, without who asked for it."""
    return list(dict.fromkeys(pk for pk in found if pk != without))


def _vetoes(text: str, step: Step) -> Any:
    """True: everybody's refusal is enough.  Else ids of those whose refusal is."""
    if text in ("yes", NONE, ""):
        return text == "yes"
    return people.named(plain(evaluated(text, step)))


def _due(step: Step) -> Any:
    """How long its people have; null where the drawing names a day."""
    drawn = step.element.plan.due if step.element.plan else None
    if drawn is None:
        return _span(DUE, step)
    found = drawn.of(step.variables, step.at)
    if isinstance(found, WorkingTime | timedelta) or str(found or "").startswith("P"):
        return _kept(found)
    return _span(DUE, step) if found in (None, "") else None


def _span(text: str, step: Step) -> Any:
    """A time to wait as JSON keeps it: {working: [2, days]}, an ISO 8601 duration, or null for never."""
    return None if text == NONE else _kept(evaluated(text, step))


def _kept(found: Any) -> Any:
    if isinstance(found, WorkingTime):
        return {"working": [str(found.amount), found.unit]}
    return plain(found)


def problems(headers: Mapping[str, str], has_people: bool) -> Iterable[str]:
    """What stands against publishing: words of the refusals, one each."""
    checks: list[Callable[[], Any]] = [partial(rules_of, headers)]
    checks += [partial(_time, headers["remind"])] if headers.get("remind", NONE) != NONE else []
    checks += [partial(compiled, headers["veto"])] if headers.get("veto", NONE) not in ("yes", NONE) else []
    checks += [partial(_word, headers[name], words) for name, words in WORDS.items() if name in headers]
    for check in checks:
        try:
            check()
        except BadRule as problem:
            yield str(problem.message)
        except NotAnExpression as problem:
            yield str(problem.args[0])
    if not has_people and not headers.get("fallback"):
        yield _("nobody is named who decides; choose who, or a group for when nobody is found")


def _word(text: str, words: Sequence[str]) -> None:
    if text not in words:
        raise BadRule(text)


def _time(text: str) -> None:
    found = compiled(text)
    if found.expression is None and not times.is_time("duration", found.text):
        raise NotAnExpression(str(BadRule(text).message))
