"""Which tables this version of Sira has, as a digest that is quick to make."""

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def digest() -> str:
    """Changes with every migration of ours and with the version of every library that brings its own."""
    total = hashlib.sha256()
    files = sorted((ROOT / "sira").rglob("migrations/*.py"))
    for path in [*files, ROOT / "requirements.txt"]:
        total.update(str(path.relative_to(ROOT)).encode() + b"\0" + content(path) + b"\0")
    return total.hexdigest()


def content(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""
