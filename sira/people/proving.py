"""Who one is, asked once more before what an open screen must not be enough for."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from sira.people import arriving

View = Callable[..., HttpResponseBase]


def lately_proved(view: View) -> View:
    """By password, code or key; who has none of them, by a link in their mail."""

    @wraps(view)
    def proved(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated or arriving.is_proved_lately(request):
            return view(request, *args, **kwargs)
        if get_adapter().get_reauthentication_methods(request.user):
            raise ReauthenticationRequired
        back = request.get_full_path() if request.method == "GET" else reverse("people:profile")
        return redirect(f"{reverse('people:prove_by_mail')}?{urlencode({'next': back})}")

    return proved
