"""How many approvals wait for a person: asked for every page, so by one short statement."""

from datetime import datetime

from sira.plumbing import prepared

_TO_DECIDE = """
    SELECT count(*) FROM tasks_ballot
     WHERE state = 'open' AND barred_id IS DISTINCT FROM %(person)s
       AND (approver_id = %(person)s OR stand_in_id = %(person)s OR approver_id = ANY(ARRAY(
            SELECT person_id FROM workforce_absence
             WHERE stand_in_id = %(person)s AND starts_at <= %(at)s AND (ends_at IS NULL OR ends_at > %(at)s))))
"""


def count_to_decide(person: int, *, at: datetime) -> int:
    """As many as BallotQuerySet.of holds open ones."""
    ((waiting,),) = prepared.ask(_TO_DECIDE, {"person": person, "at": at})
    return int(waiting)
