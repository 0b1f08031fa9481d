"""What screens keep for a moment is dropped by the worker."""

from datetime import timedelta

from sira.config import pumping
from sira.tickets.tests.cast import monday
from sira.workspace import forgetting, looking
from sira.workspace.models import Change, Looking


def test_who_looked_and_what_could_be_undone_are_forgotten_in_the_end(desk):
    ticket, at = desk.ticket(at=monday(9)), monday(9)
    looking.look(desk.jonas, ticket, writes=False, at=at)
    Change.objects.create(by=desk.jonas, at=at, fields={str(ticket.pk): {"priority": [3, 1]}})
    assert forgetting.forget(at + forgetting.KEPT - timedelta(minutes=1)) == 0
    for forget in pumping.FORGETTING:
        forget(at + forgetting.KEPT + timedelta(minutes=1))
    assert not Looking.objects.exists() and not Change.objects.exists()
