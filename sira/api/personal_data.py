"""A person's data by program: taken out, forgotten; and how long texts of closed tickets are kept."""

from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from sira.api.auth import caller
from sira.api.house import for_administrators
from sira.api.once import once
from sira.api.paging import Key
from sira.api.problems import Problem
from sira.api.refusing import answers
from sira.api.shapes import Closed
from sira.people.models import Person, SupportGroup
from sira.people.models_personal import PersonalRequest
from sira.people.personal import asking
from sira.plumbing import audit
from sira.plumbing.desk_files import desk_files
from sira.tickets import retention
from sira.tickets.models import TicketType
from sira.tickets.models_retention import RetentionRule

router = Router(tags=["personal data"])


class Asked(Schema):
    id: int
    person: int
    kind: Literal["export", "forget"]
    done: bool
    size: int
    until: str | None


class Forget(Closed):
    name: str = Field(max_length=254, description="the person's name again, since nothing undoes this")
    even_open: bool = Field(False, description="although tickets of theirs are open")


class NewRetention(Closed):
    forgets: Literal["texts", "messages", "files", "raws"]
    months: Annotated[int, Field(ge=1, le=retention.LONGEST)]
    type: str | None = Field(None, max_length=40, description="key of a ticket type; null is every one")
    group: str | None = Field(None, max_length=60, description="key of a support group; null is every one")


class RetentionShown(Schema):
    id: int
    forgets: str
    months: int
    type: str | None
    group: str | None
    due: dict[str, int]


class Retentions(Schema):
    items: list[RetentionShown]


def asked(row: PersonalRequest) -> dict[str, Any]:
    until = row.until.isoformat() if row.until else None
    done = row.done_at is not None
    return {"id": row.pk, "person": row.person_id, "kind": row.kind, "done": done, "size": row.size, "until": until}


def somebody(key: int) -> Person:
    return get_object_or_404(Person.objects.filter(joined_into=None).exclude(role=Person.Role.SYSTEM), pk=key)


@router.post("/people/{key}/archives", summary="Ask for all that is kept", response=answers(Asked, status=202))
@for_administrators
@once
def archive(request: HttpRequest, key: Key) -> tuple[int, Any]:
    who, at = caller(request), timezone.now()
    return 202, asked(asking.ask_for_archive(somebody(key), by=who, way=audit.CALL, at=at))


@router.get("/people/{key}/archives/{archive}", summary="Whether it is made", response=answers(Asked))
@for_administrators
def archive_made(request: HttpRequest, key: Key, archive: Key) -> HttpResponse:
    rows = PersonalRequest.objects.filter(person=somebody(key), by=caller(request), kind=PersonalRequest.Kind.EXPORT)
    return JsonResponse(asked(get_object_or_404(rows, pk=archive)))


@router.get("/people/{key}/archives/{archive}/content", summary="Fetch the archive")
@for_administrators
def archive_content(request: HttpRequest, key: Key, archive: Key) -> StreamingHttpResponse:
    held = asking.fetch(archive, of=key, by=caller(request), way=audit.CALL, at=timezone.now())
    if held is None or held.digest is None:
        raise Http404
    return StreamingHttpResponse(desk_files().read(bytes(held.digest)), content_type="application/zip")


@router.post("/people/{key}/forgetting", summary="Forget somebody for good", response=answers(Asked, status=202))
@for_administrators
@once
def forgotten(request: HttpRequest, key: Key, given: Forget) -> tuple[int, Any]:
    at = timezone.now()
    row = asking.ask_to_forget(somebody(key), **given.dict(), by=caller(request), way=audit.CALL, at=at)
    return 202, asked(row)


def rule(row: RetentionRule) -> dict[str, Any]:
    """With what it would forget now."""
    due = retention.count(row, at=timezone.now())
    type_, group = row.type and row.type.key, row.group and row.group.key
    sums = {"tickets": due.tickets, "messages": due.messages, "files": due.files}
    return {"id": row.pk, "forgets": row.forgets, "months": row.months, "type": type_, "group": group, "due": sums}


@router.get("/retention", summary="List what is forgotten when", response=answers(Retentions))
@for_administrators
def rules(request: HttpRequest) -> HttpResponse:
    rows = RetentionRule.objects.select_related("type", "group").order_by("pk")
    return JsonResponse({"items": [rule(row) for row in rows]})


@router.post("/retention", summary="Have texts forgotten by rule", response=answers(RetentionShown, status=201))
@for_administrators
@once
def made(request: HttpRequest, given: NewRetention) -> tuple[int, Any]:
    kind = _named(TicketType, "type", given.type)
    group = _named(SupportGroup, "group", given.group)
    said = {"type": kind, "group": group, "months": given.months, "forgets": given.forgets}
    return 201, rule(retention.keep_rule(**said, by=caller(request), at=timezone.now()))


@router.delete("/retention/{key}", summary="Remove a rule", response=answers(Retentions))
@for_administrators
def removed(request: HttpRequest, key: Key) -> HttpResponse:
    retention.remove_rule(get_object_or_404(RetentionRule, pk=key), by=caller(request))
    return rules(request)


def _named(model: Any, field: str, key: str | None) -> Any:
    found = model.objects.filter(key=key).first() if key is not None else None
    if key is not None and found is None:
        raise Problem(422, "invalid", f"{field}: there is no {key!r}.")
    return found
