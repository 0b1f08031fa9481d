"""Here, busy, away, off: what people say of themselves."""

from datetime import datetime

from django.db import transaction

from sira.people.models import Person
from sira.plumbing.refusals import NotAllowed
from sira.workforce import availability, rights
from sira.workforce.models import Presence


@transaction.atomic
def set_presence(person: Person, state: str, *, by: Person, at: datetime, until: datetime | None = None) -> Presence:
    """until: when it lapses and the person counts as here again. Raises NotAllowed."""
    if not rights.may_plan_for(by, person):
        raise NotAllowed
    kept = Presence.objects.update_or_create(
        person=person, defaults={"state": Presence.State(state), "since": at, "until": until}
    )[0]
    availability.changed([person.pk], at)
    return kept
