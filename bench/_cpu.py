"""CPU time of this process and of a database server together."""

from contextlib import suppress
from pathlib import Path
from time import process_time

import psutil


class Cpu:
    """root: the folder of a test server (see sira.plumbing.testserver)."""

    def __init__(self, root: Path) -> None:
        self.server = psutil.Process(int((root / "postgres" / "data" / "postmaster.pid").read_text().split()[0]))
        self.looking = 0.0

    def used(self) -> float:
        """Seconds used so far; what ended sessions used stands with the server.

        Looking itself, at every process of the machine, takes some ten milliseconds and is left out.
        """
        begin = process_time()
        total = begin - self.looking
        for process in (self.server, *self.server.children()):
            with suppress(psutil.Error):
                times = process.cpu_times()
                total += times.user + times.system
        ended = self.server.cpu_times()
        self.looking += process_time() - begin
        return total + ended.children_user + ended.children_system
