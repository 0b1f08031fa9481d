"""Days and instants as they are written: ISO 8601, never a number of seconds."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator


def written(value: Any) -> Any:
    """As it came, if it begins like a date; a number would be read as seconds since 1970."""
    if value is None or (isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d", value)):
        return value
    raise ValueError("a date such as 2026-11-23, an instant such as 2026-11-23T09:00:00Z")


Instant = Annotated[AwareDatetime, BeforeValidator(written)]
Day = Annotated[date, BeforeValidator(written)]
