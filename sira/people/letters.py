"""The mails that people get about their own access."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sira.people import links
from sira.people.models import Address, Person
from sira.plumbing import speaking


@transaction.atomic
def send_sign_in_link(address_id: int, *, goes_to: str, asked: str, since: datetime, at: datetime) -> None:
    """Make a link and put its mail into the outbox, both or neither. A job that is tried again finds its link and does
    nothing, or it would end the one that somebody is just opening.

    asked: what `links.ask_here` said of the browser; empty for an invitation.  since: when that was sent.
    """
    address = Address.objects.select_related("person").filter(pk=address_id).first()
    if address is None or not address.person.is_active or links.is_made(address, asked=asked, since=since):
        return
    secret = links.make_link(address, goes_to=goes_to, asked=asked, at=at)
    with speaking.mailing(address.person.language):
        url = settings.SIRA_URL + reverse("open_link", args=[secret], urlconf="sira.people.urls")
        facts = {"person": address.person, "url": url, "minutes": links.VALID.seconds // 60, "asked": asked}
        _send(_("Your link to sign in"), "people/mail/sign_in_link", facts, to=address.value)


def tell_factor_is_gone(person_id: int, *, by: int, at: datetime) -> None:
    """Whoever did not ask for it hears of it, while it can still be mended."""
    person = Person.objects.filter(pk=person_id).exclude(email="").first()
    if person is None:
        return
    with speaking.mailing(person.language), timezone.override(ZoneInfo(person.time_zone)):
        facts = {"person": person, "by": Person.objects.get(pk=by), "at": at, "desk": settings.SIRA_URL}
        _send(_("Your second factor was taken away"), "people/mail/factor_is_gone", facts, to=person.email)


def _send(subject: str, template: str, facts: dict[str, Any], *, to: str) -> None:
    mail = EmailMultiAlternatives(subject=subject, body=render_to_string(f"{template}.txt", facts), to=[to])
    mail.attach_alternative(render_to_string(f"{template}.html", facts), "text/html")
    mail.send()
