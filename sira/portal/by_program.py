"""How the portal looks, by program: for everybody (`desk`), or for an organisation and those below it."""

import base64
import binascii
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from sira.api.auth import caller
from sira.api.describing import AS_READ
from sira.api.house import for_right
from sira.api.matching import etag_of, must_match
from sira.api.paging import USUAL, only_known, page
from sira.api.problems import Problem
from sira.api.refusing import answers
from sira.api.shapes import Closed
from sira.people.models import Organisation
from sira.people.rights import Right
from sira.portal import branding
from sira.portal.models import Branding

router = Router(tags=["house"])
OWN = "desk"
NOTHING = '""'  # the state of what nobody has said
Line = Annotated[str, Field(max_length=300)]
Words = dict[Annotated[str, Field(pattern="^(en|tr|fa|pl)$")], Line]

Form = Annotated[str, Field(max_length=20, pattern="^[a-z]+$")]
Addressing = dict[
    Annotated[str, Field(pattern="^(en|tr|fa|pl)$")], dict[Annotated[str, Field(pattern="^(portal|workspace)$")], Form]
]


class LookGiven(Closed):
    """accent: as #1a6b54, or empty.  logo: PNG, JPEG or WebP of at most 64 kB in base64; left out it stays, empty it
    goes.

    greetings, notices: words by language, above the field and at the foot.
    addressing: the form of address by language and place, {"tr": {"portal": "siz", "workspace": "sen"}}, of the desk
    alone; mails speak as the portal does, and what is left out is as usual.
    """

    name: str = Field("", max_length=60)
    accent: str = Field("", pattern="^(#[0-9a-fA-F]{6})?$")
    greetings: Words = Field(default_factory=dict)
    notices: Words = Field(default_factory=dict)
    addressing: Addressing = Field(default_factory=dict)
    logo: str | None = Field(None, max_length=90_000)


class LookShown(Schema):
    """organisation: id; null for everybody who has no other.  logo: its media type, empty where there is none."""

    organisation: int | None
    name: str
    accent: str
    greetings: dict[str, str]
    notices: dict[str, str]
    addressing: dict[str, dict[str, str]]
    logo: str


class LookPage(Schema):
    items: list[LookShown]
    next: str | None


def look(row: Branding) -> dict[str, Any]:
    own = {name: getattr(row, name) for name in ("name", "accent", "greetings", "notices", "addressing")}
    return {"organisation": row.organisation_id, **own, "logo": row.logo_type}


def answer(row: Branding) -> HttpResponse:
    return JsonResponse(look(row), headers={"ETag": state_of(row)})


def state_of(row: Branding) -> str:
    """Another one after every change: of two logos alike in kind, what is shown tells nothing."""
    return etag_of(look(row) | {"at": row.changed_at.isoformat()})


def place(key: str) -> Organisation | None:
    """key: of an organisation, or `desk`."""
    number = int(key) if key.isascii() and key.isdecimal() and len(key) < 19 else 0
    return None if key == OWN else get_object_or_404(Organisation, pk=number)


@router.get("/brandings", summary="List how the portal looks, newest first", response=answers(LookPage))
@for_right(Right.LOOK)
def listed_looks(request: HttpRequest, cursor: str = "", limit: int = USUAL) -> HttpResponse:
    only_known(request)
    rows, following = page(Branding.objects.defer("logo"), cursor=cursor, limit=limit)
    return JsonResponse({"items": [look(row) for row in rows], "next": following})


@router.get("/brandings/{key}", summary="Read how the portal looks", response=answers(LookShown))
@for_right(Right.LOOK)
def read_look(request: HttpRequest, key: str) -> HttpResponse:
    """key: of an organisation, or `desk`. 404 where nobody has said so."""
    return answer(get_object_or_404(Branding.objects.defer("logo"), organisation=place(key)))


@router.put(
    "/brandings/{key}",
    summary="Say how the portal looks",
    response=answers(LookShown),
    openapi_extra=AS_READ,
)
@for_right(Right.LOOK)
@transaction.atomic
def said_look(request: HttpRequest, key: str, given: LookGiven) -> HttpResponse:
    """If-Match is * where nobody has said so yet."""
    organisation, by, at = place(key), caller(request), timezone.now()
    known = Branding.objects.select_for_update(of=("self",)).filter(organisation=organisation).first()
    must_match(request, state_of(known) if known else NOTHING)
    row = branding.keep(organisation, **given.dict(exclude={"logo"}), by=by, at=at)
    if given.logo is not None:
        branding.keep_logo(row, octets(given.logo), by=by, at=at)
    return answer(row)


def octets(logo: str) -> bytes:
    try:
        return base64.b64decode(logo, validate=True)
    except (binascii.Error, ValueError):
        raise Problem(422, "invalid", "logo: this is no base64.") from None


@router.delete("/brandings/{key}", summary="Let it look as usual", response=answers(None, status=204))
@for_right(Right.LOOK)
def usual_look(request: HttpRequest, key: str) -> HttpResponse:
    branding.take_away(get_object_or_404(Branding, organisation=place(key)), by=caller(request))
    return HttpResponse(status=204)
