"""What the live stream hears, on a real connection that listens."""

import asyncio
import json

import psycopg
import pytest
from django.db import connection, transaction

from sira.plumbing.live import AGAIN, WAITING_AT_MOST, Listener, Stream, address, as_event, tell


class Hearing:
    """Runs a listener in a loop of its own while the test acts, and gathers what one page hears."""

    def __init__(self, topics, act, listening_address):
        self.topics, self.act, self.address = topics, act, listening_address

    async def heard(self, expected):
        listener = Listener(lambda: self.address)
        running = asyncio.create_task(listener.run())
        events = []
        with listener.subscribed(self.topics) as stream:
            await self.until_listening()
            await asyncio.to_thread(self.act)
            while len(events) < expected:
                events.append(await asyncio.wait_for(stream.waiting.get(), 60))
        running.cancel()
        assert not listener.streams
        return events

    async def until_listening(self):
        async with await psycopg.AsyncConnection.connect(self.address, autocommit=True) as link:
            for _ in range(6000):
                found = await link.execute(
                    "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN%%' AND state = 'idle'"
                )
                if await found.fetchone():
                    return
                await asyncio.sleep(0.01)


def heard(topics, act, expected):
    return asyncio.run(Hearing(topics, act, address()).heard(expected))


def in_thread(act):
    def run():
        try:
            act()
        finally:
            connection.close()

    return run


@pytest.mark.usefixtures("committing")
def test_a_page_hears_of_its_topics_and_of_no_other():
    def act():
        tell("people", [9])
        tell("tickets", [1, 2])

    assert heard(["tickets"], in_thread(act), 1) == [("tickets", "1,2")]


@pytest.mark.usefixtures("committing")
def test_a_page_of_one_ticket_hears_of_that_one_alone():
    def act():
        tell("tickets", [1, 2])
        tell("tickets", [12])
        tell("tickets", [2])

    assert heard(["tickets-2"], in_thread(act), 2) == [("tickets", "2"), ("tickets", "2")]


@pytest.mark.usefixtures("committing")
def test_what_is_rolled_back_is_never_told():
    def act():
        with transaction.atomic():
            tell("tickets", [1])
            transaction.set_rollback(True)
        tell("tickets", [2])

    assert heard(["tickets"], in_thread(act), 1) == [("tickets", "2")]


@pytest.mark.usefixtures("committing")
def test_thousands_of_ids_come_in_parts():
    events = heard(["tickets"], in_thread(lambda: tell("tickets", range(1000))), 3)
    assert [int(word) for _, ids in events for word in ids.split(",")] == list(range(1000))


def test_a_page_too_slow_to_hear_everything_is_told_to_look_at_everything():
    stream = Stream()
    for number in range(WAITING_AT_MOST + 1):
        stream.put(("tickets", str(number)))
    assert stream.waiting.get_nowait() == AGAIN
    assert stream.waiting.empty()


def test_an_event_carries_ids_and_nothing_else():
    name, data, *_ = as_event(("ticket-4", "4")).decode().splitlines()
    assert name == "event: ticket-4"
    assert json.loads(data.removeprefix("data: ")) == {"ids": [4]}
