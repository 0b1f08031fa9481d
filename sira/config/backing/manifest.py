"""What a backup says of itself, and whether it is true."""

import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sira import __version__
from sira.plumbing import schema
from sira.plumbing.desk_secrets import desk_secrets
from sira.plumbing.files import Files, Unreadable

FORMAT = 1
NAME, LIST, DATABASE, FILES = "MANIFEST.json", "FILES", "database", "files"


class Refused(SystemExit):
    """Ends the command with the line as its message."""


@dataclass(frozen=True)
class Manifest:
    """made_at: the instant of the database.  key: tells whether a desk has the same secret key, not which.

    database: {name: SHA-256} of the dump's files.  list: SHA-256 of FILES.
    """

    format: int
    version: str
    schema: str
    made_at: str
    key: str
    tickets: int
    files: int
    database: dict[str, str]
    list: str

    def written(self) -> str:
        return with_digest(asdict(self))


def read(folder: Path) -> Manifest:
    """Raises Refused for what is none, is damaged, or is of another version."""
    try:
        manifest = Manifest(**told(folder / NAME))
    except FileNotFoundError:
        raise Refused(f"{folder} is no backup, or one that did not end: {NAME} is missing.") from None
    except TypeError:
        raise damaged(folder / NAME) from None
    must_be_of_this_version(folder, manifest.format, manifest.version, manifest.schema)
    return manifest


def must_be_of_this_version(folder: Path, form: int, version: str, tables: str) -> None:
    if form != FORMAT or (version, tables) != (__version__, schema.digest()):
        raise Refused(
            f"{folder} was made by Sira {version} with tables {tables[:12]}; this is Sira"
            f" {__version__} with tables {schema.digest()[:12]}. Restore it with that version, then upgrade."
        )


def with_digest(content: dict[str, Any]) -> str:
    """The content as JSON that tells whether it was changed; `told` reads it."""
    return json.dumps({"is": content, "sha256": _content_digest(content)}, indent=1, sort_keys=True) + "\n"


def told(path: Path) -> dict[str, Any]:
    """Raises FileNotFoundError; Refused for what was changed."""
    try:
        found = json.loads(path.read_text())
        if _content_digest(found["is"]) != found["sha256"]:
            raise ValueError
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, TypeError):
        raise damaged(path) from None
    content: dict[str, Any] = found["is"]
    return content


def write(path: Path, text: str) -> None:
    """Whole or not at all, on the disk when it returns."""
    half = path.with_name(f"{path.name}.new")
    with half.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def damaged(path: Path) -> Refused:
    return Refused(f"{path} is damaged.")


def check(folder: Path, manifest: Manifest) -> None:
    """Read every byte of it.  Raises Refused, naming the first file that is missing or was changed."""
    for name, digest in manifest.database.items():
        must_be(folder / DATABASE / name, digest)
    for extra in sorted(path.name for path in (folder / DATABASE).iterdir()):
        if extra not in manifest.database:
            raise Refused(f"{folder / DATABASE / extra} does not belong to the backup.")
    must_be(folder / LIST, manifest.list)
    check_files(folder)


def check_files(folder: Path) -> None:
    """Read every listed file.  Raises Refused, naming the first that is missing or was changed."""
    store = Files(folder / FILES)
    for kept, _size, path in listed(folder):
        if not (folder / FILES / path).exists():
            raise Refused(f"{folder / FILES / path} is missing.")
        try:
            for _piece in store.read(kept):
                pass
        except Unreadable:
            raise Refused(f"{folder / FILES / path} was changed: its content is not what was kept.") from None


def listed(folder: Path) -> Iterator[tuple[bytes, int, str]]:
    """Digest, size on the disk and path of every kept file.  Raises Refused for no list, and a line that is none."""
    if not (folder / LIST).exists():
        raise Refused(f"{folder / LIST} is missing.")
    with (folder / LIST).open(errors="replace") as lines:
        for line in lines:
            if not line.endswith("\n"):
                return  # an archive's list that was cut off: the next line was not promised yet
            try:
                digest, size, path = line.rstrip("\n").split(" ", 2)
                found = bytes.fromhex(digest), int(size), path
            except ValueError:
                raise damaged(folder / LIST) from None
            yield found


def key_mark() -> str:
    return hmac.new(desk_secrets()[0].encode(), b"sira.backup", "sha256").hexdigest()[:16]


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def must_be(path: Path, digest: str) -> None:
    if not path.exists():
        raise Refused(f"{path} is missing.")
    if digest_of(path) != digest:
        raise Refused(f"{path} was changed: its digest is not the manifest's.")


def _content_digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, indent=1, sort_keys=True).encode()).hexdigest()
