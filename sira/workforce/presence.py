"""Here, busy, away, off: what people say of themselves."""

from datetime import datetime

from sira.people.models import Person
from sira.plumbing.refusals import NotAllowed
from sira.workforce import rights
from sira.workforce.models import Presence


def set_presence(person: Person, state: str, *, by: Person, at: datetime, until: datetime | None = None) -> Presence:
    """until: when it lapses and the person counts as here again. Raises NotAllowed."""
    if not rights.may_plan_for(by, person):
        raise NotAllowed
    return Presence.objects.update_or_create(
        person=person, defaults={"state": Presence.State(state), "since": at, "until": until}
    )[0]
