"""Directories that people sign in by, by program: what a page would refuse is refused here. Secrets never come out.

Nothing is tried here, since a call must not wait for another machine.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Router, Schema
from pydantic import Field

from sira.api.problems import Problem
from sira.api.setting_up import Kind, offer
from sira.api.shapes import Closed
from sira.people.directories import keeping
from sira.people.directories.models import Directory
from sira.people.models import Person
from sira.people.rights import Right
from sira.studio.house.directory_forms import as_lines
from sira.studio.house.directory_kinds import FORMS

router = Router(tags=["house"])
ONE_LINE = r"^[^\r\n]*$"
Word = Annotated[str, Field(max_length=300, pattern=ONE_LINE)]


class Rule(Closed):
    """value: as the directory writes it.  groups: keys."""

    value: str = Field(min_length=1, max_length=300, pattern=ONE_LINE)
    role: Literal["", "requester", "agent", "lead", "manager"] = ""
    groups: list[Annotated[str, Field(min_length=1, max_length=60, pattern="^[-a-zA-Z0-9_]+$")]] = Field(
        default_factory=list, max_length=50
    )


class Details(Closed):
    """What only a kind has. SAML: metadata (its address, or the XML), subject.  LDAP: base, logins, only (attribute and
    value), template, identity, authorities (PEM), nested.  Both: the attributes of mail, name and language.
    """

    metadata: Annotated[str, Field(max_length=200_000)] = ""
    subject: Word = ""
    mail: Word = ""
    name: Word = ""
    language: Word = ""
    base: Annotated[str, Field(max_length=500)] = ""
    logins: list[Word] = Field(default_factory=list, max_length=20)
    only: list[tuple[Word, Word]] = Field(default_factory=list, max_length=20)
    template: Word = ""
    identity: Word = "entryUUID"
    authorities: Annotated[str, Field(max_length=100_000)] = ""
    nested: bool = False


class DirectoryGiven(Closed):
    """issuer: its own name or address.  mail_domains: whose addresses it is believed.  takes_new: who is not known yet
    comes in as a requester.  claim, rules: what of its words gives a role or groups here.  strong: its words for a
    sign-in with a second factor, which then counts here; not with LDAP.  hours: until it is asked anew.

    secret: left out, what is kept stays as long as the issuer does.
    """

    name: str = Field(min_length=1, max_length=80)
    issuer: str = Field(min_length=1, max_length=255)
    client_id: Word = ""
    secret: str = Field("", max_length=4000)
    mail_domains: list[Annotated[str, Field(max_length=253, pattern=r"^\S+$")]] = Field(
        default_factory=list, max_length=100
    )
    takes_new: bool = True
    claim: str = Field("", max_length=120)
    rules: list[Rule] = Field(default_factory=list, max_length=200)
    strong: list[Annotated[str, Field(max_length=200, pattern=r"^[^\s,]+$")]] = Field(
        default_factory=list, max_length=10
    )
    hours: int = Field(24, ge=1, le=336)
    details: Details = Details()
    active: bool = True


class NewDirectory(DirectoryGiven):
    key: Annotated[str, Field(min_length=1, max_length=60, pattern="^[-a-zA-Z0-9_]+$")]
    kind: Literal["openid", "saml", "ldap"]


class DirectoryShown(Schema):
    key: str
    kind: str
    name: str
    issuer: str
    client_id: str
    mail_domains: list[str]
    takes_new: bool
    claim: str
    rules: list[dict[str, Any]]
    strong: list[str]
    hours: int
    details: dict[str, Any]
    active: bool


SHOWN = (
    *("key", "kind", "name", "issuer", "client_id", "mail_domains", "takes_new", "claim", "rules", "strong", "hours"),
    "details",
)


def directory(row: Directory) -> dict[str, Any]:
    return {**{name: getattr(row, name) for name in SHOWN}, "active": row.is_active}


def keep_directory(row: Directory | None, given: DirectoryGiven, by: Person, at: datetime) -> Directory:
    kind = row.kind if row else given.kind  # type: ignore[attr-defined]
    form = FORMS[kind](as_typed(given), directory=row)
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise Problem(422, "invalid", f"{field}: {errors[0]}")
    laid_out = form.laid_out()
    if laid_out.rules != [one.dict() | {"value": one.value.strip()} for one in given.rules]:
        # They are read from lines, in which a group may pass for a role.
        raise Problem(422, "invalid", "rules: a group that is called like a role is named behind a role.")
    laid_out.is_active = given.active
    return keeping.keep(laid_out, by=by)


def as_typed(given: DirectoryGiven) -> dict[str, Any]:
    """As the page's form has it, which says what fits."""
    of_kind = given.details.dict()
    lists = {
        "mail_domains": " ".join(given.mail_domains),
        "rules": as_lines([one.dict() for one in given.rules]),
        "strong": " ".join(given.strong),
        "logins": " ".join(given.details.logins),
        "only": "\n".join("=".join(pair) for pair in given.details.only),
        "person_name": given.details.name,
    }
    own = given.dict(exclude={"details", "rules", "mail_domains", "strong", "active"})
    return {**of_kind, **own, **lists}


offer(
    router,
    Kind(
        path="directories",
        one="a directory that people sign in by",
        right=Right.ADMINISTER,
        rows=lambda by: Directory.objects.all(),
        shown=directory,
        shape=DirectoryShown,
        new=NewDirectory,
        given=DirectoryGiven,
        keep=keep_directory,
        remove=lambda row, by, at: keeping.forget(row, by=by),
    ),
)
