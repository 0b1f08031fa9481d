"""Tokens of the API: which there are, a new one, an end."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from sira.api import tokens
from sira.api.models import Token
from sira.people import recognition, rights
from sira.people.models import Person
from sira.people.rights import Right
from sira.plumbing.refusals import NotAllowed
from sira.shell.parts import say
from sira.studio.access import for_administrators, who
from sira.studio.trust.forms import TokenForm


@require_http_methods(["GET", "POST"])
@never_cache
@for_administrators
def listed(request: HttpRequest) -> HttpResponse:
    """A new one is shown once, on the page that answers."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        text = _made(form, by=who(request))
        if text:
            context, form = {"text": text}, TokenForm()
    rows = Token.objects.filter(revoked_at=None).select_related("person").order_by("-id")[:200]
    shown = [(row, _carried(row)) for row in rows]
    context |= {"place": "studio", "house": "tokens", "form": form, "tokens": shown}
    return render(request, "studio/trust/tokens.html", context, status=422 if form.errors else 200)


def _made(form: TokenForm, *, by: Person) -> str:
    """The new token; empty where the form says now why there is none."""
    given, at = form.cleaned_data, now()
    person = recognition.person_of("mail", recognition.normalised_mail(given["mail"]))
    if person is None or not person.is_active:
        form.add_error("mail", _("Nobody here has this address. Enter the person first."))
        return ""
    if lacking := [right.label for right in Right if right in {*given["rights"]} - rights.held(person)]:
        form.add_error("rights", _("The person does not have: %s") % "; ".join(map(str, lacking)))
        return ""
    ends, scope = at + timedelta(days=given["days"]), tokens.READ if given["reads_only"] else ""
    carries = given["rights"] or None
    try:
        return tokens.give(given["name"], person=person, by=by, at=at, expires_at=ends, scope=scope, carries=carries)[1]
    except NotAllowed:
        form.add_error("mail", _("This person may do more than you. Ask an administrator who may do the same."))
        return ""


def _carried(row: Token) -> list[str]:
    """In words, where these are fewer rights than its person has."""
    narrower = rights.held(row.person) - {*row.rights}
    return [str(right.label) for right in Right if right in row.rights] if narrower else []


@require_POST
@for_administrators
def end(request: HttpRequest, key: int) -> HttpResponse:
    tokens.end(get_object_or_404(Token, pk=key, revoked_at=None), by=who(request), at=now())
    return say(request, redirect("studio:tokens"), _("The token has ended"))
