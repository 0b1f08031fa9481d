"""The mails that people get about their own access."""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from sira.people import links
from sira.people.models import Address


def send_sign_in_link(address_id: int, *, goes_to: str, at: datetime) -> None:
    """Make a link and mail it. Done twice it sends two links, and the second ends the first."""
    address = Address.objects.select_related("person").filter(pk=address_id).first()
    if address is None or not address.person.is_active:
        return
    secret = links.make_link(address, goes_to=goes_to, at=at)
    with translation.override(address.person.language):
        url = settings.SIRA_URL + reverse("open_link", args=[secret], urlconf="sira.people.urls")
        facts = {"person": address.person, "url": url, "minutes": links.VALID.seconds // 60, "desk": settings.SIRA_URL}
        mail = EmailMultiAlternatives(
            subject=_("Your link to sign in"),
            body=render_to_string("people/mail/sign_in_link.txt", facts),
            to=[address.value],
        )
        mail.attach_alternative(render_to_string("people/mail/sign_in_link.html", facts), "text/html")
        mail.send()
