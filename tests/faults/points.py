"""Kills a process before each of its operations on database, socket and file, one after the other.

A scene runs in a fork of the test process with every such operation counted, from outside: nothing of Sira knows of it.
The first run tells how many there are; then each next run is ended by SIGKILL before another of them. Those on files
may fail instead, as on a disk that is full or broken.
"""

import asyncio
import builtins
import io
import os
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.db import connections

from sira.plumbing import prepared

FILES = ("open", "mkdir", "rename", "replace", "link", "unlink", "fsync", "utime")
SOCKETS = ("connect", "send", "sendall", "recv", "recv_into", "accept")
STATEMENTS = ("exec_", "exec_prepared", "prepare", "pipeline_sync")
NEVER = 10**9


class Points:
    """at: the operation before which this process is killed.  passed: what was done so far, by name.

    fails: what that operation raises instead; then only those on files are counted.
    """

    def __init__(self, at: int, folder: Path, fails: OSError | None = None) -> None:
        self.at, self.folder, self.fails = at, str(folder), fails
        self.passed: list[str] = []
        self.gate = threading.Lock()
        self.counts = False

    def before(self, name: str) -> None:
        if not self.counts:
            return
        with self.gate:
            self.passed.append(name)
            if len(self.passed) == self.at + 1 and self.fails:
                raise self.fails
            if len(self.passed) > self.at and not self.fails:
                os.kill(os.getpid(), signal.SIGKILL)

    def lies_inside(self, path: object) -> bool:
        return isinstance(path, (str, os.PathLike)) and os.fspath(path).startswith(self.folder)

    def set_up(self) -> None:
        """In the fork only: nothing is ever put back."""
        if not self.fails:
            self._database()
            self._sockets()
        self._files()

    def _wrapped(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*given: Any, **more: Any) -> Any:
            self.before(name)
            return call(*given, **more)

        return counted

    def _database(self) -> None:
        psycopg.Connection.wait = self._wrapped("database", psycopg.Connection.wait)  # type: ignore[method-assign]
        begin = prepared.Statements.__init__

        def watched(statements: Any, link: Any) -> None:
            begin(statements, link)
            statements.server = _Watched(statements.server, self)

        prepared.Statements.__init__ = watched  # type: ignore[method-assign]

    def _sockets(self) -> None:
        for name in SOCKETS:
            setattr(socket.socket, name, self._wrapped(f"socket {name}", getattr(socket.socket, name)))

    def _files(self) -> None:
        for name in FILES:
            self._file_call(name)
        opened = io.open

        def watched(path: Any, mode: str = "r", *given: Any, **more: Any) -> Any:
            if not self.lies_inside(path):
                return opened(path, mode, *given, **more)
            self.before("file open")
            file = opened(path, mode, *given, **more)
            return _Written(file, self) if set(mode) & set("wx+") else file

        io.open = builtins.open = watched  # type: ignore[assignment]

    def _file_call(self, name: str) -> None:
        call = getattr(os, name)

        def counted(first: Any, *given: Any, **more: Any) -> Any:
            if name == "fsync" or self.lies_inside(first):
                self.before(f"file {name}")
            return call(first, *given, **more)

        setattr(os, name, counted)


class _Watched:
    """A connection of libpq whose statements are counted."""

    def __init__(self, server: Any, points: Points) -> None:
        self._server, self._points = server, points

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._server, name)
        return self._points._wrapped("statement", found) if name in STATEMENTS else found


class _Written:
    """A file whose writes are counted."""

    def __init__(self, file: Any, points: Points) -> None:
        self._file, self._points = file, points

    def write(self, data: Any) -> int:
        self._points.before("file write")
        return self._file.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> "_Written":
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def __iter__(self) -> Any:
        return iter(self._file)


@contextmanager
def fork(scene: Callable[[Points], None], *, at: int, folder: Path, log: Path, fails: OSError | None = None):
    """Run the scene in a process of its own; gives its number. Whatever is left of it is ended with the block."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        _run(scene, Points(at, folder, fails), log)
    try:
        yield pid
    finally:
        end(pid)


def _run(scene: Callable[[Points], None], points: Points, log: Path) -> None:
    code = 1
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(60)
        points.set_up()
        scene(points)
        code = 0
    except BaseException:
        traceback.print_exc(file=sys.__stderr__)
    finally:
        points.counts = False
        log.write_text("\n".join(points.passed))
        os._exit(code)


@contextmanager
def forked(run: Callable[[], None]):
    """Run it in a process of its own for as long as the block lasts; gives its number."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        try:
            asyncio.set_event_loop(None)  # of the process that was forked
            run()
        except BaseException:
            traceback.print_exc(file=sys.__stderr__)
        finally:
            os._exit(1)
    try:
        yield pid
    finally:
        end(pid)


def end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    except (ProcessLookupError, ChildProcessError):
        pass


def how_it_ended(pid: int) -> int:
    """Its exit code; -9 for one that was killed."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
