"""Tokens: made once, shown once, found by their digest."""

import argparse
import hashlib
import secrets
import sys
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from sira.api.models import Token
from sira.people import rights
from sira.people.models import Membership, Person, SupportGroup
from sira.plumbing import prepared, rows
from sira.plumbing.refusals import NotAllowed
from sira.workforce import presence
from sira.workforce.models import Presence

PREFIX = "sira_"  # so that a token found in a repository or a log can be recognised
READ = "read"
SEEN_EVERY = timedelta(minutes=10)


def make(
    name: str,
    *,
    person: Person,
    at: datetime,
    expires_at: datetime | None = None,
    scope: str = "",
    carries: Collection[str] | None = None,
) -> tuple[Token, str]:
    """The row, and the token itself, which is not kept.

    scope: READ, or everything that its person may.  carries: names of rights; None: those that the person has now.
    It never has more than these, whatever its person may later do, and never more than its person.
    """
    text = PREFIX + secrets.token_urlsafe(32)
    held = rights.held(person)
    named = sorted(held if carries is None else held & {*carries})
    row = Token.objects.create(
        name=name, person=person, digest=digest(text), created_at=at, expires_at=expires_at, scope=scope, rights=named
    )
    return row, text


def give(
    name: str,
    *,
    person: Person,
    by: Person,
    at: datetime,
    expires_at: datetime,
    scope: str = "",
    carries: Collection[str] | None = None,
) -> tuple[Token, str]:
    """An administrator makes one that acts as somebody.  Raises NotAllowed for somebody who may do more than they."""
    if not rights.may_let_in(by, person):
        raise NotAllowed
    return make(name, person=person, at=at, expires_at=expires_at, scope=scope, carries=carries)


def end(row: Token, *, by: Person, at: datetime) -> None:
    """It opens nothing from now on.  Raises NotAllowed."""
    rights.must(by, rights.Right.ADMINISTER)
    row.revoked_at = at
    row.save(update_fields=["revoked_at"])


_LIVING = f"""
    SELECT {rows.columns(Token, "token")}, {rows.columns(Person, "person")}
    FROM api_token token JOIN people_person person ON person.id = token.person_id AND person.is_active
    WHERE token.digest = %s AND token.revoked_at IS NULL AND (token.expires_at IS NULL OR token.expires_at > %s)
"""


def find(text: str, *, at: datetime) -> Token | None:
    """The living token, with the person it acts as, who has no other rights than it carries."""
    if not text.startswith(PREFIX):
        return None
    found = prepared.one(_LIVING, [digest(text), at])
    if found is None:
        return None
    token: Token
    token, token.person = rows.split(found, Token, Person)
    rights.limit(token.person, token.rights)
    if token.used_at is None or at - token.used_at > SEEN_EVERY:
        Token.objects.filter(pk=token.pk).update(used_at=at)
    return token


def digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


@transaction.atomic
def make_for_role(name: str, role: str, *, groups: Sequence[SupportGroup] = (), at: datetime) -> str:
    """A token for a program that acts as itself: a person of that role without address or password.

    groups: whose tickets it may see, where the role alone does not say so. None of them is dealt to it.
    """
    person = Person.objects.create(name=name, role=role, password="!", created_at=at)
    Membership.objects.bulk_create(Membership(person=person, group=group) for group in groups)
    presence.set_presence(person, Presence.State.OFF, by=person, at=at)
    return make(name, person=person, at=at)[1]


def main(arguments: list[str]) -> int:
    """`sira token NAME --role ROLE`: prints the token, once."""
    parser = argparse.ArgumentParser(prog="sira token", description="Make a token for the API; it is shown once.")
    parser.add_argument("name", help="what will use it, such as: monitoring")
    roles = [role for role in Person.Role.values if role != Person.Role.SYSTEM]
    parser.add_argument("--role", choices=roles, default=Person.Role.AGENT.value)
    parser.add_argument("--group", action="append", default=[], help="key of a group it works in; may be repeated")
    given = parser.parse_args(arguments)
    groups = list(SupportGroup.objects.filter(key__in=given.group))
    if len(groups) < len(set(given.group)):
        known = ", ".join(SupportGroup.objects.order_by("key").values_list("key", flat=True))
        parser.error(f"--group: there is no such group; the groups are {known}.")
    sys.stdout.write(make_for_role(given.name, given.role, groups=groups, at=timezone.now()) + "\n")
    if given.role in (Person.Role.AGENT, Person.Role.LEAD) and not groups:
        sys.stderr.write("It works in no group, so it sees only tickets that no group has; see --group.\n")
    return 0
