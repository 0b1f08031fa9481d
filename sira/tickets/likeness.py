"""Addresses that differ in a number or a key alone: a machine that writes from a new one each time is still one."""

import re
from datetime import datetime, timedelta

from sira.people import limits

MOST, MOST_NUMBERED, WITHIN = 10, 60, timedelta(hours=1)  # students and the like are numbered: s12345@, 12345@
_PART = re.compile(r"[^._=-]+")


def is_first(mail: str, *, at: datetime) -> bool:
    """Whether few that are alike were counted within the hour; this one is counted. One like no other always is."""
    alike = common_part(mail)
    if not alike:
        return True
    most = MOST_NUMBERED if alike.startswith("@") else MOST
    try:
        limits.count("acknowledged_alike", alike, most=most, within=WITHIN, at=at)
    except limits.TooOften:
        return False
    return True


def common_part(mail: str) -> str:
    """The address without what is counted up or made anew; empty where nothing of it is. `ann.2@x`, `case-41@x`,
    `help+k7f3@x` have such a part, and of `case-41@x` and `case-42@x` it is the same that is left."""
    local, _at, domain = mail.lower().rpartition("@")
    base = local.partition("+")[0]
    kept = _PART.sub(lambda part: "" if any(sign.isdigit() for sign in part[0]) else part[0], base)
    return f"{kept}@{domain}" if kept != local else ""
