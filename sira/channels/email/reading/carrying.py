"""A Letter as JSON and back: how it comes out of the process that read it."""

from __future__ import annotations

import base64
import json
from dataclasses import fields, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from .cutting import Outside, Stretch
from .letter import Address, Attachment, Bounce, Letter

KINDS: dict[str, Any] = {kind.__name__: kind for kind in (Letter, Address, Attachment, Bounce, Outside, Stretch)}


def packed(letter: Letter) -> bytes:
    return json.dumps(letter, default=_plain, ensure_ascii=True).encode("ascii")


def unpacked(data: bytes) -> Letter:
    """Raises ValueError, KeyError or TypeError for what is none."""
    found = json.loads(data, object_hook=_back)
    if not isinstance(found, Letter):
        raise TypeError("no letter")
    return found


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {"is": type(value).__name__, **{one.name: getattr(value, one.name) for one in fields(value)}}
    if isinstance(value, bytes):
        return {"is": "bytes", "in": base64.b64encode(value).decode("ascii")}
    if isinstance(value, (datetime, Path)):
        return {"is": "time" if isinstance(value, datetime) else "path", "in": str(value)}
    raise TypeError(type(value).__name__)


def _back(found: dict[str, Any]) -> Any:
    kind = found.pop("is")
    if kind == "bytes":
        return base64.b64decode(found["in"])
    if kind == "time":
        return datetime.fromisoformat(found["in"])
    if kind == "path":
        return Path(found["in"])
    return KINDS[kind](**{name: tuple(value) if isinstance(value, list) else value for name, value in found.items()})
