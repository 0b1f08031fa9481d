"""Signing in, as django-allauth does it, in the desk's terms."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _

from sira.people import arriving, limits, persons, rights, second_factor
from sira.people.models import Person
from sira.plumbing import sealing
from sira.plumbing.desk_secrets import desk_secrets


class DeskAccountAdapter(DefaultAccountAdapter):
    """People come to be by writing or by an administrator's hand, so nobody signs up by themselves."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("Address and password don't match. Check both, or have a link mailed to you."),
        "incorrect_password": _("This is not your password. Check it and try again."),
        "too_many_login_attempts": _("Too many attempts. Wait a few minutes, or have a link mailed to you."),
        "account_inactive": _("This account is closed. Ask your administrator."),
    }

    def is_open_for_signup(self, request: object) -> bool:
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """The page one lands on says enough; the library's sentences are not in the desk's voice."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Nor are its mails."""

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "sira.people.stages.SecondFactorStage"}
        return [ours.get(one, one) for one in super().get_login_stages()]

    def pre_login(self, request: HttpRequest, user: Any, **more: Any) -> Any:
        arriving.begins(request)
        return super().pre_login(request, user, **more)

    def login(self, request: HttpRequest, user: Any) -> None:
        coming = request.session.pop(arriving.COMING, {})
        if is_first_here(user):
            persons.change_details(user, by=user, language=get_language() or user.language)
        super().login(request, user)
        arriving.is_in(request.session, coming)

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Not of who has just come in by their password and sets up their first second factor."""
        person = self.request.user
        is_first = arriving.has_just_typed_password(self.request) and not second_factor.factors(person).exists()
        return not is_first and super().is_reauthentication_required(app=app, **more)

    def get_client_ip(self, request: HttpRequest) -> str:
        found = limits.origin(request)
        return "0.0.0.0" if found == "unknown" else found


def is_first_here(person: Person) -> bool:
    """Whether this administrator came with the desk: nobody has ever signed in, or said which language they read."""
    is_new = person.last_login is None and person.language == settings.LANGUAGE_CODE
    if not is_new or not rights.has(person, rights.Right.ADMINISTER):
        return False
    return not Person.objects.exclude(last_login=None).exists()


class DeskMFAAdapter(DefaultMFAAdapter):
    """Second factors: their secrets are sealed at rest, and keys belong to the desk's own host."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _(
            "This is your only second factor, and your role needs one. Add another first."
        ),
        "cannot_generate_recovery_codes": _("Recovery codes come with a second factor. Set one up first."),
        "incorrect_code": _("This code is not right or no longer valid. Wait for the next one and try again."),
    }

    def encrypt(self, text: str) -> str:
        return sealing.seal(text, desk_secrets())

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(encrypted_text, desk_secrets())

    def get_totp_issuer(self) -> str:
        return f"Sira ({urlsplit(settings.SIRA_URL).hostname})"

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return second_factor.may_remove(authenticator)

    def generate_authenticator_name(self, user: Any, type: str) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return pgettext("a passkey", "My key") if not count else gettext("Key {number}").format(number=count + 1)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": urlsplit(settings.SIRA_URL).hostname or "localhost", "name": "Sira"}
