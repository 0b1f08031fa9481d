"""What a backup says of itself, and whether it is true."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

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
        content = json.dumps(asdict(self), indent=1, sort_keys=True)
        return json.dumps({"is": json.loads(content), "sha256": _text_digest(content)}, indent=1, sort_keys=True) + "\n"


def read(folder: Path) -> Manifest:
    """Raises Refused for what is none, is damaged, or is of another version."""
    try:
        found = json.loads((folder / NAME).read_text())
        content = json.dumps(found["is"], indent=1, sort_keys=True)
        if _text_digest(content) != found["sha256"]:
            raise ValueError
        manifest = Manifest(**found["is"])
    except FileNotFoundError:
        raise Refused(f"{folder} is no backup, or one that did not end: {NAME} is missing.") from None
    except (OSError, ValueError, KeyError, TypeError):
        raise Refused(f"{folder / NAME} is damaged.") from None
    if manifest.format != FORMAT or (manifest.version, manifest.schema) != (__version__, schema.digest()):
        raise Refused(
            f"{folder} was made by Sira {manifest.version} with tables {manifest.schema[:12]}; this is Sira"
            f" {__version__} with tables {schema.digest()[:12]}. Restore it with that version, then upgrade."
        )
    return manifest


def check(folder: Path, manifest: Manifest) -> None:
    """Read every byte of it.  Raises Refused, naming the first file that is missing or was changed."""
    for name, digest in manifest.database.items():
        _must_be(folder / DATABASE / name, digest)
    for extra in sorted(path.name for path in (folder / DATABASE).iterdir()):
        if extra not in manifest.database:
            raise Refused(f"{folder / DATABASE / extra} does not belong to the backup.")
    _must_be(folder / LIST, manifest.list)
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
    """Digest, size on the disk and path of every kept file."""
    with (folder / LIST).open() as lines:
        for line in lines:
            digest, size, path = line.rstrip("\n").split(" ", 2)
            yield bytes.fromhex(digest), int(size), path


def key_mark() -> str:
    return hmac.new(desk_secrets()[0].encode(), b"sira.backup", "sha256").hexdigest()[:16]


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _must_be(path: Path, digest: str) -> None:
    if not path.exists():
        raise Refused(f"{path} is missing.")
    if digest_of(path) != digest:
        raise Refused(f"{path} was changed: its digest is not the manifest's.")


def _text_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
