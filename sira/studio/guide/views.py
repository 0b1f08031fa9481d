"""The guide's pages: one step at a time, in any order, left and come back to as one likes."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from sira.people.models import SupportGroup
from sira.shell.parts import say
from sira.studio.access import for_administrators
from sira.studio.guide.forms import HoursForm, PeopleForm
from sira.studio.guide.steps import Step, next_of, steps
from sira.studio.house.acting import carried_out
from sira.studio.house.mail import unread_sender

ON_THE_WAY = "guide"  # a cookie: who follows the guide in this browser
FORMS: dict[str, Any] = {"hours": HoursForm, "people": PeopleForm}


@require_GET
@for_administrators
def begin(request: HttpRequest) -> HttpResponse:
    """Where one left off."""
    return redirect("studio:guide_step", next_of(steps()).key)


@require_http_methods(["GET", "POST"])
@for_administrators
def step(request: HttpRequest, key: str) -> HttpResponse:
    found = steps()
    at = next((place for place, one in enumerate(found) if one.key == key), None)
    if at is None:
        raise Http404
    form = None
    if key in FORMS:
        form = FORMS[key](request.POST, request.FILES) if request.method == "POST" else FORMS[key]()
        if request.method == "POST":
            done, given = carried_out(request, form)
            if done:
                return say(request, redirect("studio:guide_step", _after(found, at).key), _told(key, given))
    context = {
        "place": "studio",
        "steps": found,
        "step": found[at],
        "done": sum(one.is_done for one in found),
        "after": _after(found, at),
        "form": form,
        "unread_sender": unread_sender() if key in ("mailbox", "answer") else "",
        "groups": SupportGroup.objects.order_by("name") if key in ("groups", "people") else (),
    }
    page = render(request, "studio/guide/step.html", context, status=422 if form is not None and form.errors else 200)
    return remembered(page, request, goes_on=not all(one.is_done for one in found))


def remembered(page: HttpResponse, request: HttpRequest, *, goes_on: bool) -> HttpResponse:
    """A step may lead to a page of its own; as long as the guide goes on, such pages show the way back to it."""
    if goes_on:
        page.set_cookie(ON_THE_WAY, str(request.user.pk), samesite="Lax", httponly=True, secure=request.is_secure())
    else:
        page.delete_cookie(ON_THE_WAY, samesite="Lax")
    return page


def _after(found: list[Step], at: int) -> Step:
    return found[min(at + 1, len(found) - 1)]


def _told(key: str, given: Any) -> str:
    if key != "people":
        return _("Kept")
    new = ngettext("%(n)s person is entered.", "%(n)s people are entered.", given.new) % {"n": given.new}
    known = ngettext("%(n)s was known.", "%(n)s were known.", given.known) % {"n": given.known}
    return f"{new} {known}" if given.known else new
