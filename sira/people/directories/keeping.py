"""Directories come to be, change, are tried and forgotten."""

from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from sira.people import rights
from sira.people.directories import trying
from sira.people.directories.describing import Looked, Trouble
from sira.people.directories.ldap import trying as ldap
from sira.people.directories.models import Directory
from sira.people.directories.saml import trying as saml
from sira.people.models import Person
from sira.people.rights import Right
from sira.plumbing.desk_secrets import desk_secrets
from sira.plumbing.refusals import Refused
from sira.plumbing.sealing import seal

TRIES: dict[str, Callable[[Directory, Looked], None]] = {
    Directory.Kind.OPENID: trying.tried,
    Directory.Kind.SAML: saml.tried,
    Directory.Kind.LDAP: ldap.tried,
}


class DirectoryTaken(Refused):
    code = "directory_taken"
    message = _("Another entry has this short name, or this directory with this client id.")


class SaysWhoIsWho(Refused):
    code = "says_who_is_who"
    status = 403
    message = _("Who sets up a directory says who comes in as whom. Ask an administrator who may do everything.")


def sealed(typed: str) -> str:
    return seal(typed, desk_secrets()) if typed else ""


def keep(directory: Directory, *, by: Person) -> Directory:
    """Raises NotAllowed, SaysWhoIsWho (they lack a right that somebody may come in with), DirectoryTaken."""
    rights.must(by, Right.ADMINISTER)
    if not rights.may_give(by, Right):
        raise SaysWhoIsWho
    try:
        with transaction.atomic():
            directory.save()
    except IntegrityError as error:
        raise DirectoryTaken from error
    return directory


def switch(directory: Directory, *, on: bool, by: Person) -> None:
    """Its button stands on the sign-in page, or not.  Raises NotAllowed."""
    rights.must(by, Right.ADMINISTER)
    Directory.objects.filter(pk=directory.pk).update(is_active=on)


def forget(directory: Directory, *, by: Person) -> None:
    """Who came by it stays, and is known again if it comes back.  Raises NotAllowed."""
    rights.must(by, Right.ADMINISTER)
    directory.delete()


def look(directory: Directory) -> Looked:
    """Ask the directory all that a sign-in asks, but for a person."""
    looked = Looked()
    try:
        TRIES[directory.kind](directory, looked)
    except Trouble as trouble:
        looked.trouble = trouble
    return looked
