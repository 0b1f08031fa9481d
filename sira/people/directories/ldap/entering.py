"""Who comes in by name and password of a directory, typed at the desk."""

import logging
import time
from datetime import datetime, timedelta

from sira.people import limits
from sira.people.arriving import Arrival
from sira.people.directories.describing import Trouble
from sira.people.directories.entering import arrival_of, enter
from sira.people.directories.ldap.asking import proved
from sira.people.directories.models import Directory
from sira.people.directories.refusals import Away
from sira.people.directories.tokens import Claims
from sira.people.models import Person

log = logging.getLogger(__name__)
# Whatever name is typed for somebody, so many tries of their password; it is to lock nobody out of the directory.
PER_PERSON, WITHIN = 8, timedelta(minutes=10)
AT_LEAST = 0.4  # seconds that a refusal takes: servers find out sooner that somebody is not there at all


def came_by_name(name: str, password: str, *, at: datetime) -> tuple[Person, Arrival] | None:
    """Who comes, and how, by the first directory where name and password are right; None if there is none.

    Raises Away where one did not answer and no other knew them, and what `enter` raises.
    """
    begins, away = time.monotonic(), False
    rows = Directory.objects.filter(kind=Directory.Kind.LDAP, is_active=True).order_by("name")
    asked = [one for one in rows if may_know(one, name)]
    for directory in asked:
        try:
            claims = claims_by_name(directory, name, password, at=at)
        except Away:
            away = True
            continue
        if claims:
            return enter(directory, claims, at=at), arrival_of(directory, claims, at=at)
    if away:
        raise Away
    if asked:
        time.sleep(max(0.0, begins + AT_LEAST - time.monotonic()))
    return None


def may_know(directory: Directory, name: str) -> bool:
    """A mail address of domains that others speak for is not shown to it, nor is the password typed with it."""
    domain = name.strip().lower().rpartition("@")[2] if "@" in name else ""
    return not domain or not directory.mail_domains or domain in directory.mail_domains


def claims_by_name(directory: Directory, name: str, password: str, *, at: datetime) -> Claims | None:
    """What this directory says of them, if name and password are right.  Raises Away."""

    def may_try(subject: str) -> bool:
        try:
            limits.count("directory_person", f"{directory.key} {subject}", most=PER_PERSON, within=WITHIN, at=at)
        except limits.TooOften:
            log.warning("Too many tries of one password in the directory %s", directory.key)
            return False
        return True

    try:
        return proved(directory, name.strip(), password, may_try=may_try)
    except Trouble as trouble:
        log.warning("The directory %s did not answer as it should: %s %s", directory.key, trouble, trouble.said)
        raise Away from None
