"""Whether a name and a password are right in a directory that speaks LDAP, and who that is.

One entry is looked for, by an account of the desk or in the person's own name; whoever it was found for, that very
entry has to take the password.
"""

import re
import secrets
import unicodedata
import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _

from sira.people.directories.describing import Trouble
from sira.people.directories.ldap import messages
from sira.people.directories.ldap.above import with_those_above
from sira.people.directories.ldap.details import NAME, Details, details_of
from sira.people.directories.ldap.line import Line, opened
from sira.people.directories.ldap.messages import Entry
from sira.people.directories.models import Directory
from sira.people.directories.tokens import LONGEST, Claims
from sira.plumbing.desk_secrets import desk_secrets
from sira.plumbing.sealing import NotOurs, unseal

CONTROL = "userAccountControl"  # of Active Directory
SWITCHED_OFF = 0x2
SPECIAL = '\\,+"<>;=#'  # in a name of LDAP (RFC 4514)


def proved(directory: Directory, name: str, password: str, *, may_try: Any = lambda subject: True) -> Claims | None:
    """What it says of who has this name and this password; None if nobody has.

    may_try: asked with who it would be before the password is shown; where no account looks people up, with the name
    too, since it is shown to find out.  Raises Trouble.
    """
    details = details_of(directory)
    if not password or not is_name(name):
        return None
    with opened(directory.issuer, details.authorities) as line:
        if not directory.client_id and not may_try(one_spelling(name)):
            return None
        if not _may_look(line, directory, details, name, password):
            return None
        entry = _the_one(line, directory, details, name)
        if entry is None:
            # As long as with somebody who is there; what was typed is for the one it belongs to, and not shown.
            line.bind(f"{details.logins[0]}={secrets.token_hex(8)},{details.base}", secrets.token_hex(8))
            return None
        subject = subject_of(entry, details)
        if not subject or not may_try(subject) or line.bind(entry.name, password).code != messages.SUCCESS:
            return None
        return claims_of(entry, subject, directory, details) | _groups(line, entry, directory, details)


def is_name(typed: str) -> bool:
    return 0 < len(typed) <= LONGEST and typed.isprintable()


def one_spelling(name: str) -> str:
    """Of all those that a server takes for the same (RFC 4518)."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def looks(line: Line, directory: Directory) -> None:
    """Sign in as the account that looks people up.  Raises Trouble."""
    try:
        secret = unseal(directory.secret, desk_secrets()) if directory.secret else ""
    except NotOurs:
        words = _("The account's password cannot be read: SIRA_SECRET_KEY is another now. Enter it again.")
        raise Trouble(words) from None
    result = line.bind(directory.client_id, secret)
    if result.code != messages.SUCCESS:
        words = _("The account %(name)s was refused. Check its name and its password.")
        raise Trouble(words, name=directory.client_id, said=result.said)


def _may_look(line: Line, directory: Directory, details: Details, name: str, password: str) -> bool:
    if directory.client_id:
        looks(line, directory)
        return True
    return line.bind(filled(details.template, name), password).code == messages.SUCCESS


def filled(template: str, name: str) -> str:
    """In a name of LDAP what was typed is one value; user@domain is taken as it is."""
    if "=" in template:
        name = "".join(f"\\{sign}" if sign in SPECIAL else sign for sign in name)
        name = f"\\{name}" if name.startswith(" ") else name
    return template.replace(NAME, name)


def _the_one(line: Line, directory: Directory, details: Details, name: str) -> Entry | None:
    """Nobody, several, or who is switched off: None.  Raises Trouble."""
    found = people(line, directory, details, messages.any_of(*(messages.equals(one, name) for one in details.logins)))
    if len(found) != 1:
        return None
    control = found[0].first(CONTROL)
    is_off = re.fullmatch(r"-?[0-9]{1,12}", control) and int(control) & SWITCHED_OFF
    return None if is_off else found[0]


def people(line: Line, directory: Directory, details: Details, wanted: bytes) -> list[Entry]:
    """Two at most of those who may sign in.  Raises Trouble."""
    conditions = [messages.equals(*one) for one in details.only]
    asked = [details.identity, details.mail, details.name, details.language, directory.claim, CONTROL]
    found, result = line.search(details.base, messages.all_of(*conditions, wanted), filter(None, asked), most=2)
    if result.code not in (messages.SUCCESS, messages.SIZE_EXCEEDED):
        words = _("People could not be looked up below %(base)s. Check the base, and what the account may read.")
        raise Trouble(words, base=details.base, said=result.said or str(result.code))
    return found


def subject_of(entry: Entry, details: Details) -> str:
    """Its word for the person, which never changes; empty where it has none or several."""
    values = entry.values.get(details.identity.lower(), [])
    if len(values) != 1:
        return ""
    if details.identity.lower() == "objectguid" and len(values[0]) == 16:
        return str(uuid.UUID(bytes_le=values[0]))
    subject = entry.first(details.identity)
    return subject if len(subject) <= LONGEST else ""


def claims_of(entry: Entry, subject: str, directory: Directory, details: Details) -> Claims:
    """Its word for a mail address counts where the administrator has named the domain."""
    claims: Claims = {
        "sub": subject,
        "email": entry.first(details.mail),
        "email_verified": True,
        "name": entry.first(details.name),
        "locale": entry.first(details.language),
    }
    return claims | ({directory.claim: entry.texts(directory.claim)} if directory.claim else {})


def _groups(line: Line, entry: Entry, directory: Directory, details: Details) -> Claims:
    """Asked once the password was right, by the account that looks people up; else in the person's own name."""
    if not (details.nested and directory.claim and directory.rules):
        return {}
    if directory.client_id:
        looks(line, directory)
    return {directory.claim: with_those_above(line, directory.claim, entry.texts(directory.claim))}
