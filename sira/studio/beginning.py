"""Something new on a shelf: blank, or from a template together with the forms and decisions that its drawing names."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.db import transaction

from sira.people.models import Person
from sira.studio.keys import made_key
from sira.studio.shelves import SHELVES
from sira.studio.shelves.shelf import OWN_ADDRESSES, Row, Shelf

NAMED = {"forms": ("formId", "formKey"), "decisions": ("decisionId",)}


@transaction.atomic
def begin(shelf: Shelf, key: str, name: str, *, template: str, by: Person, at: datetime) -> Row:
    """A draft under a free key, made from the name where none is given.

    template: one of the shelf's, else it is blank.  Raises BadKey, KeyTaken, Refused.
    """
    key = shelf.free_key(key or made_key(shelf.model, name, otherwise=shelf.ending, taken=OWN_ADDRESSES))
    file = shelf.templates().get(template)
    source = shelf.renamed(file.read_text("utf-8"), key, name or key) if file else shelf.blank(key, name or key)
    row = shelf.new_draft(key, source, by=by, at=at)
    if file:
        bring_along(source, file, by=by, at=at)
    return row


def bring_along(source: str, file: Path, *, by: Person, at: datetime) -> None:
    """Publish what the drawing names and only its folder has; what the desk has under that key stays as it is."""
    for kind, attributes in NAMED.items():
        shelf = SHELVES[kind]
        for key in dict.fromkeys(_named(source, attributes)):
            found = file.parent / shelf.pattern.replace("*", key)
            if found.exists() and not shelf.model.objects.filter(key=key).exists():
                shelf.publish(shelf.new_draft(key, found.read_text("utf-8"), by=by, at=at), by=by, at=at)


def _named(source: str, attributes: tuple[str, ...]) -> Iterator[str]:
    """Keys only: a value that is an expression, or a path, names no file."""
    for attribute in attributes:
        yield from re.findall(rf'\b{attribute}="([A-Za-z][A-Za-z0-9_-]*)"', source)
