"""Leave and sick days, and the question all automatic work asks: who is not there?"""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from sira.people.models import Person
from sira.plumbing.refusals import NotAllowed
from sira.workforce import rights
from sira.workforce.models import Absence, Presence
from sira.workforce.refusals import AlreadyOver, BadAbsence

NOT_TO_BE_GIVEN_WORK = (Presence.State.AWAY, Presence.State.OFF)


def record_absence(
    person: Person,
    kind: str,
    *,
    starts_at: datetime,
    ends_at: datetime | None,
    by: Person,
    at: datetime,
    stand_in: Person | None = None,
    note: str = "",
) -> Absence:
    """ends_at: None while nobody knows. Raises NotAllowed, BadAbsence."""
    if not rights.may_plan_for(by, person):
        raise NotAllowed
    if (ends_at is not None and ends_at <= starts_at) or stand_in == person:
        raise BadAbsence
    return Absence.objects.create(
        person=person,
        kind=Absence.Kind(kind),
        starts_at=starts_at,
        ends_at=ends_at,
        stand_in=stand_in,
        note=note[:200],
        by=by,
        at=at,
    )


@transaction.atomic
def end_absence(absence: Absence, *, by: Person, at: datetime) -> None:
    """The person is back; an absence that has not begun is withdrawn. Raises NotAllowed, AlreadyOver."""
    absence = Absence.objects.select_for_update().select_related("person").get(pk=absence.pk)
    if not rights.may_plan_for(by, absence.person):
        raise NotAllowed
    if absence.ends_at is not None and absence.ends_at <= at:
        raise AlreadyOver
    if absence.starts_at >= at:
        absence.delete()
        return
    absence.ends_at = at
    absence.save(update_fields=["ends_at"])


# In SQL because routing asks for every ticket, and composing the query costs more than running it.
_REASONS = """
    SELECT person_id, state FROM workforce_presence
    WHERE person_id = ANY(%(ids)s) AND state = ANY(%(unavailable)s) AND (until IS NULL OR until > %(at)s)
    UNION ALL
    SELECT person_id, kind FROM workforce_absence
    WHERE person_id = ANY(%(ids)s) AND starts_at <= %(at)s AND (ends_at IS NULL OR ends_at > %(at)s)
"""


def is_absent(person_ids: Iterable[int], at: datetime) -> dict[int, str]:
    """Who of them gets no work at that instant, and why: leave, sick, away or off. One query.

    Leave and sickness stand whatever a person's presence says. Presence is known for now only.
    """
    ids = list(person_ids)
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_REASONS, {"ids": ids, "at": at, "unavailable": list(NOT_TO_BE_GIVEN_WORK)})
        # What was planned comes last, so that it is what remains.
        return dict(sorted(cursor.fetchall(), key=lambda row: row[1] not in NOT_TO_BE_GIVEN_WORK))


def stand_ins(person_ids: Iterable[int], at: datetime) -> dict[int, int]:
    """Who stands in for whom among those on leave or sick at that instant. One query."""
    ids, lasting = list(person_ids), Q(ends_at=None) | Q(ends_at__gt=at)
    found = Absence.objects.filter(lasting, person__in=ids, starts_at__lte=at, stand_in__isnull=False)
    return dict(found.order_by("starts_at").values_list("person_id", "stand_in_id"))
