"""What administrators set up, by program: each kind of thing is listed, made, read, changed and removed in one way.

What may be done with it and what stands against it, the room of the thing says; here is only how it is asked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema
from pydantic import create_model

from sira.api.auth import caller
from sira.api.describing import AS_READ
from sira.api.house import View, for_right, for_workers, for_working
from sira.api.matching import answered, must_be_as_read
from sira.api.once import once
from sira.api.paging import USUAL, Key, only_known, page
from sira.api.problems import Problem
from sira.api.refusing import answers
from sira.api.shapes import Closed
from sira.people.models import Person
from sira.people.rights import Right
from sira.plumbing import turns


@dataclass(frozen=True)
class Kind:
    """path: in the address, such as categories.  one: what one of them is called, with its article.
    right: to read one, make, change and remove; None where the thing's own room says who may, of all who work here.
    all_read: who works here may list them too.
    rows: those that somebody may know of, with what `shown` reads of other tables.
    column: what an address names one by.  own: what no two share, where that is something else.
    shape: what is answered.  new, given: what is sent to make one, and to change one.
    keep: called with the row, or None for a new one, and with what was sent, who and when; gives the row.
    remove: called with the row, who and when; None where one is not removed.  removing: what it does, as a word.
    """

    path: str
    one: str
    right: Right | None
    rows: Callable[[Person], QuerySet[Any]]
    shown: Callable[[Any], dict[str, Any]]
    shape: type[Schema]
    new: type[Closed]
    given: type[Closed]
    keep: Callable[[Any, Any, Person, datetime], Any]
    remove: Callable[[Any, Person, datetime], object] | None = None
    removing: str = "Remove"
    column: str = "key"
    own: str = ""
    all_read: bool = False

    def found(self, key: Any, by: Person) -> Any:
        return get_object_or_404(self.rows(by), **{self.column: key})

    def locked(self, key: Any, by: Person) -> Any:
        """The row, once nobody else is changing it; where another has taken its place meanwhile, that one."""
        rows = self.rows(by).select_for_update(of=("self",)).filter(**{self.column: key})
        return rows.first() or get_object_or_404(rows)

    def answer(self, row: Any) -> HttpResponse:
        return answered(self.shown(row))

    @property
    def for_mine(self) -> Callable[[View], View]:
        return for_right(self.right) if self.right else for_working


def offer(router: Router, kind: Kind) -> None:
    """Its addresses."""
    may_list = for_workers if kind.all_read else kind.for_mine
    _list_and_make(router, kind, may_list)
    _each(router, kind)


def _list_and_make(router: Router, kind: Kind, may_list: Callable[[View], View]) -> None:
    def listed(request: HttpRequest, cursor: str = "", limit: int = USUAL) -> HttpResponse:
        only_known(request)
        rows, following = page(kind.rows(caller(request)), cursor=cursor, limit=limit)
        return JsonResponse({"items": [kind.shown(row) for row in rows], "next": following})

    @once
    def made(request: HttpRequest, given: Any) -> tuple[int, Any]:
        by = caller(request)
        must_be_free(kind, getattr(given, kind.own or kind.column, None), by)
        row = kind.keep(None, given, by, timezone.now())
        return 201, kind.shown(kind.rows(by).get(pk=row.pk))

    fields: Any = {"items": (list[kind.shape], ...), "next": (str | None, ...)}  # type: ignore[name-defined]
    several = create_model(f"{kind.shape.__name__}Page", __base__=Schema, **fields)
    add(router, "GET", f"/{kind.path}", may_list(listed), f"List {kind.path}, newest first", answers(several))
    asks(made, given=kind.new)
    add(
        router, "POST", f"/{kind.path}", kind.for_mine(made), f"Make {kind.one}",
        answers(kind.shape, status=201),
    )  # fmt: skip


def _each(router: Router, kind: Kind) -> None:
    address, key = f"/{kind.path}/{{key}}", Key if kind.column == "pk" else str

    def read(request: HttpRequest, key: Any) -> HttpResponse:
        return kind.answer(kind.found(key, caller(request)))

    @transaction.atomic
    def changed(request: HttpRequest, key: Any, given: Any) -> HttpResponse:
        by = caller(request)
        row = kind.locked(key, by)
        must_be_as_read(request, kind.shown(row))
        return kind.answer(kind.rows(by).get(pk=kind.keep(row, given, by, timezone.now()).pk))

    def removed(request: HttpRequest, key: Any) -> HttpResponse:
        if kind.remove is not None:
            by = caller(request)
            kind.remove(kind.found(key, by), by, timezone.now())
        return HttpResponse(status=204)

    mine = kind.for_mine
    add(router, "GET", address, mine(asks(read, key=key)), f"Read {kind.one}", answers(kind.shape))
    add(
        router, "PUT", address, mine(asks(changed, key=key, given=kind.given)), f"Change {kind.one}",
        answers(kind.shape), openapi_extra=AS_READ,
    )  # fmt: skip
    if kind.remove:
        summary = f"{kind.removing} {kind.one}"
        add(router, "DELETE", address, mine(asks(removed, key=key)), summary, answers(None, status=204))


def must_be_free(kind: Kind, key: str | None, by: Person) -> None:
    """Whoever comes second with a key waits for the first, and is refused.  key: None where the desk numbers them."""
    if key is None:
        return
    turns.take(f"{kind.path} {key}")
    if kind.rows(by).filter(**{kind.own or kind.column: key}).exists():
        raise Problem(409, "key_taken", f"{key!r} is taken among the {kind.path}. Change it instead, with PUT.")


def somebody(key: int, field: str) -> Person:
    """Who is here and has this id.  Raises Problem."""
    row = Person.objects.filter(pk=key, is_active=True, joined_into=None).exclude(role=Person.Role.SYSTEM).first()
    if row is None:
        raise Problem(422, "invalid", f"{field}: there is nobody {key}.")
    return row


def asks(view: View, **types: Any) -> View:
    """What the library under the API reads of a signature, where it differs from kind to kind."""
    view.__annotations__ |= types
    inner = getattr(view, "__wrapped__", None)
    if inner is not None:
        inner.__annotations__ |= types
    return view


def add(
    router: Router, method: str, path: str, view: View, summary: str, response: dict[int, Any], **more: Any
) -> None:
    """One name an operation: the description and `sira routes` know it by that."""
    name = f"{view.__name__}_{path.strip('/').partition('/')[0].replace('-', '_')}"
    router.add_api_operation(
        path, [method], view, summary=summary, response=response, url_name=name, operation_id=name, **more
    )
