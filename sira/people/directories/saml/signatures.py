"""What of an answer is signed. Whoever reads goes on with what comes out here alone, and never with what came in."""

from collections.abc import Sequence

from cryptography import x509
from lxml import etree
from signxml.algorithms import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConstructionMethod,
    SignatureMethod,
)
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from sira.people.directories.refusals import Unbelievable
from sira.people.directories.saml.reading import NAMES, Element, parser

# By a pair of keys alone, and nothing of SHA-1.
METHODS = frozenset(
    {
        SignatureMethod.RSA_SHA256,
        SignatureMethod.RSA_SHA384,
        SignatureMethod.RSA_SHA512,
        SignatureMethod.SHA256_RSA_MGF1,
        SignatureMethod.SHA384_RSA_MGF1,
        SignatureMethod.SHA512_RSA_MGF1,
        SignatureMethod.ECDSA_SHA256,
        SignatureMethod.ECDSA_SHA384,
        SignatureMethod.ECDSA_SHA512,
    }
)
DIGESTS = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512})
TRANSFORMS = {
    SignatureConstructionMethod.enveloped.value,
    CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0.value,
    CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0_WITH_COMMENTS.value,
}
CONFIGURATION = SignatureConfiguration(
    location="./", expect_references=1, signature_methods=METHODS, digest_algorithms=DIGESTS
)


def is_signed(element: Element) -> bool:
    return element.find("ds:Signature", NAMES) is not None


def signed(element: Element, certificates: Sequence[x509.Certificate]) -> Element:
    """The element as it was signed, read anew from the very octets that the signature is of.  Raises Unbelievable.

    It is looked at as a document of its own, so that a signature can speak of nothing but it.
    """
    _look(element)
    alone = etree.tostring(element, with_tail=False)
    found = next((one for one in (_verified(alone, each) for each in certificates) if one is not None), None)
    if found is None:
        raise Unbelievable("not signed by a key of the directory")
    if found.tag != element.tag or found.get("ID") != element.get("ID"):
        raise Unbelievable("something else is signed")
    return found


def _look(element: Element) -> None:
    signatures = element.findall("ds:Signature", NAMES)
    references = element.findall("ds:Signature/ds:SignedInfo/ds:Reference", NAMES)
    if len(signatures) != 1 or len(references) != 1 or not element.get("ID"):
        raise Unbelievable("not one signature of one thing")
    if references[0].get("URI") != f"#{element.get('ID')}":
        raise Unbelievable("the signature is of something else")
    transforms = references[0].findall("ds:Transforms/ds:Transform", NAMES)
    if not {one.get("Algorithm") for one in transforms} <= TRANSFORMS:
        raise Unbelievable("transformed before it was signed")


def _verified(alone: bytes, certificate: x509.Certificate) -> Element | None:
    try:
        found = XMLVerifier().verify(
            alone, x509_cert=certificate, parser=parser(), id_attribute="ID", expect_config=CONFIGURATION
        )
    except (SignXMLException, etree.LxmlError, ValueError, TypeError, AttributeError):
        return None  # whatever is odd about a signature, it is none
    return None if isinstance(found, list) else found.signed_xml
