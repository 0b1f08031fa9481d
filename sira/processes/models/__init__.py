"""The rows of processes: drawings and their versions, what runs, whom it waits for, and what happened."""

from sira.processes.models.drawings import ProcessVersion, StartEvent
from sira.processes.models.history import Advance, Way, WebCall
from sira.processes.models.running import Incident, Instance, Subscription, Task, Timer

__all__ = [
    "Advance",
    "Incident",
    "Instance",
    "ProcessVersion",
    "StartEvent",
    "Subscription",
    "Task",
    "Timer",
    "Way",
    "WebCall",
]
