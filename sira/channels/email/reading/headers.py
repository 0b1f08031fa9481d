"""The header block of a mail or of one of its parts: split, unfolded, decoded."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from .charsets import codec_for, decode
from .words import decode_words

LONGEST_VALUE = 200_000  # characters of one header that are looked at
MOST_FIELDS = 2_000

_FIELD = re.compile(rb"^([!-9;-~]{1,120})[ \t]*:(.*)$", re.DOTALL)
_FIELDS = re.compile(rb"^([!-9;-~]{1,120}):([^\n]*(?:\n[ \t][^\n]*)*)(?:\n|\Z)", re.MULTILINE)
_PARAMETER = re.compile(
    r""";?\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*+)(?:"|$)|([^;]*))|;|[^;]+""",
    re.DOTALL,
)
_CONTINUED = re.compile(r"^([^*]+)(?:\*(\d{1,4}))?(\*)?$")


class Headers:
    """Fields in order; names compare without case. Values are raw text (bytes kept as surrogates) until asked for."""

    __slots__ = ("_fields", "charset")

    def __init__(self, fields: list[tuple[str, bytes]], charset: str = "") -> None:
        self._fields: dict[str, list[bytes]] = {}
        for name, value in fields:
            self._fields.setdefault(name.lower(), []).append(value)
        self.charset = charset  # what to try on unlabelled bytes: the body's character set

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def __bool__(self) -> bool:
        return bool(self._fields)

    def names(self) -> list[str]:
        return list(self._fields)

    def raw(self, name: str) -> str:
        """First value of the field, unfolded, encoded words left alone."""
        values = self._fields.get(name)
        return self._unfolded(values[0]) if values else ""

    def raw_all(self, name: str) -> list[str]:
        return [self._unfolded(value) for value in self._fields.get(name, ())]

    def text(self, name: str) -> str:
        """First value of the field as people read it."""
        return self.decoded(self.raw(name))

    def text_all(self, name: str) -> list[str]:
        return [self.decoded(value) for value in self.raw_all(name)]

    def decoded(self, value: str) -> str:
        return decode_words(value, self.charset)

    def _unfolded(self, value: bytes) -> str:
        text = decode(value[:LONGEST_VALUE], "", self.charset)
        if "\n" in text or "\r" in text:
            text = re.sub(r"(?:\r\n|\n|\r)(?=[ \t])", "", text)
            text = re.sub(r"[\r\n]+", " ", text)
        return text.strip(" \t\r\n")


def split(block: bytes) -> list[tuple[str, bytes]]:
    """Fields of a header block. A line that is neither field nor continuation belongs to the line above."""
    found = _FIELDS.findall(block)
    if sum(map(len, map(b"".join, found))) + 2 * len(found) >= len(block.rstrip()):  # no line was left over
        return [(name.decode("ascii"), value) for name, value in found[:MOST_FIELDS]]
    return _split_by_line(block)


def _split_by_line(block: bytes) -> list[tuple[str, bytes]]:
    fields: list[tuple[str, bytes]] = []
    current: list[bytes] = []
    name = ""
    for line in block.split(b"\n"):
        if line[:1] in (b" ", b"\t"):
            if name:
                current.append(line)
            continue
        found = _FIELD.match(line)
        if found is None:
            if name and line.strip():
                current.append(b" " + line)
            continue
        if name:
            fields.append((name, b"\n".join(current)))
        if len(fields) >= MOST_FIELDS:
            return fields
        name, current = found[1].decode("ascii", "replace"), [found[2]]
    if name:
        fields.append((name, b"\n".join(current)))
    return fields


def parameters(value: str, charset: str = "") -> tuple[str, dict[str, str]]:
    """`text/plain; name*0*=utf-8''a%20; name*1=b` as ("text/plain", {"name": "a b"}): RFC 2045 and 2231, leniently.

    charset: what the percent-encoded bytes are in when the value itself does not say.
    """
    head, _, rest = value.partition(";")
    if "=" in head and "/" not in head:
        head, rest = "", value
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for match in _PARAMETER.finditer(rest):
        if match[1] is None:
            continue
        text = re.sub(r"\\(.)", r"\1", match[2]) if match[2] is not None else match[3].strip()
        key = _CONTINUED.match(match[1].lower())
        if key is not None and len(pieces) < 200:
            pieces.setdefault(key[1], []).append((int(key[2] or 0), bool(key[3]), text))
    return head.strip().strip("\"'").lower(), {name: _joined(found, charset) for name, found in pieces.items()}


def _joined(pieces: list[tuple[int, bool, str]], charset: str) -> str:
    if len(pieces) == 1 and not pieces[0][1]:
        return decode_words(pieces[0][2], charset)
    extended = [piece for piece in pieces if piece[1]]
    if extended and len({number for number, _, _ in pieces}) == 1:
        pieces = extended[:1]  # both name= and name*=: RFC 6266 prefers the latter
    elif len({number for number, _, _ in pieces}) == 1:
        pieces = pieces[:1]
    pieces = sorted(pieces, key=lambda piece: piece[0])
    label, data = charset, bytearray()
    for position, (_, encoded, text) in enumerate(pieces):
        if encoded:
            if position == 0 and text.count("'") >= 2:
                label, _, text = text.split("'", 2)
            data += unquote_to_bytes(text)
        else:
            data += text.encode("utf-8", "surrogateescape")
    plain = decode(bytes(data), label if codec_for(label or "-") else "", charset)
    return decode_words(plain, charset)
