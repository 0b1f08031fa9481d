"""A worker that dies loses its job to another; one that stood still and comes back ends nothing that is another's.

With --faults it stands still for 120 seconds and all patience is as in a desk; else both are shortened.
"""

import asyncio
import contextlib
import logging
import os
import signal
import threading
import time

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from sira.config import worker
from sira.people.models import Attempt
from sira.plumbing import postgres_server
from sira.plumbing.jobs import RETRY, app
from tests.faults import points

PATIENCE = 60


@app.task(name="tests.wait_for_a_file", retry=RETRY)
def wait_for_a_file(folder):
    """Tells that it began, then does not end before its own process may go."""
    Attempt.objects.create(kind="began", key=str(os.getpid()), at=timezone.now())
    while not (found := [path for path in os.listdir(folder) if path.startswith(f"{os.getpid()}.")]):
        time.sleep(0.02)
    if found[0].endswith(".fails"):
        raise RuntimeError


@pytest.fixture
def still_for(request, monkeypatch):
    """Seconds for which a stopped worker stands still."""
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
    if request.config.getoption("--faults"):
        return 120
    monkeypatch.setattr(worker, "HEARTBEAT_SECONDS", 0.2)
    monkeypatch.setattr(worker, "LOST_AFTER_SECONDS", 6)  # a busy machine lets a living one wait for seconds
    monkeypatch.setattr(worker, "LOOK_FOR_LOST_SECONDS", 0.3)
    monkeypatch.setattr(worker, "LOOK_EVERY_SECONDS", 600)  # nothing is found by chance
    return 8


@pytest.fixture
def a_worker(committing, tmp_path, still_for):
    """a_worker(): the number of a process that does jobs."""
    with contextlib.ExitStack() as begun:

        def work():
            asyncio.run(worker.do_jobs(threading.Event()))

        yield lambda: begun.enter_context(points.forked(work))


def wait_until(what, seconds=PATIENCE):
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until
        time.sleep(0.05)


def has_begun(pid):
    return lambda: Attempt.objects.filter(kind="began", key=str(pid)).exists()


def test_a_dead_worker_s_job_is_done_within_half_a_minute(a_worker, tmp_path):
    wait_for_a_file.defer(folder=str(tmp_path))
    first = a_worker()
    wait_until(has_begun(first))
    second = a_worker()
    began = time.monotonic()
    points.end(first)
    wait_until(has_begun(second))
    assert time.monotonic() - began < 30
    (tmp_path / f"{second}.ends").touch()
    wait_until(lambda: not ProcrastinateJob.objects.exists())


def test_the_patience_of_a_desk_is_less_than_half_a_minute():
    assert worker.LOST_AFTER_SECONDS + worker.LOOK_FOR_LOST_SECONDS + worker.HEARTBEAT_SECONDS < 30
    assert worker.LOST_AFTER_SECONDS > 3 * worker.HEARTBEAT_SECONDS


@pytest.mark.parametrize("ending", ["ends", "fails"])
def test_a_worker_that_stood_still_does_not_end_what_another_has_begun(a_worker, tmp_path, still_for, ending):
    wait_for_a_file.defer(folder=str(tmp_path))
    late = a_worker()
    wait_until(has_begun(late))
    os.kill(late, signal.SIGSTOP)
    second, stopped_at = a_worker(), time.monotonic()
    wait_until(has_begun(second))
    time.sleep(max(0.0, still_for - (time.monotonic() - stopped_at)))
    job = ProcrastinateJob.objects.get()
    (tmp_path / f"{late}.{ending}").touch()
    os.kill(late, signal.SIGCONT)
    time.sleep(2)
    found = ProcrastinateJob.objects.get()
    assert (found.status, found.worker_id, found.attempts) == ("doing", job.worker_id, job.attempts)
    (tmp_path / f"{second}.ends").touch()
    wait_until(lambda: not ProcrastinateJob.objects.exists())
    assert Attempt.objects.filter(kind="began").count() == 2


def test_a_job_that_only_a_newer_version_knows_waits_for_its_worker(a_worker):
    """During an upgrade its web processes run beside workers of the version before."""
    key = app.configure_task("tests.of_a_newer_version", allow_unknown=True).defer(folder="")
    a_worker()
    wait_until(lambda: ProcrastinateJob.objects.get(pk=key).attempts == 1)
    job = ProcrastinateJob.objects.get(pk=key)
    assert job.status == "todo" and job.scheduled_at


def test_who_stands_still_within_a_transaction_keeps_nobody_waiting_and_writes_nothing(committing):
    assert postgres_server.SETTINGS["idle_in_transaction_session_timeout"] == "60s"
    row = Attempt.objects.create(kind="one", key="a", at=timezone.now())

    def goes_on():
        with transaction.atomic():
            Attempt.objects.select_for_update().get(pk=row.pk)
            Attempt.objects.filter(pk=row.pk).update(key="another")
        connection.close()

    with pytest.raises(DatabaseError), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '300ms'")
        Attempt.objects.filter(pk=row.pk).update(key="late")
        another = threading.Thread(target=goes_on)
        another.start()
        another.join(PATIENCE)
        assert not another.is_alive()
        Attempt.objects.filter(pk=row.pk).update(key="late again")
    connection.close()
    assert Attempt.objects.get(pk=row.pk).key == "another"
