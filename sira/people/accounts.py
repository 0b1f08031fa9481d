"""Signing in, as django-allauth does it, in the desk's terms."""

from allauth.account.adapter import DefaultAccountAdapter


class DeskAccountAdapter(DefaultAccountAdapter):
    """People come to be by writing or by an administrator's hand, so nobody signs up by themselves."""

    def is_open_for_signup(self, request: object) -> bool:
        return False
