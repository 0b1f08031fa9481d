"""What is told to end while it begins."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TOLD = """
import os, signal, sys
from sira.config import supervisor, up

forks = os.fork

def told_at_once():
    pid = forks()
    if pid == TOLD:
        os.kill(os.getpid(), signal.SIGTERM)
    return pid

os.fork = told_at_once
up.leave_in_order()
try:
    found = supervisor.run_once(lambda: os.write(1, b"the child runs") and signal.pause())
    os.write(1, f"it ended with {found}".encode())
except KeyboardInterrupt:
    os.write(1, b"left")
    try:
        os.waitpid(-1, 0)
        os.write(1, b", not alone")
    except ChildProcessError:
        pass
"""


def told(which: str) -> str:
    program = TOLD.replace("pid == TOLD", which)
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stderr == ""
    return done.stdout


def test_a_child_that_is_told_to_end_before_it_runs_ends_and_takes_no_step_of_its_parent():
    assert told("pid == 0") == "it ended with -15"


def test_a_parent_that_is_told_to_end_as_its_child_begins_takes_it_along():
    assert told("pid") in ("left", "the child runsleft")
