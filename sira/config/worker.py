"""The worker: one process that does the queue's jobs and runs the services that the rooms offer."""

import asyncio
import logging
import os
import signal
import threading
import time
from typing import Any

from django.db import connection
from django.utils.module_loading import autodiscover_modules
from procrastinate import App
from procrastinate.contrib.django import DjangoApp, app

from sira.config.alongside import SERVICES, Service
from sira.config.fencing import FencedJobs

log = logging.getLogger(__name__)

JOBS_AT_ONCE = 4
GRACE_SECONDS = 4.5  # for the running jobs and services, once SIGTERM has come
LOOK_EVERY_SECONDS = 15  # a new job tells of itself; only one that is tried again later is found by looking
HEARTBEAT_SECONDS = 5
LOST_AFTER_SECONDS = 18  # without a heartbeat: the jobs of that worker are taken over
LOOK_FOR_LOST_SECONDS = 4
# As of a new job, so that a worker takes it at once.
TELL = """
    SELECT pg_notify('procrastinate_any_queue_v1',
                     json_build_object('type', 'job_inserted', 'job_id', %(job)s::bigint)::text)
"""
LONGEST_PAUSE = 60.0


def work() -> None:
    """Work until SIGTERM; then finish what is being done, for a few seconds at most."""
    stop = threading.Event()
    threads = [
        threading.Thread(target=keep, args=(service, stop), name=service.name, daemon=True) for service in SERVICES
    ]
    for thread in threads:
        thread.start()
    # Not asyncio.run: it waits for ever for what was cancelled while it opened its connections.
    asyncio.new_event_loop().run_until_complete(do_jobs(stop))
    until = time.monotonic() + GRACE_SECONDS
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    os._exit(0)  # a job that has not ended by now is taken over after LOST_AFTER_SECONDS


async def do_jobs(stop: threading.Event) -> None:
    """Do jobs until SIGTERM; a lost database is waited for."""
    ending = asyncio.Event()

    def end() -> None:
        stop.set()
        ending.set()

    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end)
    pause = 1.0
    while not ending.is_set():
        try:
            await until(ending, run_queue())
        except Exception as error:
            log.error("The queue cannot be read (%s)", error)
        if not ending.is_set():
            log.warning("The queue was left; trying again in %d s", pause)
            await wait(ending, pause)
            pause = min(pause * 2, LONGEST_PAUSE)


async def until(ending: asyncio.Event, running: Any) -> None:
    """Run until it fails, or until the end is wished; then give it the time to finish its jobs."""
    queue = asyncio.ensure_future(running)
    wish = asyncio.ensure_future(ending.wait())
    await asyncio.wait({queue, wish}, return_when=asyncio.FIRST_COMPLETED)
    wish.cancel()
    if not queue.done():
        queue.cancel()
        await asyncio.wait({queue}, timeout=GRACE_SECONDS)
    elif error := queue.exception():
        raise error


async def wait(ending: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(ending.wait(), seconds)
    except TimeoutError:
        pass


async def run_queue() -> None:
    """Take jobs as they come. Cancelled, it stops taking them and ends the running ones."""
    async with worker_app().open_async() as queue:
        rescue = asyncio.create_task(take_over_lost_jobs(queue))
        try:
            await queue.run_worker_async(
                concurrency=JOBS_AT_ONCE,
                name=f"sira-{os.uname().nodename}-{os.getpid()}",
                install_signal_handlers=False,
                delete_jobs="successful",
                shutdown_graceful_timeout=GRACE_SECONDS - 1,
                fetch_job_polling_interval=LOOK_EVERY_SECONDS,
                abort_job_polling_interval=LOOK_EVERY_SECONDS,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=LOST_AFTER_SECONDS,
            )
        finally:
            rescue.cancel()


def worker_app() -> App:
    """The same tasks on a connector that can wait for jobs.

    An app of its own: were the connector of the usual one replaced, as procrastinate's own command does, a job that
    defers another would no longer do so in its transaction. What the jobs need, such as the reading of mails, is loaded
    here and not in the web processes, which name a job when they defer it.
    """
    autodiscover_modules("jobs")
    queue = DjangoApp(connector=app.connector.get_worker_connector())  # type: ignore[attr-defined]
    queue.tasks, queue.periodic_registry = app.tasks, app.periodic_registry
    queue.job_manager = FencedJobs(queue)
    return queue


async def take_over_lost_jobs(queue: App) -> None:
    """Put back the jobs of workers that were killed; a job may therefore run twice, never not at all."""
    while True:
        for job in await queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=LOST_AFTER_SECONDS):
            log.warning("Job %s was left by a worker that has died; it is done again.", job.call_string)
            await queue.job_manager.retry_job(job)
            await queue.connector.execute_query_async(TELL, job=job.id)
        await asyncio.sleep(LOOK_FOR_LOST_SECONDS)


def keep(service: Service, stop: threading.Event) -> None:
    """Run a service until the end; one that fails is started again, later each time."""
    pause = 1.0
    while not stop.is_set():
        try:
            service.start(stop)
            if not stop.is_set():
                return
        except Exception:
            log.exception("%s failed; it starts again in %d s", service.name, pause)
            stop.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        finally:
            connection.close()
