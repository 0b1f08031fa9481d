"""A running desk of a measurement's own: its folder, its ports, what CPU time and memory its processes use."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
PORT, SMTP_PORT = 8041, 8145


def use(home: Path) -> None:
    """Point this process and its children at the desk's folder; before Django reads its settings."""
    for name in [name for name in os.environ if name.startswith("SIRA_") or name == "DATABASE_URL"]:
        del os.environ[name]
    os.environ |= {
        "SIRA_HOME": str(home),
        "SIRA_PORT": str(PORT),
        "SIRA_SMTP_PORT": str(SMTP_PORT),
        "DJANGO_SETTINGS_MODULE": "sira.config.settings",
    }


def sira(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "sira.config.cli", *arguments], cwd=ROOT, check=True, stdout=sys.stderr)


class Running:
    """`sira up` and the database beside it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sira.config.cli", "up", "--empty"], cwd=ROOT, stdout=sys.stderr, stderr=sys.stderr
        )
        self.first_page = self._wait() - self.started
        self.desk = psutil.Process(self.process.pid)
        self.start_cpu = sum(_used(one) for one in (self.desk, *self.desk.children(True)))
        pid = (home / "postgres" / "data" / "postmaster.pid").read_text().split()[0]
        self.database = psutil.Process(int(pid))

    def _wait(self) -> float:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                page = HTTPConnection("127.0.0.1", PORT, timeout=5)
                page.request("GET", "/sign-in/")
                if page.getresponse().status < 500:
                    return time.perf_counter()
            time.sleep(0.005)
        raise SystemExit("The desk does not start.")

    def cpu(self) -> float:
        """Seconds that all processes have used so far; what ended ones used stands with their parents."""
        return sum(_used(one) for parent in (self.desk, self.database) for one in (parent, *parent.children(True)))

    def memory(self) -> float:
        """MiB (PSS) of all processes but the database's."""
        sizes = [one.memory_full_info().pss for one in (self.desk, *self.desk.children(True))]
        return sum(sizes) / 2**20

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)


def _used(process: psutil.Process) -> float:
    with contextlib.suppress(psutil.Error):
        times = process.cpu_times()
        return float(times.user + times.system + times.children_user + times.children_system)
    return 0.0


class Meter:
    """CPU time of a running desk, less what it uses when nobody asks anything of it."""

    def __init__(self, running: Running, seconds: float = 5.0) -> None:
        self.running = running
        time.sleep(2)
        started, before = time.perf_counter(), running.cpu()
        time.sleep(seconds)
        self.idle = (running.cpu() - before) / (time.perf_counter() - started)

    @contextlib.contextmanager
    def over(self, count: int, into: dict[str, float], name: str) -> Iterator[None]:
        """Milliseconds for each of `count`, written into `into[name]`."""
        started, before = time.perf_counter(), self.running.cpu()
        yield
        used = self.running.cpu() - before - self.idle * (time.perf_counter() - started)
        into[name] = round(1000 * used / count, 2)
