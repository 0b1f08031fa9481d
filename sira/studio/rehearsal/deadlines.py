"""What becomes of an approval in a play when its time is over; sira.processes.tasks.deadlines does it on the desk."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sira.processes.bpmn.graph import Node
from sira.processes.tasks import planning

REFUSED: Mapping[str, Any] = {
    "approved": False, "decision": "rejected", "reason": "deadline", "decided_by": [], "comments": [],
}  # fmt: skip
SAID: Mapping[str, str | Promise] = {
    planning.REMIND: _("who has not decided is reminded"),
    planning.ESCALATE: _("the manager of who has not decided is asked"),
    planning.REJECT: _("it counts as refused"),
}


def counts(node: Node) -> bool:
    return node.plan is not None and node.plan.kind == "approve"


def usual(at: datetime) -> Any:
    """How long an approval has where the drawing says nothing."""
    return planning.compiled(planning.DUE).of({}, at)


def passed(node: Node) -> tuple[str | Promise, Mapping[str, Any] | None]:
    """What happens, in words; and with what the approval ends, if it ends."""
    does = node.headers.get("at_deadline", planning.REMIND)
    return SAID.get(does, ""), REFUSED if does == planning.REJECT else None
