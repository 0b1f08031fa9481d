"""For which block of a process somebody draws a form, so that publishing it leads back there."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from sira.processes.models import ProcessVersion

KEPT = "forms_drawn_for"


def remember(request: HttpRequest, form: str) -> None:
    process, block = (request.POST.get(each, "").replace("\x00", "")[:80] for each in ("process", "block"))
    if process and ProcessVersion.objects.filter(key=process).exists():
        request.session[KEPT] = request.session.get(KEPT, {}) | {form: [process, block]}


def way_back(request: HttpRequest, form: str) -> str:
    """To the block, where the form is chosen once it is published; empty where it is drawn for none."""
    process, block = request.session.get(KEPT, {}).get(form, ("", ""))
    if not process:
        return ""
    return f"{reverse('studio:show', args=['processes', process])}?{urlencode({'block': block, 'form': form})}"


def forget(request: HttpRequest, form: str) -> None:
    if form in (kept := request.session.get(KEPT, {})):
        request.session[KEPT] = {key: place for key, place in kept.items() if key != form}
