"""All that is kept of one person, as a ZIP of JSON and files; one piece of it is held in memory at a time.

What they did for others at work is told by number and time alone: see docs/decisions/archives-tell-work-by-number.md.
"""

import json
import tempfile
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import Exists

from sira.people.models import Person
from sira.people.models_personal import PersonalRequest
from sira.people.personal import holdings
from sira.plumbing.desk_files import desk_files
from sira.plumbing.files import CHUNK

READ_AT_ONCE = 500
FETCHED_WITHIN = timedelta(days=7)


def make(key: int, *, at: datetime) -> None:
    """Write the archive that was asked for; nothing the second time."""
    request = PersonalRequest.objects.select_related("person").get(pk=key)
    if request.done_at:
        return
    persons = holdings.one_person(request.person)
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, pieces in contents(persons):
                with packed.open(name, "w", force_zip64=True) as one:
                    for piece in pieces:
                        one.write(piece)
        file.seek(0)
        kept = desk_files().keep(iter(lambda: file.read(CHUNK), b""))
    mine = PersonalRequest.objects.filter(pk=key, done_at=None)
    forgotten = PersonalRequest.objects.filter(
        person=request.person_id, kind=PersonalRequest.Kind.FORGET, at__gte=request.at
    )
    # Who is to be forgotten since would outlast it here: this was read before.
    if not mine.exclude(Exists(forgotten)).update(
        digest=kept.digest, size=kept.size, done_at=at, until=at + FETCHED_WITHIN
    ):
        mine.update(done_at=at)


@transaction.atomic
def drop_old(*, at: datetime) -> int:
    """Archives whose time is over; the next sweep takes their files."""
    return PersonalRequest.objects.filter(until__lte=at).exclude(digest=None).update(digest=None)


def contents(persons: Collection[int]) -> Iterator[holdings.Archived]:
    """The person first, then a file for each column by which rows name them, then what rooms add."""
    yield "person.json", _listed(Person._base_manager.filter(pk__in=persons), _told)
    for field in holdings.keys_to_persons():
        rows, whole = field.model._base_manager.filter(**{f"{field.name}__in": persons}), holdings.whole_of(field)
        name = f"{field.model._meta.label.lower()}.{field.name}"
        if whole is not None and rows.filter(whole).exists():
            yield f"{name}.json", _listed(rows.filter(whole), _told)
        rest = rows if whole is None else rows.exclude(whole) if whole else rows.none()
        if rest.exists():
            yield f"work/{name}.json", _listed(rest, _told_briefly)
    yield from holdings.extras(persons)


def _listed(rows: "models.QuerySet[Any]", tell: Callable[[models.Model], dict[str, Any]]) -> Iterator[bytes]:
    return listed(tell(row) for row in rows.order_by("pk").iterator(chunk_size=READ_AT_ONCE))


def listed(things: Iterable[Any]) -> Iterator[bytes]:
    """A JSON list, a thing a line."""
    between = b"[\n"
    for one in things:
        yield between + json.dumps(one, cls=DjangoJSONEncoder, ensure_ascii=False).encode()
        between = b",\n"
    yield b"[]\n" if between == b"[\n" else b"\n]\n"


def _told(row: models.Model) -> dict[str, Any]:
    """Its columns but those that are secret; digests of files as they are named on the disk."""
    told = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if field.name in holdings.SECRET:
            continue
        told[field.attname] = bytes(value).hex() if isinstance(value, bytes | memoryview) else value
    return told


def _told_briefly(row: models.Model) -> dict[str, Any]:
    """Which row it is, of which ticket, and when: nothing of what stands in it."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if _is_brief(field)}


def _is_brief(field: "models.Field[Any, Any]") -> bool:
    """A ticket is named by a key, or by its number alone in rooms that know nothing of tickets."""
    which = field.attname == "ticket_id" or (field.attname == "subject" and isinstance(field, models.BigIntegerField))
    return field.primary_key or which or isinstance(field, models.DateField)
