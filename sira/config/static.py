"""The desk's own files (styles, scripts, fonts, pictures), from the folder that set-up has collected.

Files that people upload never come this way.
"""

import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

PREFIX = "/static/"
HASHED = re.compile(r"\.[0-9a-f]{12}\.[^/]+$")
FOR_A_YEAR = "public, max-age=31536000, immutable"
ASK_EACH_TIME = "no-cache"
TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml"}


class CollectedStorage(ManifestStaticFilesStorage):
    """Names with the hash of their content; the plain name where nothing has been collected, as in tests."""

    def stored_name(self, name: str) -> str:
        return self.hashed_files.get(self.hash_key(self.clean_name(name)), name)


@dataclass(frozen=True)
class File:
    path: str
    headers: list[tuple[str, str]]
    tag: str
    packed: bool  # whether path.gz lies beside it


class StaticFiles:
    """All files by address; read once, since they change only with an update."""

    def __init__(self, root: Path) -> None:
        self.files = {
            PREFIX + path.relative_to(root).as_posix(): describe(path)
            for path in root.rglob("*")
            if path.is_file() and path.suffix != ".gz"
        }

    def answer(self, scope: object, protocol: object) -> bool:
        """Answer if the address is a static file's. Returns whether it was."""
        file = self.files.get(scope.path)  # type: ignore[attr-defined]
        if file is None or scope.method not in ("GET", "HEAD"):  # type: ignore[attr-defined]
            return False
        asked = scope.headers  # type: ignore[attr-defined]
        if asked.get("if-none-match") == file.tag:
            protocol.response_empty(304, file.headers)  # type: ignore[attr-defined]
        elif file.packed and "gzip" in (asked.get("accept-encoding") or ""):
            headers = [*file.headers, ("content-encoding", "gzip")]
            protocol.response_file(200, headers, f"{file.path}.gz")  # type: ignore[attr-defined]
        else:
            protocol.response_file(200, file.headers, file.path)  # type: ignore[attr-defined]
        return True


def describe(path: Path) -> File:
    kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if kind.startswith("text/") or kind.endswith(("json", "xml")):
        kind += "; charset=utf-8"
    facts = path.stat()
    tag = f'"{facts.st_mtime_ns:x}-{facts.st_size:x}"'
    headers = [
        ("content-type", kind),
        ("cache-control", FOR_A_YEAR if HASHED.search(path.name) else ASK_EACH_TIME),
        ("etag", tag),
        ("vary", "accept-encoding"),
        ("x-content-type-options", "nosniff"),
        ("access-control-allow-origin", "*"),
    ]
    return File(str(path), headers, tag, path.with_name(f"{path.name}.gz").exists())
