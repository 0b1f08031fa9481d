"""`sira held`: the files that a scanner's word keeps back, and the decision that one is given out all the same."""

import argparse
import sys
from collections.abc import Iterator

from sira.plumbing import scanning
from sira.plumbing.models import ScannedFile
from sira.tickets.models import MessageFile


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("sira held", description="List the files that are held back, or give one out.")
    give = parser.add_subparsers(dest="way").add_parser("give", help="let people have it all the same")
    give.add_argument("file", help="the beginning of its digest, as the list has it")
    give.add_argument("--because", required=True, metavar="WORDS", help="kept in the audit trail")
    options = parser.parse_args(arguments)
    held = ScannedFile.objects.exclude(found="").filter(given_out=False).order_by("at", "digest")
    if options.way is None:
        print("\n".join(line(one) for one in held) or "No file is held back.")
        return 0
    found = [one for one in held if bytes(one.digest).hex().startswith(options.file.lower())]
    if len(found) != 1:
        sys.stderr.write(f"{len(found) or 'No'} held files begin with {options.file}.\n")
        return 1
    scanning.give_out(found[0], because=options.because)
    print(f"Given out from now on: {', '.join(places(found[0])) or 'a file of no ticket'}.")
    return 0


def line(held: ScannedFile) -> str:
    why = f"found: {held.found}" if held.was_read else f"could not be checked: {held.found}"
    return f"{bytes(held.digest).hex()[:12]}  {held.at:%Y-%m-%d %H:%M}  {why}  {', '.join(places(held))}"


def places(held: ScannedFile) -> Iterator[str]:
    """Where it came to; a mail as a whole is in no list of files."""
    for file in MessageFile.objects.filter(digest=held.digest).select_related("message__ticket").order_by("pk"):
        yield f"{file.message.ticket} {file.name} ({file.size} bytes)"
