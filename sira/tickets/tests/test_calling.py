"""A mark that calls reaches who is on call; the next one of the chain where it is the next call."""

from datetime import timedelta

import pytest

from sira.notifications.models import OutgoingMail
from sira.promises.pump import Mark
from sira.tickets import marked
from sira.tickets.tests.cast import monday
from sira.workforce import absences, planning

pytestmark = pytest.mark.django_db
AT = monday(22)


def comes(ticket, call: int) -> None:
    mark = Mark(1, ticket.pk, "resolution", "breach", AT, AT, tells=("on_call",), calls=(call,))
    marked.came([mark], AT)


def told() -> list[str]:
    return list(OutgoingMail.objects.filter(kind="breached").order_by("id").values_list("person__name", flat=True))


def test_the_first_is_called_then_the_next_and_who_is_sick_is_left_out(desk):
    for step, person in enumerate((desk.jonas, desk.ayse), 1):
        span = {"starts_at": monday(17), "ends_at": monday(17) + timedelta(hours=14)}
        planning.add_shift(person, kind="on_call", group=desk.it, step=step, **span, by=desk.ada, at=monday(9))
    ticket = desk.ticket(at=monday(16))
    comes(ticket, 1)
    comes(ticket, 2)
    comes(ticket, 5)
    assert told() == ["Jonas Weber", "Ayşe Demir", "Ayşe Demir"]
    absences.record_absence(desk.jonas, "sick", starts_at=monday(18), ends_at=None, by=desk.jonas, at=monday(18))
    comes(ticket, 1)
    assert told()[-1] == "Ayşe Demir"


def test_a_group_without_a_rota_calls_nobody(desk):
    comes(desk.ticket(at=monday(16)), 1)
    assert told() == []
