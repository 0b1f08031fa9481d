"""What waits behind the bell, and how one wishes to be told."""

import json
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sira.notifications import devices, listing, wishes
from sira.notifications.forms import WishForm
from sira.notifications.kinds import kinds_for, kinds_of_members
from sira.notifications.models import Wish
from sira.people.models import Person, SupportGroup
from sira.people.reader import signed_in
from sira.shell.parts import say
from sira.shell.places import frame_for
from sira.shell.signed_out import for_signed_in
from sira.workforce.rights import may_lead

PAGE = 30
LARGEST = 4096


@require_GET
@never_cache
@login_required
def notices(request: HttpRequest) -> HttpResponse:
    """Looking makes them seen."""
    person, given, at = signed_in(request), request.GET.get("before", ""), now()
    before = int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else None
    rows = listing.of_person(person, before=before, size=PAGE + 1, at=at)
    listing.see(person, at=at)
    older = f"?before={rows[PAGE - 1].row.pk}" if len(rows) > PAGE else ""
    context = {"place": "notices", "rows": rows[:PAGE], "older": older, "frame": frame_for(person)}
    return render(request, "notifications/notices.html", context)


@require_GET
@never_cache
@login_required
def waiting(request: HttpRequest) -> HttpResponse:
    """The bell alone, for a page that hears of news."""
    return render(request, "shell/parts/bell.html")


@require_GET
@never_cache
@login_required
def notice(request: HttpRequest, key: int) -> HttpResponse:
    """To the page where it is done."""
    found = _own(request, key)
    listing.see(signed_in(request), key=key, at=now())
    return redirect(found.about.path if found.about else "notifications:notices")


@require_GET
@never_cache
@login_required
def said(request: HttpRequest, key: int) -> HttpResponse:
    """What a device shows of it while its person is signed in there."""
    found = _own(request, key).about
    return JsonResponse({"body": " · ".join(filter(None, (found.number, found.subject))) if found else ""})


def _own(request: HttpRequest, key: int) -> listing.Shown:
    found = listing.one(signed_in(request), key, at=now())
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
@never_cache
@for_signed_in
def settings(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    if request.POST.get("back"):
        wishes.forget(person, by=person)
        return say(request, redirect("notifications:settings"), _("Back to the usual"))
    of_group = wishes.wishes_of([person.pk]).get(person.pk, Wish())
    own = of_group if of_group.person_id == person.pk else None
    begin = own or Wish(**{name: getattr(of_group, name) for name in wishes.CHOSEN})
    form = WishForm(request.POST or None, kinds=kinds_for(person), wish=begin, works=person.is_agent)
    if request.method == "POST" and form.is_valid():
        wishes.keep(person, form.chosen(), by=person)
        return say(request, redirect("notifications:settings"), _("Kept"))
    led = [group for group in SupportGroup.objects.filter(members=person).order_by("name") if may_lead(person, group)]
    context = {"own": own, "from_group": of_group.group if of_group.group_id else None, "led": led}
    return _page(request, person, form, "notifications/settings.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
@for_signed_in
def group(request: HttpRequest, key: str) -> HttpResponse:
    """What the members get who have chosen nothing themselves; by their lead."""
    person, found = signed_in(request), get_object_or_404(SupportGroup, key=key)
    if not may_lead(person, found):
        raise Http404
    kept = Wish.objects.filter(group=found).first()
    if request.POST.get("back"):
        wishes.forget_for_group(found, by=person)
        return say(request, redirect("notifications:group", key), _("Back to the usual"))
    form = WishForm(request.POST or None, kinds=kinds_of_members(), wish=kept or Wish(), works=True)
    if request.method == "POST" and form.is_valid():
        wishes.keep_for_group(found, form.chosen(), by=person)
        return say(request, redirect("notifications:group", key), _("Kept"))
    return _page(request, person, form, "notifications/group.html", {"group": found, "own": kept})


def _page(request: HttpRequest, person: Person, form: WishForm, page: str, more: Mapping[str, object]) -> HttpResponse:
    context = {"place": "profile", "frame": frame_for(person), "form": form, "key": devices.desk_key().public, **more}
    return render(request, page, context, status=422 if form.errors else 200)


@require_POST
@login_required
def add_device(request: HttpRequest) -> HttpResponse:
    """This browser is to be told.  Raises NotADevice."""
    given = _told(request)
    keys = given.get("keys")
    if not isinstance(keys, dict):
        raise devices.NotADevice
    given_texts = {"endpoint": given.get("endpoint"), "key": keys.get("p256dh"), "secret": keys.get("auth")}
    texts = {name: text for name, text in given_texts.items() if isinstance(text, str)}
    if len(texts) < len(given_texts):
        raise devices.NotADevice
    devices.add(signed_in(request), **texts, name=request.headers.get("User-Agent", ""), at=now())
    return HttpResponse(status=204)


@require_POST
@login_required
def drop_device(request: HttpRequest) -> HttpResponse:
    endpoint = _told(request).get("endpoint")
    devices.drop(signed_in(request), endpoint=endpoint if isinstance(endpoint, str) else "")
    return HttpResponse(status=204)


def _told(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that came.  Raises NotADevice."""
    try:
        given = json.loads(request.body) if len(request.body) <= LARGEST else None
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise devices.NotADevice
    return given
