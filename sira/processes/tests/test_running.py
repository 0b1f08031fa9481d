"""Instances on the real database: what is written, who wins, what survives."""

from datetime import UTC, datetime, timedelta

import pytest

from sira.people.automation import automation
from sira.processes import blocks, running, versions
from sira.processes.models import Advance, Instance, Task
from sira.processes.refusals import TaskNotOpen
from sira.processes.tests.drawing import drawing, end, service, start, user

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def blocks_of(monkeypatch):
    """Register blocks for one test only."""
    monkeypatch.setattr(blocks, "_blocks", {})
    return blocks.register


def published(source, key="p"):
    return versions.install(source, at=MONDAY)


def test_a_started_process_waits_with_an_open_task(blocks_of):
    blocks_of("sira:decide", lambda step: {"priority": 2})
    published(
        drawing(start(), service("decide", "sira:decide"), user("work"), end(), ways="start > decide > work > end")
    )
    instance = running.start("p", subject=7, at=MONDAY)
    task = Task.objects.get()
    assert (task.name, task.kind, task.subject, task.state, task.mandatory) == ("Work", "work", 7, "open", True)
    assert instance.state["variables"] == {"priority": 2}
    assert Advance.objects.get().steps == ["start", "+decide", "decide", "+work"]


def test_completing_the_last_task_ends_the_process():
    published(drawing(start(), user("work"), end(), ways="start > work > end"))
    instance = running.start("p", subject=7, at=MONDAY)
    running.complete(Task.objects.get(), by=automation(), at=MONDAY + timedelta(hours=1))
    instance.refresh_from_db()
    assert instance.status == Instance.Status.ENDED
    with pytest.raises(TaskNotOpen):
        running.complete(Task.objects.get(), by=automation(), at=MONDAY)
