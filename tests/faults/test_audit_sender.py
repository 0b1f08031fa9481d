"""A worker that stands still while it sends the audit trail on holds nobody up: another sends on, in the same order."""

import json
import os
import signal
import time

import pytest
from django.db import transaction

from sira.plumbing import audit, sending_audit, syslog
from sira.plumbing.models import SentTrail
from sira.plumbing.syslog import Link
from sira.plumbing.tests.test_syslog import collector, record, trail
from tests.faults import points

__all__ = ["collector", "trail"]

PATIENCE = 60


@pytest.fixture
def turn(request, monkeypatch):
    """Seconds after which another begins; with --faults as in a desk."""
    if not request.config.getoption("--faults"):
        monkeypatch.setattr(sending_audit, "TURN", 2.0)
    return sending_audit.TURN


def stops_when(monkeypatch, at, *, sends_first):
    """The process that sends stops itself around its entry number `at`."""
    send, count = Link.send, [0]

    def stopping(link, data):
        count[0] += 1
        if count[0] == at and not sends_first:
            os.kill(os.getpid(), signal.SIGSTOP)
        send(link, data)
        if count[0] == at and sends_first:
            os.kill(os.getpid(), signal.SIGSTOP)

    monkeypatch.setattr(Link, "send", stopping)


def wait_until_stopped(pid):
    assert os.WIFSTOPPED(os.waitpid(pid, os.WUNTRACED)[1])


@pytest.mark.parametrize("sends_first", [True, False])
def test_a_sender_that_stands_still_locks_nothing_and_another_goes_on(trail, collector, turn, sends_first, monkeypatch):
    record(*range(6))

    def work():
        with monkeypatch.context() as patch:
            stops_when(patch, 3, sends_first=sends_first)
            sending_audit.send_new(Link(collector.place))

    with points.forked(work) as late:
        wait_until_stopped(late)
        stopped_at = time.monotonic()
        with transaction.atomic():
            assert SentTrail.objects.select_for_update(nowait=True).get().place == trail + 2
        link = Link(collector.place)
        assert sending_audit.send_new(link) == 0, "two send at once"
        while not (sent := sending_audit.send_new(link)):
            assert time.monotonic() - stopped_at < PATIENCE
            time.sleep(0.05)
        assert sent == 4
        os.kill(late, signal.SIGCONT)
        os.waitpid(late, 0)  # its work is over: it finds that another has the turn
    record(6)
    assert sending_audit.send_new(link) == 1
    link.close()
    assert SentTrail.objects.get().place == audit.head()[0]
    keys = [int(json.loads(words)["key"]) for words in collector.words(8)]
    assert sorted(keys) == [0, 1, 2, 2, 3, 4, 5, 6]
    assert list(dict.fromkeys(keys)) == list(range(7)), "an entry came before one that was sealed before it"


def test_a_turn_lasts_longer_than_sending_an_entry_may_and_is_over_within_a_minute():
    longest = 3 * syslog.PATIENCE  # to connect, to agree on TLS, to send
    assert longest < sending_audit.TURN and sending_audit.TURN + sending_audit.EVERY + longest < 60
