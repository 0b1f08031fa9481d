"""A process that got stuck, and what an operator did about it, as one sentence of the ticket's history."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sira.tickets.wording_of_tasks import of_drawing

RETRIED, SKIPPED, MOVED, CANCELLED = "retried", "skipped", "moved", "cancelled"
DID: dict[str, str | Promise] = {
    RETRIED: gettext_lazy("the stuck step “%(element)s” is tried again"),
    SKIPPED: gettext_lazy("the process goes on behind the stuck step “%(element)s”"),
    MOVED: gettext_lazy("the process goes on at “%(to)s” instead of “%(element)s”"),
    CANCELLED: gettext_lazy("the process was called off: %(reason)s"),
}


def sentence(facts: Mapping[str, Any]) -> str:
    if did := DID.get(str(facts.get("act"))):
        element, to = of_drawing(facts, "element", "step"), of_drawing(facts, "to", "to_step")
        return str(did) % {"element": element, "to": to, "reason": facts.get("reason", "")}
    return _("The process is stuck: %(why)s") % {"why": facts.get("message", "")}
