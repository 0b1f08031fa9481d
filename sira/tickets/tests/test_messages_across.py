"""Processes of two tickets that speak to each other at the same moment do not wait for each other."""

import json
import threading

import pytest
from django.db import connection, transaction

from sira.processes import jobs, later
from sira.processes.models import Task
from sira.processes.tests.drawing import catch, drawing, end, event, gate, message, start, throw, user
from sira.tickets import finishing
from sira.tickets.models import Ticket
from sira.tickets.tests.cast import monday
from sira.tickets.tests.office import Office, task

KEY = "=&quot;k&quot;"


@pytest.fixture
def office(committing: None) -> Office:
    return Office()


def speaking(key: str, says: str, hears: str) -> str:
    """One branch works and tells the other ticket, the other branch listens."""
    return drawing(
        start(), gate("g", "parallel"), task("it", "work", groups="it"), throw("tell", event("message", says)),
        catch("listen", event("message", hears)), user("heard"), end(),
        key=key, declare=message("ping", KEY) + message("pong", KEY),
        ways="start > g > it > tell > end; g > listen > heard > end",
    )  # fmt: skip


def test_each_is_heard_and_neither_waits_for_the_other(office: Office, monkeypatch):
    put_off: list[tuple[int, int, str]] = []
    hear = later.hear

    def noted(instance: int, token: int, element: str, thrown: object) -> None:
        put_off.append((instance, token, element))
        hear(instance, token, element, thrown)  # type: ignore[arg-type]

    monkeypatch.setattr(later, "hear", noted)
    one = office.asks(speaking("purchase", "ping", "pong"))
    two = office.ticket(type=office.draws(speaking("other", "pong", "ping"), key="other"))
    ready, problems = threading.Barrier(2), []

    def speak(ticket: Ticket) -> None:
        try:
            with transaction.atomic():
                Ticket.objects.select_for_update().get(pk=ticket.pk)
                ready.wait(30)
                work = Task.objects.get(subject=ticket.pk, kind="task")
                finishing.finish(work, by=office.ayse, outcome={}, at=monday(10))
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=speak, args=(ticket,)) for ticket in (one, two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    assert problems == [] and put_off
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = %s", [later.HEAR])
        waiting = [args for (args,) in cursor.fetchall()]
    for args in waiting:
        jobs.hear(**(args if isinstance(args, dict) else json.loads(args)))
    assert {task.subject for task in Task.objects.filter(element="heard", state="open")} == {one.pk, two.pk}
