"""The OMG's reference drawings: opened, written back equal, run or refused by name. Not part of the project."""

import json
from pathlib import Path

import pytest

from sira.processes.conformance import judge, main

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "data" / "bpmn" / "miwg_reference"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the reference drawings are not at {FOLDER}")
DRAWINGS = sorted(FOLDER.glob("*.bpmn"))


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
def test_it_is_opened_written_back_equal_and_run_or_refused_by_name(path):
    verdict = judge(path.read_bytes())
    assert verdict["opened"] and verdict["equal"]
    assert verdict["processes"]
    for process in verdict["processes"]:
        assert process.get("ended") or all("“" in reason for reason in process["refused"]), process


def test_what_is_made_to_be_run_elsewhere_runs_here():
    runnable = {path.stem for path in DRAWINGS if all(each["run"] for each in judge(path.read_bytes())["processes"])}
    assert {"A.1.0", "A.4.0", "A.4.1", "C.8.1", "C.9.0", "C.9.1", "C.9.2"} <= runnable


def test_the_command_prints_one_line_a_drawing(capsys):
    assert main([str(FOLDER)]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(lines) == len(DRAWINGS) == 21
