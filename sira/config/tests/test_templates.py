import pytest
from django.utils.timezone import now

from sira.config import templates
from sira.people import groups
from sira.people.automation import automation
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


def test_a_type_gets_the_group_that_its_template_names_when_the_desk_makes_it(capsys):
    assert templates.main(["take", "leave"]) == 0
    told = capsys.readouterr().out
    assert "groups that are not here yet: hr." in told
    assert "Until hr is made, tickets of leave are everybody's; then they are that group's." in told
    leave = TicketType.objects.get(key="leave")
    assert leave.group is None
    groups.create_group("legal", name="Legal", by=automation(), at=now())
    leave.refresh_from_db()
    assert leave.group is None
    hr = groups.create_group("hr", name="HR", by=automation(), at=now())
    leave.refresh_from_db()
    assert leave.group == hr
    assert templates.main(["take", "leave"]) == 0
    assert "not here yet" not in capsys.readouterr().out


def test_what_a_template_calls_is_taken_with_it():
    assert templates.with_called(["incident", "feedback"]) == ["feedback", "incident"]


def test_an_unknown_template_is_said(capsys):
    assert templates.main(["take", "teleport"]) == 1
    assert "teleport" in capsys.readouterr().err
