"""A small IMAP server that does what its script says: for what no real one can be made to do."""

import base64
import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

SAY_MORE = "+ go on"


class Cut(Exception):
    """The connection ends here."""


@dataclass
class Mail:
    raw: bytes
    seen: bool = False
    flagged: bool = False


@dataclass
class Box:
    """mails: by UID.  said: lines of answers so far, over all connections.  password: of the user, else refused."""

    mails: dict[int, Mail] = field(default_factory=dict)
    validity: int = 7
    said: int = 0
    commands: list[str] = field(default_factory=list)
    cut_after: int = 0
    on: dict[str, Callable[["Box", str], str | None]] = field(default_factory=dict)
    password: str = "open sesame"
    tokens: set[str] = field(default_factory=set)
    size_of: Callable[[int], int] | None = None


class ImapServer:
    def __init__(self, box: Box) -> None:
        self.box = box
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self) -> "ImapServer":
        return self

    def __exit__(self, *_error: object) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=_Talk(self.box, connection).run, daemon=True).start()


class _Talk:
    def __init__(self, box: Box, connection: socket.socket) -> None:
        self.box, self.connection = box, connection
        self.lines = connection.makefile("rb")

    def run(self) -> None:
        try:
            self.say("* OK ready")
            while line := self.lines.readline():
                self.answer(line.decode("utf-8", "replace").strip())
        except (Cut, OSError, ValueError):
            pass
        finally:
            self.lines.close()
            self.connection.close()

    def say(self, line: str | bytes) -> None:
        self.connection.sendall((line.encode() if isinstance(line, str) else line) + b"\r\n")
        self.box.said += 1
        if self.box.cut_after and self.box.said >= self.box.cut_after:
            self.box.cut_after = 0
            raise Cut

    def answer(self, line: str) -> None:
        tag, _space, rest = line.partition(" ")
        words = rest.split(" ")
        verb = (words[1] if words[0].upper() == "UID" else words[0]).upper()
        self.box.commands.append(rest)
        if (doing := self.box.on.get(verb)) and (said := doing(self.box, rest)) is not None:
            self.say(f"{tag} {said}")
            return
        self.say(f"{tag} {getattr(self, f'do_{verb.lower()}', self.unknown)(rest, tag)}")

    def unknown(self, _rest: str, _tag: str) -> str:
        return "BAD unknown"

    def do_capability(self, _rest: str, _tag: str) -> str:
        self.say("* CAPABILITY IMAP4rev1 AUTH=XOAUTH2 SASL-IR")
        return "OK done"

    def do_login(self, rest: str, _tag: str) -> str:
        return "OK in" if self.box.password in rest else "NO [AUTHENTICATIONFAILED] wrong"

    def do_authenticate(self, rest: str, _tag: str) -> str:
        told = base64.b64decode(rest.split(" ")[-1]).decode() if rest.count(" ") == 2 else self._more()
        if any(f"Bearer {token}\1" in told for token in self.box.tokens):
            return "OK in"
        self.say("+ eyJzdGF0dXMiOiI0MDAifQ==")
        self.lines.readline()
        return "NO [AUTHENTICATIONFAILED] invalid token"

    def _more(self) -> str:
        self.say(SAY_MORE)
        return base64.b64decode(self.lines.readline()).decode()

    def do_select(self, _rest: str, _tag: str) -> str:
        self.say(f"* {len(self.box.mails)} EXISTS")
        self.say(f"* OK [UIDVALIDITY {self.box.validity}] valid")
        return "OK [READ-WRITE] selected"

    def do_search(self, rest: str, _tag: str) -> str:
        self.say(" ".join(["* SEARCH", *map(str, self._found(rest.upper()))]))
        return "OK done"

    def _found(self, asked: str) -> list[int]:
        uids = sorted(self.box.mails)
        if "UNSEEN" in asked:
            return [uid for uid in uids if not self.box.mails[uid].seen]
        if span := re.search(r"UID (\d+):\*", asked):
            return [uid for uid in uids if uid >= int(span[1]) or uid == uids[-1]]
        return uids[-1:] if "UID *" in asked else uids

    def do_fetch(self, rest: str, _tag: str) -> str:
        _uid, _fetch, numbers, asked = rest.split(" ", 3)
        for uid in _numbers(numbers):
            if (mail := self.box.mails.get(uid)) is None:
                continue
            position = sorted(self.box.mails).index(uid) + 1
            if "RFC822.SIZE" in asked:
                size = self.box.size_of(uid) if self.box.size_of else len(mail.raw)
                self.say(f"* {position} FETCH (UID {uid} RFC822.SIZE {size})")
                continue
            found = re.search(r"BODY\.PEEK(\[.*?\])(?:<(\d+)\.(\d+)>)?", asked)
            assert found
            content = mail.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if "HEADER" in found[1] else mail.raw
            where = ""
            if found[2]:
                content, where = content[int(found[2]) :][: int(found[3])], f"<{found[2]}>"
            head = f"* {position} FETCH (UID {uid} BODY{found[1]}{where} {{{len(content)}}}\r\n"
            self.say(head.encode() + content + b")")
        return "OK done"

    def do_store(self, rest: str, _tag: str) -> str:
        for uid in _numbers(rest.split(" ")[2]):
            if uid in self.box.mails:
                self.box.mails[uid].seen |= "\\SEEN" in rest.upper()
                self.box.mails[uid].flagged |= "\\FLAGGED" in rest.upper()
        return "OK done"

    def do_noop(self, _rest: str, _tag: str) -> str:
        return "OK done"

    def do_list(self, _rest: str, _tag: str) -> str:
        self.say('* LIST () "/" INBOX')
        return "OK done"

    def do_logout(self, _rest: str, tag: str) -> str:
        self.say("* BYE")
        self.say(f"{tag} OK done")
        raise Cut


def _numbers(text: str) -> list[int]:
    found = []
    for part in text.split(","):
        first, _colon, last = part.partition(":")
        found += range(int(first), int(last or first) + 1)
    return found
