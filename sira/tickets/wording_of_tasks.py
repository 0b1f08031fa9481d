"""A task that was taken, handed back or done, as one sentence of the ticket's history; and what its steps are called.

The history keeps which task it was, and its name as it was then: that one is told where the drawing knows no other in
the reader's language, or the task is gone.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sira.processes import naming, versions
from sira.processes.models import Task
from sira.tickets import task_sheets
from sira.tickets.models import HistoryEntry

RESULTS: dict[str, str | Promise] = {
    "passed": gettext_lazy("passed"),
    "failed": gettext_lazy("failed"),
    "done": gettext_lazy("done"),
}
OF_TASKS = (HistoryEntry.Kind.TASK, HistoryEntry.Kind.APPROVAL)
Facts = Mapping[str, Any]


class Steps:
    """Asks once, and only where the reader would not be content with the names that were kept."""

    def __init__(self, entries: Iterable[HistoryEntry]) -> None:
        told = [entry.facts for entry in entries if entry.kind in OF_TASKS and isinstance(entry.facts.get("task"), int)]
        wanted = {facts["task"] for facts in told if naming.translates() or _result(facts) not in ("", *RESULTS)}
        rows = Task.objects.filter(pk__in=wanted).select_related("instance", "sheet")
        self._tasks: dict[int, Task] = {task.pk: task for task in rows} if wanted else {}

    def name(self, facts: Facts) -> str:
        task = self._tasks.get(facts.get("task", 0))
        return naming.task(task) if task else str(facts.get("name", ""))

    def result(self, facts: Facts) -> str:
        """The word of the button that was pressed."""
        result, task = _result(facts), self._tasks.get(facts.get("task", 0))
        own = dict(task_sheets.asked(task).results) if task and result not in RESULTS else {}
        return str(own.get(result) or RESULTS.get(result, result))


def sentence(facts: Facts, steps: Steps) -> str:
    if "taken" in facts:
        said = _("%(task)s: taken") if facts["taken"] else _("%(task)s: handed back")
        return said % {"task": steps.name(facts)}
    return _("%(task)s: %(result)s") % {"task": steps.name(facts), "result": steps.result(facts)}


def of_drawing(facts: Facts, kept: str, step: str) -> str:
    """What a step of a process is called.  kept: its name as it was then.  step: where the facts keep its id."""
    if not (naming.translates() and facts.get("version") and facts.get(step)):
        return str(facts.get(kept, ""))
    node = versions.graph_of(facts["version"]).nodes.get(facts[step])
    return naming.step(node) if node else str(facts.get(kept, ""))


def _result(facts: Facts) -> str:
    return str((facts.get("outcome") or {}).get("result", ""))
