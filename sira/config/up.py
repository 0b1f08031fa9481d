"""Starts the desk: database, tables, samples, then web and worker until Ctrl-C.

What needs Django is in `household`, imported once the address of the database is known.
"""

import argparse
import errno
import fcntl
import gc
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from sira.config import desk, environment, supervisor
from sira.config.supervisor import Child, say
from sira.plumbing import embedded
from sira.plumbing.trouble import CannotStart, from_os, ready_folder


def up(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("sira up", description="Start the desk: database, web and worker.")
    parser.add_argument("--empty", action="store_true", help="a desk without the sample organisation")
    options = parser.parse_args(arguments)
    home = environment.home()
    leave_in_order()
    with held(home):  # first, since a desk that runs here holds the ports too
        listen = listening_address()
        mail_port_must_be_free()
        return run(home, listen, empty=options.empty)


def run(home: Path, listen: tuple[str, int], *, empty: bool) -> int:
    with desk.database():
        gc.disable()  # nothing of what is loaded now will be garbage; saves a tenth of the start
        desk.with_settings()
        say(f"Data: {home}")
        household = import_module("sira.config.household")
        if supervisor.run_once(lambda: household.fill(empty=empty), meanwhile=household.preload) != 0:
            return 1
        children = [*household.web_children(*listen), household.worker_child(), *household.archive_children()]
        keep_going(children, home, ready=lambda: say_where(household, *listen))
    return 0


def web(arguments: list[str]) -> int:
    argparse.ArgumentParser("sira web", description="Run the web processes alone.").parse_args(arguments)
    listen = listening_address()
    leave_in_order()
    with desk.database():
        desk.with_settings()
        household = import_module("sira.config.household")
        household.preload()
        keep_going(household.web_children(*listen), environment.home(), ready=lambda: say(f"Web: {address()}"))
    return 0


def worker(arguments: list[str]) -> int:
    argparse.ArgumentParser("sira worker", description="Run the worker alone.").parse_args(arguments)
    mail_port_must_be_free()
    leave_in_order()
    with desk.database():
        desk.with_settings()
        household = import_module("sira.config.household")
        keep_going([household.worker_child()], environment.home(), ready=lambda: say("The worker runs."))
    return 0


def leave_in_order() -> None:
    """Let SIGTERM and a closed terminal end the process like Ctrl-C, so that the database is stopped."""

    def leave(number: int, frame: object) -> NoReturn:
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, leave)  # a shell that starts it in the background has it ignored
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGHUP, leave)


@contextmanager
def held(home: Path) -> Iterator[None]:
    """Hold the data folder. Raises CannotStart if another desk does."""
    ready_folder(home)
    try:
        lock = open(home / "lock", "a+")
    except OSError as error:
        raise from_os(error, home) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CannotStart(
                f"{home} is in use by another Sira (process {lock.read().strip()}). Stop it first."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def listening_address() -> tuple[str, int]:
    """Where the web processes listen. Raises CannotStart if somebody else does."""
    host = environment.text("SIRA_LISTEN", "127.0.0.1")
    port = environment.number("SIRA_PORT", 8000, low=1, high=65535)
    must_be_free("SIRA_PORT", port, "SIRA_LISTEN", host)
    return host, port


def mail_port_must_be_free() -> None:
    port = environment.number("SIRA_SMTP_PORT", 8025, low=0, high=65535)
    if port:
        must_be_free("SIRA_SMTP_PORT", port, "SIRA_SMTP_HOST", environment.text("SIRA_SMTP_HOST", "127.0.0.1"))


def must_be_free(port_name: str, port: int, host_name: str, host: str) -> None:
    """Look before anything is started. Raises CannotStart, naming the variable to change."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise CannotStart(f"{port_name}: this account may not listen on port {port}; use one above 1023.") from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CannotStart(f"Port {port} is taken. Stop what listens there, or set {port_name}.") from None
            raise CannotStart(f"{host_name}: {host!r} is not an address of this machine.") from None


def keep_going(children: list[Child], home: Path, *, ready: Callable[[], None]) -> None:
    """Run the children; the embedded database is started again too, should it die."""
    embedded_here = "DATABASE_URL" in os.environ and os.environ["DATABASE_URL"] == embedded.database_url(home)

    def each_second() -> None:
        if embedded_here and embedded.revive(home):
            say("The database had ended; it has been started again.")

    gc.freeze()  # what is loaded now stays shared between the forks; to look for garbage first takes 0.15 s
    gc.enable()
    supervisor.supervise(children, ready=ready, each_second=each_second)


def address() -> str:
    return environment.address(
        "SIRA_URL", f"http://localhost:{environment.number('SIRA_PORT', 8000, low=1, high=65535)}"
    )


def say_where(household: ModuleType, host: str, port: int) -> None:
    supervisor.run_once(lambda: household.greet(address(), host, port))
