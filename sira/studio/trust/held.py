"""Files that a scanner's word keeps back: where they came to, and the decision that one is given out or removed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sira.plumbing import audit, scanning
from sira.shell.parts import say
from sira.studio.access import for_administrators, who
from sira.tickets import held_files

PAGE = 50


@require_GET
@for_administrators
def listed(request: HttpRequest) -> HttpResponse:
    return _shown(request)


@require_POST
@for_administrators
def give(request: HttpRequest, key: str) -> HttpResponse:
    """Posts `because`, which the audit trail keeps."""
    because = _because(request)
    if not because:
        return _shown(request, refusal=_("Say why it may be given out."), status=422)
    scanning.give_out(_digest(key), because=because, by=who(request).pk, way=audit.PAGE)
    return say(request, redirect("studio:held_files"), _("People are given it from now on"))


@require_POST
@for_administrators
def remove(request: HttpRequest, key: str) -> HttpResponse:
    """Posts `because`, and `sure` once it was asked: there is no way back."""
    because = _because(request)
    if not because:
        return _shown(request, refusal=_("Say why it is to be removed."), status=422)
    if not request.POST.get("sure"):
        return _shown(request, asked=held_files.one(_digest(key), reader=who(request)), because=because)
    held_files.remove(_digest(key), because=because, by=who(request), way=audit.PAGE, at=now())
    return say(request, redirect("studio:held_files"), _("It is removed for good"))


def _because(request: HttpRequest) -> str:
    return request.POST.get("because", "").strip()[:1000]


def _digest(key: str) -> bytes:
    return bytes.fromhex(key) if len(key) == 64 and set(key) <= set("0123456789abcdef") else b""


def _shown(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, "studio/trust/held.html", _page(request) | more, status=status)


def _page(request: HttpRequest) -> dict[str, Any]:
    found, after = held_files.listed(who(request), after=request.GET.get("after", ""), most=PAGE)
    return {"place": "studio", "house": "held", "held": found, "after": after}
