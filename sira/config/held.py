"""`sira held`: the files that a scanner's word keeps back, and the decision that one is given out or removed."""

import argparse
import sys

from django.utils.timezone import now

from sira.plumbing import audit, scanning
from sira.tickets import held_files
from sira.tickets.held_files import Held


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        "sira held", description="List the files that are held back, give one out, remove one."
    )
    ways = parser.add_subparsers(dest="way")
    give = ways.add_parser("give", help="let people have it all the same")
    remove = ways.add_parser("remove", help="delete its content for good")
    for way in (give, remove):
        way.add_argument("file", help="the beginning of its digest, as the list has it")
        way.add_argument("--because", required=True, metavar="WORDS", help="kept in the audit trail")
    remove.add_argument("--sure", action="store_true", help="without it only what would be removed is said")
    options = parser.parse_args(arguments)
    held = scanning.held_back().reverse()
    if options.way is None:
        print("\n".join(map(line, held_files.with_places(held))) or "No file is held back.")
        return 0
    found = held_files.with_places(one for one in held if bytes(one.digest).hex().startswith(options.file.lower()))
    if len(found) != 1:
        sys.stderr.write(f"{len(found) or 'No'} held files begin with {options.file}.\n")
        return 1
    digest, which = bytes(found[0].scanned.digest), places(found[0]) or "a file of no ticket"
    if options.way == "give":
        scanning.give_out(digest, because=options.because, by=None, way=audit.COMMAND)
        print(f"Given out from now on: {which}.")
    elif not options.sure:
        sys.stderr.write(f"This would be removed, and nobody could get it back: {which}. Say so with --sure.\n")
        return 1
    else:
        held_files.remove(digest, because=options.because, by=None, way=audit.COMMAND, at=now())
        print(f"Removed for good: {which}.")
    return 0


def line(one: Held) -> str:
    held = one.scanned
    why = f"found: {held.found}" if held.was_read else f"could not be checked: {held.found}"
    return f"{one.key[:12]}  {held.at:%Y-%m-%d %H:%M}  {why}  {places(one)}"


def places(one: Held) -> str:
    """Where it came to; a mail as a whole is in no list of files."""
    return ", ".join(f"{file.message.ticket} {file.name} ({file.size} bytes)" for file in one.files)
