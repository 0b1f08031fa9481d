"""Where mail comes from and goes to. Passwords go in and never come out.

Nothing is tried here, since a call must not wait for another machine: a running worker follows a mailbox and says in
`trouble` what is wrong; mail that does not leave stands among the undelivered.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from pydantic import Field

from sira.api.auth import caller
from sira.api.describing import AS_READ_IF_THERE
from sira.api.house import for_right
from sira.api.matching import answered, must_be_as_read, must_name_nothing
from sira.api.problems import Problem
from sira.api.refusing import answers
from sira.api.setting_up import Kind, offer
from sira.api.shapes import Closed, moment
from sira.api.tickets import named
from sira.channels.email import keeping
from sira.channels.email.granting import Grant
from sira.channels.email.keeping import Account
from sira.channels.email.models import Mailbox
from sira.notifications import outgoing_server
from sira.notifications.models import OutgoingServer
from sira.people.models import Person, SupportGroup
from sira.people.rights import Right
from sira.tickets.models import TicketType

router = Router(tags=["house"])
Security = Literal["tls", "starttls", "none"]
Host = Annotated[str, Field(min_length=1, max_length=255)]
Port = Annotated[int, Field(ge=1, le=65_535, strict=True)]
Secret = Annotated[str, Field(max_length=4000)]


class MailboxGiven(Closed):
    """secret: password or token; left out, what is kept stays as long as host and user do
    and the line is not opened.

    token_url: where a refresh token, sent as the secret, gets new ones.  group, type: keys; else the tables say.
    """

    host: Host
    user: str = Field(min_length=1, max_length=254)
    security: Security = "tls"
    port: Port | None = None
    sign_in: Literal["password", "oauth2"] = "password"
    folder: str = Field("INBOX", min_length=1, max_length=255)
    address: str = Field("", max_length=254, pattern=r"^([^@\s]+@[^@\s]+)?$")
    group: str | None = Field(None, max_length=60)
    type: str | None = Field(None, max_length=60)
    active: bool = True
    secret: Secret = ""
    token_url: str = Field("", max_length=500, pattern=r"^(https://\S+)?$")
    client_id: str = Field("", max_length=300)
    client_secret: Secret = ""


class NewMailbox(MailboxGiven):
    name: str = Field(min_length=1, max_length=60, pattern="^[-a-zA-Z0-9_]+$")
    secret: Annotated[str, Field(min_length=1, max_length=4000)]


class MailboxShown(Schema):
    """read_at: when it was last read without trouble."""

    name: str
    host: str
    user: str
    security: str
    port: int
    sign_in: str
    folder: str
    address: str
    group: str | None
    type: str | None
    active: bool
    trouble: str
    read_at: datetime | None


class ServerGiven(Closed):
    """password: left out, what is kept stays as long as host and user do and the line stays encrypted."""

    host: Host
    user: str = Field("", max_length=254)
    security: Security = "starttls"
    port: Port = 587
    password: Secret = ""


class ServerShown(Schema):
    host: str
    user: str
    security: str
    port: int


def mailbox(row: Mailbox) -> dict[str, Any]:
    names = ("name", "host", "user", "security", "port", "sign_in", "folder", "address", "trouble")
    places = {"group": row.group.key if row.group else None, "type": row.type.key if row.type else None}
    more = {"active": row.is_active, "read_at": moment(row.last_ok_at)}
    return {**{name: getattr(row, name) for name in names}, **places, **more}


def keep_mailbox(row: Mailbox | None, given: MailboxGiven, by: Person, at: datetime) -> Mailbox:
    name = row.name if row else given.name  # type: ignore[attr-defined]
    if given.token_url and not given.client_id:
        raise Problem(422, "invalid", "client_id: the place that gives tokens knows the desk by this.")
    sent = given.dict(include={"host", "user", "security", "port", "folder", "address"})
    account = Account(
        name=name,
        **sent,
        sign_in=Mailbox.SignIn.OAUTH2 if given.token_url else given.sign_in,
        secret=_sealed(given),
        group=named(SupportGroup, given.group, "group"),
        type=named(TicketType, given.type, "type"),
    )
    laid_out = keeping.laid_out(account, at=at)
    laid_out.is_active = given.active
    return keeping.keep(laid_out, by=by)


def _sealed(given: MailboxGiven) -> str:
    if given.token_url and given.secret:
        return Grant(given.secret, given.token_url, given.client_id, given.client_secret).sealed()
    return keeping.sealed(given.secret)


offer(
    router,
    Kind(
        path="mailboxes",
        one="a mailbox",
        right=Right.MAIL,
        rows=lambda by: Mailbox.objects.select_related("group", "type"),
        shown=mailbox,
        shape=MailboxShown,
        new=NewMailbox,
        given=MailboxGiven,
        keep=keep_mailbox,
        remove=lambda row, by, at: keeping.forget(row, by=by),
        column="name",
    ),
)


def server(row: OutgoingServer) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("host", "user", "security", "port")}


@router.get("/outgoing-server", summary="Read where mail goes", response=answers(ServerShown))
@for_right(Right.MAIL)
def read_server(request: HttpRequest) -> HttpResponse:
    """404 where no administrator has named one, so that the settings say."""
    return answered(server(get_object_or_404(OutgoingServer)))


@router.put(
    "/outgoing-server",
    summary="Say where mail goes",
    response=answers(ServerShown),
    openapi_extra=AS_READ_IF_THERE,
)
@for_right(Right.MAIL)
def named_server(request: HttpRequest, given: ServerGiven) -> HttpResponse:
    """If-Match is asked for where one is named already."""
    known = OutgoingServer.objects.select_for_update().first()
    if known is None:
        must_name_nothing(request)
    else:
        must_be_as_read(request, server(known))
    row = outgoing_server.laid_out(**given.dict())
    outgoing_server.keep(row, by=caller(request))
    return answered(server(row))


@router.delete("/outgoing-server", summary="Let the settings say where mail goes", response=answers(None, status=204))
@for_right(Right.MAIL)
def forgot_server(request: HttpRequest) -> HttpResponse:
    outgoing_server.forget(by=caller(request))
    return HttpResponse(status=204)
