"""Public holidays of a country as a start: they become rows that people edit."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

import holidays
from django.db import transaction

from sira.calendars import editing
from sira.calendars.models import Calendar, Holiday
from sira.calendars.refusals import NoHolidaysKnown
from sira.people.models import Person

Known = tuple[str, int | None, int | None]  # name, and of a half day when it opens and closes
HALF_DAY_CLOSES = 13 * 60
"""Turkey's half days end at 13:00 by law; elsewhere it is a start that people edit."""


@transaction.atomic
def load_holidays(
    calendar: Calendar, country: str, years: Iterable[int], *, by: Person, at: datetime, region: str | None = None
) -> int:
    """Add the holidays of a country (ISO 3166, two letters) and bring loaded ones up to date; the number now loaded.

    What a person entered, changed or took out stays as it is. Raises NoHolidaysKnown, NotAllowed.
    """
    calendar = editing.locked(calendar, by)
    years = list(years)
    source = f"holidays:{country}" + (f"-{region}" if region else "")
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
    """Name, opens, closes by date; half days have both. Raises NoHolidaysKnown."""
    found: dict[date, Known] = {}
    try:
        kinds = getattr(holidays, country).supported_categories
        if holidays.HALF_DAY in kinds:
            half = holidays.country_holidays(country, subdiv=region, years=years, categories=(holidays.HALF_DAY,))
            found = {day: (name, 0, HALF_DAY_CLOSES) for day, name in half.items()}
        whole = holidays.country_holidays(country, subdiv=region, years=years)
    except (AttributeError, NotImplementedError) as error:
        raise NoHolidaysKnown(country=country, region=region) from error
    return found | {day: (name, None, None) for day, name in whole.items()}
