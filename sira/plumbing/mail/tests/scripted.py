"""A mail server that answers as its script says, to see what a client makes of it."""

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from types import TracebackType

OFFERS = ("desk.test", "SIZE 1000000", "DSN")
STAGES = ("connect", "hello", "sender", "recipient", "data", "answer")
YES = {"connect": "220 ready", "hello": "", "sender": "250 2.1.0 ok", "recipient": "250 2.1.5 ok", "data": "354 go on"}
YES |= {"answer": "250 2.0.0 queued as 4711", "sign_in": "235 2.7.0 ok", "starttls": "220 go on"}

Doing = Callable[["ScriptedServer", socket.socket], None]


class Over(Exception):
    """This connection has ended."""


def close(_server: "ScriptedServer", connection: socket.socket) -> None:
    raise Over


def reset(_server: "ScriptedServer", connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise Over


def hang(server: "ScriptedServer", connection: socket.socket) -> None:
    server.leaving.wait(5)
    raise Over


def saying(text: str, *, then: Doing | None = None) -> Doing:
    def say(server: "ScriptedServer", connection: socket.socket) -> None:
        connection.sendall(text.encode())
        if then:
            then(server, connection)

    return say


class ScriptedServer:
    """script: stage -> answer line, or what to do.  by_recipient: the answer to one address only.

    received: (sender, recipients, content) of each message whose end has come, whatever was answered.
    """

    def __init__(
        self,
        script: dict[str, str | Doing] | None = None,
        *,
        by_recipient: dict[str, str] | None = None,
        offers: tuple[str, ...] = OFFERS,
        tls: ssl.SSLContext | None = None,
        tls_first: bool = False,
    ) -> None:
        self.script, self.by_recipient, self.offers = script or {}, by_recipient or {}, offers
        self.tls, self.tls_first = tls, tls_first
        self.received: list[tuple[str, list[str], bytes]] = []
        self.commands: list[str] = []
        self.leaving = threading.Event()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> "ScriptedServer":
        self.thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.leaving.set()
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(5)

    def _serve(self) -> None:
        while not self.leaving.is_set():
            try:
                connection, _address = self.socket.accept()
            except OSError:
                return
            try:
                self._talk(connection)
            except (Over, OSError):
                connection.close()

    def _answer(self, connection: socket.socket, stage: str, line: str | None = None) -> bool:
        """Say what the script has for the stage; whether it was a yes."""
        doing = line or self.script.get(stage, YES.get(stage, "250 ok"))
        if callable(doing):
            doing(self, connection)
            return False
        connection.sendall(doing.encode() + b"\r\n")
        return doing[0] in "23"

    def _talk(self, connection: socket.socket) -> None:
        if self.tls_first and self.tls:
            connection = self.tls.wrap_socket(connection, server_side=True)
        self._answer(connection, "connect")
        sender, recipients = "", []
        lines = connection.makefile("rb")
        while line := lines.readline().decode().strip():
            self.commands.append(line)
            verb = line[:4].upper()
            if verb == "EHLO" or verb == "HELO":
                offers = "\r\n".join(f"250-{offer}" for offer in self.offers[:-1]) + f"\r\n250 {self.offers[-1]}"
                self._answer(connection, "hello", self.script.get("hello") or offers)
            elif verb == "STAR" and self._answer(connection, "starttls") and self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
                lines = connection.makefile("rb")
            elif verb == "AUTH":
                self._answer(connection, "sign_in")
            elif verb == "MAIL":
                sender = line[11:].partition(">")[0]
                self._answer(connection, "sender")
            elif verb == "RCPT":
                address = line[9:].partition(">")[0]
                if self._answer(connection, "recipient", self.by_recipient.get(address)):
                    recipients.append(address)
            elif verb == "DATA":
                if self._answer(connection, "data"):
                    self.received.append((sender, recipients, self._content(lines, connection)))
                    self._answer(connection, "answer")
            elif verb == "QUIT":
                raise Over
            else:
                connection.sendall(b"500 what?\r\n")

    def _content(self, lines, connection: socket.socket) -> bytes:
        content = []
        for line in lines:
            if "content" in self.script:
                self._answer(connection, "content")
            if line == b".\r\n":
                return b"".join(content)
            content.append(line[1:] if line.startswith(b".") else line)
        raise Over


def slowly(text: str, seconds: float) -> Doing:
    def say(server: ScriptedServer, connection: socket.socket) -> None:
        time.sleep(seconds)
        connection.sendall(text.encode())

    return say
