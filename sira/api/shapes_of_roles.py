"""Shapes of roles that administrators make."""

from typing import Annotated

from ninja import Schema
from pydantic import Field

from sira.api.shapes import Closed
from sira.api.shapes_of_house import Name, Names, NewKey
from sira.people.rights import Right


class RoleShown(Schema):
    key: str
    name: str
    names: dict[str, str]
    rights: list[str]


class Roles(Schema):
    items: list[RoleShown]


class RoleGiven(Closed):
    """names: in other languages, where they differ."""

    name: Name
    names: Names = Field(default_factory=dict)
    rights: list[Right] = Field(min_length=1, max_length=50)


class NewRole(RoleGiven):
    key: NewKey


class RoleToGive(Closed):
    """group, organisation: at most one of them; neither is everywhere."""

    role: str = Field(min_length=1, max_length=60)
    group: str | None = Field(None, max_length=60)
    organisation: Annotated[int, Field(ge=1, lt=2**63)] | None = None


class GivenRoleShown(Schema):
    id: int
    role: str
    group: str | None
    organisation: int | None


class GivenRoles(Schema):
    items: list[GivenRoleShown]
