"""Turns one of granian's requests into a call of the WSGI application, made in a thread of its own pool.

A page costs one hop from the event loop to a thread (0.07 ms) instead of the several that Django's own ASGI handler
needs (2 ms); see docs/decisions/0002-web-server.md.
"""

import asyncio
import contextlib
import logging
import os
import queue
import sys
import tempfile
import threading
from collections.abc import Callable
from io import BytesIO
from typing import IO, Any

from sira.plumbing.limits import LARGEST

log = logging.getLogger(__name__)

BODY_LIMIT = LARGEST
IN_MEMORY = 512 * 1024
CHUNK = 64 * 1024
Headers = list[tuple[str, str]]
PLAIN: Headers = [("content-type", "text/plain; charset=utf-8"), ("x-content-type-options", "nosniff")]
FIXED: dict[str, Any] = {
    "SCRIPT_NAME": "",
    "wsgi.errors": sys.stderr,
    "wsgi.version": (1, 0),
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
    "wsgi.input_terminated": True,
}


class Threads:
    """A few threads that make the calls; a pool of the standard library costs twice as much a call."""

    def __init__(self, loop: asyncio.AbstractEventLoop, count: int) -> None:
        self.loop = loop
        self.calls: queue.SimpleQueue[tuple[asyncio.Future[Any], Callable[..., Any], tuple[Any, ...]]] = (
            queue.SimpleQueue()
        )
        for number in range(count):
            threading.Thread(target=self._work, name=f"page-{number}", daemon=True).start()

    def run(self, call: Callable[..., Any], *arguments: Any) -> "asyncio.Future[Any]":
        future = self.loop.create_future()
        self.calls.put((future, call, arguments))
        return future

    def _work(self) -> None:
        while True:
            future, call, arguments = self.calls.get()
            result, error = None, None
            try:
                result = call(*arguments)
            except Exception as caught:
                error = caught
            with contextlib.suppress(RuntimeError):  # the loop has ended: the process stops
                self.loop.call_soon_threadsafe(self._settle, future, result, error)

    @staticmethod
    def _settle(future: "asyncio.Future[Any]", result: Any, error: Exception | None) -> None:
        if future.cancelled():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)


class TooLarge(Exception):
    """The request's body is over the limit."""


async def body_of(scope: Any, protocol: Any) -> IO[bytes]:
    """The whole body, on disk when it is large: no thread waits for a slow sender. Raises TooLarge."""
    length = scope.headers.get("content-length", "")
    if not length and "transfer-encoding" not in scope.headers:
        return BytesIO()
    if length.isdecimal() and int(length) > BODY_LIMIT:
        raise TooLarge
    body = tempfile.SpooledTemporaryFile(IN_MEMORY)
    size = 0
    try:
        async for chunk in protocol:
            size += len(chunk)
            if size > BODY_LIMIT:
                raise TooLarge
            body.write(chunk)
        body.seek(0)
    except BaseException:
        body.close()
        raise
    return body


def size_of(body: IO[bytes]) -> int:
    size = body.seek(0, os.SEEK_END)
    body.seek(0)
    return size


def environ_of(scope: Any, body: IO[bytes]) -> dict[str, Any]:
    host, _, port = scope.server.rpartition(":")
    environ = FIXED | {
        "REQUEST_METHOD": scope.method,
        # WSGI's own convention: the bytes of the path, read as Latin-1.
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
        "CONTENT_LENGTH": str(size_of(body)),
    }
    for name, value in scope.headers.items():
        if "_" in name:
            continue  # would be taken for the same header with a hyphen
        key = name.upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        if key == "CONTENT_LENGTH":
            continue  # a chunked body comes without it; the size of what has arrived holds for both
        if key in environ:
            value = environ[key] + ("; " if key == "HTTP_COOKIE" else ",") + value
        environ[key] = value
    return environ


class Answer:
    """What the application answered: a body in memory, or a file."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: Headers = []
        self.body = b""
        self.file: IO[bytes] | None = None
        self.path = ""

    def start(self, status: str, headers: Headers, exc_info: Any = None) -> None:
        self.status, self.headers = int(status[:3]), headers

    async def send(self, protocol: Any) -> None:
        if self.path:
            protocol.response_file(self.status, self.headers, self.path)
        elif self.file is None:
            protocol.response_bytes(self.status, self.headers, self.body)
        else:
            with self.file:
                transport = protocol.response_stream(self.status, self.headers)
                while chunk := self.file.read(CHUNK):
                    await transport.send_bytes(chunk)


def call(application: Callable[..., Any], scope: Any, body: IO[bytes]) -> Answer:
    """Call the application in this thread. A streamed response is drained first: no thread waits for a slow reader."""
    answer = Answer()
    with body:
        response = application(environ_of(scope, body), answer.start)
        try:
            if not getattr(response, "streaming", False):
                answer.body = b"".join(response)
            elif path := whole_file(response):
                answer.path = path
            else:
                answer.file = tempfile.SpooledTemporaryFile(IN_MEMORY)
                for chunk in response:
                    answer.file.write(chunk)
                answer.file.seek(0)
        finally:
            response.close()
    return answer


def whole_file(response: Any) -> str:
    """The path of a FileResponse that gives out a file on disk from its first byte: granian sends it without Python."""
    file = getattr(response, "file_to_stream", None)
    name = getattr(file, "name", None)
    file = getattr(file, "file", file)
    if (
        file is None
        or not isinstance(name, str)
        or not name.startswith("/")
        or not hasattr(file, "fileno")
        or file.tell() != 0
    ):
        return ""
    return name
