"""Tokens and the audit trail by program."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from sira.api import tokens
from sira.api.auth import caller
from sira.api.house import for_administrators, for_right
from sira.api.models import Token
from sira.api.paging import USUAL, Key, only_known, page
from sira.api.problems import Problem
from sira.api.refusing import answers
from sira.api.shapes import Closed
from sira.people.models import Person
from sira.people.rights import Right
from sira.plumbing.models import AuditEntry

Words = Annotated[str, Field(max_length=200)]
router = Router(tags=["house"])


class TokenShown(Schema):
    id: int
    name: str
    person: int
    reads_only: bool
    rights: list[str]
    expires_at: datetime | None
    used_at: datetime | None


class TokenPage(Schema):
    items: list[TokenShown]
    next: str | None


class NewToken(Closed):
    """person: whom it acts as.  rights: those it carries, if the person has them; left out: all they have now."""

    name: str = Field(min_length=1, max_length=120)
    person: Key
    days: Annotated[int, Field(ge=1, le=730)] = 365
    reads_only: bool = False
    rights: Annotated[list[Right], Field(max_length=50)] | None = None


class TokenMade(TokenShown):
    """token: shown this once."""

    token: str


class EntryShown(Schema):
    """by: whose act, null where the desk itself or a command acted.  changes: each column, before and after."""

    id: int
    at: datetime
    by: int | None
    way: str
    what: str
    key: str
    changes: dict[str, Any]


class EntryPage(Schema):
    items: list[EntryShown]
    next: str | None


def token(row: Token) -> dict[str, Any]:
    found = {name: getattr(row, name) for name in ("name", "rights", "expires_at", "used_at")}
    return {"id": row.pk, "person": row.person_id, "reads_only": row.scope == tokens.READ, **found}


@router.get("/tokens", summary="List the tokens that have not been ended", response=answers(TokenPage))
@for_administrators
def listed_tokens(request: HttpRequest, cursor: str = "", limit: int = USUAL) -> HttpResponse:
    only_known(request)
    found, following = page(Token.objects.filter(revoked_at=None), cursor=cursor, limit=limit)
    return JsonResponse({"items": [token(row) for row in found], "next": following})


@router.post("/tokens", summary="Make a token", response=answers(TokenMade, status=201))
@for_administrators
def made_token(request: HttpRequest, given: NewToken) -> HttpResponse:
    """The answer has the token, this once; it is kept nowhere else, so a repeat makes another."""
    person, at = Person.objects.filter(pk=given.person, is_active=True).first(), timezone.now()
    if person is None:
        raise Problem(422, "invalid", f"person: there is nobody {given.person}.")
    ends, scope = at + timedelta(days=given.days), tokens.READ if given.reads_only else ""
    row, text = tokens.give(
        given.name,
        person=person,
        by=caller(request),
        at=at,
        expires_at=ends,
        scope=scope,
        carries=given.rights,
    )
    return JsonResponse({**token(row), "token": text}, status=201)


@router.delete("/tokens/{key}", summary="End a token", response=answers(None, status=204))
@for_administrators
def ended_token(request: HttpRequest, key: Key) -> HttpResponse:
    tokens.end(get_object_or_404(Token, pk=key, revoked_at=None), by=caller(request), at=timezone.now())
    return HttpResponse(status=204)


@router.get("/audit", summary="Read the audit trail, newest first", response=answers(EntryPage))
@for_right(Right.AUDIT)
def read_trail(
    request: HttpRequest, what: Words = "", key: Words = "", cursor: str = "", limit: int = USUAL
) -> HttpResponse:
    """what: how the act begins, such as a table; key: of which row."""
    only_known(request, "what", "key")
    rows = AuditEntry.objects.all()
    if what:
        rows = rows.filter(what__startswith=what)
    if key:
        rows = rows.filter(key=key)
    found, following = page(rows, cursor=cursor, limit=limit)
    names = ("at", "by", "way", "what", "key", "changes")
    items = [{"id": row.pk, **{name: getattr(row, name) for name in names}} for row in found]
    return JsonResponse({"items": items, "next": following})
