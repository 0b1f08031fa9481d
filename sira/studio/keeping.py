"""Drafts that two people may have open: saved against what was read, and nobody's text is lost."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from sira.people.models import Person
from sira.plumbing import turns
from sira.studio.models import SetAside
from sira.studio.refusals import ChangedMeanwhile, NotADraft
from sira.studio.shelves.shelf import DRAFT, Row, Shelf


@dataclass(frozen=True)
class Kept:
    """row: the draft as it stands now.  aside: where this text went instead, because somebody had saved before."""

    row: Row
    aside: SetAside | None = None


@transaction.atomic
def save(
    shelf: Shelf, key: str, version: int, source: str, *, base: str, by: Person, at: datetime, sitting: str = ""
) -> Kept:
    """base: the digest of the text that was opened.  sitting: the window in which it is drawn.

    Raises NotADraft, Refused for what is no drawing.
    """
    row = _locked(shelf, key, version)
    given = shelf.digest_of(source)
    if row.digest == given:
        return Kept(row)
    if row.digest != base:
        return Kept(row, _set_aside(shelf, row, source, sitting=sitting or base, by=by, at=at))
    return Kept(shelf.overwrite(row, source, by=by, at=at))


@transaction.atomic
def publish(shelf: Shelf, key: str, version: int, *, base: str, by: Person, at: datetime) -> Row:
    """Raises NotADraft, ChangedMeanwhile, and whatever stands against publishing."""
    row = _locked(shelf, key, version)
    if row.digest != base:
        raise ChangedMeanwhile
    return shelf.publish(row, by=by, at=at)


def draft_for_edit(shelf: Shelf, key: str) -> Row | None:
    """The draft there is. Two who begin one at once wait for each other, so inside a transaction."""
    turns.take(f"draft {shelf.kind} {key}")
    drafts = shelf.model.objects.select_for_update().filter(key=key, status=DRAFT)
    return drafts.order_by("-version").first()


@transaction.atomic
def draft_of(shelf: Shelf, key: str, source: str, *, by: Person, at: datetime) -> Row:
    """A draft with this text, from an older version or a file; a draft that is there already is set aside, not lost.

    Raises Refused for what is no drawing.
    """
    there = draft_for_edit(shelf, key)
    if there is None:
        return shelf.new_draft(key, source, by=by, at=at)
    if there.digest != shelf.digest_of(source):
        _set_aside(shelf, there, shelf.source_of(there), sitting=there.digest, by=there.by or by, at=at)
    return shelf.overwrite(there, source, by=by, at=at)


@transaction.atomic
def take_aside(shelf: Shelf, aside: SetAside, *, by: Person, at: datetime) -> Row:
    """The text that came second becomes the draft; the draft's own takes its place aside."""
    source = aside.source
    aside.delete()
    return draft_of(shelf, aside.key, source, by=by, at=at)


def _locked(shelf: Shelf, key: str, version: int) -> Row:
    row = shelf.model.objects.select_for_update().filter(key=key, version=version).first()
    if row is None or row.status != DRAFT:
        raise NotADraft
    return row


def _set_aside(shelf: Shelf, row: Row, source: str, *, sitting: str, by: Person, at: datetime) -> SetAside:
    values = {"version": row.version, "source": source, "at": at}
    named = {"kind": shelf.kind, "key": row.key, "by": by, "sitting": sitting[:64]}
    return SetAside.objects.update_or_create(**named, defaults=values)[0]
