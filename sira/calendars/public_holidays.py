"""Public holidays of a country as a start: they become rows that people edit."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import holidays
from django.db import transaction

from sira.calendars import editing
from sira.calendars.models import Calendar, Holiday
from sira.calendars.refusals import NoHolidaysKnown
from sira.people.models import Person

Known = tuple[str, int | None, int | None]  # name, and of a half day when it opens and closes
SOURCE = "holidays"  # before the country of a row that was loaded
HALF_DAY_CLOSES = 13 * 60
"""Turkey's half days end at 13:00 by law; elsewhere it is a start that people edit."""

YEARS_AHEAD = 2


def years_to_load(at: datetime) -> range:
    """The year of that instant and those that people plan for."""
    return range(at.year, at.year + YEARS_AHEAD + 1)


@transaction.atomic
def load_holidays(
    calendar: Calendar, country: str, years: Iterable[int], *, by: Person, at: datetime, region: str | None = None
) -> int:
    """Add the holidays of a country (ISO 3166, two letters) and bring loaded ones up to date; the number now loaded.

    What a person entered, changed or took out stays as it is. Raises NoHolidaysKnown, NotAllowed.
    """
    calendar = editing.locked(calendar, by)
    years = list(years)
    source = f"{SOURCE}:{country}" + (f"-{region}" if region else "")
    known = known_holidays(country, years, region)
    number = keep_loaded(calendar, known, source=source, within=(date(min(years), 1, 1), date(max(years), 12, 31)))
    editing.publish(calendar, by=by, at=at)
    return number


def keep_loaded(calendar: Calendar, known: Mapping[date, Known], *, source: str, within: tuple[date, date]) -> int:
    """The holidays of a source between two days as they are now; what a person entered or changed stays.

    Part of an operation that has locked the calendar and publishes it.
    """
    there = calendar.holidays.filter(date__range=within)
    by_hand = set(there.filter(source="").values_list("date", flat=True))
    there.filter(source=source).delete()
    wanted = [
        Holiday(calendar=calendar, date=day, name=name[:200], opens=opens, closes=closes, source=source)
        for day, (name, opens, closes) in known.items()
        if day not in by_hand and within[0] <= day <= within[1]
    ]
    Holiday.objects.bulk_create(
        wanted,
        update_conflicts=True,
        unique_fields=["calendar", "date"],
        update_fields=["name", "opens", "closes", "source"],
    )
    return len(wanted)


def known_holidays(country: str, years: Iterable[int], region: str | None = None) -> dict[date, Known]:
    """Name in English where there is one, opens, closes by date; half days have both. Raises NoHolidaysKnown."""
    try:
        return _known(country, years, region, _code(country, "en"))
    except (AttributeError, NotImplementedError) as error:
        raise NoHolidaysKnown(country=country, region=region) from error


def _known(country: str, years: Iterable[int], region: str | None, code: str | None) -> dict[date, Known]:
    """In the language so called. A half day on which a whole one falls is the whole one."""
    found: dict[date, Known] = {}
    named: dict[str, Any] = {"language": code, "subdiv": region, "years": years}
    if holidays.HALF_DAY in getattr(holidays, country).supported_categories:
        half = holidays.country_holidays(country, categories=(holidays.HALF_DAY,), **named)
        found = {day: (name, 0, HALF_DAY_CLOSES) for day, name in half.items()}
    whole = holidays.country_holidays(country, **named)
    return found | {day: (name, None, None) for day, name in whole.items()}


def name_in(holiday: Holiday, language: str) -> str:
    """As it is called in the reader's language, else in English; what was entered by hand as it was written."""
    kind, _colon, place = holiday.source.partition(":")
    names = _names(place, holiday.date.year, language[:2]) if kind == SOURCE else {}
    return names.get(holiday.date, holiday.name)


@lru_cache(maxsize=256)
def _names(place: str, year: int, language: str) -> Mapping[date, str]:
    """Of the holidays of a year, where the country's are known in the language."""
    country, _dash, region = place.partition("-")
    code = _code(country, language) if hasattr(holidays, country) else None
    if code is None:
        return {}
    try:
        return {day: name for day, (name, *_hours) in _known(country, [year], region or None, code).items()}
    except NotImplementedError:
        return {}


def _code(country: str, language: str) -> str | None:
    """What the language is called for a country's holidays; None where they are not known in it.

    Without one the package goes by the language of the machine it runs on.
    """
    kinds = getattr(holidays, country)
    known = [code for code in (kinds.default_language, *kinds.supported_languages) if code]
    return next((code for code in known if code[:2] == language), None)
