"""The session ended while somebody wrote: nothing is sent, and the words stay."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url

from sira.shell.parts import wants_part

# What people did not type, and what must not stand on a page.
NOT_SHOWN = re.compile(r"csrfmiddlewaretoken|key|seen(\..*)?|.*(password|secret|token).*")


View = Callable[..., HttpResponseBase]


def for_signed_in(view: View) -> View:
    """Strangers are asked to sign in. Not for forms whose fields are secret: what was typed is shown again."""

    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs) if request.user.is_authenticated else ask_to_sign_in(request)

    return entered


def ask_to_sign_in(request: HttpRequest, *, back: str = "", text: str = "") -> HttpResponse:
    """Whoever only looks is led there and back; whoever sent something keeps it, see signed_out."""
    if request.method == "POST":
        return signed_out(request, back=back, text=text)
    return redirect_to_login(request.get_full_path())


def signed_out(request: HttpRequest, *, back: str = "", text: str = "") -> HttpResponse:
    """In the page where a part was asked for, else on a page that shows what was typed.

    back: where one goes on when signed in; if nothing is said, on the page of the form.
    text: what to show instead of every field.
    """
    here = urlsplit(request.headers.get("Referer", ""))
    back = back or f"{here.path}?{here.query}".rstrip("?") or "/"  # the list one came from stands in the query
    context = {"way": f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}", "text": text or typed(request)}
    if not wants_part(request):
        return render(request, "shell/signed_out.html", context, status=403)
    response = render(request, "shell/_signed_out.html", context, status=403)
    response["HX-Retarget"], response["HX-Reswap"] = "#refusal", "innerHTML"
    return response


def typed(request: HttpRequest) -> str:
    """A line for each field, by the name it has in the form; what one answers to a form has a prefix there."""
    return "\n".join(
        f"{name.removeprefix('answer.')}: {', '.join(filled)}"
        for name, values in request.POST.lists()
        if not NOT_SHOWN.fullmatch(name) and (filled := [str(value) for value in values if str(value).strip()])
    )
