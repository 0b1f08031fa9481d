"""Our engine against another: the same random processes, the same answers, step by step.

Ten thousand of them: `python -m bench.differential`. Here a slice of other processes each day would hide what changed,
so it is always the same one.
"""

import logging
import warnings

import pytest

pytest.importorskip("SpiffWorkflow", reason="SpiffWorkflow, a dependency of development, is not installed")

from sira.processes.tests.differential.comparing import judge


@pytest.fixture(autouse=True)
def quiet():
    logging.getLogger("spiff").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def test_both_engines_stand_where_the_standard_says():
    used: set[str] = set()
    for seed in range(300):
        verdict = judge(seed)
        assert verdict.said != "disagree", f"process {seed}, after {verdict.script}: {verdict.why}\n{verdict.source}"
        used |= verdict.uses if verdict.said == "agree" else set()
    assert used >= {
        "compensation", "conditional event",
        "crossing ways", "error event", "escalation event", "event-based gateway", "exclusive gateway",
        "inclusive gateway", "interrupting boundary event", "jump", "loop", "message event", "none event",
        "non-interrupting boundary event", "parallel gateway", "parallel multi-instance",
        "sequential multi-instance", "several ends", "sub-process", "terminate event", "timer event",
    }  # fmt: skip
