"""One web process: granian in this process, on a port that all web processes share."""

import asyncio
import os
import signal

from granian.constants import HTTPModes
from granian.http import HTTP1Settings
from granian.server.embed import Server

from sira.config.front import front

CONNECTIONS = 2000  # of one process, open live streams included
GRACE_SECONDS = 3


def serve(host: str, port: int) -> None:
    """Answer until SIGTERM; then finish the pages that are being made, for a few seconds at most."""
    asyncio.run(_serve(host, port))
    os._exit(0)  # the threads of the pages are waiting for calls that will not come


async def _serve(host: str, port: int) -> None:
    server = Server(
        front,
        address=host,
        port=port,
        http=HTTPModes.http1,
        websockets=False,
        backlog=1024,
        backpressure=CONNECTIONS,
        log_enabled=False,
        http1_settings=HTTP1Settings(header_read_timeout=15_000, max_buffer_size=128 * 1024),
    )

    def end() -> None:
        # First: neither a reader who takes an hour for a large file nor a fault below keeps the desk from stopping.
        asyncio.get_running_loop().call_later(GRACE_SECONDS, os._exit, 0)
        front.end_streams()
        server.stop()

    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end)
    await server.serve()
