"""Why somebody is not let in by a directory, in words that say what to do."""

from django.utils.translation import gettext_lazy as _

from sira.plumbing.refusals import Refused


class Unbelievable(Refused):
    """What came back is not what the directory of this name says to this desk now.  why: for the log alone."""

    code = "unbelievable"
    status = 403
    message = _("This answer of the directory can't be trusted. Begin again from the sign-in page.")

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why


class TurnedAway(Refused):
    code = "turned_away"
    status = 403
    message = _("The directory did not let you in. Try again, or ask who looks after it.")


class Away(Refused):
    code = "directory_away"
    message = _("The directory does not answer as it should. Try again later, or sign in by password or link.")


class KnownAlready(Refused):
    code = "known_already"
    status = 403
    message = _(
        "The desk knows your mail address already and may not take this directory's word for it."
        " Sign in by a link in your mail, then connect the directory in your profile."
    )


class NotKnown(Refused):
    code = "not_known"
    status = 403
    message = _("The desk does not know you, and this directory brings nobody new. Ask your administrator.")


class Closed(Refused):
    code = "account_closed"
    status = 403
    message = _("This account is closed. Ask your administrator.")


class SomebodyElses(Refused):
    code = "somebody_elses"
    message = _("In this directory you are connected with somebody else here. Ask your administrator.")


class Unasked(Refused):
    code = "unasked"
    status = 403
    message = _("This sign-in was begun at the directory. Begin it here, at the desk's sign-in page.")


class Encrypted(Refused):
    code = "encrypted"
    status = 403
    message = _(
        "The directory answers encrypted, which the desk does not read. Ask who looks after it to switch that off."
    )
