"""`sira recount` finds what was planted and leaves the figures as the tickets have them."""

import threading
from types import ModuleType

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import F

from sira.config import checking, recounting
from sira.insight.figures import figures
from sira.insight.scope import today
from sira.tickets import flows, lifecycle, tallies
from sira.tickets.models import Flow, Tally
from sira.tickets.tests.cast import Desk, monday


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk()


def of_now() -> dict[str, object]:
    return {name: one.value for name, one in figures(today(monday(12))).items()}


def plant(what: str) -> None:
    with connection.cursor() as cursor:
        if what == "a ticket that no trigger saw":
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("UPDATE tickets_ticket SET status = 'waiting', priority = 1 WHERE status = 'open'")
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    if what == "a tally too high":
        Tally.objects.update(n=F("n") + 3)
    if what == "a tally that is gone":
        Tally.objects.all().delete()
    if what == "a tally of another priority":
        Tally.objects.update(priority=1)
    if what == "a flow too high":
        Flow.objects.update(opened=F("opened") + 1)
    if what == "a flow that is gone":
        Flow.objects.all().delete()


PLANTED = (
    "a ticket that no trigger saw",
    "a tally too high",
    "a tally that is gone",
    "a tally of another priority",
    "a flow too high",
    "a flow that is gone",
)


@pytest.mark.parametrize("what", PLANTED)
def test_drift_that_was_planted_is_told_and_counted_away(desk, capsys, what):
    done = desk.ticket(at=monday(9))
    desk.ticket(at=monday(10))
    lifecycle.resolve(done, by=desk.ada, resolution="Done.", at=monday(11))
    before = of_now()
    assert checking.copies() == []
    plant(what)
    assert "run sira recount" in checking.copies()[0]
    assert recounting.main([]) == 0
    assert "differed; all are counted anew" in capsys.readouterr().out
    assert checking.copies() == []
    after = of_now()
    assert (after["open"], after["solved"]) == (before["open"], before["solved"]) == (1, 1)
    assert recounting.main([]) == 0
    assert capsys.readouterr().out.startswith("Nothing differed")


@pytest.mark.parametrize("figures_of", [tallies, flows])
def test_counting_anew_waits_for_whoever_adds_up(committing, figures_of: ModuleType):
    """Else the sums that the other writes would stand beside the new ones."""
    adds_up, is_through = threading.Event(), threading.Event()

    def add_up() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [figures_of.FOLD_LOCK])
            adds_up.set()
            is_through.wait(120)
        connection.close()

    worker = threading.Thread(target=add_up)
    worker.start()
    try:
        assert adds_up.wait(60)
        with pytest.raises(OperationalError, match="lock timeout"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '200ms'")
            figures_of.recount()
    finally:
        is_through.set()
        worker.join()
    figures_of.recount()
