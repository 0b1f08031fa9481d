"""Where in the files something stands, so that who reviews them finds it."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import Error, transaction

from sira.plumbing.refusals import Refused

Change = str


class Refusals(Exception):
    """lines: `file:line: what is wrong`."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        super().__init__("\n".join(lines))


@dataclass(frozen=True)
class Source:
    """A file of the folder. name: relative to it."""

    name: str
    text: str

    def line_of(self, *patterns: str) -> int:
        """The line of the first pattern that is found; 1 if none is."""
        for pattern in patterns:
            found = re.search(pattern, self.text)
            if found:
                return self.text.count("\n", 0, found.start()) + 1
        return 1

    def line_of_key(self, key: Any) -> int:
        """Where an entry with this key, or name, stands in a list."""
        written = re.escape(json.dumps(key, ensure_ascii=False))
        return self.line_of(rf'"key": {written}', rf'"name": {written}', written)

    def line_of_id(self, identity: str) -> int:
        return self.line_of(rf'\bid="{re.escape(identity)}"', rf'"(?:id|key)": "{re.escape(identity)}"')

    def said(self, line: int, reason: Any) -> str:
        return f"{self.name}:{line}: {' '.join(str(reason).split())}"

    def json(self) -> Any:
        """Raises Refusals."""
        try:
            return json.loads(self.text)
        except ValueError as error:
            raise Refusals([self.said(getattr(error, "lineno", 1), f"it is no JSON: {error}")]) from error
        except RecursionError as error:
            raise Refusals([self.said(1, "it is nested too deeply")]) from error


def read(folder: Path, file: Path) -> Source:
    """A file of the folder. Raises Refusals for what is no text."""
    name = file.relative_to(folder).as_posix()
    try:
        return Source(name, file.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise Refusals([f"{name}:1: it is not written in UTF-8"]) from error
    except OSError as error:
        raise Refusals([f"{name}:1: it can't be read: {error.strerror}"]) from error


@contextmanager
def one_by_one(wrong: list[str], where: str) -> Iterator[None]:
    """A part taken wholly or not at all; what is wrong with it joins the rest, so that all of it is told at once.

    where: `file:line` for what does not say its own place.
    """
    try:
        with transaction.atomic():
            yield
    except Refusals as refused:
        wrong += refused.lines
    except (Refused, Error) as refused:
        wrong.append(f"{where}: {' '.join(str(refused).split())}")


def told(source: Source, done: str, name: str = "") -> Iterator[Change]:
    """done: added, or what is different; nothing is told where nothing was done."""
    where = f"{source.name}: {name}" if name else source.name
    if done:
        yield f"+ {where}" if done == "added" else f"~ {where}: {done}"


def written(value: Any) -> str:
    """JSON that is the same for the same set-up: keys in order, a line for each, umlauts as they are."""
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
