"""The number beside the bell."""

from sira.plumbing import prepared

_UNSEEN = "SELECT count(*) FROM notifications_outgoingmail WHERE person_id = %s AND unseen"


def unseen(person: int) -> int:
    """Asked of every page."""
    ((found,),) = prepared.ask(_UNSEEN, [person])
    return int(found)
