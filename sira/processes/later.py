"""What another transaction stands in the way of is done by a job as soon as that is over."""

from sira.plumbing.jobs import app
from sira.processes.bpmn.expressions import plain
from sira.processes.listening import Thrown

HEAR = "processes.hear"  # in jobs.py, by name: what it does needs this module


def hear(instance: int, token: int, element: str, thrown: Thrown) -> None:
    """Let the instance hear it, deferred in the transaction that says it."""
    app.configure_task(HEAR).defer(
        instance=instance, token=token, element=element, cause={thrown.kind: thrown.name}, payload=plain(thrown.payload)
    )
