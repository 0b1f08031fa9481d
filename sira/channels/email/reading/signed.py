"""What a signature wraps: an opaque one of S/MIME (RFC 8551 3.5.2), a clear one of OpenPGP (RFC 9580 7).

Nothing is verified here; encrypted mail stays as it is.
"""

from __future__ import annotations

import re

_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_DATA = bytes.fromhex("06092a864886f70d010701")
_OCTET_STRING, _CONSTRUCTED_OCTETS, _EXPLICIT_0 = 0x04, 0x24, 0xA0
_END = b"\0\0"
_BEGIN_CLEAR, _BEGIN_SIGNATURE = "-----BEGIN PGP SIGNED MESSAGE-----\n", "\n-----BEGIN PGP SIGNATURE-----\n"
_END_SIGNATURE = "\n-----END PGP SIGNATURE-----"


def without_armour(text: str) -> str:
    """The text with what was signed in clear standing there as it was written."""
    before, begin, rest = text.partition(_BEGIN_CLEAR)
    fields, blank, rest = rest.partition("\n\n")
    said, signed, rest = rest.partition(_BEGIN_SIGNATURE)
    if not (begin and blank and signed) or (before and not before.endswith("\n")) or fields.count("\n") > 5:
        return text
    return before + re.sub("^- ", "", said, flags=re.MULTILINE) + rest.partition(_END_SIGNATURE)[2]


def content_of(der: bytes) -> bytes | None:
    """The message inside a CMS SignedData, None if this is none or has no content."""
    if _SIGNED_DATA not in der[:40]:
        return None
    at = der.find(_DATA, 0, 400)
    if at < 0:
        return None
    position = at + len(_DATA)
    if der[position : position + 1] != bytes([_EXPLICIT_0]):
        return None
    _, position, _ = _tag(der, position)
    return _octets(der, position)


def _tag(der: bytes, position: int) -> tuple[int, int, int | None]:
    """Tag, where the content begins, its length (None: until an end mark)."""
    tag, size = der[position], der[position + 1]
    position += 2
    if size == 0x80:
        return tag, position, None
    if size & 0x80:
        count = size & 0x7F
        size = int.from_bytes(der[position : position + count], "big")
        position += count
    return tag, position, size


def _octets(der: bytes, position: int) -> bytes | None:
    try:
        tag, position, size = _tag(der, position)
        if tag == _OCTET_STRING and size is not None:
            return der[position : position + size]
        if tag != _CONSTRUCTED_OCTETS:
            return None
        end = len(der) if size is None else position + size
        pieces = []
        while position < end and der[position : position + 2] != _END:
            tag, position, size = _tag(der, position)
            if tag != _OCTET_STRING or size is None:
                return None
            pieces.append(der[position : position + size])
            position += size
        return b"".join(pieces)
    except IndexError:
        return None
