"""What is being written in a ticket, kept for its author on the server: it survives reload, refusal and sign-out."""

from datetime import datetime
from typing import Any

from django.db import transaction

from sira.people.models import Person
from sira.plumbing.refusals import Refused
from sira.tickets.messages import Attached
from sira.tickets.models import Ticket
from sira.workspace.models import Draft

LONGEST = 200_000  # characters


class NewerElsewhere(Refused):
    """Another window has kept something else meanwhile. newer: that draft."""

    code = "newer_elsewhere"

    def __init__(self, newer: Draft) -> None:
        super().__init__()
        self.newer = newer


def draft_of(person: Person, ticket: Ticket) -> Draft | None:
    return Draft.objects.filter(owner=person, ticket=ticket).first()


@transaction.atomic
def keep(person: Person, ticket: Ticket, *, kind: str, text: str, seen: int, at: datetime) -> Draft | None:
    """Keep the text; an empty one without files ends the draft.

    seen: the revision that the window knows, 0 for none.  Raises NewerElsewhere.
    """
    known = Draft.objects.select_for_update().filter(owner=person, ticket=ticket).first()
    if known is not None and known.revision != seen and known.text != text:
        raise NewerElsewhere(known)
    if not text.strip() and not (known and known.files):
        Draft.objects.filter(owner=person, ticket=ticket).delete()
        return None
    if known is None:
        return Draft.objects.create(owner=person, ticket=ticket, kind=kind, text=text[:LONGEST], changed_at=at)
    known.kind, known.text, known.revision, known.changed_at = kind, text[:LONGEST], known.revision + 1, at
    known.save(update_fields=["kind", "text", "revision", "changed_at"])
    return known


def end(person: Person, ticket: Ticket) -> None:
    """It was said, or thrown away."""
    Draft.objects.filter(owner=person, ticket=ticket).delete()


def give_back(person: Person, ticket: Ticket, *, text: str, files: list[Attached], at: datetime) -> Draft:
    """An answer that was taken back stands before what its author has begun to write since."""
    known = draft_of(person, ticket)
    begun = f"\n\n{known.text}" if known and known.text.strip() and known.text.strip() != text.strip() else ""
    kept = [{"name": f.name, "size": f.size, "type": f.content_type, "digest": f.digest.hex()} for f in files]
    return Draft.objects.update_or_create(
        owner=person,
        ticket=ticket,
        defaults={
            "kind": Draft.Kind.ANSWER,
            "text": text + begun,
            "files": kept,
            "revision": (known.revision if known else 0) + 1,
            "changed_at": at,
        },
    )[0]


def files_of(draft: Draft | None, wanted: list[str]) -> list[Attached]:
    """The kept files that are still wanted, by their digests."""
    if draft is None:
        return []
    return [
        Attached(one["name"], one["size"], bytes.fromhex(one["digest"]), one["type"])
        for one in draft.files
        if one["digest"] in wanted
    ]


def told(draft: Draft) -> dict[str, Any]:
    """As the composer is told of it."""
    files = [{"name": one["name"], "digest": one["digest"]} for one in draft.files]
    return {"kind": draft.kind, "text": draft.text, "revision": draft.revision, "files": files}
