"""Moments ahead that people choose most: for an answer that goes out later, and for a ticket put aside."""

from datetime import datetime, time, timedelta

from django.utils import timezone

MORNING = time(8, 0)
MONDAY = 0


def mornings_ahead(at: datetime) -> dict[str, datetime]:
    """In the reader's zone."""
    here = at.astimezone(timezone.get_current_timezone())
    days = {"tomorrow": 1, "week": (MONDAY - here.weekday()) % 7 or 7}
    return {
        key: datetime.combine(here.date() + timedelta(days=ahead), MORNING, here.tzinfo) for key, ahead in days.items()
    }


def times_ahead(at: datetime) -> dict[str, datetime]:
    return {"hour": at.astimezone(timezone.get_current_timezone()) + timedelta(hours=1), **mornings_ahead(at)}
