import pytest

from sira.config import templates
from sira.processes.models import ProcessVersion
from sira.tickets.models import TicketType

pytestmark = pytest.mark.django_db


def test_a_template_that_is_taken_is_ready_to_be_asked_for(capsys):
    assert templates.main(["take", "change"]) == 0
    assert "not here yet: change_board, it" in capsys.readouterr().out
    assert ProcessVersion.objects.get(key="change").status == "published"
    assert TicketType.objects.get(key="change").prefix == "CHG"
    assert templates.main(["list"]) == 0
    taken = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line.split()[1] == "taken"]
    assert taken == ["change"]


def test_what_a_template_calls_is_taken_with_it():
    assert templates.with_called(["incident", "feedback"]) == ["feedback", "incident"]


def test_an_unknown_template_is_said(capsys):
    assert templates.main(["take", "teleport"]) == 1
    assert "teleport" in capsys.readouterr().err
