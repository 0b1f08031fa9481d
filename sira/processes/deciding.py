"""The block of a business rule task: a decision table answers, and why it did is kept."""

from collections.abc import Mapping
from typing import Any

from sira.decisions.deciding import decide, keep
from sira.processes.blocks import Step
from sira.processes.bpmn.particulars import DECIDE

__all__ = ["DECIDE", "decide_by_table"]


def decide_by_table(step: Step) -> Mapping[str, Any]:
    """Headers: decision, the key of its drawing; result, the variable that takes the answer.

    Without a result variable, an answer of several outputs becomes a variable each. Raises what deciding raises.
    """
    key, result = step.element.headers["decision"], step.element.headers.get("result", "")
    found = decide(key, step.variables, at=step.at)
    keep([found.trace_for(subject=step.subject, kind=key[:30], at=step.at, element=step.element.id)])
    if result:
        return {result: found.result}
    return found.result if isinstance(found.result, dict) else {}
