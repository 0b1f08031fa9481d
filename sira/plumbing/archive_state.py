"""What the process that keeps the archive (SIRA_ARCHIVE) has last said of it, for who asks whether the desk is ready.

A file of the data folder: the archive's own disk may be the one that does not answer.
"""

import json
import shutil
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

NAME, BEGUN = "archive.json", "archive.begun"
LATE = timedelta(seconds=60)
NEARLY_FULL = 85  # percent


def write(reached_at: str, trouble: str, folder: Path) -> None:
    """reached_at: up to when all is in the archive (ISO 8601); empty while it holds nothing to begin from."""
    told: dict[str, Any] = {"reached_at": reached_at, "trouble": trouble, "used": 0}
    with suppress(OSError):
        usage = shutil.disk_usage(folder)
        told["used"] = round(100 * (usage.total - usage.free) / usage.total)
    half = settings.SIRA_HOME / f"{NAME}.new"
    with suppress(OSError):  # where the desk's own disk is full, the desk says so itself
        half.write_text(json.dumps(told))
        half.replace(settings.SIRA_HOME / NAME)


def note_begun(folder: Path) -> None:
    (settings.SIRA_HOME / BEGUN).write_text(str(folder))


def has_begun_in(folder: Path) -> bool:
    """Whether the folder had an archive of this desk: where it is empty now, its disk may not be there."""
    note = settings.SIRA_HOME / BEGUN
    return note.exists() and note.read_text() == str(folder)


def told() -> dict[str, Any]:
    """archive_behind_seconds (None: nothing to begin from yet) and warnings; empty where no archive is kept."""
    if settings.SIRA_ARCHIVE is None:
        return {}
    try:
        found = json.loads((settings.SIRA_HOME / NAME).read_text())
    except (OSError, ValueError):
        found = {"reached_at": "", "trouble": "", "used": 0}
    behind = timezone.now() - datetime.fromisoformat(found["reached_at"]) if found["reached_at"] else None
    return {
        "archive_behind_seconds": None if behind is None else round(behind.total_seconds()),
        "warnings": _warnings(behind, found["trouble"], found["used"]),
    }


def _warnings(behind: timedelta | None, trouble: str, used: int) -> list[str]:
    where, found = settings.SIRA_ARCHIVE, []
    why = f": {trouble}" if trouble else "."
    if behind is None:
        found.append(f"The archive {where} cannot bring the desk back yet{why}")
    elif behind > LATE:
        found.append(f"The archive {where} is {round(behind.total_seconds())} seconds behind{why}")
    elif trouble:
        found.append(f"The archive {where}: {trouble}")
    if used >= NEARLY_FULL:
        found.append(f"The disk that holds the archive {where} is {used} % full.")
    return found
