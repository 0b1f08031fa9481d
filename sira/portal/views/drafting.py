"""Where a form sends what is typed while it is typed, and where it is thrown away."""

import re

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sira.people.reader import signed_in
from sira.portal import keeping
from sira.shell import formats, marks
from sira.shell.parts import say

KEY = re.compile(r"(ask-[a-z0-9_-]{1,70}|task-[0-9]{1,18})")
SENT = "sira_sent"  # a cookie that tells the page's own copy of the draft that it has arrived
A_MINUTE = 60


@require_POST
def keep(request: HttpRequest, key: str) -> HttpResponse:
    """401 for a session that has ended: the page then keeps its own copy."""
    if not request.user.is_authenticated:
        return JsonResponse({}, status=401)
    if not KEY.fullmatch(key):
        raise Http404
    draft = keeping.keep(key, request.POST, by=signed_in(request), at=now())
    if draft is None:
        return JsonResponse({"words": ""})
    time = formats.moment(draft.at, marks.language(), now=now(), zone=formats.zone(signed_in(request).time_zone))
    return JsonResponse({"words": _("Draft kept, %(time)s") % {"time": time}})


@require_POST
@login_required
def forget(request: HttpRequest, key: str) -> HttpResponse:
    keeping.forget(key, by=signed_in(request))
    goes_to = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(goes_to, allowed_hosts={request.get_host()})
    return sent(say(request, redirect(goes_to if safe else "portal:home"), _("The draft is gone")), key)


def sent(response: HttpResponse, key: str) -> HttpResponse:
    """Tells the browser that its own copy is not needed any more."""
    response.set_cookie(SENT, key, max_age=A_MINUTE, samesite="Lax")
    return response
