"""The session ended while somebody wrote: nothing is sent, and the words stay."""

import re
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url

from sira.shell.parts import wants_part

# What people did not type, and what must not stand on a page.
NOT_SHOWN = re.compile(r"csrfmiddlewaretoken|key|seen\..*|.*(password|secret|token).*")


def signed_out(request: HttpRequest, *, back: str = "", text: str = "") -> HttpResponse:
    """In the page where a part was asked for, else on a page that shows what was typed.

    back: where one goes on when signed in; if nothing is said, on the page of the form.
    text: what to show instead of every field.
    """
    back = back or urlsplit(request.headers.get("Referer", "")).path or "/"
    context = {"way": f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}", "text": text or typed(request)}
    if not wants_part(request):
        return render(request, "shell/signed_out.html", context, status=403)
    response = render(request, "shell/_signed_out.html", context, status=403)
    response["HX-Retarget"], response["HX-Reswap"] = "#refusal", "innerHTML"
    return response


def typed(request: HttpRequest) -> str:
    """A line for each field, by the name it has in the form."""
    return "\n".join(
        f"{name}: {', '.join(filled)}"
        for name, values in request.POST.lists()
        if not NOT_SHOWN.fullmatch(name) and (filled := [str(value) for value in values if str(value).strip()])
    )
