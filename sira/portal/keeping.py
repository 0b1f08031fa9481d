"""What is typed into a form is kept until it is sent: nobody writes the same thing twice."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.http import QueryDict

from sira.forms.reading import PREFIX
from sira.people.models import Person
from sira.portal.models import Draft

LARGEST = 100_000  # characters of one draft
MOST = 50  # drafts of one person; the oldest goes


@transaction.atomic
def keep(key: str, posted: QueryDict, *, by: Person, at: datetime) -> Draft | None:
    """In place of what was kept before; None where nothing is typed or far too much, and what was kept is forgotten."""
    data = {name: posted.getlist(name) for name in posted if name.startswith(PREFIX)}
    typed = {name: values for name, values in data.items() if any(value.strip() for value in values)}
    size = sum(len(value) for values in data.values() for value in values)
    if not typed or size > LARGEST:
        forget(key, by=by)
        return None
    draft, made = Draft.objects.update_or_create(person=by, key=key[:80], defaults={"data": data, "at": at})
    if made:
        kept = Draft.objects.filter(person=by).order_by("-at").values("pk")[:MOST]
        Draft.objects.filter(person=by).exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    return draft


def kept(key: str, *, by: Person) -> Draft | None:
    return Draft.objects.filter(person=by, key=key[:80]).first()


def forget(key: str, *, by: Person) -> None:
    Draft.objects.filter(person=by, key=key[:80]).delete()


def as_posted(data: Mapping[str, Sequence[str]]) -> QueryDict:
    """As if it had been sent just now, so that the form shows it."""
    found = QueryDict(mutable=True)
    for name, values in data.items():
        found.setlist(name, [str(value) for value in values])
    return found
