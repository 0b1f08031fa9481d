"""`sira mailbox`: the mailboxes that the desk reads by IMAP.

The password or token is asked for, or read from standard input (a refresh token and a client's secret in two lines);
it is never an argument, where others could see it.
"""

import argparse
import getpass
import sys

from django.utils import timezone

from sira.channels.email import keeping
from sira.channels.email.connecting import Trouble
from sira.channels.email.granting import Grant
from sira.channels.email.keeping import Account
from sira.channels.email.models import Mailbox
from sira.people.automation import automation
from sira.people.models import SupportGroup
from sira.tickets.models import TicketType


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    return options.act(options)


def add(options: argparse.Namespace) -> int:
    """Keep the mailbox, or change the one of this name, once signing in to it has succeeded."""
    try:
        group = SupportGroup.objects.get(key=options.group) if options.group else None
        type_ = TicketType.objects.get(key=options.type) if options.type else None
    except (SupportGroup.DoesNotExist, TicketType.DoesNotExist) as error:
        return _say(f"{error} Groups: {_keys(SupportGroup)}. Types: {_keys(TicketType)}.")
    if options.token_url and not (options.oauth2 and options.client_id):
        return _say("--token-url needs --oauth2 and --client-id.")
    secret = _secret(options)
    if not secret:
        return _say("Nothing was typed, so nothing was changed.")
    account = Account(
        name=options.name,
        host=options.host,
        user=options.user,
        port=options.port,
        security=options.security,
        folder=options.folder,
        sign_in=Mailbox.SignIn.OAUTH2 if options.oauth2 else Mailbox.SignIn.PASSWORD,
        secret=secret,
        address=options.address,
        group=group,
        type=type_,
    )
    mailbox = keeping.laid_out(account, at=timezone.now())
    found = tried(mailbox)
    if isinstance(found, Trouble) and not options.anyway:
        return _say(f"{found}\nNothing was changed. With --anyway the mailbox is kept and tried again and again.")
    try:
        keeping.keep(mailbox, by=automation())
    except keeping.FolderTaken as taken:
        return _say(f"{taken} See sira mailbox list.")
    _tell(f"{found if isinstance(found, str) else ''} {mailbox.name} is kept; a running worker follows it.".strip())
    return 0


def test(options: argparse.Namespace) -> int:
    """Sign in as the worker does, and look into the folder; nothing is taken."""
    mailbox = _named(options.name)
    if mailbox is None:
        return 1
    found = tried(mailbox)
    if isinstance(found, Trouble):
        return _say(str(found))
    _tell(found)
    return 0


def tried(mailbox: Mailbox) -> str | Trouble:
    looked = keeping.look(mailbox)
    if looked.trouble:
        return looked.trouble
    told = "tells of new mail by itself" if looked.tells else "is asked for new mail every half minute"
    return (
        f"Signed in to {mailbox.host} as {mailbox.user}; {looked.unseen} unread in {mailbox.folder}; the server {told}."
    )


def show(_options: argparse.Namespace) -> int:
    for mailbox in Mailbox.objects.select_related("group").order_by("name"):
        where = f"{mailbox.user} on {mailbox.host}:{mailbox.port} ({mailbox.security}), {mailbox.folder}"
        group = f", for {mailbox.group.key}" if mailbox.group else ""
        seen = mailbox.last_ok_at.isoformat(timespec="seconds") if mailbox.last_ok_at else "never"
        _tell(f"{mailbox.name}: {where}{group}; read {seen}{'' if mailbox.is_active else '; switched off'}")
        if mailbox.trouble:
            _tell(f"    {mailbox.trouble}")
    return 0


def remove(options: argparse.Namespace) -> int:
    mailbox = _named(options.name)
    if mailbox is None:
        return 1
    keeping.forget(mailbox, by=automation())
    _tell(f"{options.name} is forgotten; what was taken in from it stays, and the mailbox itself was not touched.")
    return 0


def troubles() -> list[str]:
    """A line for each mailbox that is not well, for `sira check`."""
    found = Mailbox.objects.filter(is_active=True).exclude(trouble="").order_by("name")
    return [f"Mailbox {mailbox.name}: {mailbox.trouble}" for mailbox in found]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("sira mailbox", description="The mailboxes that the desk reads by IMAP.")
    commands = parser.add_subparsers(required=True, metavar="add | test | list | remove")
    adding = commands.add_parser("add", help="keep a mailbox, or change the one of this name")
    adding.set_defaults(act=add)
    adding.add_argument("name", help="a short name of your own, such as help")
    adding.add_argument("--host", required=True)
    adding.add_argument("--user", required=True)
    adding.add_argument("--port", type=int, help="993 with tls, else 143")
    adding.add_argument("--security", choices=Mailbox.Security.values, default="tls")
    adding.add_argument("--folder", default="INBOX")
    adding.add_argument("--address", default="", help="the address people write to, if the user is none")
    adding.add_argument("--group", default="", help="key of the support group that gets what comes here")
    adding.add_argument("--type", default="", help="key of the type of its tickets")
    adding.add_argument("--oauth2", action="store_true", help="sign in with an OAuth2 token (XOAUTH2)")
    adding.add_argument("--token-url", default="", help="with --oauth2: where a refresh token gets new access tokens")
    adding.add_argument("--client-id", default="", help="with --token-url: how the desk is registered there")
    adding.add_argument("--anyway", action="store_true", help="keep it even if signing in fails now")
    for name, act, purpose in (("test", test, "sign in and say what is wrong"), ("remove", remove, "forget it")):
        command = commands.add_parser(name, help=purpose)
        command.set_defaults(act=act)
        command.add_argument("name")
    commands.add_parser("list", help="all of them, and how they are").set_defaults(act=show)
    return parser


def _named(name: str) -> Mailbox | None:
    mailbox = Mailbox.objects.filter(name=name).first()
    if mailbox is None:
        known = ", ".join(Mailbox.objects.order_by("name").values_list("name", flat=True)) or "none yet"
        _say(f"There is no mailbox {name!r}. There are: {known}.")
    return mailbox


def _secret(options: argparse.Namespace) -> str:
    """Sealed; empty if nothing was typed."""
    if not options.token_url:
        return keeping.sealed(_asked("Token: " if options.oauth2 else "Password: "))
    refresh = _asked("Refresh token: ")
    grant = Grant(refresh, options.token_url, options.client_id, _asked("Client secret (empty if there is none): "))
    return grant.sealed() if refresh else ""


def _asked(question: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(question).strip()
    return sys.stdin.readline().strip()


def _keys(model: type[SupportGroup] | type[TicketType]) -> str:
    return ", ".join(model.objects.order_by("key").values_list("key", flat=True))


def _say(line: str) -> int:
    sys.stderr.write(line + "\n")
    return 1


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
