"""`sira person` and `sira retention`: a person's data and old texts, from the machine itself and at once."""

import argparse
import sys
from pathlib import Path

from django.utils import timezone

from sira.people import recognition
from sira.people.automation import automation
from sira.people.models import Person
from sira.people.personal import archive, asking, forgetting
from sira.plumbing import audit
from sira.plumbing.desk_files import desk_files
from sira.plumbing.refusals import Refused
from sira.tickets import retention
from sira.tickets.models_retention import RetentionRule


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("sira person", description="Take out or forget a person's data.")
    ways = parser.add_subparsers(dest="way", required=True)
    out = ways.add_parser("archive", help="all that is kept of them, as a ZIP")
    gone = ways.add_parser("forget", help="name, addresses and texts, for good")
    for way in (out, gone):
        way.add_argument("mail", help="any mail address of theirs")
    out.add_argument("file", type=Path)
    gone.add_argument("--name", required=True, help="the person's name, since nothing undoes this")
    gone.add_argument("--even-open", action="store_true", help="although tickets of theirs are open")
    options = parser.parse_args(arguments)
    person = recognition.person_of("mail", recognition.normalised_mail(options.mail))
    if person is None:
        sys.stderr.write(f"Nobody has the address {options.mail}.\n")
        return 1
    try:
        if options.way == "archive":
            return take_out(person, options.file)
        return forget(person, name=options.name, even_open=options.even_open)
    except Refused as refused:
        sys.stderr.write(f"{refused.message}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"{options.file} cannot be written: {error.strerror}.\n")
        return 1


def take_out(person: Person, file: Path) -> int:
    if file.exists():
        sys.stderr.write(f"{file} is there already. Name another file.\n")
        return 1
    by, at = automation(), timezone.now()
    asked = asking.ask_for_archive(person, by=by, way=audit.COMMAND, at=at)
    archive.make(asked.pk, at=at)
    held = asking.fetch(asked.pk, of=person.pk, by=by, way=audit.COMMAND, at=at)
    if held is None or held.digest is None:
        return 1
    with file.open("xb") as written:
        for piece in desk_files().read(bytes(held.digest)):
            written.write(piece)
    print(f"{file}: {held.size} bytes.")
    return 0


def forget(person: Person, *, name: str, even_open: bool) -> int:
    by, at = automation(), timezone.now()
    asked = asking.ask_to_forget(person, name=name, even_open=even_open, by=by, way=audit.COMMAND, at=at)
    forgetting.forget(asked.pk, at=at)
    print(f"Forgotten. Their tickets stay under #{person.pk}.")
    return 0


def retain(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("sira retention", description="Count what the rules would forget now.")
    parser.add_argument("--carry-out", action="store_true", help="forget it now rather than next night")
    options, at = parser.parse_args(arguments), timezone.now()
    for rule in RetentionRule.objects.select_related("type", "group").order_by("pk"):
        where = f"{rule.type.key if rule.type else 'all types'}, {rule.group.key if rule.group else 'all groups'}"
        due = retention.count(rule, at=at)
        print(f"{rule} ({where}): {due.tickets} tickets, {due.messages} messages, {due.files} files")
        if options.carry_out:
            retention.carry_out(rule, at=at)
    return 0
