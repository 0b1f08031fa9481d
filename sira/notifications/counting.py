"""The number beside the bell."""

from sira.plumbing import prepared

# An answer can be taken back until its mail may leave; until then its requester knows nothing of it.
_UNSEEN = """
    SELECT count(*) FROM notifications_outgoingmail
     WHERE person_id = %s AND unseen AND NOT (message IS NOT NULL AND state = 'queued' AND next_at > clock_timestamp())
"""


def unseen(person: int) -> int:
    """Asked of every page."""
    ((found,),) = prepared.ask(_UNSEEN, [person])
    return int(found)
