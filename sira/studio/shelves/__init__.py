"""Processes, decisions and forms look alike to whoever keeps, compares and publishes them: each is a shelf."""

from sira.studio.shelves.decisions import Decisions
from sira.studio.shelves.forms import Forms
from sira.studio.shelves.processes import Processes
from sira.studio.shelves.shelf import Shelf

SHELVES: dict[str, Shelf] = {one.kind: one for one in (Processes(), Decisions(), Forms())}
