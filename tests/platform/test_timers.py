"""Workers are killed while a thousand timers are due: each timer fires once, and none is much too late."""

import os
import signal
import threading
import time
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from sira.config import pumping
from sira.processes import running, timers, versions
from sira.processes.models import Advance, Instance, Task, Timer
from sira.processes.tests.drawing import catch, drawing, end, start, timer, user

TIMERS = 1_000
WORKERS = 2
KILLS_AFTER = (TIMERS // 5, TIMERS // 2)  # how many have fired when all workers are killed
LATEST = 240
WAIT = drawing(start(), catch("pause", timer("PT1S")), user("work"), end(), ways="start > pause > work > end")


def test_a_thousand_timers_fire_once_though_workers_are_killed_twice(committing):
    due = due_at_once()
    workers = [a_worker() for _worker in range(WORKERS)]
    killed = 0
    try:
        for fired in KILLS_AFTER:
            wait_until(fired, due)
            killed += kill(workers)
            workers = [a_worker() for _worker in range(WORKERS)]
        late = wait_until(TIMERS, due)
    finally:
        kill(workers)
    assert killed == WORKERS * len(KILLS_AFTER)
    assert late < LATEST, f"the last fired {late:.0f} s late"
    told = [advance.cause for advance in Advance.objects.select_related("way")]
    assert told.count({"timer": "pause"}) == TIMERS
    assert Task.objects.count() == Task.objects.values("instance").distinct().count() == TIMERS
    assert not Instance.objects.exclude(status="running").exists()


def due_at_once():
    """One process is started, the others are made like it: what counts is the firing."""
    versions.install(WAIT, at=timezone.now())
    first = running.start("p", subject=0, at=timezone.now())
    one = Timer.objects.get()
    like_it = [
        Instance(version=first.version, subject=0, state=first.state, started_at=first.started_at)
        for _instance in range(TIMERS - 1)
    ]
    due = timezone.now() + timedelta(seconds=1)
    Instance.objects.bulk_create(like_it)
    Timer.objects.bulk_create(Timer(instance=each, token=one.token, element="pause", due_at=due) for each in like_it)
    Timer.objects.filter(pk=one.pk).update(due_at=due)
    return due


def a_worker():
    """A fork, as the desk's own workers are, with a connection of its own."""
    connection.close()
    number = os.fork()
    if number == 0:
        try:
            pumping.PUMPS[:] = [timers.pump]
            pumping.pump_until(threading.Event())
        finally:
            os._exit(1)
    return number


def kill(workers):
    """As the kernel does when memory is short: nothing is finished, nothing is tidied up."""
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
        _number, status = os.waitpid(worker, 0)
        assert os.WTERMSIG(status) == signal.SIGKILL, "it ended by itself"
    return len(workers)


def wait_until(fired, due):
    """Seconds since they were due, once so many have fired."""
    while Timer.objects.filter(fired_at__isnull=False).count() < fired:
        late = (timezone.now() - due).total_seconds()
        assert late < LATEST, "the timers do not fire"
        time.sleep(0.02)
    return (timezone.now() - due).total_seconds()
