"""Who an assertion speaks of, in the words that every kind of directory is read in."""

from sira.people.directories.models import Directory
from sira.people.directories.refusals import Encrypted, Unbelievable
from sira.people.directories.saml.details import details_of
from sira.people.directories.saml.reading import NAMES, SAML, Element, named, text_of
from sira.people.directories.tokens import LONGEST, Claims

CLAIM = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
MAIL = ("mail", "email", "urn:oid:0.9.2342.19200300.100.1.3", f"{CLAIM}emailaddress")
NAME = ("displayName", "name", "cn", "urn:oid:2.16.840.1.113730.3.1.241", "urn:oid:2.5.4.3", f"{CLAIM}name")
LANGUAGE = ("preferredLanguage", "locale", "urn:oid:2.16.840.1.113730.3.1.39")
TRANSIENT = "transient"


def claims_of(assertion: Element, directory: Directory) -> Claims:
    """assertion: one that is believed.  Its word for a mail address counts where the administrator has named the
    domain, since SAML has no sign for one that is proved.  Raises Unbelievable, Encrypted."""
    if next(assertion.iter(named(SAML, "EncryptedID"), named(SAML, "EncryptedAttribute")), None) is not None:
        raise Encrypted
    details, said = details_of(directory), attributes(assertion)
    claims: Claims = {
        "sub": _subject(assertion, said, details.subject, directory),
        "email": _first(said, (details.mail,) if details.mail else MAIL),
        "email_verified": True,
        "name": _first(said, (details.name,) if details.name else NAME),
        "locale": _first(said, (details.language,) if details.language else LANGUAGE),
    }
    return claims | ({directory.claim: said.get(directory.claim, [])} if directory.claim else {})


def attributes(assertion: Element) -> dict[str, list[str]]:
    """By their names; a friendly name may be anybody's and is none."""
    found: dict[str, list[str]] = {}
    for one in assertion.findall("saml:AttributeStatement/saml:Attribute", NAMES):
        values = [text_of(value) for value in one.findall("saml:AttributeValue", NAMES)]
        found.setdefault(str(one.get("Name", "")), []).extend(filter(None, values))
    return found


def _first(said: dict[str, list[str]], names: tuple[str, ...]) -> str:
    return next((said[name][0] for name in names if said.get(name)), "")


def _subject(assertion: Element, said: dict[str, list[str]], attribute: str, directory: Directory) -> str:
    """With what kind of name it is, since who asks may ask the directory for another kind than everybody gets."""
    if attribute:
        values = said.get(attribute, [])
        kind, value = attribute, values[0] if len(values) == 1 else ""
    else:
        kind, value = _name(assertion, directory)
    subject = f"{kind}|{value}"
    if not value or len(subject) > LONGEST:
        raise Unbelievable("no subject")
    return subject


def _name(assertion: Element, directory: Directory) -> tuple[str, str]:
    found = assertion.findall("saml:Subject/saml:NameID", NAMES)
    if len(found) != 1:
        raise Unbelievable("no name of the subject")
    kind = str(found[0].get("Format", "unspecified")).rpartition(":")[2]
    if kind == TRANSIENT:
        raise Unbelievable("a name for this one time alone: set the directory to a persistent one")
    if found[0].get("NameQualifier", directory.issuer) != directory.issuer:
        raise Unbelievable("a name that another gives")
    return kind, text_of(found[0])
