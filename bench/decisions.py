"""Microseconds of processor time for one evaluation of a decision table; prints JSON.

.venv/bin/python bench/decisions.py [--rounds N]
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sira.decisions.dmn import compile_drawing, read
from sira.decisions.dmn.model import Model
from sira.decisions.tests.drawings import table

INPUTS = {"Type": "type", "Impact": "impact", "Amount": "amount", "Urgency": "urgency", "Days": "days"}
Facts = dict[str, Any]


def big_table(rows: int, rng: random.Random) -> str:
    """Five columns: two of texts, one of lists of texts, two of intervals; only the last row takes everything."""
    rules = []
    for number in range(rows - 1):
        low, days = number * 10, rng.randrange(30)
        rules.append(
            (
                f'"type {number % 40}"',
                rng.choice(['"high"', '"low"', '"high", "medium"', "-"]),
                f"[{low}..{low + 10})",
                rng.choice(['not("none")', '"now"', "-"]),
                rng.choice(["-", f"> {days}", f"<= {days}", f"[{days}..{days + 7}]"]),
                f'"result {number}"',
            )
        )
    rules.append(("-", "-", "-", "-", "-", '"nothing"'))
    return table(INPUTS, rules, policy="FIRST")


def some_facts(rows: int, rng: random.Random) -> Facts:
    number = rng.randrange(rows)
    return {
        "type": f"type {number % 40}",
        "impact": rng.choice(["high", "medium", "low"]),
        "amount": number * 10 + rng.randrange(10),
        "urgency": rng.choice(["now", "later", "none"]),
        "days": rng.randrange(40),
    }


def microseconds(work: Callable[[Facts], object], facts: list[Facts], rounds: int) -> float:
    """Processor time of one call, the best of five series."""
    best = float("inf")
    for _ in range(5):
        start = time.process_time()
        for number in range(rounds):
            work(facts[number % len(facts)])
        best = min(best, time.process_time() - start)
    return round(best / rounds * 1e6, 2)


def measure(rows: int, rounds: int) -> dict[str, Any]:
    rng = random.Random(rows)
    source = big_table(rows, rng)
    start = time.process_time()
    model: Model = compile_drawing(read(source))
    compiled = time.process_time() - start
    facts = [some_facts(rows, rng) for _ in range(500)]
    return {
        "rows": rows,
        "columns": len(INPUTS),
        "compile_ms": round(compiled * 1000, 1),
        "evaluate_us": microseconds(lambda given: model.decide(given, traced=False).result, facts, rounds),
        "evaluate_with_trace_us": microseconds(lambda given: model.decide(given).result, facts, rounds),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5_000)
    rounds = parser.parse_args().rounds
    print(json.dumps({"tables": [measure(rows, rounds) for rows in (20, 200, 2_000)]}, indent=2))


if __name__ == "__main__":
    main()
