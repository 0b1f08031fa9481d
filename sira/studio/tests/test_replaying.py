"""`sira replay`: what past tickets would have become, with nothing changed."""

import json
from pathlib import Path

import pytest

from sira.decisions import publishing
from sira.decisions.models import Trace
from sira.studio import replaying
from sira.tickets.models import Ticket
from sira.tickets.tests.cast import monday

PRIORITY = (Path(__file__).parents[3] / "packs/helpdesk/priority.dmn").read_text(encoding="utf-8")


def said(capsys) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_draft_tells_which_tickets_would_differ_and_changes_none(desk, capsys):
    tickets = [desk.ticket(), desk.ticket(at=monday(10))]
    other = PRIORITY.replace('<text>"low"</text>', '<text>"critical"</text>')
    publishing.save_draft("priority", other, at=monday(11), by=desk.ada)
    before, traces = Ticket.objects.values_list("priority", flat=True), Trace.objects.count()
    before = list(before)
    assert replaying.main(["priority"]) == 0
    *changed, sums = said(capsys)
    assert sums["tickets"] == len(tickets) and sums["differ"] == len(changed) > 0
    assert {one["ticket"] for one in changed} <= {ticket.number for ticket in tickets}
    assert (list(Ticket.objects.values_list("priority", flat=True)), Trace.objects.count()) == (before, traces)


def test_a_published_process_is_walked_again(desk, capsys):
    desk.ticket()
    assert replaying.main(["ticket:1", "--tickets", "5"]) == 0
    (sums,) = said(capsys)
    assert (sums["rule"], sums["tickets"], sums["differ"]) == ("ticket", 1, 0)


def test_without_a_draft_it_says_what_to_name(desk, capsys):
    assert replaying.main([]) == 0
    assert "There is no draft" in capsys.readouterr().err


def test_a_rule_that_is_not_there_is_named(desk, capsys):
    assert replaying.main(["priority:99"]) == 1
    assert "priority:99" in capsys.readouterr().err


@pytest.mark.parametrize("number", ["0", "-3", "many"])
def test_a_number_of_tickets_that_is_none_is_refused(desk, capsys, number):
    with pytest.raises(SystemExit) as refused:
        replaying.main(["priority:1", f"--tickets={number}"])
    assert refused.value.code == 2
