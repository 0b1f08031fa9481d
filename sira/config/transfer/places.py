"""Where in the files something stands, so that who reviews them finds it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


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


def sources(folder: Path, pattern: str) -> Iterator[Source]:
    """The folder's files of that kind, in order. Raises Refusals for what is no text."""
    for file in sorted(folder.glob(pattern)):
        name = file.relative_to(folder).as_posix()
        try:
            yield Source(name, file.read_text(encoding="utf-8"))
        except UnicodeDecodeError as error:
            raise Refusals([f"{name}:1: it is not written in UTF-8"]) from error


def written(value: Any) -> str:
    """JSON that is the same for the same set-up: keys in order, a line for each, umlauts as they are."""
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
