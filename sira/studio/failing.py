"""Why a step failed, by its code, as an administrator understands it; the row itself keeps the exact words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FAILED: dict[str, str | Promise] = {
    "no_way_on": _("No way leads on from here. Add a default way, or mend the conditions."),
    "step_budget": _("It goes round without ever waiting. Something in the drawing has to end the round."),
    "expression_failed": _("An expression cannot be worked out with what is known of the ticket."),
    "no_value": _("An expression gives something else than the step needs, a time or a list."),
    "too_many_ways": _("The drawing splits into too many ways. Look for a round that splits each time."),
    "too_many_items": _("A step would be repeated for a very long list."),
    "join_waits_in_vain": _("Ways are joined, and one of them is not walked any more."),
    "unknown_task_type": _("The step asks for work that nothing here can do."),
    "no_such_process": _("The process that is called is not published, or processes call each other in a circle."),
    "no_such_decision": _("The decision that is asked is not published."),
    "decision_stopped": _("The decision came to no result."),
    "nobody_to_approve": _("Nobody could be found who may approve."),
    "too_few_approvers": _("Fewer people could be found than have to approve."),
    "too_few_left": _("Some of those asked have gone, and the others alone cannot agree any more."),
    "not_ready": _("The ticket cannot be resolved or closed yet: fields are empty or tasks are open."),
    "no_mandatory_task_after_resolving": _("A mandatory task would begin on a ticket that is resolved already."),
    "unknown_field": _("The step sets a field that the ticket does not have."),
    "unknown_value": _("The step sets a value that is not known here."),
    "web_call_failed": _("Another system did not answer, not even when it was asked again."),
    "web_call_refused": _("Another system refused what it was asked."),
}
OTHERWISE = _("The step broke in a way that nobody foresaw. Its exact words are below.")
