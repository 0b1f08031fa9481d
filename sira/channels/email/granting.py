"""Access tokens of OAuth2 mailboxes: the one that is given, or got anew by a refresh token as each runs out.

All that is needed lies sealed in the mailbox's secret: {refresh_token, token_url, client_id, client_secret,
access_token, until}. Nothing of it is written to a log, a job or the words about a trouble.
"""

import json
import time
from dataclasses import asdict, dataclass, replace

from django.utils.translation import gettext as _

from sira.channels.email.models import Mailbox
from sira.plumbing import outbound
from sira.plumbing.desk_secrets import desk_secrets
from sira.plumbing.sealing import seal

EARLY = 60  # seconds before its end a token counts as run out
USUAL_LIFE = 3600
AFTER_REFUSAL, AFTER_SILENCE = 900, 60  # seconds to wait


@dataclass(frozen=True)
class Grant:
    """until: in seconds since 1970, when the access token runs out."""

    refresh_token: str
    token_url: str
    client_id: str
    client_secret: str = ""
    access_token: str = ""
    until: float = 0

    def sealed(self) -> str:
        return seal(json.dumps(asdict(self)), desk_secrets())

    @property
    def is_fresh(self) -> bool:
        return bool(self.access_token) and time.time() < self.until - EARLY


class Refused(Exception):
    """No token. words: why, for the administrator.  again_in: seconds to wait at least."""

    def __init__(self, words: str, *, again_in: float) -> None:
        super().__init__(words)
        self.again_in = again_in


def grant_in(secret: str) -> Grant | None:
    """What the secret grants; None for a token that was given as it is."""
    if not secret.startswith("{"):
        return None
    return Grant(**json.loads(secret))


def renewed(mailbox: Mailbox, grant: Grant) -> Grant:
    """Ask for an access token and keep it; some servers give another refresh token with it.  Raises Refused."""
    fields = {"grant_type": "refresh_token", "refresh_token": grant.refresh_token, "client_id": grant.client_id}
    if grant.client_secret:
        fields["client_secret"] = grant.client_secret
    where = {"user": mailbox.user, "url": grant.token_url}
    try:
        answer = outbound.post_form(grant.token_url, fields)
    except outbound.Unreachable as error:
        words = _("No new token for %(user)s: %(url)s does not answer (%(why)s). It is tried again.")
        raise Refused(words % {**where, "why": error}, again_in=AFTER_SILENCE) from None
    found = answer.fields()
    if answer.status != 200 or not isinstance(found.get("access_token"), str):
        words = _("No new token for %(user)s: %(url)s refused it (%(why)s). Sign in anew and add the mailbox again.")
        why = str(found.get("error", "") or answer.status)[:60]
        raise Refused(words % {**where, "why": why}, again_in=AFTER_SILENCE if answer.status >= 500 else AFTER_REFUSAL)
    life = found.get("expires_in")
    fresh = replace(
        grant,
        access_token=found["access_token"],
        refresh_token=str(found.get("refresh_token") or grant.refresh_token),
        until=time.time() + (float(life) if isinstance(life, (int, float)) else USUAL_LIFE),
    )
    before, mailbox.secret = mailbox.secret, fresh.sealed()
    # Only over what was read: a mailbox that is being tried, or was entered anew meanwhile, keeps its own.
    Mailbox.objects.filter(pk=mailbox.pk, secret=before).update(secret=mailbox.secret)
    return fresh
