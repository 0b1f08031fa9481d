"""One talk with a mail server: aiosmtpd's commands, and a reading of the content that takes whatever can be kept.

Differs from aiosmtpd's own: a line may be of any length, the content is read in large pieces and goes to the disk when
it is large, LMTP gets an answer for each recipient, and a flood is put off, never refused for good.
"""

import asyncio
import re
import socket
from collections.abc import Awaitable, Sequence
from functools import cache
from typing import Protocol

from aiosmtpd.smtp import SMTP, Envelope

from sira.channels.email.spooling import Content, Spool, Undoubled
from sira.plumbing.files import CannotKeep
from sira.plumbing.limits import LARGEST

MOST_TALKS = 200
MOST_IN_HAND = 3 * LARGEST  # bytes of all contents that are being read or taken in
PIECE = 256 * 1024
PATIENCE = 300  # seconds, RFC 5321 4.5.3.2

END = b"\r\n.\r\n"
COMMANDS = [name for name in dir(SMTP) if name.startswith("smtp_")]  # nobody signs in here, by whichever mechanism
PATH = re.compile(r"\s*<(?:@[^:<>]*:)?(?P<address>[^<>]*)>\s*(?P<options>.*)", re.DOTALL)
LATER = "451 4.3.0 The desk cannot take it just now, please try again"
CROWDED = "452 4.3.1 Too much mail at once, please try again"
TOO_MANY_TALKS = "421 4.7.0 Too many connections, please try again"
TOO_LARGE = f"552 5.3.4 Larger than {LARGEST // 10**6} MB"


class Taker(Protocol):
    def take(self, content: Content, sender: str, recipients: Sequence[str]) -> Awaitable[str]: ...


class Counted:
    """What all talks together hold."""

    def __init__(self) -> None:
        self.talks = 0
        self.in_hand = 0


class Unfinished(Exception):
    """The content was read to its end, or given up, without being kept; its text is the answer."""


class SmtpTalk(SMTP):
    envelope: Envelope
    transport: asyncio.Transport
    line_length_limit = PIECE  # what the stream holds; commands have their own limit

    def __init__(self, taker: Taker, counted: Counted, *, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            taker,
            data_size_limit=LARGEST,
            enable_SMTPUTF8=True,
            decode_data=False,
            loop=loop,
            hostname=_own_name(),
            ident="Sira",
            timeout=PATIENCE,
        )
        self.taker, self.counted = taker, counted
        self._is_counted = False

    def __dir__(self) -> list[str]:
        """aiosmtpd goes through all names of each new talk for those of its commands: these are the ones it finds."""
        return COMMANDS

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.counted.talks += not self._is_counted
        self._is_counted = True
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.counted.talks -= self._is_counted
        self._is_counted = False
        super().connection_lost(error)

    async def _handle_client(self) -> None:
        if self.counted.talks > MOST_TALKS:
            await self.push(TOO_MANY_TALKS)
            self.transport.close()
            return
        await super()._handle_client()

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """Whatever stands between the angle brackets: an odd address is no reason to send a mail back."""
        found = PATH.match(arg or "")
        return (found["address"] or "<>", found["options"]) if found else super()._getaddr(arg)

    async def smtp_DATA(self, arg: str) -> None:
        if await self.check_helo_needed():
            return
        if not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 RCPT comes first")
            return
        if arg:
            await self.push("501 5.5.4 DATA has no argument")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        held = _Held(self.counted)
        try:
            content = await self._content(held)
            answer = await self.taker.take(content, self.envelope.mail_from or "", self.envelope.rcpt_tos)
        except Unfinished as unfinished:
            answer = str(unfinished)
        finally:
            held.let_go()
        answers = self._answers(answer)
        self._set_post_data_state()
        await self.push(answers)

    async def _content(self, held: "_Held") -> Content:
        """The content, its doubled dots undone.  Raises Unfinished."""
        # The line end before the content is looked for with the dot that ends it, so that an empty content has one too.
        self._reader._buffer[:0] = b"\r\n"  # type: ignore[attr-defined]
        spool, undoubled, refused, is_last = Spool(), Undoubled(), "", False
        try:
            while not is_last and held.size <= 2 * LARGEST:
                self._reset_timeout()
                piece, is_last = await self._piece()
                held.add(len(piece))
                refused = refused or self._refusal(held) or _kept_in(spool, undoubled, piece, is_last)
                if refused:
                    spool.discard()
                    held.keep_none()
        finally:
            if refused or not is_last:
                spool.discard()
        if not is_last:
            self.transport.close()
        if refused:
            raise Unfinished(refused)
        return spool.whole()

    def _refusal(self, held: "_Held") -> str:
        if held.size > LARGEST + len(END):
            return TOO_LARGE
        return CROWDED if self.counted.in_hand > MOST_IN_HAND else ""

    async def _piece(self) -> tuple[bytes, bool]:
        try:
            return await self._reader.readuntil(END), True
        except asyncio.LimitOverrunError as more:
            return await self._reader.read(more.consumed), False

    def _answers(self, answer: str) -> str:
        return answer


@cache
def _own_name() -> str:
    """What the desk greets with. Looking it up may ask a name server, which would hold up every other talk."""
    return socket.getfqdn()


def _kept_in(spool: Spool, undoubled: Undoubled, piece: bytes, is_last: bool) -> str:
    """Why the piece could not be kept; empty if it is."""
    try:
        spool.add(undoubled.last(piece) if is_last else undoubled.piece(piece))
    except CannotKeep:
        return LATER
    return ""


class LmtpTalk(SmtpTalk):
    """RFC 2033. The desk takes a mail once for all its recipients, so their answers are the same."""

    def __dir__(self) -> list[str]:
        return [*COMMANDS, "smtp_LHLO"]

    async def smtp_LHLO(self, arg: str) -> None:
        await super().smtp_EHLO(arg)

    async def smtp_HELO(self, arg: str) -> None:
        await self.push("500 5.5.1 This is LMTP: say LHLO")

    smtp_EHLO = smtp_HELO

    def _answers(self, answer: str) -> str:
        return "\r\n".join([answer] * len(self.envelope.rcpt_tos))


class _Held:
    """How much of one content was read, and how much of it counts as in hand."""

    def __init__(self, counted: Counted) -> None:
        self.counted, self.size, self.kept = counted, 0, 0

    def add(self, octets: int) -> None:
        self.size += octets
        self.kept += octets
        self.counted.in_hand += octets

    def keep_none(self) -> None:
        self.counted.in_hand -= self.kept
        self.kept = 0

    let_go = keep_none
