"""`sira parse`: JSON lines {"id", "path"} in, one JSON line of what each mail says out. Changes nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TextIO

from .reader import read


def main(lines: TextIO | None = None, out: TextIO | None = None) -> int:
    """Answers each line in its order. A line or file that can't be read is answered with its `error`."""
    out = out or sys.stdout
    for line in lines or sys.stdin:
        if line.strip():
            print(json.dumps(_answer(line)), file=out, flush=True)
    return 0


def _answer(line: str) -> dict[str, object]:
    try:
        asked = json.loads(line)
        raw = Path(asked["path"]).read_bytes()
    except (ValueError, KeyError, TypeError, OSError) as error:
        known = asked.get("id") if "asked" in locals() and isinstance(asked, dict) else None
        return {"id": known, "error": str(error)}
    return {"id": asked.get("id"), **read(raw).as_json()}


if __name__ == "__main__":
    sys.exit(main())
