"""Where the listener of a data folder is found. Imports next to nothing: the pipe client starts once for each mail."""

import hashlib
from pathlib import Path

LONGEST = 100  # bytes a socket's path may have, with some to spare


def lmtp_socket(home: Path, wished: str = "") -> Path:
    """Where it is wished; else in the data folder, or under /tmp where that folder's path is too long for a socket."""
    if wished:
        return Path(wished)
    path = home / "run" / "lmtp"
    if len(str(path).encode()) <= LONGEST:
        return path
    return Path("/tmp") / f"sira-{hashlib.sha256(str(home).encode()).hexdigest()[:16]}" / "lmtp"
