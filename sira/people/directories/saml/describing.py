"""What a directory that speaks SAML says of itself: where it asks people, and with which keys it signs.

SAML 2.0 Metadata. What stands at an address is fetched anew for each sign-in, since keys change.
"""

from base64 import b64decode
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.utils.translation import gettext_lazy as _

from sira.people.directories.describing import PATIENCE, Trouble, is_safe
from sira.people.directories.models import Directory
from sira.people.directories.refusals import Unbelievable
from sira.people.directories.saml.details import details_of
from sira.people.directories.saml.reading import MD, NAMES, Element, document, named
from sira.plumbing import outbound

REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
LARGEST = 2 * 1024 * 1024  # one organisation's description has some 10 kB; that of a federation is not for this
SHORTEST_KEY = 2048


@dataclass(frozen=True)
class Description:
    """certificates: any of them may sign.  wants_signed: it lets in nobody whose request is not signed."""

    entity: str
    asks_at: str
    certificates: tuple[x509.Certificate, ...]
    wants_signed: bool


def described(directory: Directory) -> Description:
    """Raises Trouble."""
    given = details_of(directory).metadata.strip()
    text = given.encode() if given.startswith("<") else _fetched(given)
    try:
        root = document(text)
    except Unbelievable:
        raise Trouble(_("This is no SAML metadata. Copy the whole XML of the directory, or its address.")) from None
    return _in(root, directory.issuer)


def _fetched(url: str) -> bytes:
    try:
        answer = outbound.get(url, patience=PATIENCE, largest=LARGEST)
    except outbound.Unreachable as error:
        words = _("%(url)s could not be reached. Check the address, and whether this machine may call it.")
        raise Trouble(words, url=url, said=str(error)) from None
    if answer.status != 200:
        words = _("%(url)s answers with %(status)s instead of the directory's description. Check the address.")
        raise Trouble(words, url=url, status=str(answer.status))
    return answer.body


def _in(root: Element, issuer: str) -> Description:
    every = [root] if root.tag == named(MD, "EntityDescriptor") else root.findall(".//md:EntityDescriptor", NAMES)
    names = [str(one.get("entityID", "")) for one in every]
    if names.count(issuer) != 1:
        words = _("This directory calls itself “%(called)s”, not “%(issuer)s”. Write it exactly as it calls itself.")
        raise Trouble(words, called=", ".join(names)[:255] or "?", issuer=issuer)
    found = every[names.index(issuer)].find("md:IDPSSODescriptor", NAMES)
    if found is None:
        raise Trouble(_("This metadata describes no directory that signs people in (IDPSSODescriptor)."))
    doors = found.findall("md:SingleSignOnService", NAMES)
    asks_at = next((str(one.get("Location", "")) for one in doors if one.get("Binding") == REDIRECT), "")
    if not is_safe(asks_at):
        raise Trouble(_("The directory names no https address to send people to (HTTP-Redirect)."), said=asks_at[:255])
    wants_signed = found.get("WantAuthnRequestsSigned", "").strip() in ("true", "1")
    return Description(issuer, asks_at, _certificates(found), wants_signed)


def _certificates(found: Element) -> tuple[x509.Certificate, ...]:
    keys = [one for one in found.findall("md:KeyDescriptor", NAMES) if one.get("use", "signing") == "signing"]
    written = [one.text or "" for key in keys for one in key.findall(".//ds:X509Certificate", NAMES)]
    usable = []
    for one in written:
        try:
            certificate = x509.load_der_x509_certificate(b64decode("".join(one.split()), validate=True))
            if is_strong(certificate):
                usable.append(certificate)
        except ValueError:
            continue
    if not usable:
        words = _("The directory shows no certificate that it signs with, of RSA with 2048 bits at least or of ECDSA.")
        raise Trouble(words)
    return tuple(usable)


def is_strong(certificate: x509.Certificate) -> bool:
    key = certificate.public_key()
    return isinstance(key, ec.EllipticCurvePublicKey) or (
        isinstance(key, rsa.RSAPublicKey) and key.key_size >= SHORTEST_KEY
    )
