"""Before a task is opened: what its drawing says of it is read, and the people of an approval are found."""

from typing import Any

from sira.processes.blocks import Step
from sira.processes.bpmn.graph import Node
from sira.processes.models import Task
from sira.processes.tasks import particulars, planning, spans
from sira.processes.tasks.choices import Choices

APPROVE, ASK, SURVEY, TASK, WORK = "approve", "ask", "survey", "task", "work"
OF_REQUESTER = (ASK, SURVEY)
PLAIN = frozenset({"kind", "mandatory", "due"})
BESIDE = "_beside"


def wants(node: Node) -> bool:
    """Whether there is anything to prepare; for a plain task there is not, and nothing is asked."""
    if node.plan is None:
        return False
    return node.plan.kind not in (WORK, "manual") or not PLAIN.issuperset(node.headers)


def prepare(task: Task, step: Step, assignee: Any, groups: Any) -> None:
    """Complete the row that is about to be written, and lay beside it what asking.tasks_changed writes afterwards.

    Raises NobodyToApprove, NoOpenTime and what planning raises; the step fails with it.
    """
    headers = step.element.headers
    said = particulars.read(headers, kind=task.kind, variables=step.variables, words=Choices(step))
    found: dict[str, Any] = {"particulars": said}
    if task.kind == APPROVE:
        found["plan"] = plan = planning.make(step, assignee, groups)
        task.due_at = task.due_at or spans.after(plan["due"], step.subject, step.at, step.source)
    elif task.kind in OF_REQUESTER and task.assignee_id is None and task.group_id is None:
        task.assignee_id = planning.asker(step.facts)
    if task.kind == SURVEY:
        task.mandatory = headers.get("mandatory") == "true"
    setattr(task, BESIDE, found)


def beside(task: Task) -> dict[str, Any]:
    """What was laid beside a row that has just been written; nothing for any other."""
    found: dict[str, Any] = getattr(task, BESIDE, {})
    return found


def findings(node: Node) -> list[str]:
    """What stands against publishing a node."""
    if node.plan is None or node.plan.kind != APPROVE:
        return []
    return list(planning.problems(node.headers, has_people=bool(node.plan.assignee or node.plan.groups)))
