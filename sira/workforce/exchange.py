"""Shifts and leave as CSV and iCalendar, out and in."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils.timezone import is_aware

from sira.people.models import Person, SupportGroup
from sira.plumbing.refusals import NotAllowed
from sira.workforce import absences, availability, planning, rights
from sira.workforce.access import groups_of
from sira.workforce.models import Absence, Shift
from sira.workforce.refusals import NO_GROUP, NOBODY, BadAbsence, BadRow, BadShift, TooManyRows

COLUMNS = ("person", "kind", "starts_at", "ends_at", "note", "group", "step")
GROUP, STEP = "X-SIRA-GROUP", "X-SIRA-STEP"  # iCalendar has no word for whom somebody is called
SHIFTS, ABSENCES = tuple(Shift.Kind.values), tuple(Absence.Kind.values)
CHANGED = ("ends_at", "on", "step", "by_hand", "is_cancelled", "note")
MOST_ROWS = 5000
Key = tuple[int, str, datetime, int | None]


@dataclass(frozen=True)
class Row:
    """mail: of the person.  kind: work, on_call, leave or sick; away, where it is not told which.

    starts_at, ends_at: without a zone the person's own; ends_at: None while unknown.  group: for whom somebody is on
    call, by its key or, in a file, a name of it; empty for all.  step: their place in the chain, 1 is called first.
    line: where it stood in a file.
    """

    mail: str
    kind: str
    starts_at: datetime
    ends_at: datetime | None
    note: str = ""
    group: str = ""
    step: int = 1
    line: int = field(default=0, compare=False)


def rows_between(people: Iterable[int], start: datetime, end: datetime, *, in_full: bool) -> list[Row]:
    """Shifts that are worked and approved absences of these people, by their start. Two queries.

    in_full: what somebody wrote beside their leave, and whether it is one, is for those who plan.
    """
    keys = list(people)
    shifts = Shift.objects.filter(person__in=keys, is_cancelled=False, starts_at__lt=end, ends_at__gt=start)
    away = Absence.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=start), person__in=keys, state=Absence.State.APPROVED, starts_at__lt=end
    )
    columns = ("person__email", "kind", "starts_at", "ends_at", "note")
    worked = shifts.values_list(*columns, Coalesce("group__key", Value("")), "step")
    found = [Row(*values) for values in (*worked, *away.values_list(*columns))]
    if not in_full:
        found = [replace(row, note="", kind="away" if row.kind in ABSENCES else row.kind) for row in found]
    return sorted(found, key=lambda row: (row.starts_at, row.mail, row.kind))


def to_csv(rows: Iterable[Row]) -> str:
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        ends = row.ends_at.isoformat() if row.ends_at else ""
        writer.writerow([row.mail, row.kind, row.starts_at.isoformat(), ends, _harmless(row.note), *_place(row)])
    return target.getvalue()


def _place(row: Row) -> tuple[str, str]:
    """For whom somebody is on call and as the how manyeth; nothing for who is not."""
    return (row.group, str(row.step)) if row.kind == Shift.Kind.ON_CALL else ("", "")


def _harmless(text: str) -> str:
    """Table programs run what begins like a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text


def _ical() -> Any:
    """Loaded by the first who reads or writes one; a start does without."""
    return import_module("icalendar")


def to_ical(rows: Iterable[Row], *, at: datetime) -> bytes:
    calendar = _ical().Calendar()
    calendar.add("prodid", "-//Sira//Workforce//EN")
    calendar.add("version", "2.0")
    for row in rows:
        event = _ical().Event()
        event.add("uid", "-".join(filter(None, (row.kind, f"{row.starts_at:%Y%m%dT%H%M%SZ}", row.group, row.mail))))
        event.add("dtstamp", at)
        event.add("summary", f"{row.kind}: {row.mail}")
        event.add("categories", [row.kind])
        event.add("dtstart", row.starts_at)
        if row.ends_at:
            event.add("dtend", row.ends_at)
        if row.note:
            event.add("description", row.note)
        for name, said in zip((GROUP, STEP), _place(row), strict=True):
            if said:
                event.add(name, said)
        event.add("organizer", _ical().vCalAddress(f"mailto:{row.mail}"))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


@transaction.atomic
def take_in(rows: Iterable[Row], *, by: Person, at: datetime) -> int:
    """Enter shifts and absences, all or nothing; what is there already stays once. How many there were.

    A handful of statements, however many rows.  Raises BadRow, NotAllowed.
    """
    planning.must_plan(by)
    found = list(islice(rows, MOST_ROWS + 1))
    people = {one.email: one for one in Person.objects.agents().filter(email__in={row.mail for row in found})}
    groups = _called(by) if any(row.group for row in found) else {}
    shifts: dict[Key, Shift] = {}
    away: dict[tuple[int, str, datetime], Absence] = {}
    if len(found) > MOST_ROWS:
        raise TooManyRows
    for row in found:
        person = people.get(row.mail)
        if person is None:
            raise BadRow(row.line, NOBODY, row.mail)
        starts = _aware(row.starts_at, person)
        ends = _aware(row.ends_at, person) if row.ends_at else None
        key = person.pk, row.kind, starts
        try:
            if row.kind in SHIFTS:
                group = _group(row, groups)
                single = planning.a_single(
                    person, row.kind, starts, ends or starts, group=group, step=row.step, note=row.note
                )
                shifts[*key, group.pk if group else None] = single
            else:
                away.setdefault(key, absences.an_absence(person, row.kind, starts, ends, note=row.note, by=by, at=at))
        except (BadShift, BadAbsence) as refused:
            raise BadRow(row.line, refused.message) from refused
    _keep_shifts(shifts, at)
    _keep_absences(away, by)
    return len(found)


def _called(by: Person) -> dict[str, SupportGroup]:
    """The groups that somebody plans for, by key and by each of their names."""
    groups = groups_of(by)
    names = {name.casefold(): group for group in groups for name in (group.name, *group.names.values())}
    return names | {group.key.casefold(): group for group in groups}


def _group(row: Row, groups: Mapping[str, SupportGroup]) -> SupportGroup | None:
    """For whom somebody is on call; another shift is for no group, whatever a column says.  Raises BadRow."""
    if row.kind != Shift.Kind.ON_CALL or not row.group:
        return None
    if (group := groups.get(row.group.casefold())) is None:
        raise BadRow(row.line, NO_GROUP, row.group)
    return group


def _keep_shifts(given: dict[Key, Shift], at: datetime) -> None:
    people, times = {key[0] for key in given}, {key[2] for key in given}
    there = Shift.objects.select_for_update().filter(person__in=people, starts_at__in=times)
    singles: dict[Key, Shift] = {}
    for shift in there:
        key = shift.person_id, str(shift.kind), shift.starts_at, shift.group_id
        if key in given and not shift.is_cancelled and _says_the_same(shift, given[key]):
            del given[key]
        elif shift.rota_id is None and shift.calls_id is None:
            singles[key] = shift
    for key in given.keys() & singles.keys():
        given[key].pk = singles[key].pk
    Shift.objects.bulk_update([given[key] for key in given.keys() & singles.keys()], CHANGED)
    Shift.objects.bulk_create([given[key] for key in given.keys() - singles.keys()])
    planning.works_in_shifts(list(given.values()))
    availability.changed(sorted({key[0] for key in given}), at)


def _says_the_same(shift: Shift, given: Shift) -> bool:
    """The place in the chain of who takes turns is told by the turns."""
    return shift.ends_at == given.ends_at and (shift.calls_id is not None or shift.step == given.step)


def _keep_absences(given: dict[tuple[int, str, datetime], Absence], by: Person) -> None:
    there = Absence.objects.filter(person__in={key[0] for key in given}, state=Absence.State.APPROVED)
    known = set(there.values_list("person", "kind", "starts_at"))
    new = [absence for key, absence in given.items() if key not in known]
    if not all(rights.may_approve_for(by, one.person) for one in new if one.kind == Absence.Kind.LEAVE):
        raise NotAllowed
    Absence.objects.bulk_create(new)


def _aware(instant: datetime, person: Person) -> datetime:
    return (instant if is_aware(instant) else instant.replace(tzinfo=ZoneInfo(person.time_zone))).astimezone(UTC)


def weeks_around(at: datetime) -> tuple[datetime, datetime]:
    """What is exported: from a month ago to as far as shifts are laid."""
    return at - timedelta(days=31), at + timedelta(weeks=12)
