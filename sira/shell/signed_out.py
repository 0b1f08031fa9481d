"""The session ended while somebody wrote: nothing is sent, and the words stay."""

import re
import sys
from collections.abc import Callable, Iterator
from functools import wraps
from itertools import chain
from types import ModuleType
from typing import Any
from urllib.parse import urlencode, urlsplit

from django import forms
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
    """A line for each field, by its label where the page's own form has one; what one answers to a form that the desk
    has drawn goes by its name there, without a prefix: strangers are told no more of such forms than they typed.
    """
    labels = labels_of(request)
    return "\n".join(
        f"{labels.get(name) or name.removeprefix('answer.')}: {', '.join(filled)}"
        for name, values in request.POST.lists()
        if not NOT_SHOWN.fullmatch(name) and (filled := [str(value) for value in values if str(value).strip()])
    )


def labels_of(request: HttpRequest) -> dict[str, str]:
    """Of the form that the page's view knows and that has most of what was posted."""
    at = request.resolver_match
    module = sys.modules.get(getattr(at.func, "__module__", "")) if at else None
    known = [form.base_fields for form in forms_in(module)] if module else []
    fields = max(known, key=lambda one: len(one.keys() & request.POST.keys()), default={})
    return {name: str(field.label) for name, field in fields.items() if field.label}


def forms_in(module: ModuleType) -> Iterator[type[forms.Form]]:
    """Those it names, and those of the modules of forms that it names."""
    own = [*vars(module).values()]
    beside = (one for one in own if isinstance(one, ModuleType) and re.fullmatch(r"sira\..*forms", one.__name__))
    for one in chain(own, *(vars(each).values() for each in beside)):
        if isinstance(one, type) and issubclass(one, forms.Form):
            yield one
