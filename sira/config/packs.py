"""Packs: what ships as data. A part is loaded when its file is new or has changed, else it stays as people made it."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from sira.catalogue import offering
from sira.config.environment import ROOT
from sira.config.models import LoadedPart
from sira.decisions import publishing as decisions
from sira.forms import publishing
from sira.people.automation import automation
from sira.people.models import SupportGroup
from sira.processes import versions
from sira.tickets import assigning
from sira.tickets.models import Category, Service, TicketType

PACKS = ROOT / "packs"
CATALOGUE = "catalogue.json"
Load = Callable[[Path, datetime], None]


def load_all(*, at: datetime) -> dict[str, list[str]]:
    """Load what is new in every pack of this desk; the files by the name of the pack, where there were any.

    A template (see is_template) is a pack of the desk once it has been loaded by choice.
    """
    chosen = set(LoadedPart.objects.values_list("pack", flat=True))
    folders = [folder for folder in sorted(PACKS.glob("*/")) if folder.name in chosen or not is_template(folder)]
    loaded = {folder.name: load_pack(folder, at=at) for folder in folders}
    return {name: files for name, files in loaded.items() if files}


def is_template(folder: Path) -> bool:
    """Its pack.json says that it is loaded when it is chosen, not with every desk."""
    file = folder / "pack.json"
    return file.exists() and read(file).get("load") == "chosen"


def load_pack(folder: Path, *, at: datetime) -> list[str]:
    """Load what is new in the folder, all or nothing; answers which files that were.

    Raises Refused where a part can't be published, ValueError where it can't be read.
    """
    loaded = []
    with transaction.atomic():
        known = dict(LoadedPart.objects.filter(pack=folder.name).values_list("path", "digest"))
        for pattern, load in PARTS:
            for file in sorted(folder.glob(pattern)):
                path = file.relative_to(folder).as_posix()
                digest = hashlib.sha256(file.read_bytes()).hexdigest()
                if known.get(path) == digest:
                    continue
                load(file, at)
                LoadedPart.objects.update_or_create(pack=folder.name, path=path, defaults={"digest": digest, "at": at})
                loaded.append(path)
    return loaded


def load_process(file: Path, at: datetime) -> None:
    """The id of the process is its key."""
    versions.install(file.read_text(encoding="utf-8"), by=automation(), at=at)


def load_decision(file: Path, at: datetime) -> None:
    """The file's name is the decision's key."""
    decisions.publish(file.stem, file.read_text(encoding="utf-8"), by=automation(), at=at)


def load_form(file: Path, at: datetime) -> None:
    """The file's name is the form's key."""
    publishing.publish(file.stem, read(file), by=automation(), at=at)


def load_catalogue(file: Path, at: datetime) -> None:
    """Ticket types, services, categories and request types, each by its key."""
    given = read(file)
    types = {one["key"]: _ticket_type(one, at) for one in given.get("ticket_types", [])}
    services = {one["key"]: _named(Service, one) for one in given.get("services", [])}
    categories = {one["key"]: _named(Category, one) for one in given.get("categories", [])}
    for one in given.get("request_types", []):
        offering.offer(
            one["key"],
            name=one["name"],
            names=one["names"],
            description=one["description"],
            descriptions=one["descriptions"],
            icon=one["icon"],
            type=types[one["type"]],
            service=services.get(one.get("service", "")),
            category=categories.get(one.get("category", "")),
            form_key=one["form"],
            audience=one["audience"],
            order=one["order"],
            by=automation(),
        )


def _ticket_type(given: dict[str, Any], at: datetime) -> TicketType:
    """Its group only where people have not named one, and where the desk has it."""
    values = {
        "name": given["name"],
        "names": given["names"],
        "prefix": given["prefix"],
        "process_key": given["process"],
        "mandatory_fields": given.get("mandatory_fields", []),
    }
    row = TicketType.objects.update_or_create(key=given["key"], defaults=values)[0]
    group = SupportGroup.objects.filter(key=given.get("group", "")).first()
    if group is not None:
        _belongs_to(group, row, at)
    return row


def _belongs_to(group: SupportGroup, row: TicketType, at: datetime) -> None:
    if row.group is None:
        row.group = group
        row.save(update_fields=["group"])
        assigning.take_home(row, by=automation(), at=at)


def group_came(group: SupportGroup, *, at: datetime) -> None:
    """Types whose pack was loaded before the desk had this group are the group's from now on."""
    for pack in LoadedPart.objects.filter(path=CATALOGUE).order_by("pack").values_list("pack", flat=True):
        for key in types_of_groups(PACKS / pack).get(group.key, []):
            for row in TicketType.objects.select_for_update(of=("self",)).filter(key=key):
                _belongs_to(group, row, at)


def types_of_groups(folder: Path) -> dict[str, list[str]]:
    """The types of a pack that are not everybody's, by the key of the group that its catalogue names."""
    file, found = folder / CATALOGUE, dict[str, list[str]]()
    for one in read(file).get("ticket_types", []) if file.exists() else []:
        if one.get("group"):
            found.setdefault(one["group"], []).append(one["key"])
    return found


def _named(model: type[Any], given: dict[str, Any]) -> Any:
    values = {"name": given["name"], "names": given["names"]}
    return model.objects.update_or_create(key=given["key"], defaults=values)[0]


def read(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{file.name}: {error}") from error


# In this order: a catalogue names forms.
PARTS: list[tuple[str, Load]] = [
    ("*.dmn", load_decision),
    ("*.bpmn", load_process),
    ("forms/*.json", load_form),
    (CATALOGUE, load_catalogue),
]
