"""The morning letter: yesterday against what is usual, what stands out and why, what breaks today.

One letter a person and day: the row and the mail are written together, and a second row for the day is impossible.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from sira.boards import standing_out
from sira.boards.asking import Asked
from sira.boards.models import Letter, LetterWish
from sira.boards.wording import said
from sira.insight import scope as scopes
from sira.insight.figures import Figure, figures
from sira.insight.scope import Scope
from sira.notifications import outbox
from sira.notifications.outbox import Mail
from sira.people.models import Person
from sira.plumbing import speaking
from sira.shell import formats
from sira.workforce import ending
from sira.workforce.access import groups_of, people_in
from sira.workforce.rights import may_plan

log = logging.getLogger(__name__)
HOUR = 7  # where nobody has chosen another
LATEST = timedelta(hours=5)  # after it, yesterday's letter is no morning letter any more
READERS = (Person.Role.LEAD, Person.Role.MANAGER)
TOLD = ("opened", "solved", "kept_share", "answer_time")
WEEKS = 4
A_DAY = timedelta(days=1)


def send_due(at: datetime) -> int:
    """Write to everybody whose hour has come; how many. Harmless from many workers, and after a kill."""
    sent = set(Letter.objects.filter(day__gte=at.date() - A_DAY).values_list("person", "day"))
    return sum(_sent(person, hour, sent, at) for person, hour in readers())


def readers() -> Iterable[tuple[Person, int]]:
    """Those who want a letter, with their hour."""
    wishes = dict(LetterWish.objects.values_list("person", "hour"))
    people = Person.objects.filter(is_active=True, joined_into=None).exclude(email="")
    wanted = [key for key, hour in wishes.items() if hour is not None]
    for person in people.filter(role__in=READERS) | people.filter(pk__in=wanted).agents():
        hour = wishes.get(person.pk, HOUR)
        if hour is not None:
            yield person, hour


def day_of(person: Person, hour: int, at: datetime) -> date | None:
    """The day whose letter is due where the person is."""
    local = at.astimezone(ZoneInfo(person.time_zone))
    begins = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return local.date() if begins <= local < begins + LATEST else None


def _sent(person: Person, hour: int, sent: set[tuple[int, date]], at: datetime) -> bool:
    """A letter that cannot be written keeps no other from its reader; it is tried again in the next round."""
    try:
        day = day_of(person, hour, at)
        return day is not None and (person.pk, day) not in sent and send(person, day, at=at)
    except DatabaseError:
        raise
    except Exception:
        log.exception("The morning letter of person %s could not be written", person.pk)
        return False


@transaction.atomic
def send(person: Person, day: date, *, at: datetime) -> bool:
    """False where somebody else has written it. Mail and row commit together."""
    _letter, is_new = Letter.objects.get_or_create(person=person, day=day, defaults={"at": at})
    if not is_new:
        return False
    outbox.queue([Mail(kind="letter", to=person, placeholders=compose(person, at=at))], subject=None, at=at)
    return True


@dataclass(frozen=True)
class Line:
    """words: in the reader's language.  link: to what is counted."""

    words: str
    link: str = ""


def compose(person: Person, *, at: datetime) -> dict[str, Any]:
    """The letter in the reader's language, with their digits and their calendar."""
    with speaking.mailing(person.language):
        scope = scopes.today(at, scopes.groups_seen(person))
        yesterday = scope.over(scope.since - A_DAY, scope.since - A_DAY)
        parts = [
            (_("Yesterday"), of_yesterday(person, yesterday)),
            (_("What stands out"), [Line(*one) for one in linked(standing_out.seen(yesterday, person))]),
            (_("If nothing happens today"), [Line(*one) for one in linked(standing_out.breaking(scope, person))]),
            (_("Shifts that end"), list(of_shifts(person, at))),
        ]
        return {
            "title": _("Morning letter, %(day)s") % {"day": formats.day(scope.since, person.language, year=True)},
            "parts": [[head, [[line.words, line.link] for line in lines]] for head, lines in parts if lines],
            "link": link(reverse("boards:figures")),
            "to_name": person.name,
        }


def of_yesterday(person: Person, scope: Scope) -> list[Line]:
    found, usual = figures(scope, TOLD), usual_of(scope)
    asked = Asked(scope, "days", {})
    lines = []
    for name in TOLD:
        one = found[name]
        kind, language = one.definition.kind, person.language
        words = f"{one.definition.words}: {said(one.value, kind, language)}"
        if usual[name] is not None:
            words += f" ({_('usual: %(value)s') % {'value': said(usual[name], kind, language)}})"
        lines.append(Line(words, link(asked.list_of(name))))
    return lines


def of_shifts(person: Person, at: datetime) -> Iterable[Line]:
    """For who plans: whose shifts run out."""
    if may_plan(person):
        for one, last in ending.running_out(people_in(None, groups_of(person)), at):
            yield Line(ending.said(one, last), link(reverse("workforce:person", args=[one.pk])))


def usual_of(scope: Scope) -> dict[str, Any]:
    """The same weekday in the four weeks before, taken together; counts as their mean."""
    days = [scope.since - week * 7 * A_DAY for week in range(1, WEEKS + 1)]
    found = [figures(scope.over(day, day), TOLD) for day in days]
    return {name: _mean([one[name] for one in found]) for name in TOLD}


def _mean(of_days: list[Figure]) -> Any:
    values = [one.value for one in of_days if one.value is not None]
    if not values or not any(one.counted for one in of_days):
        return None
    if isinstance(values[0], timedelta):
        return sum((value for value in values if isinstance(value, timedelta)), timedelta()) / len(values)
    return sum(value for value in values if not isinstance(value, timedelta)) / len(values)


def linked(lines: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(words, link(path)) for words, path in lines]


def link(path: str) -> str:
    return f"{settings.SIRA_URL}{path}" if path else ""


def hour_of(person: Person) -> int | None:
    """The hour at which the person is written to; None for no letter. One query."""
    kept = LetterWish.objects.filter(person=person).values_list("hour", flat=True)
    return next(iter(kept), HOUR if person.role in READERS else None)


def wish(person: Person, hour: int | None) -> None:
    """hour: of the person's own clock; None for no letter."""
    LetterWish.objects.update_or_create(person=person, defaults={"hour": hour})
