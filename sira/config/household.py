"""The processes of a desk and what is done before they start; imported once Django's settings are read."""

from django.db import connections
from django.urls import get_resolver

from sira.config import migrating, web, worker
from sira.config.supervisor import Child, say

WEB_PROCESSES = 2


def fill(*, empty: bool) -> None:
    """Bring the tables up to date; give a new desk its packs, and the sample organisation unless it is to be empty."""
    if migrating.bring_up_to_date():
        say("Tables: brought up to date.")


def web_children(host: str, port: int) -> list[Child]:
    preload()
    return [Child(f"web {number}", lambda: web.serve(host, port)) for number in range(1, WEB_PROCESSES + 1)]


def worker_child() -> Child:
    return Child("worker", worker.work)


def preload() -> None:
    """Load now, once for all processes, what the first page would load: addresses, views, template tags, templates."""
    get_resolver().check()
    get_resolver()._populate()
    connections.close_all()
