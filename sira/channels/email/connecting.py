"""Signs in to a mailbox; what goes wrong on the way is said in words that help to mend it."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.utils.translation import gettext as _
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from sira.channels.email.granting import Refused, grant_in, renewed
from sira.channels.email.models import Mailbox
from sira.plumbing.desk_secrets import desk_secrets
from sira.plumbing.sealing import NotOurs, unseal

PATIENCE = 60  # seconds for each answer


class Trouble(Exception):
    """What is wrong and how to mend it, as one or two sentences.  again_in: seconds to wait at least."""

    def __init__(self, words: str, *, again_in: float = 5) -> None:
        super().__init__(words)
        self.again_in = again_in


def opened(mailbox: Mailbox, *, patience: float = PATIENCE) -> IMAPClient:
    """A connection that is signed in, with the folder not yet selected.  Raises Trouble."""
    with in_words(mailbox):
        return _signed_in(mailbox, patience)
    raise AssertionError  # in_words passes on every error


@contextmanager
def in_words(mailbox: Mailbox) -> Iterator[None]:
    """What goes wrong between here and the server, as Trouble."""
    where = {"host": mailbox.host, "port": mailbox.port}
    try:
        yield
        return
    except (socket.gaierror, UnicodeError):  # of a name that no domain may have
        words = _("The name %(host)s was not found. Check how it is written, and this machine's DNS.")
    except ConnectionRefusedError:
        words = _(
            "Nothing answers on port %(port)s of %(host)s. IMAP with TLS usually listens on 993, with STARTTLS on 143."
        )
    except TimeoutError:
        words = _("%(host)s does not answer on port %(port)s. A firewall may be in the way, or the port is wrong.")
    except ssl.SSLCertVerificationError as error:
        words = _("The certificate of %(host)s is not trusted: %(why)s. Use the name that stands in the certificate.")
        where["why"] = str(error.verify_message).rstrip(".")
    except ssl.SSLError:
        words = _("%(host)s does not speak TLS on port %(port)s. Choose STARTTLS, or another port.")
    except (OSError, IMAPClientAbortError) as error:
        words = _("The connection to %(host)s broke: %(why)s. It is tried again.")
        where["why"] = str(error)
    raise Trouble(words % where)


def _signed_in(mailbox: Mailbox, patience: float) -> IMAPClient:
    tls = mailbox.security == Mailbox.Security.TLS
    client = IMAPClient(mailbox.host, mailbox.port, ssl=tls, timeout=patience)
    try:
        if mailbox.security == Mailbox.Security.STARTTLS:
            _encrypt(client, mailbox)
        _sign_in(client, mailbox)
    except BaseException:
        with suppress(Exception):
            client.shutdown()
        raise
    return client


def _encrypt(client: IMAPClient, mailbox: Mailbox) -> None:
    if not client.has_capability("STARTTLS"):
        words = _("%(host)s offers no STARTTLS on port %(port)s. Choose TLS with port 993.")
        raise Trouble(words % {"host": mailbox.host, "port": mailbox.port}, again_in=300)
    client.starttls(ssl.create_default_context())


def _sign_in(client: IMAPClient, mailbox: Mailbox) -> None:
    try:
        secret = unseal(mailbox.secret, desk_secrets())
    except NotOurs:
        words = _("The password cannot be read: SIRA_SECRET_KEY is another now. Enter it again.")
        raise Trouble(words, again_in=300) from None
    try:
        if mailbox.sign_in == Mailbox.SignIn.OAUTH2:
            _by_token(client, mailbox, secret)
        elif f"{mailbox.user}{secret}".isascii():
            client.login(mailbox.user, secret)
        else:  # LOGIN knows ASCII alone
            client.plain_login(mailbox.user, secret)
    except LoginError as error:
        if isinstance(error.__context__, IMAPClientAbortError):  # the line broke; nobody said no
            raise error.__context__ from None
        raise Trouble(_refused(mailbox) % {"user": mailbox.user, "why": said(error)}, again_in=60) from error
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:
        words = _("%(host)s refused to sign in: %(why)s.") % {"host": mailbox.host, "why": said(error)}
        raise Trouble(words, again_in=60) from error


def _by_token(client: IMAPClient, mailbox: Mailbox, secret: str) -> None:
    """With the token that is kept; once more with a new one where it ran out earlier than was said."""
    grant = grant_in(secret)
    if grant is None:
        client.oauth2_login(mailbox.user, secret)
        return
    try:
        was_fresh = grant.is_fresh
        grant = grant if was_fresh else renewed(mailbox, grant)
        try:
            client.oauth2_login(mailbox.user, grant.access_token)
        except LoginError:
            if not was_fresh:
                raise
            client.oauth2_login(mailbox.user, renewed(mailbox, grant).access_token)
    except Refused as refused:
        raise Trouble(str(refused), again_in=refused.again_in) from None


def _refused(mailbox: Mailbox) -> str:
    if mailbox.sign_in == Mailbox.SignIn.OAUTH2:
        return _("The token of %(user)s was refused: %(why)s. Get a new one and enter it.")
    return _(
        "The sign-in of %(user)s was refused: %(why)s. Check user and password; Google and Microsoft want an app "
        "password or a token (OAuth2)."
    )


def selected(client: IMAPClient, mailbox: Mailbox) -> int:
    """Select the folder; its UIDVALIDITY.  Raises Trouble."""
    try:
        return int(client.select_folder(mailbox.folder)[b"UIDVALIDITY"])
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:
        names = ", ".join(sorted(str(name) for _flags, _mark, name in client.list_folders())[:20])
        words = _("There is no folder %(folder)s (%(why)s). There are: %(names)s.")
        raise Trouble(words % {"folder": mailbox.folder, "why": said(error), "names": names}, again_in=60) from error


def said(error: Exception) -> str:
    """The server's own words."""
    text = str(error)
    return (text[2:-1] if text.startswith("b'") else text).strip(". ")[:300]
