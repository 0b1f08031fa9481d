"""Two administrators do the same at the same moment."""

from collections.abc import Callable

from sira.catalogue.models import RequestType
from sira.processes import versions
from sira.processes.models import ProcessVersion
from sira.processes.tests.drawing import drawing, end, start, user
from sira.studio import keeping
from sira.studio.models import SetAside
from sira.studio.offering import put_to_use
from sira.studio.shelves import SHELVES
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


def test_a_draft_is_begun_once_and_no_text_is_lost(committing: None):
    desk = Desk()
    texts = [drawing(start(), user(key), end(), ways=f"start > {key} > end", key="leave") for key in ("a", "b", "c")]

    def begin(text: str) -> Callable[[], None]:
        return lambda: keeping.draft_of(SHELVES["processes"], "leave", text, by=desk.ada, at=monday(9))

    assert at_once(*map(begin, texts)) == [""] * 3
    drafts = ProcessVersion.objects.filter(key="leave")
    assert drafts.count() == 1
    assert {drafts.get().source, *SetAside.objects.values_list("source", flat=True)} == set(texts)
