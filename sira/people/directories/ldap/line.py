"""A line to an LDAP server: encrypted before anything is said, bounded in time and size, following nobody elsewhere."""

import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from sira.people.directories.describing import PATIENCE, Trouble
from sira.people.directories.ldap import ber, messages
from sira.people.directories.ldap.messages import Entry, Result
from sira.plumbing import outbound

PORTS = {"ldaps": 636, "ldap": 389}
LARGEST = 1024 * 1024  # of all that a server says


class Broken(Exception):
    """What came cannot be read, is too much, or the line ended."""


@contextmanager
def opened(address: str, authorities: str = "") -> Iterator["Line"]:
    """A line that is encrypted, to the first of the server's addresses that answers; ldap:// begins with StartTLS.

    authorities: PEM; beside those that the machine trusts.  Raises Trouble, whatever goes wrong while it is open.
    """
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    until = time.monotonic() + PATIENCE
    plain = _connected(host, port, until)
    cut = threading.Timer(max(0.01, until - time.monotonic()), _ended, [plain])
    cut.start()
    line = Line(plain)
    try:
        with _in_words(host, port, until):
            line.encrypt(host, authorities, asks=parts.scheme == "ldap")
            yield line
        with suppress(OSError):
            line.tell(messages.UNBIND)
    finally:
        cut.cancel()
        line.close()


def _connected(host: str, port: int, until: float) -> socket.socket:
    """The rules of the desk's own calls say which addresses may be called.  Raises Trouble."""
    try:
        places = outbound.resolved(host, port, encrypted=True, until=until)
    except outbound.Unreachable as error:
        words = _("The name %(host)s was not found. Check how it is written, and this machine's DNS.")
        raise Trouble(words, host=host, said=str(error)) from None
    for tried, place in enumerate(places):
        share = max(0.01, (until - time.monotonic()) / (len(places) - tried))
        with suppress(OSError):
            return socket.create_connection((place, port), share)
    words = _("Nothing answers on port %(port)s of %(host)s. LDAPS usually listens on 636, LDAP with StartTLS on 389.")
    raise Trouble(words, host=host, port=str(port))


def _ended(plain: socket.socket) -> None:
    with suppress(OSError):
        plain.shutdown(socket.SHUT_RDWR)


@contextmanager
def _in_words(host: str, port: int, until: float) -> Iterator[None]:
    try:
        yield
        return
    except ssl.SSLCertVerificationError as error:
        words = _("The certificate of %(host)s is not trusted: %(why)s. Use the name that stands in the certificate.")
        why = str(error.verify_message)
    except (OSError, Broken, ber.Garbled, UnicodeError) as error:
        words = _("The conversation with %(host)s on port %(port)s broke: %(why)s. Check port and encryption.")
        why = "it took too long" if time.monotonic() >= until else str(error)[:200]
    raise Trouble(words, host=host, port=str(port), why=why) from None


class Line:
    """One conversation.  Nothing but the request for encryption goes over it before it is encrypted."""

    def __init__(self, plain: socket.socket) -> None:
        self.socket, self.came, self.read, self.number = plain, b"", 0, 0
        plain.settimeout(PATIENCE)

    def encrypt(self, host: str, authorities: str, *, asks: bool) -> None:
        """asks: by StartTLS.  Raises Broken, OSError."""
        context = ssl.create_default_context()
        if authorities:
            context.load_verify_locations(cadata=authorities)
        if asks:
            self.say(messages.start_tls())
            result = messages.result_of(self._of(messages.ANSWERED))
            if result.code != messages.SUCCESS or self.came:  # what came before TLS may be anybody's
                raise Broken(result.said or f"StartTLS: {result.code}")
        self.socket = context.wrap_socket(self.socket, server_hostname=host)

    def bind(self, name: str, password: str) -> Result:
        """Sign in by name and password. Without either a server would let in nobody in particular, so it is not asked.

        Raises Broken, OSError.
        """
        if not name or not password:
            return Result(messages.WRONG_CREDENTIALS, "")
        self.say(messages.bind(name, password))
        return messages.result_of(self._of(messages.BOUND))

    def search(
        self, base: str, wanted: bytes, attributes: Iterable[str], *, most: int, scope: int = messages.WHOLE_TREE
    ) -> tuple[list[Entry], Result]:
        """At most so many entries; where a server points elsewhere, nobody goes.  Raises Broken, OSError."""
        self.say(messages.search(base, wanted, attributes, most=most, seconds=int(PATIENCE), scope=scope))
        entries: list[Entry] = []
        while True:
            tag, content = self.heard()
            if tag == messages.FOUND:
                return entries, messages.result_of(content)
            if tag == messages.ENTRY:
                entries.append(messages.entry_of(content))
                if len(entries) > most:
                    raise Broken("it says too much")
            elif tag != messages.REFERENCE:
                raise Broken("an answer to something else")

    def say(self, operation: bytes) -> None:
        self.number += 1
        self.tell(operation)

    def tell(self, operation: bytes) -> None:
        self.socket.sendall(ber.made(ber.SEQUENCE, ber.number(self.number), operation))

    def _of(self, kind: int) -> bytes:
        tag, content = self.heard()
        if tag != kind:
            raise Broken("an answer to something else")
        return content

    def heard(self) -> tuple[int, bytes]:
        """Kind and content of the next answer to what was said last.  Raises Broken, Garbled, OSError."""
        while (size := ber.head(self.came)) is None or len(self.came) < sum(size):
            if size and sum(size) > LARGEST:
                raise Broken("it says too much")
            self._read()
        message, self.came = self.came[size[0] : sum(size)], self.came[sum(size) :]
        parts = ber.parts(message)
        if len(parts) < 2 or int.from_bytes(parts[0][1]) != self.number:
            raise Broken("an answer to something else")
        return parts[1]

    def _read(self) -> None:
        piece = self.socket.recv(65536)
        self.read += len(piece)
        if not piece or self.read > LARGEST:
            raise Broken("it says too much" if piece else "the line was closed")
        self.came += piece

    def close(self) -> None:
        with suppress(OSError):
            self.socket.close()
