"""The lists of the house: by name, paged by key."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest

PAGE = 50
LONGEST_KEY = 19  # digits of a bigint


def page_by_name(request: HttpRequest, rows: Any) -> dict[str, Any]:
    """rows: those of the page that is asked for; last: where the next one goes on, None on the last page."""
    name, key = request.GET.get("after", ""), request.GET.get("key", "")
    if key.isdecimal() and len(key) < LONGEST_KEY:
        rows = rows.filter(Q(name__gt=name) | Q(name=name, pk__gt=int(key)))
    found = list(rows.order_by("name", "pk")[: PAGE + 1])
    return {"rows": found[:PAGE], "last": found[PAGE - 1] if len(found) > PAGE else None}
