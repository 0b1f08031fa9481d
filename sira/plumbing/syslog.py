"""Lines of the log sent to another machine as they are written: RFC 5424 over TCP. The audit trail: sending_audit.

Who logs never waits: lines stand in a queue that a thread of the process empties. While the other machine is away the
queue fills up, and what finds no place in it is counted and told of later; standard error has it all the same.
"""

import logging
import os
import queue
import select
import socket
import ssl
import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import NamedTuple

PATIENCE = 5.0  # seconds for the other machine to take a line
MOST_WAITING = 10_000
LONGEST_PAUSE = 30.0
FACILITY = 10  # security
SEVERITIES = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6), (0, 7))


class Place(NamedTuple):
    host: str
    port: int
    by_tls: bool


def line(words: str, *, severity: int, at: datetime, kind: str) -> bytes:
    """One message, with its length before it (RFC 6587), so that it may have several lines."""
    head = f"<{FACILITY * 8 + severity}>1 {at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ} {socket.gethostname() or '-'}"
    message = f"{head} sira {os.getpid()} {kind} - {words}".encode()
    return b"%d %b" % (len(message), message)


class Link:
    """A connection that is made when there is something to send, and anew when the other side has ended it."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._socket: socket.socket | None = None

    def send(self, data: bytes) -> None:
        """Raises OSError: then it may or may not have arrived."""
        try:
            if self._socket is not None and _has_ended(self._socket):
                self.close()
            if self._socket is None:
                self._socket = self._connected()
            self._socket.sendall(data)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.close()
            self._socket = None

    def _connected(self) -> socket.socket:
        plain = socket.create_connection(self.place[:2], timeout=PATIENCE)
        if not self.place.by_tls:
            return plain
        try:
            return ssl.create_default_context().wrap_socket(plain, server_hostname=self.place.host)
        except BaseException:
            plain.close()
            raise


def _has_ended(link: socket.socket) -> bool:
    """Servers of logs say nothing: what can be read is the end, or TLS's own talk."""
    if not select.select([link], [], [], 0)[0]:
        return False
    link.setblocking(False)
    try:
        return link.recv(1024) == b""
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    except OSError:
        return True
    finally:
        link.settimeout(PATIENCE)


class SyslogHandler(logging.Handler):
    """For the settings of logging. Each process, forked as it may be, has a queue and a thread of its own."""

    def __init__(self, place: Sequence[object], kind: str) -> None:
        super().__init__()
        self.place, self.kind = Place(*place), kind  # type: ignore[arg-type]
        self._begin()
        os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        self._waiting: queue.Queue[bytes] = queue.Queue(MOST_WAITING)
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._dropped = 0

    def emit(self, record: logging.LogRecord) -> None:
        try:
            severity = next(number for level, number in SEVERITIES if record.levelno >= level)
            at = datetime.fromtimestamp(record.created, UTC)
            self._waiting.put_nowait(line(self.format(record), severity=severity, at=at, kind=self.kind))
        except queue.Full:
            self._dropped += 1
        except Exception:
            self.handleError(record)
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._empty, name="syslog", daemon=True)
                self._thread.start()

    def _empty(self) -> None:
        link = Link(self.place)
        while True:
            self._send(link, self._waiting.get())
            if self._dropped:
                dropped, self._dropped = self._dropped, 0
                words = f"{dropped} lines of the log found no place and are on standard error alone"
                self._send(link, line(words, severity=4, at=datetime.now(UTC), kind=self.kind))

    def _send(self, link: Link, data: bytes) -> None:
        """Again and again until it is taken; nothing is logged of it, which would only add to the queue."""
        pause = 1.0
        while True:
            try:
                link.send(data)
                return
            except OSError:
                threading.Event().wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
