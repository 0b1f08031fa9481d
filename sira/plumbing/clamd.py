"""A scanner that speaks clamd's protocol (INSTREAM), as ClamAV and what imitates it do."""

import socket
import struct
import time
from collections.abc import Iterable

PIECE = 64 * 1024
LONGEST_ANSWER = 4096
Place = tuple[str, int] | str  # host and port, or the path of a socket


class ScannerAway(Exception):
    """It does not answer, or not in words that are its own. Nothing is known of the content."""


class NotScanned(Exception):
    """It answers that it will not look through this content: too large for it, most often."""


def scan(content: Iterable[bytes], *, at: Place, seconds: float) -> str:
    """The name of what was found in the content; empty for nothing.

    seconds: for all of it. Raises ScannerAway, NotScanned; errors of the content itself pass through.
    """
    until = time.monotonic() + seconds
    try:
        with _connected(at, seconds) as link:
            answer = _answer(link, content, until)
    except OSError as error:
        raise ScannerAway(str(error) or type(error).__name__) from None
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return ""
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")[:200] or "?"
    if said.endswith("ERROR"):
        raise NotScanned(said[:200])
    raise ScannerAway(f"it said {answer[:80]!r}")


def _connected(at: Place, seconds: float) -> socket.socket:
    if not isinstance(at, str):
        return socket.create_connection(at, timeout=seconds)
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    link.settimeout(seconds)
    try:
        link.connect(at)
    except OSError:
        link.close()
        raise
    return link


def _answer(link: socket.socket, content: Iterable[bytes], until: float) -> str:
    try:
        _send(link, b"zINSTREAM\0", until)
        for whole in content:
            for start in range(0, len(whole), PIECE):
                piece = whole[start : start + PIECE]
                _send(link, struct.pack("!I", len(piece)) + piece, until)
        _send(link, struct.pack("!I", 0), until)
    except (BrokenPipeError, ConnectionResetError):
        pass  # it says why before it hangs up
    said = b""
    while not said.endswith(b"\0") and len(said) < LONGEST_ANSWER:
        link.settimeout(_left(until))
        piece = link.recv(LONGEST_ANSWER)
        if not piece:
            break
        said += piece
    return said.rstrip(b"\0\n").decode("utf-8", "replace")


def _send(link: socket.socket, data: bytes, until: float) -> None:
    link.settimeout(_left(until))
    link.sendall(data)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("it took too long")
    return left
