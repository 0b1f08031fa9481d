"""A job is ended only by the worker that has it: one that stood still and comes back finds another there."""

import logging
from datetime import datetime
from typing import Any

from procrastinate import App, utils
from procrastinate.exceptions import TaskNotFound
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from sira.plumbing.jobs import RETRY

log = logging.getLogger(__name__)

# A worker that was silent for too long has no row of its own any more, and its jobs name nobody.
_HELD = "FROM procrastinate_jobs WHERE id = %(job)s AND status = 'doing' AND worker_id IS NOT DISTINCT FROM %(worker)s"
_FINISH = f"SELECT procrastinate_finish_job_v1(id, %(status)s, %(delete)s) {_HELD}"
_RETRY = f"SELECT procrastinate_retry_job_v2(id, %(at)s, %(priority)s, %(queue)s, %(lock)s) {_HELD}"


class FencedJobs(JobManager):
    def __init__(self, queue: App) -> None:
        super().__init__(queue.connector)
        self.tasks = queue.tasks

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        """A job of no task known here was deferred by a newer version, beside which this worker still runs: it waits
        for a worker of that version."""
        if status is Status.FAILED and job.task_name not in self.tasks:
            later = RETRY.get_retry_decision(exception=TaskNotFound(), job=job)
            if later is not None:
                await self.retry_job(job, retry_at=later.retry_at)
                return
        await self._end(_FINISH, job, status=status.value, delete=delete_job)

    async def retry_job(
        self,
        job: Job,
        retry_at: datetime | None = None,
        priority: int | None = None,
        queue: str | None = None,
        lock: str | None = None,
    ) -> None:
        await self._end(_RETRY, job, at=retry_at or utils.utcnow(), priority=priority, queue=queue, lock=lock)

    async def _end(self, query: str, job: Job, **given: Any) -> None:
        if not await self.connector.execute_query_all_async(query, job=job.id, worker=job.worker_id, **given):
            log.warning("Job %s was taken over by another worker.", job.call_string)
