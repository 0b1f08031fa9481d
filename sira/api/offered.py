"""What people can ask for in the portal."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Router, Schema
from pydantic import Field

from sira.api.paging import Key
from sira.api.problems import Problem
from sira.api.setting_up import Kind, offer
from sira.api.shapes import Closed
from sira.api.shapes_of_house import Name, Names, NewKey
from sira.api.tickets import named
from sira.catalogue import offering
from sira.catalogue.models import RequestType
from sira.people.models import Organisation, Person
from sira.people.rights import Right
from sira.tickets.models import Category, Service, TicketType

router = Router(tags=["house"])
Line = Annotated[str, Field(max_length=300)]


class RequestTypeGiven(Closed):
    """type, category, service, form: keys.  organisations: ids, where only some may ask; those below them may too.

    order: smaller numbers stand further up.  offered: whether it stands in the portal; left out,
    what is new does, and all else stays as it is.
    """

    name: Name
    names: Names = Field(default_factory=dict)
    description: Line = ""
    descriptions: dict[Literal["tr", "fa", "pl"], Line] = Field(default_factory=dict)
    icon: str = Field("ticket", min_length=1, max_length=40, pattern="^[-a-z0-9]+$")
    type: str = Field(min_length=1, max_length=40)
    category: str | None = Field(None, max_length=60)
    service: str | None = Field(None, max_length=60)
    form: str = Field("", max_length=80)
    audience: Literal["public", "everybody", "organisations"] = "everybody"
    organisations: list[Key] = Field(default_factory=list, max_length=500)
    order: int = Field(100, ge=0, le=9999)
    offered: bool | None = None


class NewRequestType(RequestTypeGiven):
    key: NewKey


class RequestTypeShown(Schema):
    key: str
    name: str
    names: dict[str, str]
    description: str
    descriptions: dict[str, str]
    icon: str
    type: str
    category: str | None
    service: str | None
    form: str
    audience: str
    organisations: list[int]
    order: int
    offered: bool


def request_type(row: RequestType) -> dict[str, Any]:
    names = ("key", "name", "names", "description", "descriptions", "icon", "audience", "order")
    others = {
        "category": row.category.key if row.category else None,
        "service": row.service.key if row.service else None,
    }
    return {
        **{name: getattr(row, name) for name in names},
        **others,
        "type": row.type.key,
        "form": row.form_key,
        "organisations": sorted(one.pk for one in row.organisations.all()),
        "offered": row.is_offered,
    }


def keep(row: RequestType | None, given: RequestTypeGiven, by: Person, at: datetime) -> RequestType:
    key = row.key if row else given.key  # type: ignore[attr-defined]
    same = {"name", "names", "description", "descriptions", "icon", "audience", "order"}
    return offering.offer(
        key,
        **given.dict(include=same),
        type=named(TicketType, given.type, "type"),
        category=named(Category, given.category, "category"),
        service=named(Service, given.service, "service"),
        form_key=given.form,
        organisations=_who_may_ask(given),
        is_offered=_stays(row) if given.offered is None else given.offered,
        by=by,
    )


def _stays(row: RequestType | None) -> bool:
    return row is None or row.is_offered


def _who_may_ask(given: RequestTypeGiven) -> list[Organisation]:
    found = list(Organisation.objects.filter(pk__in=given.organisations))
    if unknown := sorted({*given.organisations} - {one.pk for one in found}):
        raise Problem(422, "invalid", f"organisations: there is no organisation {unknown[0]}.")
    if bool(found) != (given.audience == "organisations"):
        words = "organisations: name at least one where the audience is organisations, and none where it is not."
        raise Problem(422, "invalid", words)
    return found


offer(
    router,
    Kind(
        path="request-types",
        one="what people can ask for",
        right=Right.DRAW,
        rows=lambda by: RequestType.objects.select_related("type", "category", "service").prefetch_related(
            "organisations"
        ),
        shown=request_type,
        shape=RequestTypeShown,
        new=NewRequestType,
        given=RequestTypeGiven,
        keep=keep,
    ),
)
