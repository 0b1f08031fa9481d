"""Calendars as a file says them, checked as the pages check them before any of it is kept."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sira.calendars import editing
from sira.calendars.models import Calendar, DateOverride, Holiday
from sira.calendars.refusals import BadHours, UnknownZone
from sira.config.transfer import parts
from sira.config.transfer.places import Change, Refusals, Source, one_by_one, told
from sira.config.transfer.rows import bring, entries, usual
from sira.people.automation import automation

DATES: dict[str, tuple[type[Any], tuple[str, ...]]] = {
    "holidays": (Holiday, ("name", "opens", "closes", "is_observed", "source")),
    "overrides": (DateOverride, ("openings", "reason")),
}
Dates = dict[date, dict[str, Any]]


def take_calendars(source: Source, at: datetime) -> Iterator[Change]:
    wrong: list[str] = []
    given = entries(source, source.json(), wrong, known_by="name")
    defaults = [one["name"] for one in given if one.get("is_default")]
    if len(defaults) > 1:
        wrong.append(
            source.said(source.line_of_key(defaults[1]), f"{', '.join(defaults)}: only one calendar is the default")
        )
    for one in given:
        line = source.line_of_key(one["name"])
        with one_by_one(wrong, source.said(line, one["name"])):
            yield from _take(source, one, line, at)
    if wrong:
        raise Refusals(wrong)


def _take(source: Source, given: dict[str, Any], line: int, at: datetime) -> Iterator[Change]:
    name = given["name"]
    wrong = list(_wrong_hours(given))
    dates = {kind: _dates(kind, given.pop(kind, []), wrong) for kind in DATES}
    if wrong:
        raise Refusals([source.said(line, f"{name}: {one}") for one in wrong])
    default = bool(given.pop("is_default", False))
    names = [column for column in parts.CALENDAR_COLUMNS if column != "is_default"]
    row, done = bring(source, Calendar, given, known_by="name", names=names, references=parts.NO_REFERENCES)
    if default and not row.is_default:
        editing.make_default(row, by=automation())
        done = done or "changed is_default"
    changed = sum(_keep(row, kind, wanted) for kind, wanted in dates.items())
    row.refresh_from_db()
    editing.publish(row, by=automation(), at=at)
    yield from told(source, done or ("changed dates" if changed else ""), name)


def _wrong_hours(given: dict[str, Any]) -> Iterator[str]:
    try:
        editing.known_zone(given.get("time_zone", ""))
    except UnknownZone as refused:
        yield str(refused)
    try:
        given["week"] = editing.checked_week(given.get("week", usual(Calendar, "week")))
    except BadHours as refused:
        yield str(refused)


def _dates(kind: str, given: Any, wrong: list[str]) -> Dates:
    """What each date shall hold; what is wrong joins the list."""
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        wrong.append(f"{kind} is no list of dates")
        return {}
    found: Dates = {}
    for one in given:
        try:
            on = date.fromisoformat(one.get("date", ""))
        except (TypeError, ValueError):
            wrong.append(f"{one.get('date')!r} is no date; write it as 2026-12-24")
            continue
        if on in found:
            wrong.append(f"{on}: it stands there twice")
        model, names = DATES[kind]
        if unknown := sorted(set(one) - {"date", *names}):
            wrong.append(f"{on}: nothing is called {', '.join(map(repr, unknown))}")
        found[on] = {name: one.get(name, usual(model, name)) for name in names}
        wrong += [f"{on}: {reason}" for reason in CHECKS[kind](found[on])]
    return found


def _wrong_holiday(values: dict[str, Any]) -> Iterator[str]:
    if not isinstance(values["name"], str) or not values["name"].strip():
        yield "a holiday has a name"
    if not isinstance(values["is_observed"], bool):
        yield "is_observed is true or false"
    if (values["opens"], values["closes"]) != (None, None):
        try:
            editing.checked_openings([(values["opens"], values["closes"])])
        except BadHours as refused:
            yield str(refused)


def _wrong_override(values: dict[str, Any]) -> Iterator[str]:
    try:
        values["openings"] = editing.checked_openings(values["openings"])
    except BadHours as refused:
        yield str(refused)


CHECKS = {"holidays": _wrong_holiday, "overrides": _wrong_override}


def _keep(calendar: Calendar, kind: str, wanted: Dates) -> int:
    """How many dates are different from now on; those that are not named go."""
    model, _names = DATES[kind]
    there = {row.date: row for row in model.objects.filter(calendar=calendar)}
    changed = model.objects.filter(calendar=calendar, date__in=set(there) - set(wanted)).delete()[0]
    for on, values in wanted.items():
        if on not in there or any(getattr(there[on], name) != value for name, value in values.items()):
            model.objects.update_or_create(calendar=calendar, date=on, defaults=values)
            changed += 1
    return int(changed)
