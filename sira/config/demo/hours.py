"""When the people of the sample organisation work, what they can do, and how their groups share the work."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sira.config.demo.organisation import Desk
from sira.people.automation import automation
from sira.people.models import Person
from sira.routing.agreeing import Seat, Terms, agree
from sira.workforce import absences, planning, working

ON_CALL_DAYS = 7


def share_work(desk: Desk, told: dict[str, Any], *, at: datetime) -> None:
    """What the groups have agreed, before their first ticket."""
    for one in told["terms"]:
        seats = {_person(mail).pk: Seat(share=share) for mail, share in one["shares"].items()}
        terms = Terms(one["strategy"], prefers_known=one["prefers_known"], seats=seats)
        desk.groups[one["group"]] = agree(desk.groups[one["group"]], terms, by=automation(), at=at)


def plan(desk: Desk, told: dict[str, Any], *, at: datetime) -> None:
    """Shifts from this week on, skills, limits, who is called at night, and leave that somebody has asked for."""
    monday = at - timedelta(days=at.weekday())
    by = automation()
    patterns = [planning.keep_pattern(one["name"], one["weeks"], by=by, at=at) for one in told["patterns"]]
    for one in told["people"]:
        person = _person(one["mail"])
        working.set_skills(person, one["skills"], by=by, at=at)
        working.set_limits(person, by=by, at=at, capacity=one.get("capacity"), day_cap=one.get("day_cap"))
        if "pattern" in one:
            working.set_hours(person, calendar=desk.calendars[one["calendar"]], by_shifts=True, by=by, at=at)
            planning.put_on_rota(
                person, patterns[one["pattern"]], since=monday.date(), week=one["week"], by=by, at=monday
            )
    for step, mail in enumerate(told["on_call"]["chain"], 1):
        planning.add_shift(
            _person(mail),
            kind="on_call",
            group=desk.groups[told["on_call"]["group"]],
            step=step,
            starts_at=at,
            ends_at=at + timedelta(days=ON_CALL_DAYS),
            by=by,
            at=at,
        )
    _ask_leave(told["leave_asked"], at=at)


def _ask_leave(told: dict[str, Any], *, at: datetime) -> None:
    person = _person(told["mail"])
    first = at.date() + timedelta(days=told["in_days"])
    starts = datetime.combine(first, time(), ZoneInfo(person.time_zone))
    absences.ask_leave(
        person,
        starts_at=starts,
        ends_at=starts + timedelta(days=told["days"]),
        stand_in=_person(told["stand_in"]),
        by=person,
        at=at - timedelta(days=1),
    )


def _person(mail: str) -> Person:
    return Person.objects.get(email=mail)
