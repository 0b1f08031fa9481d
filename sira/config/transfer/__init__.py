"""`sira config export DIR`, `sira config apply DIR`: how the desk is set up, as text that can be compared and reviewed.

People, tickets and passwords are no set-up and stay out; so do members of groups and drafts.
"""

import argparse
import sys
from pathlib import Path

from django.utils import timezone

from sira.config.transfer.applying import apply
from sira.config.transfer.exporting import export
from sira.config.transfer.places import Refusals


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="sira config", description="The desk's set-up as text.")
    acts = parser.add_subparsers(dest="act", required=True)
    out = acts.add_parser("export", help="write the set-up into a folder")
    out.add_argument("folder", type=Path)
    given = acts.add_parser("apply", help="make the desk as the folder says; what it does not name stays")
    given.add_argument("folder", type=Path)
    given.add_argument("--dry-run", action="store_true", help="only say what would change")
    asked = parser.parse_args(arguments)
    if asked.act == "export":
        for line in export(asked.folder):
            print(line)
        return 0
    if not asked.folder.is_dir():
        print(f"sira config: {asked.folder} is no folder.", file=sys.stderr)
        return 2
    try:
        changed = apply(asked.folder, at=timezone.now(), dry_run=asked.dry_run)
    except Refusals as refused:
        for line in refused.lines:
            print(line, file=sys.stderr)
        print("sira config: nothing was changed.", file=sys.stderr)
        return 1
    for line in changed:
        print(line)
    if not changed:
        print("Nothing to change.")
    elif asked.dry_run:
        print("Nothing was changed: this was a dry run.")
    return 0
