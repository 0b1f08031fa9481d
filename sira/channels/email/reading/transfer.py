"""Content-Transfer-Encodings, and what is older than them."""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass

from .words import lenient_base64

_UU_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]+)\r?\n", re.MULTILINE)
_UU_END = re.compile(rb"^(?:`?\s*\r?\n)?end[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
_YENC_BEGIN = re.compile(rb"^=ybegin [^\r\n]*?name=([^\r\n]+)\r?\n", re.MULTILINE)
_YENC_END = re.compile(rb"^=yend[^\r\n]*(?:\r?\n|\Z)", re.MULTILINE)
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/=\s]*\Z")


def decoded(body: bytes, encoding: str) -> bytes:
    """The bytes a part carries. An encoding nobody knows, or one that the body does not obey, changes nothing."""
    encoding = named(encoding)
    if encoding == "base64":
        return lenient_base64(body)
    if encoding == "quoted-printable":
        return _quoted_printable(body)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        _, files = inline_files(body)
        return files[0].content if files else body
    return body


def named(encoding: str) -> str:
    """The encoding that a field names, without what is sometimes put around it."""
    return encoding.strip().strip("\"'").lower().split(";")[0].strip()


def _quoted_printable(body: bytes) -> bytes:
    try:
        return binascii.a2b_qp(body)
    except binascii.Error:
        return body


@dataclass(frozen=True)
class InlineFile:
    name: bytes
    content: bytes


def inline_files(body: bytes) -> tuple[bytes, list[InlineFile]]:
    """Text without the uuencoded and yEnc files in it, and those files."""
    if b"begin" not in body:
        return body, []
    files: list[InlineFile] = []
    body = _taken_out(body, _UU_BEGIN, _UU_END, _uu, files)
    return _taken_out(body, _YENC_BEGIN, _YENC_END, _yenc, files), files


def _taken_out(
    body: bytes,
    begin: re.Pattern[bytes],
    end: re.Pattern[bytes],
    decode: Callable[[bytes, bytes], bytes | None],
    files: list[InlineFile],
) -> bytes:
    """`body` without what stands from `begin` to `end`, of which `decode` makes a file (or None: it stays)."""
    kept, position, wrong = [], 0, 0
    while wrong < 20 and (first := begin.search(body, position)):  # bounded: each try may look at all that follows
        last = end.search(body, first.end())
        if last is None:
            break
        content = decode(body[first.end() : last.start()], first[0])
        if content is None:
            wrong += 1
            kept.append(body[position : first.end()])
            position = first.end()
            continue
        kept.append(body[position : first.start()])
        files.append(InlineFile(first[1].strip().strip(b'"'), content))
        position = last.end()
    return b"".join([*kept, body[position:]])


def _uu(lines: bytes, first: bytes) -> bytes | None:
    if first.startswith(b"begin-base64"):
        return lenient_base64(lines)
    out = []
    for line in lines.splitlines():
        if not line.strip():
            continue
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Some encoders pad wrongly: the first letter says how many bytes count.
            size = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                out.append(binascii.a2b_uu(line[:size]))
            except binascii.Error:
                return None
    return b"".join(out)


_YENC_SHIFT = bytes((byte - 42) % 256 for byte in range(256))


def _yenc(lines: bytes, first: bytes) -> bytes:
    data = b"".join(line for line in re.split(rb"\r?\n", lines) if not line.startswith(b"=ypart "))
    head, *escaped = data.split(b"=")
    out = [head.translate(_YENC_SHIFT)]
    out += [bytes([(piece[0] - 106) % 256]) + piece[1:].translate(_YENC_SHIFT) for piece in escaped if piece]
    return b"".join(out)
