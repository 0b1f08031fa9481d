"""A directory that speaks LDAP is asked all that a sign-in asks, but for a password."""

from django.utils.translation import gettext_lazy as _

from sira.people.directories.describing import Looked, Trouble
from sira.people.directories.ldap import messages
from sira.people.directories.ldap.asking import filled, looks, people, subject_of
from sira.people.directories.ldap.details import details_of
from sira.people.directories.ldap.line import opened
from sira.people.directories.models import Directory


def tried(directory: Directory, looked: Looked) -> None:
    """Raises Trouble."""
    details = details_of(directory)
    with opened(directory.issuer, details.authorities) as line:
        looked.steps.append((_("It answers, encrypted and with a certificate that is trusted"), directory.issuer))
        if not directory.client_id:
            looked.steps.append((_("People sign in there as"), filled(details.template, "jo")))
            return
        looks(line, directory)
        looked.steps.append((_("It knows the account and its password"), directory.client_id))
        found = people(line, directory, details, messages.any_of(*map(messages.is_there, details.logins)))
        if not found:
            words = _("Nobody is below %(base)s who fits. Check the base, the names people type, and the conditions.")
            raise Trouble(words, base=details.base)
        looked.steps.append((_("People are there, such as"), found[0].name))
        if not subject_of(found[0], details):
            words = _("%(name)s has no single value of %(identity)s. Name the attribute that never changes.")
            raise Trouble(words, name=found[0].name, identity=details.identity)
