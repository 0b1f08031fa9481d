"""Reading under limits: a mail that may be dear to read is read by a process of its own, which can be ended.

An ordinary mail is small and of few parts; whatever is in it then, reading it takes a fraction of a second (see
tests/test_hostile.py), less than starting a process would. See docs/decisions/large-mail-is-read-apart.md. Making HTML
safe costs the square of what is open at once, in time and in what comes out, so tags are counted too.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TypeGuard

from . import carrying
from .html import sanitise
from .letter import Letter
from .reader import read, read_file, read_head

SMALL = 256 * 1024  # bytes
FEW_WORDS, FEW_BOUNDARIES = 2_000, 1_000
FEW_TAGS = 1_500
MOST_TIMES_LONGER = 8  # than it came: closing what was left open, and a `rel` for each link
SECONDS = 10
MEMORY = 512 * 1024 * 1024
AT_ONCE = 2

PROGRAM = f"from {__name__} import main; main()"
PROGRAM_FOR_HTML = f"from {__name__} import main_for_html; main_for_html()"
ROOT = Path(__file__).resolve().parents[4]
_places = threading.BoundedSemaphore(AT_ONCE)


class CannotRead(Exception):
    """The reader broke, or took longer or more memory than any mail is worth; the message says which."""


def is_ordinary(raw: object) -> TypeGuard[bytes]:
    """Whether it is in memory, and nothing in it can make reading it dear."""
    return (
        isinstance(raw, bytes)
        and len(raw) <= SMALL
        and raw.count(b"=?") <= FEW_WORDS
        and raw.count(b"\n--") <= FEW_BOUNDARIES
    )


def is_quick(raw: object) -> bool:
    """Whether neither it nor its HTML needs a process of its own; HTML that is encoded is looked at decoded."""
    if not is_ordinary(raw) or raw.count(b"<") > FEW_TAGS:
        return False
    return not hides_tags(raw) or read(raw).html.count("<") <= FEW_TAGS


def hides_tags(raw: bytes) -> bool:
    """Whether its HTML may be encoded, so that only a reading of the whole tells how many tags it has."""
    return len(raw) > FEW_TAGS * len("<b>") and (b"base64" in raw.lower() or b"=3c" in raw.lower())


def read_kept(path: Path) -> Letter:
    """The mail in the file: here if it is ordinary, else apart. What breaks the reader leaves its `trouble`."""
    if path.stat().st_size <= SMALL:
        raw = path.read_bytes()
        if is_ordinary(raw):
            return read(raw)
    try:
        return read_apart(path)
    except CannotRead as error:
        return read_head(path, trouble=str(error))


def read_apart(path: Path) -> Letter:
    """Read in a process of its own.  Raises CannotRead."""
    out = _apart(PROGRAM, str(path))
    try:
        return carrying.unpacked(out)
    except (ValueError, KeyError, TypeError) as error:
        raise CannotRead(f"the reader said nothing sensible ({error})") from None


def sanitised(markup: str) -> str:
    """HTML that may be shown; see html.sanitise.  Raises CannotRead."""
    if markup.count("<") <= FEW_TAGS:
        safe = sanitise(markup)
    else:
        safe = _apart(PROGRAM_FOR_HTML, given=markup.encode()).decode()
    if len(safe) > MOST_TIMES_LONGER * len(markup) + 10_000:
        raise CannotRead("its HTML grows when it is put right")
    return safe


def _apart(program: str, *arguments: str, given: bytes = b"") -> bytes:
    call = [sys.executable, "-c", program, *arguments]
    env = {"PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)]), "PYTHONDONTWRITEBYTECODE": "1"}
    pipe = subprocess.PIPE
    with _places, subprocess.Popen(call, stdin=pipe, stdout=pipe, stderr=pipe, env=env) as child:
        try:
            out, said = child.communicate(given, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            raise CannotRead(f"reading took more than {SECONDS} s") from None
        finally:
            child.kill()
    if child.returncode != 0:
        raise CannotRead(_last_line(said) or f"the reader ended with {child.returncode}")
    return out


def main() -> None:
    """The process of its own: the letter to standard output, or an exit code that is not 0."""
    limit()
    sys.stdout.buffer.write(carrying.packed(read_file(Path(sys.argv[1]))))


def main_for_html() -> None:
    """The same for HTML from standard input; what grows beyond measure is not handed back."""
    limit()
    markup = sys.stdin.buffer.read().decode()
    safe = sanitise(markup)
    sys.stdout.buffer.write(safe[: MOST_TIMES_LONGER * len(markup) + 10_001].encode())


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError):
        os.nice(5)


def _last_line(said: bytes) -> str:
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:200] if lines else ""
