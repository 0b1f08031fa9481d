"""What the workforce refuses."""

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sira.plumbing.refusals import Refused
from sira.shell.formats import amount


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


NOBODY = _("Nobody of the desk has this mail address:")
NO_KIND = _("This is no kind of shift or absence (work, on_call, leave, sick):")
NO_TIME = _("This is no day with a time, such as 2026-12-31 09:00 or 31.12.2026 09:00:")
NO_GROUP = _("You plan for no group of this key or name:")
NO_STEP = _("A place in the chain is a number from 1 to 5:")
NO_COLUMN = _("A column is missing:")
NO_END = _("It has no end:")
NO_RULE = _("It comes round by a rule that is not known here; export it for a few weeks instead:")


class BadRow(Refused):
    """A row of a file, from 1, or an event of a calendar.  why: a sentence.  word: what stands there."""

    code = "bad_row"
    status = 422

    def __init__(self, line: int, why: str | Promise, word: str = "") -> None:
        told = f"{why} {word[:80] or '–'}" if str(why).endswith(":") else str(why)
        shown = amount(line, get_language() or "en")
        super().__init__(_("Row %(line)s: %(why)s Nothing was taken over.") % {"line": shown, "why": _ended(told)})


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith(".") else f"{sentence}."


class NotAFile(Refused):
    code = "not_a_file"
    status = 422
    message = _("This file is neither CSV nor iCalendar. Save the sheet as CSV (UTF-8) and choose it again.")


class TooManyRows(Refused):
    code = "too_many_rows"
    status = 422
    message = _("The file has more than 5,000 rows. Take it over in parts.")


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
