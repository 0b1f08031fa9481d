"""What tickets are sorted by: types, categories, services. Listing is for agents, the rest for who draws."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any, TypeVar

from ninja import Router, Schema
from pydantic import Field

from sira.api.paging import Key
from sira.api.setting_up import Kind, offer, somebody
from sira.api.shapes import Closed
from sira.api.shapes_of_house import Name, Names, NewKey
from sira.api.tickets import named
from sira.people.models import Person, SupportGroup
from sira.people.rights import Right
from sira.tickets import sorting
from sira.tickets.models import Category, Service, TicketType

router = Router(tags=["house"])


class NamedShown(Schema):
    """names: in other languages, where they differ.  offered: else withdrawn, and nothing new gets it."""

    key: str
    name: str
    names: dict[str, str]
    offered: bool


class NamedGiven(Closed):
    """names: in other languages, where they differ.  offered: left out, what is new is, and all else stays as it is."""

    name: Name
    names: Names = Field(default_factory=dict)
    offered: bool | None = None


class TypeShown(NamedShown):
    """prefix: before its numbers.  process: that leads it; empty if people do.  group: key of the one whose its tickets
    are unless another has them."""

    prefix: str
    process: str
    mandatory_fields: list[str]
    needs_test: bool
    group: str | None


class TypeGiven(NamedGiven):
    """mandatory_fields: columns, or keys of fields of forms, that must be filled before a ticket is resolved.

    group: key of the one whose its tickets are from their first moment; those that no group has become its too.
    """

    name: Annotated[str, Field(min_length=1, max_length=80)]
    prefix: str = Field(pattern="^[A-Z]{2,5}$")
    process: str = Field("", max_length=80)
    mandatory_fields: list[Annotated[str, Field(min_length=1, max_length=80)]] = Field(
        default_factory=list, max_length=50
    )
    needs_test: bool = False
    group: str | None = Field(None, max_length=60)


class NewType(TypeGiven):
    key: Annotated[str, Field(min_length=1, max_length=40, pattern="^[-a-z0-9_]+$")]


class CategoryShown(NamedShown):
    """parent: key of the one it is part of."""

    parent: str | None


class CategoryGiven(NamedGiven):
    parent: str | None = Field(None, max_length=60)


class NewCategory(CategoryGiven):
    key: NewKey


class ServiceShown(NamedShown):
    """owner: id of whom its approvals ask."""

    owner: int | None


class ServiceGiven(NamedGiven):
    owner: Key | None = None


class NewService(ServiceGiven):
    key: NewKey


Row = TypeVar("Row", TicketType, Category, Service)


def words(row: TicketType | Category | Service) -> dict[str, Any]:
    return {"key": row.key, "name": row.name, "names": row.names, "offered": row.is_offered}


def offered(row: Row, given: NamedGiven, by: Person) -> Row:
    """Or withdrawn, as was sent."""
    if given.offered is not None and row.is_offered != given.offered:
        (sorting.offer if given.offered else sorting.withdraw)(row, by=by)
    return row


def type_shown(row: TicketType) -> dict[str, Any]:
    more = {name: getattr(row, name) for name in ("prefix", "mandatory_fields", "needs_test")}
    return {**words(row), "process": row.process_key, "group": row.group.key if row.group else None, **more}


def keep_type(row: TicketType | None, given: TypeGiven, by: Person, at: datetime) -> TicketType:
    sent = given.dict(exclude={"key", "process", "offered", "group"})
    row, group = row or TicketType(key=given.key), named(SupportGroup, given.group, "group")  # type: ignore[attr-defined]
    return offered(sorting.keep_type(row, **sent, process_key=given.process, group=group, by=by, at=at), given, by)


def keep_category(row: Category | None, given: CategoryGiven, by: Person, at: datetime) -> Category:
    row = row or Category(key=given.key)  # type: ignore[attr-defined]
    parent = named(Category, given.parent, "parent")
    kept = sorting.keep_category(row, **given.dict(include={"name", "names"}), parent=parent, by=by)
    return offered(kept, given, by)


def keep_service(row: Service | None, given: ServiceGiven, by: Person, at: datetime) -> Service:
    row = row or Service(key=given.key)  # type: ignore[attr-defined]
    owner = somebody(given.owner, "owner") if given.owner else None
    kept = sorting.keep_service(row, **given.dict(include={"name", "names"}), owner=owner, by=by)
    return offered(kept, given, by)


# What all three have in common: drawn with, listed by who works here, withdrawn instead of removed.
sorted_by = partial(
    Kind,
    right=Right.DRAW,
    remove=lambda row, by, at: sorting.withdraw(row, by=by),
    removing="Withdraw",
    all_read=True,
)
KINDS = (
    sorted_by(
        path="types",
        one="a ticket type",
        rows=lambda by: TicketType.objects.select_related("group"),
        shown=type_shown,
        shape=TypeShown,
        new=NewType,
        given=TypeGiven,
        keep=keep_type,
    ),
    sorted_by(
        path="categories",
        one="a category",
        rows=lambda by: Category.objects.select_related("parent"),
        shown=lambda row: {**words(row), "parent": row.parent.key if row.parent else None},
        shape=CategoryShown,
        new=NewCategory,
        given=CategoryGiven,
        keep=keep_category,
    ),
    sorted_by(
        path="services",
        one="a service",
        rows=lambda by: Service.objects.all(),
        shown=lambda row: {**words(row), "owner": row.owner_id},
        shape=ServiceShown,
        new=NewService,
        given=ServiceGiven,
        keep=keep_service,
    ),
)
for kind in KINDS:
    offer(router, kind)
