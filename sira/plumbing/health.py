"""Whether the desk is alive, and whether it is ready: for supervisors, load balancers and monitoring."""

import shutil
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sira import __version__
from sira.plumbing import archive_state
from sira.plumbing.archive_state import NEARLY_FULL

QUEUE = """
    SELECT count(*) FILTER (WHERE scheduled_at IS NULL OR scheduled_at <= now()),
           extract(epoch FROM now() - min(coalesce(scheduled_at, deferred.at)) FILTER (
               WHERE scheduled_at IS NULL OR scheduled_at <= now()))
    FROM procrastinate_jobs job
    LEFT JOIN LATERAL (
        SELECT min(at) AS at FROM procrastinate_events WHERE job_id = job.id AND type = 'deferred'
    ) deferred ON true
    WHERE status = 'todo'
"""
WORKERS = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '30 seconds'"


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """503 if the database does not answer; else the queue's depth, the age of its oldest due job and the build."""
    try:
        facts = {"ready": True, "database": "ok", **queue()}
    except DatabaseError:
        facts = {"ready": False, "database": "unreachable"}
    return JsonResponse(facts | room() | {"build": build()}, status=200 if facts["ready"] else 503)


def room() -> dict[str, Any]:
    """What is said of the disk and of the archive, if one is kept; the warnings of both together."""
    told, archive = disk(), archive_state.told()
    return told | archive | {"warnings": told["warnings"] + archive.get("warnings", [])}


def disk() -> dict[str, Any]:
    """How full the disk of the data folder is, and a warning while there is still time to make room."""
    usage = shutil.disk_usage(settings.SIRA_HOME)
    used = round(100 * (usage.total - usage.free) / usage.total)
    warnings = [f"The disk that holds {settings.SIRA_HOME} is {used} % full."] if used >= NEARLY_FULL else []
    return {"disk_used_percent": used, "warnings": warnings}


def queue() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(QUEUE)
        depth, age = cursor.fetchone()
        cursor.execute(WORKERS)
        workers = cursor.fetchone()[0]
    return {"queue_depth": depth, "oldest_job_seconds": round(float(age or 0), 1), "workers": workers}


@cache
def build() -> str:
    """The version, and the commit where this is a working tree."""
    git = Path(__file__).parents[2] / ".git"
    try:
        head = (git / "HEAD").read_text().strip()
        commit = (git / head.removeprefix("ref: ")).read_text().strip() if head.startswith("ref: ") else head
    except OSError:
        return __version__
    return f"{__version__}+{commit[:12]}"
