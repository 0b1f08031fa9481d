"""Keeps the processes of the desk going: each is a fork of this one, which has loaded the code already.

Forked children share the loaded code's memory, and one that has died is back in milliseconds.
"""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD}
STOPPING = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
PATIENCE = 8  # seconds for the children to end by themselves
SETTLED = 30  # a child that has lived this long starts its count of failures anew
FIRST_WAIT, LONGEST_WAIT = 0.25, 30  # one that was killed is back at once, one that fails as it starts waits longer
PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One process: `run` is called in the fork and ends on SIGTERM."""

    name: str
    run: Callable[[], None]
    pid: int = 0
    started: float = 0
    failures: int = 0
    due: float = 0  # when to start (again)


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def supervise(children: list[Child], *, ready: Callable[[], None], each_second: Callable[[], None]) -> None:
    """Run the children until a signal to stop; one that ends is started again, later each time it fails early.

    ready: called once all have been started.  each_second: looks after what is not a child, such as the database.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        for child in children:
            start(child)
        ready()
        while True:
            soonest = min((child.due - time.monotonic() for child in children if not child.pid), default=1.0)
            got = signal.sigtimedwait(SIGNALS, min(1.0, max(0.0, soonest)))
            if got is not None and got.si_signo in STOPPING:
                break
            each_second()
            for child in children:
                look_after(child)
    finally:
        stop(children)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)


def look_after(child: Child) -> None:
    now = time.monotonic()
    if child.pid and (how := ended(child)) is not None:
        child.failures = child.failures + 1 if now - child.started < SETTLED else 1
        wait = min(FIRST_WAIT * 2 ** (child.failures - 1), LONGEST_WAIT)
        child.due = now + wait
        say(f"{child.name} has ended ({how}); starting it again in {wait:g} s.")
    if not child.pid and now >= child.due:
        start(child)


def ended(child: Child) -> str | None:
    """How the child ended, in words; None while it runs."""
    pid, status = os.waitpid(child.pid, os.WNOHANG)
    if pid == 0:
        return None
    child.pid = 0
    code = os.waitstatus_to_exitcode(status)
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


def start(child: Child) -> None:
    child.started = time.monotonic()
    child.pid = fork(child.run)


def fork(run: Callable[[], None]) -> int:
    """Call `run` in a child process, which is told to stop when this process dies. Returns the child's number."""
    parent = os.getpid()
    sys.stdout.flush()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # a child that is told to end at once is no parent
    pid = os.fork()
    if pid:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return pid
    code = 1
    try:
        os.setsid()  # Ctrl-C is for the parent, which then stops its children in order
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        if os.getppid() == parent:
            run()
            code = 0
    except SystemExit as end:
        if isinstance(end.code, str):
            say(end.code)
        code = end.code if isinstance(end.code, int) else int(bool(end.code))
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        os._exit(code)


def run_once(run: Callable[[], None], *, meanwhile: Callable[[], None] = lambda: None) -> int:
    """Call `run` in a child process and wait; returns its exit code. Keeps connections and memory out of this one.

    meanwhile: called here while the child is at work.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # until its number is known, nobody could end it
    pid = fork(run)
    try:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        meanwhile()
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except BaseException:
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)
        raise


def stop(children: list[Child]) -> None:
    until = time.monotonic() + PATIENCE
    for child in children:
        if child.pid:
            os.kill(child.pid, signal.SIGTERM)
    for child in children:
        while child.pid and ended(child) is None:
            if time.monotonic() > until:
                os.kill(child.pid, signal.SIGKILL)
            time.sleep(0.01)
