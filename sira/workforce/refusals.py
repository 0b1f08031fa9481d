"""What the workforce refuses."""

from django.utils.translation import gettext_lazy as _

from sira.plumbing.refusals import Refused


class BadAbsence(Refused):
    code = "bad_absence"
    status = 422
    message = _("An absence ends after it starts, and the stand-in is somebody else. Change one of them.")


class AlreadyOver(Refused):
    code = "already_over"
    message = _("This is over. Enter a new one.")


class AlreadyDecided(Refused):
    code = "already_decided"
    message = _("This leave is decided already. Look at the page again.")


class BadShift(Refused):
    code = "bad_shift"
    status = 422
    message = _("A shift ends after it starts and lasts a day at most. Change one of the times.")


class BadPattern(Refused):
    code = "bad_pattern"
    status = 422
    message = _("A pattern has one to twelve weeks of seven days with hours such as 09:00-17:00. Correct the hours.")


class BadRow(Refused):
    """details: line, from 1."""

    code = "bad_row"
    status = 422
    message = _(
        "A row can't be read, so nothing was taken over. Each needs a known person, a kind, a start and an end."
    )


class ShiftsOverlap(Refused):
    code = "shifts_overlap"
    message = _("This person has another shift at that time. Swap or cancel that one first.")


class NotTheirs(Refused):
    code = "not_theirs"
    message = _("A swap is between a shift of yours and one of the same kind of a colleague. Look at the week again.")


class AlreadyAsked(Refused):
    code = "already_asked"
    message = _("You have asked for this swap already. Your colleague answers.")


class BadCalls(Refused):
    code = "bad_calls"
    status = 422
    message = _(
        "A turn on call lasts one to seven days, and a chain has one to five different people. Correct what differs."
    )
