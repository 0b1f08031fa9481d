"""The log goes to another machine as it is written, and nobody waits for that machine."""

import json
import logging
import os
import re
import signal
import socket
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import pytest
from django.db import connection

from sira.plumbing import audit, sending_audit, syslog
from sira.plumbing.mail.tests.test_sending import certificate
from sira.plumbing.models import SentTrail
from sira.plumbing.syslog import Link, Place, SyslogHandler

__all__ = ["certificate"]

MESSAGE = re.compile(r"<(\d+)>1 (\S+Z) (\S+) sira (\d+) (\w+) - (.*)", re.DOTALL)


class Collector:
    """A server for logs: reads messages by their lengths."""

    def __init__(self, tls=None, port=0):
        self.listening = socket.create_server(("127.0.0.1", port))
        self.tls, self.got, self.links = tls, [], []
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def place(self):
        return Place("localhost" if self.tls else "127.0.0.1", self.listening.getsockname()[1], bool(self.tls))

    def _listen(self):
        while True:
            try:
                link, _ = self.listening.accept()
                link = self.tls.wrap_socket(link, server_side=True) if self.tls else link
            except ssl.SSLError:
                continue
            except OSError:
                return
            self.links.append(link)
            threading.Thread(target=self._read, args=(link.makefile("rb"),), daemon=True).start()

    def _read(self, stream):
        with suppress(OSError, ValueError):
            while size := self._size(stream):
                self.got.append(stream.read(int(size)).decode())

    def _size(self, stream):
        digits = b""
        while (sign := stream.read(1)) not in (b" ", b""):
            digits += sign
        return digits

    def hang_up(self):
        for link in self.links:
            with suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)
            link.close()
        self.links.clear()

    def close(self):
        self.listening.close()
        self.hang_up()

    def words(self, count):
        until = time.monotonic() + 20
        while len(self.got) < count:
            assert time.monotonic() < until, self.got
            time.sleep(0.01)
        return [MESSAGE.fullmatch(one)[6] for one in self.got]


@contextmanager
def logging_to(place, kind="log"):
    handler, log = SyslogHandler(place, kind), logging.getLogger("sira.test_of_syslog")
    handler.setFormatter(logging.Formatter("%(message)s"))
    log.addHandler(handler)
    log.propagate = False
    try:
        yield log, handler
    finally:
        log.removeHandler(handler)


@pytest.fixture
def collector():
    collector = Collector()
    yield collector
    collector.close()


def test_a_line_arrives_whole_with_its_instant_severity_and_kind(collector):
    with logging_to(collector.place, "security") as (log, _handler):
        log.error('{"event": "refused",\n "route": "çay"}')
        log.warning("second")
        assert collector.words(2) == ['{"event": "refused",\n "route": "çay"}', "second"]
    first = MESSAGE.fullmatch(collector.got[0])
    assert (first[1], first[5]) == (str(10 * 8 + 3), "security")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", first[2])


def test_who_logs_does_not_wait_for_a_server_that_is_away_or_takes_nothing(monkeypatch):
    monkeypatch.setattr(syslog, "MOST_WAITING", 100)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for place in (Place("127.0.0.1", 1, False), Place(*silent.getsockname(), False)):
            with logging_to(place) as (log, handler):
                started = time.monotonic()
                for number in range(2000):
                    log.warning("line %d %s", number, "x" * 10_000)
                assert time.monotonic() - started < 5
                assert handler._waiting.qsize() <= 100 and handler._dropped > 0


def test_what_waited_arrives_once_the_server_is_back_and_what_found_no_place_is_counted(monkeypatch):
    monkeypatch.setattr(syslog, "MOST_WAITING", 3)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with logging_to(Place("127.0.0.1", port, False)) as (log, handler):
        log.warning("line 0")
        while handler._waiting.qsize():
            time.sleep(0.01)
        for number in range(1, 6):
            log.warning("line %d", number)
        collector = Collector(port=port)
        said = collector.words(5)
        assert sorted(said) == sorted(
            [
                *(f"line {number}" for number in range(4)),
                "2 lines of the log found no place and are on standard error alone",
            ]
        )
        collector.close()


def test_a_server_that_ended_the_connection_is_called_anew(collector):
    with logging_to(collector.place) as (log, _handler):
        log.warning("before")
        collector.words(1)
        collector.hang_up()
        log.warning("after")
        assert collector.words(2) == ["before", "after"]


def test_a_process_that_was_forked_sends_its_own(collector):
    with logging_to(collector.place) as (log, _handler):
        log.warning("of the first")
        collector.words(1)
        child = os.fork()
        if child == 0:
            log.warning("of the fork")
            time.sleep(2)
            os._exit(0)
        collector.words(2)
        os.waitpid(child, 0)
    numbers = {MESSAGE.fullmatch(one)[4] for one in collector.got}
    assert len(numbers) == 2


def test_by_tls_the_certificate_is_looked_at(certificate, monkeypatch):
    theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    theirs.load_cert_chain(certificate)
    collector = Collector(tls=theirs)
    message = syslog.line("hello", severity=6, at=datetime.now(UTC), kind="log")
    with pytest.raises(ssl.SSLCertVerificationError):
        Link(collector.place).send(message)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    link = Link(collector.place)
    link.send(message)
    assert collector.words(1) == ["hello"]
    link.close()
    collector.close()


@pytest.fixture
def trail(committing):
    """Nothing of it is left to send; gives the place it ends at."""
    before = audit.head()[0]
    SentTrail.objects.create(pk=1, place=before)
    return before


def record(*keys):
    for key in keys:
        audit.record("looked", key, by=None, way="command")


def test_the_audit_trail_is_sent_from_where_it_was_and_none_of_it_left_out(trail, collector, monkeypatch):
    link = Link(collector.place)
    monkeypatch.setattr(sending_audit, "AT_ONCE", 3)
    record(0, 1, 2, 3, 4)
    assert [sending_audit.send_new(link) for _round in range(3)] == [3, 2, 0]
    assert collector.words(5) == list(audit.lines(trail))
    assert json.loads(collector.words(5)[-1])["key"] == "4"

    record(5)
    link.close()
    away = Link(Place("127.0.0.1", 1, False))
    with pytest.raises(OSError):
        sending_audit.send_new(away)
    assert sending_audit.send_new(link) == 1
    assert collector.words(6) == list(audit.lines(trail))
    link.close()


def test_of_two_workers_one_sends_an_entry(trail, collector):
    record(*range(20))

    def work():
        link = Link(collector.place)
        try:
            for _round in range(20):
                sending_audit.send_new(link)
        finally:
            link.close()
            connection.close()

    workers = [threading.Thread(target=work) for _worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    collector.words(20)
    time.sleep(0.2)
    assert sorted(collector.words(20), key=lambda words: json.loads(words)["place"]) == list(audit.lines(trail))


def test_after_a_kill_one_entry_at_most_comes_again(trail, collector, monkeypatch):
    monkeypatch.setattr(sending_audit, "TURN", 1.0)
    record(0, 1, 2)
    connection.close()
    child = os.fork()
    if child == 0:
        sent, send = [], Link.send

        def dies_after_the_second(link, data):
            send(link, data)
            sent.append(data)
            if len(sent) == 2:
                os.kill(os.getpid(), signal.SIGKILL)

        Link.send = dies_after_the_second
        sending_audit.send_new(Link(collector.place))
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    collector.words(2)
    until = time.monotonic() + 20
    while not (sent := sending_audit.send_new(Link(collector.place))):
        assert time.monotonic() < until, "the dead one keeps its turn"
    assert sent == 2
    assert [json.loads(words)["key"] for words in collector.words(4)] == ["0", "1", "1", "2"]
