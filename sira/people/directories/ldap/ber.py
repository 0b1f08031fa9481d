"""The little of ASN.1's basic encoding rules that LDAP is written in (RFC 4511, 5.1; X.690)."""

INTEGER, OCTETS, ENUMERATED, BOOLEAN, SEQUENCE = 0x02, 0x04, 0x0A, 0x01, 0x30


class Garbled(ValueError):
    """What came is not written as it should be."""


def made(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(length))) + length + content


def octets(text: str | bytes, tag: int = OCTETS) -> bytes:
    return made(tag, text.encode() if isinstance(text, str) else text)


def number(value: int, tag: int = INTEGER) -> bytes:
    return made(tag, value.to_bytes(value.bit_length() // 8 + 1, signed=True))


def yes(value: bool) -> bytes:
    return made(BOOLEAN, b"\xff" if value else b"\x00")


def head(data: bytes) -> tuple[int, int] | None:
    """How long the first element's head and content are; None while too little of it is there.  Raises Garbled."""
    if len(data) < 2:
        return None
    if data[1] < 0x80:
        return 2, data[1]
    many = data[1] & 0x7F
    if not 1 <= many <= 4:
        raise Garbled("a length that is none")
    if len(data) < 2 + many:
        return None
    return 2 + many, int.from_bytes(data[2 : 2 + many])


def parts(data: bytes) -> list[tuple[int, bytes]]:
    """Tag and content of each element in turn.  Raises Garbled."""
    found = []
    while data:
        size = head(data)
        if size is None or len(data) < sum(size):
            raise Garbled("cut short")
        start, end = size[0], sum(size)
        found.append((data[0], data[start:end]))
        data = data[end:]
    return found
