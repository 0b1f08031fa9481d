"""From the empty desk to the first answered mail: the steps, and which of them are done.

Nothing is ticked off by hand: each step looks at the desk itself, so whoever comes back finds it as it stands.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from sira.calendars.models import Calendar, Holiday
from sira.channels.email.models import Mailbox
from sira.people.automation import AUTOMATION_ID, UNKNOWN_ID
from sira.people.models import Person, SupportGroup
from sira.portal.models import Branding
from sira.shell import formats
from sira.tickets.models import Message


@dataclass(frozen=True)
class Step:
    """told: what stands in the desk now, in a few words; empty where nothing does yet."""

    key: str
    words: str | Promise
    why: str | Promise
    told: str = ""

    @property
    def is_done(self) -> bool:
        return bool(self.told)


def _named() -> str:
    own = Branding.objects.filter(organisation=None).values_list("name", flat=True).first()
    return own or ""


def _hours() -> str:
    """The calendar that groups work by, once it knows holidays."""
    calendar = Calendar.objects.filter(is_default=True).first()
    if calendar is None or not Holiday.objects.filter(calendar=calendar).exists():
        return ""
    return calendar.name


def _groups() -> str:
    staffed = SupportGroup.objects.annotate(people=Count("members")).filter(people__gt=0).count()
    return _counted(ngettext("%(n)s group with people", "%(n)s groups with people", staffed), staffed)


def _people() -> str:
    """More than whoever sets it up."""
    known = Person.objects.exclude(pk__in=[AUTOMATION_ID, UNKNOWN_ID]).filter(is_active=True).count()
    return _counted(ngettext("%(n)s person", "%(n)s people", known), known) if known > 1 else ""


def _mailbox() -> str:
    return next(iter(Mailbox.objects.filter(is_active=True, trouble="").values_list("user", flat=True)[:1]), "")


def _answered() -> str:
    """The number of the first ticket that somebody of the desk has answered."""
    answer = Message.objects.filter(from_desk=True, is_internal=False, is_automatic=False).select_related("ticket")
    found = answer.only("ticket__number").order_by("pk").first()
    return found.ticket.number if found else ""


def _counted(words: str, number: int) -> str:
    return words % {"n": formats.amount(number, get_language() or "en")} if number else ""


STEPS: list[tuple[str, str | Promise, str | Promise, Callable[[], str]]] = [
    ("name", _("Name and look"), _("People see whom they write to."), _named),
    ("hours", _("Hours and holidays"), _("Promises count in working time."), _hours),
    ("groups", _("Support groups"), _("Who shares which work."), _groups),
    ("people", _("People"), _("Agents who answer, requesters who ask."), _people),
    ("mailbox", _("Mailbox"), _("Where mail comes from."), _mailbox),
    ("answer", _("The first answer"), _("Write to yourself and answer it."), _answered),
]


def steps() -> list[Step]:
    return [Step(key, words, why, told()) for key, words, why, told in STEPS]


def next_of(found: list[Step]) -> Step:
    """The first that is not done, else the last."""
    return next((step for step in found if not step.is_done), found[-1])
