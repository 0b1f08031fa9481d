"""The page for what went wrong here: 503 while the database does not answer, since that passes by itself; else 500."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

AGAIN_IN = "10"  # seconds


def failed(request: HttpRequest) -> HttpResponse:
    """Named as handler500; nothing here may ask the database."""
    status = 503 if is_away(sys.exc_info()[1]) else 500
    page = render_to_string(f"shell/errors/{status}.html", {"code": status})
    return HttpResponse(page, status=status, headers={"Retry-After": AGAIN_IN} if status == 503 else None)


def is_away(error: BaseException | None) -> bool:
    return isinstance(error, (OperationalError, InterfaceError))
