"""The words of working time."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from sira.workforce.models import Absence, Presence
from sira.workforce.week import Week, begins, number_of

KINDS = {
    "work": _("Shift"),
    "on_call": _("On call"),
    "leave": _("On leave"),
    "sick": _("Sick"),
    "asked": _("Leave asked for"),
    "away": _("Away"),
}
WHY = {
    "leave": _("On leave"),
    "sick": _("Sick"),
    "off_shift": _("Not on shift"),
    "closed": _("Outside working hours"),
    "off": _("Off"),
    "away": _("Away"),
}

STATES = [
    (Presence.State.HERE.value, pgettext_lazy("presence", "Here")),
    (Presence.State.BUSY.value, pgettext_lazy("presence", "Busy")),
    (Presence.State.AWAY.value, pgettext_lazy("presence", "Away")),
    (Presence.State.OFF.value, pgettext_lazy("presence", "Off")),
]
# Ways in by which tickets come; how many of each somebody has open at once can be limited.
CHANNELS = [
    ("mail", _("E-mail")),
    ("portal", _("Portal")),
    ("form", _("Public form")),
    ("phone", _("Phone")),
    ("chat", _("Chat")),
    ("walk_in", _("In person")),
    ("api", _("API")),
    ("monitoring", _("Monitoring")),
]
LANGUAGES = [("en", "English"), ("tr", "Türkçe"), ("fa", "فارسی"), ("pl", "Polski")]


def week_as_read() -> list[tuple[int, str]]:
    """Number (Monday is 0) and short name of each day, from where the reader's week begins."""
    first = begins(get_language() or "")
    days = [(first + number) % 7 for number in range(7)]
    return [(day, date_format(date(2026, 11, 23) + timedelta(days=day), "D")) for day in days]


def shown_days(absence: Absence) -> tuple[date, date | None]:
    """The first and the last day missed, as the reader's clock has them; None while the end is unknown."""
    if absence.ends_at is None:
        return timezone.localdate(absence.starts_at), None
    return timezone.localdate(absence.starts_at), timezone.localdate(absence.ends_at - timedelta(microseconds=1))


def shown_week(week: Week, *, today: date, opens: int | None) -> dict[str, Any]:
    """What the page of a week or month needs. opens: whose shifts lead to their page; None: everybody's."""
    lines = [
        {
            "line": line,
            "why": WHY.get(line.why, ""),
            "days": [
                {
                    "day": day,
                    "is_today": day == today,
                    "entries": [
                        {
                            "of": one,
                            "words": KINDS[one.kind],
                            "leads": one.shift if opens is None or opens == line.person.pk else None,
                        }
                        for one in own
                    ],
                }
                for day, own in zip(week.days, line.days, strict=True)
            ],
        }
        for line in week.lines
    ]
    return {
        "days": [(day, day == today, number_of(day, get_language() or "en")) for day in week.days],
        "lines": lines,
        "before": week.days[0] - timedelta(days=1),
        "after": week.days[-1] + timedelta(days=1),
        "last": week.days[-1],
        "middle": week.days[len(week.days) // 2],
    }
