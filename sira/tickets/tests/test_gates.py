"""Nothing is resolved or closed before its fields are filled and its mandatory tasks are done, by whatever path."""

import pytest
from django.db import DatabaseError, connection, transaction

from sira.plumbing.violations import violated
from sira.processes.models import Task
from sira.tickets import finishing, gates, lifecycle, merging
from sira.tickets.models import Ticket
from sira.tickets.refusals import NotReady
from sira.tickets.tests.cast import Desk, monday


@pytest.fixture
def tested(desk: Desk) -> Ticket:
    """A ticket whose mandatory test is open."""
    desk.incident.needs_test = True
    desk.incident.save()
    ticket = desk.ticket()
    lifecycle.resolve(ticket, by=desk.ayse, resolution="Replaced the switch.", at=monday(10))
    return Ticket.objects.get(pk=ticket.pk)


@pytest.fixture
def uncategorised(desk: Desk) -> Ticket:
    """A ticket whose mandatory category is empty."""
    desk.incident.mandatory_fields = ["category", "cause"]
    desk.incident.save()
    return desk.ticket(category="none")


def refused_by(sql: str, *values: object) -> str:
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
    return violated(error.value)


END = (
    "UPDATE tickets_ticket SET status = 'closed', stage = 'closed', resolution = 'x', resolved_at = now(),"
    " closed_at = now() WHERE id = %s"
)
RESOLVE = "UPDATE tickets_ticket SET status = 'resolved', resolution = 'x', resolved_at = now() WHERE id = %s"


def test_plain_sql_cannot_pass_an_open_test(tested: Ticket):
    assert refused_by(END, tested.pk) == gates.OPEN_TASK
    assert refused_by(RESOLVE, tested.pk) == gates.OPEN_TASK


def test_plain_sql_cannot_pass_an_empty_field(uncategorised: Ticket):
    Task.objects.filter(subject=uncategorised.pk).update(
        state="done", done_at=monday(10), done_by=uncategorised.requester
    )
    assert refused_by(RESOLVE, uncategorised.pk) == gates.MISSING_FIELD


def test_a_bulk_update_cannot_pass_either(tested: Ticket):
    with pytest.raises(DatabaseError), transaction.atomic():
        Ticket.objects.filter(pk=tested.pk).update(
            status="closed", stage="closed", closed_at=monday(11), resolved_at=monday(11), resolution="x"
        )


def test_an_import_cannot_insert_a_resolved_ticket_without_its_fields(desk: Desk, uncategorised: Ticket):
    copy = Ticket.objects.get(pk=uncategorised.pk)
    copy.pk, copy.number = copy.pk + 100_000, "INC-X"
    copy.status, copy.resolution, copy.resolved_at = "resolved", "x", monday(10)
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        copy.save(force_insert=True)
    assert violated(error.value) == gates.MISSING_FIELD


def test_the_operation_says_what_is_missing(desk: Desk, uncategorised: Ticket):
    with pytest.raises(NotReady) as refused:
        lifecycle.resolve(uncategorised, by=desk.ayse, resolution="Done.", at=monday(10))
    assert refused.value.details["fields"] == ["category", "cause"]


def test_an_open_test_stands_against_resolving_again_and_merging(desk: Desk, tested: Ticket):
    with pytest.raises(NotReady):
        lifecycle.resolve(tested, by=desk.ayse, resolution="Done.", at=monday(11))
    with pytest.raises(NotReady):
        merging.merge(tested, desk.ticket(), by=desk.ayse, at=monday(11))


def test_a_field_cannot_be_emptied_after_resolving(desk: Desk):
    desk.incident.mandatory_fields = ["category"]
    desk.incident.save()
    ticket = desk.ticket()
    lifecycle.resolve(ticket, by=desk.ayse, resolution="Done.", at=monday(10))
    assert refused_by("UPDATE tickets_ticket SET category_id = NULL WHERE id = %s", ticket.pk) == gates.MISSING_FIELD


def test_an_open_mandatory_task_can_be_neither_deleted_nor_made_optional(tested: Ticket):
    task = Task.objects.get(subject=tested.pk, state="open")
    assert refused_by("DELETE FROM processes_task WHERE id = %s", task.pk) == gates.TASK_KEPT
    assert refused_by("UPDATE processes_task SET mandatory = false WHERE id = %s", task.pk) == gates.TASK_KEPT
    assert refused_by("UPDATE processes_task SET subject = 0 WHERE id = %s", task.pk) == gates.TASK_KEPT


def test_a_mandatory_task_cannot_come_after_resolving(desk: Desk):
    ticket = desk.ticket()
    lifecycle.resolve(ticket, by=desk.ayse, resolution="Done.", at=monday(10))
    task = Task.objects.filter(subject=ticket.pk).first()
    task.pk, task.state, task.done_at, task.done_by, task.token = None, "open", None, None, 99
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        task.save(force_insert=True)
    assert violated(error.value) == gates.LATE_TASK


def test_with_fields_filled_and_test_passed_it_resolves(desk: Desk, tested: Ticket):
    task = Task.objects.get(subject=tested.pk, state="open")
    finishing.finish(task, by=desk.jonas, outcome={"result": "passed"}, evidence="Pinged for an hour.", at=monday(11))
    tested.refresh_from_db()
    assert tested.status == "resolved"


def test_a_failed_test_goes_back_to_work(desk: Desk, tested: Ticket):
    task = Task.objects.get(subject=tested.pk, state="open")
    finishing.finish(task, by=desk.jonas, outcome={"result": "failed"}, evidence="Still drops.", at=monday(11))
    tested.refresh_from_db()
    assert (tested.status, tested.stage) == ("open", "in_work")
