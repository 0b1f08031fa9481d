"""Who may enter the agents' pages about knowledge."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from sira.shell.signed_out import ask_to_sign_in

View = Callable[..., HttpResponse]


def for_writers(view: View) -> View:
    """Whoever works at the desk; readers find the same articles among the answers of the portal."""

    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        if not request.user.is_agent:
            raise Http404
        return view(request, *args, **kwargs)

    return entered
