"""What is said and answered by LDAP (RFC 4511), as far as signing somebody in needs it.

A filter is built of its parts and never written as text, so nothing that somebody types can be more than a value.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sira.people.directories.ldap import ber
from sira.people.directories.ldap.ber import Garbled

BIND, BOUND, SEARCH, ENTRY, FOUND, REFERENCE, EXTENDED, ANSWERED = 0x60, 0x61, 0x63, 0x64, 0x65, 0x73, 0x77, 0x78
UNBIND = b"\x42\x00"
START_TLS = "1.3.6.1.4.1.1466.20037"
SUCCESS, SIZE_EXCEEDED, WRONG_CREDENTIALS = 0, 4, 49
THIS_ENTRY, WHOLE_TREE, NEVER_ALIASES = 0, 2, 0


@dataclass(frozen=True)
class Result:
    """code: as RFC 4511, 4.1.9 has them.  said: the server's own words."""

    code: int
    said: str


@dataclass
class Entry:
    """Attributes by their names in lower case, whatever the server's spelling."""

    name: str
    values: dict[str, list[bytes]] = field(default_factory=dict)

    def texts(self, attribute: str) -> list[str]:
        return [
            one.decode("utf-8", "replace").replace("\0", "").strip() for one in self.values.get(attribute.lower(), [])
        ]

    def first(self, attribute: str) -> str:
        return next(filter(None, self.texts(attribute)), "") if attribute else ""


def bind(name: str, password: str) -> bytes:
    return ber.made(BIND, ber.number(3), ber.octets(name), ber.octets(password, 0x80))


def start_tls() -> bytes:
    return ber.made(EXTENDED, ber.octets(START_TLS, 0x80))


def search(
    base: str, wanted: bytes, attributes: Iterable[str], *, most: int, seconds: int, scope: int = WHOLE_TREE
) -> bytes:
    return ber.made(
        SEARCH,
        ber.octets(base),
        ber.number(scope, ber.ENUMERATED),
        ber.number(NEVER_ALIASES, ber.ENUMERATED),
        ber.number(most),
        ber.number(seconds),
        ber.yes(False),
        wanted,
        ber.made(ber.SEQUENCE, *map(ber.octets, attributes)),
    )


def equals(attribute: str, value: str) -> bytes:
    return ber.made(0xA3, ber.octets(attribute), ber.octets(value))


def is_there(attribute: str) -> bytes:
    return ber.octets(attribute, 0x87)


def all_of(*wanted: bytes) -> bytes:
    return ber.made(0xA0, *wanted)


def any_of(*wanted: bytes) -> bytes:
    return ber.made(0xA1, *wanted)


def result_of(content: bytes) -> Result:
    """Raises Garbled."""
    parts = ber.parts(content)
    if len(parts) < 3 or parts[0][0] != ber.ENUMERATED:
        raise Garbled("no result")
    return Result(int.from_bytes(parts[0][1]), parts[2][1].decode("utf-8", "replace").replace("\0", "")[:300])


def entry_of(content: bytes) -> Entry:
    """Raises Garbled."""
    parts = ber.parts(content)
    if len(parts) != 2:
        raise Garbled("no entry")
    entry = Entry(parts[0][1].decode("utf-8", "strict"))
    for _tag, attribute in ber.parts(parts[1][1]):
        name, values = _pair(attribute)
        entry.values[name.decode("ascii", "replace").lower()] = [value for _tag, value in ber.parts(values)]
    return entry


def _pair(content: bytes) -> tuple[bytes, bytes]:
    found = ber.parts(content)
    if len(found) != 2:
        raise Garbled("no attribute")
    return found[0][1], found[1][1]
