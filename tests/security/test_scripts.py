"""No script of ours writes into an object under a name that comes from outside (prototype pollution)."""

import re
from pathlib import Path

SIRA = Path(__file__).resolve().parents[2] / "sira"
# What is computed here is one of a list that stands in the same line.
NAMED = {'for (const name of ["modeling", "bpmnFactory", "moddle"]) this[name] = modeler.get(name)'}
COMPUTED = re.compile(
    r"[\w)]\[(?!\d|[\"'`])[^\]]+\]\s*=(?![=>])|__proto__|Object\.(?:assign|fromEntries)\([^\n]*JSON\.parse"
)


def test_objects_are_written_under_names_that_stand_in_the_script():
    scripts = [
        path for path in SIRA.rglob("*.js") if path.parent.parent.name != "vendor" and "vendor" not in path.parts
    ]
    assert len(scripts) > 30
    lines = [(path.name, line.strip()) for path in scripts for line in path.read_text(encoding="utf-8").splitlines()]
    assert [(name, line) for name, line in lines if COMPUTED.search(line) and line not in NAMED] == []
