"""Lists page by key: the cursor names the last row seen, so every page costs the same and none is skipped."""

import base64
import binascii
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from pydantic import Field

from sira.api.problems import Problem

MOST, USUAL = 200, 50
# What cursor_of gives: "id:" and 1 to 18 digits in base64.
_ONE, _TWO = "(?:[MN][AQgw]|O[AQ])", "(?:[MN][DTjz]|O[DT])[AEIMQUYcgk]"
_THREE = f"{_TWO}[w-z0-5]"
CURSOR = f"^(?:aWQ6(?:{_THREE}){{0,5}}(?:{_THREE}|{_TWO}|{_ONE}))?$"
Key = Annotated[int, Field(ge=1, lt=2**63)]


def page(rows: QuerySet[Any], *, cursor: str, limit: int) -> tuple[list[Any], str | None]:
    """Newest first by id. Answers the rows and the cursor of the next page, None on the last.  Raises Problem.

    limit: as it was asked for.
    """
    rows, limit = rows.order_by("-pk"), size(limit)
    if cursor:
        rows = rows.filter(pk__lt=key_in(cursor))
    found = list(rows[: limit + 1])
    return found[:limit], cursor_of(found[limit - 1].pk) if len(found) > limit else None


def size(asked: int) -> int:
    """Rows of a page."""
    return max(1, min(asked, MOST))


def only_known(request: HttpRequest, *filters: str) -> None:
    """A filter that nobody listed is refused: ignored, it would answer more than was asked for.  Raises Problem."""
    unknown = sorted(set(request.GET) - {*filters, "cursor", "limit"})
    if unknown:
        raise Problem(422, "unknown_filter", f"There is no filter {unknown[0]!r}. There are: {', '.join(filters)}.")


def cursor_of(key: int) -> str:
    return base64.urlsafe_b64encode(f"id:{key}".encode()).decode().rstrip("=")


def key_in(cursor: str) -> int:
    try:
        name, _colon, key = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").partition(":")
        if name == "id" and key.isdecimal() and len(key) < 19:
            return int(key)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        pass
    raise Problem(400, "bad_cursor", "This cursor is not one of ours; take the one that the last page gave as next.")
