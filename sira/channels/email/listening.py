"""The listener: LMTP on a socket in the data folder (for `sira deliver` and a mail server beside it), SMTP on a port.

Of several workers on one folder, as during an upgrade, the one that came last has the socket; when it ends, another.

250 is said after the commit. A fault that may pass is answered 451, so the sender keeps the mail and tries again.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from sira.channels.email.compiling import compile_client
from sira.channels.email.place import lmtp_socket
from sira.channels.email.reading import bounded
from sira.channels.email.spooling import Content
from sira.channels.email.taking import take
from sira.channels.email.talking import LATER, Counted, LmtpTalk, SmtpTalk
from sira.channels.email.ways import Way
from sira.plumbing.files import CannotKeep

log = logging.getLogger(__name__)

AT_ONCE = 2  # so that pages go on while thousands come
ACCEPTED = "250 2.0.0 Taken in"
NULL_SENDER = ("", "<>")


class Intake:
    """Hands each mail to a thread, since taking it in talks to the database.

    Mails that are read apart, for up to ten seconds each, have threads of their own and keep no other waiting.
    """

    def __init__(self) -> None:
        self.ordinary = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="mail-in")
        self.apart = ThreadPoolExecutor(bounded.AT_ONCE, thread_name_prefix="mail-apart")

    def __dir__(self) -> list[str]:
        """aiosmtpd goes through all names with each new talk for its hooks: there are none."""
        return []

    async def take(self, content: Content, sender: str, recipients: Sequence[str]) -> str:
        """The answer to the sender of the mail."""
        loop = asyncio.get_running_loop()
        if isinstance(content, bytes) and bounded.hides_tags(content):  # all talks wait for what is done in the loop
            is_quick = await loop.run_in_executor(self.ordinary, bounded.is_quick, content)
        else:
            is_quick = bounded.is_quick(content)
        pool = self.ordinary if is_quick else self.apart
        return await loop.run_in_executor(pool, taken, content, sender, tuple(recipients))

    async def handle_exception(self, error: Exception) -> str:
        """Named so for aiosmtpd, which would answer 500, and the mail would go back."""
        log.error("A talk with a mail server failed", exc_info=error)
        return LATER


def taken(content: Content, sender: str, recipients: tuple[str, ...]) -> str:
    """The answer to the sender."""
    close_old_connections()
    try:
        way = Way(recipients=recipients, from_nobody=sender in NULL_SENDER)
        receipt = take(content, at=timezone.now(), way=way)
    except (DatabaseError, CannotKeep) as error:
        log.warning("A mail was put off: %s", error)
        return LATER
    except Exception:
        log.exception("A mail was put off")
        return LATER
    finally:
        if not isinstance(content, bytes):
            content.discard()
    return f"{ACCEPTED}: {receipt.ticket.number}" if receipt else ACCEPTED


def listen(stop: threading.Event) -> None:
    """Serve until the event is set."""
    compile_client()
    asyncio.run(_serve(stop))


async def _serve(stop: threading.Event) -> None:
    loop, intake, counted = asyncio.get_running_loop(), Intake(), Counted()
    socket = lmtp_socket(settings.SIRA_HOME, str(settings.LISTEN["lmtp_socket"]))
    servers: list[asyncio.Server] = []
    ours: int | None = None
    try:
        port = int(str(settings.LISTEN["smtp_port"]))
        if port:
            host = str(settings.LISTEN["smtp_host"])
            servers.append(await loop.create_server(_talks(SmtpTalk, intake, counted, loop), host=host, port=port))
        # Last, so whoever finds the socket there finds the port answering too.
        while not stop.is_set():
            if ours is None or not socket.exists():
                path = _free(socket)
                servers.append(await loop.create_unix_server(_talks(LmtpTalk, intake, counted, loop), path=path))
                socket.chmod(0o666)  # whoever may reach its folder may bring mail, as with the port
                ours = which(socket)
            await asyncio.sleep(0.2)
    finally:
        for server in servers:
            server.close()
        if ours is not None and which(socket) == ours:
            socket.unlink(missing_ok=True)


def _talks(
    kind: type[SmtpTalk], intake: Intake, counted: Counted, loop: asyncio.AbstractEventLoop
) -> Callable[[], SmtpTalk]:
    return lambda: kind(intake, counted, loop=loop)


def _free(socket: Path) -> str:
    """The path, without the socket that a killed worker left."""
    socket.parent.mkdir(parents=True, exist_ok=True)
    socket.unlink(missing_ok=True)
    return str(socket)


def which(socket: Path) -> int | None:
    """The file that lies there: another worker may have put its own in the place of ours."""
    with suppress(FileNotFoundError):
        return socket.stat().st_ino
    return None
