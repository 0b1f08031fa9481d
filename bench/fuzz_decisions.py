"""Throws expressions made at random at FEEL and reports what it could not stand; prints JSON.

.venv/bin/python bench/fuzz_decisions.py [--seconds N] [--seed N]
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


def fuzz(seconds: float, seed: int) -> dict[str, Any]:
    rng = random.Random(seed)
    counts = {"value": 0, "refused": 0}
    bad: list[dict[str, str]] = []
    slowest, slowest_text = 0.0, ""
    end = time.process_time() + seconds
    with contextlib.suppress(KeyboardInterrupt):  # stopped early, it tells of what it did
        while time.process_time() < end:
            text = random_feel.any_text(rng)
            start = time.process_time()
            became = attempt(text)
            took = time.process_time() - start
            if took > slowest:
                slowest, slowest_text = took, text
            if became in counts:
                counts[became] += 1
            if became not in counts:
                bad.append({"text": text, "became": became})
                if len(bad) >= 20:
                    break
    return {
        "seconds": round(time.process_time() - end + seconds),
        "seed": seed,
        **counts,
        "slowest_s": round(slowest, 3),
        "slowest": slowest_text[:300],
        "crashes": bad,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    signal.signal(signal.SIGVTALRM, give_up)
    found = fuzz(given.seconds, given.seed)
    print(json.dumps(found, indent=2, ensure_ascii=False))
    return 1 if found["crashes"] else 0


if __name__ == "__main__":
    sys.exit(main())
