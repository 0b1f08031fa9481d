"""What an administrator types about mail: the mailboxes that are read, the server that takes what goes out."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sira.channels.email import keeping
from sira.channels.email.granting import Grant
from sira.channels.email.keeping import Account
from sira.channels.email.models import Mailbox
from sira.notifications import outgoing_server
from sira.notifications.models import OutgoingServer
from sira.people.models import SupportGroup
from sira.plumbing.mail.accounts import keeps_secret
from sira.studio.house.forms import LTR, OneOf, only_offered
from sira.tickets.models import TicketType

TYPED = forms.TextInput(attrs=LTR | {"autocomplete": "off", "spellcheck": "false"})
HIDDEN = LTR | {"autocomplete": "new-password"}
STARTTLS = next(one for one in Mailbox.Security.choices if one[0] == Mailbox.Security.STARTTLS)
PORT: dict[str, Any] = {"min_value": 1, "max_value": 65535, "required": False}


def secret(**more: Any) -> forms.CharField:
    """Written, never shown: what stands there comes back to no page."""
    return forms.CharField(required=False, strip=False, widget=forms.PasswordInput(attrs=HIDDEN), **more)


class MailboxForm(forms.Form):
    """name: fixed once it is kept, since the worker's log and the command know it by that."""

    name = forms.SlugField(
        label=_("Short name"),
        max_length=60,
        widget=TYPED,
        help_text=_("Your own, such as help."),
        error_messages={"invalid": _("Latin letters, digits, hyphens and underscores only.")},
    )
    host = forms.CharField(label=_("IMAP server"), max_length=255, widget=TYPED)
    security = forms.ChoiceField(label=_("Encryption"), choices=Mailbox.Security.choices)
    port = forms.IntegerField(label=_("Port"), help_text=_("Empty: 993 with TLS, else 143."), **PORT)
    user = forms.CharField(label=_("User"), max_length=254, widget=TYPED)
    password = secret(label=_("Password or token"))
    sign_in = forms.ChoiceField(label=_("Signs in by"), choices=Mailbox.SignIn.choices)
    folder = forms.CharField(label=_("Folder"), max_length=255, initial="INBOX", widget=TYPED)
    address = forms.EmailField(
        label=_("People write to"), required=False, widget=TYPED, help_text=_("If it is another address than the user.")
    )
    group = OneOf(SupportGroup.objects.order_by("name"), nothing=_("as the tables say"), label=_("Goes to the group"))
    type = OneOf(TicketType.objects.order_by("name"), nothing=_("as the tables say"), label=_("Becomes"))
    token_url = forms.URLField(
        label=_("Where new tokens come from"),
        required=False,
        assume_scheme="https",
        widget=TYPED,
        help_text=_("For Microsoft and Google: then the field above takes the refresh token."),
    )
    client_id = forms.CharField(label=_("Client id"), required=False, max_length=300, widget=TYPED)
    client_secret = secret(label=_("Client secret"))

    def __init__(self, *args: Any, mailbox: Mailbox | None = None, **more: Any) -> None:
        self.mailbox = mailbox
        names = ("name", "host", "security", "port", "user", "sign_in", "folder", "address")
        known = {name: getattr(mailbox, name) for name in names} if mailbox else {}
        if mailbox:
            known |= {"group": mailbox.group_id, "type": mailbox.type_id}
        super().__init__(*args, **more | {"initial": known})
        only_offered(self, "type")
        if mailbox:
            self.fields["name"].disabled = True
            self.fields["password"].help_text = _("One is kept. Leave this empty and it stays.")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        asked = {name: given.get(name, "") for name in ("host", "user", "security")}
        if not given.get("password") and not (self.mailbox and keeps_secret(self.mailbox, **asked)):
            self.add_error("password", str(keeping.SecretMissing.message))
        if given.get("token_url") and not given.get("client_id"):
            self.add_error("client_id", _("The place that gives tokens knows the desk by this."))
        name = given.get("name")
        if self.mailbox is None and name and Mailbox.objects.filter(name=name).exists():
            self.add_error("name", _("Another mailbox has this name."))
        return given

    def laid_out(self, *, at: datetime) -> Mailbox:
        given = self.cleaned_data
        names = ("name", "host", "user", "port", "security", "folder", "address", "group", "type")
        sign_in = Mailbox.SignIn.OAUTH2 if given["token_url"] else given["sign_in"]
        account = Account(**{name: given[name] for name in names}, sign_in=sign_in, secret=self.sealed())
        return keeping.laid_out(account, at=at)

    def sealed(self) -> str:
        given = self.cleaned_data
        if given["token_url"] and given["password"]:
            return Grant(given["password"], given["token_url"], given["client_id"], given["client_secret"]).sealed()
        return keeping.sealed(given["password"])


class ServerForm(forms.Form):
    host = forms.CharField(label=_("SMTP server"), max_length=255, widget=TYPED)
    security = forms.ChoiceField(
        label=_("Encryption"), choices=[STARTTLS, *(one for one in Mailbox.Security.choices if one != STARTTLS)]
    )
    port = forms.IntegerField(label=_("Port"), help_text=_("Usually 587 with STARTTLS, 465 with TLS."), **PORT)
    user = forms.CharField(
        label=_("User"),
        max_length=254,
        required=False,
        widget=TYPED,
        help_text=pgettext_lazy("of a mail server", "Empty if the server asks for none."),
    )
    password = secret(label=_("Password"))

    USUAL = {"starttls": 587, "tls": 465, "none": 25}

    def __init__(self, *args: Any, **more: Any) -> None:
        row = next(iter(outgoing_server.kept()), None)
        known = {name: getattr(row, name) for name in ("host", "security", "port", "user")} if row else {}
        super().__init__(*args, **more | {"initial": known})
        if row and row.secret:
            self.fields["password"].help_text = _("One is kept. Leave this empty and it stays.")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.laid_out()
            except outgoing_server.PasswordMissing as refused:
                self.add_error("password", str(refused.message))
        return given

    def laid_out(self) -> OutgoingServer:
        given = dict(self.cleaned_data)
        given["port"] = given["port"] or self.USUAL[given["security"]]
        return outgoing_server.laid_out(**given)
