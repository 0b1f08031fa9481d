"""Why the desk says no about a ticket, in words that say what to do."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from sira.plumbing.refusals import Refused


class NotOpen(Refused):
    code = "not_open"
    message = _("This ticket is already resolved or closed. Reopen it first.")


class NotResolved(Refused):
    code = "not_resolved"
    message = _("This ticket is not resolved yet.")


class AlreadyTaken(Refused):
    code = "already_taken"
    message = _("Somebody else has this ticket. Hand it over if it should be yours.")


class NotInGroup(Refused):
    code = "not_in_group"
    message = _("This agent does not belong to the group. Choose an agent of the group, or another group.")


class ChangedMeanwhile(Refused):
    """Somebody edited the same field since the editor looked. details: field names -> (yours, theirs)."""

    code = "changed_meanwhile"
    status = 412
    message = _("Somebody changed this while you wrote. Both versions are here; nothing is saved yet.")


class UnknownField(Refused):
    code = "unknown_field"
    status = 422
    message = _("This field cannot be set here.")


class UnknownValue(Refused):
    code = "unknown_value"
    status = 422

    def __init__(self, field: str, value: object) -> None:
        super().__init__(_("“%(value)s” is no value for %(field)s.") % {"field": field, "value": value})


class AfterTheEnd(Refused):
    code = "no_mandatory_task_after_resolving"
    message = _(
        "What must be done before a ticket ends cannot begin after its end. Move the step, or make it optional."
    )


class NothingToSay(Refused):
    code = "nothing_to_say"
    message = _("There is no text. Write one into the block.")


class TooDeep(Refused):
    code = "too_deep"
    message = _("Tickets open each other more than five deep. Look at the drawing.")


class TooLate(Refused):
    """The group's days for reopening have passed."""

    code = "too_late"
    message = _("This ticket was closed too long ago to be reopened. A new one that follows it up has to be opened.")


class NobodyToAnswer(Refused):
    code = "nobody_to_answer"
    message = _("Nobody knows who wrote this, so an answer would reach nobody. Write an internal note instead.")


class NotMergeable(Refused):
    code = "not_mergeable"
    message = _("These two tickets cannot be merged: one of them is already merged, or they are the same.")


class NotReady(Refused):
    """The gate: fields, tasks still missing. details: fields (names), tasks (names)."""

    code = "not_ready"

    def __init__(self, *, fields: Sequence[str] = (), tasks: Sequence[str] = ()) -> None:
        super().__init__(_sentence(list(fields), list(tasks)), fields=list(fields), tasks=list(tasks))


def _sentence(fields: list[str], tasks: list[str]) -> str | Promise:
    if fields and tasks:
        return ngettext_lazy(
            "Missing: %(fields)s, and %(count)d open task: %(tasks)s.",
            "Missing: %(fields)s, and %(count)d open tasks: %(tasks)s.",
            len(tasks),
        ) % {"fields": ", ".join(fields), "tasks": ", ".join(tasks), "count": len(tasks)}
    if tasks:
        return ngettext_lazy(
            "%(count)d task is still open: %(tasks)s.", "%(count)d tasks are still open: %(tasks)s.", len(tasks)
        ) % {"tasks": ", ".join(tasks), "count": len(tasks)}
    return _("Missing: %(fields)s.") % {"fields": ", ".join(fields)}
