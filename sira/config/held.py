"""`sira held`: the files that a scanner's word keeps back, and the decision that one is given out all the same."""

import argparse
import sys

from sira.plumbing import audit, scanning
from sira.tickets import held_files
from sira.tickets.held_files import Held


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("sira held", description="List the files that are held back, or give one out.")
    give = parser.add_subparsers(dest="way").add_parser("give", help="let people have it all the same")
    give.add_argument("file", help="the beginning of its digest, as the list has it")
    give.add_argument("--because", required=True, metavar="WORDS", help="kept in the audit trail")
    options = parser.parse_args(arguments)
    held = scanning.held_back().reverse()
    if options.way is None:
        print("\n".join(map(line, held_files.with_places(held))) or "No file is held back.")
        return 0
    found = held_files.with_places(one for one in held if bytes(one.digest).hex().startswith(options.file.lower()))
    if len(found) != 1:
        sys.stderr.write(f"{len(found) or 'No'} held files begin with {options.file}.\n")
        return 1
    scanning.give_out(bytes(found[0].scanned.digest), because=options.because, by=None, way=audit.COMMAND)
    print(f"Given out from now on: {places(found[0]) or 'a file of no ticket'}.")
    return 0


def line(one: Held) -> str:
    held = one.scanned
    why = f"found: {held.found}" if held.was_read else f"could not be checked: {held.found}"
    return f"{one.key[:12]}  {held.at:%Y-%m-%d %H:%M}  {why}  {places(one)}"


def places(one: Held) -> str:
    """Where it came to; a mail as a whole is in no list of files."""
    return ", ".join(f"{file.message.ticket} {file.name} ({file.size} bytes)" for file in one.files)
