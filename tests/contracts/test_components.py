"""`bin/components` takes nobody's silence for a good sign. Its clients are scripted: the real ones ask elsewhere."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def components():
    found = importlib.util.spec_from_file_location("components", ROOT / "bin" / "_components.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def saying(words):
    return [sys.executable, "-c", f"print({words!r})"]


FINE = {"name": "django", "version": "5.2.19", "vulns": []}
WEAK = {"name": "pillow", "version": "1.0", "vulns": [{"id": "PYSEC-2026-1"}]}
UNASKED = {"name": "granian", "skip_reason": "Dependency not found on PyPI and could not be audited"}


@pytest.mark.parametrize(
    ("packages", "how", "names"),
    [
        ([FINE], 0, ""),
        ([FINE, WEAK], 1, "pillow 1.0: PYSEC-2026-1"),
        ([WEAK, UNASKED], 2, "granian"),
        ([UNASKED], 2, ""),
    ],
)
def test_what_is_known_of_python_packages_and_what_could_not_be_asked(components, packages, how, names):
    found, lines = components.told(saying(json.dumps({"dependencies": packages})), components.of_python, "Packages")
    assert found == how and names in "\n".join(lines)


@pytest.mark.parametrize(
    ("words", "how"),
    [
        (json.dumps({"vulnerabilities": {}}), 0),
        (json.dumps({"vulnerabilities": {"echarts": {"severity": "high"}}}), 1),
        (json.dumps({"error": {"summary": "endpoint returned an error"}}), 2),
        ("", 2),
    ],
)
def test_what_is_known_of_front_end_files(components, words, how):
    assert components.told(saying(words), components.of_npm, "Files")[0] == how


def test_a_client_that_is_not_there_is_no_good_sign(components):
    assert components.told(["/nowhere/npm"], components.of_npm, "Files")[0] == 2


def test_every_file_of_pinned_packages_is_asked_about(components):
    assert {path.name for path in ROOT.glob("requirements*.txt")} == set(components.PINNED)
