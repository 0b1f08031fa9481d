"""Signing in by a directory that leads away: there and back."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.account.utils import perform_login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sira.people import arriving, limits
from sira.people.directories import coming, entering
from sira.people.directories.forms import NameForm
from sira.people.directories.ldap import entering as by_name
from sira.people.directories.models import Directory
from sira.people.directories.refusals import SomebodyElses, Unbelievable
from sira.people.directories.returning import remembered
from sira.people.directories.saml import answers, asking
from sira.people.directories.tokens import Claims
from sira.people.reader import signed_in
from sira.plumbing.refusals import Refused
from sira.shell.parts import say

log = logging.getLogger(__name__)
WAYS: dict[str, Callable[..., str]] = {Directory.Kind.OPENID: coming.begin, Directory.Kind.SAML: asking.begin}
PER_ORIGIN = 600  # ways in an hour, and back; a whole house may come from one address
CONNECTS = 30


@require_POST
@never_cache
def begin(request: HttpRequest, key: str) -> HttpResponse:
    """A page that leads there by itself: our policy lets no form end up at another site."""
    directory = get_object_or_404(Directory, key=key, is_active=True, kind__in=WAYS)
    connects = signed_in(request).pk if request.user.is_authenticated else None
    try:
        _count("directory", request)
        goes_to = request.POST.get("next", "")
        address = WAYS[directory.kind](directory, request.session, goes_to=goes_to, at=now(), connects=connects)
    except Refused as refused:
        return _refused(request, directory, refused)
    return render(request, "directories/leading.html", {"directory": directory, "address": address})


@require_GET
@never_cache
def back(request: HttpRequest, key: str) -> HttpResponse:
    directory = get_object_or_404(Directory, key=key, is_active=True, kind=Directory.Kind.OPENID)
    try:
        _count("directory_back", request)
        answer = {name: str(value) for name, value in request.GET.items()}
        way = coming.back(directory, request.session, answer, at=now())
        return _came(request, directory, way, coming.told(directory, way, answer["code"]))
    except Refused as refused:
        return _refused(request, directory, refused)


@csrf_exempt  # another site sends it; what is begun in this browser's session, and named in it, is the proof
@require_POST
@never_cache
def answer(request: HttpRequest, key: str) -> HttpResponse:
    """What a directory says by SAML. Another site sends it, so the browser leaves our cookie at home: it is sent once
    more from a page of ours, and only then looked at."""
    directory = get_object_or_404(Directory, key=key, is_active=True, kind=Directory.Kind.SAML)
    said = request.POST.get("SAMLResponse", "")[: answers.LARGEST + 1]
    if "again" not in request.POST:
        return _from_here(request, directory, said)
    try:
        _count("directory_back", request)
        way, claims = answers.received(directory, request.session, said, at=now())
        return _came(request, directory, way, claims)
    except Refused as refused:
        return _refused(request, directory, refused)


def _from_here(request: HttpRequest, directory: Directory, said: str) -> HttpResponse:
    page = render(request, "directories/arriving.html", {"directory": directory, "said": said})
    # It came without cookies; a new one from here would put the one out of force that the browser's other pages use.
    request.META["CSRF_COOKIE_NEEDS_UPDATE"] = False
    return page


@require_GET
def metadata(request: HttpRequest, key: str) -> HttpResponse:
    """How the desk describes itself to a directory that speaks SAML."""
    directory = get_object_or_404(Directory, key=key, kind=Directory.Kind.SAML)
    return HttpResponse(asking.own_metadata(directory), content_type="application/samlmetadata+xml")


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def connect(request: HttpRequest, key: str) -> HttpResponse:
    """By name and password, typed here, for a directory that leads nowhere."""
    directory = get_object_or_404(Directory, key=key, is_active=True, kind=Directory.Kind.LDAP)
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _count("directory_connect", request, most=CONNECTS)
            given = form.cleaned_data
            claims = by_name.claims_by_name(directory, given["login"], given["password"], at=now())
            if claims:
                entering.connect(signed_in(request), directory, claims, at=now())
                return say(request, redirect("people:profile"), _("Connected"))
            form.add_error(None, _("Name and password don't match in this directory. Check both."))
        except Refused as refused:
            form.add_error(None, str(refused.message))
    context = {"directory": directory, "form": form}
    return render(request, "directories/connect.html", context, status=422 if form.errors else 200)


def _came(request: HttpRequest, directory: Directory, way: dict[str, Any], claims: Claims) -> HttpResponse:
    """Raises Refused."""
    if way["connects"]:
        if not request.user.is_authenticated or signed_in(request).pk != way["connects"]:
            raise SomebodyElses
        entering.connect(signed_in(request), directory, claims, at=now())
        return say(request, redirect("people:profile"), _("Connected"))
    person = entering.enter(directory, claims, at=now())
    arriving.by_directory(request, entering.arrival_of(directory, claims, at=now()))
    return remembered(perform_login(request, person, redirect_url=way["goes_to"] or "/"), directory)


def _count(kind: str, request: HttpRequest, *, most: int | None = None) -> None:
    limits.count(kind, limits.origin(request), most=most or PER_ORIGIN, within=timedelta(hours=1), at=now())


def _refused(request: HttpRequest, directory: Directory, refused: Refused) -> HttpResponse:
    why = refused.why if isinstance(refused, Unbelievable) else refused.code
    log.warning("Sign-in by the directory %s from %s refused: %s", directory.key, limits.origin(request), why)
    context = {"directory": directory, "refusal": refused.message}
    return render(request, "directories/refused.html", context, status=refused.status)
