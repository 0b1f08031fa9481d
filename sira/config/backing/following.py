"""Follows the desk into the folder of SIRA_ARCHIVE: the database's log as it is written, and each new file.

A process of its own beside web and worker. PostgreSQL's own programs do the work: pg_receivewal takes the log, from a
slot that keeps it while the folder cannot be reached, and once a day pg_basebackup makes a new base to begin from.
"""

import os
import signal
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection

from sira.config import supervisor
from sira.config.backing import bases, layout, manifest, slot, tools
from sira.config.backing.copying import Copies
from sira.config.backing.layout import NAME, REACHED, WAL, Archive, Reached, position
from sira.config.backing.slot import SLOT
from sira.config.supervisor import Child, say
from sira.plumbing import archive_state
from sira.plumbing.desk_files import desk_files
from sira.plumbing.files import CannotKeep

PAUSE = 2.0
BASE_EVERY = timedelta(days=1)
BASE_AGAIN_AFTER = timedelta(minutes=2)
NOTED_AT_REST = timedelta(seconds=15)
LAST_ROUNDS = 5  # for what was written while the desk was told to end
ASK = """
    SELECT now(), pg_current_wal_flush_lsn()::text,
           (SELECT max(flush_lsn)::text FROM pg_stat_replication WHERE application_name = %s)
"""


class Stopped(Exception):
    """The archive does not follow; the message says why and what to do."""


def follow(folder: Path) -> None:
    """Until SIGTERM; what is amiss is told to whoever asks whether the desk is ready, and tried again."""
    os.umask(0o077)  # what is kept is for who runs the desk, whatever the folder's own rights
    ending = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: ending.set())
    archiver = Archiver(folder, settings.SIRA_HOME / "log" / "archive.log")
    while not ending.wait(PAUSE):
        archiver.round()
    archiver.end()


class Archiver:
    def __init__(self, folder: Path, log: Path) -> None:
        self.folder, self.log = folder, log
        self.copies = Copies(desk_files(), folder)
        self.chain: Path | None = None
        self.archive: Archive | None = None
        self.receiver: Child | None = None
        self.base: bases.Base | None = None
        self.base_not_before: datetime | None = None
        self.asked: tuple[datetime, str] | None = None  # what this round's copying was preceded by
        self.reached: Reached | None = None
        self.base_trouble, self.trouble = "", ""

    def round(self) -> bool:
        """One look; whether all that was there at the look before is in the archive."""
        trouble, is_there = "", False
        try:
            close_old_connections()
            is_there = self._round()
        except (Stopped, OSError, CannotKeep, manifest.Refused) as error:
            trouble = str(error) or type(error).__name__
        except DatabaseError as error:
            trouble = f"The database does not answer: {str(error).splitlines()[0]}"
        trouble = trouble or self.base_trouble
        if trouble and trouble != self.trouble:
            say(f"The archive {self.folder} does not follow: {trouble}")
        self.trouble = trouble
        reached_at = self.reached.at if self.reached and self.archive else ""
        archive_state.write(reached_at, trouble or self.copies.amiss, self.folder)
        return is_there

    def end(self) -> None:
        for _round in range(LAST_ROUNDS):
            if self.round():
                break
            time.sleep(0.2)
        self._stop()

    def _stop(self) -> None:
        supervisor.stop([child for child in (self.receiver, self.base and self.base.child) if child])
        self.receiver, self.base, self.chain, self.asked = None, None, None, None

    def _round(self) -> bool:
        if self.chain is None:
            self.chain = self._begin()
        self._keep_receiving()
        with connection.cursor() as cursor:
            cursor.execute(ASK, [SLOT])
            at, lsn, received = cursor.fetchone()
        is_there = bool(
            self.asked and received and position(received) >= position(self.asked[1]) and self.copies.are_whole
        )
        if is_there and self.asked:
            self._note(*self.asked)
        self.asked = (at, lsn)
        self.copies.copy_new()
        layout.sum_up(self.chain)
        self._look_after_base(at)
        return is_there

    def _begin(self) -> Path:
        """Go on with the chain that is there, or begin one: where the slot has lost its place there would be a gap."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.copies = Copies(desk_files(), self.folder)  # the folder may be another than it was
        system, timeline = bases.whose()
        found = bases.known(self.folder)
        if found and (found.system != system or found.timeline > timeline):
            raise Stopped(
                "It is another desk's archive, or goes on from a restored copy of this one. Name a new folder."
            )
        if found and found.timeline == timeline and slot.keeps_its_place(layout.needed_next(self.folder / found.wal)):
            bases.tidy(self.folder, found)
            self.archive, self.reached = found, Reached(**manifest.told(self.folder / found.chain / REACHED))
            return self.folder / found.chain
        if found is None and (self.folder / manifest.NAME).exists():
            raise Stopped("It is a backup. Name a new folder.")
        if found is None and archive_state.has_begun_in(self.folder):
            raise Stopped("What was there is gone. Is its disk there? To begin anew, name a new folder.")
        self.archive, self.reached = None, None
        bases.leave_one(self.folder, found.chain if found else "")
        chain = self.folder / f"{slot.begin():%Y%m%d-%H%M%S}"
        (chain / WAL).mkdir(parents=True)
        return chain

    def _keep_receiving(self) -> None:
        assert self.chain is not None
        if self.receiver and supervisor.ended(self.receiver) is None:
            return
        if self.receiver:
            self._stop()  # and looked at anew: the slot may have lost its place
            raise Stopped(last_line(self.log))
        self.log.parent.mkdir(exist_ok=True)
        options = ["--no-loop", "--synchronous", "--status-interval=2", f"--slot={SLOT}"]
        self.receiver = tools.begin("pg_receivewal", [f"--directory={self.chain / WAL}", *options], self.log, name=SLOT)

    def _note(self, at: datetime, lsn: str) -> None:
        assert self.chain is not None
        before = self.reached
        if before and before.lsn == lsn and at - datetime.fromisoformat(before.at) < NOTED_AT_REST:
            return
        self.reached = Reached(lsn, at.isoformat(timespec="seconds"))
        manifest.write(self.chain / REACHED, manifest.with_digest(vars(self.reached)))

    def _look_after_base(self, at: datetime) -> None:
        assert self.chain is not None
        if self.base is None:
            if self._base_is_due(at):
                self.base = bases.begin(self.chain, self.log.with_name("base.log"), at=at)
        elif self.base.end is None:
            self._see_whether_it_ended(at)
        elif self.reached and position(self.reached.lsn) >= position(self.base.end):
            self.archive, self.base = bases.describe(self.base, self.chain), None
            manifest.write(self.folder / NAME, manifest.with_digest(vars(self.archive)))
            archive_state.note_begun(self.folder)
            bases.tidy(self.folder, self.archive)
            self.copies.sweep(at)

    def _base_is_due(self, at: datetime) -> bool:
        assert self.chain is not None
        may = self.base_not_before is None or at >= self.base_not_before
        return may and bases.is_due(self.archive, self.chain, at=at, every=BASE_EVERY)

    def _see_whether_it_ended(self, at: datetime) -> None:
        assert self.base is not None
        try:
            if self.base.has_ended():
                self.base.end, self.base_trouble = bases.written(), ""  # asked after its end, which is in the log
        except OSError as error:
            self.base, self.base_not_before = None, at + BASE_AGAIN_AFTER
            self.base_trouble = f"No new base could be made: {error}"


def last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    return lines[-1] if lines else "it gave no reason"
