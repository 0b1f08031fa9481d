"""`sira deliver`: hands mail to the desk that runs on this machine. Exit 0 only after the desk has committed it.

A thin client of the listener: it starts once for each mail that a server pipes in, so it imports next to nothing.
`socket`, `typing` and `collections` would cost more than all the rest: hence the bare `_socket` beneath the first.
"""

from __future__ import annotations

import _socket
import os
import sys

from sira.plumbing.limits import LARGEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

TAKEN, TRY_AGAIN, USAGE, REFUSED = 0, 75, 64, 65  # sysexits.h: EX_OK, EX_TEMPFAIL, EX_USAGE, EX_DATAERR
PIECE = 256 * 1024
PATIENCE = 600
USE = "usage: sira deliver [--to ADDRESS] < message, or: sira deliver --maildir DIR"


def main(arguments: list[str]) -> int:
    recipient = os.environ.get("ORIGINAL_RECIPIENT") or os.environ.get("RECIPIENT") or ""
    if arguments[:1] == ["--to"] and len(arguments) == 2:
        recipient = arguments[1]
    elif arguments[:1] == ["--maildir"] and len(arguments) == 2:
        return deliver_maildir(arguments[1])
    elif arguments:
        return say(USE, USAGE)
    return deliver(sys.stdin.buffer, recipient)


def deliver(message: BinaryIO, recipient: str = "") -> int:
    """Hand over one message; 0 once it is committed, 75 if the sender has to keep it, 65 if it is too large."""
    try:
        with Talk() as talk:
            answer = talk.hand_over(message, recipient)
    except OSError as error:
        return say(f"sira deliver: the desk does not answer ({error.strerror or error}); try again.", TRY_AGAIN)
    if answer.startswith("250"):
        return TAKEN
    return say(f"sira deliver: {answer}", REFUSED if answer.startswith("552") else TRY_AGAIN)


def deliver_maildir(folder: str) -> int:
    """Hand over all of new/, and move what is taken to cur/ as seen. Stops at the first that has to wait."""
    new, seen = os.path.join(folder, "new"), os.path.join(folder, "cur")
    if not os.path.isdir(new):
        return say(f"sira deliver: {folder} is no maildir (it has no folder new).", USAGE)
    os.makedirs(seen, exist_ok=True)
    for name in sorted(os.listdir(new)):
        path = os.path.join(new, name)
        with open(path, "rb") as message:
            ending = deliver(message)
        if ending != TAKEN:
            return ending
        os.rename(path, os.path.join(seen, name.partition(":")[0] + ":2,S"))
    return TAKEN


class Talk:
    """One connection to the listener, in LMTP (RFC 2033)."""

    def __enter__(self) -> Talk:
        self.socket = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(place())
        self.came = b""
        return self

    def __exit__(self, *_error: object) -> None:
        self.socket.close()

    def hand_over(self, message: BinaryIO, recipient: str) -> str:
        """The last answer: to the content, or the one that refused before it.

        The commands go in one piece, as the listener of LMTP has to take them (RFC 2033, 5).
        """
        to = safe(recipient) or "desk@localhost"
        commands = f"LHLO pipe\r\nMAIL FROM:<pipe@localhost>{known_size(message)}\r\nRCPT TO:<{to}>\r\nDATA\r\n"
        self.socket.sendall(commands.encode("utf-8", "surrogateescape"))
        for expected in ("220", "250", "250", "250", "354"):
            answer = self.read()
            if not answer.startswith(expected):
                return answer
        sent = 0
        for piece in as_data(message):
            sent += len(piece)
            if sent > LARGEST:
                return f"552 5.3.4 Larger than {LARGEST // 10**6} MB"
            self.socket.sendall(piece)
        return self.read()

    def read(self) -> str:
        """One answer, its last line; an end of the connection is an OSError."""
        while True:
            line, end, rest = self.came.partition(b"\n")
            if not end:
                piece = self.socket.recv(4096)
                if not piece:
                    raise ConnectionResetError("the connection ended")
                self.came += piece
                continue
            self.came = rest
            if line[3:4] != b"-":
                return line.decode("utf-8", "replace").strip()


def known_size(message: BinaryIO) -> str:
    """For MAIL, so that a file that is too large is refused before it is read; a pipe or a buffer tells as it comes."""
    try:
        size = os.fstat(message.fileno()).st_size
    except OSError:
        return ""
    return f" SIZE={size}" if size else ""


def as_data(message: BinaryIO) -> Iterator[bytes]:
    """The content as DATA takes it: CRLF line ends, leading dots doubled, the closing dot."""
    at_start = True
    while piece := message.read(PIECE):
        if piece.endswith(b"\r"):
            piece += message.read(1)
        lines = piece.replace(b"\r\n", b"\n").split(b"\n")
        dotted = [b"." + line if line[:1] == b"." and (index or at_start) else line for index, line in enumerate(lines)]
        yield b"\r\n".join(dotted)
        at_start = not lines[-1]
    yield b".\r\n" if at_start else b"\r\n.\r\n"


def safe(recipient: str) -> str:
    """An address that cannot break out of its line; anything else counts as none."""
    return recipient if not set(recipient) & set("<> \r\n\0") else ""


def place() -> str:
    """The same as place.lmtp_socket says, without its imports where the usual one is there."""
    wished = os.environ.get("SIRA_LMTP_SOCKET")
    if wished:
        return wished
    home = os.path.abspath(os.environ.get("SIRA_HOME") or os.path.join(os.path.dirname(__file__), "../../..", "var"))
    path = os.path.join(home, "run", "lmtp")
    if os.path.exists(path):
        return path
    from pathlib import Path  # noqa: PLC0415 - costs as much as all the rest

    from sira.channels.email.place import lmtp_socket  # noqa: PLC0415

    return str(lmtp_socket(Path(home)))


def say(line: str, ending: int) -> int:
    sys.stderr.write(line + "\n")
    return ending
