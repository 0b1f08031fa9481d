"""The words of a trace of routing, for people: the trace itself keeps facts."""

from django.utils.translation import gettext_lazy as _

from sira.workforce.models import Absence, Presence

LEFT_OUT = {
    **dict(Absence.Kind.choices),
    **dict(Presence.State.choices),
    "no_agent": _("No longer works on tickets"),
}
WHY = {
    "next_in_turn": _("Next in turn"),
    "least_load": _("Has the least open work"),
    "taken_from_queue": _("The group takes its work from the queue"),
    "nobody_there": _("Nobody of the group is here now"),
    "no_such_group": _("No rule names a group of this desk"),
}
