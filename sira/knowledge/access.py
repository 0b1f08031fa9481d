"""Who may enter the agents' pages about knowledge."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse

from sira.shell.signed_out import signed_out

View = Callable[..., HttpResponse]


def for_writers(view: View) -> View:
    """Whoever works at the desk; readers find the same articles among the answers of the portal."""

    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            if request.method == "POST":
                return signed_out(request)
            return redirect_to_login(request.get_full_path())
        if not request.user.is_agent:
            raise Http404
        return view(request, *args, **kwargs)

    return entered
