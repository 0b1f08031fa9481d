"""`sira template`: processes that ship with forms, decisions and texts, and come to a desk when they are chosen."""

import argparse
import re
import sys
from pathlib import Path

from django.utils import timezone

from sira.config import packs
from sira.config.models import LoadedPart
from sira.people.models import SupportGroup
from sira.plumbing.refusals import Refused

CALLED = re.compile(r'processId="([^="]+)"')
GROUPS = re.compile(r'candidateGroups="([^="]+)"|source="=&quot;(\w+)&quot;" target="group"')


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="sira template", description="Processes that are loaded when chosen.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="all that ship, and which are taken")
    take = commands.add_parser("take", help="load some: drawings, forms, decisions, ticket types, request types")
    take.add_argument("names", nargs="+", metavar="NAME")
    given = parser.parse_args(arguments)
    return show() if given.command == "list" else take_all(given.names)


def show() -> int:
    taken = set(LoadedPart.objects.values_list("pack", flat=True))
    for name, folder in known().items():
        about = packs.read(folder / "pack.json")
        mark = "taken" if name in taken else "-"
        sys.stdout.write(f"{name:12} {mark:6} {about['name']}: {about['description']}\n")
    return 0


def take_all(names: list[str]) -> int:
    """Exit code 1 at the first that is unknown or refused; those before it stay."""
    for name in with_called(names):
        folder = known().get(name)
        if folder is None:
            sys.stderr.write(f"There is no template {name!r}. Try sira template list.\n")
            return 1
        try:
            loaded = packs.load_pack(folder, at=timezone.now())
        except Refused as refused:
            sys.stderr.write(f"{name}: {refused.message}\n")
            return 1
        sys.stdout.write(f"{name}: {len(loaded)} parts loaded.\n")
        if missing := missing_groups(folder):
            sys.stdout.write(f"  It gives work to groups that are not here yet: {', '.join(missing)}.\n")
        for group, types in packs.types_of_groups(folder).items():
            if group in missing:
                said = f"tickets of {', '.join(types)} are everybody's; then they are that group's"
                sys.stdout.write(f"  Until {group} is made, {said}.\n")
    return 0


def with_called(names: list[str]) -> list[str]:
    """Each once, and before it those whose processes its drawings call. A drawing's file bears the process's key."""
    order: dict[str, None] = {}
    for name in names:
        folder = known().get(name)
        called = set(CALLED.findall(drawn_in(folder))) if folder else set()
        order |= dict.fromkeys(
            other
            for other, its in known().items()
            if other != name and called & {file.stem for file in its.glob("*.bpmn")}
        )
        order[name] = None
    return list(order)


def drawn_in(folder: Path) -> str:
    return "".join(file.read_text("utf-8") for file in folder.glob("*.bpmn"))


def known() -> dict[str, Path]:
    return {folder.name: folder for folder in sorted(packs.PACKS.glob("*/")) if packs.is_template(folder)}


def missing_groups(folder: Path) -> list[str]:
    named = {key.strip() for pair in GROUPS.findall(drawn_in(folder)) for key in "".join(pair).split(",")}
    return sorted({*named, *packs.types_of_groups(folder)} - set(SupportGroup.objects.values_list("key", flat=True)))
