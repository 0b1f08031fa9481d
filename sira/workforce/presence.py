"""Here, busy, away, off: what people say of themselves, and away where their screen falls silent."""

from datetime import datetime, timedelta

from django.db import transaction

from sira.people.models import Person
from sira.plumbing.refusals import NotAllowed
from sira.workforce import availability, rights
from sira.workforce.models import Presence

SILENT_AFTER = timedelta(minutes=15)


@transaction.atomic
def set_presence(person: Person, state: str, *, by: Person, at: datetime, until: datetime | None = None) -> Presence:
    """until: when it lapses and the person counts as here again. Raises NotAllowed."""
    if not rights.may_plan_for(by, person):
        raise NotAllowed
    kept = Presence.objects.update_or_create(
        person=person, defaults={"state": Presence.State(state), "since": at, "until": until, "by_activity": False}
    )[0]
    availability.changed([person.pk], at)
    return kept


def state_of(kept: Presence | None, at: datetime) -> str:
    """What the row says at that instant; here where it says nothing."""
    if kept is None or (kept.until is not None and kept.until <= at):
        return str(Presence.State.HERE)
    return str(kept.state)


@transaction.atomic
def seen(person: Person, *, at: datetime) -> Presence:
    """Somebody works at the person's screen. Who had fallen silent is here again; what was said by hand stays."""
    Presence.objects.get_or_create(person=person, defaults={"since": at, "seen_at": at})
    kept = Presence.objects.select_for_update(of=("self",)).get(person=person)
    back = kept.by_activity or (kept.until is not None and kept.until <= at)
    if back:
        kept.state, kept.since, kept.until, kept.by_activity = Presence.State.HERE, at, None, False
    kept.seen_at = at
    kept.save(update_fields=["state", "since", "until", "by_activity", "seen_at"])
    if back:
        availability.changed([person.pk], at)
    return kept


def fall_silent(at: datetime) -> int:
    """Who is here and whose screen has told nothing for a quarter of an hour is away; how many. One statement.

    Who never had a screen that tells, since it runs no scripts, is left alone.
    """
    silent = Presence.objects.filter(state=Presence.State.HERE, seen_at__lte=at - SILENT_AFTER)
    return silent.update(state=Presence.State.AWAY, since=at, until=None, by_activity=True)
