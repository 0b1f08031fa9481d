"""What an opaque S/MIME signature wraps (RFC 8551 3.5.2). Nothing is verified here; encrypted mail stays as it is."""

from __future__ import annotations

_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_DATA = bytes.fromhex("06092a864886f70d010701")
_OCTET_STRING, _CONSTRUCTED_OCTETS, _EXPLICIT_0 = 0x04, 0x24, 0xA0
_END = b"\0\0"


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
