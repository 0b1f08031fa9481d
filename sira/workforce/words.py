"""The words of working time."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sira.people.models import SupportGroup
from sira.workforce.models import Absence
from sira.workforce.week import DAYS, Week

KINDS = {
    "work": _("Shift"),
    "on_call": _("On call"),
    "leave": _("On leave"),
    "sick": _("Sick"),
    "asked": _("Leave asked for"),
}
WHY = {
    "leave": _("On leave"),
    "sick": _("Sick"),
    "off_shift": _("Not on shift"),
    "closed": _("Outside working hours"),
    "off": _("Off"),
    "away": _("Away"),
}


def named(group: SupportGroup) -> str:
    """The group's name in the reader's language."""
    return str(group.names.get(get_language()) or group.name)


def shown_days(absence: Absence) -> tuple[date, date | None]:
    """The first and the last day missed, as the reader's clock has them; None while the end is unknown."""
    if absence.ends_at is None:
        return timezone.localdate(absence.starts_at), None
    return timezone.localdate(absence.starts_at), timezone.localdate(absence.ends_at - timedelta(microseconds=1))


def shown_week(week: Week, *, today: date) -> dict[str, Any]:
    """What the page of a week needs."""
    lines = [
        {
            "line": line,
            "why": WHY.get(line.why, ""),
            "days": [
                {
                    "day": day,
                    "is_today": day == today,
                    "entries": [{"of": one, "words": KINDS[one.kind]} for one in own],
                }
                for day, own in zip(week.days, line.days, strict=True)
            ],
        }
        for line in week.lines
    ]
    return {
        "days": [(day, day == today) for day in week.days],
        "lines": lines,
        "before": week.days[0] - timedelta(days=DAYS),
        "after": week.days[0] + timedelta(days=DAYS),
    }
