"""Header fields of outgoing mail as safe bytes (RFC 5322, RFC 2047, RFC 2231).

Values come from anywhere: a subject is often what a stranger wrote, still encoded. So they are decoded first and
cleaned after; Python 3.11's EmailMessage does it the other way round, and writes line ends hidden in encoded words raw.
"""

import base64
import binascii
import quopri
import re
from collections.abc import Iterable, Iterator
from email.header import Header
from urllib.parse import quote

WIDTH = 76
LONGEST_LINE = 900  # RFC 5322 2.1.1 allows 998; some servers count otherwise
KEPT_REFERENCES = 20

ENCODED_WORD = re.compile(r"=\?([^\s?*]{1,40})(?:\*[^\s?]*)?\?([bq])\?([^?\r\n]{0,2000})\?=", re.IGNORECASE)
BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?[^\s?]+\?[bq]\?)", re.IGNORECASE)
# Controls, line and paragraph separators, and the overrides that make a text read backwards.
UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202d\u202e]+")
SURROGATES = re.compile("[\ud800-\udfff]")
FIELD_NAME = re.compile(r"[!-9;-~]{1,76}\Z")
MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,500}>")
ADDRESS = re.compile(r"[^\s\x00-\x20\x7f-\x9f<>()\[\]\\,;:\"@]{1,64}@[^\s\x00-\x20\x7f-\x9f<>()\\,;:\"@]{1,255}\Z")
ATOMS = re.compile(r"[\w!#$%&'*+/=?^`{|}~ -]*\Z", re.ASCII)


class BadAddress(ValueError):
    """Not an address that mail can be sent to, such as one with a space or a line end in it."""


def clean(value: str) -> str:
    """The text as a reader sees it: encoded words decoded, then whatever could break a header made a space."""
    value = ENCODED_WORD.sub(_decoded, BETWEEN_WORDS.sub(r"\1", value))
    value = UNSAFE.sub(" ", SURROGATES.sub("\ufffd", value))
    return value.strip()


def _decoded(word: re.Match[str]) -> str:
    charset, encoding, text = word.groups()
    raw = text.encode("utf-8", "replace")
    try:
        if encoding in "bB":
            data = base64.b64decode(raw + b"=" * (-len(raw) % 4))
        else:
            data = quopri.decodestring(raw, header=True)
        return data.decode(charset, "replace")
    except (binascii.Error, LookupError, ValueError):
        return word[0]


def text_field(name: str, value: str) -> bytes:
    """A field of free text, such as Subject, folded."""
    return _field(name, _unstructured(name, clean(value)))


def raw_field(name: str, value: str) -> bytes:
    """A field whose value this package made itself, in ASCII and already folded."""
    return _field(name, value)


def addresses_field(name: str, people: Iterable[tuple[str, str]]) -> bytes:
    """A field of (display name, address) pairs, nothing where there are none.  Raises BadAddress."""
    return _field(name, ",\r\n ".join(written)) if (written := [mailbox(*person) for person in people]) else b""


def ids_field(name: str, ids: Iterable[str]) -> bytes:
    """A field of message ids, one a line; what is not an id is left out, of very many the first and the last stay."""
    found = [one for given in ids for one in MESSAGE_ID.findall(given)]
    if len(found) > KEPT_REFERENCES:
        found = found[:1] + found[-KEPT_REFERENCES + 1 :]
    return _field(name, "\r\n ".join(found)) if found else b""


def mailbox(shown: str, address: str) -> str:
    """`"Shown, Name" <address>`, the name quoted or encoded as it needs."""
    address = checked_address(address)
    shown = clean(shown)
    if not shown:
        return address
    return f"{_phrase(shown)}\r\n <{address}>" if len(shown) + len(address) > WIDTH else f"{_phrase(shown)} <{address}>"


def checked_address(address: str) -> str:
    """The address with its domain in ASCII; the part before the @ may be in any script.  Raises BadAddress."""
    if not ADDRESS.match(address):
        raise BadAddress(address[:320])
    local, _at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        raise BadAddress(address[:320]) from None


def parameter(name: str, value: str) -> str:
    """`; name="value"` for a content header, by RFC 2231 when the value is not plain ASCII or is long."""
    if value == in_ascii(value):
        return f';\r\n {name}="{value}"'
    return "".join(_extended(name, value))


def in_ascii(value: str) -> str:
    """The value with an underscore for what may not stand between quotes as it is: for readers without RFC 2231."""
    return "".join(c if c == "." or ATOMS.match(c) else "_" for c in value.replace("=?", "__"))[-60:]


def _extended(name: str, value: str) -> Iterator[str]:
    encoded = quote(value, safe="")
    if len(encoded) <= 60:
        yield f";\r\n {name}*=utf-8''{encoded}"
        return
    charset = "utf-8''"
    for at, piece in enumerate(re.findall(r"(?:%..|[^%]){1,20}", encoded)):
        yield f";\r\n {name}*{at}*={charset}{piece}"
        charset = ""


def _phrase(text: str) -> str:
    if not _plain(text):
        return Header(text, "utf-8", maxlinelen=WIDTH - 1).encode(linesep="\r\n")
    return text if ATOMS.match(text) else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _unstructured(name: str, text: str) -> str:
    if not _plain(text):
        return Header(text, "utf-8", maxlinelen=WIDTH - 1, header_name=name).encode(linesep="\r\n")
    lines, used = [""], len(name) + 2
    for word in re.findall(r" *[^ ]+", text):
        if lines[-1] and used + len(word) > WIDTH:
            lines.append("")
            used = 0
        lines[-1] += word
        used += len(word)
    return "\r\n".join(lines)


def _plain(text: str) -> bool:
    """May stand as it is: ASCII, nothing a reader would decode once more, no word too long for a line."""
    return text.isascii() and "=?" not in text and all(len(word) < WIDTH for word in text.split(" "))


def _field(name: str, value: str) -> bytes:
    if not FIELD_NAME.match(name):
        raise ValueError(f"not the name of a header field: {name!r}")
    return f"{name}: {value}\r\n".encode()
