"""From a stored calendar to opening times that can be reckoned with.

An edition never changes, so what was compiled from it may stay in every process for ever.
"""

from datetime import date
from functools import lru_cache

from sira.calendars.models import Edition
from sira.calendars.refusals import NoCalendar
from sira.calendars.working_time import WorkingTime, openings, week_of
from sira.plumbing import settled


def compiled(calendar_id: int) -> WorkingTime:
    """The calendar as it stands now. One query."""
    return working_time(edition_in_force(calendar_id))


_IN_FORCE = """
    SELECT edition_id FROM calendars_calendar WHERE edition_id IS NOT NULL AND (id = %s OR is_default)
    ORDER BY id = %s DESC LIMIT 1
"""


def edition_in_force(calendar_id: int | None = None) -> int:
    """The current edition of this calendar, or of the default where none is chosen or it has gone. One query.

    Raises NoCalendar.
    """
    found = settled.one(_IN_FORCE, [calendar_id or 0, calendar_id or 0])
    if found is None:
        raise NoCalendar(calendar=calendar_id)
    return int(found[0])


@lru_cache(maxsize=256)
def working_time(edition_id: int) -> WorkingTime:
    """The opening times of an edition, old or new. One query the first time in a process, then none."""
    body = Edition.objects.values_list("body", flat=True).get(pk=edition_id)
    days = {date.fromisoformat(day): openings(pairs) for day, pairs in body["days"].items()}
    return WorkingTime(body["zone"], week_of(body["week"]), days)
