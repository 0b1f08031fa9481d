"""`sira conformance dmn DIR` and `sira conformance bpmn DIR`: a folder of public cases, one JSON line each."""

import sys
from pathlib import Path

from sira.decisions import conformance as decisions
from sira.processes import conformance as processes

KINDS = {"dmn": decisions.main, "bpmn": processes.main}


def main(arguments: list[str]) -> int:
    kind, *folders = arguments or [""]
    if kind not in KINDS or not folders:
        print("usage: sira conformance dmn|bpmn DIR", file=sys.stderr)
        return 2
    for folder in folders:
        if not Path(folder).is_dir():
            print(f"sira conformance: {folder} is no folder.", file=sys.stderr)
            return 2
    return KINDS[kind](folders)
