"""A directory that speaks OpenID Connect is asked all that a sign-in asks, but for a person."""

from django.utils.translation import gettext_lazy as _

from sira.people.directories import coming, describing, tokens
from sira.people.directories.models import Directory
from sira.people.directories.refusals import Away


def tried(directory: Directory, looked: describing.Looked) -> None:
    """Raises Trouble."""
    description = describing.described(directory.issuer)
    looked.steps.append((_("It describes itself"), description.issuer))
    keys = describing.keys_of(description)
    looked.steps.append((_("Its keys are there"), f"{len(keys)} · {', '.join(description.algorithms)}"))
    _try_secret(directory, description, looked)


def _try_secret(directory: Directory, description: describing.Description, looked: describing.Looked) -> None:
    """A code that nobody was given: who knows us says that the code is wrong, and not that we are.  Raises Trouble."""
    away = _("The place that gives tokens, %(url)s, could not be reached.")
    try:
        answer = tokens.asked_for_token(
            directory,
            description,
            code="sira-tries",
            comes_back_to=coming.back_to(directory),
            verifier="sira-tries" * 5,
        )
    except Away:
        raise describing.Trouble(away, url=description.tokens_at) from None
    said = answer.fields()
    error = str(said.get("error", ""))[:100]
    if error in ("invalid_client", "unauthorized_client") or answer.status == 401:
        words = _("The directory does not know this client id, or the secret is another. Copy both from it anew.")
        raise describing.Trouble(words, said=str(said.get("error_description") or error)[:300])
    if error == "invalid_grant":
        looked.steps.append((_("It knows the client id and the secret"), directory.client_id))
