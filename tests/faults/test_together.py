"""Two agents, mail and the process at one ticket, all at once: whoever wrote is told what became of it.

With --faults 200 rounds, else a few.
"""

import threading
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.utils import timezone

from sira.channels.email.taking import take
from sira.config import pumping
from sira.plumbing.desk_files import desk_files
from sira.tickets import editing, waiting
from sira.tickets.models import HistoryEntry, Message, Ticket
from sira.tickets.refusals import ChangedMeanwhile
from sira.tickets.tests.cast import Desk
from tests.faults.test_identity import keyed


@pytest.fixture
def desk(committing, tmp_path, monkeypatch):
    monkeypatch.setattr(desk_files(), "folder", tmp_path / "files")
    return Desk()


def test_nobody_writes_over_another_without_a_word(desk, request):
    rounds = 200 if request.config.getoption("--faults") else 15
    ticket = desk.ticket(requester=desk.hannah, group=desk.it)
    begins = threading.Barrier(4)
    written, refused, amiss = [], [], []

    def edits(person, number):
        """What was read first may be another's by the time it is written."""
        now = Ticket.objects.get(pk=ticket.pk)
        begins.wait(60)
        changes = {"subject": f"{person.name} {number}", "impact": 1 + (number + person.pk) % 3}
        try:
            seen = {name: editing.value_of(now, name) for name in changes}
            editing.set_fields(now, changes, seen=seen, by=person, at=timezone.now())
            written.append([seen["subject"], changes["subject"]])
        except ChangedMeanwhile:
            refused.append(changes["subject"])

    def mails(_person, number):
        begins.wait(60)
        head = f"From: hannah@desk.example\r\nTo: {keyed(ticket)}\r\nSubject: Re: it\r\nMessage-ID: <{number}@x>\r\n"
        take(f"{head}\r\nMail {number}\r\n".encode(), at=timezone.now())

    def process(_person, number):
        """The ticket is put on hold, and the pumps of a worker end that."""
        begins.wait(60)
        at = timezone.now()
        if number % 2:
            waiting.hold(ticket, until=at + timedelta(seconds=1), by=desk.ayse, at=at)
        for pump in pumping.PUMPS:
            pump(at + timedelta(seconds=2))

    def goes(work, person=None):
        try:
            for number in range(rounds):
                work(person, number)
        except BaseException as error:
            amiss.append(error)
            begins.abort()
        finally:
            connection.close()

    connection.close()
    hands = [(edits, desk.ayse), (edits, desk.jonas), (mails, None), (process, None)]
    threads = [threading.Thread(target=goes, args=hand) for hand in hands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not amiss, amiss
    assert len(written) + len(refused) == 2 * rounds and len(written) >= rounds
    assert Message.objects.filter(ticket=ticket, channel="mail", text__startswith="Mail ").count() == rounds
    assert sorted(written) == sorted(told_from_first_to_last(ticket, "subject")), "each wrote over what they had read"
    assert told_from_first_to_last(ticket, "impact")


def told_from_first_to_last(ticket, name):
    """The changes of a field: each began where the one before it ended."""
    told = HistoryEntry.objects.filter(ticket=ticket, fact__kind=HistoryEntry.Kind.CHANGED).order_by("pk")
    changes = [entry.fact.facts[name] for entry in told.select_related("fact") if name in entry.fact.facts]
    assert all(after == before for (_before, after), (before, _after) in pairwise(changes)), changes
    assert changes[-1][1] == getattr(Ticket.objects.get(pk=ticket.pk), name)
    return changes
