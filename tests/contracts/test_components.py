"""`bin/components` takes nobody's silence for a good sign. Its clients are scripted: the real ones ask elsewhere."""

import importlib.util
import json
import sys
from datetime import date, timedelta
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


RECORDED = {
    "auditReportVersion": 2,
    "vulnerabilities": {
        "inner": {"severity": "high", "via": [{"url": "https://github.com/advisories/GHSA-1", "severity": "high"}]},
        "outer": {"severity": "high", "via": ["inner"]},
    },
}


def test_what_was_judged_is_not_told_again_until_its_time_is_over(components):
    assert components.of_npm(RECORDED) == (1, ["inner: high GHSA-1"])
    assert components.of_npm(RECORDED, {"GHSA-1"}) == (0, [])
    aliased = {"dependencies": [WEAK | {"vulns": [{"id": "PYSEC-2026-1", "aliases": ["CVE-2026-7"]}]}]}
    assert components.of_python(aliased, {"CVE-2026-7"}) == (0, []) and components.of_python(aliased, {"CVE-8"})[0] == 1


@pytest.mark.parametrize(
    ("severity", "is_open_to_it", "days"),
    [("critical", True, 3), ("high", True, 14), ("medium", True, 60), ("low", True, 183), ("critical", False, 183)],
)
def test_a_weakness_is_overdue_the_day_after_its_time(components, severity, is_open_to_it, days):
    known = date(2026, 3, 1)
    one = {"id": "GHSA-1", "package": "inner", "severity": severity, "known_since": f"{known}", "why": "It parses."}
    judged = [one | {"is_open_to_it": is_open_to_it}]
    assert components.overdue(judged, known + timedelta(days=days)) == []
    [line] = components.overdue(judged, known + timedelta(days=days + 1))
    assert "inner: GHSA-1" in line and f"{known + timedelta(days=days)}" in line


def test_nothing_that_was_judged_is_overdue_today(components, capsys):
    assert components.main(["--overdue"]) == 0, capsys.readouterr().out


def test_a_client_that_is_not_there_is_no_good_sign(components):
    assert components.told(["/nowhere/npm"], components.of_npm, "Files")[0] == 2


def test_every_file_of_pinned_packages_is_asked_about(components):
    assert {path.name for path in ROOT.glob("requirements*.txt")} == set(components.PINNED)
