"""What has changed, told to the pages that are open: NOTIFY in the transaction, one LISTEN in each web process.

A topic is a short word, such as `tickets`; `tickets-42` is its news about row 42 alone. Only ids travel; a page that
hears of one asks for it again and so passes the same rights as ever. A page may miss nothing for long: after a gap in
the connection every stream is sent `again`, which means look at everything anew.
"""

import asyncio
import contextlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable

import psycopg
from django.db import connection
from psycopg.conninfo import make_conninfo

from sira.plumbing import prepared

CHANNEL = "sira_live"
IDS_AT_ONCE = 400  # a payload holds under 8000 bytes
WAITING_AT_MOST = 100  # events a slow page may have before it; then one `again` replaces them
RETRY_SECONDS = 2
AGAIN = ("again", "")
OVER = ("over", "")  # the session has ended


def tell(topic: str, ids: Iterable[int]) -> None:
    """Tell the open pages, when this transaction commits, that these rows of `topic` have changed."""
    wanted = [str(number) for number in ids]
    for start in range(0, len(wanted), IDS_AT_ONCE):
        part = ",".join(wanted[start : start + IDS_AT_ONCE])
        prepared.ask("SELECT pg_notify(%s, %s)", [CHANNEL, f"{topic} {part}"])


def notice(topic: str, number: int) -> tuple[str, str]:
    """The same about one row, for who writes it in one statement (rows.write)."""
    return CHANNEL, f"{topic} {number}"


def address() -> str:
    """The database's address as Django has it, for the connection that listens."""
    parameters = connection.get_connection_params()
    parameters.pop("prepare_threshold")  # psycopg's own, not the library's
    return make_conninfo("", **{name: value for name, value in parameters.items() if isinstance(value, (str, int))})


class Stream:
    """The events that one open page still has to hear."""

    def __init__(self) -> None:
        self.waiting: asyncio.Queue[tuple[str, str]] = asyncio.Queue(WAITING_AT_MOST)

    def put(self, event: tuple[str, str]) -> None:
        try:
            self.waiting.put_nowait(event)
        except asyncio.QueueFull:
            while not self.waiting.empty():
                self.waiting.get_nowait()
            self.waiting.put_nowait(AGAIN)


class Listener:
    """Hears the database for one web process and hands each event to the streams of its topic."""

    def __init__(self, address: Callable[[], str]) -> None:
        """address: gives the libpq address of a direct connection; LISTEN does not pass PgBouncer's transactions."""
        self.address = address
        self.streams: dict[str, set[Stream]] = defaultdict(set)

    @contextlib.contextmanager
    def subscribed(self, topics: Iterable[str]):  # type: ignore[no-untyped-def]
        stream = Stream()
        wanted = set(topics)
        for topic in wanted:
            self.streams[topic].add(stream)
        try:
            yield stream
        finally:
            for topic in wanted:
                self.streams[topic].discard(stream)
                if not self.streams[topic]:
                    del self.streams[topic]

    async def run(self) -> None:
        """Listen until cancelled; a lost connection is made again, and then every stream hears `again`."""
        first = True
        while True:
            with contextlib.suppress(psycopg.OperationalError, OSError):
                async with await psycopg.AsyncConnection.connect(self.address(), autocommit=True) as link:
                    await link.execute(f"LISTEN {CHANNEL}")
                    if not first:
                        self.all_again()
                    first = False
                    async for notice in link.notifies():
                        self.spread(notice.payload)
            await asyncio.sleep(RETRY_SECONDS)

    def spread(self, payload: str) -> None:
        topic, _, ids = payload.partition(" ")
        for stream in self.streams.get(topic, ()):
            stream.put((topic, ids))
        for number in ids.split(","):
            for stream in self.streams.get(f"{topic}-{number}", ()):
                stream.put((topic, number))

    def all_again(self) -> None:
        for stream in {stream for streams in self.streams.values() for stream in streams}:
            stream.put(AGAIN)


def as_event(event: tuple[str, str]) -> bytes:
    """The event as server-sent text: its name is the topic, its data `{"ids": [1, 2]}`."""
    topic, ids = event
    data = json.dumps({"ids": [int(number) for number in ids.split(",") if number]})
    return f"event: {topic}\ndata: {data}\n\n".encode()
