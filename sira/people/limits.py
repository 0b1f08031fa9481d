"""How often somebody outside may do a thing, counted in the database so that all web processes count together."""

from datetime import datetime, timedelta
from ipaddress import ip_address

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from sira.people.models import Attempt
from sira.plumbing.refusals import Refused

KEPT = timedelta(days=1)


class TooOften(Refused):
    code = "too_often"
    status = 429
    message = _("This was tried too often. What you wrote is kept on the page; wait a few minutes and try again.")


def count(kind: str, key: str, *, most: int, within: timedelta, at: datetime) -> None:
    """Note one attempt. Raises TooOften for the one after `most` in the time before; that one counts as well.

    Call it outside a transaction that may roll back, or the refused attempts would not count.
    """
    key = key[:254]
    Attempt.objects.create(kind=kind, key=key, at=at)
    if Attempt.objects.filter(kind=kind, key=key, at__gt=at - within).count() > most:
        raise TooOften


def forget(*, before: datetime) -> int:
    """Drop attempts that no limit looks at any more."""
    return Attempt.objects.filter(at__lt=before).delete()[0]


def origin(request: HttpRequest) -> str:
    """The address a request comes from; behind a proxy of ours (loopback or private) the one the proxy saw."""
    direct = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    try:
        return str(ip_address(forwarded)) if ip_address(direct).is_private else direct
    except ValueError:
        return direct or "unknown"
