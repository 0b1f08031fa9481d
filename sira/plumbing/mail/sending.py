"""Hands one message to the next mail server and says, for each recipient, what became of it.

Nothing is raised for what the network or the server does: every ending is a `Fate`. Only a server that has the whole
message and then gives no answer leaves the outcome unknown; before that point, sending again cannot make two of it.
"""

import base64
import re
import smtplib
import ssl
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache

from sira.plumbing.mail.fates import Envelope, Fate, MailServer, Outcome, Stage
from sira.plumbing.mail.headers import BadAddress, checked_address, clean

ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")
LONGEST_TEXT = 500
LONGEST_ENVID = 100  # RFC 3461 4.4


class _Broken(Exception):
    """The talk is over, with the same fate for everybody who has none yet."""

    def __init__(self, fate: Fate) -> None:
        self.fate = fate


def send(server: MailServer, envelope: Envelope, content: Iterable[bytes], *, size: int = 0) -> dict[str, Fate]:
    """The fate of the message by recipient.

    content: the message in pieces, lines ended by CRLF.  size: in bytes where known, to be refused before it is sent.
    """
    talk = _Talk(server)
    try:
        return talk.hand_over(envelope, content, size)
    finally:
        talk.end()


class _Talk:
    """One connection for one message."""

    def __init__(self, server: MailServer) -> None:
        self.server = server
        self.smtp: smtplib.SMTP | None = None
        self.stage = Stage.CONNECT

    def hand_over(self, envelope: Envelope, content: Iterable[bytes], size: int) -> dict[str, Fate]:
        fates: dict[str, Fate] = {}
        try:
            smtp = self._ready()
            self._name_sender(smtp, envelope, size)
            for recipient in envelope.recipients:
                self._name_recipient(smtp, envelope, recipient, fates)
            if len(fates) < len(envelope.recipients):
                fate = self._send_content(smtp, content)
                fates = {recipient: fates.get(recipient, fate) for recipient in envelope.recipients}
        except _Broken as broken:
            return {recipient: fates.get(recipient, broken.fate) for recipient in envelope.recipients}
        return fates

    def end(self) -> None:
        """Leave without waiting for a goodbye: until the fate is written down, a crash would send the message again."""
        if self.smtp is not None:
            if self.stage is not Stage.CONTENT:  # there it would be a line of the message
                with suppress(OSError, smtplib.SMTPException):
                    self.smtp.putcmd("QUIT")
            self.smtp.close()

    def _ready(self) -> smtplib.SMTP:
        """Connect, greet, encrypt and sign in. A refusal here never condemns the message."""
        server = self.server
        tls = None if server.security == "none" else server.tls or _trust()
        try:
            smtp = self.smtp = _connect(server, tls)
            self.stage = Stage.HELLO
            smtp.ehlo_or_helo_if_needed()
            if server.security == "starttls":
                self.stage = Stage.STARTTLS
                smtp.starttls(context=tls)
                self.stage = Stage.HELLO
                smtp.ehlo_or_helo_if_needed()
            if server.user:
                self.stage = Stage.SIGN_IN
                self._sign_in(smtp)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise _Broken(self._failed(error)) from error
        return smtp

    def _sign_in(self, smtp: smtplib.SMTP) -> None:
        user, password = self.server.user, self.server.password
        if self.server.sign_in == "xoauth2":
            token = f"user={user}\x01auth=Bearer {password}\x01\x01"
            # A refusal comes as a challenge that wants an empty answer first.
            smtp.auth("XOAUTH2", lambda challenge=None: token if challenge is None else "")
        elif "PLAIN" in smtp.esmtp_features.get("auth", "").upper().split():
            # smtplib's own login breaks on a password that is not ASCII.
            secret = base64.b64encode(f"\0{user}\0{password}".encode()).decode("ascii")
            code, text = smtp.docmd("AUTH", f"PLAIN {secret}")
            if code != 235:
                raise smtplib.SMTPAuthenticationError(code, text)
        else:
            smtp.login(user, password)

    def _name_sender(self, smtp: smtplib.SMTP, envelope: Envelope, size: int) -> None:
        self.stage = Stage.SENDER
        options = f" SIZE={size}" if size and smtp.has_extn("size") else ""
        if smtp.has_extn("dsn"):
            known_as = _xtext(envelope.message_id)
            options += " RET=HDRS" + (f" ENVID={known_as}" if 0 < len(known_as) <= LONGEST_ENVID else "")
        if smtp.has_extn("smtputf8") and not "".join((envelope.sender, *envelope.recipients)).isascii():
            smtp.command_encoding = "utf-8"
            options += " SMTPUTF8"
        try:
            sender = checked_address(envelope.sender) if envelope.sender else ""
            sender.encode(smtp.command_encoding)
        except ValueError as error:
            raise _Broken(Fate(Outcome.PERMANENT, self.stage, 0, "5.1.7", "not an address to send from")) from error
        answer = self._ask(smtp, f"MAIL FROM:<{sender}>{options}")
        if not answer.is_yes:
            raise _Broken(answer)

    def _name_recipient(self, smtp: smtplib.SMTP, envelope: Envelope, recipient: str, fates: dict[str, Fate]) -> None:
        """Offer one recipient; a refusal is its fate and nobody else's."""
        self.stage = Stage.RECIPIENT
        try:
            address = checked_address(recipient)
            address.encode(smtp.command_encoding)
        except BadAddress:
            fates[recipient] = Fate(Outcome.PERMANENT, self.stage, 0, "5.1.3", "not an address")
            return
        except UnicodeError:
            fates[recipient] = Fate(Outcome.PERMANENT, self.stage, 0, "5.6.7", "the server takes ASCII addresses only")
            return
        options = ""
        if smtp.has_extn("dsn") and envelope.sender and address.isascii():
            options = f" NOTIFY=FAILURE,DELAY ORCPT=rfc822;{_xtext(address)}"
        answer = self._ask(smtp, f"RCPT TO:<{address}>{options}")
        if answer.code == 421:  # the server is closing the connection
            raise _Broken(answer)
        if not answer.is_yes:
            fates[recipient] = answer

    def _send_content(self, smtp: smtplib.SMTP, content: Iterable[bytes]) -> Fate:
        self.stage = Stage.DATA
        answer = self._ask(smtp, "DATA", wanted=3)
        if not answer.is_yes:
            raise _Broken(answer)
        self.stage = Stage.CONTENT
        for piece in dots_doubled(content):
            try:
                smtp.send(piece)
            except (OSError, smtplib.SMTPException) as error:
                raise _Broken(self._failed(error)) from error
        self.stage = Stage.ANSWER
        if smtp.sock:
            smtp.sock.settimeout(self.server.last_patience)
        return self._ask(smtp, ".")

    def _ask(self, smtp: smtplib.SMTP, command: str, *, wanted: int = 2) -> Fate:
        """What the answer means, DELIVERED for any yes.  Raises _Broken when there is none that makes sense."""
        try:
            code, text = smtp.docmd(command)
        except (OSError, smtplib.SMTPException) as error:
            raise _Broken(self._failed(error)) from error
        if code // 100 == wanted:
            return self._fate(Outcome.DELIVERED, code, text)
        if code // 100 in (4, 5):
            return self._fate(Outcome.TEMPORARY if code // 100 == 4 else Outcome.PERMANENT, code, text)
        raise _Broken(self._fate(self._without_answer(), 0, text))

    def _failed(self, error: Exception) -> Fate:
        if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 400:
            return self._fate(self._without_answer(), error.smtp_code, error.smtp_error)
        return self._fate(self._without_answer(), 0, str(error) or type(error).__name__)

    def _without_answer(self) -> Outcome:
        return Outcome.UNKNOWN if self.stage is Stage.ANSWER else Outcome.TEMPORARY

    def _fate(self, outcome: Outcome, code: int, text: str | bytes) -> Fate:
        said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        enhanced = ENHANCED.match(said)
        said = clean(said[enhanced.end() :] if enhanced else said)
        return Fate(outcome, self.stage, code, enhanced[1] if enhanced else "", said[:LONGEST_TEXT])


def _connect(server: MailServer, tls: ssl.SSLContext | None) -> smtplib.SMTP:
    name = server.hello_name or None
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, name, timeout=server.patience, context=tls)
    return smtplib.SMTP(server.host, server.port, name, timeout=server.patience)


@cache
def _trust() -> ssl.SSLContext:
    """The machine's own authorities; reading them takes longer than sending a message."""
    return ssl.create_default_context()


def dots_doubled(content: Iterable[bytes]) -> Iterator[bytes]:
    """The message as DATA takes it: a dot that begins a line doubled (RFC 5321 4.5.2), a line end at the very end."""
    last = b"\r\n"
    for piece in content:
        if not piece:
            continue
        doubled = piece.replace(b"\r\n.", b"\r\n..")
        if (last.endswith(b"\r\n") and piece.startswith(b".")) or (last.endswith(b"\r") and piece.startswith(b"\n.")):
            doubled = doubled.replace(b".", b"..", 1)
        yield doubled
        last = (last + piece)[-2:]
    if last != b"\r\n":
        yield b"\r\n"


def _xtext(value: str) -> str:
    """RFC 3461 4: what may stand in a parameter of MAIL and RCPT, at most as long as ENVID may be."""
    return "".join(c if "!" <= c <= "~" and c not in "+=" else "".join(f"+{b:02X}" for b in c.encode()) for c in value)[
        :100
    ]
