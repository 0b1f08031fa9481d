"""What the desk says when it may not do what was asked."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """A rule of the desk stands against what was asked; nothing has changed.

    message: one sentence in the reader's language that says what to do.  code: a stable word for programs.
    status: the HTTP status that pages and the API answer with.
    """

    code = "refused"
    status = 409
    message: str | Promise = _("This is not possible now.")

    def __init__(self, message: str | Promise | None = None, **details: object) -> None:
        if message is not None:
            self.message = message
        self.details = details
        super().__init__(self.code)

    def __str__(self) -> str:
        return str(self.message)


class NotAllowed(Refused):
    """The person lacks the right; the answer does not tell whether the thing exists."""

    code = "not_allowed"
    status = 403
    message = _("You may not do this. Ask the lead of the group that has the ticket.")
