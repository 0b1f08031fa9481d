"""A directory that speaks SAML is read as a sign-in reads it."""

from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from sira.people.directories.describing import Looked, Trouble
from sira.people.directories.models import Directory
from sira.people.directories.saml.describing import described


def tried(directory: Directory, looked: Looked) -> None:
    """Raises Trouble."""
    description = described(directory)
    looked.steps.append((_("It describes itself"), description.entity))
    looked.steps.append((_("It asks people at"), description.asks_at))
    if description.wants_signed:
        words = _(
            "The directory wants requests to be signed, which the desk does not do. Switch that off for the desk."
        )
        raise Trouble(words, said="WantAuthnRequestsSigned")
    ends = max(one.not_valid_after_utc for one in description.certificates)
    if ends <= now():
        words = _("The certificate that the directory signs with is over since %(day)s. It needs a new one.")
        raise Trouble(words, day=ends.date().isoformat())
    looked.steps.append((_("Its certificate is there, until"), ends.date().isoformat()))
