"""Directories come to be, change, are tried and forgotten."""

from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sira.people import rights
from sira.people.directories import coming, describing, tokens
from sira.people.directories.models import Directory
from sira.people.directories.refusals import Away
from sira.people.models import Person
from sira.people.rights import Right
from sira.plumbing.desk_secrets import desk_secrets
from sira.plumbing.refusals import Refused
from sira.plumbing.sealing import seal


class DirectoryTaken(Refused):
    code = "directory_taken"
    message = _("Another entry has this short name, or this directory with this client id.")


@dataclass
class Looked:
    """steps: what went well, with what was seen.  trouble: where it ended, with how to mend it."""

    steps: list[tuple[str | Promise, str]] = field(default_factory=list)
    trouble: describing.Trouble | None = None


def sealed(typed: str) -> str:
    return seal(typed, desk_secrets()) if typed else ""


def keep(directory: Directory, *, by: Person) -> Directory:
    """Raises NotAllowed, DirectoryTaken."""
    rights.must(by, Right.ADMINISTER)
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


def address_of(key: str) -> str:
    """What the directory has to be told of the desk; an example while there is no short name."""
    return coming.back_to(Directory(key=key or "short-name"))


def look(directory: Directory) -> Looked:
    """Ask the directory all that a sign-in asks, but for a person."""
    looked = Looked()
    try:
        description = describing.described(directory.issuer)
        looked.steps.append((_("It describes itself"), description.issuer))
        keys = describing.keys_of(description)
        looked.steps.append((_("Its keys are there"), f"{len(keys)} · {', '.join(description.algorithms)}"))
        _try_secret(directory, description, looked)
    except describing.Trouble as trouble:
        looked.trouble = trouble
    return looked


def _try_secret(directory: Directory, description: describing.Description, looked: Looked) -> None:
    """A code that nobody was given: who knows us says that the code is wrong, and not that we are.  Raises Trouble."""
    away = _("The place that gives tokens, %(url)s, could not be reached.")
    try:
        comes_back_to = address_of(directory.key)
        answer = tokens.asked_for_token(
            directory, description, code="sira-tries", comes_back_to=comes_back_to, verifier="sira-tries" * 5
        )
    except Away:
        raise describing.Trouble(away, url=description.tokens_at) from None
    said = answer.fields()
    error = str(said.get("error", ""))[:100]
    if error in ("invalid_client", "unauthorized_client") or answer.status == 401:
        words = _("The directory does not know this client id, or the secret is another. Copy both from it anew.")
        raise describing.Trouble(words, said=str(said.get("error_description") or error)[:300])
    if error == "invalid_grant":
        looked.steps.append((_("It knows the client id and the secret"), directory.client_id))
