"""Copies each new file of the desk's store into another folder, soon after it has come."""

import os
import time
from datetime import datetime
from pathlib import Path

from sira.config.backing.manifest import FILES, LIST
from sira.plumbing import sweeping
from sira.plumbing.files import PACKED, CannotKeep, Files, Unreadable

A_WHILE = 3.0  # the first time everything has to be copied
SETTLED = 1.0  # seconds; a folder that changed later than that may change again without another time on it


class Copies:
    """are_whole: whether every file that was there at the last look is copied.  amiss: what is damaged in the desk."""

    def __init__(self, store: Files, folder: Path) -> None:
        self.store, self.copies, self.listing = store, Files(folder / FILES), folder / LIST
        self.are_whole = False
        self.damaged: set[str] = set()
        self._seen: dict[str, int] = {}  # the time on each folder of the store when it was gone through

    @property
    def amiss(self) -> str:
        return f"Damaged in the desk, so not copied: {', '.join(sorted(self.damaged)[:5])}" if self.damaged else ""

    def copy_new(self) -> None:
        """Look into the folders that have changed, for a few seconds at most.  Raises OSError, CannotKeep."""
        if not self._seen:
            self._list_anew()
        self.are_whole, until = False, time.monotonic() + A_WHILE
        for place in sorted(self.store.folder.glob("[0-9a-f][0-9a-f]")):
            changed = place.stat().st_mtime_ns
            if self._seen.get(place.name) == changed:
                continue
            try:
                self._copy_folder(place)
            except (OSError, CannotKeep):
                self._seen.clear()  # the list may lack what was copied, or end in half a line
                raise
            if time.time() - changed / 1e9 > SETTLED:
                self._seen[place.name] = changed
            if time.monotonic() > until:
                return
        self.are_whole = True

    def sweep(self, at: datetime) -> None:
        """Delete copies that no row has named for a day, as the desk does with its own."""
        sweeping.sweep(self.copies, at=at)
        # What the desk itself has not swept yet may come to be named: it is copied again.
        self.are_whole = False
        self._seen.clear()

    def _copy_folder(self, place: Path) -> None:
        there = self.copies.folder / place.name
        have = {*(os.listdir(there) if there.exists() else ()), *self.damaged}
        new = [name for name in sorted(os.listdir(place)) if name not in have and sweeping.FILE_NAME.fullmatch(name)]
        self._append("".join(self._copied(place / name) for name in new))

    def _copied(self, path: Path) -> str:
        """The line of the list; empty for what could not be read, and for what was deleted meanwhile."""
        digest = bytes.fromhex(path.parent.name + path.name.removesuffix(PACKED))
        packed = path.name.endswith(PACKED)
        try:
            self.copies.keep(self.store.read(digest), packed=packed)
        except Unreadable:
            if path.exists():
                self.damaged.add(path.name)
            return ""
        return _line(digest, self.copies.path(digest, packed=packed), self.copies.folder)

    def _append(self, lines: str) -> None:
        if lines:
            with self.listing.open("a") as listing:
                listing.write(lines)
                listing.flush()
                os.fsync(listing.fileno())

    def _list_anew(self) -> None:
        """What is there: a list that was broken off, or names what was swept, would be taken for damage."""
        self.copies.folder.mkdir(parents=True, exist_ok=True)
        half = self.listing.with_name(f"{self.listing.name}.new")
        with half.open("w") as listing:
            for digest, entry in sweeping.all_files(self.copies.folder):
                listing.write(_line(digest, Path(entry.path), self.copies.folder))
            listing.flush()
            os.fsync(listing.fileno())
        half.replace(self.listing)


def _line(digest: bytes, path: Path, folder: Path) -> str:
    return f"{digest.hex()} {path.stat().st_size} {path.relative_to(folder)}\n"
