"""An identity provider of the tests' own: it signs with a real key, and each answer can be bent in one way."""

import secrets
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml import CanonicalizationMethod, DigestAlgorithm, SignatureMethod, XMLSigner

ENTITY = "https://login.house.example/saml"
C14N = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0
NS = {
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}
Change = Callable[[Any], None]


class Signs:
    """A key with its certificate."""

    def __init__(self, bits: int = 2048, *, days: int = 30) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "login.house.example")])
        begins = datetime.now(UTC) - timedelta(days=60)
        built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(self.key.public_key())
        built = (
            built.serial_number(7).not_valid_before(begins).not_valid_after(datetime.now(UTC) + timedelta(days=days))
        )
        self.certificate = built.sign(self.key, hashes.SHA256())

    def in_base64(self) -> str:
        return b64encode(self.certificate.public_bytes(serialization.Encoding.DER)).decode()


OURS, STRANGE = Signs(), Signs()


def metadata(*signs: Signs, entity: str = ENTITY, at: str = "https://login.house.example/sso") -> str:
    return f"""<?xml version="1.0"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{entity}">
 <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
  {"".join(shown(one) for one in signs or [OURS])}
  <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{at}"/>
 </md:IDPSSODescriptor>
</md:EntityDescriptor>"""


def shown(signs: Signs) -> str:
    return f"""<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="{NS["ds"]}"><ds:X509Data>
  <ds:X509Certificate>{signs.in_base64()}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"""


def asked(address: str) -> dict[str, str]:
    """What the desk sent along: the attributes of its request, and who it says it is."""
    query = dict(parse_qsl(urlsplit(address).query))
    root = etree.fromstring(zlib.decompress(b64decode(query["SAMLRequest"]), wbits=-15))
    return {**root.attrib, "issuer": root.find("saml:Issuer", NS).text, **{name: query[name] for name in query}}


@dataclass
class Answer:
    """One answer.

    bend: changes before it is signed; twist: after.  signs_*: who signs the part.  refers: the signature names the part
    it is of; else it is of the whole document.
    """

    request: str
    audience: str
    place: str
    subject: str = "u-1"
    format: str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
    attributes: dict[str, list[str]] = field(
        default_factory=lambda: {"displayName": ["Ola Nowak"], "mail": ["ola@house.example"]}
    )
    number: str = "_a1"
    issuer: str = ENTITY
    status: str = "urn:oasis:names:tc:SAML:2.0:status:Success"
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    lasts: int = 300
    bend: Change = lambda root: None
    twist: Change = lambda root: None
    signs_assertion: Signs | None = OURS
    signs_response: Signs | None = None
    method: SignatureMethod = SignatureMethod.RSA_SHA256
    digest: DigestAlgorithm = DigestAlgorithm.SHA256
    refers: bool = True

    def xml(self) -> bytes:
        root = etree.fromstring(self.unsigned())
        self.bend(root)
        if self.signs_assertion:
            mine = root.find("saml:Assertion", NS)
            root.replace(mine, self.signed(mine, self.signs_assertion))
        if self.signs_response:
            root = self.signed(root, self.signs_response)
        self.twist(root)
        return etree.tostring(root)

    def sent(self) -> str:
        return b64encode(self.xml()).decode()

    def signed(self, element: Any, signs: Signs) -> Any:
        signer = (Lenient if self.refers else OfTheWhole)(
            signature_algorithm=self.method, digest_algorithm=self.digest, c14n_algorithm=C14N
        )
        alone = etree.fromstring(etree.tostring(element, with_tail=False))
        return signer.sign(
            alone,
            key=signs.key,
            cert=[signs.certificate],
            reference_uri=element.get("ID"),
            id_attribute="ID",
        )

    def unsigned(self) -> str:
        now, ends = stamp(self.at), stamp(self.at + timedelta(seconds=self.lasts))
        said = "".join(
            f'<saml:Attribute Name="{name}">'
            + "".join(f"<saml:AttributeValue>{value}</saml:AttributeValue>" for value in values)
            + "</saml:Attribute>"
            for name, values in self.attributes.items()
        )
        return f"""<samlp:Response xmlns:samlp="{NS["samlp"]}" xmlns:saml="{NS["saml"]}" ID="_r{self.number}"
 Version="2.0" IssueInstant="{now}" Destination="{self.place}" InResponseTo="{self.request}">
<saml:Issuer>{self.issuer}</saml:Issuer>
<samlp:Status><samlp:StatusCode Value="{self.status}"/></samlp:Status>
<saml:Assertion ID="{self.number}" Version="2.0" IssueInstant="{now}"><saml:Issuer>{self.issuer}</saml:Issuer>
<saml:Subject><saml:NameID Format="{self.format}">{self.subject}</saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
<saml:SubjectConfirmationData NotOnOrAfter="{ends}" Recipient="{self.place}" InResponseTo="{self.request}"/>
</saml:SubjectConfirmation></saml:Subject>
<saml:Conditions NotBefore="{now}" NotOnOrAfter="{ends}"><saml:AudienceRestriction>
<saml:Audience>{self.audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>
<saml:AuthnStatement AuthnInstant="{now}"><saml:AuthnContext><saml:AuthnContextClassRef>x</saml:AuthnContextClassRef>
</saml:AuthnContext></saml:AuthnStatement>
<saml:AttributeStatement>{said}</saml:AttributeStatement>
</saml:Assertion></samlp:Response>"""


def encrypted(element: Any, name: str, key: Any) -> None:
    """Put in its place what only the holder of the key can read: AES-256-GCM, its key by RSA-OAEP."""
    secret, nonce = AESGCM.generate_key(256), secrets.token_bytes(12)
    sealed = nonce + AESGCM(secret).encrypt(nonce, etree.tostring(element, with_tail=False), None)
    lock = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)
    xenc = "http://www.w3.org/2001/04/xmlenc#"
    made = f"""<saml:{name} xmlns:saml="{NS["saml"]}"><x:EncryptedData xmlns:x="{xenc}" Type="{xenc}Element">
<x:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#aes256-gcm"/><ds:KeyInfo xmlns:ds="{NS["ds"]}">
<x:EncryptedKey><x:EncryptionMethod Algorithm="{xenc}rsa-oaep-mgf1p"/>
<x:CipherData><x:CipherValue>{b64encode(key.public_key().encrypt(secret, lock)).decode()}</x:CipherValue></x:CipherData>
</x:EncryptedKey></ds:KeyInfo><x:CipherData><x:CipherValue>{b64encode(sealed).decode()}</x:CipherValue></x:CipherData>
</x:EncryptedData></saml:{name}>"""
    element.getparent().replace(element, etree.fromstring(made))


class Lenient(XMLSigner):
    """Also with what nobody should sign with any more."""

    def check_deprecated_methods(self) -> None:
        pass


class OfTheWhole(Lenient):
    """Rightly signed, but as the whole document that it stands in, and by no name."""

    def _unpack(self, data: Any, references: Any) -> Any:
        *rest, found = super()._unpack(data, None)
        return *rest, [replace(one, URI="") for one in found]


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
