"""What the workforce refuses."""

from django.utils.translation import gettext_lazy as _

from sira.plumbing.refusals import Refused


class BadAbsence(Refused):
    code = "bad_absence"
    status = 422
    message = _("An absence ends after it starts, and the stand-in is somebody else. Change one of them.")


class AlreadyOver(Refused):
    code = "already_over"
    message = _("This absence is over. Enter a new one.")
