"""What the rooms add to the worker: each a function that runs in a thread of its own until its event is set."""

import threading
from collections.abc import Callable
from typing import NamedTuple


class Service(NamedTuple):
    name: str
    start: Callable[[threading.Event], None]


SERVICES: list[Service] = []
