"""How it went: one click, and a word on it if one likes; signed in or by the link in a mail."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sira.portal.access import Access
from sira.portal.views.following import either_way
from sira.shell.parts import say
from sira.surveys import marking


@require_POST
def _mark(request: HttpRequest, opened: Access) -> HttpResponse:
    """Posts `value`, and `comment` where the field was there.  Raises NotYet, NoMark."""
    given = request.POST.get("value", "")
    value = int(given) if given.isdecimal() and len(given) == 1 else 0
    marking.give(opened.ticket, value=value, comment=request.POST.get("comment"), by=opened.person, at=now())
    return say(request, redirect(opened.url() + "#mark"), _("Kept. Thank you."))


mark, link_mark = either_way(_mark)
