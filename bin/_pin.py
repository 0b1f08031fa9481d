"""Writes requirements*.txt: everything that requirements*.in asks for, at the versions installed in .venv.

For developers, after `.venv/bin/pip install` of something new: .venv/bin/python bin/_pin.py
"""

import re
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]


def asked(name: str) -> list[Requirement]:
    lines = (ROOT / name).read_text().splitlines()
    return [Requirement(line) for line in lines if line.strip() and not line.startswith(("#", "-"))]


def closure(requirements: list[Requirement]) -> dict[str, str]:
    """Name (as packages spell it in links) to version, for these and all that they need."""
    found: dict[str, str] = {}
    seen: set[str] = set()
    waiting = list(requirements)
    while waiting:
        requirement = waiting.pop()
        if str(requirement) in seen:
            continue
        seen.add(str(requirement))
        package = distribution(requirement.name)
        found[re.sub(r"[-_.]+", "-", requirement.name).lower()] = package.version
        extras = requirement.extras or {""}
        for text in package.requires or []:
            needed = Requirement(text)
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
                waiting.append(needed)
    return found


def write(name: str, head: str, packages: dict[str, str]) -> None:
    lines = [f"{package}=={version}" for package, version in sorted(packages.items())]
    (ROOT / name).write_text("\n".join([*head.splitlines(), *lines, ""]))


runtime = closure(asked("requirements.in"))
development = closure(asked("requirements-dev.in"))
write("requirements.txt", "# Made by bin/_pin.py from requirements.in", runtime)
write(
    "requirements-dev.txt",
    "# Made by bin/_pin.py from requirements-dev.in\n-r requirements.txt",
    {name: version for name, version in development.items() if name not in runtime},
)
