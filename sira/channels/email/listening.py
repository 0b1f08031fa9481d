"""The listener: LMTP on a socket in the data folder (for `sira deliver` and a mail server beside it), SMTP on a port.

250 is said after the commit. A fault that may pass is answered 451, so the sender keeps the mail and tries again.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from sira.channels.email.place import lmtp_socket
from sira.channels.email.taking import take
from sira.plumbing.files import CannotKeep

log = logging.getLogger(__name__)

LARGEST = 150 * 1024 * 1024
AT_ONCE = 4
ACCEPTED = "250 2.0.0 Taken in"
LATER = "451 4.3.0 The desk cannot take it just now, please try again"


class Handler:
    """Hands each mail to a thread, since taking it in talks to the database."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="mail-in")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        content = envelope.original_content or b""
        return await asyncio.get_running_loop().run_in_executor(
            self.pool, taken, bytes(content), tuple(envelope.rcpt_tos)
        )


def taken(raw: bytes, recipients: tuple[str, ...]) -> str:
    """The answer to the sender."""
    close_old_connections()
    try:
        receipt = take(raw, at=timezone.now(), recipients=recipients)
    except (DatabaseError, CannotKeep) as error:
        log.warning("A mail was put off: %s", error)
        return LATER
    except Exception:
        log.exception("A mail was put off")
        return LATER
    return f"{ACCEPTED}: {receipt.ticket.number}"


def listen(stop: threading.Event) -> None:
    """Serve until the event is set."""
    asyncio.run(_serve(stop))


async def _serve(stop: threading.Event) -> None:
    loop, handler = asyncio.get_running_loop(), Handler()
    socket = lmtp_socket(settings.SIRA_HOME)
    servers = [await loop.create_unix_server(_session(LMTP, handler, loop), path=_free(socket))]
    socket.chmod(0o666)
    port = settings.LISTEN["smtp_port"]
    if port:
        host = settings.LISTEN["smtp_host"]
        servers.append(await loop.create_server(_session(SMTP, handler, loop), host=host, port=port))
    try:
        while not stop.is_set():
            await asyncio.sleep(0.2)
    finally:
        for server in servers:
            server.close()
        socket.unlink(missing_ok=True)


def _session(kind: type[SMTP], handler: Handler, loop: asyncio.AbstractEventLoop) -> Callable[[], SMTP]:
    return lambda: kind(
        handler, data_size_limit=LARGEST, enable_SMTPUTF8=True, decode_data=False, loop=loop, ident="Sira", timeout=300
    )


def _free(socket: Path) -> str:
    """The path, without the socket that a killed worker left."""
    socket.parent.mkdir(parents=True, exist_ok=True)
    socket.unlink(missing_ok=True)
    return str(socket)
