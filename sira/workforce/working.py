"""How much somebody takes, whose holidays they keep, and what they can do."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from sira.calendars.models import Calendar
from sira.people.models import Person
from sira.plumbing import prepared
from sira.workforce import availability, laying
from sira.workforce.models import Rota, Skill, SkillOfPerson, Worker
from sira.workforce.planning import must_plan


@transaction.atomic
def set_limits(
    person: Person,
    *,
    by: Person,
    at: datetime,
    capacity: int | None = None,
    channels: Mapping[str, int] | None = None,
    day_cap: int | None = None,
    week_cap: int | None = None,
    month_cap: int | None = None,
) -> Worker:
    """What the person takes at most; None is no limit.

    channels: open tickets at once by channel, 0 for none of it.  Raises NotAllowed.
    """
    must_plan(by)
    limits = {
        "capacity": capacity,
        "channels": dict(channels or {}),
        "day_cap": day_cap,
        "week_cap": week_cap,
        "month_cap": month_cap,
    }
    worker = Worker.objects.update_or_create(person=person, defaults=limits)[0]
    availability.changed([person.pk], at)
    return worker


@transaction.atomic
def set_hours(person: Person, *, calendar: Calendar | None, by_shifts: bool, by: Person, at: datetime) -> Worker:
    """Whose holidays the person keeps; whether they work in shifts or in the calendar's hours. Raises NotAllowed."""
    must_plan(by)
    worker = Worker.objects.update_or_create(person=person, defaults={"calendar": calendar, "by_shifts": by_shifts})[0]
    for rota in Rota.objects.filter(person=person):
        laying.lay(rota, at=at)
    availability.changed([person.pk], at)
    return worker


@transaction.atomic
def set_skills(person: Person, levels: Mapping[str, int], *, by: Person, at: datetime) -> None:
    """All that the person can do: level 1 to 5 by the skill's key. Unknown keys become skills of that name.

    Raises NotAllowed.
    """
    must_plan(by)
    skills = {key: Skill.objects.get_or_create(key=key, defaults={"name": key})[0] for key in levels}
    SkillOfPerson.objects.filter(person=person).exclude(skill__key__in=levels).delete()
    for key, level in levels.items():
        SkillOfPerson.objects.update_or_create(person=person, skill=skills[key], defaults={"level": level})
    availability.changed([person.pk], at)


_LEVELS = """
    SELECT person_id, key, level FROM workforce_skillofperson JOIN workforce_skill skill ON skill.id = skill_id
     WHERE person_id = ANY(%s) AND key = ANY(%s)
    UNION ALL
    SELECT id, language, 5 FROM people_person WHERE id = ANY(%s) AND language = ANY(%s)
"""


def levels_of(person_ids: Iterable[int], keys: Iterable[str]) -> dict[int, dict[str, int]]:
    """How well each of them has these skills; who has none is missing. Everybody speaks their own language.

    One statement.
    """
    ids, wanted = list(person_ids), list(keys)
    found: dict[int, dict[str, int]] = {}
    for person, key, level in prepared.ask(_LEVELS, [ids, wanted, ids, wanted]):
        known = found.setdefault(person, {})
        known[key] = max(level, known.get(key, 0))
    return found
