"""The second question at the door."""

from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

from sira.people import arriving


class SecondFactorStage(AuthenticateStage):
    def _should_handle(self, request: HttpRequest) -> bool:
        """Not of who was asked at their directory already, where that counts."""
        return not arriving.is_coming_strong(request.session) and super()._should_handle(request)
