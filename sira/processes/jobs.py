"""Work of processes that waits for no one."""

from typing import Any

from django.utils import timezone

from sira.plumbing.jobs import RETRY, task
from sira.processes import calling, later, running


@task(name=later.HEAR, retry=RETRY)
def hear(instance: int, token: int, element: str, cause: dict[str, Any], payload: dict[str, Any]) -> None:
    running.hear(instance, token, element, cause=cause, payload=payload, at=timezone.now())


@task(name=calling.CALL, retry=RETRY)
def call(instance: int, token: str, element: str, asked: dict[str, Any]) -> None:
    calling.call(instance, token, element, asked, at=timezone.now())
