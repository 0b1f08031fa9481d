"""Two administrators put a process to use at the same moment."""

from sira.catalogue.models import RequestType
from sira.processes import versions
from sira.processes.tests.drawing import drawing, end, start, user
from sira.studio.offering import put_to_use
from sira.tickets.models import TicketType
from sira.tickets.tests.cast import Desk, monday
from sira.tickets.tests.test_approval_races import at_once

SOURCE = drawing(start(), user("work"), end(), ways="start > work > end", key="leave")


def test_it_is_offered_once_and_nobody_meets_an_error(committing: None):
    desk = Desk()
    row = versions.install(SOURCE, by=desk.ada, at=monday(9))

    def offer() -> None:
        put_to_use(row, name="Leave", description="", form_key="", audience="everybody", by=desk.ada)

    assert at_once(*[offer] * 6) == [""] * 6
    assert RequestType.objects.filter(key="leave").count() == 1
    assert TicketType.objects.filter(process_key="leave").count() == 1
