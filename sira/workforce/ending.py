"""Who works in shifts of which none are planned for long: from then on no work would be dealt to them, and silently.

Rotas are laid ahead by themselves. Shifts of files, single ones and a rota with a last day end.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Max, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sira.people.models import Person
from sira.shell import formats
from sira.workforce.models import Shift

WITHIN, AN_INSTANT = timedelta(weeks=3), timedelta(microseconds=1)


def running_out(people: Iterable[Person], at: datetime) -> list[tuple[Person, datetime | None]]:
    """Those of them whose last shift ends within three weeks, with its end; None where none is to come. One query."""
    last = Max("shifts__ends_at", filter=Q(shifts__kind=Shift.Kind.WORK, shifts__is_cancelled=False))
    found = (
        Person.objects.agents().filter(pk__in=[one.pk for one in people], worker__by_shifts=True).annotate(last=last)
    )
    ends = found.filter(Q(last=None) | Q(last__lt=at + WITHIN)).order_by("last", "name", "pk")
    return [(one, one.last if one.last and one.last > at else None) for one in ends]


def said(person: Person, last: datetime | None) -> str:
    """In the language of who reads it, as a day of the person's own zone."""
    if last is None:
        return _("%(person)s works in shifts and has none planned: no work is dealt to them.") % {"person": person}
    until = last.astimezone(ZoneInfo(person.time_zone)) - AN_INSTANT  # one until midnight is of the day that ends then
    day = formats.day(until.date(), get_language() or "en")
    words = _("%(person)s has no shifts after %(day)s: from then on no work is dealt to them.")
    return words % {"person": person, "day": day}
