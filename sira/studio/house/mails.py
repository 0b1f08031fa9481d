"""Mails that broke the reader: which they are, and another try."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sira.channels.email import rereading
from sira.channels.email.breaking import MOST_TRIES
from sira.channels.email.models import BrokenMail
from sira.people.rights import Right
from sira.shell.parts import say
from sira.studio.access import for_right

PAGE = 50


@require_GET
@for_right(Right.MAIL)
def unread(request: HttpRequest) -> HttpResponse:
    """The newest first, paged by key."""
    rows = BrokenMail.objects.select_related("message__ticket").order_by("-pk")
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 19:
        rows = rows.filter(pk__lt=int(after))
    found = list(rows[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    context = {"place": "studio", "house": "mails", "mails": found[:PAGE], "last": last, "most": MOST_TRIES}
    return render(request, "studio/house/mails.html", context)


@require_POST
@for_right(Right.MAIL)
def again(request: HttpRequest, key: int) -> HttpResponse:
    get_object_or_404(BrokenMail, pk=key)
    ticket = rereading.read_again(key, at=now())
    if ticket is None:
        return say(request, redirect("studio:unread_mails"), _("The mail still cannot be read."))
    return say(request, redirect("studio:unread_mails"), _("Read: it is in %(number)s.") % {"number": ticket.number})
