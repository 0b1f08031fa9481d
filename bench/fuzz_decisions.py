"""Throws expressions made at random at FEEL and reports what it could not stand; prints JSON.

.venv/bin/python bench/fuzz_decisions.py [--seconds N] [--seed N] [--into FILE]

Seconds are of CPU. Interrupted or told to end, it prints what it found until then. FILE is written anew each minute of
CPU, so that a run that is killed tells too.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sira.decisions.feel import FeelProblem, Limits, compile_expression, compile_unary
from sira.decisions.tests import random_feel

FACTS = {"a": 1, "b c": "text", "d-e": [1, {"a": None}]}
LIMITS = Limits(steps=20_000, seconds=0.5)
#: One expression may take this long at most, limits included.
TOO_LONG = 5.0
#: Seconds of CPU between two writings of the file.
EACH = 60.0


class Hangs(BaseException):
    """It did not come to an end by itself."""


def give_up(*_: object) -> None:
    raise Hangs


def attempt(text: str) -> str:
    """What became of it: value, refused, hangs, or the name of an error nobody expected."""
    signal.setitimer(signal.ITIMER_VIRTUAL, TOO_LONG)
    try:
        return _attempt(text)
    except Hangs:
        return "hangs"
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _attempt(text: str) -> str:
    try:
        compile_unary(text, FACTS).matches(3, FACTS, limits=LIMITS)
    except FeelProblem:
        pass
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    try:
        compile_expression(text, FACTS).evaluate(FACTS, limits=LIMITS)
    except FeelProblem:
        return "refused"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "value"


class Findings:
    """What a run has seen until now."""

    def __init__(self, seed: int) -> None:
        self.seed, self.began = seed, time.process_time()
        self.counts = {"value": 0, "refused": 0}
        self.bad: list[dict[str, str]] = []
        self.slowest, self.slowest_text = 0.0, ""

    def add(self, text: str, became: str, took: float) -> None:
        if took > self.slowest:
            self.slowest, self.slowest_text = took, text
        if became in self.counts:
            self.counts[became] += 1
        else:
            self.bad.append({"text": text, "became": became})

    def told(self) -> dict[str, Any]:
        return {
            "seconds": round(time.process_time() - self.began),
            "seed": self.seed,
            **self.counts,
            "slowest_s": round(self.slowest, 3),
            "slowest": self.slowest_text[:300],
            "crashes": self.bad,
        }


def fuzz(seconds: float, seed: int, into: Path | None = None) -> dict[str, Any]:
    rng, found = random.Random(seed), Findings(seed)
    written = found.began
    with contextlib.suppress(KeyboardInterrupt):  # stopped early, it tells of what it did
        while (start := time.process_time()) < found.began + seconds and len(found.bad) < 20:
            text = random_feel.any_text(rng)
            became = attempt(text)
            found.add(text, became, time.process_time() - start)
            if into is not None and start >= written + EACH:
                into.write_text(in_json(found.told()), encoding="utf-8")
                written = start
    return found.told()


def in_json(told: dict[str, Any]) -> str:
    return json.dumps(told, indent=2, ensure_ascii=False)


def stop(*_: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--into", type=Path)
    given = parser.parse_args()
    signal.signal(signal.SIGVTALRM, give_up)
    signal.signal(signal.SIGTERM, stop)
    found = fuzz(given.seconds, given.seed, given.into)
    print(in_json(found))
    if given.into is not None:
        given.into.write_text(in_json(found), encoding="utf-8")
    return 1 if found["crashes"] else 0


if __name__ == "__main__":
    sys.exit(main())
