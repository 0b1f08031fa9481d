"""What is being written in a ticket, kept for its author on the server: it survives reload, refusal and sign-out."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sira.channels.web.receiving import MOST_FILES, TooManyFiles
from sira.people.models import Person
from sira.plumbing import turns
from sira.plumbing.refusals import NotAllowed, Refused
from sira.shell.laying_out import PICTURE, pictures_named
from sira.tickets import permissions
from sira.tickets.messages import Attached
from sira.tickets.models import Message, Ticket
from sira.tickets.models_aside import LaterAnswer
from sira.workspace.models import Draft, DraftFile

LONGEST = 200_000  # characters
ON_ITS_WAY = timedelta(minutes=1)


class NothingToShare(Refused):
    code = "nothing_to_share"
    message = _("There is no draft to share yet. Write something first.")


class NewerElsewhere(Refused):
    """Another window has kept something else meanwhile. newer: that draft."""

    code = "newer_elsewhere"

    def __init__(self, newer: Draft) -> None:
        super().__init__()
        self.newer = newer


def draft_of(person: Person, ticket: Ticket) -> Draft | None:
    return Draft.objects.filter(owner=person, ticket=ticket).first()


@transaction.atomic
def keep(
    person: Person,
    ticket: Ticket,
    *,
    kind: str,
    text: str,
    seen: int,
    without: Collection[bytes] = (),
    at: datetime,
) -> Draft | None:
    """Keep the text; an empty one without files ends the draft.

    seen: the revision that the window knows, 0 for none.  without: files (their digests) that were taken out there.
    Raises NewerElsewhere.
    """
    known = Draft.objects.select_for_update().filter(owner=person, ticket=ticket).first()
    if known is not None and known.revision != seen and known.text not in ("", text):
        raise NewerElsewhere(known)
    if known is not None and without:
        known.files.filter(digest__in=without).delete()
    if not text.strip() and not (known and known.files.exists()):
        Draft.objects.filter(owner=person, ticket=ticket).delete()
        return None
    if known is None:
        _one_at_a_time(person, ticket)
        if _was_said(person, ticket, text, at=at):
            return None
        first = {"kind": kind, "text": text[:LONGEST], "changed_at": at}
        known, made = Draft.objects.get_or_create(owner=person, ticket=ticket, defaults=first)
        if made or known.text == text[:LONGEST]:
            return known
        raise NewerElsewhere(known)  # it came while we looked
    known.kind, known.text, known.revision, known.changed_at = kind, text[:LONGEST], known.revision + 1, at
    known.save(update_fields=["kind", "text", "revision", "changed_at"])
    return known


@transaction.atomic
def add_file(person: Person, ticket: Ticket, file: Attached, *, kind: str, text: str, at: datetime) -> Draft:
    """A picture that was pasted goes with what is being written.  Raises TooManyFiles."""
    first = {"kind": kind, "text": text[:LONGEST], "changed_at": at}
    draft, _made = Draft.objects.select_for_update().get_or_create(owner=person, ticket=ticket, defaults=first)
    if draft.files.count() >= MOST_FILES:
        raise TooManyFiles
    _add_files(draft, [file])
    return draft


def _add_files(draft: Draft, files: list[Attached]) -> None:
    DraftFile.objects.bulk_create(
        DraftFile(
            draft=draft,
            name=file.name[:255],
            content_type=file.content_type[:120],
            size=file.size,
            digest=file.digest,
        )
        for file in files
    )


def _was_said(person: Person, ticket: Ticket, text: str, *, at: datetime) -> bool:
    """A save that was still on its way when its text was sent brings the draft not back."""
    begun, since = " ".join(text.split()), at - ON_ITS_WAY
    sent = Message.objects.filter(ticket=ticket, author=person, sent_at__gte=since).order_by("-pk")
    kept = LaterAnswer.objects.filter(ticket=ticket, author=person, kept_at__gte=since).order_by("-pk")
    said = [text for rows in (sent, kept) for text in rows.values_list("text", flat=True)[:5]]
    return any(" ".join(one.split()).startswith(begun) for one in said)


def _one_at_a_time(person: Person, ticket: Ticket) -> None:
    """A first save and the end of a draft wait for each other, where there is no row yet to wait for."""
    turns.take(f"draft {person.pk} {ticket.pk}")


@transaction.atomic
def end(person: Person, ticket: Ticket) -> None:
    """It was said, or thrown away."""
    _one_at_a_time(person, ticket)
    Draft.objects.filter(owner=person, ticket=ticket).delete()


@transaction.atomic
def put(
    person: Person, ticket: Ticket, *, text: str, files: list[Attached], at: datetime, kind: str = Draft.Kind.ANSWER
) -> Draft:
    """What stands in the composer, whatever was kept before it."""
    known = draft_of(person, ticket)
    said = {
        "kind": kind,
        "text": text[:LONGEST],
        "revision": (known.revision if known else 0) + 1,
        "changed_at": at,
    }
    draft = Draft.objects.update_or_create(owner=person, ticket=ticket, defaults=said)[0]
    draft.files.all().delete()
    _add_files(draft, files)
    return draft


def give_back(
    person: Person, ticket: Ticket, *, text: str, files: list[Attached], at: datetime, kind: str = Draft.Kind.ANSWER
) -> Draft:
    """What was taken back or over stands before what the person has begun to write since.

    A note stays a note, and so does an answer with one behind it: nothing meant for the desk alone goes out by mistake.
    """
    known = draft_of(person, ticket)
    if known is None:
        return put(person, ticket, text=text, files=files, at=at, kind=kind)
    own, more = _apart(known.text, all_files(known), files)
    begun = f"\n\n{own}" if own.strip() and own.strip() != text.strip() else ""
    kept_inside = begun and known.kind == Draft.Kind.NOTE
    kind = Draft.Kind.NOTE if kept_inside else kind
    return put(person, ticket, text=text + begun, files=[*files, *more], at=at, kind=kind)


def _apart(text: str, own: list[Attached], others: list[Attached]) -> tuple[str, list[Attached]]:
    """The text and files of a draft, to stand beside others: of two pictures with one name its own gets another, and
    its sign with it. What is among the others already has their name.
    """
    theirs, taken = {file.digest: file.name for file in others}, {file.name for file in [*others, *own]}
    clashing = {file.name for file in others} & pictures_named(text)
    names: dict[str, str] = {}
    more: list[Attached] = []
    for file in own:
        name = theirs.get(file.digest) or (_free_name(file.name, taken) if file.name in clashing else file.name)
        if file.digest not in theirs:
            more.append(replace(file, name=name))
        taken.add(name)
        names.setdefault(file.name, name)
    return PICTURE.sub(lambda sign: f"![{sign[1]}]({names.get(sign[2], sign[2])})", text), more


def _free_name(name: str, taken: set[str]) -> str:
    """As the composer calls what is pasted."""
    ending = name.rpartition(".")[2]
    return next(free for number in count(1) if (free := f"picture-{number}.{ending}") not in taken)


def share(person: Person, ticket: Ticket, *, shared: bool) -> None:
    """Colleagues read it, or no longer.  Raises NothingToShare."""
    if not Draft.objects.filter(owner=person, ticket=ticket).update(is_shared=shared):
        raise NothingToShare


def shared_in(ticket: Ticket, *, reader: Person) -> list[Draft]:
    """What colleagues let others read, and the reader's own if it is among it."""
    rows = Draft.objects.filter(Q(is_shared=True) | Q(owner=reader), ticket=ticket).select_related("owner")
    return list(rows.order_by("-changed_at"))


def take_over(draft: Draft, *, by: Person, at: datetime) -> Draft:
    """Go on with a colleague's shared draft: it stands before what one has begun oneself; theirs stays.

    Raises NotAllowed for one that is not shared, or in a ticket of others.
    """
    permissions.must_work_on(by, draft.ticket)
    if not draft.is_shared:
        raise NotAllowed
    return give_back(by, draft.ticket, text=draft.text, files=all_files(draft), at=at, kind=draft.kind)


def all_files(draft: Draft | None) -> list[Attached]:
    rows = draft.files.order_by("pk") if draft else ()
    return [Attached(row.name, row.size, bytes(row.digest), row.content_type) for row in rows]


def files_of(draft: Draft | None, wanted: list[str], text: str) -> list[Attached]:
    """The kept files that are still wanted: by their digests, and pictures by their signs in the text, which the
    composer has again a moment before it has its files."""
    named = pictures_named(text)
    return [file for file in all_files(draft) if file.digest.hex() in wanted or file.name in named]


def told(draft: Draft) -> dict[str, Any]:
    """As the composer is told of it."""
    files = [{"name": file.name, "digest": file.digest.hex()} for file in all_files(draft)]
    return {"kind": draft.kind, "text": draft.text, "revision": draft.revision, "files": files}
