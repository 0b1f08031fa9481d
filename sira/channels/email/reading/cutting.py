"""A large mail made small: the long bodies of its parts stay in the file, and a short mark stands in their place.

What is left, the skeleton, is a mail of some megabytes at most that the reader takes apart like any other; it knows
nothing of what parts are. Where a part's bytes are wanted, each mark gives back what stood there, piece by piece, so a
hundred megabytes are never in memory. Nothing is lost by it: the skeleton with its marks filled in is the mail.
"""

from __future__ import annotations

import binascii
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from .words import NOT_BASE64

CHUNK = 1024 * 1024
LEFT_OF_EACH = 512 * 1024  # bytes of a stretch between two possible boundaries that stay in the skeleton
LEFT_WHEN_MUCH = 16 * 1024  # the same once the skeleton is large: enough for the headers of a part
MUCH, MOST = 4 * 1024 * 1024, 8 * 1024 * 1024
LONGEST_LINE = 64 * 1024
POSSIBLE_BOUNDARY = b"\n--"
_BLANK_LINE = re.compile(rb"\n\r?\n")


@dataclass(frozen=True)
class Stretch:
    """Bytes of the mail's file, from start up to end."""

    start: int
    end: int


Pieces = tuple[bytes | Stretch, ...]


@dataclass(frozen=True)
class Outside:
    """Content that lies in the mail's file. pieces: what it is made of there.  encoding: how it was sent."""

    path: Path
    pieces: Pieces
    encoding: str = ""

    def __iter__(self) -> Iterator[bytes]:
        raw = chain.from_iterable(
            (piece,) if isinstance(piece, bytes) else _read(self.path, piece) for piece in self.pieces
        )
        return DECODERS.get(self.encoding, iter)(raw)


class Cuts:
    """The marks of one mail and what stood in their place."""

    def __init__(self, path: Path = Path()) -> None:
        self.path = path
        self._name = b"\0cut-%s-" % secrets.token_hex(8).encode()  # no sender can know it
        self._mark = re.compile(re.escape(self._name) + rb"(\d+)\0")
        self._stretches: list[Stretch] = []

    def mark(self, stretch: Stretch) -> bytes:
        self._stretches.append(stretch)
        return b"%s%d\0" % (self._name, len(self._stretches) - 1)

    def __bool__(self) -> bool:
        return bool(self._stretches)

    def in_(self, data: bytes) -> bool:
        return bool(self._stretches) and self._name in data

    def before(self, data: bytes) -> bytes:
        """What stands before the first mark."""
        return data.partition(self._name)[0] if self._stretches else data

    def outside(self, data: bytes, encoding: str) -> Outside:
        """The whole content of which `data` is the skeleton."""
        pieces: list[bytes | Stretch] = []
        for position, piece in enumerate(self._mark.split(data)):
            if position % 2:
                pieces.append(self._stretches[int(piece)])
            elif piece:
                pieces.append(piece)
        return Outside(self.path, tuple(pieces), encoding)


NO_CUTS = Cuts()


def skeleton(path: Path) -> tuple[bytes, Cuts]:
    """The mail in the file without its long bodies, and what stood in their place."""
    cuts, kept, size, start = Cuts(path), [], 0, 0
    end = path.stat().st_size
    with path.open("rb") as file:
        head = _end_of_head(file)
        if head > LEFT_OF_EACH:  # else the blank line that ends it would be cut out, and the text with it
            kept += [file.read(LEFT_OF_EACH), cuts.mark(Stretch(LEFT_OF_EACH, head))]
            start, size = head, LEFT_OF_EACH
        while start < end:
            left = LEFT_OF_EACH if size < MUCH else LEFT_WHEN_MUCH if size < MOST else 0
            file.seek(start)
            block = file.read(left + len(POSSIBLE_BOUNDARY)) if left else b""
            if left and start + len(block) >= end:
                kept.append(block)
                break
            boundary = block.rfind(POSSIBLE_BOUNDARY, 1)
            if boundary > 0:
                kept.append(block[:boundary])
                start += boundary
            else:
                kept.append(block[:left])
                start, cut_from = _next_boundary(file, start + left) if left else end, start + left
                kept.append(cuts.mark(Stretch(cut_from, start)))
            size += len(kept[-1]) + left
    return b"".join(kept), cuts


def _end_of_head(file: BinaryIO) -> int:
    """Where the line end before the first blank line is, 0 where there is none; the file is at its beginning after."""
    position, rest = 0, b""
    while piece := file.read(CHUNK):
        if found := _BLANK_LINE.search(rest + piece):
            position += found.start() - len(rest)
            break
        position += len(piece)
        rest = piece[-2:]
    file.seek(0)
    return position if piece else 0


def _next_boundary(file: BinaryIO, position: int) -> int:
    """Where the line end before the next possible boundary is, CR and all; the end of the file where there is none."""
    file.seek(position)
    rest = b""
    while piece := file.read(CHUNK):
        found = (rest + piece).find(POSSIBLE_BOUNDARY)
        if found >= 0:
            file.seek(position - len(rest) + found - 1)
            return position - len(rest) + found - (file.read(1) == b"\r")
        position += len(piece)
        rest = piece[1 - len(POSSIBLE_BOUNDARY) :]
    return position


def _read(path: Path, stretch: Stretch) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(stretch.start)
        left = stretch.end - stretch.start
        while left and (piece := file.read(min(CHUNK, left))):
            left -= len(piece)
            yield piece


def _base64(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """As transfer.decoded does it; what follows a padded end is a second run there too."""
    waiting = b""
    for piece in pieces:
        *ended, rest = piece.split(b"=") if b"=" in piece else (piece,)
        for run in ended:
            yield _letters_ended(waiting + run.translate(None, NOT_BASE64))
            waiting = b""
        letters = waiting + rest.translate(None, NOT_BASE64)
        whole = len(letters) - len(letters) % 4
        waiting = letters[whole:]
        yield binascii.a2b_base64(letters[:whole])
    yield _letters_ended(waiting)


def _letters_ended(letters: bytes) -> bytes:
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def _quoted_printable(pieces: Iterable[bytes]) -> Iterator[bytes]:
    waiting = b""
    for piece in pieces:
        lines = waiting + piece
        cut = lines.rfind(b"\n") + 1
        if not cut and len(lines) > LONGEST_LINE:
            cut = len(lines) - 3
            cut -= len(lines[cut - 2 : cut].partition(b"=")[2]) + 1 if b"=" in lines[cut - 2 : cut] else 0
        waiting = lines[cut:]
        yield binascii.a2b_qp(lines[:cut])
    yield binascii.a2b_qp(waiting)


DECODERS: dict[str, Callable[[Iterable[bytes]], Iterator[bytes]]] = {
    "base64": _base64,
    "quoted-printable": _quoted_printable,
}
