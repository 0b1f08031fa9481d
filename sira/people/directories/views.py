"""Signing in by a directory: there and back."""

import logging
from datetime import timedelta

from allauth.account.utils import perform_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from sira.people import limits
from sira.people.directories import coming, entering
from sira.people.directories.models import Directory
from sira.people.directories.refusals import SomebodyElses, Unbelievable
from sira.people.reader import signed_in
from sira.plumbing.refusals import Refused
from sira.shell.parts import say

log = logging.getLogger(__name__)
PER_ORIGIN = 600  # ways in an hour, and back; a whole house may come from one address


@require_POST
@never_cache
def begin(request: HttpRequest, key: str) -> HttpResponse:
    """A page that leads there by itself: our policy lets no form end up at another site."""
    directory = get_object_or_404(Directory, key=key, is_active=True)
    connects = signed_in(request).pk if request.user.is_authenticated else None
    try:
        _count("directory", request)
        goes_to = request.POST.get("next", "")
        address = coming.begin(directory, request.session, goes_to=goes_to, at=now(), connects=connects)
    except Refused as refused:
        return _refused(request, directory, refused)
    return render(request, "directories/leading.html", {"directory": directory, "address": address})


@require_GET
@never_cache
def back(request: HttpRequest, key: str) -> HttpResponse:
    directory = get_object_or_404(Directory, key=key, is_active=True)
    try:
        _count("directory_back", request)
        answer = {name: str(value) for name, value in request.GET.items()}
        begun = coming.back(directory, request.session, answer, at=now())
        claims = coming.told(directory, begun, answer["code"])
        if begun["connects"]:
            if not request.user.is_authenticated or signed_in(request).pk != begun["connects"]:
                raise SomebodyElses
            entering.connect(signed_in(request), directory, claims, at=now())
            return say(request, redirect("people:profile"), _("Connected"))
        person = entering.enter(directory, claims, at=now())
    except Refused as refused:
        return _refused(request, directory, refused)
    return perform_login(request, person, redirect_url=begun["goes_to"] or "/")


def _count(kind: str, request: HttpRequest) -> None:
    limits.count(kind, limits.origin(request), most=PER_ORIGIN, within=timedelta(hours=1), at=now())


def _refused(request: HttpRequest, directory: Directory, refused: Refused) -> HttpResponse:
    why = refused.why if isinstance(refused, Unbelievable) else refused.code
    log.warning("Sign-in by the directory %s from %s refused: %s", directory.key, limits.origin(request), why)
    context = {"directory": directory, "refusal": refused.message}
    return render(request, "directories/refused.html", context, status=refused.status)
