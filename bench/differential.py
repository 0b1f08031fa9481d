#!/usr/bin/env python3
"""Plays random processes on our engine and on SpiffWorkflow and counts where they disagree; prints one JSON object.

python -m bench.differential [--processes N] [--from SEED] [--jobs N]

--processes: how many that both can run.  Exit 1 if they disagree; each disagreement names its seed, and
`--show SEED` prints that process with the answers that were given.
"""

import argparse
import json
import logging
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

AT_ONCE = 250


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--processes", type=int, default=10_000)
    arguments.add_argument("--from", type=int, default=0, dest="first")
    arguments.add_argument("--jobs", type=int, default=1)
    arguments.add_argument("--show", type=int)
    given = arguments.parse_args()
    if given.show is not None:
        print("\n".join(shown(given.show)))
        return 0
    found = count(given.processes, given.first, given.jobs)
    json.dump({"bench": "differential", **found}, sys.stdout, indent=2)
    return 1 if found["disagree"] else 0


def count(wanted: int, first: int, jobs: int) -> dict[str, Any]:
    said: Counter[str] = Counter()
    why: dict[str, Counter[str]] = {"theirs cannot": Counter(), "theirs is wrong": Counter()}
    disagree, answers, made = [], 0, 0
    with ProcessPoolExecutor(jobs, initializer=prepare) as pool:
        for verdicts in pool.map(judged, starts(first, wanted, jobs)):
            for verdict in verdicts:
                if said["agree"] + said["disagree"] + said["theirs is wrong"] >= wanted:
                    break
                made += 1
                said[verdict["said"]] += 1
                answers += verdict["turns"]
                if verdict["said"] in why:
                    why[verdict["said"]][verdict["why"]] += 1
                elif verdict["said"] == "disagree":
                    disagree.append({"seed": verdict["seed"], "why": verdict["why"]})
    return {
        "made": made,
        "both_ran": made - said["theirs cannot"],
        "answers": answers,
        "agree": said["agree"],
        "disagree": disagree,
        "theirs_cannot": dict(why["theirs cannot"].most_common()),
        "theirs_is_wrong": dict(why["theirs is wrong"].most_common()),
    }


def starts(first: int, wanted: int, jobs: int) -> Iterator[int]:
    """A tenth more than wanted, because not all of them run on both."""
    return iter(range(first, first + wanted + wanted // 8 + AT_ONCE * jobs, AT_ONCE))


def prepare() -> None:
    """The engine is pure: it needs no database, and of Django only its texts."""
    from django.conf import settings  # noqa: PLC0415 - set up once in each process

    if not settings.configured:
        settings.configure(USE_I18N=False)
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)


def judged(first: int) -> list[dict[str, Any]]:
    from sira.processes.tests.differential.comparing import judge  # noqa: PLC0415 - after prepare

    found = (judge(seed) for seed in range(first, first + AT_ONCE))
    return [{"seed": each.seed, "said": each.said, "turns": each.turns, "why": each.why} for each in found]


def shown(seed: int) -> list[str]:
    prepare()
    from sira.processes.tests.differential.comparing import judge  # noqa: PLC0415 - after prepare

    verdict = judge(seed)
    return [verdict.source, *verdict.script, f"{verdict.said}: {verdict.why}"]


if __name__ == "__main__":
    sys.exit(main())
