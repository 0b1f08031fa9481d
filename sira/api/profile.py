"""Oneself by program: details, how one is told, and what waits behind the bell."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from sira.api import shapes
from sira.api.auth import caller
from sira.api.describing import AS_READ
from sira.api.house import for_working
from sira.api.matching import answered, must_be_as_read
from sira.api.paging import USUAL, Key, cursor_of, key_in, only_known, size
from sira.api.refusing import answers
from sira.api.shapes import Closed, PersonShown, moment
from sira.notifications import listing, wishes
from sira.notifications.kinds import KINDS, Kind, kinds_for, kinds_of_members
from sira.notifications.models import Wish
from sira.people import persons, rights
from sira.people.models import Person, SupportGroup
from sira.plumbing.refusals import NotAllowed
from sira.workforce.rights import may_lead

router = Router(tags=["profile"])
Hour = Annotated[int, Field(ge=0, le=23)]
Way = Literal["page", "mail", "digest", "push"]


class ProfileShown(PersonShown):
    """after_answer: stay, or on to the next of the list.  rights: what the token may do now, by name."""

    theme: str
    after_answer: str
    signature: str
    rights: list[str]


class ProfileGiven(Closed):
    """Only what is sent is changed."""

    name: str = Field("", min_length=1, max_length=200)
    language: Literal["en", "tr", "fa", "pl"] = "en"
    time_zone: str = Field("", max_length=60)
    theme: Literal["system", "light", "dark"] = "system"
    after_answer: Literal["stay", "next"] = "stay"
    title: str = Field("", max_length=120)
    place: str = Field("", max_length=120)
    signature: str = Field("", max_length=5000)


class WishGiven(Closed):
    """ways: by kind of notice; a kind that is left out comes as before. Of mail and digest one.

    digest_hour, quiet_from, quiet_to: of the person's clock.
    """

    ways: dict[Literal[tuple(KINDS)], Annotated[list[Way], Field(max_length=4)]] = Field(default_factory=dict)  # type: ignore[valid-type]
    every: Literal["hour", "day"] = "day"
    digest_hour: Hour = 8
    quiet: Literal["never", "hours", "work"] = "never"
    quiet_from: Hour = 20
    quiet_to: Hour = 7
    quiet_then: Literal["after", "digest"] = "after"
    lets_promises_through: bool = True


class WishShown(Schema):
    """chosen: whether it was, or is only what is usual, or the group's."""

    chosen: bool
    ways: dict[str, list[str]]
    every: str
    digest_hour: int
    quiet: str
    quiet_from: int
    quiet_to: int
    quiet_then: str
    lets_promises_through: bool


class NoticeShown(Schema):
    """ticket, subject: what it is about, while its person may read that."""

    id: int
    at: datetime
    kind: str
    title: str
    seen: bool
    ticket: str | None
    subject: str | None


class NoticePage(Schema):
    items: list[NoticeShown]
    next: str | None


def profile(row: Person) -> dict[str, Any]:
    own = {name: getattr(row, name) for name in ("theme", "after_answer", "signature")}
    return {**shapes.person(row), **own, "rights": sorted(rights.held(row))}


@router.get("/profile", summary="Read who one is", response=answers(ProfileShown))
def read_profile(request: HttpRequest) -> HttpResponse:
    """Whom the token acts as, and what it may do."""
    return answered(profile(caller(request)))


@router.patch("/profile", summary="Change one's details", response=answers(ProfileShown), openapi_extra=AS_READ)
@transaction.atomic
def changed_profile(request: HttpRequest, given: ProfileGiven) -> HttpResponse:
    who = caller(request)
    row = Person.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=who.pk)
    row.at_most, row.made_rights = who.at_most, who.made_rights
    must_be_as_read(request, profile(row))
    return answered(profile(persons.change_details(row, by=row, **given.dict(exclude_unset=True))))


def wish(kept: Wish, kinds: list[Kind], *, chosen: bool) -> dict[str, Any]:
    own = {name: getattr(kept, name) for name in wishes.RULES}
    return {"chosen": chosen, **own, "ways": {kind.key: wishes.ways_of(kept, kind.key) for kind in kinds}}


def own_wish(who: Person) -> dict[str, Any]:
    """Their own, else what holds for them."""
    kept = wishes.wishes_of([who.pk]).get(who.pk, Wish())
    return wish(kept, kinds_for(who), chosen=kept.person_id == who.pk)


@router.get("/profile/notifications", summary="Read how one is told", response=answers(WishShown))
def read_wish(request: HttpRequest) -> HttpResponse:
    return answered(own_wish(caller(request)))


@router.put("/profile/notifications", summary="Say how one is told", response=answers(WishShown), openapi_extra=AS_READ)
@transaction.atomic
def kept_wish(request: HttpRequest, given: WishGiven) -> HttpResponse:
    who = caller(request)
    Person.objects.select_for_update(no_key=True).get(pk=who.pk)
    must_be_as_read(request, own_wish(who))
    wishes.keep(who, given.dict(), by=who)
    return answered(own_wish(who))


@router.delete("/profile/notifications", summary="Be told as is usual", response=answers(None, status=204))
def forgot_wish(request: HttpRequest) -> HttpResponse:
    wishes.forget(caller(request), by=caller(request))
    return HttpResponse(status=204)


def led(request: HttpRequest, key: str) -> SupportGroup:
    """Raises NotAllowed."""
    group = get_object_or_404(SupportGroup, key=key)
    if not may_lead(caller(request), group):
        raise NotAllowed
    return group


def wish_of(group: SupportGroup) -> dict[str, Any]:
    kept = Wish.objects.filter(group=group).first()
    return wish(kept or Wish(), kinds_of_members(), chosen=kept is not None)


@router.get("/groups/{key}/notifications", summary="Read how its members are told", response=answers(WishShown))
@for_working
def read_wish_of_group(request: HttpRequest, key: str) -> HttpResponse:
    """Those who have chosen nothing themselves; for who leads the group."""
    return answered(wish_of(led(request, key)))


@router.put(
    "/groups/{key}/notifications", summary="Say how its members are told", response=answers(WishShown),
    openapi_extra=AS_READ,
)  # fmt: skip
@for_working
@transaction.atomic
def kept_wish_of_group(request: HttpRequest, key: str, given: WishGiven) -> HttpResponse:
    group = SupportGroup.objects.select_for_update(no_key=True).get(pk=led(request, key).pk)
    must_be_as_read(request, wish_of(group))
    wishes.keep_for_group(group, given.dict(), by=caller(request))
    return answered(wish_of(group))


@router.delete("/groups/{key}/notifications", summary="Tell them as is usual", response=answers(None, status=204))
@for_working
def forgot_wish_of_group(request: HttpRequest, key: str) -> HttpResponse:
    wishes.forget_for_group(led(request, key), by=caller(request))
    return HttpResponse(status=204)


@router.get("/notices", summary="List what waits behind the bell, newest first", response=answers(NoticePage))
def notices(request: HttpRequest, cursor: str = "", limit: int = USUAL) -> HttpResponse:
    """Reading them here does not make them seen."""
    only_known(request)
    most = size(limit)
    before = key_in(cursor) if cursor else None
    rows = listing.of_person(caller(request), before=before, size=most + 1, at=timezone.now())
    items = [
        {
            "id": one.row.pk,
            "at": moment(one.at),
            "kind": one.notice.kind,
            "title": str(one.title),
            "seen": one.row.unseen is False,
            "ticket": one.about.number if one.about else None,
            "subject": one.about.subject if one.about else None,
        }
        for one in rows[:most]
    ]
    return JsonResponse({"items": items, "next": cursor_of(rows[most - 1].row.pk) if len(rows) > most else None})


@router.put("/notices/seen", summary="Say that all of them were seen", response=answers(None, status=204))
def saw_all(request: HttpRequest) -> HttpResponse:
    listing.see(caller(request), at=timezone.now())
    return HttpResponse(status=204)


@router.put("/notices/{key}/seen", summary="Say that one was seen", response=answers(None, status=204))
def saw(request: HttpRequest, key: Key) -> HttpResponse:
    at = timezone.now()
    get_object_or_404(listing.told(caller(request), at=at), pk=key)
    listing.see(caller(request), at=at, key=key)
    return HttpResponse(status=204)
