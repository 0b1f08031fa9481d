"""The folder of an archive (SIRA_ARCHIVE), which follows the desk within seconds, and whether it is whole.

ARCHIVE.json (whose it is and where the base is), FILES and files/ as in a backup; in CHAIN/ an unbroken piece of the
database's life: BASE/ (PostgreSQL's own base backup), wal/ (its log from there on), SUMS (digests of the log's pieces)
and REACHED.json (up to when all is there). No key is in it.
"""

import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from sira.config.backing import manifest, tools
from sira.config.backing.manifest import Refused
from sira.plumbing.postgres_place import MAJOR

NAME, REACHED, SUMS, TAR, WAL = "ARCHIVE.json", "REACHED.json", "SUMS", "base.tar.gz", "wal"
SEGMENT = re.compile(r"[0-9A-F]{24}")
PARTIAL = ".partial"
SEGMENT_BYTES = 16 * 2**20
_LSN = re.compile(r"\b([0-9A-F]+/[0-9A-F]+)\b")


@dataclass(frozen=True)
class Archive:
    """system, timeline: whose log it is, for PostgreSQL.  digest: of the base.  begin: where the log is read from."""

    format: int
    version: str
    schema: str
    postgres: int
    system: str
    timeline: int
    key: str
    chain: str
    base: str
    digest: str
    begin: str

    @property
    def tar(self) -> Path:
        return Path(self.chain, self.base, TAR)

    @property
    def wal(self) -> Path:
        return Path(self.chain, WAL)


@dataclass(frozen=True)
class Reached:
    """All that was committed up to `at` (ISO 8601) is there: the log up to `lsn`, and every file."""

    lsn: str
    at: str


def is_archive(folder: Path) -> bool:
    return (folder / NAME).exists()


def read(folder: Path) -> tuple[Archive, Reached]:
    """Raises Refused for what is damaged, or is of another version."""
    try:
        found = Archive(**manifest.told(folder / NAME))
        reached = Reached(**manifest.told(folder / found.chain / REACHED))
    except FileNotFoundError as error:
        raise Refused(f"{error.filename} is missing.") from None
    except TypeError:
        raise manifest.damaged(folder / NAME) from None
    manifest.must_be_of_this_version(folder, found.format, found.version, found.schema)
    if found.postgres != MAJOR:
        raise Refused(f"{folder} is of PostgreSQL {found.postgres}, this Sira brings PostgreSQL {MAJOR}.")
    return found, reached


def check(folder: Path, found: Archive, reached: Reached) -> None:
    """Read every byte of it.  Raises Refused, naming the first file that is missing or was changed."""
    manifest.must_be(folder / found.tar, found.digest)
    _check_log(folder, found, reached)
    manifest.check_files(folder)


def segments(wal: Path) -> dict[str, Path]:
    """The pieces of the log by their names; the last one is still being written."""
    entries = sorted(wal.iterdir()) if wal.is_dir() else []
    named = {entry.name.removesuffix(PARTIAL): entry for entry in reversed(entries)}  # a whole one goes before its part
    return {name: named[name] for name in sorted(named) if SEGMENT.fullmatch(name)}


def needed_next(wal: Path) -> int:
    """Where the piece of the log ends that the receiver fetches next: the one that is not whole yet."""
    found = segments(wal)
    if not found:
        return 0
    name, path = list(found.items())[-1]
    begins = (int(name[8:16], 16) << 32) + int(name[16:], 16) * SEGMENT_BYTES
    return begins + SEGMENT_BYTES * (2 if path.name == name else 1)


def segment_of(timeline: int, lsn: str) -> str:
    whole = position(lsn)
    return f"{timeline:08X}{whole >> 32:08X}{(whole & 0xFFFFFFFF) // SEGMENT_BYTES:08X}"


def position(lsn: str) -> int:
    high, _slash, low = lsn.partition("/")
    return (int(high, 16) << 32) + int(low, 16)


def sum_up(chain: Path) -> None:
    """Note the digest of each piece of the log that has become whole."""
    noted = {name for name, _digest in _sums(chain)}
    whole = {name: path for name, path in segments(chain / WAL).items() if path.name == name and name not in noted}
    if whole:
        with (chain / SUMS).open("a") as file:
            file.writelines(f"{manifest.digest_of(path)} {name}\n" for name, path in whole.items())
            file.flush()
            os.fsync(file.fileno())


def _sums(chain: Path) -> list[tuple[str, str]]:
    """Name and digest; a line that was cut off is noted again."""
    lines = (chain / SUMS).read_text().splitlines() if (chain / SUMS).exists() else []
    return [
        (name, digest) for digest, _space, name in (line.partition(" ") for line in lines) if SEGMENT.fullmatch(name)
    ]


def _check_log(folder: Path, found: Archive, reached: Reached) -> None:
    """Whole pieces by their digests; then each record by its own checksum, which PostgreSQL's own reader looks at."""
    wal = folder / found.wal
    first = segment_of(found.timeline, found.begin)
    for name, digest in _sums(folder / found.chain):
        if name >= first:
            manifest.must_be(wal / name, digest)
    if position(reached.lsn) <= position(found.begin):
        return
    with tempfile.TemporaryDirectory() as home:
        for name, path in segments(wal).items():
            os.symlink(path, Path(home, name))
        call = [f"--path={home}", f"--timeline={found.timeline}", f"--start={found.begin}", f"--end={reached.lsn}"]
        said = tools.checked("pg_waldump", ["--quiet", *call])
    if not said:
        return
    missing = re.search(r"could not find file \"([0-9A-F]{24})\"", said)
    if missing:
        raise Refused(f"{wal / missing[1]} is missing.")
    where = _LSN.search(said)
    name = segment_of(found.timeline, where[1]) if where else ""
    raise Refused(f"{segments(wal).get(name, wal / name)} was changed or ends too early: {said}")
