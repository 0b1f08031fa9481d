"""A mail as a tree of parts.

The standard library's feed parser tests each line against every boundary that is open, so a deeply nested mail costs
it quadratic time, and an ordinary one more than a millisecond. This one cuts slices out of the message at
the boundary lines it finds with `bytes.find`; decoding is left to `email`'s and `binascii`'s functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .cutting import NO_CUTS, Cuts
from .headers import Headers, parameters, split

DEEPEST = 30  # levels of multipart; what lies deeper stays one undivided part
MOST_PARTS = 2_000

_HEADER_LINE = re.compile(rb"[!-9;-~]{1,120}[ \t]*:")
_ODD_LINE = re.compile(rb"^(?![!-9;-~]{1,120}[ \t]*:|[ \t\r]|$)", re.MULTILINE)
_HEADER_END = re.compile(rb"\n\r?\n")
_MBOX = re.compile(rb"\A(?:>?From (?![ \t]*:)[^\r\n]*(?:\r\n|\n|\r))+")
_LIKELY_BOUNDARY = re.compile(rb"^--([^\s-][^\r\n]{3,200}?)[ \t]*\r?\n(?=Content-)", re.MULTILINE | re.IGNORECASE)


@dataclass
class Part:
    headers: Headers
    body: bytes = b""
    content_type: str = "text/plain"
    params: dict[str, str] = field(default_factory=dict)
    disposition: str = ""
    disposition_params: dict[str, str] = field(default_factory=dict)
    children: list[Part] = field(default_factory=list)
    whole: bytes = b""  # header and body as they came
    cuts: Cuts = NO_CUTS  # of a large mail: what stood where marks stand in the body

    @property
    def is_multipart(self) -> bool:
        return bool(self.children)

    @property
    def charset(self) -> str:
        return self.params.get("charset", "")

    @property
    def filename(self) -> str:
        return self.disposition_params.get("filename") or self.params.get("name") or ""

    def walk(self) -> Iterator[Part]:
        yield self
        for child in self.children:
            yield from child.walk()


def repaired(raw: bytes) -> bytes:
    """The message without what is not of it: byte order mark, blank lines above, mbox line; lone CR made LF."""
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    return _MBOX.sub(b"", raw, count=1)


def parse(raw: bytes, cuts: Cuts = NO_CUTS) -> Part:
    return _Parser(cuts).part(repaired(raw), 0, "text/plain")


def cut(raw: bytes) -> tuple[bytes, bytes]:
    """Header block and body. Where no header is, all is body; where no blank line is, headers end at the first line
    that can't be one, unless more headers follow it."""
    if raw[:1] in (b"\n",) or raw[:2] == b"\r\n":
        return b"", raw[1:] if raw[:1] == b"\n" else raw[2:]
    end = _HEADER_END.search(raw)
    block, body = (raw[: end.start() + 1], raw[end.end() :]) if end else (raw, b"")
    if _HEADER_LINE.match(block) and not _ODD_LINE.search(block):
        return block, body
    position, wrong = 0, None
    seen, unfinished = False, False
    for line in block.split(b"\n"):
        if _HEADER_LINE.match(line):
            if wrong is not None and not seen:
                wrong = None
            seen = True
            if wrong is not None and not _is_prose(line):
                wrong = None
        elif line[:1] not in (b" ", b"\t") and line.strip() and wrong is None and not unfinished:
            wrong = position
        unfinished = line.rstrip().endswith((b";", b",", b"<", b"@"))
        position += len(line) + 1
    if not seen:
        return b"", raw
    if wrong is not None:
        return raw[:wrong], raw[wrong:]
    return block, body


def _is_prose(line: bytes) -> bool:
    return not re.match(rb"[A-Za-z][A-Za-z0-9-]*[ \t]*:", line)


class _Parser:
    def __init__(self, cuts: Cuts) -> None:
        self.left, self.cuts = MOST_PARTS, cuts

    def part(self, raw: bytes, depth: int, default_type: str) -> Part:
        self.left -= 1
        block, body = cut(raw)
        headers = Headers(split(self.cuts.before(block)))
        part = Part(headers, body, default_type, whole=raw, cuts=self.cuts)
        self.describe(part, default_type)
        if part.content_type.startswith("multipart/") and depth < DEEPEST:
            self.divide(part, depth)
        return part

    def describe(self, part: Part, default_type: str) -> None:
        headers = part.headers
        for value in headers.raw_all("content-type"):
            content_type, params = parameters(value)
            if re.fullmatch(r"[\w.+-]+/[\w.+*-]+", content_type):
                part.content_type, part.params = content_type, params
                break
            if params and not part.params:
                part.params = params
                part.content_type = {"text": "text/plain", "html": "text/html"}.get(content_type, default_type)
        headers.charset = part.charset
        if "content-disposition" in headers:
            part.disposition, part.disposition_params = parameters(headers.raw("content-disposition"), part.charset)

    def divide(self, part: Part, depth: int) -> None:
        child_type = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
        boundary = part.params.get("boundary", "").encode("utf-8", "surrogateescape")
        slices = list(_between(part.body, boundary)) if boundary else []
        if not slices:
            guess = _LIKELY_BOUNDARY.search(part.body)
            slices = list(_between(part.body, guess[1])) if guess else []
        for piece in slices:
            if self.left <= 0:
                break
            part.children.append(self.part(piece, depth + 1, child_type))


def _between(body: bytes, boundary: bytes) -> Iterator[bytes]:
    """The slices between lines of the boundary; a missing last line is made up at the end."""
    mark = b"--" + boundary
    start = None
    position = 0
    while (found := body.find(mark, position)) >= 0:
        position = found + len(mark)
        if found and body[found - 1] != 0x0A:
            continue
        line_end = body.find(b"\n", position)
        line_end = len(body) if line_end < 0 else line_end + 1
        if line_end - position > 200:
            continue
        rest = body[position:line_end].strip()
        if rest not in (b"", b"--"):
            continue
        if start is not None:
            end = found - 1 if found else 0
            if end > start and body[end - 1] == 0x0D:
                end -= 1
            yield body[start : max(start, end)]
        start = line_end
        position = line_end
        if rest == b"--":
            start = None
    if start is not None and body[start:].strip():
        yield body[start:]
