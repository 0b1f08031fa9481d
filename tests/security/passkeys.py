"""A pass key as a browser would have handed it over when it was added."""

import hashlib
import json
from typing import Any

from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

PLACE = "desk.example"


def credential(name: bytes) -> dict[str, Any]:
    """name: of the key itself, by which it is known."""
    public = ES256({1: 2, 3: -7, -1: 1, -2: hashlib.sha256(name).digest(), -3: hashlib.sha256(name * 2).digest()})
    held = AttestedCredentialData.create(Aaguid(bytes(16)), name, public)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    told = AuthenticatorData.create(hashlib.sha256(PLACE.encode()).digest(), flags, 1, held)
    client = {"type": "webauthn.create", "challenge": "AAAA", "origin": f"https://{PLACE}"}
    return {
        "id": websafe_encode(name),
        "rawId": websafe_encode(name),
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(json.dumps(client).encode()),
            "attestationObject": websafe_encode(bytes(AttestationObject.create("none", told, {}))),
        },
        "clientExtensionResults": {},
    }
