"""A message that only one browser can read, and the desk's word to its push service.

RFC 8291 (the keys), RFC 8188 (aes128gcm, one record) and RFC 8292 (VAPID), with what `cryptography` brings: the usual
package would bring two HTTP clients beside the guarded one.
"""

import base64
import json
import os
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
RECORD = 4096
LONGEST = 3000  # bytes of a message; push services take 4096 with what surrounds it
VALID_FOR = timedelta(hours=12)


def encrypted(message: bytes, *, key: str, secret: str) -> bytes:
    """The body of the call. key, secret: the browser's, as it gave them.  Raises ValueError where they are no keys."""
    return _encrypted(message, key=key, secret=secret, ours=ec.generate_private_key(CURVE), salt=os.urandom(16))


def _encrypted(message: bytes, *, key: str, secret: str, ours: ec.EllipticCurvePrivateKey, salt: bytes) -> bytes:
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decoded(key))
    their_point, our_point = decoded(key), point(ours)
    shared = ours.exchange(ec.ECDH(), theirs)
    seed = _derived(shared, salt=decoded(secret), info=b"WebPush: info\0" + their_point + our_point, length=32)
    content_key = _derived(seed, salt=salt, info=b"Content-Encoding: aes128gcm\0", length=16)
    nonce = _derived(seed, salt=salt, info=b"Content-Encoding: nonce\0", length=12)
    sealed = AESGCM(content_key).encrypt(nonce, message[:LONGEST] + b"\x02", None)
    return salt + RECORD.to_bytes(4, "big") + bytes([len(our_point)]) + our_point + sealed


def authorization(endpoint: str, *, number: int, contact: str, at: datetime) -> str:
    """The header by which the push service knows who calls. number: the desk's private key.  contact: a mailto: URI."""
    ours = ec.derive_private_key(number, CURVE)
    parts = urlsplit(endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int((at + VALID_FOR).timestamp()), "sub": contact}
    said = ".".join(encoded(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
    r, s = decode_dss_signature(ours.sign(said.encode(), ec.ECDSA(SHA256())))
    signature = encoded(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={said}.{signature}, k={encoded(point(ours))}"


def point(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public key as RFC 8291 sends it: 65 bytes, uncompressed."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derived(material: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(material)


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Raises ValueError."""
    return base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
