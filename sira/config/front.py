"""The one port of the desk: `/live` and static files are answered here, everything else by the pages in threads."""

import asyncio
import json
import logging
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings

from sira.config import gateway
from sira.config.live import may_hear
from sira.config.static import PREFIX, StaticFiles
from sira.config.wsgi import application
from sira.plumbing.live import OVER, Listener, address, as_event

log = logging.getLogger(__name__)

PAGES_AT_ONCE = 4  # threads, and so database connections, of one process
BEAT_SECONDS = 20  # a comment on silent streams: proxies keep the connection, and a gone reader is noticed
LOOK_AGAIN_SECONDS = 60  # whether the session is still good
TOPICS_AT_MOST = 50
EVENT_STREAM = [
    ("content-type", "text/event-stream; charset=utf-8"),
    ("cache-control", "no-store"),
    ("x-accel-buffering", "no"),
]


class Front:
    def __init__(self) -> None:
        self.ending = asyncio.Event()  # the end may be wished before the server has begun

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.threads = gateway.Threads(loop, PAGES_AT_ONCE)
        self.static = StaticFiles(settings.STATIC_ROOT)
        self.listener = Listener(address)
        self.listening: asyncio.Task[None] | None = None

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        if self.listening:
            self.listening.cancel()

    def end_streams(self) -> None:
        """Let the open pages go; they come back by themselves, to a process that stays."""
        self.ending.set()

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        if scope.path == "/live":
            await self.live(scope, protocol)
        elif not (scope.path.startswith(PREFIX) and self.static.answer(scope, protocol)):
            await self.page(scope, protocol)

    async def page(self, scope: Any, protocol: Any) -> None:
        try:
            body = await gateway.body_of(scope, protocol)
            answer = await self.threads.run(gateway.call, application, scope, body)
        except gateway.TooLarge:
            protocol.response_str(413, *too_large(scope.path))
            return
        except Exception:
            log.exception("No answer to %s %s", scope.method, scope.path)
            protocol.response_str(500, gateway.PLAIN, "The desk could not answer. Please try again.\n")
            return
        await answer.send(protocol)

    async def live(self, scope: Any, protocol: Any) -> None:
        """Send the events of `?topics=a,b` until the page is closed, the session ends or the process stops."""
        topics = {word for words in parse_qs(scope.query_string).get("topics", []) for word in words.split(",")}
        session = session_key(scope.headers.get("cookie") or "")
        allowed = await self.threads.run(may_hear, session, sorted(topics)[:TOPICS_AT_MOST])
        if allowed is None:
            protocol.response_str(403, gateway.PLAIN, "Sign in first.\n")
            return
        if self.listening is None:
            self.listening = asyncio.create_task(self.listener.run())
        transport = protocol.response_stream(200, EVENT_STREAM)
        with self.listener.subscribed(allowed) as stream:
            ends = {
                asyncio.ensure_future(self.send(stream, transport, session)),
                asyncio.ensure_future(protocol.client_disconnect()),
                asyncio.ensure_future(self.ending.wait()),
            }
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            for end in ends:
                end.cancel()

    async def send(self, stream: Any, transport: Any, session: str) -> None:
        loop = asyncio.get_running_loop()
        look_again = loop.time() + LOOK_AGAIN_SECONDS
        await transport.send_bytes(b"retry: 3000\n\n")
        while True:
            try:
                event = await asyncio.wait_for(stream.waiting.get(), BEAT_SECONDS)
                await transport.send_bytes(as_event(event))
            except TimeoutError:
                await transport.send_bytes(b":\n\n")
            if loop.time() > look_again:
                if await self.threads.run(may_hear, session, []) is None:
                    await transport.send_bytes(as_event(OVER))
                    return
                look_again = loop.time() + LOOK_AGAIN_SECONDS


def too_large(path: str) -> tuple[gateway.Headers, str]:
    """The answer to a body above the limit: a line, or for a program a problem (RFC 9457). Nothing else was read."""
    words = f"More than {gateway.BODY_LIMIT // 10**6} MB. Make it smaller, or share it another way and send the link."
    if not path.startswith("/api/"):
        return [*gateway.PLAIN, ("connection", "close")], f"{words}\n"
    problem = {"type": "urn:sira:problem:too_large", "title": "Too large", "status": 413, "detail": words}
    return [("content-type", "application/problem+json"), ("connection", "close")], json.dumps(problem)


def session_key(cookie: str) -> str:
    try:
        found = SimpleCookie(cookie).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return found.value if found else ""


front = Front()
