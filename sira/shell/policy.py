"""The Content-Security-Policy: everything from the desk itself, nothing inline."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "font-src": "'self'",
    "img-src": "'self' data: blob:",
    "connect-src": "'self'",
    "frame-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
    "base-uri": "'none'",
}
# The drawing tools set styles in their markup and carry their signs as fonts in data addresses.
DRAWING = {"style-src": "'self' 'unsafe-inline'", "font-src": "'self' data:"}


def header(**changes: str) -> str:
    return "; ".join(f"{name} {value}" for name, value in {**POLICY, **changes}.items())


def drawing_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a page with bpmn-js, dmn-js or form-js in it: inline styles are allowed, scripts stay closed."""

    @wraps(view)
    def with_policy(*args: Any, **kwargs: Any) -> HttpResponse:
        response = view(*args, **kwargs)
        response.headers["Content-Security-Policy"] = header(**DRAWING)
        return response

    return with_policy
