"""Signing in, as django-allauth does it, in the desk's terms."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.utils.translation import gettext_lazy as _


class DeskAccountAdapter(DefaultAccountAdapter):
    """People come to be by writing or by an administrator's hand, so nobody signs up by themselves."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("Address and password don't match. Check both, or have a link mailed to you."),
        "too_many_login_attempts": _("Too many attempts. Wait a few minutes, or have a link mailed to you."),
        "account_inactive": _("This account is closed. Ask your administrator."),
    }

    def is_open_for_signup(self, request: object) -> bool:
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """The page one lands on says enough; the library's sentences are not in the desk's voice."""
