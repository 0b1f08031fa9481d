"""Mail in and out: mailboxes are added, tried and forgotten, and the server is named that takes what the desk sends.

Nothing is kept before it has been tried, unless one says so; a try says how far it came and how to mend the rest.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sira.channels.email import keeping
from sira.channels.email.keeping import Looked
from sira.channels.email.models import Mailbox
from sira.notifications import outgoing_server
from sira.notifications.sending import in_words
from sira.people.models import SupportGroup
from sira.people.rights import Right
from sira.plumbing import audit
from sira.plumbing.mail.fates import Fate, Stage
from sira.plumbing.refusals import Refused
from sira.shell.parts import say
from sira.studio.access import for_right, who
from sira.studio.house.mail_forms import MailboxForm, ServerForm


@require_GET
@for_right(Right.MAIL)
def mail(request: HttpRequest) -> HttpResponse:
    """What is read, and how it is; where mail goes."""
    context = {
        "mailboxes": Mailbox.objects.select_related("group").order_by("name"),
        "server": outgoing_server.server(),
        "is_kept": bool(outgoing_server.kept()),
        "sender": settings.MAIL["from"],
        "unread_sender": unread_sender(),
    }
    return shown(request, "mail", context)


def unread_sender() -> str:
    """The desk's own address, where mailboxes are read but none for it: answers to it would come to nobody."""
    own = str(settings.MAIL["from"])
    read = {mailbox.ours.lower() for mailbox in Mailbox.objects.filter(is_active=True)}
    is_read = not read or own.lower() in read or SupportGroup.objects.exclude(address="").exists()
    return "" if is_read else own


@require_http_methods(["GET", "POST"])
@for_right(Right.MAIL, calls_out=True)
def mailbox(request: HttpRequest, name: str = "") -> HttpResponse:
    """One mailbox, or a new one: tried first, then kept."""
    row = get_object_or_404(Mailbox, name=name) if name else None
    form = MailboxForm(request.POST if request.method == "POST" else None, mailbox=row, auto_id="box_%s")
    if request.method != "POST" or not form.is_valid():
        return shown(request, "mailbox", {"mailbox": row, "form": form}, refused=bool(form.errors))
    laid_out = form.laid_out(at=now())
    looked = keeping.look(laid_out)
    if looked.trouble and request.POST.get("act") != "anyway":
        return shown(request, "mailbox", {"mailbox": row, "form": form, "looked": looked}, refused=True)
    try:
        with audit.acting(who(request).pk, audit.PAGE):
            keeping.keep(laid_out, by=who(request))
    except Refused as refused:
        form.add_error(None, str(refused.message))
        return shown(request, "mailbox", {"mailbox": row, "form": form}, refused=True)
    return say(request, redirect("studio:mail"), _("Kept. Its mail is read within a few seconds."))


@require_POST
@for_right(Right.MAIL, calls_out=True)
def try_mailbox(request: HttpRequest, name: str) -> HttpResponse:
    row = get_object_or_404(Mailbox, name=name)
    looked: Looked = keeping.look(row)
    context = {"mailbox": row, "form": MailboxForm(mailbox=row, auto_id="box_%s"), "looked": looked}
    return shown(request, "mailbox", context)


@require_POST
@for_right(Right.MAIL)
def switch_mailbox(request: HttpRequest, name: str) -> HttpResponse:
    keeping.switch(get_object_or_404(Mailbox, name=name), on=request.POST.get("on") == "yes", by=who(request))
    return redirect("studio:mail")


@require_POST
@for_right(Right.MAIL)
def forget_mailbox(request: HttpRequest, name: str) -> HttpResponse:
    keeping.forget(get_object_or_404(Mailbox, name=name), by=who(request))
    return say(request, redirect("studio:mail"), _("Forgotten. What was taken in from it stays."))


@require_http_methods(["GET", "POST"])
@for_right(Right.MAIL, calls_out=True)
def server(request: HttpRequest) -> HttpResponse:
    """Where mail goes: tried with a mail to oneself, then kept."""
    form = ServerForm(request.POST if request.method == "POST" else None, auto_id="server_%s")
    if request.method != "POST" or not form.is_valid():
        return shown(request, "mail_server", {"form": form}, refused=bool(form.errors))
    row, person = form.laid_out(), who(request)
    tried = told(outgoing_server.try_out(row, to=person.email, at=now(), **letter()), person.email)
    if not tried.is_well and request.POST.get("act") != "anyway":
        return shown(request, "mail_server", {"form": form, "tried": tried}, refused=True)
    with audit.acting(person.pk, audit.PAGE):
        outgoing_server.keep(row, by=person)
    words = tried.words if tried.is_well else _("Kept, though the mail to you did not leave.")
    return say(request, redirect("studio:mail"), words)


@require_POST
@for_right(Right.MAIL)
def forget_server(request: HttpRequest) -> HttpResponse:
    outgoing_server.forget(by=who(request))
    return say(request, redirect("studio:mail"), _("Mail goes where the settings say."))


def letter() -> dict[str, str]:
    text = _("This mail says that the desk can send. Nothing is to be done.")
    return {"subject": _("The desk can send mail"), "text": text}


@dataclass(frozen=True)
class Tried:
    """words: what came of it.  mend: what to do about it.  said: the server's own words."""

    is_well: bool
    words: str
    mend: str = ""
    said: str = ""


def told(fate: Fate, to: str) -> Tried:
    """What became of the mail to oneself, in words that help."""
    if fate.is_yes:
        return Tried(True, _("Kept. A mail to %(whom)s went out; look whether it arrives.") % {"whom": to})
    words, mend = failures()[fate.stage]
    return Tried(False, words, mend, in_words(fate))


def failures() -> dict[Stage, tuple[str, str]]:
    sender = _("The server lets this user send from other addresses only. Sign in as %(sender)s, or ask who runs it.")
    content = (_("The server did not take the mail."), _("Its own words say why."))
    return {
        Stage.CONNECT: (
            _("The server was not reached."),
            _("Check name, port and encryption. A firewall may be in the way."),
        ),
        Stage.HELLO: (_("The server answers, but not as a mail server does."), _("Check the port.")),
        Stage.STARTTLS: (
            _("The connection could not be encrypted."),
            _("Choose TLS with port 465, or use the name that stands in the server's certificate."),
        ),
        Stage.SIGN_IN: (
            _("The server refused user and password."),
            _("Check both; with two-step sign-in an app password is needed."),
        ),
        Stage.SENDER: (_("The server refused the sender."), sender % {"sender": settings.MAIL["from"]}),
        Stage.RECIPIENT: (
            _("The server does not send to your address."),
            _("It may want a sign-in before it passes mail on."),
        ),
        Stage.DATA: content,
        Stage.CONTENT: content,
        Stage.ANSWER: content,
    }


def shown(request: HttpRequest, page: str, context: dict[str, Any], *, refused: bool = False) -> HttpResponse:
    context = {"place": "studio", "house": "mail", **context}
    return render(request, f"studio/house/{page}.html", context, status=422 if refused else 200)
