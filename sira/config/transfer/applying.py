"""A folder made true: all of it or nothing, and a second time nothing changes."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from django.db import transaction

from sira.config.transfer.drawings import look_through, take_decision, take_examples, take_form, take_process
from sira.config.transfer.hours import take_calendars
from sira.config.transfer.lists import take_catalogue, take_groups
from sira.config.transfer.places import Change, Refusals, Source, one_by_one, read
from sira.config.transfer.roles import take_roles


def apply(folder: Path, *, at: datetime, dry_run: bool = False) -> list[Change]:
    """What was changed, or would be: `+ file: what` for what is new, `~ file: what` for what is different.

    What the folder does not name stays as it is. Raises Refusals with all that is wrong; nothing has changed then.
    """
    changes: list[Change] = []
    wrong: list[str] = []
    with transaction.atomic():
        for pattern, take in STEPS:
            for file in sorted(folder.glob(pattern)):
                with one_by_one(wrong, f"{file.relative_to(folder).as_posix()}:1"):
                    changes += take(read(folder, file), at)
        if wrong:
            raise Refusals(list(dict.fromkeys(wrong)))
        transaction.set_rollback(dry_run)
    return changes


# In this order: what is named comes before what names it, and drawings are looked through when all is there.
STEPS: list[tuple[str, Callable[[Source, datetime], Iterator[Change]]]] = [
    ("calendars.json", take_calendars),
    ("groups.json", take_groups),
    ("roles.json", take_roles),
    ("forms/*.json", take_form),
    ("decisions/*.dmn", take_decision),
    ("decisions/*.examples.json", take_examples),
    ("processes/*.bpmn", take_process),
    ("catalogue.json", take_catalogue),
    ("decisions/*.dmn", look_through),
    ("processes/*.bpmn", look_through),
]
