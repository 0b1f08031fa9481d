"""How the desk asks a directory that speaks SAML for somebody, and how it describes itself there."""

import secrets
import zlib
from base64 import b64encode
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.contrib.sessions.backends.base import SessionBase
from lxml import etree

from sira.people.directories import begun
from sira.people.directories.describing import Trouble
from sira.people.directories.models import Directory
from sira.people.directories.refusals import Away
from sira.people.directories.saml.describing import POST, described
from sira.people.directories.saml.details import answers_at, called
from sira.people.directories.saml.reading import MD, SAML, SAMLP, named

PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"


def begin(directory: Directory, session: SessionBase, *, goes_to: str, at: datetime, connects: int | None) -> str:
    """Where the browser is to go.  connects: the person signed in who wants to be known by it.  Raises Away."""
    try:
        description = described(directory)
    except Trouble:
        raise Away from None
    number = f"_{secrets.token_hex(20)}"
    begun.keep(session, number, directory, goes_to=goes_to, at=at, connects=connects)
    asked = urlencode(
        {"SAMLRequest": b64encode(deflated(_request(directory, description.asks_at, number, at))).decode()}
    )
    return f"{description.asks_at}{'&' if '?' in description.asks_at else '?'}{asked}"


def _request(directory: Directory, asks_at: str, number: str, at: datetime) -> bytes:
    """It asks for no format of the name: what the directory is set to is what it gives, to everybody alike."""
    root = etree.Element(
        named(SAMLP, "AuthnRequest"),
        ID=number,
        Version="2.0",
        IssueInstant=at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        Destination=asks_at,
        ProtocolBinding=POST,
        AssertionConsumerServiceURL=answers_at(directory),
        nsmap={"samlp": SAMLP, "saml": SAML},
    )
    etree.SubElement(root, named(SAML, "Issuer")).text = called(directory)
    etree.SubElement(root, named(SAMLP, "NameIDPolicy"), AllowCreate="true")
    return etree.tostring(root)


def deflated(text: bytes) -> bytes:
    """SAML 2.0 Bindings, 3.4.4.1: without the head and the sum of zlib."""
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(text) + packer.flush()


def own_metadata(directory: Directory) -> bytes:
    """What the directory has to know of the desk."""
    root = etree.Element(named(MD, "EntityDescriptor"), entityID=called(directory), nsmap={"md": MD})
    ours = etree.SubElement(
        root,
        named(MD, "SPSSODescriptor"),
        AuthnRequestsSigned="false",
        WantAssertionsSigned="true",
        protocolSupportEnumeration=SAMLP,
    )
    etree.SubElement(ours, named(MD, "NameIDFormat")).text = PERSISTENT
    etree.SubElement(
        ours,
        named(MD, "AssertionConsumerService"),
        Binding=POST,
        Location=answers_at(directory),
        index="0",
        isDefault="true",
    )
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
