"""What keeps Sira from starting, said in one line for the person at the terminal."""

import errno
import shutil
from pathlib import Path

SPACE_NEEDED = 300 * 1024 * 1024


class CannotStart(SystemExit):
    """Ends the process with the line as its message and exit code 1."""

    def __init__(self, line: str) -> None:
        super().__init__(line)


def from_os(error: OSError, where: Path) -> CannotStart:
    """The line for a file operation that failed in the data folder."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return CannotStart(f"The disk that holds {where} is full. Free some space, then start again.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return CannotStart(f"{where} cannot be written. Give this account the right to write there, or set SIRA_HOME.")
    return CannotStart(f"{where} cannot be used ({error.strerror}). Set SIRA_HOME to another folder.")


def ready_folder(folder: Path) -> Path:
    """Make the data folder, or refuse: not writable, or less free space than the database needs to recover."""
    probe = folder / f".probe-{id(folder)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"x")
        probe.unlink()
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise from_os(error, folder) from None
    if free < SPACE_NEEDED:
        raise CannotStart(
            f"The disk that holds {folder} is full: {free // 2**20} MiB free, Sira needs {SPACE_NEEDED // 2**20} MiB."
        )
    return folder
