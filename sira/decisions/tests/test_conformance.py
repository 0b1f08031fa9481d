"""The public kit of DMN cases; it is not part of the project, so these tests need a copy beside it."""

from pathlib import Path

import pytest

from sira.decisions.conformance import run_folder

KIT = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "dmn" / "tck"


def missed(level: str) -> list[str]:
    folder = KIT / level
    if not folder.is_dir():
        pytest.skip(f"the conformance kit is not at {folder}")
    results = list(run_folder(folder))
    assert len(results) > 100
    return [
        f"{one['model']} {one['case']}: got {one['got']}, not {one['expected']}" for one in results if not one["passed"]
    ]


def test_every_case_of_level_2_gives_what_the_kit_expects():
    assert missed("compliance-level-2") == []


def test_every_case_of_level_3_gives_what_the_kit_expects():
    assert missed("compliance-level-3") == []
