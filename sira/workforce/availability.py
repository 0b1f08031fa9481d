"""The question all automatic work asks: who of these may take work now, and why not the others?"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from sira.calendars.compiled import working_time
from sira.calendars.working_time import NeverOpen
from sira.people.models import Person
from sira.plumbing import prepared
from sira.workforce.models import Presence

NOT_TO_BE_GIVEN_WORK = (Presence.State.AWAY, Presence.State.OFF)
LONGEST_SHIFT = timedelta(hours=24)
# What was planned says more than what somebody said: the first of a person's reasons is told.
ORDER = ("sick", "leave", "off_shift", "closed", "off", "away")
PERSONAL = ("sick", "leave")  # docs/decisions/leave-is-told-to-leads.md

Row = tuple[Any, ...]


def told(rows: str) -> str:
    """SQL for a word of ORDER, the edition of a calendar, and the keys of all for whom these rows have both."""
    return f"SELECT reason, edition, string_agg(person_id::text, ' ') FROM ({rows}) AS away GROUP BY reason, edition"


def away(people: str) -> str:
    """SQL for who said at %(at)s that they are away or off, and who is on leave.  people: a condition on person_id."""
    return f"""
        SELECT person_id, state AS reason, NULL::bigint AS edition FROM workforce_presence
         WHERE {people} AND state IN ('away', 'off') AND (until IS NULL OR until > %(at)s)
        UNION ALL
        SELECT person_id, kind, NULL FROM workforce_absence
         WHERE {people} AND state = 'approved' AND starts_at <= %(at)s AND (ends_at IS NULL OR ends_at > %(at)s)
    """


def off_shift(people: str) -> str:
    """SQL for who is in no shift at %(at)s.  people: SQL of the keys of those who work by shifts.

    It also wants %(earliest)s, see earliest.
    """
    return f"""
        SELECT person_id, 'off_shift', NULL::bigint FROM ({people}) AS in_shifts (person_id)
         WHERE NOT EXISTS (
               SELECT FROM workforce_shift shift
                WHERE shift.person_id = in_shifts.person_id AND kind = 'work' AND NOT is_cancelled
                  AND starts_at <= %(at)s AND starts_at > %(earliest)s AND ends_at > %(at)s)
    """


def earliest(at: datetime) -> datetime:
    """A shift that began before has ended."""
    return at - LONGEST_SHIFT


def by_person(rows: Iterable[Row], at: datetime) -> dict[int, str]:
    """Of each the first reason in ORDER."""
    found: dict[int, str] = {}
    for reason, edition, keys in sorted(rows, key=lambda row: ORDER.index(row[0]), reverse=True):
        if reason != "closed" or not working_time(edition).is_open(at):
            found |= {int(key): reason for key in keys.split()}
    return found


_IDS = "person_id = ANY(%(ids)s::bigint[])"
_REASONS = told(f"""
    {away(_IDS)}
    UNION ALL {off_shift(f"SELECT person_id FROM workforce_worker WHERE {_IDS} AND by_shifts")}
    UNION ALL
    SELECT person_id, 'closed', edition_id
      FROM workforce_worker worker JOIN calendars_calendar calendar ON calendar.id = worker.calendar_id
     WHERE {_IDS} AND NOT by_shifts AND edition_id IS NOT NULL
""")


def left_out(person_ids: Iterable[int], at: datetime) -> dict[int, str]:
    """Who of them gets no work at that instant, and why: a word of ORDER. One statement, whatever their number.

    Presence is known for now only.
    """
    ids = list(person_ids)
    if not ids:
        return {}
    return by_person(_rows(_REASONS, {"ids": prepared.array(ids), "at": at, "earliest": earliest(at)}), at)


_NEXT = """
    SELECT min(until), NULL::bigint FROM workforce_presence WHERE person_id = ANY(%(ids)s::bigint[]) AND until > %(at)s
    UNION ALL
    SELECT min(ends_at), NULL FROM workforce_absence
     WHERE person_id = ANY(%(ids)s::bigint[]) AND state = 'approved' AND ends_at > %(at)s
    UNION ALL
    SELECT min(starts_at), NULL FROM workforce_shift
     WHERE person_id = ANY(%(ids)s::bigint[]) AND kind = 'work' AND NOT is_cancelled AND starts_at > %(at)s
    UNION ALL
    SELECT NULL, edition_id FROM workforce_worker JOIN calendars_calendar calendar ON calendar.id = calendar_id
     WHERE person_id = ANY(%(ids)s::bigint[]) AND NOT by_shifts AND edition_id IS NOT NULL
"""


def next_change(person_ids: Iterable[int], at: datetime) -> datetime | None:
    """The earliest instant after `at` at which somebody of them may come by plan: shift, end of leave, opening."""
    found: list[datetime] = []
    for instant, edition in _rows(_NEXT, {"ids": prepared.array(person_ids), "at": at}):
        if instant is not None:
            found.append(instant)
        elif edition is not None and not working_time(edition).is_open(at):
            try:
                found.append(working_time(edition).next_opening(at))
            except NeverOpen:
                continue
    return min(found, default=None)


_ON_CALL = """
    SELECT person_id FROM workforce_shift
     WHERE kind = 'on_call' AND NOT is_cancelled AND (group_id = %(group)s OR group_id IS NULL)
       AND starts_at <= %(at)s AND starts_at > %(earliest)s AND ends_at > %(at)s
     ORDER BY step, id
"""


def on_call(group: int, at: datetime) -> list[int]:
    """Whom to call for this group at that instant, the first one first: nobody who works here no more. Three queries.

    Who is let go while others plan may still stand in the turns.
    """
    chain = [person for (person,) in _rows(_ON_CALL, {"group": group, "at": at, "earliest": at - timedelta(days=8)})]
    working = set(Person.objects.agents().filter(pk__in=chain).values_list("pk", flat=True))
    away = left_out(chain, at)
    return [one for one in dict.fromkeys(chain) if one in working and away.get(one) not in PERSONAL]


def _rows(sql: str, values: dict[str, Any]) -> list[Row]:
    return prepared.ask(sql, values)


Listener = Callable[[list[int], datetime], None]
_listeners: list[Listener] = []


def on_change(listener: Listener) -> Listener:
    """Tell a higher room that these persons may be able to take more than before. In the change's transaction."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def changed(person_ids: Iterable[int], at: datetime) -> None:
    ids = list(person_ids)
    for listener in _listeners:
        listener(ids, at)
